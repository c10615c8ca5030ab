/**
 * PrivateMessage: content encrypted under a key of the sender's ratchet, the sender hidden under a key of the epoch
 * (RFC 9420 §6.3).
 *
 * Limits of the AEAD (§6.3.1, §15.2): a content key encrypts one message, and a sender data key one sample, so only the
 * size of one message matters, which the 2^30 - 1 bytes of a vector keep far below the 2^36 - 31 of AES-GCM
 * (R-6.3.1-11, R-15.2-01).
 */
import { concat } from '../bytes.ts';
import { expandWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must, usage } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { DecodeOptions } from '../wire/cursor.ts';
import {
  framedContentAuthData,
  FramedContentStart,
  MLSMessage,
  PrivateContentAAD,
  privateMessageContent,
  SenderData,
  SenderDataAAD,
  type ContentType,
  type FramedContent,
  type FramedContentAuthData,
  type PrivateMessage,
} from '../wire/framing.ts';
import { decode, encode, type Codec } from '../wire/presentation-language.ts';
import { mls10 } from '../wire/registries.ts';
import { wipe } from './key-schedule.ts';
import type { RatchetType, SecretTree } from './secret-tree.ts';
import { authDataBytes, type SignedContent } from './sign-content.ts';

export interface ProtectOptions {
  readonly suite: CipherSuite;
  readonly secretTree: SecretTree;
  readonly senderDataSecret: Secret;
  readonly signed: SignedContent;
  /** For a Commit. */
  readonly confirmationTag?: Uint8Array | undefined;
  /** Zero bytes to append to the content (§15.1). */
  readonly paddingLength?: number;
}

export interface OpenOptions {
  readonly suite: CipherSuite;
  readonly message: PrivateMessage;
  readonly secretTree: SecretTree;
  readonly senderDataSecret: Secret;
  /** Whether a leaf of the message's epoch is not blank. May throw, to refuse a message of one's own. */
  readonly isMember: (leafIndex: number) => boolean;
  readonly decodeOptions?: DecodeOptions | undefined;
}

/** What a PrivateMessage carries. The signature is not verified: AEAD success alone accepts nothing (R-6.3.1-10). */
export interface OpenedPrivateMessage {
  readonly signed: SignedContent;
  readonly confirmationTag: Uint8Array | undefined;
  readonly leafIndex: number;
  readonly generation: number;
  /**
   * Burns the message's key, once its signature was verified.
   * @throws MLSError `invalid` R-9.1-05 when another copy of the message was consumed in between
   */
  consume(): void;
}

const senderDataLength = 12;
const ratchetOf = (contentType: ContentType): RatchetType => (contentType === 'application' ? 'application' : 'handshake');

/**
 * The encoded MLSMessage around a PrivateMessage. Its generation is used up first, also when anything after that fails.
 * @throws MLSError `misuse` unless a member sends (R-6.3.2-01), or for content signed for the other carrier; `limit` when the
 *   secret tree has no generation left
 */
export function protectPrivateMessage({ suite, secretTree, senderDataSecret, signed, confirmationTag, paddingLength = 0 }: ProtectOptions): Uint8Array {
  const { content } = signed;
  usage(content.sender.senderType === 'member', 'only members send PrivateMessages', 'R-6.3.2-01');
  usage(signed.wireFormat === 'mls_private_message', 'this content was signed for a PublicMessage', 'R-6.1-03');
  usage(Number.isInteger(paddingLength) && paddingLength >= 0, `${paddingLength} bytes of padding`);
  const { leafIndex } = content.sender;
  const { generation, key, nonce } = secretTree.takeSendKey(leafIndex, ratchetOf(content.contentType));
  using used = new DisposableStack();
  used.defer(() => wipe(key, nonce));
  const reuseGuard = suite.random(4);
  applyReuseGuard(nonce, reuseGuard);
  const body = signed.contentBytes.subarray(encode(FramedContentStart, content).length);
  const plaintext = concat(body, authDataBytes(signed, confirmationTag), new Uint8Array(paddingLength));
  used.adopt(plaintext, wipe);
  const ciphertext = suite.seal(key, nonce, encode(PrivateContentAAD, content), plaintext);

  const sender = senderDataKeyAndNonce(suite, senderDataSecret, ciphertext);
  used.defer(() => wipe(sender.key, sender.nonce));
  const senderData = encode(SenderData, { leafIndex, generation, reuseGuard });
  const encryptedSenderData = suite.seal(sender.key, sender.nonce, encode(SenderDataAAD, content), senderData);
  const { groupId, epoch, contentType, authenticatedData } = content;
  return encode(MLSMessage, {
    version: mls10,
    wireFormat: 'mls_private_message',
    privateMessage: { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext },
  });
}

/**
 * Decrypts a PrivateMessage and leaves everything as it is: the caller verifies the signature and then calls `consume`, so
 * a forged message costs nothing (R-9.2-07).
 * @throws MLSError `invalid` R-6.3.2-05, R-6.3.2-02 or R-6.3.2-06 for the sender data, R-9.1-05 for its
 *   generation, R-6.3.1-09 for the content; `malformed` when that does not decode (R-6.3.1-03: padding); `limit` R-15.3-04
 *   for a generation too far ahead
 */
export function openPrivateMessage({ suite, message, secretTree, senderDataSecret, isMember, decodeOptions }: OpenOptions): OpenedPrivateMessage {
  const { leafIndex, generation, reuseGuard } = openSenderData(suite, senderDataSecret, message);
  must(isMember(leafIndex), 'R-6.3.2-06', () => `leaf ${leafIndex} is blank or outside the tree`);
  const { key, nonce, consume } = secretTree.receiveKey(leafIndex, ratchetOf(message.contentType), generation);
  using used = new DisposableStack();
  used.defer(() => wipe(key, nonce));
  applyReuseGuard(nonce, reuseGuard);
  const plaintext = suite.open(key, nonce, encode(PrivateContentAAD, message), message.ciphertext);
  must(plaintext !== undefined, 'R-6.3.1-09', () => `content of leaf ${leafIndex}, generation ${generation}`);
  return { ...readContent(message, leafIndex, plaintext, decodeOptions), leafIndex, generation, consume };
}

function openSenderData(suite: CipherSuite, senderDataSecret: Secret, message: PrivateMessage): SenderData {
  const { key, nonce } = senderDataKeyAndNonce(suite, senderDataSecret, message.ciphertext);
  using used = new DisposableStack();
  used.defer(() => wipe(key, nonce));
  const bytes = suite.open(key, nonce, encode(SenderDataAAD, message), message.encryptedSenderData);
  must(bytes !== undefined, 'R-6.3.2-05', 'sender data');
  must(bytes.length === senderDataLength, 'R-6.3.2-02', () => `sender data of ${bytes.length} bytes`);
  return decode(SenderData, bytes, 'SenderData');
}

/** Key and nonce follow from a sample of the content's ciphertext (R-6.3.2-03, R-6.3.2-04). */
export function senderDataKeyAndNonce(suite: CipherSuite, senderDataSecret: Secret, ciphertext: Uint8Array): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const sample = ciphertext.subarray(0, suite.nh);
  return {
    key: expandWithLabel(suite, senderDataSecret.expose(), 'key', sample, suite.nk),
    nonce: expandWithLabel(suite, senderDataSecret.expose(), 'nonce', sample, suite.nn),
  };
}

/** XORs the guard into the first four bytes of the nonce, in place (R-6.3.1-06, R-6.3.1-08). */
function applyReuseGuard(nonce: Uint8Array, reuseGuard: Uint8Array): void {
  for (let i = 0; i < reuseGuard.length; i++) nonce[i]! ^= reuseGuard[i]!;
}

/** Rebuilds the FramedContent that was signed from the clear header and the sender that was decrypted (R-6.3-02). */
function readContent(
  { groupId, epoch, authenticatedData, contentType }: PrivateMessage,
  leafIndex: number,
  plaintext: Uint8Array,
  options: DecodeOptions | undefined,
): { readonly signed: SignedContent; readonly confirmationTag: Uint8Array | undefined } {
  const codec: Codec<PrivateMessageContent> = privateMessageContent(contentType);
  const { auth, padding, ...body } = decode(codec, plaintext, 'PrivateMessageContent', options);
  const start = { groupId, epoch, sender: { senderType: 'member', leafIndex }, authenticatedData, contentType } as const;
  const bodyLength = plaintext.length - padding.length - encode(framedContentAuthData(contentType), auth).length;
  const contentBytes = concat(encode(FramedContentStart, start), plaintext.subarray(0, bodyLength));
  // The codec chosen by `contentType` has read the body that goes with it.
  const content = { ...start, ...body } as FramedContent;
  return { signed: { wireFormat: 'mls_private_message', content, contentBytes, signature: auth.signature }, confirmationTag: auth.confirmationTag };
}

interface PrivateMessageContent {
  readonly auth: FramedContentAuthData;
  readonly padding: Uint8Array;
}
