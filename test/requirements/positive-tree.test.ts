/** How ratchet trees are read, grow, shrink and change: RFC 9420 §4, §7, §12.1, §12.3, appendices C and D. */
import { describe, expect, test } from 'vitest';
import { empty, hex, utf8 } from '../../src/mls/bytes.ts';
import { addLeaf, directPath, filteredDirectPath, leafAt, leafCount, mergePath, nodeAt, replaceLeaf, treeFromNodes, treeToNodes, truncate, type RatchetTree } from '../../src/mls/tree/ratchet-tree.ts';
import { isLeaf, resolution, type ParentSlot } from '../../src/mls/tree/subtree.ts';
import { asLeafIndex, asNodeIndex, left, level, nodeWidth, right, root, toNodeIndex } from '../../src/mls/tree/tree-math.ts';
import { TreeNodes } from '../../src/mls/tree/tree-encoding.ts';
import { LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import { ParentNode, RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';
import { fell, pathBy, plant, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { fullGrove, grove, keyPackageOf, suite } from '../support/people.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const indices = (nodes: readonly { readonly nodeIndex: number }[]): number[] => nodes.map(({ nodeIndex }) => nodeIndex);
const node = ({ tree }: { readonly tree: RatchetTree }, index: number) => nodeAt(tree, asNodeIndex(index));
const parent = (from: { readonly tree: RatchetTree }, index: number) => (node(from, index) as ParentSlot).parentNode;

/** The tree of the figure in §4.1.1: the root blank, X at node 3 with B unmerged, Y at node 9, leaves 2 and 6 blank. */
async function figure(): Promise<RatchetTree> {
  const nodes: RatchetTreeNodes[number][] = [...treeToNodes((await grove(names)).tree)];
  const [x, y] = await Promise.all([suite.generateHPKEKey(), suite.generateHPKEKey()]);
  const parentOf = (key: typeof x, unmergedLeaves: number[]) => ({ nodeType: 'parent', parentNode: { encryptionKey: key.publicKey, parentHash: empty, unmergedLeaves } }) as const;
  nodes[3] = parentOf(x, [1]);
  nodes[9] = parentOf(y, []);
  nodes[4] = nodes[12] = undefined;
  return treeFromNodes(nodes, openPolicy.clientOf);
}

describe('reading a tree', () => {
  test('R-4.1.1-02, R-4.1.1-03, R-4.1.1-04: the tree of the figure resolves at the top to X, B, Y, H', async () => {
    const tree = await figure();
    expect(indices(resolution(tree.root))).toEqual([3, 2, 9, 14]);
    expect(indices(resolution(node({ tree }, 3)))).toEqual([3, 2]);
    for (const blank of [4, 12]) expect(resolution(node({ tree }, blank))).toEqual([]);
    expect(indices(resolution(node({ tree }, 11)))).toEqual([9, 14]);
  });

  test('R-4.1-01, R-4.1.1-01: a tree has 2^d leaves at one depth, and indices count the blank ones', async () => {
    for (const [members, leaves] of [[1, 1], [2, 2], [3, 4], [5, 8], [8, 8]] as const) {
      const { tree } = await grove(names.slice(0, members));
      expect([leafCount(tree), tree.root.level, nodeWidth(leafCount(tree))]).toEqual([leaves, Math.log2(leaves), 2 * leaves - 1]);
    }
    const { tree } = fell(await grove(names), 2);
    expect(leafAt(tree, 2)).toBeUndefined();
    expect(leafAt(tree, 3)!.credential).toMatchObject({ identity: utf8('d') });
    expect(leafAt(tree, 7)!.credential).toMatchObject({ identity: utf8('h') });
  });

  test('R-4.1.2-01: the direct path goes from the parent to the root, the copath stands beside it', async () => {
    const { tree } = await grove(names);
    expect(indices(directPath(tree, asLeafIndex(2)).map((step) => step.node))).toEqual([5, 3, 7]);
    expect(indices(directPath(tree, asLeafIndex(2)).map((step) => step.copathChild))).toEqual([6, 1, 11]);
    expect(directPath((await grove(['a'])).tree, asLeafIndex(0))).toEqual([]);
  });

  test('R-4.1.2-02, R-4.1.2-03: an ancestor is left out for an empty resolution beside it, not for a blank node', async () => {
    const three = await grove(['a', 'b', 'c']);
    expect(indices(filteredDirectPath(three.tree, asLeafIndex(2)).map((step) => step.node))).toEqual([3]);
    // A leaf that was just added keeps it, although the parent above that leaf is blank.
    const four = plant(three, await keyPackageOf('d')).grove;
    expect(parent(four, 5)).toBeUndefined();
    expect(indices(filteredDirectPath(four.tree, asLeafIndex(2)).map((step) => step.node))).toEqual([5, 3]);
    expect(indices(filteredDirectPath(four.tree, asLeafIndex(0)).map((step) => step.node))).toEqual([1, 3]);
  });

  test.each([1, 2, 3, 4, 5, 10])('R-C-01: with 2^%i leaves, leaf n is at 2n, children are where the formulas say, the root at 2^d - 1', (depth) => {
    const leaves = 2 ** depth;
    expect(root(leaves)).toBe(2 ** Math.floor(Math.log2(2 * leaves - 1)) - 1);
    for (let leaf = 0; leaf < leaves; leaf++) expect(toNodeIndex(asLeafIndex(leaf))).toBe(2 * leaf);
    for (let x = 1; x < 2 * leaves - 1; x += 2) {
      const k = level(asNodeIndex(x));
      expect([left(asNodeIndex(x)), right(asNodeIndex(x))]).toEqual([x ^ (1 << (k - 1)), x ^ (3 << (k - 1))]);
    }
  });

  test('R-12.4.3.3-03: blank nodes are sent up to the last that is not blank', async () => {
    const from = fell(await fullGrove(names), 1, 6, 7);
    const nodes = decode(RatchetTreeNodes, encode(TreeNodes, from.tree), 'ratchet_tree');
    expect([leafCount(from.tree), nodes.length, nodes.at(-1)?.nodeType]).toEqual([8, 11, 'leaf']);
    expect(nodes.flatMap((one, i) => (one === undefined ? [i] : []))).toEqual([1, 2, 3, 7]);
  });

  test('R-12.4.3.3-05, R-12.4.3.3-06: an array is filled up to 2^(d+1) - 1 nodes, with the root in the middle of each part', async () => {
    const nodes = treeToNodes((await grove(['a', 'b', 'c', 'd', 'e'])).tree);
    expect(nodes.length).toBe(9);
    const tree = treeFromNodes(nodes, openPolicy.clientOf);
    expect([leafCount(tree), tree.root.nodeIndex]).toEqual([8, 7]);
    const middles = (slot: RatchetTree['root'], first: number, width: number): void => {
      expect([width % 2, slot.nodeIndex]).toEqual([1, first + (width - 1) / 2]);
      if (isLeaf(slot)) return;
      middles(slot.left, first, (width - 1) / 2);
      middles(slot.right, slot.nodeIndex + 1, (width - 1) / 2);
    };
    middles(tree.root, 0, 15);
  });
});

/** Every node of a tree from left to right, blank ones too. */
const allNodes = ({ tree }: { readonly tree: RatchetTree }): (string | undefined)[] => {
  const nodes = treeToNodes(tree).map((one) => one && (one.nodeType === 'leaf' ? hex(encode(LeafNode, one.leafNode)) : hex(encode(ParentNode, one.parentNode))));
  return [...nodes, ...Array.from({ length: nodeWidth(leafCount(tree)) - nodes.length }, () => undefined)];
};

describe('growing and shrinking', () => {
  test('R-7.7-01, R-C-02, R-12.1.1-02: a full tree grows by a blank root and as many blanks as it has nodes and one, the new leaf first among them', async () => {
    const before = await fullGrove(['a', 'b', 'c', 'd']);
    const { grove: after, leafIndex } = plant(before, await keyPackageOf('e'));
    expect(leafIndex).toBe(4);
    expect(allNodes(after).slice(0, 7)).toEqual(allNodes(before));
    expect(allNodes(after).length).toBe(2 * 7 + 1);
    expect(allNodes(after).flatMap((one, i) => (one === undefined ? [i] : []))).toEqual([7, 9, 10, 11, 12, 13, 14]);
  });

  test('R-7.7-02, R-C-02, R-12.1.3-02, R-12.1.3-03: a Remove blanks leaf and ancestors, and a right half without a member goes, to (N - 1) / 2 nodes', async () => {
    const five = await pathBy(await grove(['a', 'b', 'c', 'd', 'e']), 0);
    expect(parent(five, 7)).toBeDefined();
    const four = fell(five, 4);
    expect([allNodes(five).length, allNodes(four).length]).toEqual([15, 7]);
    expect(allNodes(four)).toEqual(allNodes(five).slice(0, 7));
    const inside = fell(await fullGrove(names), 2);
    expect(allNodes(inside).flatMap((one, i) => (one === undefined ? [i] : []))).toEqual([3, 4, 5, 7]);
    expect(leafCount(fell(await fullGrove(names), 1, 2, 3, 4, 5, 6, 7).tree)).toBe(1);
  });

  test('R-7.7-02: the right half goes although the root is not blank', async () => {
    const { tree } = await pathBy(await grove(['a', 'b', 'c']), 0);
    const top = tree.root as ParentSlot;
    const { right: blank } = nodeAt(replaceLeaf(tree, asLeafIndex(2), undefined), top.nodeIndex) as ParentSlot;
    expect(top.parentNode).toBeDefined();
    expect(leafCount(truncate({ ...tree, root: { ...top, right: blank, memberCount: 2 } }))).toBe(2);
  });

  test('R-D-01: a right half with a member is never cut off, and growing then shrinking gives the same tree', async () => {
    const before = await fullGrove(['a', 'b', 'c', 'd']);
    expect(truncate(before.tree)).toBe(before.tree);
    const grown = addLeaf(before.tree, (await keyPackageOf('e')).keyPackage.leafNode);
    expect(truncate(grown.tree)).toBe(grown.tree);
    const back = truncate(replaceLeaf(grown.tree, grown.leafIndex, undefined));
    expect(allNodes({ tree: back })).toEqual(allNodes(before));
  });

  test('R-12.1.1-01, R-12.1.1-03, R-12.1.1-04: added members take the blank leaves from the left, as they are, unmerged at every ancestor that is not blank', async () => {
    const gaps = await pathBy(fell(await fullGrove(names), 2, 5), 0);
    const [first, second] = await Promise.all(['i', 'j'].map((name) => keyPackageOf(name)));
    const one = plant(gaps, first!);
    const two = plant(one.grove, second!);
    expect([one.leafIndex, two.leafIndex]).toEqual([2, 5]);
    expect(hex(encode(LeafNode, leafAt(two.grove.tree, 2)!))).toBe(hex(encode(LeafNode, first!.keyPackage.leafNode)));
    expect([3, 5, 7, 9, 11].map((index) => parent(two.grove, index)?.unmergedLeaves)).toEqual([[2], undefined, [2, 5], undefined, undefined]);
    const after = allNodes(two.grove);
    expect(allNodes(gaps).every((before, i) => before === undefined || after[i] !== undefined)).toBe(true);
  });

  test('R-12.1.1-03: an unmerged leaf gets its sorted place', async () => {
    const gaps = await pathBy(fell(await fullGrove(names), 2, 6), 0);
    const later = replaceLeaf(plant(plant(gaps, await keyPackageOf('i')).grove, await keyPackageOf('j')).grove.tree, asLeafIndex(2), undefined);
    const merged = mergePath(later, asLeafIndex(0), await onlyPath({ ...gaps, tree: later }));
    const six = addLeaf(merged, (await keyPackageOf('k')).keyPackage.leafNode);
    expect(six.leafIndex).toBe(2);
    expect((six.tree.root as ParentSlot).parentNode!.unmergedLeaves).toEqual([2]);
    const nodes = [...treeToNodes(merged)];
    const top = nodes[7];
    if (top?.nodeType !== 'parent') throw new Error('the root is blank');
    nodes[7] = { nodeType: 'parent', parentNode: { ...top.parentNode, unmergedLeaves: [1, 6] } };
    const again = addLeaf(treeFromNodes(nodes, openPolicy.clientOf), (await keyPackageOf('l')).keyPackage.leafNode);
    expect((again.tree.root as ParentSlot).parentNode!.unmergedLeaves).toEqual([1, 2, 6]);
  });

  test('R-12.1.2-02: an Update blanks every ancestor of its leaf, and no other node', async () => {
    const full = await fullGrove(names);
    const updated = replaceLeaf(full.tree, asLeafIndex(4), (await keyPackageOf('e')).keyPackage.leafNode);
    expect(allNodes({ tree: updated }).flatMap((one, i) => (one === undefined ? [i] : []))).toEqual([7, 9, 11]);
  });
});

/** The new nodes of leaf 0's path. */
async function onlyPath(from: Grove) {
  const { tree } = await pathBy(from, 0);
  const parents = new Map(directPath(tree, asLeafIndex(0)).flatMap(({ node: { nodeIndex, parentNode } }) => (parentNode === undefined ? [] : [[nodeIndex, parentNode] as const])));
  return { leafNode: leafAt(tree, 0)!, parents };
}
