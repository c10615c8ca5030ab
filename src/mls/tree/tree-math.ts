/**
 * Relations between the nodes of a left-balanced binary tree with 2^d leaves by their index in the array form
 * (RFC 9420 §4.1.1, appendix C): leaf L stands at 2L, parents at odd positions.
 */

/** Position of a leaf among the leaves, from 0 at the left, blank ones counted. */
export type LeafIndex = number & { readonly __leafIndex: never };
/** Position of a node in the array form. */
export type NodeIndex = number & { readonly __nodeIndex: never };

export const asLeafIndex = (index: number): LeafIndex => index as LeafIndex;
export const asNodeIndex = (index: number): NodeIndex => index as NodeIndex;

export const toNodeIndex = (leafIndex: LeafIndex): NodeIndex => (2 * leafIndex) as NodeIndex;
/** The leaf index of a node at level 0. */
export const toLeafIndex = (nodeIndex: NodeIndex): LeafIndex => (nodeIndex / 2) as LeafIndex;

/** Nodes of a tree of `leafCount` leaves. */
export const nodeWidth = (leafCount: number): number => 2 * leafCount - 1;

/** The level of a node: 0 for leaves, one more than its children for parents. */
export function level(x: NodeIndex): number {
  return x % 2 === 0 ? 0 : 31 - Math.clz32(~x & (x + 1));
}

/** The root of a tree of `leafCount` (a power of two) leaves. */
export const root = (leafCount: number): NodeIndex => (leafCount - 1) as NodeIndex;

/** The left child, or undefined for a leaf. */
export function left(x: NodeIndex): NodeIndex | undefined {
  const k = level(x);
  return k === 0 ? undefined : asNodeIndex(x - 2 ** (k - 1));
}

/** The right child, or undefined for a leaf. */
export function right(x: NodeIndex): NodeIndex | undefined {
  const k = level(x);
  return k === 0 ? undefined : asNodeIndex(x + 2 ** (k - 1));
}

/** The parent, or undefined for the root. */
export function parent(x: NodeIndex, leafCount: number): NodeIndex | undefined {
  if (x === root(leafCount)) return undefined;
  const k = level(x);
  const isLeftChild = Math.floor(x / 2 ** (k + 1)) % 2 === 0;
  return asNodeIndex(isLeftChild ? x + 2 ** k : x - 2 ** k);
}

/** The other child of the parent, or undefined for the root. */
export function sibling(x: NodeIndex, leafCount: number): NodeIndex | undefined {
  const p = parent(x, leafCount);
  if (p === undefined) return undefined;
  return x < p ? right(p) : left(p);
}

/** Whether `leafIndex` is under the node `x`. */
export function isUnder(leafIndex: LeafIndex, x: NodeIndex): boolean {
  const span = 2 ** level(x) - 1;
  const node = 2 * leafIndex;
  return x - span <= node && node <= x + span;
}

/** The lowest node that has both leaves under it; for one leaf twice, that leaf. */
export function commonAncestor(a: LeafIndex, b: LeafIndex): NodeIndex {
  const k = 32 - Math.clz32(a ^ b);
  return asNodeIndex(Math.floor(a / 2 ** k) * 2 ** (k + 1) + 2 ** k - 1);
}
