/** PublicMessage: signed, with a membership tag when a member sends it, not encrypted (RFC 9420 §6.2). */
import { concat } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must, usage } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { FramedContent, framedContentAuthData, messageHeader, type PublicMessage } from '../wire/framing.ts';
import { encode, opaque } from '../wire/presentation-language.ts';
import { authDataBytes, framedContentTBS, type SignedContent } from './sign-content.ts';

export interface PublicMessageOptions {
  readonly suite: CipherSuite;
  readonly signed: SignedContent;
  /** For a Commit. */
  readonly confirmationTag?: Uint8Array | undefined;
  /** For a member; of the sending epoch (R-6.2-01). */
  readonly membershipKey?: Secret | undefined;
  /** For a member: the encoded GroupContext of the sending epoch. */
  readonly groupContext?: Uint8Array | undefined;
}

/** What a PublicMessage carries; nothing of it is verified. */
export interface OpenedPublicMessage {
  readonly signed: SignedContent;
  readonly confirmationTag: Uint8Array | undefined;
}

/**
 * The encoded MLSMessage around a PublicMessage.
 * @throws MLSError `misuse` for application data (R-6-01), for content signed for the other carrier, and for a member's
 *   message without `membershipKey`
 */
export function protectPublicMessage(options: PublicMessageOptions): Uint8Array {
  const { signed, confirmationTag } = options;
  usage(signed.content.contentType !== 'application', 'application data is sent as PrivateMessage', 'R-6-01');
  usage(signed.wireFormat === 'mls_public_message', 'this content was signed for a PrivateMessage', 'R-6.1-03');
  const start = [messageHeader(signed.wireFormat), signed.contentBytes, authDataBytes(signed, confirmationTag)];
  if (signed.content.sender.senderType !== 'member') return concat(...start);
  return concat(...start, encode(opaque, membershipTag(options)));
}

/**
 * Takes a PublicMessage apart. Tag, signature and confirmation tag are the caller's to check.
 * @param encoded the whole MLSMessage it was decoded from, when at hand: the content's bytes are then a view into it
 * @throws MLSError `invalid` R-6-01 for application data
 */
export function openPublicMessage(message: PublicMessage, encoded?: Uint8Array): OpenedPublicMessage {
  const { content, auth } = message;
  must(content.contentType !== 'application', 'R-6-01');
  const signed = { wireFormat: 'mls_public_message', content, signature: auth.signature } as const;
  const contentBytes = encoded === undefined ? encode(FramedContent, content) : contentWithin(encoded, message);
  return { signed: { ...signed, contentBytes }, confirmationTag: auth.confirmationTag };
}

/**
 * Checks the membership tag of a member's message; other senders have none.
 * @throws MLSError `invalid` R-6.2-04
 */
export function checkMembershipTag(options: PublicMessageOptions & { readonly membershipTag: Uint8Array | undefined }): void {
  if (options.signed.content.sender.senderType !== 'member') return;
  const expected = membershipTag(options);
  must(options.membershipTag !== undefined && options.suite.equal(expected, options.membershipTag), 'R-6.2-04');
}

/** MAC over FramedContentTBS and FramedContentAuthData (R-6.2-01, R-6.2-03). */
function membershipTag({ suite, signed, confirmationTag, membershipKey, groupContext }: PublicMessageOptions): Uint8Array {
  usage(membershipKey !== undefined, "a member's PublicMessage has a membership tag", 'R-6.2-01');
  return suite.hmac(membershipKey.expose(), ...framedContentTBS(signed, groupContext), authDataBytes(signed, confirmationTag));
}

/** The FramedContent's bytes in an encoded MLSMessage: all but the header and what follows it, which has one encoding only. */
function contentWithin(encoded: Uint8Array, { content, auth, membershipTag }: PublicMessage): Uint8Array {
  const after = encode(framedContentAuthData(content.contentType), auth).length + (membershipTag === undefined ? 0 : encode(opaque, membershipTag).length);
  return encoded.subarray(messageHeader('mls_public_message').length, encoded.length - after);
}
