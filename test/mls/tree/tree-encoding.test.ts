/** The body of a ratchet_tree extension (RFC 9420 §12.4.3.3) from kept encodings: that of the plain codec after any history. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../../src/mls/bytes.ts';
import { addLeaf, filteredDirectPath, members, mergePath, replaceLeaf, singleLeafTree, treeToNodes, truncate, type RatchetTree } from '../../../src/mls/tree/ratchet-tree.ts';
import type { Subtree } from '../../../src/mls/tree/subtree.ts';
import { encodeInSlices, TreeNodes } from '../../../src/mls/tree/tree-encoding.ts';
import { asLeafIndex } from '../../../src/mls/tree/tree-math.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import { RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { keyPackageOf } from '../../support/people.ts';

const template = (await keyPackageOf('template')).keyPackage.leafNode;
let fresh = 0;
const leaf = () => ({ ...template, encryptionKey: utf8(`leaf ${fresh++}`) });

const plain = (tree: RatchetTree): string => hex(encode(RatchetTreeNodes, treeToNodes(tree)));
const kept = (tree: RatchetTree): string => hex(encode(TreeNodes, tree));

function grow(count: number): RatchetTree {
  let tree = singleLeafTree(leaf(), openPolicy.clientOf);
  while (tree.root.memberCount < count) tree = addLeaf(tree, leaf()).tree;
  return tree;
}
const withPath = (tree: RatchetTree, index: number): RatchetTree =>
  mergePath(tree, asLeafIndex(index), { leafNode: leaf(), parents: new Map(filteredDirectPath(tree, asLeafIndex(index)).map(({ node }) => [node.nodeIndex, { encryptionKey: utf8(`parent ${fresh++}`), parentHash: utf8('hash'), unmergedLeaves: [] }])) });

test.each([1, 2, 3, 15, 16, 17, 31, 32, 33, 65])('a tree of %i members', async (count) => {
  const tree = withPath(grow(count), 0);
  expect(kept(tree)).toBe(plain(tree));

  const again = withPath(grow(count), count - 1);
  await encodeInSlices(again);
  expect(kept(again)).toBe(plain(again));
});

test('after any history, whatever was encoded in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(fc.tuple(fc.constantFrom('add', 'update', 'remove', 'path', 'encode', 'slices'), fc.nat()), { maxLength: 25 }), async (count, history) => {
      let tree = grow(count);
      for (const [what, which] of history) {
        const present = [...members(tree)].map(([index]) => index);
        const index = present[which % present.length]!;
        if (what === 'add') tree = addLeaf(tree, leaf()).tree;
        else if (what === 'update') tree = replaceLeaf(tree, index, leaf());
        else if (what === 'remove' && present.length > 1) tree = truncate(replaceLeaf(tree, index, undefined));
        else if (what === 'path') tree = withPath(tree, index);
        else if (what === 'slices') await encodeInSlices(tree);
        else expect(kept(tree)).toBe(plain(tree));
      }
      expect(kept(tree)).toBe(plain(tree));
    }),
    { numRuns: 60 },
  );
});

test('one change in a tree of 256 leaves leaves all encodings but one as they are', () => {
  const tree = grow(256);
  kept(tree);
  const next = withPath(tree, 100);
  kept(next);
  const subtrees = (node: Subtree): Subtree[] => (node.level === 4 ? [node] : 'left' in node ? [...subtrees(node.left), ...subtrees(node.right)] : []);
  const encodings = ({ root }: RatchetTree) => subtrees(root).map((node) => ('encoded' in node ? node.encoded : undefined));

  const before = new Set(encodings(tree));
  expect(before.size).toBe(16);
  expect(encodings(next).filter((encoded) => !before.has(encoded))).toHaveLength(1);
});
