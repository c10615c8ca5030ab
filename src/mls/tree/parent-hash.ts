/** Parent hashes (RFC 9420 §7.9): computed for a path, and verified for a whole tree. */
import { empty, sameBytes } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { encode } from '../wire/presentation-language.ts';
import { ParentHashInput, type ParentNode } from '../wire/tree-node.ts';
import { isLeaf, isListed, resolution, type ParentSlot, type Subtree } from './subtree.ts';
import { treeHash, treeHashWithout } from './tree-hash.ts';
import type { PathStep } from './ratchet-tree.ts';
import type { NodeIndex } from './tree-math.ts';

export interface ParentHashChain {
  /** The nodes of the path by node index, with their parent hashes filled in and no unmerged leaves. */
  readonly parents: ReadonlyMap<NodeIndex, ParentNode>;
  /** The parent hash for the leaf at the bottom; zero-length when the path has no nodes (R-7.5-14). */
  readonly leafParentHash: Uint8Array;
}

/**
 * Parent hashes of a new path, from the top down (R-7.5-08).
 * @param steps the filtered direct path, from the bottom up, in the tree after the proposals (R-7.9-06)
 * @param publicKeys the new encryption key of each of them
 */
export function chainParentHashes(suite: CipherSuite, steps: readonly PathStep[], publicKeys: readonly Uint8Array[]): ParentHashChain {
  const parents = new Map<NodeIndex, ParentNode>();
  let parentHash: Uint8Array = empty;
  for (let i = steps.length - 1; i >= 0; i--) {
    const { node, copathChild } = steps[i]!;
    const encryptionKey = publicKeys[i]!;
    parents.set(node.nodeIndex, { encryptionKey, parentHash, unmergedLeaves: [] });
    const originalSiblingTreeHash = treeHash(suite, copathChild);
    parentHash = suite.digest(encode(ParentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash }));
  }
  return { parents, leafParentHash: parentHash };
}

/**
 * Checks that each non-blank parent below `node` has exactly one valid link to a node below it (§7.9.2). As every link
 * goes down, the links then lead from each parent to a leaf (R-7.9.2-03).
 * @throws MLSError `invalid` with R-7.9.2-01 to -05, by what is wrong with the links there are
 */
export async function verifyParentHashes(suite: CipherSuite, node: Subtree): Promise<void> {
  if (isLeaf(node) || node.isEmpty) return;
  if (node.parentNode !== undefined) verifyLinks(suite, node, node.parentNode);
  if (sliceIsOver()) await pause();
  await verifyParentHashes(suite, node.left);
  await verifyParentHashes(suite, node.right);
}

function verifyLinks(suite: CipherSuite, p: ParentSlot, parentNode: ParentNode): void {
  const candidates = [...candidatesUnder(p.left, p.right, parentNode), ...candidatesUnder(p.right, p.left, parentNode)];
  const hashMatches = ({ d, s }: Candidate): boolean => {
    const stored = storedParentHash(d);
    if (stored === undefined) return false;
    return sameBytes(stored, parentHashWith(suite, parentNode, s));
  };
  const valid = candidates.filter((candidate) => candidate.isNeighbour && hashMatches(candidate));
  if (valid.length === 1) return;
  const rule = (): RequirementId => {
    if (valid.length > 1) return 'R-7.9.2-05';
    if (candidates.some((candidate) => !candidate.isNeighbour && hashMatches(candidate))) return 'R-7.9.2-02';
    const neighbours = candidates.filter((candidate) => candidate.isNeighbour && storedParentHash(candidate.d) !== undefined);
    if (neighbours.length === 0) return 'R-7.9.2-03';
    return neighbours.every(({ d }) => isLeaf(d)) ? 'R-7.9.2-04' : 'R-7.9.2-01';
  };
  must(false, rule(), `parent node ${p.nodeIndex} has ${valid.length} valid parent-hash links`);
}

interface Candidate {
  readonly d: Subtree;
  readonly s: Subtree;
  /** Whether P's unmerged leaves under C are the resolution of C without D (R-7.9.2-02). */
  readonly isNeighbour: boolean;
}

/** The nodes D in the resolution of the child C of P that are not P's unmerged leaves, with the sibling S. */
function candidatesUnder(c: Subtree, s: Subtree, parentNode: ParentNode): Candidate[] {
  const unmerged = parentNode.unmergedLeaves;
  const nodes = resolution(c);
  const isUnmerged = (node: Subtree) => isLeaf(node) && isListed(unmerged, node.nodeIndex / 2);
  const others = nodes.filter((node) => !isUnmerged(node));
  return others.map((d) => ({ d, s, isNeighbour: others.length === 1 }));
}

/** The parent_hash a node stores, or undefined for a node that stores none. */
function storedParentHash(node: Subtree): Uint8Array | undefined {
  if (!isLeaf(node)) return node.parentNode?.parentHash;
  return node.leafNode?.leafNodeSource === 'commit' ? node.leafNode.parentHash : undefined;
}

/** The parent hash of P with copath child S, whatever was added below S since P was set (R-7.9-05). */
const parentHashWith = (suite: CipherSuite, { encryptionKey, parentHash, unmergedLeaves }: ParentNode, s: Subtree): Uint8Array =>
  suite.digest(encode(ParentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash: treeHashWithout(suite, s, unmergedLeaves) }));
