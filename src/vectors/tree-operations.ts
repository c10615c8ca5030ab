/** tree-operations.json: how an Add, Update or Remove changes the ratchet tree (RFC 9420 §12.1.1 to §12.1.3). */
import type { z } from 'zod';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { signLeafNode } from '../mls/tree/leaf-node.ts';
import { addLeaf, leafAt, leafCount, replaceLeaf, truncate, type RatchetTree } from '../mls/tree/ratchet-tree.ts';
import { treeHash } from '../mls/tree/tree-hash.ts';
import { asLeafIndex } from '../mls/tree/tree-math.ts';
import type { LeafNode } from '../mls/wire/leaf-node.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { Proposal } from '../mls/wire/proposal.ts';
import { adds, sampleKeyPackage, SampleTree } from './sample-tree.ts';
import { decodeTree, encodeTree } from './tree-bytes.ts';
import { at, bytes, holdsAt, number, object, sameBytesAt, VectorMismatch, vectorType } from './vector-type.ts';

const schema = object({
  cipher_suite: number,
  tree_before: bytes,
  proposal: bytes,
  proposal_sender: number,
  tree_hash_before: bytes,
  tree_after: bytes,
  tree_hash_after: bytes,
});
type Case = z.output<typeof schema>;

export const treeOperations = vectorType({
  name: 'tree-operations',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const before = await at('.tree_before', () => decodeTree(vector.tree_before));
    sameBytesAt('.tree_before', vector.tree_before, encodeTree(before));
    sameBytesAt('.tree_hash_before', vector.tree_hash_before, treeHash(suite, before.root));
    const proposal = await at('.proposal', () => decode(Proposal, vector.proposal, 'Proposal'));
    holdsAt('.proposal_sender', vector.proposal_sender < leafCount(before), 'is outside the tree');
    const after = apply(before, proposal, vector.proposal_sender);
    sameBytesAt('.tree_after', vector.tree_after, encodeTree(after));
    sameBytesAt('.tree_hash_after', vector.tree_hash_after, treeHash(suite, after.root));
  },
  generate: { 'tree-operations': ({ suite }) => generate(suite) },
});

function apply(tree: RatchetTree, proposal: Proposal, sender: number): RatchetTree {
  switch (proposal.proposalType) {
    case 'add':
      return addLeaf(tree, proposal.keyPackage.leafNode).tree;
    case 'update':
      return replaceLeaf(tree, asLeafIndex(sender), proposal.leafNode);
    case 'remove':
      holdsAt('.proposal', leafAt(tree, proposal.removed) !== undefined, `leaf ${proposal.removed} is blank or outside the tree`);
      return truncate(replaceLeaf(tree, asLeafIndex(proposal.removed), undefined));
    default:
      throw new VectorMismatch('.proposal', `${proposal.proposalType} does not change the tree`);
  }
}

/** An Add into a full tree and into a gap, an Update, a Remove, and a Remove that halves the tree. */
async function generate(suite: CipherSuite): Promise<Case[]> {
  const full = await SampleTree.grown(suite, [...adds(1), { commit: 0 }]);
  const gaps = await SampleTree.grown(suite, [...adds(4), { commit: 1 }, { remove: 2 }, { commit: 4 }]);
  const uneven = await SampleTree.grown(suite, [...adds(2), { commit: 2 }]);
  const add = async (): Promise<Proposal> => ({ proposalType: 'add', keyPackage: (await sampleKeyPackage(suite)).keyPackage });
  const wanted: readonly (readonly [RatchetTree, Proposal, number])[] = [
    [full.tree, await add(), 0],
    [gaps.tree, await add(), 1],
    [gaps.tree, { proposalType: 'update', leafNode: await updatedLeaf(suite, gaps, 3) }, 3],
    [gaps.tree, { proposalType: 'remove', removed: 3 }, 0],
    [uneven.tree, { proposalType: 'remove', removed: 2 }, 1],
  ];
  return wanted.map(([before, proposal, proposal_sender]) => {
    const after = apply(before, proposal, proposal_sender);
    return {
      cipher_suite: suite.id,
      tree_before: encodeTree(before),
      proposal: encode(Proposal, proposal),
      proposal_sender,
      tree_hash_before: treeHash(suite, before.root),
      tree_after: encodeTree(after),
      tree_hash_after: treeHash(suite, after.root),
    };
  });
}

async function updatedLeaf(suite: CipherSuite, { tree, groupId, members }: SampleTree, index: number): Promise<LeafNode> {
  const leafIndex = asLeafIndex(index);
  const { signatureKey, credential, capabilities, extensions } = leafAt(tree, index)!;
  const { publicKey: encryptionKey } = await suite.generateHPKEKey();
  const leafNode = { encryptionKey, signatureKey, credential, capabilities, leafNodeSource: 'update', extensions } as const;
  return signLeafNode(suite, members.get(index)!.signatureKey, { leafNode, place: { groupId, leafIndex } });
}
