/** Tree hashes (RFC 9420 §7.8): kept with the nodes, right after any history, and rehashed only where something changed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../../src/mls/bytes.ts';
import type { CipherSuite } from '../../../src/mls/crypto/provider.ts';
import { addLeaf, leafCount, mergePath, filteredDirectPath, members, replaceLeaf, singleLeafTree, treeFromNodes, treeToNodes, truncate, type RatchetTree } from '../../../src/mls/tree/ratchet-tree.ts';
import { isLeaf, type Subtree } from '../../../src/mls/tree/subtree.ts';
import { hashInSlices, treeHash, treeHashWithout } from '../../../src/mls/tree/tree-hash.ts';
import { asLeafIndex } from '../../../src/mls/tree/tree-math.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import { TreeHashInput } from '../../../src/mls/wire/tree-node.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { keyPackageOf, suite } from '../../support/people.ts';

const template = (await keyPackageOf('template')).keyPackage.leafNode;
let fresh = 0;
const leaf = () => ({ ...template, encryptionKey: utf8(`leaf ${fresh++}`) });

/** §7.8, word for word, with nothing kept. */
function plainHash(node: Subtree): Uint8Array {
  if (isLeaf(node)) return suite.digest(encode(TreeHashInput, { nodeType: 'leaf', leafNode: { leafIndex: node.nodeIndex / 2, leafNode: node.leafNode } }));
  return suite.digest(encode(TreeHashInput, { nodeType: 'parent', parentNode: { parentNode: node.parentNode, leftHash: plainHash(node.left), rightHash: plainHash(node.right) } }));
}

function grow(count: number): RatchetTree {
  let tree = singleLeafTree(leaf(), openPolicy.clientOf);
  while (tree.root.memberCount < count) tree = addLeaf(tree, leaf()).tree;
  return tree;
}
const withPath = (tree: RatchetTree, index: number): RatchetTree =>
  mergePath(tree, asLeafIndex(index), { leafNode: leaf(), parents: new Map(filteredDirectPath(tree, asLeafIndex(index)).map(({ node }) => [node.nodeIndex, { encryptionKey: utf8(`parent ${fresh++}`), parentHash: utf8('hash'), unmergedLeaves: [] }])) });

test('a hash is that of the RFC after any history, whatever was hashed in between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'update', 'remove', 'path', 'hash'), fc.nat()), { maxLength: 25 }), (history) => {
      let tree = grow(3);
      for (const [what, which] of history) {
        const present = [...members(tree)].map(([index]) => index);
        const index = present[which % present.length]!;
        if (what === 'add') tree = addLeaf(tree, leaf()).tree;
        else if (what === 'update') tree = replaceLeaf(tree, index, leaf());
        else if (what === 'remove' && present.length > 1) tree = truncate(replaceLeaf(tree, index, undefined));
        else if (what === 'path') tree = withPath(tree, index);
        else expect(hex(treeHash(suite, tree.root))).toBe(hex(plainHash(tree.root)));
      }
      expect(hex(treeHash(suite, tree.root))).toBe(hex(plainHash(tree.root)));
    }),
    { numRuns: 60 },
  );
});

test('one change in a tree of 1,024 leaves costs one hash per level', async () => {
  let digests = 0;
  const counting: CipherSuite = Object.create(suite, { digest: { value: (...parts: Uint8Array[]) => (digests++, suite.digest(...parts)) } });
  const tree = grow(1024);
  await hashInSlices(counting, tree.root);
  expect(digests).toBe(2 * leafCount(tree) - 1);
  const next = withPath(tree, 700);
  digests = 0;
  expect(hex(treeHash(counting, next.root))).toBe(hex(plainHash(next.root)));
  expect(digests).toBe(11);
  digests = 0;
  treeHash(counting, next.root);
  treeHash(counting, tree.root);
  expect(digests).toBe(0);
});

test('a hash without some leaves is that of a tree in which they never were, and disturbs nothing that is kept', () => {
  const before = withPath(grow(5), 0);
  const [after, one] = [addLeaf(addLeaf(before, leaf()).tree, leaf()).tree, addLeaf(before, leaf()).tree];
  const kept = hex(treeHash(suite, after.root));
  expect(hex(treeHashWithout(suite, after.root, [5, 6]))).toBe(hex(treeHash(suite, before.root)));
  expect(hex(treeHashWithout(suite, after.root, []))).toBe(kept);
  expect(hex(treeHashWithout(suite, one.root, [5]))).toBe(hex(treeHash(suite, before.root)));
  expect(hex(treeHash(suite, after.root))).toBe(kept);
  expect(hex(treeHash(suite, treeFromNodes(treeToNodes(after), openPolicy.clientOf).root))).toBe(kept);
});
