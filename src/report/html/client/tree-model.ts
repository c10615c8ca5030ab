/** The ratchet trees of a case, and what a drawing says of each node: who can decrypt what, and what a commit changed. */
import { hex } from '../../../mls/bytes.ts';
import { rootOf } from '../../../mls/tree/ratchet-tree.ts';
import { isLeaf, isListed, membersBelow, resolution, type Subtree } from '../../../mls/tree/subtree.ts';
import type { LeafNode } from '../../../mls/wire/leaf-node.ts';
import { decode } from '../../../mls/wire/presentation-language.ts';
import { RatchetTreeNodes } from '../../../mls/wire/tree-node.ts';
import type { CaseDetails } from '../page-data.ts';
import { fromBase64, readable } from './blocks.ts';

/** A tree that the referee saw. Trees are in base64: a long case has too many to decode all of them at once. */
export interface TreeOfEpoch {
  /** The call that began the epoch. */
  readonly call: number;
  readonly step: number;
  readonly epoch: number | undefined;
  readonly seenBy: string;
  readonly tree: string;
  /** The tree of the epoch before, when it was seen. */
  readonly before: string | undefined;
}

/** The trees in the order in which they were seen, each once. */
export function treesOf({ sights, bytes }: Pick<CaseDetails, 'sights' | 'bytes'>): TreeOfEpoch[] {
  const trees: TreeOfEpoch[] = [];
  for (const { kind, call, step, epoch, seenBy, bytes: at } of sights) {
    const tree = bytes[at]!;
    if (kind !== 'tree' || trees.some((known) => known.tree === tree && known.epoch === epoch)) continue;
    const before = trees.findLast((known) => epoch !== undefined && known.epoch === epoch - 1)?.tree;
    trees.push({ call, step, epoch, seenBy, tree, before });
  }
  return trees;
}

/** What a commit did to a node: a new key where there was one, where the node was blank, the reverse, or only other unmerged leaves. */
export type Change = 'new key' | 'filled' | 'blanked' | 'unmerged';

export interface DrawnNode {
  readonly index: number;
  /** 0 for leaves. */
  readonly level: number;
  readonly isBlank: boolean;
  /** Of a leaf: whose it is. */
  readonly identity: string | undefined;
  /** Leaf indices. */
  readonly unmerged: readonly number[];
  /** Those who hold its private key: members below it but for unmerged ones. */
  readonly holders: readonly number[];
  /** Node indices: to whose keys a path secret for this node is encrypted. */
  readonly resolution: readonly number[];
  readonly key: string;
  readonly change: Change | undefined;
}

export interface DrawnTree {
  /** From left to right, as in the array form. */
  readonly nodes: readonly DrawnNode[];
  readonly identities: ReadonlyMap<number, string>;
}

/** @throws MLSError when the tree does not decode or is none */
export function drawTree(tree: string, before: string | undefined): DrawnTree {
  const root = rootFrom(tree);
  const old = new Map(before === undefined ? [] : everyNode(rootFrom(before)).map((node) => [node.nodeIndex as number, node] as const));
  const nodes = everyNode(root).map((node) => draw(node, before === undefined ? undefined : changeOf(old.get(node.nodeIndex), node)));
  const identities = new Map([...membersBelow(root)].map(([leafIndex, leafNode]) => [leafIndex as number, identityOf(leafNode)] as const));
  return { nodes, identities };
}

const rootFrom = (tree: string): Subtree => rootOf(decode(RatchetTreeNodes, fromBase64(tree), 'ratchet_tree'));

const everyNode = (node: Subtree): Subtree[] => (isLeaf(node) ? [node] : [...everyNode(node.left), node, ...everyNode(node.right)]);

function draw(node: Subtree, change: Change | undefined): DrawnNode {
  const content = isLeaf(node) ? node.leafNode : node.parentNode;
  const unmerged = unmergedOf(node);
  return {
    index: node.nodeIndex,
    level: node.level,
    isBlank: content === undefined,
    identity: isLeaf(node) && node.leafNode !== undefined ? identityOf(node.leafNode) : undefined,
    unmerged,
    holders: content === undefined ? [] : [...membersBelow(node)].map(([leafIndex]) => leafIndex).filter((leafIndex) => !isListed(unmerged, leafIndex)),
    resolution: resolution(node).map(({ nodeIndex }) => nodeIndex),
    key: content === undefined ? '' : hex(content.encryptionKey),
    change,
  };
}

const unmergedOf = (node: Subtree): readonly number[] => (isLeaf(node) ? [] : (node.parentNode?.unmergedLeaves ?? []));

function changeOf(before: Subtree | undefined, after: Subtree): Change | undefined {
  const [oldKey, newKey] = [before && keyOf(before), keyOf(after)];
  if (oldKey !== newKey) return oldKey === undefined ? 'filled' : newKey === undefined ? 'blanked' : 'new key';
  return before !== undefined && unmergedOf(before).join() !== unmergedOf(after).join() ? 'unmerged' : undefined;
}

function keyOf(node: Subtree): string | undefined {
  const key = (isLeaf(node) ? node.leafNode : node.parentNode)?.encryptionKey;
  return key && hex(key);
}

function identityOf({ credential }: LeafNode): string {
  if (credential.credentialType !== 'basic') return 'x509';
  return readable(credential.identity) ?? hex(credential.identity.subarray(0, 8));
}
