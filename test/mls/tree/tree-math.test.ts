/** Tree math (RFC 9420 §4.1, appendix C) against a tree that is drawn node by node. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asLeafIndex, asNodeIndex, commonAncestor, isUnder, left, level, nodeWidth, parent, right, root, sibling, toLeafIndex, toNodeIndex } from '../../../src/mls/tree/tree-math.ts';

interface Drawn {
  readonly index: number;
  readonly level: number;
  readonly children: readonly Drawn[];
  /** First and last leaf below. */
  readonly span: readonly [number, number];
}

/** In-order numbering of a complete tree of 2^height leaves from `first` on. */
function draw(height: number, first = 0): Drawn {
  if (height === 0) return { index: 2 * first, level: 0, children: [], span: [first, first] };
  const half = 2 ** (height - 1);
  const children = [draw(height - 1, first), draw(height - 1, first + half)];
  return { index: 2 * (first + half) - 1, level: height, children, span: [first, first + 2 * half - 1] };
}
const below = (node: Drawn): Drawn[] => [node, ...node.children.flatMap(below)];

describe.each([0, 1, 2, 3, 5, 7])('a tree of 2^%s leaves', (height) => {
  const drawn = draw(height);
  const leaves = 2 ** height;

  test('has its root, width, levels, children, parents and siblings where the drawn one has', () => {
    expect(nodeWidth(leaves)).toBe(below(drawn).length);
    expect(root(leaves)).toBe(drawn.index);
    expect([parent(root(leaves), leaves), sibling(root(leaves), leaves)]).toEqual([undefined, undefined]);
    for (const node of below(drawn)) {
      const index = asNodeIndex(node.index);
      expect(level(index)).toBe(node.level);
      expect([left(index), right(index)]).toEqual(node.children.length === 0 ? [undefined, undefined] : node.children.map((child) => child.index));
      for (const child of node.children) {
        expect(parent(asNodeIndex(child.index), leaves)).toBe(node.index);
        expect(sibling(asNodeIndex(child.index), leaves)).toBe(node.children.find((other) => other !== child)!.index);
      }
    }
  });

  test('knows which leaves are below which node', () => {
    for (const node of below(drawn)) {
      for (let leaf = 0; leaf < leaves; leaf++) expect(isUnder(asLeafIndex(leaf), asNodeIndex(node.index))).toBe(leaf >= node.span[0] && leaf <= node.span[1]);
    }
  });
});

test('the common ancestor is the lowest node with both leaves below it, up to 2^30 leaves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 30 - 1 }), fc.integer({ min: 0, max: 2 ** 30 - 1 }), (a, b) => {
      const ancestor = commonAncestor(asLeafIndex(a), asLeafIndex(b));
      expect(isUnder(asLeafIndex(a), ancestor) && isUnder(asLeafIndex(b), ancestor)).toBe(true);
      const children = [left(ancestor), right(ancestor)];
      if (a === b) expect(ancestor).toBe(toNodeIndex(asLeafIndex(a)));
      else expect(children.some((child) => isUnder(asLeafIndex(a), child!) && isUnder(asLeafIndex(b), child!))).toBe(false);
    }),
  );
});

test('leaf and node indices turn into each other', () => {
  for (const leaf of [0, 1, 2 ** 20, 2 ** 30 - 1]) expect(toLeafIndex(toNodeIndex(asLeafIndex(leaf)))).toBe(leaf);
});
