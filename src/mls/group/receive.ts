/** Receiving: from the bytes of an MLSMessage to a verified content, and what it does to the group (RFC 9420 §6, §12). */
import { byteKey, copyOf, hex, sameBytes } from '../bytes.ts';
import { makeProposalRef } from '../crypto/labelled.ts';
import { openPrivateMessage } from '../epoch/private-message.ts';
import { checkMembershipTag, openPublicMessage } from '../epoch/public-message.ts';
import { authenticatedContentBytes, verifyFramedContent, type SignedContent, type Verified } from '../epoch/sign-content.ts';
import { MLSError, must, violation, within } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { leafAt } from '../tree/ratchet-tree.ts';
import { validateSignatureKey } from '../tree/leaf-node-validation.ts';
import { asLeafIndex } from '../tree/tree-math.ts';
import { MLSMessage, type FramedContent, type PrivateMessage, type PublicMessage, type Sender } from '../wire/framing.ts';
import { LeafNode } from '../wire/leaf-node.ts';
import { decodeInSlices, detached, readLater } from '../wire/presentation-language.ts';
import { Proposal, type Commit, type ProposalOrRef } from '../wire/proposal.ts';
import { externalSenders } from './group-extensions.ts';
import { processCommit, type ProcessedCommit } from './process-commit.ts';
import { proposalName, validateProposal } from './proposal-validation.ts';
import { withPending } from './propose.ts';
import { messageOptions, signatureKeyIn, type GroupState, type Settings } from './state.ts';

export type Received =
  | { readonly kind: 'application'; readonly state: GroupState; readonly sender: number; readonly epoch: bigint; readonly data: Uint8Array; readonly authenticatedData: Uint8Array }
  | { readonly kind: 'proposal'; readonly state: GroupState; readonly sender: Sender; readonly proposal: Proposal; readonly reference: Uint8Array; readonly authenticatedData: Uint8Array }
  | (ProcessedCommit & { readonly sender: Sender; readonly authenticatedData: Uint8Array });

/**
 * An MLSMessage from untrusted bytes, and the copy of them that it holds views of.
 * @throws MLSError `limit` before anything is made of bytes that are too many, or more elements than are accepted
 */
export async function decodeMessage(bytes: Uint8Array, settings: Pick<Settings, 'limits' | 'customProposals'>): Promise<{ readonly message: MLSMessage; readonly encoded: Uint8Array }> {
  const { messageBytes } = settings.limits;
  within(bytes.length <= messageBytes, `a message of ${bytes.length} bytes, at most ${messageBytes} are accepted`);
  const encoded = copyOf(bytes);
  return { message: await decodeInSlices(MLSMessage, encoded, { name: 'MLSMessage', ...messageOptions(settings) }), encoded };
}

/** @throws MLSError with everything as it was before, but for the key of a message that opened and verified */
export async function receive(state: GroupState, bytes: Uint8Array): Promise<Received> {
  const { settings } = state;
  const { message, encoded } = await decodeMessage(bytes, settings);
  const own = state.ownMessages.size === 0 ? undefined : state.ownMessages.get(byteKey(settings.suite.digest(encoded)));
  const pending = own && state.pendingProposals.get(own);
  if (pending !== undefined) return { kind: 'proposal', state, ...pending, authenticatedData: authenticatedDataOf(message) };
  switch (message.wireFormat) {
    case 'mls_public_message':
      return receivePublic(state, message.publicMessage, encoded);
    case 'mls_private_message':
      return receivePrivate(state, message.privateMessage);
    default:
      throw new MLSError('misuse', `a group receives PublicMessages and PrivateMessages, this is ${message.wireFormat}`);
  }
}

function authenticatedDataOf(message: MLSMessage): Uint8Array {
  if (message.wireFormat === 'mls_public_message') return message.publicMessage.content.authenticatedData;
  if (message.wireFormat === 'mls_private_message') return message.privateMessage.authenticatedData;
  throw new TypeError(`a proposal of our own was sent as ${message.wireFormat}`);
}

async function receivePublic(state: GroupState, message: PublicMessage, encoded: Uint8Array): Promise<Received> {
  const { suite } = state.settings;
  const { content } = message;
  checkGroup(state, content);
  await pause();
  const { signed, confirmationTag } = openPublicMessage(message, encoded);
  checkEpoch(state, content);
  const { key, requirement, coversContext } = senderKey(state, content);
  if (content.sender.senderType !== 'member') validateSignatureKey(suite, key);
  if (content.sender.senderType === 'member') {
    checkMembershipTag({ suite, signed, confirmationTag, membershipKey: state.secrets.membershipKey, groupContext: state.contextBytes, membershipTag: message.membershipTag });
  }
  // Of a Commit with thousands of Adds each of these steps takes milliseconds.
  await pause();
  const contexts = coversContext ? { groupContext: state.contextBytes, otherContext: contextBefore(state, content.epoch) } : { otherContext: state.contextBytes };
  const verified = await verifyFramedContent({ suite, publicKey: key, signed, ...contexts, requirement });
  return act(state, verified, confirmationTag);
}

async function receivePrivate(state: GroupState, message: PrivateMessage): Promise<Received> {
  const { suite } = state.settings;
  checkGroup(state, message);
  const epoch = epochOf(state, message);
  const later: (() => Promise<void>)[] = [];
  const opened = openPrivateMessage({
    suite,
    message,
    secretTree: epoch.secretTree,
    senderDataSecret: epoch.senderDataSecret,
    isMember(leafIndex) {
      if (leafIndex === state.ownLeafIndex) throw new MLSError('misuse', 'this message was sent by this member itself');
      return signatureKeyIn(state, message.epoch, leafIndex) !== undefined;
    },
    decodeOptions: { ...messageOptions(state.settings), later },
  });
  await readLater(later);
  await pause();
  const publicKey = signatureKeyIn(state, message.epoch, opened.leafIndex)!;
  const contexts = { groupContext: epoch.contextBytes, otherContext: contextBefore(state, message.epoch) };
  const verified = await verifyFramedContent({ suite, publicKey, signed: opened.signed, ...contexts, requirement: 'R-6.3.1-10' });
  opened.consume();
  return act(state, verified, opened.confirmationTag);
}

/** The GroupContext of the epoch before that one, while it is kept. */
const contextBefore = (state: GroupState, epoch: bigint): Uint8Array | undefined => state.pastEpochs.find((past) => past.epoch === epoch - 1n)?.contextBytes;

/** @throws MLSError `invalid` R-6-08 for a message of another group */
function checkGroup(state: GroupState, { groupId }: { readonly groupId: Uint8Array }): void {
  must(sameBytes(groupId, state.groupContext.groupId), 'R-6-08', () => `group ${hex(groupId)}`);
}

/** Handshake messages are for the current epoch only. @throws MLSError `invalid` R-12.1-03, R-12.4.2-01, R-12.4.3.2-08, R-12.4.2-11 */
function checkEpoch(state: GroupState, content: { readonly epoch: bigint; readonly contentType: string; readonly sender?: Sender }): void {
  const { epoch } = state.groupContext;
  const isExternal = content.sender?.senderType === 'new_member_commit';
  const rule: RequirementId = content.contentType === 'proposal' ? 'R-12.1-03' : isExternal ? 'R-12.4.3.2-08' : 'R-12.4.2-01';
  must(content.epoch === epoch, rule, () => `a ${content.contentType} of epoch ${content.epoch}, this is epoch ${epoch}`);
  must(state.reinit === undefined, 'R-12.4.2-11', 'this group was reinitialized');
}

interface MessageEpoch {
  readonly contextBytes: Uint8Array;
  readonly secretTree: GroupState['secretTree'];
  readonly senderDataSecret: GroupState['secrets']['senderDataSecret'];
}

/** The epoch a PrivateMessage was sent in: application data also opens in a kept earlier one (R-15.3-01). */
function epochOf(state: GroupState, message: PrivateMessage): MessageEpoch {
  if (message.contentType !== 'application') checkEpoch(state, message);
  if (message.epoch === state.groupContext.epoch) return { ...state, senderDataSecret: state.secrets.senderDataSecret };
  const past = state.pastEpochs.find(({ epoch }) => epoch === message.epoch);
  if (past === undefined) throw violation('R-6-08', `epoch ${message.epoch}, this is epoch ${state.groupContext.epoch} and its keys are not kept`);
  return past;
}

interface SenderKey {
  readonly key: Uint8Array;
  /** What a wrong signature of such a sender breaks. */
  readonly requirement: RequirementId;
  readonly coversContext: boolean;
}

/** The key that a PublicMessage must be signed with, by the type of its sender (§6.1). */
function senderKey(state: GroupState, content: FramedContent): SenderKey {
  const { sender } = content;
  switch (sender.senderType) {
    case 'member': {
      const leafNode = leafAt(state.tree, sender.leafIndex);
      must(leafNode !== undefined, 'R-6-09', () => `leaf ${sender.leafIndex}`);
      return { key: leafNode.signatureKey, requirement: 'R-6.1-12', coversContext: true };
    }
    case 'external':
      return { key: externalSenderKey(state, content, sender.senderIndex), requirement: 'R-6.1-06', coversContext: false };
    case 'new_member_proposal':
      if (content.contentType !== 'proposal' || content.proposal.proposalType !== 'add') throw violation('R-6.1-11');
      return { key: content.proposal.keyPackage.leafNode.signatureKey, requirement: 'R-6.1-10', coversContext: false };
    case 'new_member_commit':
      if (content.contentType !== 'commit') throw violation('R-6.1-09');
      if (content.commit.path === undefined) throw violation('R-12.4.3.2-03');
      return { key: content.commit.path.leafNode.signatureKey, requirement: 'R-6.1-08', coversContext: true };
  }
}

const allowedFromExternal: readonly string[] = ['add', 'remove', 'psk', 'reinit', 'group_context_extensions'];

function externalSenderKey(state: GroupState, content: FramedContent, index: number): Uint8Array {
  if (content.contentType !== 'proposal') throw violation('R-6.1-07', `${content.contentType} from an external sender`);
  const { proposal } = content;
  const isAllowed = proposal.proposalType === 'custom' ? state.settings.customProposals.some(({ type, external }) => external && type === proposal.customType) : allowedFromExternal.includes(proposal.proposalType);
  must(isAllowed, 'R-12.1.8-04', () => `${proposalName(proposal)} from an external sender`);
  const senders = externalSenders(state.groupContext.extensions);
  if (senders === undefined) throw violation('R-12.1.8-01');
  const sender = senders[index];
  if (sender === undefined) throw violation('R-6.1-06', `external sender ${index} of ${senders.length}`);
  return sender.signatureKey;
}

/** What a verified content does. */
async function act(state: GroupState, signed: Verified<SignedContent>, confirmationTag: Uint8Array | undefined): Promise<Received> {
  const { content } = signed;
  const { sender, authenticatedData } = content;
  switch (content.contentType) {
    case 'application':
      return { kind: 'application', state, sender: (sender as Extract<Sender, { senderType: 'member' }>).leafIndex, epoch: content.epoch, data: content.applicationData, authenticatedData };
    case 'proposal': {
      const proposal = detached(Proposal, content.proposal, messageOptions(state.settings));
      const reference = makeProposalRef(state.settings.suite, authenticatedContentBytes(signed));
      if (state.pendingProposals.get(reference) === undefined) await validateProposal(state, { proposal, sender });
      return { kind: 'proposal', state: withPending(state, { proposal, sender, reference }), sender, proposal, reference, authenticatedData };
    }
    case 'commit':
      return { ...(await processCommit(state, verifiedCommit(state, signed, await detachedCommit(state, content.commit), confirmationTag!))), sender, authenticatedData };
  }
}

/** The Commit with what may outlive it detached: its proposals, and the public keys and the leaf of its path. */
async function detachedCommit(state: GroupState, { proposals, path }: Commit): Promise<Commit> {
  const options = messageOptions(state.settings);
  const kept: ProposalOrRef[] = [];
  for (const entry of proposals) {
    kept.push(entry.type === 'proposal' ? { type: 'proposal', proposal: detached(Proposal, entry.proposal, options) } : entry);
    if (sliceIsOver()) await pause();
  }
  if (path === undefined) return { proposals: kept, path };
  const nodes = path.nodes.map((node) => ({ ...node, encryptionKey: copyOf(node.encryptionKey) }));
  return { proposals: kept, path: { leafNode: detached(LeafNode, path.leafNode), nodes } };
}

function verifiedCommit(state: GroupState, signed: Verified<SignedContent>, commit: Commit, confirmationTag: Uint8Array): Parameters<typeof processCommit>[1] {
  const { sender } = signed.content;
  if (sender.senderType === 'new_member_commit') return { signed, commit, confirmationTag, committer: sender };
  if (sender.senderType !== 'member') throw violation('R-6.1-07', 'a Commit from outside');
  if (sender.leafIndex === state.ownLeafIndex) throw new MLSError('misuse', "this is this member's own Commit: continue with the group that making it gave");
  return { signed, commit, confirmationTag, committer: { senderType: 'member', leafIndex: asLeafIndex(sender.leafIndex) } };
}
