/**
 * The ratchet tree (RFC 9420 §4.1, §7.7) as a value: every operation gives the next tree and shares what did not change.
 */
import { byteKey, sameBytes } from '../bytes.ts';
import { must } from '../errors.ts';
import type { LeafIdentity } from '../policy.ts';
import { pause, sliceIsOver } from '../slices.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import type { Node, ParentNode, RatchetTreeNodes } from '../wire/tree-node.ts';
import { countOf, counted, type KeyIndex } from './key-index.ts';
import { blankSubtree, goesRight, isLeaf, leafBelow, leafSlot, membersBelow, parentSlot, type LeafSlot, type ParentSlot, type Subtree } from './subtree.ts';
import { asLeafIndex, asNodeIndex, toLeafIndex, type LeafIndex, type NodeIndex } from './tree-math.ts';

/** Gives the client a leaf belongs to: two leaves are of one client exactly when the keys are equal (R-12.2-08). */
export type ClientOf = (leafNode: LeafIdentity) => string;

export interface RatchetTree {
  readonly root: Subtree;
  /** How often each encryption key, signature key and client stands in the tree. */
  readonly keys: KeyIndex;
  readonly clientOf: ClientOf;
}

/** The tree of a new group: one leaf (R-11-05). */
export const singleLeafTree = (leafNode: LeafNode, clientOf: ClientOf): RatchetTree => ({
  root: leafSlot(asNodeIndex(0), leafNode),
  keys: countLeaf(undefined, leafNode, clientOf, 1),
  clientOf,
});

/** Leaves, blank ones included: a power of two. */
export const leafCount = (tree: RatchetTree): number => 2 ** tree.root.level;

/** Whether `index` is a leaf of the tree's width, blank or not. */
const isInside = (tree: RatchetTree, index: number): index is LeafIndex => index < leafCount(tree);

/** The leaf node at an index, or undefined when it is blank or outside the tree. */
export const leafAt = (tree: RatchetTree, index: number): LeafNode | undefined =>
  isInside(tree, index) ? leafBelow(tree.root, index).leafNode : undefined;

/** The node at an index of the array form, which is inside the tree. */
export function nodeAt(tree: RatchetTree, index: NodeIndex): Subtree {
  let at = tree.root;
  while (at.nodeIndex !== index) at = index > at.nodeIndex ? (at as ParentSlot).right : (at as ParentSlot).left;
  return at;
}

/** Every member with its leaf index, from left to right. */
export const members = (tree: RatchetTree): Generator<readonly [LeafIndex, LeafNode]> => membersBelow(tree.root);

/** One step of a direct path: an ancestor and its child on the copath. */
export interface PathStep {
  readonly node: ParentSlot;
  readonly copathChild: Subtree;
}

/** The ancestors of a leaf from its parent to the root, each with its child on the copath (§4.1.2). */
export function directPath(tree: RatchetTree, leafIndex: LeafIndex): PathStep[] {
  const steps: PathStep[] = [];
  let at = tree.root;
  while (!isLeaf(at)) {
    const toRight = goesRight(at, leafIndex);
    steps.push({ node: at, copathChild: toRight ? at.left : at.right });
    at = toRight ? at.right : at.left;
  }
  return steps.reverse();
}

/** The direct path without the ancestors whose copath child has an empty resolution (R-4.1.2-02). */
export const filteredDirectPath = (tree: RatchetTree, leafIndex: LeafIndex): PathStep[] =>
  directPath(tree, leafIndex).filter((step) => !step.copathChild.isEmpty);

/** §12.1.1: puts a leaf into the leftmost blank slot, extending the tree when there is none. */
export function addLeaf(tree: RatchetTree, leafNode: LeafNode): { readonly tree: RatchetTree; readonly leafIndex: LeafIndex } {
  const { root, leafIndex } = withRoom(tree);
  return {
    tree: { ...tree, root: addBelow(root, leafIndex, leafNode), keys: countLeaf(tree.keys, leafNode, tree.clientOf, 1) },
    leafIndex,
  };
}

/** The tree with at least one blank leaf, extended if needed (§7.7), and its leftmost one (R-12.1.1-01, R-12.4.1-03). */
export function withRoom(tree: RatchetTree): { readonly root: Subtree; readonly leafIndex: LeafIndex } {
  const count = leafCount(tree);
  if (tree.root.memberCount === count) {
    return { root: parentSlot(tree.root, blankSubtree(count, tree.root.level), undefined), leafIndex: asLeafIndex(count) };
  }
  let at = tree.root;
  while (!isLeaf(at)) at = at.left.memberCount < 2 ** at.left.level ? at.left : at.right;
  return { root: tree.root, leafIndex: toLeafIndex(at.nodeIndex) };
}

function addBelow(node: Subtree, leafIndex: LeafIndex, leafNode: LeafNode): Subtree {
  if (isLeaf(node)) return leafSlot(node.nodeIndex, leafNode);
  const parentNode = node.parentNode === undefined ? undefined : withUnmerged(node.parentNode, leafIndex);
  return goesRight(node, leafIndex)
    ? parentSlot(node.left, addBelow(node.right, leafIndex, leafNode), parentNode)
    : parentSlot(addBelow(node.left, leafIndex, leafNode), node.right, parentNode);
}

function withUnmerged(parentNode: ParentNode, leafIndex: LeafIndex): ParentNode {
  const before = parentNode.unmergedLeaves;
  let at = before.length;
  while (at > 0 && before[at - 1]! > leafIndex) at--;
  return { ...parentNode, unmergedLeaves: before.toSpliced(at, 0, leafIndex) };
}

/** §12.1.2 and §12.1.3: replaces (Update) or blanks (Remove) a leaf and blanks all its ancestors. */
export function replaceLeaf(tree: RatchetTree, leafIndex: LeafIndex, leafNode: LeafNode | undefined): RatchetTree {
  let { keys } = tree;
  const before = leafBelow(tree.root, leafIndex).leafNode;
  if (before !== undefined) keys = countLeaf(keys, before, tree.clientOf, -1);
  if (leafNode !== undefined) keys = countLeaf(keys, leafNode, tree.clientOf, 1);
  for (const { node } of directPath(tree, leafIndex)) keys = countParent(keys, node.parentNode, -1);
  return { ...tree, keys, root: setBelow(tree.root, leafIndex, leafNode, noParents) };
}

/** §7.7: halves the tree while its right half has no member (R-12.1.3-03). */
export function truncate(tree: RatchetTree): RatchetTree {
  let { root, keys } = tree;
  while (!isLeaf(root) && root.right.memberCount === 0) {
    keys = countParent(keys, root.parentNode, -1);
    root = root.left;
  }
  return root === tree.root ? tree : { ...tree, root, keys };
}

/**
 * §7.5: sets a leaf and the nodes of its filtered direct path, and blanks the rest of its direct path. The tree is
 * extended first when the leaf is the one that `withRoom` gave.
 */
export function mergePath(tree: RatchetTree, leafIndex: LeafIndex, path: MergedPath): RatchetTree {
  const root = isInside(tree, leafIndex) ? tree.root : withRoom(tree).root;
  let { keys } = tree;
  const before = leafBelow(root, leafIndex).leafNode;
  if (before !== undefined) keys = countLeaf(keys, before, tree.clientOf, -1);
  for (const { node } of directPath({ ...tree, root }, leafIndex)) keys = countParent(keys, node.parentNode, -1);
  keys = countLeaf(keys, path.leafNode, tree.clientOf, 1);
  for (const parentNode of path.parents.values()) keys = countParent(keys, parentNode, 1);
  return { ...tree, keys, root: setBelow(root, leafIndex, path.leafNode, path.parents) };
}

export interface MergedPath {
  readonly leafNode: LeafNode;
  /** The new nodes of the filtered direct path by node index. */
  readonly parents: ReadonlyMap<NodeIndex, ParentNode>;
}

const noParents: ReadonlyMap<NodeIndex, ParentNode> = new Map();

function setBelow(node: Subtree, leafIndex: LeafIndex, leafNode: LeafNode | undefined, parents: ReadonlyMap<NodeIndex, ParentNode>): Subtree {
  if (isLeaf(node)) return leafSlot(node.nodeIndex, leafNode);
  const parentNode = parents.get(node.nodeIndex);
  return goesRight(node, leafIndex)
    ? parentSlot(node.left, setBelow(node.right, leafIndex, leafNode, parents), parentNode)
    : parentSlot(setBelow(node.left, leafIndex, leafNode, parents), node.right, parentNode);
}

/**
 * The signature keys that `older` has and `newer` has not, by leaf index; undefined for a leaf that was blank in `older`.
 * What the two trees share is passed over.
 */
export function signatureKeyChanges(older: RatchetTree, newer: RatchetTree): ReadonlyMap<number, Uint8Array | undefined> {
  const changes = new Map<number, Uint8Array | undefined>();
  const compare = (a: Subtree | undefined, b: Subtree | undefined): void => {
    if (a === b || (a ?? b)!.memberCount + (b?.memberCount ?? 0) === 0) return;
    if ((a === undefined || isLeaf(a)) && (b === undefined || isLeaf(b))) {
      const before = a?.leafNode?.signatureKey;
      const after = b?.leafNode?.signatureKey;
      if (before !== after && !(before && after && sameBytes(before, after))) changes.set((a ?? b)!.nodeIndex / 2, before);
      return;
    }
    const levelA = a?.level ?? -1;
    const levelB = b?.level ?? -1;
    // A wider tree has the narrower one on its left; one side missing means that all below it were blank.
    const aligned = a === undefined || b === undefined || levelA === levelB;
    compare(aligned || levelA > levelB ? childOf(a, 'left') : a, aligned || levelB > levelA ? childOf(b, 'left') : b);
    compare(aligned || levelA > levelB ? childOf(a, 'right') : undefined, aligned || levelB > levelA ? childOf(b, 'right') : undefined);
  };
  compare(older.root, newer.root);
  return changes;
}

const childOf = (node: Subtree | undefined, side: 'left' | 'right'): Subtree | undefined => (node === undefined || isLeaf(node) ? undefined : node[side]);

// --- keys -----------------------------------------------------------------------------------------------------------

// The index counts encryption keys of leaves and of parents apart: the rules for them differ (R-7.3-14, R-16.7-01).
const leafKey = (key: Uint8Array) => `l${byteKey(key)}`;
const parentKey = (key: Uint8Array) => `p${byteKey(key)}`;
const signatureKey = (key: Uint8Array) => `s${byteKey(key)}`;

function countLeaf(keys: KeyIndex, leafNode: LeafNode, clientOf: ClientOf, change: 1 | -1): KeyIndex {
  const withEncryption = counted(keys, leafKey(leafNode.encryptionKey), change);
  const withSignature = counted(withEncryption, signatureKey(leafNode.signatureKey), change);
  return counted(withSignature, `c${clientOf(leafNode)}`, change);
}

const countParent = (keys: KeyIndex, parentNode: ParentNode | undefined, change: 1 | -1): KeyIndex =>
  parentNode === undefined ? keys : counted(keys, parentKey(parentNode.encryptionKey), change);

/** How many leaves have this encryption key. */
export const leavesWithKey = (tree: RatchetTree, key: Uint8Array): number => countOf(tree.keys, leafKey(key));
/** How many parents have this encryption key. */
export const parentsWithKey = (tree: RatchetTree, key: Uint8Array): number => countOf(tree.keys, parentKey(key));
/** How many leaves have this signature key. */
export const leavesWithSignatureKey = (tree: RatchetTree, key: Uint8Array): number => countOf(tree.keys, signatureKey(key));
/** How many leaves are of the client of `leafNode`. */
export const leavesOfClient = (tree: RatchetTree, leafNode: LeafNode): number => countOf(tree.keys, `c${tree.clientOf(leafNode)}`);

// --- array form -----------------------------------------------------------------------------------------------------

/**
 * The tree of a ratchet_tree extension (§12.4.3.3), extended with blanks to 2^(d+1)-1 nodes. Its contents are checked by
 * `validateTree`, not here.
 * @throws MLSError `invalid` R-12.4.3.3-04 for an empty array or a blank last node, R-12.4.3.3-02 for a node out of place
 */
export function treeFromNodes(nodes: RatchetTreeNodes, clientOf: ClientOf): RatchetTree {
  const root = rootOf(nodes);
  let keys: KeyIndex;
  for (const node of nodes) keys = countNode(keys, node, clientOf);
  return { root, keys, clientOf };
}

/** The same in slices, for trees that others made large. */
export async function treeFromNodesInSlices(nodes: RatchetTreeNodes, clientOf: ClientOf): Promise<RatchetTree> {
  const root = rootOf(nodes);
  let keys: KeyIndex;
  for (const node of nodes) {
    keys = countNode(keys, node, clientOf);
    if (sliceIsOver()) await pause();
  }
  return { root, keys, clientOf };
}

/** The nodes alone, for those who only look at a tree. @throws MLSError as `treeFromNodes` */
export function rootOf(nodes: RatchetTreeNodes): Subtree {
  must(nodes.length > 0, 'R-12.4.3.3-04', 'the ratchet tree is empty');
  must(nodes.at(-1) !== undefined, 'R-12.4.3.3-04', 'the last node of the ratchet tree is blank');
  let height = 0;
  while (2 ** (height + 1) - 1 < nodes.length) height++;
  const build = (firstLeaf: number, level: number): Subtree => {
    const nodeIndex = asNodeIndex(2 * firstLeaf + 2 ** level - 1);
    if (2 * firstLeaf >= nodes.length) return blankSubtree(firstLeaf, level);
    const node = nodes[nodeIndex];
    if (level === 0) return leafSlot(nodeIndex, contentOf(node, 'leaf', nodeIndex)?.leafNode);
    const parentNode = contentOf(node, 'parent', nodeIndex)?.parentNode;
    return parentSlot(build(firstLeaf, level - 1), build(firstLeaf + 2 ** (level - 1), level - 1), parentNode);
  };
  return build(0, height);
}

function countNode(keys: KeyIndex, node: Node | undefined, clientOf: ClientOf): KeyIndex {
  if (node === undefined) return keys;
  return node.nodeType === 'leaf' ? countLeaf(keys, node.leafNode, clientOf, 1) : countParent(keys, node.parentNode, 1);
}

function contentOf<T extends Node['nodeType']>(node: Node | undefined, type: T, nodeIndex: number): Extract<Node, { nodeType: T }> | undefined {
  must(node === undefined || node.nodeType === type, 'R-12.4.3.3-02', () => `node ${nodeIndex} is a ${node!.nodeType}`);
  return node as Extract<Node, { nodeType: T }> | undefined;
}

/** The nodes for a ratchet_tree extension: blank ones after the last are left out (R-12.4.3.3-03). */
export function treeToNodes(tree: RatchetTree): RatchetTreeNodes {
  const nodes: (Node | undefined)[] = [];
  const collect = (node: Subtree): void => {
    if (isLeaf(node)) return void nodes.push(leafNodeOf(node));
    collect(node.left);
    nodes.push(node.parentNode && { nodeType: 'parent', parentNode: node.parentNode });
    collect(node.right);
  };
  collect(tree.root);
  return nodes.slice(0, nodes.findLastIndex((node) => node !== undefined) + 1);
}

const leafNodeOf = (slot: LeafSlot): Node | undefined => slot.leafNode && { nodeType: 'leaf', leafNode: slot.leafNode };

