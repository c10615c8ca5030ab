/** Signs again what a mutation has changed inside a proposal, so that only what it says is wrong. */
import { signWithLabel } from '../../../src/mls/crypto/labelled.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import { signLeafNode } from '../../../src/mls/tree/leaf-node.ts';
import { KeyPackageTBS, type LeafNode } from '../../../src/mls/wire/leaf-node.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import type { Proposal } from '../../../src/mls/wire/proposal.ts';

/** Of an Add with a key of its own, of an Update with its sender's. */
export async function signedAgain(proposal: Proposal, state: GroupState): Promise<Proposal> {
  switch (proposal.proposalType) {
    case 'add': {
      const { keyPackage } = proposal;
      const { suite } = state.settings;
      const key = await suite.importSignatureKey(new Uint8Array(32).fill(7));
      const { signature: _, ...unsigned } = { ...keyPackage, leafNode: await signedLeaf({ ...keyPackage.leafNode, signatureKey: key.publicKey }, state, key) };
      return { proposalType: 'add', keyPackage: { ...unsigned, signature: await signWithLabel(suite, key, 'KeyPackageTBS', encode(KeyPackageTBS, unsigned)) } };
    }
    case 'update':
      return { proposalType: 'update', leafNode: await signedLeaf({ ...proposal.leafNode, signatureKey: state.signatureKey.publicKey }, state, state.signatureKey) };
    default:
      return proposal;
  }
}

function signedLeaf({ signature: _, ...leafNode }: LeafNode, state: GroupState, key: GroupState['signatureKey']): Promise<LeafNode> {
  const isBound = leafNode.leafNodeSource !== 'key_package';
  return signLeafNode(state.settings.suite, key, { leafNode, ...(isBound && { place: { groupId: state.groupContext.groupId, leafIndex: state.ownLeafIndex } }) });
}
