/**
 * One node of the ratchet tree with everything below it (RFC 9420 §4.1, appendix D). Immutable: a change makes new nodes
 * along one path and shares the rest with the tree before. What is computed from a node is kept with it.
 */
import type { LeafNode } from '../wire/leaf-node.ts';
import { credentialTypes } from '../wire/registries.ts';
import type { ParentNode } from '../wire/tree-node.ts';
import { asNodeIndex, toLeafIndex, type LeafIndex, type NodeIndex } from './tree-math.ts';
import { intersection, union } from './type-list.ts';

export interface LeafSlot extends Computed {
  readonly level: 0;
  readonly nodeIndex: NodeIndex;
  /** Undefined when blank. */
  readonly leafNode: LeafNode | undefined;
  readonly memberCount: number;
  readonly isEmpty: boolean;
}

export interface ParentSlot extends Computed {
  readonly level: number;
  readonly nodeIndex: NodeIndex;
  /** Undefined when blank. */
  readonly parentNode: ParentNode | undefined;
  readonly left: Subtree;
  readonly right: Subtree;
  /** Non-blank leaves below. */
  readonly memberCount: number;
  /** Whether this node and all below it are blank, so that its resolution is empty. */
  readonly isEmpty: boolean;
  support: Support | undefined;
  /** The encoding of all nodes below and of this one; see tree-encoding.ts. */
  encoded: Uint8Array | undefined;
}

export type Subtree = LeafSlot | ParentSlot;

/** Values computed from a node when first asked for. */
interface Computed {
  treeHash: Uint8Array | undefined;
}

/** What the members below a node use and support (§7.2, §7.3). */
export interface Support {
  /** Credential types in use. */
  readonly credentialsInUse: readonly number[];
  /** What every member's capabilities list. */
  readonly credentials: readonly number[];
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
}

export const isLeaf = (node: Subtree): node is LeafSlot => node.level === 0;

export const leafSlot = (nodeIndex: NodeIndex, leafNode: LeafNode | undefined): LeafSlot => ({
  level: 0,
  nodeIndex,
  leafNode,
  memberCount: leafNode === undefined ? 0 : 1,
  isEmpty: leafNode === undefined,
  treeHash: undefined,
});

export const parentSlot = (left: Subtree, right: Subtree, parentNode: ParentNode | undefined): ParentSlot => ({
  level: left.level + 1,
  nodeIndex: asNodeIndex((left.nodeIndex + right.nodeIndex) / 2),
  parentNode,
  left,
  right,
  memberCount: left.memberCount + right.memberCount,
  isEmpty: parentNode === undefined && left.isEmpty && right.isEmpty,
  treeHash: undefined,
  support: undefined,
  encoded: undefined,
});

/** An all-blank subtree of 2^`height` leaves, the first of which is `firstLeaf`. */
export function blankSubtree(firstLeaf: number, height: number): Subtree {
  if (height === 0) return leafSlot(asNodeIndex(2 * firstLeaf), undefined);
  const half = 2 ** (height - 1);
  return parentSlot(blankSubtree(firstLeaf, height - 1), blankSubtree(firstLeaf + half, height - 1), undefined);
}

/** The HPKE public key of a non-blank node. */
export const encryptionKey = (node: Subtree): Uint8Array | undefined =>
  isLeaf(node) ? node.leafNode?.encryptionKey : node.parentNode?.encryptionKey;

/** Whether the leaf is below the right child. */
export const goesRight = (node: ParentSlot, leafIndex: LeafIndex): boolean => 2 * leafIndex > node.nodeIndex;

/** Whether a leaf stands in a list of unmerged leaves, which is ascending (R-7.1-02). */
export function isListed(ascending: readonly number[], leafIndex: number): boolean {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < leafIndex) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === leafIndex;
}

/** The leaf below `node` at that index; the caller knows that it is below. */
export function leafBelow(node: Subtree, leafIndex: LeafIndex): LeafSlot {
  let at = node;
  while (!isLeaf(at)) at = goesRight(at, leafIndex) ? at.right : at.left;
  return at;
}

/**
 * The resolution of a node (§4.1.1): the non-blank nodes that together cover every member below it, a parent's unmerged
 * leaves in their stored order after it (R-4.1.1-02, R-4.1.1-03).
 */
export function resolution(node: Subtree): Subtree[] {
  const nodes: Subtree[] = [];
  collectResolution(node, nodes);
  return nodes;
}

function collectResolution(node: Subtree, nodes: Subtree[]): void {
  if (node.isEmpty) return;
  if (isLeaf(node)) {
    nodes.push(node);
  } else if (node.parentNode !== undefined) {
    nodes.push(node);
    for (const leaf of node.parentNode.unmergedLeaves) nodes.push(leafBelow(node, leaf as LeafIndex));
  } else {
    collectResolution(node.left, nodes);
    collectResolution(node.right, nodes);
  }
}

/** The non-blank leaves below a node, from left to right. */
export function* membersBelow(node: Subtree): Generator<readonly [LeafIndex, LeafNode]> {
  // Not by recursion: every value would pass through as many generators as the tree is high.
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.memberCount === 0) continue;
    if (isLeaf(at)) yield [toLeafIndex(at.nodeIndex), at.leafNode!];
    else waiting.push(at.right, at.left);
  }
}

/** What the members below a node use and support; undefined when there are none. */
export function supportOf(node: Subtree): Support | undefined {
  if (node.memberCount === 0) return undefined;
  if (isLeaf(node)) return leafSupport(node.leafNode!);
  return (node.support ??= both(supportOf(node.left), supportOf(node.right)));
}

const leafSupport = ({ credential, capabilities }: LeafNode): Support => ({
  credentialsInUse: inUse[credential.credentialType],
  credentials: capabilities.credentials,
  extensions: capabilities.extensions,
  proposals: capabilities.proposals,
});

const inUse = { basic: [credentialTypes.basic], x509: [credentialTypes.x509] } as const;

function both(a: Support | undefined, b: Support | undefined): Support {
  if (a === undefined || b === undefined) return (a ?? b)!;
  return {
    credentialsInUse: union(a.credentialsInUse, b.credentialsInUse),
    credentials: intersection(a.credentials, b.credentials),
    extensions: intersection(a.extensions, b.extensions),
    proposals: intersection(a.proposals, b.proposals),
  };
}
