/** Ratchet trees as they stand in vectors: the body of the ratchet_tree extension. */
import { byteKey } from '../mls/bytes.ts';
import { treeFromNodes, treeToNodes, type ClientOf, type RatchetTree } from '../mls/tree/ratchet-tree.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { RatchetTreeNodes } from '../mls/wire/tree-node.ts';

/** In the vectors below the group level nobody asks whose client a leaf is; its signature key will do. */
export const clientOf: ClientOf = ({ signatureKey }) => byteKey(signatureKey);

export const decodeTree = (bytes: Uint8Array): RatchetTree => treeFromNodes(decode(RatchetTreeNodes, bytes, 'ratchet_tree'), clientOf);

export const encodeTree = (tree: RatchetTree): Uint8Array => encode(RatchetTreeNodes, treeToNodes(tree));
