/** Sending proposals (RFC 9420 §12.1) and application data (§15). */
import { byteKey } from '../bytes.ts';
import { makeProposalRef } from '../crypto/labelled.ts';
import { protectPrivateMessage } from '../epoch/private-message.ts';
import { authenticatedContentBytes, signFramedContent } from '../epoch/sign-content.ts';
import { usage, within } from '../errors.ts';
import { signLeafNode } from '../tree/leaf-node.ts';
import type { Sender } from '../wire/framing.ts';
import { encode } from '../wire/presentation-language.ts';
import { Proposal } from '../wire/proposal.ts';
import { protectHandshake, signAsMember } from './create-commit.ts';
import { validateProposal, type SentProposal } from './proposal-validation.ts';
import type { PendingProposal } from './pending-proposals.ts';
import { pskIdFor, type LeafChange, type ProposalInput } from './proposals.ts';
import { ownLeaf, type GroupState, type PendingUpdate } from './state.ts';

export interface Proposed {
  /** The state that knows of the proposal. */
  readonly state: GroupState;
  readonly message: Uint8Array;
  readonly reference: Uint8Array;
}

/** @throws MLSError `misuse` for a proposal that a member cannot send, `invalid` when it breaks a rule (R-5.3.1-02) */
export async function propose(state: GroupState, input: ProposalInput, authenticatedData: Uint8Array): Promise<Proposed> {
  usage(state.reinit === undefined, 'this group was reinitialized: it sends no more messages', 'R-12.4.2-11');
  const { suite } = state.settings;
  const { proposal, pendingUpdate } = await buildProposal(state, input);
  using undo = new DisposableStack();
  if (pendingUpdate !== undefined) undo.use(pendingUpdate.encryptionKey);
  const sender: Sender = { senderType: 'member', leafIndex: state.ownLeafIndex };
  await validateProposal(state, { proposal, sender, byUs: true });
  const { groupId, epoch } = state.groupContext;
  const signed = await signAsMember(state, state.signatureKey, { groupId, epoch, sender, authenticatedData, contentType: 'proposal', proposal });
  const message = protectHandshake(state, signed);
  const reference = makeProposalRef(suite, authenticatedContentBytes(signed));
  const withProposal = withPending(state, { proposal, sender, reference });
  const key = byteKey(reference);
  undo.move();
  return {
    message,
    reference,
    state: {
      ...withProposal,
      ownMessages: state.ownMessages.with(byteKey(suite.digest(message)), reference),
      pendingUpdates: pendingUpdate === undefined ? state.pendingUpdates : state.pendingUpdates.with(key, pendingUpdate),
    },
  };
}

/** The state that also knows of a verified proposal. @throws MLSError `limit` when too many are pending */
export function withPending(state: GroupState, pending: PendingProposal): GroupState {
  if (state.pendingProposals.get(pending.reference) !== undefined) return state;
  const { pendingProposals, pendingProposalBytes } = state.settings.limits;
  within(state.pendingProposals.size < pendingProposals, `${pendingProposals} proposals are pending already`);
  const bytes = state.pendingProposals.bytes + encode(Proposal, pending.proposal).length;
  within(bytes <= pendingProposalBytes, `the pending proposals would take more than ${pendingProposalBytes} bytes`);
  return { ...state, pendingProposals: state.pendingProposals.with(pending) };
}

/** A proposal for the list of an own Commit, by value, validated. */
export async function byValue(state: GroupState, input: ProposalInput): Promise<SentProposal> {
  usage(input.kind !== 'update', 'a committer updates its leaf by the path of its Commit, not by an Update', 'R-12.2-04');
  const { proposal } = await buildProposal(state, input);
  const sender: Sender = { senderType: 'member', leafIndex: state.ownLeafIndex };
  await validateProposal(state, { proposal, sender, byUs: true });
  return { proposal, sender, reference: undefined, validated: true };
}

async function buildProposal(state: GroupState, input: ProposalInput): Promise<{ readonly proposal: Proposal; readonly pendingUpdate?: PendingUpdate }> {
  switch (input.kind) {
    case 'proposal':
      usage(input.proposal.proposalType !== 'external_init', 'ExternalInit is made by joinByExternalCommit', 'R-12.1.6-01');
      return { proposal: input.proposal };
    case 'psk':
    case 'resumption':
      return { proposal: { proposalType: 'psk', psk: pskIdFor(state, input) } };
    case 'update':
      return buildUpdate(state, input.leaf);
  }
}

async function buildUpdate(state: GroupState, change: LeafChange): Promise<{ readonly proposal: Proposal; readonly pendingUpdate: PendingUpdate }> {
  const { suite } = state.settings;
  const current = ownLeaf(state);
  using undo = new DisposableStack();
  const encryptionKey = undo.use(await suite.generateHPKEKey());
  const signatureKey = change.signatureKey ?? state.signatureKey;
  const leafNode = await signLeafNode(suite, signatureKey, {
    leafNode: {
      encryptionKey: encryptionKey.publicKey,
      signatureKey: signatureKey.publicKey,
      credential: change.credential ?? current.credential,
      capabilities: change.capabilities ?? current.capabilities,
      leafNodeSource: 'update',
      extensions: change.extensions ?? current.extensions,
    },
    place: { groupId: state.groupContext.groupId, leafIndex: state.ownLeafIndex },
  });
  undo.move();
  return { proposal: { proposalType: 'update', leafNode }, pendingUpdate: { encryptionKey, signatureKey } };
}

/**
 * Encrypts application data. Only the sending ratchet moves.
 * @throws MLSError `misuse` R-12.4-04 while a proposal is pending, R-12.4.2-11 after a ReInit
 */
export async function protectApplicationData(state: GroupState, applicationData: Uint8Array, options: { readonly authenticatedData: Uint8Array; readonly padding?: number | undefined }): Promise<Uint8Array> {
  const { settings } = state;
  usage(state.reinit === undefined, 'this group was reinitialized: it sends no more messages', 'R-12.4.2-11');
  usage(settings.allowDataWithPendingProposals || state.pendingProposals.size === 0, 'commit the pending proposals before sending application data', 'R-12.4-04');
  const { groupId, epoch } = state.groupContext;
  const signed = await signFramedContent({
    suite: settings.suite,
    key: state.signatureKey,
    wireFormat: 'mls_private_message',
    content: { groupId, epoch, sender: { senderType: 'member', leafIndex: state.ownLeafIndex }, authenticatedData: options.authenticatedData, contentType: 'application', applicationData },
    groupContext: state.contextBytes,
  });
  const paddingLength = options.padding ?? settings.padding(applicationData.length);
  return protectPrivateMessage({ suite: settings.suite, secretTree: state.secretTree, senderDataSecret: state.secrets.senderDataSecret, signed, paddingLength });
}
