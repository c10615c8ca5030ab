/**
 * What the engine needs of a crypto library (RFC 9420 §5.1). A provider turns a suite number into a CipherSuite once; the
 * engine passes that object down. Symmetric operations are synchronous, public-key operations asynchronous so that many
 * can be in flight: ask for all before awaiting the first. They read their inputs until they settle; private keys may be
 * disposed of at once.
 */
import type { CipherSuiteParameters } from './suites.ts';

/** `size` random bytes in an array of their own; the engine takes all its randomness from one of these. */
export type RandomBytes = (size: number) => Uint8Array;

/** A private key with its public half. The raw bytes leave it only through `serialize`. */
export interface PrivateKey extends Disposable {
  /** RFC 9180 SerializePublicKey output, or the signature public key in the encoding of RFC 9420 §5.1.1. */
  readonly publicKey: Uint8Array;
  /** A copy of the raw private key: RFC 9180 SerializePrivateKey output, EdDSA seed, or ECDSA scalar at full width. */
  serialize(): Uint8Array;
  /** Wipes the raw bytes; later use throws MLSError `misuse`. Operations already asked for finish. */
  dispose(): void;
}

/** Private key of the suite's KEM. */
export interface HPKEPrivateKey extends PrivateKey {
  readonly use: 'hpke';
}

/** Private key of the suite's signature scheme. */
export interface SignaturePrivateKey extends PrivateKey {
  readonly use: 'signature';
}

export interface HPKECiphertextParts {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface CipherSuite extends CipherSuiteParameters {
  /** The provider this suite came from, for messages: `native` or `portable`. */
  readonly provider: string;
  readonly random: RandomBytes;

  /** The suite's hash over the concatenation of `parts`; `nh` bytes. */
  digest(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC with the suite's hash over the concatenation of `parts`; `nh` bytes (R-17.1-09). */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** HKDF-Extract; `nh` bytes. */
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  /** HKDF-Expand to `length` bytes, at most 255 * nh. */
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** AEAD seal: ciphertext followed by the tag (R-5.1-01). */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** AEAD open; undefined when the ciphertext does not authenticate. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  /** Whether `a` equals `b`, in constant time for inputs of one length. */
  equal(a: Uint8Array, b: Uint8Array): boolean;

  /** A fresh KEM key pair. */
  generateHPKEKey(): Promise<HPKEPrivateKey>;
  /** RFC 9180 DeriveKeyPair (R-5.1-02). */
  deriveHPKEKey(ikm: Uint8Array): Promise<HPKEPrivateKey>;
  /**
   * Loads a serialized KEM private key and computes its public key.
   * @throws MLSError `misuse` when the bytes are no private key of this KEM
   */
  importHPKEKey(bytes: Uint8Array): Promise<HPKEPrivateKey>;
  /** Whether `publicKey` is a public key of this KEM: length, encoding, curve membership (R-5.1.1-04). Costs about a microsecond. */
  isHPKEPublicKey(publicKey: Uint8Array): boolean;
  /** Whether nobody can encrypt to a public key of this KEM because its order is small. */
  isLowOrder(publicKey: Uint8Array): boolean;
  /**
   * RFC 9180 SealBase, single shot.
   * @throws MLSError `invalid` R-5.1.1-04 when `publicKey` is not usable (wrong encoding, all-zero DH result)
   */
  hpkeSeal(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<HPKECiphertextParts>;
  /**
   * RFC 9180 OpenBase, single shot; undefined when the ciphertext does not authenticate.
   * @throws MLSError `invalid` R-5.1.1-04 when `kemOutput` cannot be decapsulated
   */
  hpkeOpen(key: HPKEPrivateKey, kemOutput: Uint8Array, info: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * SetupBaseS then Export (RFC 9420 §8.3): a kem_output and the exported secret.
   * @throws MLSError `invalid` R-5.1.1-04 when `publicKey` is not usable
   */
  hpkeSendExport(publicKey: Uint8Array, info: Uint8Array, exporterContext: Uint8Array, length: number): Promise<{ readonly kemOutput: Uint8Array; readonly exported: Uint8Array }>;
  /**
   * SetupBaseR then Export.
   * @throws MLSError `invalid` R-5.1.1-04 when `kemOutput` cannot be decapsulated
   */
  hpkeReceiveExport(key: HPKEPrivateKey, kemOutput: Uint8Array, info: Uint8Array, exporterContext: Uint8Array, length: number): Promise<Uint8Array>;

  generateSignatureKey(): Promise<SignaturePrivateKey>;
  /**
   * Loads a raw signature private key and computes its public key.
   * @throws MLSError `misuse` when the bytes are no private key of this scheme
   */
  importSignatureKey(bytes: Uint8Array): Promise<SignaturePrivateKey>;
  /**
   * Whether `publicKey` is a public key of the signature scheme in the encoding of §5.1.1: for ECDSA an uncompressed point
   * of the curve (R-5.1.1-03), for EdDSA a canonical string of RFC 8032 (R-5.1.1-02) that is not of small order. An EdDSA
   * point off the curve passes here and verifies nothing. Costs about a microsecond.
   */
  isSignaturePublicKey(publicKey: Uint8Array): boolean;
  /** Whether `signature` is encoded as those of the scheme are (R-5.1.2-02): ECDSA in DER, EdDSA by its length. */
  isSignature(signature: Uint8Array): boolean;
  /** EdDSA signature, or ECDSA in DER (R-5.1.2-02). */
  sign(key: SignaturePrivateKey, message: Uint8Array): Promise<Uint8Array>;
  /** Never throws for bad keys or signatures: they verify as false. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface CryptoProvider {
  readonly name: 'native' | 'portable' | (string & {});
  /**
   * The suite with that number, made once per provider and cached.
   * @throws MLSError `unsupported` for a suite this provider lacks
   */
  cipherSuite(id: number): CipherSuite;
  /** Numbers of the suites this provider implements, ascending. */
  readonly cipherSuiteIds: readonly number[];
}
