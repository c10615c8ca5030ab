/** tree-validation.json: resolutions, tree hashes, parent hashes and leaf signatures of whole trees (RFC 9420 §4.1, §7.8, §7.9). */
import type { z } from 'zod';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { verifyLeafSignature } from '../mls/tree/leaf-node.ts';
import { verifyParentHashes } from '../mls/tree/parent-hash.ts';
import { leafCount, members, nodeAt, type RatchetTree } from '../mls/tree/ratchet-tree.ts';
import { resolution } from '../mls/tree/subtree.ts';
import { treeHash } from '../mls/tree/tree-hash.ts';
import { asNodeIndex, nodeWidth } from '../mls/tree/tree-math.ts';
import { adds, SampleTree, type Step } from './sample-tree.ts';
import { decodeTree, encodeTree } from './tree-bytes.ts';
import { at, bytes, inOrder, list, number, object, sameAt, sameBytesAt, vectorType } from './vector-type.ts';

const schema = object({ cipher_suite: number, tree: bytes, group_id: bytes, resolutions: list(list(number)), tree_hashes: list(bytes) });
type Case = z.output<typeof schema>;

export const treeValidation = vectorType({
  name: 'tree-validation',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const tree = await at('.tree', () => decodeTree(vector.tree));
    sameBytesAt('.tree', vector.tree, encodeTree(tree));
    const found = resolutionsAndHashes(suite, tree);
    sameAt('.resolutions.length', vector.resolutions.length, found.resolutions.length);
    sameAt('.tree_hashes.length', vector.tree_hashes.length, found.tree_hashes.length);
    vector.resolutions.forEach((expected, i) => sameAt(`.resolutions[${i}]`, expected.join(), found.resolutions[i]!.join()));
    vector.tree_hashes.forEach((expected, i) => sameBytesAt(`.tree_hashes[${i}]`, expected, found.tree_hashes[i]!));
    await at('.tree', () => verifyParentHashes(suite, tree.root));
    await at('.tree', async () => {
      for (const [leafIndex, leafNode] of members(tree)) {
        const place = leafNode.leafNodeSource === 'key_package' ? undefined : { groupId: vector.group_id, leafIndex };
        await verifyLeafSignature(suite, leafNode, { place });
      }
    });
  },
  generate: {
    'tree-validation': ({ suite }) => inOrder(histories, async (steps) => vectorOf(suite, await SampleTree.grown(suite, steps))),
  },
});

function resolutionsAndHashes(suite: CipherSuite, tree: RatchetTree): { resolutions: number[][]; tree_hashes: Uint8Array[] } {
  const nodes = Array.from({ length: nodeWidth(leafCount(tree)) }, (_, i) => nodeAt(tree, asNodeIndex(i)));
  return {
    resolutions: nodes.map((node) => resolution(node).map(({ nodeIndex }) => nodeIndex)),
    tree_hashes: nodes.map((node) => treeHash(suite, node)),
  };
}

const histories: readonly (readonly Step[])[] = [
  // full trees; blanks at the right edge
  [],
  [...adds(3), { commit: 2 }, { commit: 1 }],
  [...adds(4), { commit: 4 }, { commit: 0 }],
  // inner blanks, and parent-hash links across them
  [...adds(7), { commit: 0 }, { commit: 5 }, { remove: 3 }, { commit: 6 }],
  // unmerged leaves, below and beside nodes that were set before and after
  [...adds(4), { commit: 0 }, 'add', { commit: 4 }, 'add', 'add'],
  // the topmost node with a key below a blank root
  [...adds(3), { commit: 0 }, 'add', { commit: 1 }, { remove: 4 }, ...adds(2)],
  // all of it: a leaf that was removed and whose place was taken by another
  [...adds(6), { commit: 1 }, { remove: 1 }, { commit: 6 }, 'add', { commit: 3 }, { remove: 5 }, 'add'],
];

function vectorOf(suite: CipherSuite, { tree, groupId }: SampleTree): Case {
  return { cipher_suite: suite.id, tree: encodeTree(tree), group_id: groupId, ...resolutionsAndHashes(suite, tree) };
}
