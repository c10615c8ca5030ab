/** Validity of a single proposal (RFC 9420 §12.1), whatever else a Commit may cover. */
import { sameBytes } from '../bytes.ts';
import { must, within } from '../errors.ts';
import { noRepeatedExtension, typeName, validateLeafNode } from '../tree/leaf-node-validation.ts';
import { leafAt } from '../tree/ratchet-tree.ts';
import { asLeafIndex, type LeafIndex } from '../tree/tree-math.ts';
import { tooManyExtensions, type Extension } from '../wire/extension.ts';
import type { Sender } from '../wire/framing.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { Proposal } from '../wire/proposal.ts';
import { externalSenders, sameCredential, validateGroupExtensions } from './group-extensions.ts';
import { validateKeyPackage } from './key-package.ts';
import type { PublicState } from './state.ts';

/** Which resumption PSK usages a Commit may name: reinit and branch only the first one of a successor or subgroup. */
export type PskUsages = readonly ('application' | 'reinit' | 'branch')[];

export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  /** Set for a proposal that a Commit names by reference. */
  readonly reference: Uint8Array | undefined;
  /** Whether `validateProposal` accepted it in this epoch already. */
  readonly validated: boolean;
  /** Whether this client makes it, so that the rules for senders apply (R-5.3.1-02, R-7.3-09). */
  readonly byUs?: boolean;
}

/**
 * Checks a proposal by itself against the state of its epoch.
 * @throws MLSError `invalid` with the id of the rule it breaks, `limit` for more extensions than are accepted
 */
export async function validateProposal(state: PublicState, { proposal, sender, byUs = false }: Pick<SentProposal, 'proposal' | 'sender' | 'byUs'>, usages: PskUsages = ['application']): Promise<void> {
  const { suite, policy } = state.settings;
  const { groupContext } = state;
  const most = state.settings.limits.extensions;
  for (const { length } of extensionLists(proposal)) within(length <= most, tooManyExtensions(most));
  switch (proposal.proposalType) {
    case 'add':
      await validateKeyPackage({ keyPackage: proposal.keyPackage, settings: state.settings, groupContext, byUs });
      break;
    case 'update':
      must(sender.senderType === 'member', 'R-12.1.8-04', `update from a sender of type ${sender.senderType}`);
      await validateUpdate(state, proposal.leafNode, asLeafIndex(sender.leafIndex));
      break;
    case 'remove':
      must(leafAt(state.tree, proposal.removed) !== undefined, 'R-12.1.3-01', () => `leaf ${proposal.removed}`);
      break;
    case 'psk':
      validatePskId(state, proposal.psk, usages);
      break;
    case 'reinit':
      must(proposal.version >= groupContext.version, 'R-12.1.5-01', () => `version ${proposal.version}`);
      noRepeatedExtension(proposal.extensions, 'ReInit');
      break;
    case 'external_init':
      must(sender.senderType === 'new_member_commit', 'R-12.1.6-01', `from a sender of type ${sender.senderType}`);
      break;
    case 'group_context_extensions': {
      const known = externalSenders(groupContext.extensions) ?? [];
      await validateGroupExtensions(suite, { extensions: proposal.extensions, known, policy, groupContext });
      break;
    }
    case 'custom':
      break;
  }
  await authorize(state, { proposal, sender });
}

async function authorize(state: PublicState, { proposal, sender }: Pick<SentProposal, 'proposal' | 'sender'>): Promise<void> {
  const allowed = await state.settings.policy.authorizeProposal({ proposal, sender, groupContext: state.groupContext });
  const rule = sender.senderType === 'external' || sender.senderType === 'new_member_proposal' ? 'R-12.1.8-02' : 'R-12.2-19';
  must(allowed, rule, `${proposal.proposalType} from a sender of type ${sender.senderType}`);
}

/** What did not come in a message, such as an own proposal, has not been held against the bound yet. */
function extensionLists(proposal: Proposal): readonly (readonly Extension[])[] {
  switch (proposal.proposalType) {
    case 'add':
      return [proposal.keyPackage.extensions, proposal.keyPackage.leafNode.extensions];
    case 'reinit':
    case 'group_context_extensions':
      return [proposal.extensions];
    default:
      return [];
  }
}

/** @throws MLSError `invalid` R-12.1.4-01, R-11.2-06 or R-11.3-08 */
export function validatePskId(state: Pick<PublicState, 'settings'>, psk: PreSharedKeyID, usages: PskUsages): void {
  const { nh } = state.settings.suite;
  must(psk.pskNonce.length === nh, psk.psktype === 'resumption' && psk.usage === 'branch' && usages.includes('branch') ? 'R-11.3-03' : 'R-12.1.4-01', () => `psk_nonce of ${psk.pskNonce.length} bytes, not ${nh}`);
  if (psk.psktype === 'resumption') must(usages.includes(psk.usage), psk.usage === 'reinit' ? 'R-11.2-06' : 'R-11.3-08', () => `a resumption PSK of usage ${psk.usage}`);
}

async function validateUpdate(state: PublicState, leafNode: LeafNode, leafIndex: LeafIndex): Promise<void> {
  const current = leafAt(state.tree, leafIndex);
  must(current !== undefined, 'R-6-09', () => `leaf ${leafIndex}`);
  must(leafNode.leafNodeSource === 'update', 'R-7.3-11', () => `source ${leafNode.leafNodeSource}`);
  must(!sameBytes(leafNode.encryptionKey, current.encryptionKey), 'R-7.3-12');
  // The path of every Commit that covers the Update is encrypted to this key.
  must(!state.settings.suite.isLowOrder(leafNode.encryptionKey), 'R-5.1.1-04', 'encryption_key is of small order');
  await validateReplacement(state, { current, next: leafNode, leafIndex, credentialRule: 'R-5.3.1-05' });
}

export interface Replacement {
  readonly current: LeafNode;
  readonly next: LeafNode;
  readonly leafIndex: LeafIndex;
  readonly credentialRule: 'R-5.3.1-05' | 'R-5.3.1-06';
}

/** Checks a leaf that takes the place of its member's current one: the credential is asked about only when it is new. */
export async function validateReplacement(state: PublicState, { current, next, leafIndex, credentialRule }: Replacement): Promise<void> {
  const { suite, policy } = state.settings;
  const { groupContext } = state;
  // A leaf must not drop the group's suite. One that never listed it is no fault of this replacement: mlspp's do not list
  // suite 7, and a KeyPackage names its suite itself.
  const listsSuite = (leafNode: LeafNode) => leafNode.capabilities.cipherSuites.includes(suite.id);
  must(listsSuite(next) || !listsSuite(current), 'R-7.3-06', () => `the capabilities drop cipher suite ${suite.id}`);
  const isNew = !sameCredential(current.credential, next.credential) || !sameBytes(current.signatureKey, next.signatureKey);
  await validateLeafNode(suite, {
    leafNode: next,
    place: { groupId: groupContext.groupId, leafIndex },
    policy,
    groupContext,
    credentialRule: isNew ? credentialRule : undefined,
    lifetimeRule: undefined,
    ...(next.leafNodeSource === 'commit' && { signatureRule: 'R-12.4.2-06' as const }),
  });
  if (isNew) must(await policy.isSuccessor({ current, next }), 'R-5.3.1-08');
}

/** The name of a proposal's type, for messages. */
export const proposalName = (proposal: Proposal): string => (proposal.proposalType === 'custom' ? `custom ${typeName(proposal.customType)}` : proposal.proposalType);
