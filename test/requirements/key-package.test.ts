/** KeyPackages and the leaves in them, as a member receives them in an Add: RFC 9420 §5, §7.2, §7.3, §10, §13. */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import type { UnsignedLeafNode } from '../../src/mls/tree/leaf-node.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import type { Capabilities } from '../../src/mls/wire/leaf-node.ts';
import { certificateFor, x509 } from '../support/forge-certificate.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeKeyPackage, type KeyPackageForgery } from '../../src/hostile/forge/forge-leaf.ts';
import { flipped, forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { follows, fingerprint, judgeProposal, refused, refuses } from './support.ts';
import { capabilities, history, keyPackageOf, person, provider, suite } from '../support/people.ts';

const now = BigInt(Math.floor(Date.now() / 1000));
const { groups: [a, b] } = await history(['alice', 'bob']);
const p256 = provider.cipherSuite(2);
const p256Key = await p256.generateSignatureKey();
const p256Hpke = await p256.generateHPKEKey();

/** The Add is refused as a proposal and in a Commit; the honest Add of the same person is accepted both ways. */
async function judgeAdd(violating: KeyPackageBundle, twin: KeyPackageBundle, requirement: RequirementId, groups = [a!, b!]): Promise<void> {
  const [from, to] = [groups[0]!, groups[1]!];
  await judgeProposal({ to, violating: await forgeProposal(from.state, addOf(violating)), twin: await forgeProposal(from.state, addOf(twin)), requirement });
  await refused(to, (await forgeCommit(from.state, { proposals: [addOf(violating)], path: 'none' })).message, { requirement });
  await follows(to, await forgeCommit(from.state, { proposals: [addOf(twin)], path: 'none' }));
  // A careful committer does not send it in the first place.
  const before = fingerprint(to);
  await expect(to.commit({ proposals: [add(violating.keyPackage)] })).rejects.toMatchObject({ name: 'MLSError' });
  expect(fingerprint(to)).toBe(before);
}

const leafWith = (changes: Partial<UnsignedLeafNode>): KeyPackageForgery => ({ leaf: (leaf) => ({ ...leaf, ...changes }) as UnsignedLeafNode });
const capable = (changes: Partial<Capabilities>): KeyPackageForgery => leafWith({ capabilities: { ...capabilities, ...changes } });
const extension = (extensionType: number, length = 1) => ({ extensionType, extensionData: new Uint8Array(length) });
const memberKey = a!.members[0]!.leafNode;

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly reported?: RequirementId;
  readonly forgery: KeyPackageForgery;
}

const rows: Row[] = [
  { id: 'R-10.1-02', name: 'another version', forgery: { keyPackage: (honest) => ({ ...honest, version: 2 }) } },
  { id: 'R-10.1-03', name: "another suite than the group's", forgery: { keyPackage: (honest) => ({ ...honest, cipherSuite: 3 }) } },
  { id: 'R-17.1-12', name: 'suite 0', forgery: { keyPackage: (honest) => ({ ...honest, cipherSuite: 0 }) } },
  { id: 'R-10-03', name: 'an init_key of 65 bytes', forgery: { keyPackage: (honest) => ({ ...honest, initKey: p256Hpke.publicKey }) } },
  { id: 'R-10-05', name: 'an encryption_key of another KEM', forgery: leafWith({ encryptionKey: p256Hpke.publicKey }) },
  { id: 'R-5.1.2-01', name: 'a signature_key of another scheme', forgery: leafWith({ signatureKey: p256Key.publicKey }) },
  { id: 'R-10.1-05', name: 'init_key equal to encryption_key', forgery: { keyPackage: (honest) => ({ ...honest, initKey: honest.leafNode.encryptionKey }) } },
  { id: 'R-10-06', name: 'a flipped signature bit', forgery: { signature: (signature) => flipped(signature) } },
  // The leaf inside is reported by the rule that it breaks.
  { id: 'R-10.1-04', name: 'a good signature around a badly signed leaf', reported: 'R-7.3-02', forgery: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature) }) } },
  { id: 'R-10.1-01', name: 'any fault that a careless member overlooked', reported: 'R-7.3-02', forgery: { signedLeaf: (leaf) => ({ ...leaf, signature: new Uint8Array(64) }) } },
  { id: 'R-7.3-02', name: 'a leaf with a flipped signature bit', forgery: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }) } },
  { id: 'R-7.2-14', name: 'a leaf with one field edited after signing', reported: 'R-7.3-02', forgery: { signedLeaf: (leaf) => ({ ...leaf, credential: { credentialType: 'basic', identity: utf8('mallory') } }) } },
  {
    id: 'R-10-09',
    name: 'a leaf of source update',
    forgery: { leaf: ({ encryptionKey, signatureKey, credential, capabilities: own, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities: own, extensions, leafNodeSource: 'update' }), place: { groupId: a!.groupId, leafIndex: asLeafIndex(2) } },
  },
  {
    id: 'R-10-09',
    name: 'a leaf of source commit',
    forgery: { leaf: ({ encryptionKey, signatureKey, credential, capabilities: own, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities: own, extensions, leafNodeSource: 'commit', parentHash: new Uint8Array(0) }), place: { groupId: a!.groupId, leafIndex: asLeafIndex(2) } },
  },
  { id: 'R-10-10', name: 'an extension that the leaf does not list', forgery: { keyPackage: (honest) => ({ ...honest, extensions: [extension(0x0a0a)] }) } },
  { id: 'R-13.4-04', name: 'two KeyPackage extensions of one type', forgery: { keyPackage: (honest) => ({ ...honest, extensions: [extension(0x000a, 0), extension(0x000a, 0)] }) } },
  { id: 'R-13.4-04', name: 'two leaf extensions of one type', forgery: leafWith({ extensions: [extension(1), extension(1, 2)] }) },
  { id: 'R-7.2-05', name: 'a leaf extension that its capabilities do not list', forgery: leafWith({ extensions: [extension(0xf001)] }) },
  { id: 'R-13.5-04', name: 'a GREASE extension that its capabilities do not list', reported: 'R-7.2-05', forgery: leafWith({ extensions: [extension(0x1a1a)] }) },
  { id: 'R-7.2-06', name: 'capabilities without its own credential type', forgery: capable({ credentials: [2] }) },
  { id: 'R-7.3-06', name: "capabilities without the group's version", forgery: capable({ versions: [2] }) },
  { id: 'R-7.3-13', name: "another member's signature_key", reported: 'R-7.3-13', forgery: { leaf: (leaf) => ({ ...leaf, signatureKey: memberKey.signatureKey }), signatureKey: a!.state.signatureKey } },
  { id: 'R-7.3-14', name: "another member's encryption_key", forgery: leafWith({ encryptionKey: memberKey.encryptionKey }) },
  { id: 'R-5.3-02', name: 'an x509 chain without certificates', forgery: leafWith({ credential: x509() }) },
  { id: 'R-5.3-02', name: 'something at entry 0 that is no certificate', forgery: leafWith({ credential: x509(utf8('no certificate')) }) },
  { id: 'R-5.3-03', name: 'a certificate for another key', forgery: leafWith({ credential: x509(certificateFor(memberKey.signatureKey)) }) },
];

// A proposal stands alone: what it does among the others is judged when it is committed.
const onlyInCommits: readonly RequirementId[] = ['R-7.3-13', 'R-7.3-14'];

describe('an Add is refused of a KeyPackage with', () => {
  test.each(rows)('$id: $name', async ({ id, reported = id, forgery }) => {
    const charlie = await keyPackageOf('charlie');
    const violating = await forgeKeyPackage(suite, charlie, forgery);
    if (!onlyInCommits.includes(id)) return judgeAdd(violating, charlie, reported);
    await refused(b!, (await forgeCommit(a!.state, { proposals: [addOf(violating)], path: 'none' })).message, { requirement: reported });
    await follows(b!, await forgeCommit(a!.state, { proposals: [addOf(charlie)], path: 'none' }));
  });

  test('R-7.3-10: a lifetime that is over, or has not begun', async () => {
    const charlie = await keyPackageOf('charlie');
    for (const lifetime of [{ notBefore: now - 30_000n, notAfter: now - 20_000n }, { notBefore: now + 20_000n, notAfter: now + 30_000n }]) {
      await judgeAdd(await forgeKeyPackage(suite, charlie, leafWith({ lifetime } as Partial<UnsignedLeafNode>)), charlie, 'R-7.3-10');
    }
  });

  test('R-7.2-10: a lifetime beyond the configured maximum', async () => {
    const short = await history(['alice', 'bob'], { policy: policyWith({ maximumLifetime: 100_000n }) });
    const charlie = await keyPackageOf('charlie');
    const long = await keyPackageOf('charlie', { lifetime: { notBefore: now, notAfter: now + 100_001n } });
    await judgeAdd(long, charlie, 'R-7.2-10', [...short.groups]);
  });

  test('R-10-08: an MLSMessage mls10 around a KeyPackage of another version', async () => {
    const message = (await forgeKeyPackage(suite, await keyPackageOf('charlie'), { keyPackage: (honest) => ({ ...honest, version: 2 }) })).message;
    await refuses(async () => a!.commit({ proposals: [add(message)] }), { requirement: 'R-10-08' });
  });
});

test('R-5.3-03: an x509 leaf whose certificate is for its own key is accepted', async () => {
  const key = await suite.generateSignatureKey();
  const charlie = await keyPackageOf('charlie', { credential: x509(certificateFor(key.publicKey)), signatureKey: key });
  await follows(b!, await forgeCommit(a!.state, { proposals: [addOf(charlie)] }));
});

test('R-5.1.1-03: in an ECDSA suite a compressed point, or one of wrong length, is refused as signature_key', async () => {
  const [alice, bob] = [await person('alice', { cipherSuite: 2 }), await person('bob', { cipherSuite: 2 })];
  const first = await alice.createGroup();
  const adding = await first.commit({ proposals: [add((await bob.createKeyPackage()).message)] });
  const bobs = await bob.join(adding.welcome!);
  const honest = await (await person('charlie', { cipherSuite: 2 })).createKeyPackage();
  const { publicKey } = honest.signatureKey;
  const compressed = Uint8Array.of(2 + (publicKey[64]! & 1), ...publicKey.subarray(1, 33));
  for (const signatureKey of [compressed, publicKey.subarray(0, 64)]) {
    await judgeAdd(await forgeKeyPackage(p256, honest, leafWith({ signatureKey })), honest, 'R-5.1.1-03', [adding.group, bobs]);
  }
  // Points off the curve, as HPKE keys.
  const off = flipped(honest.keyPackage.initKey, -1);
  await judgeAdd(await forgeKeyPackage(p256, honest, { keyPackage: (one) => ({ ...one, initKey: off }) }), honest, 'R-10-03', [adding.group, bobs]);
  // R-5.1.2-02: r and s one after the other are no ECDSA signature.
  const raw = { signature: () => new Uint8Array(64).fill(1) };
  await judgeAdd(await forgeKeyPackage(p256, honest, raw), honest, 'R-10-06', [adding.group, bobs]);
});

test('R-5.1.2-02: an ECDSA signature sent as r then s is refused', async () => {
  const key = await p256.generateSignatureKey();
  const message = utf8('message');
  const der = await p256.sign(key, message);
  const integers = [der.subarray(4, 4 + der[3]!), der.subarray(6 + der[3]!)].map((one) => Uint8Array.of(...new Uint8Array(Math.max(0, 32 - one.length)), ...one.slice(-32)));
  expect(await p256.verify(key.publicKey, message, der)).toBe(true);
  expect(await p256.verify(key.publicKey, message, Uint8Array.of(...integers[0]!, ...integers[1]!))).toBe(false);
});

test('R-5.1.1-04: nobody encrypts to a key whose DH result is zero', async () => {
  const zero = new Uint8Array(32);
  await refuses(() => suite.hpkeSeal(zero, zero, zero, zero), { requirement: 'R-5.1.1-04' });
  await suite.hpkeSeal((await suite.generateHPKEKey()).publicKey, zero, zero, zero);
});

describe('under required_capabilities', () => {
  const required = knownExtension('required_capabilities', { extensionTypes: [0xf001], proposalTypes: [0xf002], credentialTypes: [2] });
  test.each<[RequirementId, Partial<Capabilities>]>([
    ['R-7.3-03', { extensions: [0x000a] }],
    ['R-7.3-04', { proposals: [] }],
    ['R-7.3-05', { credentials: [1] }],
  ])('%s: an Add whose leaf lacks %o is refused', async (requirement, lacking) => {
    const each = { extensions: [0xf001], customProposals: [{ type: 0xf002, requiresPath: false, external: false }] };
    const { groups } = await history(['alice', 'bob'], { groupExtensions: [required], ...each });
    const whole = { ...capabilities, extensions: [0x000a, 0xf001], proposals: [0xf002] };
    const charlie = await keyPackageOf('charlie', { capabilities: whole });
    const violating = await forgeKeyPackage(suite, charlie, leafWith({ capabilities: { ...whole, ...lacking } }));
    await refused(groups[1]!, (await forgeCommit(groups[0]!.state, { proposals: [addOf(violating)] })).message, { requirement });
    await follows(groups[1]!, await forgeCommit(groups[0]!.state, { proposals: [addOf(charlie)] }));
  });

  test('R-13.4-05: an Add of a client that lacks an extension type of the GroupContext is refused', async () => {
    const { groups } = await history(['alice', 'bob'], { groupExtensions: [extension(0xf001)], extensions: [0xf001] });
    const charlie = await keyPackageOf('charlie', { capabilities: { ...capabilities, extensions: [0xf001] } });
    await refused(groups[1]!, (await forgeCommit(groups[0]!.state, { proposals: [addOf(await keyPackageOf('charlie'))] })).message, { requirement: 'R-13.4-05' });
    await follows(groups[1]!, await forgeCommit(groups[0]!.state, { proposals: [addOf(charlie)] }));
  });
});

describe('among members with other credentials', () => {
  test('R-7.3-08: an Add of a basic-only client to a group with an x509 member is refused', async () => {
    const key = await suite.generateSignatureKey();
    const { groups } = await history(['alice', 'bob'], { each: { bob: { signatureKey: key, credential: x509(certificateFor(key.publicKey)) } } });
    const charlie = await keyPackageOf('charlie');
    const basicOnly = await forgeKeyPackage(suite, charlie, capable({ credentials: [1] }));
    await refused(groups[1]!, (await forgeCommit(groups[0]!.state, { proposals: [addOf(basicOnly)] })).message, { requirement: 'R-7.3-08' });
    await follows(groups[1]!, await forgeCommit(groups[0]!.state, { proposals: [addOf(charlie)] }));
  });

  test('R-7.3-07: an x509 path leaf in a group with a member that lists only basic is refused', async () => {
    const { groups } = await history(['alice', 'bob'], { policy: policyWith({ isSuccessor: () => true }) });
    const basicOnly = await keyPackageOf('charlie', { capabilities: { ...capabilities, credentials: [1] } });
    const adding = await forgeCommit(groups[0]!.state, { proposals: [addOf(basicOnly)] });
    const bobs = await follows(groups[1]!, adding);
    const credential = x509(certificateFor(groups[0]!.state.signatureKey.publicKey));
    await refused(bobs, (await forgeCommit(adding.state, { path: { leaf: (leaf) => ({ ...leaf, credential }) } })).message, { requirement: 'R-7.3-07' });
    await follows(bobs, await forgeCommit(adding.state));
  });
});

describe('before an Add is sent', () => {
  test('R-7.3-09: a local request to add an expired KeyPackage is refused', async () => {
    const expired = await keyPackageOf('charlie', { lifetime: { notBefore: now - 30_000n, notAfter: now - 20_000n } });
    await refuses(() => a!.commit({ proposals: [add(expired.message)] }), { requirement: 'R-7.3-09' });
    await refuses(() => a!.propose(add(expired.message)), { requirement: 'R-7.3-09' });
    await a!.commit({ proposals: [add((await keyPackageOf('charlie')).message)] });
  });

  test('R-5.3.1-02: a local request to add a client whose credential is refused', async () => {
    const policy = policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== 0x6d });
    const { groups: [careful] } = await history(['alice', 'bob'], { policy });
    await refuses(async () => careful!.commit({ proposals: [add((await keyPackageOf('mallory')).message)] }), { requirement: 'R-5.3.1-02' });
    await careful!.commit({ proposals: [add((await keyPackageOf('charlie')).message)] });
  });
});
