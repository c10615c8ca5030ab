/** The shape of UpdatePaths, and what merging one leaves: RFC 9420 §5.1.1, §7.5, §7.6. What they can have wrong is in src/hostile/violations. */
import { expect, test } from 'vitest';
import { remove } from '../../src/index.ts';
import { ownLeaf } from '../../src/mls/group/state.ts';
import { leafAt, treeToNodes } from '../../src/mls/tree/ratchet-tree.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import type { Commit, Proposal } from '../../src/mls/wire/proposal.ts';
import { addOf } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { follows, refuses } from './support.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, keyPackageOf, suite } from '../support/people.ts';

// Eight leaves and seven members: a path has three nodes.
const { groups } = await history(['alice', 'bob', 'charlie', 'diana', 'eve', 'frank', 'grace']);
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
const henry = await keyPackageOf('henry');

test('R-5.1.1-04: a member with a key of low order stops who must encrypt to it, and can be removed', async () => {
  // Only the DH result shows it, so the key is accepted on receipt.
  const honest = await suite.generateHPKEKey();
  const forged = await forgeCommit(a.state, { path: { leafKey: { ...honest, publicKey: new Uint8Array(32) } as typeof honest } });
  const [nextB, nextC] = [await follows(b, forged), await follows(c, forged)];
  await refuses(() => nextB.commit({ forcePath: true }), { requirement: 'R-5.1.1-04' });
  const removing = await nextB.commit({ proposals: [remove(0)] });
  expect((await delivered(nextC, removing.commit)).epochAuthenticator).toEqual(removing.group.epochAuthenticator);
});

test('R-7.6-02: a filtered node whose copath holds only just-added leaves stays in the path with no ciphertext', async () => {
  // Four members fill the left half of eight leaves; whoever is added first stands alone on the right.
  const { groups: four } = await history(['alice', 'bob', 'charlie', 'diana']);
  const added = await keyPackageOf('eve');
  const forged = await forgeCommit(four[0]!.state, { proposals: [addOf(added)] });
  const { path } = decodeCommit(forged.message);
  expect(path!.nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length)).toEqual([1, 1, 0]);
  await follows(four[1]!, forged);
  // The engine's own Commit has the same shape.
  const { commit, group } = await four[0]!.commit({ proposals: [{ kind: 'proposal', proposal: addOf(added) }], forcePath: true });
  expect(decodeCommit(commit).path!.nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length)).toEqual([1, 1, 0]);
  expect((await delivered(four[1]!, commit)).epochAuthenticator).toEqual(group.epochAuthenticator);
});

test('R-7.5-06: merging a path gives each node its new key and no unmerged leaves, and blanks what is not filtered', async () => {
  const added = await a.commit({ proposals: [{ kind: 'proposal', proposal: addOf(henry) }] });
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
