/** Proposals from outside the group (RFC 9420 §12.1.8): by an external sender, or by a client that wants to be added. */
import type { CipherSuite, SignaturePrivateKey } from '../crypto/provider.ts';
import { protectPublicMessage } from '../epoch/public-message.ts';
import { signFramedContent } from '../epoch/sign-content.ts';
import type { Sender } from '../wire/framing.ts';
import type { GroupContext } from '../wire/group-info.ts';
import type { Proposal } from '../wire/proposal.ts';

export interface OutsideProposal {
  readonly suite: CipherSuite;
  readonly signatureKey: SignaturePrivateKey;
  readonly sender: Extract<Sender, { senderType: 'external' | 'new_member_proposal' }>;
  /** The group and epoch it is meant for, usually from a GroupInfo. */
  readonly groupContext: Pick<GroupContext, 'groupId' | 'epoch'>;
  readonly proposal: Proposal;
  readonly authenticatedData: Uint8Array;
}

/** An encoded PublicMessage (R-12.1.8-03); its signature does not cover the GroupContext (R-6.1-02). */
export async function proposeFromOutside({ suite, signatureKey, sender, groupContext, proposal, authenticatedData }: OutsideProposal): Promise<Uint8Array> {
  const { groupId, epoch } = groupContext;
  const content = { groupId, epoch, sender, authenticatedData, contentType: 'proposal', proposal } as const;
  const signed = await signFramedContent({ suite, key: signatureKey, wireFormat: 'mls_public_message', content });
  return protectPublicMessage({ suite, signed });
}
