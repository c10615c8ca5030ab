/** Nodes of the ratchet tree (RFC 9420 §7.1), the ratchet_tree extension (§12.4.3.3) and the inputs of the tree's hashes. */
import { HPKEPublicKey } from './credential.ts';
import { LeafNode } from './leaf-node.ts';
import { decodeVectorInSlices, enumeration, opaque, optional, select, struct, uint32, uint8, vector, type Infer, type SlicedVector } from './presentation-language.ts';

export const ParentNode = struct({ encryptionKey: HPKEPublicKey, parentHash: opaque, unmergedLeaves: vector(uint32) });
export type ParentNode = Infer<typeof ParentNode>;

const NodeType = enumeration(uint8, { leaf: 1, parent: 2 });

export const Node = struct(
  { nodeType: NodeType },
  select('nodeType', { leaf: { leafNode: LeafNode }, parent: { parentNode: ParentNode } }),
);
export type Node = Infer<typeof Node>;

/** A place in the ratchet_tree extension; undefined when blank. */
export const RatchetTreeNode = optional(Node);

/** Body of the ratchet_tree extension: all nodes from left to right, without the blank ones after the last. */
export const RatchetTreeNodes = vector(RatchetTreeNode);
export type RatchetTreeNodes = Infer<typeof RatchetTreeNodes>;

/** Decodes a ratchet_tree of at most `most` nodes in slices: the tree of a large group is some megabytes. */
export const decodeTreeInSlices = (bytes: Uint8Array, bounds: Omit<SlicedVector, 'name'>): Promise<RatchetTreeNodes> =>
  decodeVectorInSlices(RatchetTreeNode, bytes, { name: 'ratchet_tree', ...bounds });

const LeafNodeHashInput = struct({ leafIndex: uint32, leafNode: optional(LeafNode) });
const ParentNodeHashInput = struct({ parentNode: optional(ParentNode), leftHash: opaque, rightHash: opaque });

/** §7.8. */
export const TreeHashInput = struct(
  { nodeType: NodeType },
  select('nodeType', { leaf: { leafNode: LeafNodeHashInput }, parent: { parentNode: ParentNodeHashInput } }),
);
export type TreeHashInput = Infer<typeof TreeHashInput>;

/** §7.9. */
export const ParentHashInput = struct({ encryptionKey: HPKEPublicKey, parentHash: opaque, originalSiblingTreeHash: opaque });
export type ParentHashInput = Infer<typeof ParentHashInput>;
