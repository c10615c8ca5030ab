/**
 * Growing ratchet trees by hand: adds, removals and paths by anyone, and edits of the array form that no protocol operation
 * could make.
 */
import { utf8 } from '../../mls/bytes.ts';
import type { KeyPackageBundle } from '../../mls/group/key-package.ts';
import { addLeaf, leafAt, replaceLeaf, singleLeafTree, treeFromNodes, treeToNodes, truncate, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { signLeafNode, type UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { asLeafIndex, type LeafIndex, type NodeIndex } from '../../mls/tree/tree-math.ts';
import type { LeafNode } from '../../mls/wire/leaf-node.ts';
import type { ParentNode, RatchetTreeNodes } from '../../mls/wire/tree-node.ts';
import { forgePath, type PathForgery } from './forge-path.ts';
import { openPolicy } from '../open-policy.ts';
import type { CipherSuite, SignaturePrivateKey } from '../../mls/crypto/provider.ts';

/** A tree with what is needed to go on: the signature keys of its leaves, and the path secrets of the last path. */
export interface Grove {
  readonly suite: CipherSuite;
  readonly groupId: Uint8Array;
  readonly tree: RatchetTree;
  readonly signatureKeys: ReadonlyMap<number, SignaturePrivateKey>;
  readonly pathSecrets: ReadonlyMap<NodeIndex, Uint8Array>;
}

/** A tree of the leaves of these KeyPackages. */
export function groveOf(suite: CipherSuite, [first, ...others]: readonly KeyPackageBundle[], groupId = utf8('grove')): Grove {
  const alone: Grove = {
    suite,
    groupId,
    tree: singleLeafTree(first!.keyPackage.leafNode, openPolicy.clientOf),
    signatureKeys: new Map([[0, first!.signatureKey]]),
    pathSecrets: new Map(),
  };
  return others.reduce((grown, bundle) => plant(grown, bundle).grove, alone);
}

/** Adds a leaf. */
export function plant(from: Grove, bundle: KeyPackageBundle): { readonly grove: Grove; readonly leafIndex: LeafIndex } {
  const { tree, leafIndex } = addLeaf(from.tree, bundle.keyPackage.leafNode);
  return { grove: { ...from, tree, signatureKeys: new Map([...from.signatureKeys, [leafIndex, bundle.signatureKey]]), pathSecrets: new Map() }, leafIndex };
}

/** Removes leaves. */
export function fell(from: Grove, ...leaves: readonly number[]): Grove {
  let { tree } = from;
  for (const leaf of leaves) tree = replaceLeaf(tree, asLeafIndex(leaf), undefined);
  return { ...from, tree: truncate(tree), signatureKeys: new Map([...from.signatureKeys].filter(([leaf]) => !leaves.includes(leaf))) };
}

/** Sets the direct path of a leaf, as its Commit would. */
export async function pathBy(from: Grove, leaf: number, forgery: PathForgery & { readonly added?: readonly number[] } = {}): Promise<Grove> {
  const leafIndex = asLeafIndex(leaf);
  const { signatureKey, credential, capabilities, extensions } = leafAt(from.tree, leaf)!;
  const { tree, pathSecrets } = await forgePath(
    from.suite,
    {
      tree: from.tree,
      leafIndex,
      leafNode: { signatureKey, credential, capabilities, extensions },
      signatureKey: from.signatureKeys.get(leaf)!,
      groupId: from.groupId,
      added: new Set((forgery.added ?? []).map(asLeafIndex)),
    },
    forgery,
  );
  return { ...from, tree, pathSecrets };
}

/** The grove with its array form edited. */
export function withNodes(from: Grove, edit: (nodes: RatchetTreeNodes[number][]) => RatchetTreeNodes[number][] | void): Grove {
  const nodes = [...treeToNodes(from.tree)];
  return { ...from, tree: treeFromNodes(edit(nodes) ?? nodes, openPolicy.clientOf) };
}

/** The grove with one parent node edited. */
export const withParent = (from: Grove, nodeIndex: number, edit: (parentNode: ParentNode) => ParentNode): Grove =>
  withNodes(from, (nodes) => {
    const node = nodes[nodeIndex];
    if (node?.nodeType !== 'parent') throw new Error(`node ${nodeIndex} is no parent`);
    nodes[nodeIndex] = { nodeType: 'parent', parentNode: edit(node.parentNode) };
  });

/** The grove with one leaf replaced. */
export const withLeaf = (from: Grove, leaf: number, leafNode: LeafNode | undefined): Grove =>
  withNodes(from, (nodes) => {
    nodes[2 * leaf] = leafNode && { nodeType: 'leaf', leafNode };
  });

/** The grove with one leaf edited and signed again. */
export async function withSignedLeaf(from: Grove, leaf: number, edit: (leafNode: UnsignedLeafNode) => UnsignedLeafNode, key = from.signatureKeys.get(leaf)!): Promise<Grove> {
  const { signature: _, ...unsigned } = leafAt(from.tree, leaf)!;
  const leafNode = edit(unsigned);
  const place = leafNode.leafNodeSource === 'key_package' ? {} : { place: { groupId: from.groupId, leafIndex: asLeafIndex(leaf) } };
  return withLeaf(from, leaf, await signLeafNode(from.suite, key, { leafNode, ...place }));
}
