/** Joining by a Welcome: RFC 9420 §12.4.3, §12.4.3.1, and what §2, §5, §13 and §17 say of what is in it. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Client, Extension } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import type { PreSharedKeyInput } from '../../src/mls/epoch/psk-secret.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import type { GroupContext } from '../../src/mls/wire/group-info.ts';
import type { ErrorCode } from '../../src/mls/errors.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { certificateFor, x509 } from '../support/forge-certificate.ts';
import { forgeKeyPackage } from '../../src/hostile/forge/forge-leaf.ts';
import { fell, groveOf, pathBy, plant, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome, type EpochInput, type ForgedEpoch, type WelcomeForgery } from '../../src/hostile/forge/forge-welcome.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { judgeJoin, refuses } from './support.ts';
import { capabilities, keyPackageOf, person, suite, fullGrove, grove } from '../support/people.ts';

// Four members; the joiner is added by a Commit of leaf 0 with a path, in a tree of eight leaves.
const base = await fullGrove(['alice', 'bob', 'charlie', 'diana']);
let joiner: Client;
let bundle: KeyPackageBundle;
let tree: Grove;
beforeEach(async () => {
  joiner = await person('joiner');
  bundle = await joiner.createKeyPackage();
  tree = await pathBy(plant(base, bundle).grove, 0, { added: [4] });
});

interface Forgery extends WelcomeForgery {
  readonly groupContext?: (context: GroupContext) => GroupContext;
  readonly psks?: readonly PreSharedKeyInput[];
  readonly signer?: number;
  readonly epoch?: ForgedEpoch;
}

function welcome({ groupContext, psks = [], signer = 0, epoch, ...forgery }: Forgery = {}): Promise<Uint8Array> {
  const input: EpochInput = { ...tree, psks, ...(groupContext && { groupContext }) };
  const added = [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(4) }];
  return forgeWelcome(suite, { ...tree, epoch: epoch ?? forgeEpoch(suite, input), signer: { leafIndex: signer, key: base.signatureKeys.get(signer) ?? base.signatureKeys.get(0)! }, added, psks }, forgery);
}

const nonce = () => suite.random(suite.nh);
const external = (id: string, psk: string): PreSharedKeyInput => ({ id: { psktype: 'external', pskId: utf8(id), pskNonce: nonce() }, psk: utf8(psk) });
const withExtension = (extensionType: number) => (context: GroupContext): GroupContext => ({ ...context, extensions: [{ extensionType, extensionData: new Uint8Array(0) }] });
const twice: readonly Extension[] = [
  { extensionType: 0x0a0a, extensionData: new Uint8Array(0) },
  { extensionType: 0x0a0a, extensionData: new Uint8Array(1) },
];

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly reported?: RequirementId;
  readonly code?: ErrorCode;
  readonly forgery: () => Forgery | Promise<Forgery>;
}

const rows: Row[] = [
  { id: 'R-12.4.3-06', name: 'a GroupInfo with a bad signature', forgery: () => ({ signature: (signature) => flipped(signature) }) },
  { id: 'R-12.4.3-06', name: "a GroupInfo with another member's index", forgery: () => ({ groupInfo: (info) => ({ ...info, signer: 1 }) }) },
  { id: 'R-12.4.3.1-08', name: 'a GroupInfo whose signer is a blank leaf', forgery: () => ({ groupInfo: (info) => ({ ...info, signer: 5 }) }) },
  { id: 'R-12.4.3.1-08', name: 'a GroupInfo whose signer lies past the tree', forgery: () => ({ groupInfo: (info) => ({ ...info, signer: 0xffffffff }) }) },
  { id: 'R-12.4.3.1-01', name: 'no ratchet_tree and none supplied', forgery: () => ({ nodes: 'none' }) },
  { id: 'R-12.4.3.1-02', name: 'no entry for the client', forgery: () => ({ welcome: (honest) => ({ ...honest, secrets: honest.secrets.map((entry) => ({ ...entry, newMember: flipped(entry.newMember) })) }) }) },
  { id: 'R-12.4.3.1-03', name: "a suite that is not the KeyPackage's", forgery: () => ({ welcome: (honest) => ({ ...honest, cipherSuite: 3 }) }) },
  { id: 'R-17.1-12', name: 'suite 0', forgery: () => ({ welcome: (honest) => ({ ...honest, cipherSuite: 0 }) }) },
  { id: 'R-12.4.3.1-04', name: 'its encrypted_group_info swapped', forgery: () => ({ welcome: (honest) => ({ ...honest, encryptedGroupInfo: flipped(honest.encryptedGroupInfo) }) }) },
  { id: 'R-5.1.3-02', name: 'GroupSecrets encrypted under another label', reported: 'R-12.4.3.1-04', forgery: () => ({ label: 'UpdatePathNode' }) },
  { id: 'R-12.4.3.1-05', name: 'a PSK that the client lacks', forgery: () => ({ psks: [external('unknown', 'value')] }) },
  { id: 'R-12.1.4-01', name: 'a PSK nonce of 16 bytes', forgery: () => ({ psks: [{ ...external('id', 'value'), id: { psktype: 'external', pskId: utf8('id'), pskNonce: new Uint8Array(16) } }] }) },
  { id: 'R-12.4.3.1-09', name: 'another suite in the GroupContext', forgery: () => ({ groupContext: (context) => ({ ...context, cipherSuite: 3 }) }) },
  { id: 'R-12.4.3.1-18', name: 'a wrong path_secret', forgery: () => ({ secrets: (secrets) => ({ ...secrets, pathSecret: { pathSecret: flipped(secrets.pathSecret!.pathSecret) } }) }) },
  // What the joiner sees of it is a key that does not fit.
  { id: 'R-12.4.1-12', name: 'the path secret of another node than the common ancestor', reported: 'R-12.4.3.1-18', forgery: () => ({ secrets: (secrets) => ({ ...secrets, pathSecret: { pathSecret: [...tree.pathSecrets.values()][0]! } }) }) },
  { id: 'R-12.4.3.1-21', name: 'an altered confirmation_tag in a well signed GroupInfo', forgery: () => ({ groupInfo: (info) => ({ ...info, confirmationTag: flipped(info.confirmationTag) }) }) },
  { id: 'R-13.4-04', name: 'two GroupInfo extensions of one type', forgery: () => ({ groupInfo: (info) => ({ ...info, extensions: [...info.extensions, ...twice] }) }) },
  { id: 'R-13.4-04', name: 'two required_capabilities in the GroupContext', forgery: () => ({ groupContext: (context) => ({ ...context, extensions: [0, 1].map(() => ({ extensionType: 3, extensionData: new Uint8Array(3) })) }) }) },
  { id: 'R-11.1-01', name: 'a required_capabilities body cut short', forgery: () => ({ groupContext: (context) => ({ ...context, extensions: [{ extensionType: 3, extensionData: new Uint8Array(2) }] }) }) },
  { id: 'R-12.1.8.1-01', name: 'an external_senders body that does not parse', forgery: () => ({ groupContext: (context) => ({ ...context, extensions: [{ extensionType: 5, extensionData: Uint8Array.of(2, 0, 0) }] }) }) },
  { id: 'R-8.1-02', name: 'a GroupContext of another version', forgery: () => ({ groupContext: (context) => ({ ...context, version: 2 }) }) },
  { id: 'R-2.1-02', name: 'a byte after the GroupInfo', code: 'malformed', forgery: () => ({ afterGroupInfo: Uint8Array.of(0) }) },
  { id: 'R-2.1-02', name: 'a byte after the GroupSecrets', code: 'malformed', forgery: () => ({ secretBytes: (bytes) => Uint8Array.of(...bytes, 0) }) },
  { id: 'R-12.4.3.1-22', name: 'a reinit PSK for a group that the client never saw reinitialized', forgery: () => ({ psks: [{ id: { psktype: 'resumption', usage: 'reinit', pskGroupId: utf8('old'), pskEpoch: 3n, pskNonce: nonce() }, psk: nonce() }] }) },
  { id: 'R-11.3-08', name: 'a branch PSK where no branch was asked for', forgery: () => ({ psks: [{ id: { psktype: 'resumption', usage: 'branch', pskGroupId: utf8('old'), pskEpoch: 3n, pskNonce: nonce() }, psk: nonce() }] }) },
  {
    id: 'R-12.4.3.1-06',
    name: 'a reinit and a branch PSK',
    forgery: () => ({ psks: (['reinit', 'branch'] as const).map((usage) => ({ id: { psktype: 'resumption', usage, pskGroupId: utf8('old'), pskEpoch: 3n, pskNonce: nonce() }, psk: nonce() })) }),
  },
];

describe('a Welcome creates nothing with', () => {
  test.each(rows)('$id: $name', async ({ id, reported = id, code = 'invalid', forgery }) => {
    const group = await judgeJoin({ client: joiner, violating: await welcome(await forgery()), twin: await welcome(), requirement: reported, code });
    expect(group.epoch).toBe(1n);
  });

  test('R-12.4.3-05: the id of a group that the client is a member of', async () => {
    const group = await joiner.join(await welcome());
    const again = await joiner.createKeyPackage();
    bundle = again;
    tree = await pathBy(plant(base, again).grove, 0, { added: [4] });
    await refuses(async () => joiner.join(await welcome()), { requirement: 'R-12.4.3-05' });
    const other = (context: GroupContext): GroupContext => ({ ...context, groupId: utf8('another') });
    // In a tree of KeyPackage leaves, which are bound to no group, the same KeyPackage joins another one.
    tree = plant(await grove(['alice', 'bob', 'charlie', 'diana']), again).grove;
    const elsewhere = await forgeWelcome(suite, { ...tree, epoch: forgeEpoch(suite, { ...tree, groupContext: other }), signer: { leafIndex: 0, key: tree.signatureKeys.get(0)! }, added: [{ keyPackage: again.keyPackage, leafIndex: asLeafIndex(4) }] });
    expect((await joiner.join(elsewhere)).groupId).not.toEqual(group.groupId);
  });
});

test('R-12.4.3.1-17: above the common ancestor one path step is taken per non-blank node', async () => {
  // Leaves 2 and 3 are blank, so node 3 is passed over between node 1 and the root.
  const start = fell(await grove(['alice', 'bob', 'charlie', 'diana', 'eve']), 1, 2, 3);
  const grown = await pathBy(plant(start, bundle).grove, 0, { added: [1] });
  expect([...grown.pathSecrets.keys()]).toEqual([1, 7]);
  const added = [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(1) }];
  const epoch = forgeEpoch(suite, grown);
  const group = await joiner.join(await forgeWelcome(suite, { ...grown, epoch, signer: { leafIndex: 0, key: start.signatureKeys.get(0)! }, added }));
  expect([...group.state.privateKeys.keys()].sort()).toEqual([1, 2, 7]);
  expect(hex(group.epochAuthenticator)).toBe(hex(epoch.secrets.epochAuthenticator.expose()));
});

test('R-12.4.1-11: the GroupInfo is signed with the key that the signer has in the new tree', async () => {
  // The committer changes its signature key by the path that adds the joiner: the old key is no longer good.
  const key = await suite.generateSignatureKey();
  tree = await pathBy(plant(base, bundle).grove, 0, { added: [4], leaf: (leaf) => ({ ...leaf, signatureKey: key.publicKey }), leafSigner: key });
  const added = [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(4) }];
  const by = (signer: typeof key) => forgeWelcome(suite, { ...tree, epoch: forgeEpoch(suite, tree), signer: { leafIndex: 0, key: signer }, added });
  await judgeJoin({ client: joiner, violating: await by(base.signatureKeys.get(0)!), twin: await by(key), requirement: 'R-12.4.3-06' });
});

test('R-12.4.3.1-05: external PSKs named in the GroupSecrets are mixed in, in their order', async () => {
  const psks = [external('one', 'first'), external('two', 'second')];
  const epoch = forgeEpoch(suite, { ...tree, psks });
  joiner.storePsk(utf8('one'), utf8('first'));
  const message = await welcome({ psks, epoch });
  await refuses(() => joiner.join(message), { requirement: 'R-12.4.3.1-05' });
  joiner.storePsk(utf8('two'), utf8('second'));
  expect(hex((await joiner.join(message)).epochAuthenticator)).toBe(hex(epoch.secrets.epochAuthenticator.expose()));
});

test('R-12.4.3.1-02: a KeyPackage serves one join only, unless it is a last resort', async () => {
  await joiner.join(await welcome());
  await refuses(async () => joiner.join(await welcome({ groupContext: (context) => ({ ...context, groupId: utf8('other') }) })), { requirement: 'R-12.4.3.1-02' });
});

test('R-5.3.1-07: a GroupContext with an external sender whom the joiner does not accept', async () => {
  let trusted = false;
  joiner = await person('joiner', { policy: policyWith({ validateCredential: ({ credential }) => trusted || (credential.credentialType === 'basic' && hex(credential.identity) !== hex(utf8('mallory'))) }) });
  bundle = await joiner.createKeyPackage();
  tree = await pathBy(plant(base, bundle).grove, 0, { added: [4] });
  const { publicKey } = await suite.generateSignatureKey();
  const extension = knownExtension('external_senders', [{ signatureKey: publicKey, credential: { credentialType: 'basic', identity: utf8('mallory') } }]);
  const message = await welcome({ groupContext: (context) => ({ ...context, extensions: [extension] }) });
  await refuses(() => joiner.join(message), { requirement: 'R-5.3.1-07' });
  trusted = true;
  expect((await joiner.join(message)).extensions.length).toBe(1);
});

test('R-5.3-02: a tree with an x509 leaf that has no certificate', async () => {
  const key = await suite.generateSignatureKey();
  const with509 = async (...certificates: Uint8Array[]) => {
    const fourth = await keyPackageOf('x', { signatureKey: key, credential: x509(...certificates) });
    tree = plant(plant(await grove(['alice', 'bob', 'charlie']), fourth).grove, bundle).grove;
    return forgeWelcome(suite, { ...tree, epoch: forgeEpoch(suite, tree), signer: { leafIndex: 0, key: tree.signatureKeys.get(0)! }, added: [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(4) }] });
  };
  await judgeJoin({ client: joiner, violating: await with509(), twin: await with509(certificateFor(key.publicKey)), requirement: 'R-5.3-02' });
});

describe('an extension of the GroupContext that all leaves list, the joiner included, and the joiner does not support', () => {
  // Its own leaf lists it as a client lists GREASE: what counts is what the client truly supports.
  test.each<[RequirementId, string, number]>([
    ['R-12.4.3-04', 'of an unknown type', 0xf001],
    ['R-13.4-06', 'that the joiner lacks', 0xf002],
    ['R-13.5-07', 'of a GREASE type', 0x1a1a],
    ['R-13.5-12', 'of the GREASE type that the joiner happens to list', 0x2a2a],
  ])('%s: %s is refused', async (_, __, extensionType) => {
    const listing = { ...capabilities, extensions: [0x000a, extensionType] };
    const keys = await joiner.createKeyPackage();
    bundle = await forgeKeyPackage(suite, keys, { leaf: (leaf) => ({ ...leaf, capabilities: listing }) });
    joiner.addKeyPackage(bundle.keyPackage, keys);
    const others = await Promise.all(['alice', 'bob', 'charlie', 'diana'].map((name) => keyPackageOf(name, { capabilities: listing })));
    tree = plant(groveOf(suite, others), bundle).grove;
    const of = (groupContext: (context: GroupContext) => GroupContext) => forgeWelcome(suite, { ...tree, epoch: forgeEpoch(suite, { ...tree, groupContext }), signer: { leafIndex: 0, key: others[0]!.signatureKey }, added: [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(4) }] });
    await judgeJoin({ client: joiner, violating: await of(withExtension(extensionType)), twin: await of((context) => context), requirement: 'R-12.4.3-04' });
  });
});
