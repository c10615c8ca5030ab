/** External Commits, by the members who receive them and by who joins: RFC 9420 §6.1, §8.3, §12.2, §12.4.3.2. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/mls/bytes.ts';
import { externalKey, sendExternalInit } from '../../src/mls/epoch/key-schedule.ts';
import { leafKeyOf } from '../../src/mls/group/state.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { leafAt, treeToNodes } from '../../src/mls/tree/ratchet-tree.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { forgeCommit, outsider, type CommitForgery } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeUpdate } from '../../src/hostile/forge/forge-leaf.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { withLeaf, withParent } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeGroupInfo, groupInfoMessage, type GroupInfoForgery } from '../../src/hostile/forge/forge-welcome.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { fingerprint, follows, judgeCommit, refused, refuses } from './support.ts';
import { delivered } from '../../src/hostile/people.ts';
import { capabilities, history, keyPackageOf, person, suite, fullGrove } from '../support/people.ts';

const { clients, groups } = await history(['alice', 'bob', 'charlie']);
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
for (const client of clients) client.storePsk(utf8('id'), utf8('value'));
const basic = (name: string) => ({ credential: { credentialType: 'basic', identity: utf8(name) }, capabilities, extensions: [] }) as const;
const diana = await outsider(a.state, basic('diana'));
const aliceAgain = await outsider(a.state, basic('alice'));
const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });
const psk: Proposal = { proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } };
const second: Proposal = { proposalType: 'external_init', kemOutput: (await sendExternalInit(suite, (await externalKey(suite, a.state.secrets.externalSecret)).publicKey)).kemOutput };
const proposing = await b.propose({ kind: 'proposal', proposal: remove(2) });
const [knowsA, knowsC] = [await delivered(a, proposing.message), await delivered(c, proposing.message)];

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly reported?: RequirementId;
  readonly violating: CommitForgery;
  readonly twin?: CommitForgery;
}

const rows: Row[] = [
  { id: 'R-12.2-21', name: 'no ExternalInit', violating: { by: diana, externalInit: 'none' } },
  { id: 'R-12.2-21', name: 'two ExternalInits', violating: { by: diana, proposals: [second] } },
  { id: 'R-12.2-22', name: 'two Removes', violating: { by: aliceAgain, proposals: [remove(0), remove(1)] }, twin: { by: aliceAgain, proposals: [remove(0)] } },
  { id: 'R-12.2-26', name: 'an inline Add', violating: { by: diana, proposals: [addOf(await keyPackageOf('eve'))] } },
  { id: 'R-12.2-26', name: 'inline GroupContextExtensions', violating: { by: diana, proposals: [{ proposalType: 'group_context_extensions', extensions: [] }] } },
  { id: 'R-12.2-26', name: 'an inline Update', violating: { by: diana, proposals: [await forgeUpdate(a.state)] } },
  { id: 'R-12.2-26', name: 'an inline ReInit', violating: { by: diana, proposals: [{ proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: 1, extensions: [] }] } },
  { id: 'R-12.4.3.2-03', name: 'no path', violating: { by: diana, path: 'none' } },
  { id: 'R-12.4.3.2-04', name: 'a ProposalRef to a cached proposal of a member', violating: { by: diana, proposals: [{ proposal: remove(2), reference: proposing.reference, sender: 1 }] } },
  { id: 'R-6.1-08', name: "a signature by another key than the path leaf's", violating: { by: diana, signatureKey: aliceAgain.signatureKey } },
  { id: 'R-12.4.3.2-05', name: "a signature by an existing member's key", reported: 'R-6.1-08', violating: { by: diana, signatureKey: a.state.signatureKey } },
  { id: 'R-12.4.2-05', name: 'a leaf signed for another leaf index', reported: 'R-7.3-02', violating: { by: diana, path: { place: (place) => ({ ...place, leafIndex: asLeafIndex(0) }) } } },
  { id: 'R-12.2-24', name: "a Remove of somebody else's leaf", violating: { by: diana, proposals: [remove(0)] }, twin: { by: aliceAgain, proposals: [remove(0)] } },
  { id: 'R-12.2-23', name: "a Remove and the removed leaf's encryption_key", violating: { by: aliceAgain, proposals: [remove(0)], path: { leafKey: leafKeyOf(a.state) } }, twin: { by: aliceAgain, proposals: [remove(0)] } },
  { id: 'R-12.1.3-01', name: 'a Remove of a blank leaf', violating: { by: aliceAgain, proposals: [remove(3)] }, twin: { by: aliceAgain, proposals: [remove(0)] } },
  { id: 'R-8.3-02', name: "a kem_output made for another epoch's external_pub", violating: { by: diana, externalInit: (kemOutput) => flipped(kemOutput) } },
  { id: 'R-8.3-03', name: 'a kem_output of wrong length', violating: { by: diana, externalInit: (kemOutput) => kemOutput.subarray(1) } },
  { id: 'R-8.3-03', name: 'a kem_output whose DH result is zero', violating: { by: diana, externalInit: () => new Uint8Array(32) } },
  { id: 'R-7.3-13', name: "another member's signature key", violating: { by: await outsider(a.state, basic('diana'), b.state.signatureKey) } },
  { id: 'R-12.4.2-03', name: 'a PSK that a member lacks', violating: { by: diana, proposals: [{ proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('only alice'), pskNonce: new Uint8Array(32) } }] }, twin: { by: diana, proposals: [psk] } },
  { id: 'R-7.2-05', name: 'a leaf with an extension that it does not list', violating: { by: diana, path: { leaf: (leaf) => ({ ...leaf, extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(0) }] }) } } },
  { id: 'R-12.4.2-06', name: 'a leaf of source key_package', violating: { by: diana, path: { leaf: ({ encryptionKey, signatureKey, credential, capabilities: own, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities: own, extensions, leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 40n } }) } } },
];
clients[0]!.storePsk(utf8('only alice'), utf8('value'));

describe('an external Commit is refused with', () => {
  test.each(rows)('$id: $name', async ({ id, reported = id, violating, twin = { by: diana } }) => {
    await judgeCommit({ from: knowsA, to: knowsC, requirement: reported, violating, twin });
  });

  test('R-6.2-02: a membership_tag after it', async () => {
    const honest = await forgeCommit(a.state, { by: diana });
    await refused(c, Uint8Array.of(...honest.message, 32, ...new Uint8Array(32)), { requirement: 'R-2.1-02', code: 'malformed' });
    await follows(c, honest);
  });

  test('R-12.4.3.2-08: the GroupInfo of an epoch that another join has ended', async () => {
    const [first, late] = [await forgeCommit(a.state, { by: diana }), await forgeCommit(a.state, { by: await outsider(a.state, basic('eve')) })];
    const next = await follows(c, first);
    await refused(next, late.message, { requirement: 'R-12.4.3.2-08' });
    await follows(next, await forgeCommit(first.state));
  });

  test.each<[string, Parameters<typeof policyWith>[0], CommitForgery, CommitForgery]>([
    ['every external Commit', { allowExternalCommit: ({ leafNode }) => leafNode.credential.credentialType === 'basic' && leafNode.credential.identity[0] !== 0x64 }, { by: diana }, { by: aliceAgain, proposals: [remove(0)] }],
    ['resync', { allowResync: () => false }, { by: aliceAgain, proposals: [remove(0)] }, { by: diana }],
  ])('R-12.4.3.2-09: a policy that forbids %s', async (_, changes, violating, twin) => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: policyWith(changes) });
    await judgeCommit({ from: d!, to: e!, requirement: 'R-12.4.3.2-09', violating, twin });
  });

  test('R-5.3.1-06: a credential that the application refuses', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== 0x6d }) });
    await judgeCommit({ from: d!, to: e!, requirement: 'R-5.3.1-06', violating: { by: await outsider(d!.state, basic('mallory')) }, twin: { by: diana } });
  });
});

const grown = await fullGrove(['alice', 'bob', 'charlie', 'dora']);
const other = withLeaf(grown, 1, (await keyPackageOf('mallory')).keyPackage.leafNode);

describe('who joins by external Commit refuses', () => {
  const joins = async (violating: Uint8Array, twin: Uint8Array, requirement: RequirementId) => {
    const joiner = await person('diana');
    await refuses(() => joiner.joinByExternalCommit(violating), { requirement });
    const { group } = await joiner.joinByExternalCommit(twin);
    expect(group.members.length).toBeGreaterThan(1);
  };

  test('R-12.4.3.2-01: a GroupInfo without external_pub', async () => joins(await a.groupInfo({ externalPub: false }), await a.groupInfo(), 'R-12.4.3.2-01'));

  const info = async (tree = grown, forgery: GroupInfoForgery = {}) =>
    groupInfoMessage(await forgeGroupInfo(suite, { epoch: forgeEpoch(suite, tree), tree: tree.tree, signer: { leafIndex: 0, key: grown.signatureKeys.get(0)! } }, { externalPub: true, ...forgery }));

  test('R-12.4.3.2-02: a tree with one leaf exchanged', async () => joins(await info(grown, { nodes: () => treeToNodes(other.tree) }), await info(), 'R-12.4.3.1-10'));
  test('R-12.4.3.2-02: a tampered parent key', async () => joins(await info(withParent(grown, 3, (parent) => ({ ...parent, encryptionKey: flipped(parent.encryptionKey, 5) }))), await info(), 'R-7.9.2-01'));
  test('R-12.4.3.2-02: a badly signed leaf', async () => {
    const leaf = leafAt(grown.tree, 3)!;
    await joins(await info(withLeaf(grown, 3, { ...leaf, signature: flipped(leaf.signature) })), await info(), 'R-7.3-02');
  });
  test('R-12.4.3.2-02: a bad signature on the GroupInfo', async () => joins(await info(grown, { signature: (signature) => flipped(signature) }), await info(), 'R-12.4.3-06'));
  test('R-12.4.3-04: an extension of the GroupContext that it does not know', async () =>
    joins(
      groupInfoMessage(await forgeGroupInfo(suite, { epoch: forgeEpoch(suite, { ...grown, groupContext: (context) => ({ ...context, extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(0) }] }) }), tree: grown.tree, signer: { leafIndex: 0, key: grown.signatureKeys.get(0)! } }, { externalPub: true })),
      await info(),
      'R-12.4.3-04',
    ));
  test('R-8.1-02: a group of another suite', async () => {
    const other = await person('diana', { cipherSuite: 3 });
    await refuses(async () => other.joinByExternalCommit(await a.groupInfo()), { requirement: 'R-8.1-02' });
  });
  test('R-5.1.1-04: an external_pub whose DH result is zero', async () => {
    const zero = { extensionType: 4, extensionData: Uint8Array.of(32, ...new Uint8Array(32)) };
    await joins(await info(grown, { groupInfo: (one) => ({ ...one, extensions: one.extensions.map((extension) => (extension.extensionType === 4 ? zero : extension)) }) }), await info(), 'R-5.1.1-04');
  });
});

test('R-12.4.3.2-08: members that refused an external Commit are unchanged and take another', async () => {
  const before = fingerprint(c);
  await refused(c, (await forgeCommit(a.state, { by: diana, confirmationTag: (tag) => flipped(tag) })).message, { requirement: 'R-8.3-02' });
  expect(fingerprint(c)).toBe(before);
  await follows(c, await forgeCommit(a.state, { by: diana }));
});
