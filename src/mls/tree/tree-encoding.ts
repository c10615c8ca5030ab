/**
 * A tree as the body of a ratchet_tree extension (RFC 9420 §12.4.3.3). Encodings are kept with subtrees of 16 leaves, so that
 * the next epoch encodes only what changed: a few large arrays, since one per node would weigh as much as the tree itself.
 */
import { pause, sliceIsOver } from '../slices.ts';
import type { Writer } from '../wire/cursor.ts';
import { encode, type Encoder } from '../wire/presentation-language.ts';
import { RatchetTreeNode } from '../wire/tree-node.ts';
import type { RatchetTree } from './ratchet-tree.ts';
import { isLeaf, type LeafSlot, type ParentSlot, type Subtree } from './subtree.ts';

const keptLevel = 4;

/** Gives the same bytes as RatchetTreeNodes for `treeToNodes`. */
export const TreeNodes: Encoder<RatchetTree> = {
  write(w, { root }) {
    const start = w.openVector();
    writeUpToLast(w, root);
    w.closeVector(start);
  },
};

/** Encodes what is not encoded yet, in slices, for a later encoding of `TreeNodes`. */
export const encodeInSlices = ({ root }: RatchetTree): Promise<void> => keepBelow(root);

async function keepBelow(node: Subtree): Promise<void> {
  if (isLeaf(node) || node.level < keptLevel) return;
  if (node.level === keptLevel) {
    if (node.encoded !== undefined) return;
    node.encoded = encode(Below, node);
    if (sliceIsOver()) await pause();
    return;
  }
  await keepBelow(node.left);
  await keepBelow(node.right);
}

/** All nodes of a subtree from left to right, without the blank ones after the last (R-12.4.3.3-03). */
function writeUpToLast(w: Writer, node: Subtree): void {
  if (node.isEmpty) return;
  if (isLeaf(node)) return writeLeaf(w, node);
  if (node.right.isEmpty && node.parentNode === undefined) return writeUpToLast(w, node.left);
  writeAll(w, node.left);
  writeParent(w, node);
  writeUpToLast(w, node.right);
}

function writeAll(w: Writer, node: Subtree): void {
  if (isLeaf(node)) return writeLeaf(w, node);
  if (node.level === keptLevel) return w.put((node.encoded ??= encode(Below, node)));
  writeBelow(w, node);
}

function writeBelow(w: Writer, node: ParentSlot): void {
  writeAll(w, node.left);
  writeParent(w, node);
  writeAll(w, node.right);
}

const Below: Encoder<ParentSlot> = { write: writeBelow };

const writeLeaf = (w: Writer, { leafNode }: LeafSlot): void => RatchetTreeNode.write(w, leafNode && { nodeType: 'leaf', leafNode });
const writeParent = (w: Writer, { parentNode }: ParentSlot): void => RatchetTreeNode.write(w, parentNode && { nodeType: 'parent', parentNode });
