/** UpdatePaths and the leaf on top of them: RFC 9420 §7.4 to §7.6, §7.9.2, §12.4.2, §16.7. */
import { describe, expect, test } from 'vitest';
import { remove } from '../../src/index.ts';
import { encodeContext, leafKeyOf, ownLeaf } from '../../src/mls/group/state.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import { encryptionKey } from '../../src/mls/tree/subtree.ts';
import { leafAt, nodeAt, treeToNodes } from '../../src/mls/tree/ratchet-tree.ts';
import { asNodeIndex } from '../../src/mls/tree/tree-math.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import type { Commit, Proposal } from '../../src/mls/wire/proposal.ts';
import { addOf } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeCommit, type CommitForgery } from '../../src/hostile/forge/forge-commit.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { follows, judgeCommit, refuses } from './support.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, keyPackageOf, suite } from '../support/people.ts';

// Eight leaves and seven members: a path has three nodes.
const { groups } = await history(['alice', 'bob', 'charlie', 'diana', 'eve', 'frank', 'grace']);
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
const grace = await keyPackageOf('henry');
const keyOf = (index: number) => encryptionKey(nodeAt(a.state.tree, asNodeIndex(index)))!;
const nextContext = (edit: { epoch?: bigint; treeHash?: Uint8Array; confirmedTranscriptHash?: Uint8Array }) => encodeContext({ ...a.groupContext, epoch: a.epoch + 1n, ...edit });

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly reported?: RequirementId;
  readonly violating: CommitForgery;
  readonly twin?: CommitForgery;
}

const rows: Row[] = [
  { id: 'R-7.5-07', name: 'an UpdatePath with one node too few', violating: { path: { nodes: (nodes) => nodes.slice(0, -1) } } },
  { id: 'R-7.5-07', name: 'an UpdatePath with one node too many', violating: { path: { nodes: (nodes) => [...nodes, nodes[0]!] } } },
  { id: 'R-7.5-11', name: 'a path secret that does not match its public key', violating: { path: { pathSecret: (secret) => flipped(secret) } } },
  { id: 'R-7.5-11', name: 'a path secret that matches at its own node and not above', violating: { path: { publicKeys: (keys) => [...keys.slice(0, 2), leafKeyOf(c.state).publicKey.map((byte) => byte ^ 1)] } } },
  { id: 'R-7.6-01', name: 'a node with one ciphertext too many', violating: { path: { nodes: (nodes) => nodes.map((node) => ({ ...node, encryptedPathSecret: [...node.encryptedPathSecret, node.encryptedPathSecret[0]!] })) } } },
  { id: 'R-7.6-01', name: 'a node with one ciphertext too few', violating: { path: { nodes: (nodes) => nodes.with(1, { ...nodes[1]!, encryptedPathSecret: [] }) } } },
  {
    id: 'R-7.5-05',
    name: 'a ciphertext for a leaf that the same Commit adds',
    reported: 'R-7.6-01',
    violating: { proposals: [addOf(grace)], path: { recipients: (_, __, whole) => whole } },
    twin: { proposals: [addOf(grace)] },
  },
  // The order cannot be seen but by what follows from it: the parent hashes that the leaf has signed.
  { id: 'R-7.6-03', name: 'two nodes of the path swapped', reported: 'R-7.9.2-07', violating: { path: { nodes: ([first, second, third]) => [second!, first!, third!] } } },
  { id: 'R-7.6-04', name: 'path secrets encrypted under the old GroupContext', violating: { path: { context: () => encodeContext(a.groupContext) } } },
  { id: 'R-7.6-04', name: 'path secrets encrypted under a GroupContext with another transcript hash', violating: { path: { context: () => nextContext({ confirmedTranscriptHash: new Uint8Array(32) }) } } },
  { id: 'R-5.1.3-02', name: 'a path secret encrypted under the label "Welcome"', reported: 'R-7.6-04', violating: { path: { label: 'Welcome' } } },
  { id: 'R-7.9.2-07', name: 'a well signed path leaf with a wrong parent_hash', violating: { path: { parentHash: (hash) => flipped(hash) } } },
  { id: 'R-7.9.2-07', name: 'a well signed path leaf with an empty parent_hash', violating: { path: { parentHash: () => new Uint8Array(0) } } },
  { id: 'R-12.4.2-08', name: "an UpdatePath that reuses another leaf's key", violating: { path: { publicKeys: (keys) => keys.with(1, keyOf(8)) } } },
  { id: 'R-12.4.2-08', name: "an UpdatePath that reuses the key of a parent outside the path", violating: { path: { publicKeys: (keys) => keys.with(0, keyOf(5)) } } },
  { id: 'R-16.7-01', name: 'an UpdatePath in which two nodes have one key', violating: { path: { publicKeys: (keys) => keys.with(2, keys[1]!) } } },
  { id: 'R-12.4.2-07', name: "a path that keeps the committer's leaf key", violating: { path: { leafKey: leafKeyOf(a.state) } } },
  {
    id: 'R-12.4.2-06',
    name: 'a path leaf of source key_package',
    violating: { path: { leaf: ({ encryptionKey, signatureKey, credential, capabilities, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities, extensions, leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 62n } }) } },
  },
  // What a wrong signature breaks does not depend on where the leaf stands.
  { id: 'R-12.4.2-06', name: 'a path leaf that is badly signed', reported: 'R-7.3-02', violating: { path: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature) }) } } },
  { id: 'R-7.2-13', name: 'a path leaf signed for another slot', reported: 'R-7.3-02', violating: { path: { place: (place) => ({ ...place, leafIndex: (place.leafIndex + 1) as typeof place.leafIndex }) } } },
  { id: 'R-7.2-13', name: 'a path leaf signed for another group', reported: 'R-7.3-02', violating: { path: { place: (place) => ({ ...place, groupId: flipped(place.groupId) }) } } },
  { id: 'R-7.2-14', name: 'a path leaf edited after it was signed', reported: 'R-7.3-02', violating: { path: { signedLeaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, extensions: [] } }) } } },
  { id: 'R-5.1.2-04', name: 'a path leaf whose signature was made for another structure', reported: 'R-7.3-02', violating: { path: { signedLeaf: (leaf) => ({ ...leaf, signature: grace.keyPackage.signature }) } } },
  { id: 'R-5.1.1-04', name: 'a path key of wrong length', violating: { path: { publicKeys: (keys) => keys.with(0, new Uint8Array(33).fill(9)) } } },
  { id: 'R-5.1.1-04', name: 'a kem_output whose DH result is zero', violating: { path: { nodes: (nodes) => nodes.map((node) => ({ ...node, encryptedPathSecret: node.encryptedPathSecret.map((one) => ({ ...one, kemOutput: new Uint8Array(32) })) })) } } },
];

describe('a Commit is refused with', () => {
  test.each(rows)('$id: $name', async ({ id, reported = id, violating, twin = {} }) => {
    await judgeCommit({ from: a, to: c, requirement: reported, violating, twin });
  });

  test('R-16.7-01: a path whose leaf and lowest node have one key', async () => {
    const leafKey = await suite.generateHPKEKey();
    await judgeCommit({ from: a, to: c, requirement: 'R-16.7-01', violating: { path: { leafKey, publicKeys: (keys) => keys.with(0, leafKey.publicKey) } }, twin: { path: { leafKey } } });
  });

  test('R-12.4.2-08: a path whose leaf has the key of a parent', async () => {
    const leafKey = a.state.privateKeys.get(asNodeIndex(7))!;
    const violating: CommitForgery = { path: { leafKey: { ...leafKey, publicKey: keyOf(9) } as typeof leafKey } };
    await judgeCommit({ from: a, to: c, requirement: 'R-12.4.2-08', violating });
  });
});

test('R-5.1.1-04: a member with a key of low order stops who must encrypt to it, and can be removed', async () => {
  // Only the DH result shows it, so the key is accepted on receipt.
  const honest = await suite.generateHPKEKey();
  const forged = await forgeCommit(a.state, { path: { leafKey: { ...honest, publicKey: new Uint8Array(32) } as typeof honest } });
  const [nextB, nextC] = [await follows(b, forged), await follows(c, forged)];
  await refuses(() => nextB.commit({ forcePath: true }), { requirement: 'R-5.1.1-04' });
  const removing = await nextB.commit({ proposals: [remove(0)] });
  expect((await delivered(nextC, removing.commit)).epochAuthenticator).toEqual(removing.group.epochAuthenticator);
});

test('R-7.5-02: a path leaf that lacks what required_capabilities require is refused', async () => {
  const required = knownExtension('required_capabilities', { extensionTypes: [0x000a], proposalTypes: [], credentialTypes: [] });
  const { groups: [d, e] } = await history(['alice', 'bob'], { groupExtensions: [required] });
  await judgeCommit({ from: d!, to: e!, requirement: 'R-7.5-02', violating: { path: { leaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, extensions: [] } }) } } });
});

test('R-7.6-02: a filtered node whose copath holds only just-added leaves stays in the path with no ciphertext', async () => {
  // Four members fill the left half of eight leaves; whoever is added first stands alone on the right.
  const { groups: four } = await history(['alice', 'bob', 'charlie', 'diana']);
  const added = await keyPackageOf('eve');
  const forged = await forgeCommit(four[0]!.state, { proposals: [addOf(added)] });
  const { path } = decodeCommit(forged.message);
  expect(path!.nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length)).toEqual([1, 1, 0]);
  await follows(four[1]!, forged);
  // The engine's own Commit has the same shape, and without that node it is refused.
  const { commit, group } = await four[0]!.commit({ proposals: [{ kind: 'proposal', proposal: addOf(added) }], forcePath: true });
  expect(decodeCommit(commit).path!.nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length)).toEqual([1, 1, 0]);
  expect((await delivered(four[1]!, commit)).epochAuthenticator).toEqual(group.epochAuthenticator);
  await judgeCommit({
    from: four[0]!,
    to: four[1]!,
    requirement: 'R-7.5-07',
    violating: { proposals: [addOf(added)], path: { nodes: (nodes) => nodes.slice(0, 2) } },
    twin: { proposals: [addOf(added)] },
  });
});

test('R-7.5-06: merging a path gives each node its new key and no unmerged leaves, and blanks what is not filtered', async () => {
  const added = await a.commit({ proposals: [{ kind: 'proposal', proposal: addOf(grace) }] });
  const parents = (group: typeof a) => treeToNodes(group.state.tree).flatMap((node, i) => (node?.nodeType === 'parent' ? [[i, node.parentNode.unmergedLeaves] as const] : []));
  expect(Object.fromEntries(parents(added.group))).toMatchObject({ 7: [7], 11: [7] });
  const afterAdd = await delivered(c, added.commit);
  const updating = await afterAdd.commit({ forcePath: true });
  expect(Object.fromEntries(parents(updating.group))).toMatchObject({ 7: [], 11: [7] });
  // Two removals leave the right half with one member below node 13: its parent 13 is blank after a path of that member.
  const removing: Proposal[] = [{ proposalType: 'remove', removed: 6 }];
  const removed = await b.commit({ proposals: removing.map((proposal) => ({ kind: 'proposal', proposal })) });
  expect(leafAt(removed.group.state.tree, 6)).toBeUndefined();
  const received = await delivered(groups[5]!, removed.commit);
  const own = await received.commit({ forcePath: true });
  expect(treeToNodes(own.group.state.tree)[13]).toBeUndefined();
  expect(ownLeaf(own.group.state).leafNodeSource).toBe('commit');
});

function decodeCommit(message: Uint8Array): Commit {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_public_message' || decoded.publicMessage.content.contentType !== 'commit') throw new Error(decoded.wireFormat);
  return decoded.publicMessage.content.commit;
}
