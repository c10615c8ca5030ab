/**
 * The labelled operations of RFC 9420: RefHash (§5.2), SignWithLabel and VerifyWithLabel (§5.1.2), EncryptWithLabel and
 * DecryptWithLabel (§5.1.3), ExpandWithLabel and DeriveSecret (§8), DeriveTreeSecret (§9.1). They are the hottest functions
 * of the engine, so each writes its small struct straight into one buffer of the exact size.
 */
import { empty } from '../bytes.ts';
import { must, usage } from '../errors.ts';
import type { Writer } from '../wire/cursor.ts';
import { encode, opaque } from '../wire/presentation-language.ts';
import { sharedInfos } from './hpke.ts';
import type { CipherSuite, HPKECiphertextParts, HPKEPrivateKey, SignaturePrivateKey } from './provider.ts';

const signatureLabels = ['FramedContentTBS', 'LeafNodeTBS', 'KeyPackageTBS', 'GroupInfoTBS'] as const;
const publicKeyEncryptionLabels = ['UpdatePathNode', 'Welcome'] as const;
const keyScheduleLabels = [
  ...(['joiner', 'welcome', 'epoch', 'init', 'derived psk', 'exported'] as const),
  ...(['sender data', 'encryption', 'exporter', 'external', 'confirm', 'membership', 'resumption', 'authentication'] as const),
] as const;
const treeLabels = ['path', 'node', 'tree', 'handshake', 'application', 'key', 'nonce', 'secret'] as const;

/** Labels of the MLS Signature Labels registry (R-17.6-01); extensions have their own. */
export type SignatureLabel = (typeof signatureLabels)[number] | (string & {});
/** Labels of the MLS Public Key Encryption Labels registry (R-17.7-01); extensions have their own. */
export type PublicKeyEncryptionLabel = (typeof publicKeyEncryptionLabels)[number] | (string & {});
/** Labels of the key schedule (§8, §8.4, §8.5), of TreeKEM (§7.4) and the secret tree (§9); exporters have their own. */
export type SecretLabel = (typeof keyScheduleLabels)[number] | (typeof treeLabels)[number] | (string & {});

/** Longest content of a vector<V> (RFC 9420 §2.1.2, R-2.1.2-06). */
const maximumLength = 2 ** 30 - 1;
const encoder = new TextEncoder();

/** Hash of RefHashInput under a label that carries its own prefix (R-5.2-01). */
export function refHash(suite: CipherSuite, label: string, value: Uint8Array): Uint8Array {
  return suite.digest(labelAndHeader(encoder.encode(label), value.length), value);
}

/** KeyPackageRef of an encoded KeyPackage, with the KeyPackage's own suite (R-5.2-02). */
export function makeKeyPackageRef(suite: CipherSuite, keyPackage: Uint8Array): Uint8Array {
  return suite.digest(labelAndHeader(keyPackageReference, keyPackage.length), keyPackage);
}

/** ProposalRef of an encoded AuthenticatedContent (R-5.2-03). */
export function makeProposalRef(suite: CipherSuite, authenticatedContent: Uint8Array): Uint8Array {
  return suite.digest(labelAndHeader(proposalReference, authenticatedContent.length), authenticatedContent);
}

/** ExpandWithLabel (§8): `length` bytes, at most 255 * nh and 65535. */
export function expandWithLabel(suite: CipherSuite, secret: Uint8Array, label: SecretLabel, context: Uint8Array, length: number): Uint8Array {
  return suite.expand(secret, kdfLabel(label, context, length), length);
}

/** DeriveSecret (§8): `nh` bytes. */
export function deriveSecret(suite: CipherSuite, secret: Uint8Array, label: SecretLabel): Uint8Array {
  return expandWithLabel(suite, secret, label, empty, suite.nh);
}

/** DeriveTreeSecret (§9.1): the context is the generation as a uint32. */
export function deriveTreeSecret(suite: CipherSuite, secret: Uint8Array, label: SecretLabel, generation: number, length: number): Uint8Array {
  const context = Uint8Array.of(generation >>> 24, generation >>> 16, generation >>> 8, generation);
  return expandWithLabel(suite, secret, label, context, length);
}

/** Content to be signed, whole or in parts. */
export type SignedParts = Uint8Array | readonly Uint8Array[];

/** Signs SignContent (§5.1.2). */
export function signWithLabel(suite: CipherSuite, key: SignaturePrivateKey, label: SignatureLabel, content: SignedParts): Promise<Uint8Array> {
  return suite.sign(key, labelledContent(label, content));
}

/**
 * The encoding of a struct that ends in `signature<V>` over all fields before it, such as GroupInfo (§12.4.3).
 * @param writeUnsigned writes those fields
 */
export async function signedStruct(suite: CipherSuite, key: SignaturePrivateKey, label: SignatureLabel, writeUnsigned: (w: Writer) => void): Promise<Uint8Array> {
  // What is signed and what is sent share one buffer: a GroupInfo may hold a tree of megabytes.
  let length = 0;
  const signContent = encode(
    {
      write(w) {
        opaque.write(w, fullLabel(label));
        const start = w.openVector();
        writeUnsigned(w);
        length = w.closeVector(start);
        w.put(roomForSignature);
      },
    },
    undefined,
  );
  const end = signContent.length - roomForSignature.length;
  const signature = await suite.sign(key, signContent.subarray(0, end));
  return signContent.subarray(end - length, putVector(signContent, end, signature));
}

/**
 * Whether `signature` holds for `content` under this label (§5.1.2, R-5.1.2-04); never throws for bad keys.
 * @throws MLSError `invalid` R-5.1.2-02 for what is in another encoding than the signatures of the suite
 */
export async function verifyWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: SignatureLabel,
  content: SignedParts,
  signature: Uint8Array,
): Promise<boolean> {
  must(suite.isSignature(signature), 'R-5.1.2-02', () => `a ${suite.signature} signature of ${signature.length} bytes in another encoding`);
  return suite.verify(publicKey, labelledContent(label, content), signature);
}

/**
 * SealBase with EncryptContext as info and no aad (§5.1.3). A context of 1 KiB or more is remembered with its hash for as
 * long as that array lives, for the other joiners of a Welcome: do not write to it afterwards.
 * @throws MLSError `invalid` R-5.1.1-04 when `publicKey` is not usable
 */
export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: PublicKeyEncryptionLabel,
  context: Uint8Array,
  plaintext: Uint8Array,
): Promise<HPKECiphertextParts> {
  return suite.hpkeSeal(publicKey, encryptContext(label, context), empty, plaintext);
}

/**
 * OpenBase with EncryptContext as info and no aad (§5.1.3); undefined when label, context or ciphertext is not what was
 * sealed (R-5.1.3-02). Remembers a large context like encryptWithLabel.
 * @throws MLSError `invalid` R-5.1.1-04 when `kemOutput` cannot be decapsulated
 */
export function decryptWithLabel(
  suite: CipherSuite,
  privateKey: HPKEPrivateKey,
  label: PublicKeyEncryptionLabel,
  context: Uint8Array,
  kemOutput: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  return suite.hpkeOpen(privateKey, kemOutput, encryptContext(label, context), empty, ciphertext);
}

/** The MAC of confirmation and membership tags: HMAC over the concatenation of `parts`; `nh` bytes (R-17.1-09). */
export const mac = (suite: CipherSuite, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => suite.hmac(key, ...parts);

const knownLabels = new Map<string, Uint8Array>(
  [...signatureLabels, ...publicKeyEncryptionLabels, ...keyScheduleLabels, ...treeLabels].map((label) => [label, encoder.encode(`MLS 1.0 ${label}`)]),
);
const keyPackageReference = encoder.encode('MLS 1.0 KeyPackage Reference');
const proposalReference = encoder.encode('MLS 1.0 Proposal Reference');

/** The longest signature is ECDSA's with P-521: 139 bytes of DER. */
const roomForSignature = new Uint8Array(2 + 139);

const fullLabel = (label: string): Uint8Array => knownLabels.get(label) ?? encoder.encode(`MLS 1.0 ${label}`);

/** KDFLabel: uint16 length, label<V>, context<V>. */
function kdfLabel(label: string, context: Uint8Array, length: number): Uint8Array {
  usage(length <= 0xffff, 'ExpandWithLabel gives at most 65535 bytes');
  const prefix = fullLabel(label);
  const encoded = new Uint8Array(2 + vectorLength(prefix.length) + vectorLength(context.length));
  encoded[0] = length >> 8;
  encoded[1] = length;
  putVector(encoded, putVector(encoded, 2, prefix), context);
  return encoded;
}

/** SignContent and EncryptContext: label<V> and content<V>. */
function labelledContent(label: string, content: SignedParts): Uint8Array {
  const prefix = fullLabel(label);
  const parts = content instanceof Uint8Array ? [content] : content;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const encoded = new Uint8Array(vectorLength(prefix.length) + vectorLength(length));
  let at = putHeader(encoded, putVector(encoded, 0, prefix), length);
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  return encoded;
}

/** From this length on, a context is worth remembering. */
const largeContext = 1024;
const contexts = new WeakMap<Uint8Array, { readonly label: string; readonly encoded: Uint8Array }>();

function encryptContext(label: string, context: Uint8Array): Uint8Array {
  if (context.length < largeContext) return labelledContent(label, context);
  const known = contexts.get(context);
  if (known?.label === label) return known.encoded;
  const encoded = labelledContent(label, context);
  sharedInfos.add(encoded.buffer);
  contexts.set(context, { label, encoded });
  return encoded;
}

/** The start of RefHashInput: label<V> and the header of value<V>. */
function labelAndHeader(label: Uint8Array, valueLength: number): Uint8Array {
  const encoded = new Uint8Array(vectorLength(label.length) + headerLength(valueLength));
  putHeader(encoded, putVector(encoded, 0, label), valueLength);
  return encoded;
}

// Vectors with the variable-size length header of §2.1.2. wire/ has the general codec; these labels are too hot for it.

function headerLength(length: number): number {
  usage(length <= maximumLength, 'a vector holds at most 2^30 - 1 bytes', 'R-2.1.2-06');
  return length < 0x40 ? 1 : length < 0x4000 ? 2 : 4;
}

const vectorLength = (length: number): number => headerLength(length) + length;

function putHeader(target: Uint8Array, offset: number, length: number): number {
  if (length < 0x40) {
    target[offset] = length;
    return offset + 1;
  }
  if (length < 0x4000) {
    target[offset] = 0x40 | (length >> 8);
    target[offset + 1] = length;
    return offset + 2;
  }
  target[offset] = 0x80 | (length >> 24);
  target[offset + 1] = length >> 16;
  target[offset + 2] = length >> 8;
  target[offset + 3] = length;
  return offset + 4;
}

function putVector(target: Uint8Array, offset: number, content: Uint8Array): number {
  const start = putHeader(target, offset, content.length);
  target.set(content, start);
  return start + content.length;
}
