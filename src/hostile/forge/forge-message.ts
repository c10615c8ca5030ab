/**
 * Forging messages: any FramedContent, signed, tagged and encrypted as it should be but for what the test changes. Built
 * from the layers below the group, which check nothing of what a content says.
 */
import { concat, empty, utf8 } from '../../mls/bytes.ts';
import { signWithLabel } from '../../mls/crypto/labelled.ts';
import type { SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { senderDataKeyAndNonce } from '../../mls/epoch/private-message.ts';
import type { KeyAndNonce } from '../../mls/epoch/hash-ratchet.ts';
import { coversGroupContext, type ContentWireFormat, type SignedContent } from '../../mls/epoch/sign-content.ts';
import type { GroupState } from '../../mls/group/state.ts';
import type { Secret } from '../../mls/secret.ts';
import { FramedContent, FramedContentStart, MLSMessage, PrivateContentAAD, SenderData, SenderDataAAD, Sender, framedContentAuthData, messageHeader, type PrivateMessage } from '../../mls/wire/framing.ts';
import { decode, encode, opaque } from '../../mls/wire/presentation-language.ts';
import type { Commit, Proposal } from '../../mls/wire/proposal.ts';
import { mls10 } from '../../mls/wire/registries.ts';

type Edit<T> = (honest: T) => T;
export const same = <T>(value: T): T => value;

export interface SignatureForgery {
  /** Default: the sender's own key. */
  readonly signatureKey?: SignaturePrivateKey | undefined;
  /** Default: the encoded GroupContext of the epoch where the sender's type wants it covered. */
  readonly signedContext?: Uint8Array;
  /** The carrier the signature is made for. Default: the one it travels in. */
  readonly signedFor?: ContentWireFormat;
  readonly signature?: Edit<Uint8Array>;
  /** Edits the encoded FramedContent before it is signed, so that all the rest is made for what it does not decode to. */
  readonly contentBytes?: Edit<Uint8Array>;
}

export interface PrivateForgery {
  /** Appended to the content. Default: none. */
  readonly padding?: Uint8Array;
  /** Default: the next generation of the sender's own ratchet. */
  readonly key?: (KeyAndNonce & { readonly generation: number }) | undefined;
  readonly senderData?: Edit<SenderData>;
  /** Edits the encoded sender data. */
  readonly senderDataBytes?: Edit<Uint8Array>;
  /** Edits the finished message, which no tag covers any more then. */
  readonly message?: Edit<PrivateMessage>;
}

export interface MessageForgery extends SignatureForgery {
  readonly as?: 'public' | 'private';
  readonly confirmationTag?: Uint8Array | undefined;
  /** Default: that of the sender's epoch. */
  readonly membershipKey?: Secret;
  readonly membershipTag?: Edit<Uint8Array>;
  /** Edits the confirmation_tag that the membership_tag is made over; another one is sent. */
  readonly taggedConfirmation?: Edit<Uint8Array>;
  readonly private?: PrivateForgery;
}

/** The content that a member sends: its group, epoch and leaf around a body. */
export function contentBy(state: GroupState, body: { readonly proposal: Proposal } | { readonly commit: Commit } | { readonly applicationData: Uint8Array }, edit: Edit<FramedContent> = same): FramedContent {
  const { groupId, epoch } = state.groupContext;
  const header = { groupId, epoch, sender: { senderType: 'member', leafIndex: state.ownLeafIndex }, authenticatedData: empty } as const;
  if ('proposal' in body) return edit({ ...header, contentType: 'proposal', proposal: body.proposal });
  if ('commit' in body) return edit({ ...header, contentType: 'commit', commit: body.commit });
  return edit({ ...header, contentType: 'application', applicationData: body.applicationData });
}

/** Signs a content, whatever it is. */
export async function forgeSigned(state: GroupState, content: FramedContent, forgery: SignatureForgery & { readonly as?: 'public' | 'private' } = {}): Promise<SignedContent> {
  const wireFormat = forgery.as === 'private' ? 'mls_private_message' : 'mls_public_message';
  const contentBytes = (forgery.contentBytes ?? same)(encode(FramedContent, content));
  const context = forgery.signedContext ?? (coversGroupContext(content.sender) ? state.contextBytes : empty);
  const tbs = concat(messageHeader(forgery.signedFor ?? wireFormat), contentBytes, context);
  const signature = await signWithLabel(state.settings.suite, forgery.signatureKey ?? state.signatureKey, 'FramedContentTBS', tbs);
  return { wireFormat, content, contentBytes, signature: (forgery.signature ?? same)(signature) };
}

/** Signs and protects a content in the epoch of `state`. */
export async function forgeMessage(state: GroupState, content: FramedContent, forgery: MessageForgery = {}): Promise<Uint8Array> {
  return forgeCarrier(state, await forgeSigned(state, content, forgery), forgery);
}

/** Puts a signed content into a carrier. */
export function forgeCarrier(state: GroupState, signed: SignedContent, forgery: MessageForgery = {}): Uint8Array {
  return forgery.as === 'private' ? privateCarrier(state, signed, forgery) : publicCarrier(state, signed, forgery);
}

function publicCarrier(state: GroupState, { content, contentBytes, signature }: SignedContent, forgery: MessageForgery): Uint8Array {
  const { suite } = state.settings;
  const { confirmationTag, membershipKey = state.secrets.membershipKey } = forgery;
  const authWith = (tag: Uint8Array | undefined) => encode(framedContentAuthData(content.contentType), { signature, confirmationTag: tag });
  const tagged = concat(messageHeader('mls_public_message'), contentBytes, state.contextBytes, authWith(confirmationTag && (forgery.taggedConfirmation ?? same)(confirmationTag)));
  const tag = content.sender.senderType === 'member' ? encode(opaque, (forgery.membershipTag ?? same)(suite.hmac(membershipKey.expose(), tagged))) : empty;
  return concat(messageHeader('mls_public_message'), contentBytes, authWith(confirmationTag), tag);
}

function privateCarrier(state: GroupState, signed: SignedContent, forgery: MessageForgery): Uint8Array {
  const { suite } = state.settings;
  const { content, contentBytes, signature } = signed;
  const { padding = empty, key: given, senderData = same, senderDataBytes = same, message = same } = forgery.private ?? {};
  const { key, nonce, generation } = given ?? state.secretTree.takeSendKey(state.ownLeafIndex, content.contentType === 'application' ? 'application' : 'handshake');
  const sender = senderData({ leafIndex: content.sender.senderType === 'member' ? content.sender.leafIndex : 0, generation, reuseGuard: suite.random(4) });
  const guarded = nonce.map((byte, i) => byte ^ (sender.reuseGuard[i] ?? 0));
  const body = contentBytes.subarray(encode(FramedContentStart, content).length);
  const auth = encode(framedContentAuthData(content.contentType), { signature, confirmationTag: forgery.confirmationTag });
  const ciphertext = suite.seal(key, guarded, encode(PrivateContentAAD, content), concat(body, auth, padding));
  const forSender = senderDataKeyAndNonce(suite, state.secrets.senderDataSecret, ciphertext);
  const encryptedSenderData = suite.seal(forSender.key, forSender.nonce, encode(SenderDataAAD, content), senderDataBytes(encode(SenderData, sender)));
  const { groupId, epoch, contentType, authenticatedData } = content;
  const privateMessage = message({ groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext });
  return encode(MLSMessage, { version: mls10, wireFormat: 'mls_private_message', privateMessage });
}

/** A member's proposal message. */
export const forgeProposal = (state: GroupState, proposal: Proposal, forgery: MessageForgery = {}): Promise<Uint8Array> => forgeMessage(state, contentBy(state, { proposal }), forgery);

/** A member's application message. */
export const forgeApplication = (state: GroupState, data = 'hello', forgery: Omit<MessageForgery, 'as'> = {}): Promise<Uint8Array> =>
  forgeMessage(state, contentBy(state, { applicationData: utf8(data) }), { as: 'private', ...forgery });

/** A proposal from outside; its signature covers no GroupContext. */
export function forgeFromOutside(state: GroupState, sender: Exclude<Sender, { senderType: 'member' }>, proposal: Proposal, forgery: MessageForgery & { readonly signatureKey: SignaturePrivateKey }): Promise<Uint8Array> {
  return forgeMessage(state, contentBy(state, { proposal }, (content) => ({ ...content, sender })), forgery);
}

/** Changes one decoded MLSMessage. */
export function edited(bytes: Uint8Array, edit: Edit<MLSMessage>): Uint8Array {
  return encode(MLSMessage, edit(decode(MLSMessage, bytes, 'MLSMessage')));
}

/** The bytes with one bit of one byte flipped; negative positions count from the end: there a signature in DER stays one. */
export function flipped(bytes: Uint8Array, position = 0): Uint8Array {
  const copy = bytes.slice();
  copy[position < 0 ? copy.length + position : position]! ^= 1;
  return copy;
}
