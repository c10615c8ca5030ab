/** Tree hashes (RFC 9420 §7.8), computed once per node and kept with it. */
import type { CipherSuite } from '../crypto/provider.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { encode } from '../wire/presentation-language.ts';
import { TreeHashInput } from '../wire/tree-node.ts';
import { isLeaf, isListed, type LeafSlot, type ParentSlot, type Subtree } from './subtree.ts';
import { toLeafIndex } from './tree-math.ts';

/** The tree hash of a node; only nodes without a kept hash are hashed. Nh bytes. */
export function treeHash(suite: CipherSuite, node: Subtree): Uint8Array {
  return (node.treeHash ??= isLeaf(node)
    ? leafHash(suite, node, node.leafNode)
    : parentHashOf(suite, node, treeHash(suite, node.left), treeHash(suite, node.right)));
}

/** Hashes what is not hashed yet below `node`, in slices (a join, or a large first Commit). */
export async function hashInSlices(suite: CipherSuite, node: Subtree): Promise<Uint8Array> {
  if (node.treeHash === undefined && !isLeaf(node) && node.level > 4) {
    await hashInSlices(suite, node.left);
    await hashInSlices(suite, node.right);
    if (sliceIsOver()) await pause();
  }
  return treeHash(suite, node);
}

/**
 * The tree hash of a node as it was before the leaves in `unmerged` were added: they are blank and stand in no
 * unmerged_leaves (R-7.9-04). Subtrees without such a leaf keep their hash.
 * @param unmerged ascending leaf indices
 */
export function treeHashWithout(suite: CipherSuite, node: Subtree, unmerged: readonly number[]): Uint8Array {
  const span = 2 ** node.level;
  const first = (node.nodeIndex - (span - 1)) / 2;
  const below = unmerged.filter((leaf) => leaf >= first && leaf < first + span);
  if (below.length === 0) return treeHash(suite, node);
  if (isLeaf(node)) return leafHash(suite, node, undefined);
  const parentNode = node.parentNode && {
    ...node.parentNode,
    unmergedLeaves: node.parentNode.unmergedLeaves.filter((leaf) => !isListed(below, leaf)),
  };
  return parentHashOf(suite, { parentNode }, treeHashWithout(suite, node.left, below), treeHashWithout(suite, node.right, below));
}

const leafHash = (suite: CipherSuite, node: LeafSlot, leafNode: LeafSlot['leafNode']): Uint8Array =>
  suite.digest(encode(TreeHashInput, { nodeType: 'leaf', leafNode: { leafIndex: toLeafIndex(node.nodeIndex), leafNode } }));

const parentHashOf = (suite: CipherSuite, { parentNode }: Pick<ParentSlot, 'parentNode'>, leftHash: Uint8Array, rightHash: Uint8Array): Uint8Array =>
  suite.digest(encode(TreeHashInput, { nodeType: 'parent', parentNode: { parentNode, leftHash, rightHash } }));
