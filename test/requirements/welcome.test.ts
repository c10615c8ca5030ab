/** Joining by a Welcome, as far as the catalogue of violations does not go: RFC 9420 §5.3.1, §12.4.3, §12.4.3.1, §13. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import type { PreSharedKeyInput } from '../../src/mls/epoch/psk-secret.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import type { GroupContext } from '../../src/mls/wire/group-info.ts';
import { forgeKeyPackage } from '../../src/hostile/forge/forge-leaf.ts';
import { fell, groveOf, pathBy, plant, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome, type EpochInput, type ForgedEpoch } from '../../src/hostile/forge/forge-welcome.ts';
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

interface Forgery {
  readonly groupContext?: (context: GroupContext) => GroupContext;
  readonly psks?: readonly PreSharedKeyInput[];
  readonly epoch?: ForgedEpoch;
}

function welcome({ groupContext, psks = [], epoch }: Forgery = {}): Promise<Uint8Array> {
  const input: EpochInput = { ...tree, psks, ...(groupContext && { groupContext }) };
  const added = [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(4) }];
  return forgeWelcome(suite, { ...tree, epoch: epoch ?? forgeEpoch(suite, input), signer: { leafIndex: 0, key: base.signatureKeys.get(0)! }, added, psks });
}

const external = (id: string, psk: string): PreSharedKeyInput => ({ id: { psktype: 'external', pskId: utf8(id), pskNonce: suite.random(suite.nh) }, psk: utf8(psk) });
const withExtension = (extensionType: number) => (context: GroupContext): GroupContext => ({ ...context, extensions: [{ extensionType, extensionData: new Uint8Array(0) }] });

test('R-12.4.3-05: a Welcome with the id of a group that the client is a member of is refused', async () => {
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

describe('an extension of the GroupContext that all leaves list, the joiner included, and the joiner does not support', () => {
  // Its own leaf lists it as a client lists GREASE: what counts is what the client truly supports.
  test.each<[RequirementId, string, number]>([
    ['R-12.4.3-04', 'of an unknown type', 0xf001],
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
