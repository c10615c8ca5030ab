/**
 * What a provider supplies and cipher-suite.ts makes a CipherSuite of. Lengths, points and encodings have been checked
 * before any of these is called, so that all providers give one verdict.
 */
import type { RandomBytes } from './provider.ts';
import type { AEADName, Curve, HashName, SignatureScheme } from './suites.ts';

export interface HashFunction {
  /** Bytes of its output. */
  readonly length: number;
  digest(parts: readonly Uint8Array[]): Uint8Array;
  hmac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array;
}

export interface AEAD {
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Undefined when the ciphertext does not authenticate. It has at least the 16 bytes of a tag. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
}

/** A private key in the form that the library takes, and its public half in the encoding of MLS. */
export interface LoadedKey<Material> {
  readonly material: Material;
  readonly publicKey: Uint8Array;
}

/** Keeps the private keys of one algorithm in the form that its library takes. */
export interface Keeper<Material> {
  /** For messages, such as `native X25519`. */
  readonly name: string;
  /** Raw bytes that are a private key; the caller overwrites them afterwards. */
  load(bytes: Uint8Array): Promise<LoadedKey<Material>>;
  /** The raw bytes again, a copy. */
  serialize(material: Material): Uint8Array;
  /** Overwrites what can be overwritten. */
  wipe(material: Material): void;
}

/** One Diffie-Hellman group as DHKEM uses it (RFC 9180 §4.1). */
export interface DiffieHellman<Material> extends Keeper<Material> {
  /** A fresh key from the library's own random generator, where that is faster than drawing bytes and loading them. */
  generate?(): Promise<LoadedKey<Material>>;
  /** The shared secret: x of the product; undefined when it is all zero. */
  agree(key: Material, publicKey: Uint8Array, publicKeyRecurs: boolean): Promise<Uint8Array | undefined>;
}

/** EdDSA makes and verifies R || S. ECDSA makes DER and verifies r || s at fixed width. */
export interface SignatureAlgorithm<Material> extends Keeper<Material> {
  sign(key: Material, message: Uint8Array): Promise<Uint8Array>;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface Primitives<DHMaterial, SignatureMaterial> {
  readonly name: string;
  readonly random: RandomBytes;
  /** Whether `random` was given by the caller, so that nothing may be drawn elsewhere. */
  readonly reproducible: boolean;
  hash(name: HashName): HashFunction;
  aead(name: AEADName): AEAD;
  diffieHellman(curve: Curve): DiffieHellman<DHMaterial>;
  signature(scheme: SignatureScheme): SignatureAlgorithm<SignatureMaterial>;
  /** Whether two strings of one length are equal, in constant time. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
