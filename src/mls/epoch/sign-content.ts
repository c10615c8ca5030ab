/**
 * Content authentication (RFC 9420 §6.1): a FramedContent with its signature, in which the content is encoded once and those
 * bytes serve the signature, the membership tag, the transcript hash and the ProposalRef.
 */
import { concat } from '../bytes.ts';
import { signWithLabel, verifyWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite, SignaturePrivateKey } from '../crypto/provider.ts';
import { must, usage } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import { FramedContent, framedContentAuthData, FramedContentStart, messageHeader, WireFormat, type Sender } from '../wire/framing.ts';
import { encode, encodeVectorInSlices } from '../wire/presentation-language.ts';
import { CommitPath, ProposalOrRef } from '../wire/proposal.ts';

/** The carrier that a content is signed for (R-6.1-03). */
export type ContentWireFormat = 'mls_public_message' | 'mls_private_message';

/** An AuthenticatedContent without its confirmation tag. Being signed does not mean that the signature was verified. */
export interface SignedContent {
  readonly wireFormat: ContentWireFormat;
  readonly content: FramedContent;
  /** The encoded `content`. */
  readonly contentBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignOptions {
  readonly suite: CipherSuite;
  readonly key: SignaturePrivateKey;
  readonly wireFormat: ContentWireFormat;
  readonly content: FramedContent;
  /** The encoded GroupContext of the epoch the content is sent in (R-6.1-04); there exactly when the signature covers it. */
  readonly groupContext?: Uint8Array | undefined;
}

export interface VerifyOptions {
  readonly suite: CipherSuite;
  /** The key that the sender's type dictates (§6.1). */
  readonly publicKey: Uint8Array;
  readonly signed: SignedContent;
  readonly groupContext?: Uint8Array | undefined;
  /** What a wrong signature breaks; R-6.1-12 unless the type of sender has a rule of its own. */
  readonly requirement?: RequirementId;
  /** An encoded GroupContext that the sender may have taken by mistake: of the epoch before, or one where none is covered. */
  readonly otherContext?: Uint8Array | undefined;
}

const label = 'FramedContentTBS';

/**
 * Signs a content for one carrier.
 * @throws MLSError `misuse` when the sender or the content cannot travel in that carrier, or the GroupContext is missing or
 *   has no place
 */
export async function signFramedContent({ suite, key, wireFormat, content, groupContext }: SignOptions): Promise<SignedContent> {
  if (wireFormat === 'mls_public_message') usage(content.contentType !== 'application', 'application data is sent as PrivateMessage', 'R-6-01');
  else usage(content.sender.senderType === 'member', 'who is not a member sends PublicMessages', 'R-6-10');
  const contentBytes = await encodeContent(content);
  const tbs = framedContentTBS({ wireFormat, content, contentBytes }, groupContext);
  return { wireFormat, content, contentBytes, signature: await signWithLabel(suite, key, label, tbs) };
}

async function encodeContent(content: FramedContent): Promise<Uint8Array> {
  if (content.contentType !== 'commit') return encode(FramedContent, content);
  // A Commit may hold thousands of proposals.
  const { proposals, path } = content.commit;
  return concat(encode(FramedContentStart, content), await encodeVectorInSlices(ProposalOrRef, proposals), encode(CommitPath, path));
}

declare const verified: unique symbol;
/** Marks a value whose signature was found right; only `verifyFramedContent` makes it, and groups act on nothing else. */
export type Verified<T> = T & { readonly [verified]: true };

/** @throws MLSError `invalid` when the signature is wrong: R-6.1-03, R-6.1-04 or R-6.1-02 when it covers what that rule forbids, else `requirement` */
export async function verifyFramedContent(options: VerifyOptions): Promise<Verified<SignedContent>> {
  const { suite, publicKey, signed, groupContext, requirement = 'R-6.1-12' } = options;
  const tbs = framedContentTBS(signed, groupContext);
  const isValid = await verifyWithLabel(suite, publicKey, label, tbs, signed.signature);
  if (!isValid) must(false, (await mistakenRule(options)) ?? requirement, `signature of ${senderName(signed.content.sender)}`);
  return signed as Verified<SignedContent>;
}

/**
 * Which rule an honest mistake broke: the signature holds for the other carrier, or with a GroupContext that it must not cover. That
 * takes two more verifications at most, which no newcomer can have made: it has shown no key of the group.
 */
async function mistakenRule({ suite, publicKey, signed, groupContext, otherContext }: VerifyOptions): Promise<RequirementId | undefined> {
  const { wireFormat, contentBytes, signature, content: { sender } } = signed;
  const covers = (carrier: ContentWireFormat, context: readonly Uint8Array[]) => verifyWithLabel(suite, publicKey, label, [messageHeader(carrier), contentBytes, ...context], signature);
  if (sender.senderType === 'member') {
    const otherCarrier = wireFormat === 'mls_public_message' ? 'mls_private_message' : 'mls_public_message';
    if (await covers(otherCarrier, groupContext === undefined ? [] : [groupContext])) return 'R-6.1-03';
    if (otherContext !== undefined && (await covers(wireFormat, [otherContext]))) return 'R-6.1-04';
  }
  if (sender.senderType === 'external' && otherContext !== undefined && (await covers(wireFormat, [otherContext]))) return 'R-6.1-02';
  return undefined;
}

/** The parts of the encoded FramedContentTBS, not joined: a Commit that adds thousands is some megabytes. */
export function framedContentTBS(
  { wireFormat, content, contentBytes }: Omit<SignedContent, 'signature'>,
  groupContext: Uint8Array | undefined,
): readonly Uint8Array[] {
  if (!coversGroupContext(content.sender)) {
    usage(groupContext === undefined, `a signature of ${senderName(content.sender)} does not cover the GroupContext`, 'R-6.1-02');
    return [messageHeader(wireFormat), contentBytes];
  }
  usage(groupContext !== undefined, `a signature of ${senderName(content.sender)} covers the GroupContext`, 'R-6.1-01');
  return [messageHeader(wireFormat), contentBytes, groupContext];
}

/** Whether the signature of such a sender covers the GroupContext (R-6.1-01, R-6.1-02). */
export const coversGroupContext = (sender: Sender): boolean => sender.senderType === 'member' || sender.senderType === 'new_member_commit';

/** The encoded FramedContentAuthData: with the confirmation tag exactly for a Commit (R-6.1-13). */
export function authDataBytes({ content, signature }: SignedContent, confirmationTag: Uint8Array | undefined): Uint8Array {
  usage((content.contentType === 'commit') === (confirmationTag !== undefined), 'a Commit has a confirmation tag, and nothing else has', 'R-6.1-13');
  return encode(framedContentAuthData(content.contentType), { signature, confirmationTag });
}

/** The encoded AuthenticatedContent, of which a ProposalRef is the hash (§5.2). */
export const authenticatedContentBytes = (signed: SignedContent, confirmationTag?: Uint8Array): Uint8Array =>
  concat(encode(WireFormat, signed.wireFormat), signed.contentBytes, authDataBytes(signed, confirmationTag));

function senderName(sender: Sender): string {
  if (sender.senderType === 'member') return `member at leaf ${sender.leafIndex}`;
  return sender.senderType === 'external' ? `external sender ${sender.senderIndex}` : sender.senderType;
}
