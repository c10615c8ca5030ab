/** The cipher suites of RFC 9420 §17.1 (R-17.1-02 to -09), as one table. */
import { MLSError } from '../errors.ts';

export type CipherSuiteId = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type Curve = 'X25519' | 'X448' | 'P-256' | 'P-384' | 'P-521';
export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';
export type AEADName = 'AES-128-GCM' | 'AES-256-GCM' | 'ChaCha20-Poly1305';
export type SignatureScheme = 'Ed25519' | 'Ed448' | 'ECDSA-P-256' | 'ECDSA-P-384' | 'ECDSA-P-521';

export interface CipherSuiteParameters {
  readonly id: CipherSuiteId;
  readonly name: string;
  /** The curve of DHKEM, with its RFC 9180 identifier. */
  readonly curve: Curve;
  readonly kemId: number;
  readonly kdfId: number;
  readonly aeadId: number;
  readonly hash: HashName;
  readonly aead: AEADName;
  readonly signature: SignatureScheme;
  /** KDF.Nh, also the length of the hash and of a MAC, in bytes. */
  readonly nh: number;
  /** AEAD key and nonce length in bytes. */
  readonly nk: number;
  readonly nn: number;
  /** Lengths of KEM output and public key, and of the KEM private key, in bytes. */
  readonly npk: number;
  readonly nsk: number;
  /** Lengths of the signature public and private key in bytes. */
  readonly signaturePublicKeyLength: number;
  readonly signaturePrivateKeyLength: number;
}

const hashes = { 'SHA-256': { nh: 32, kdfId: 1 }, 'SHA-384': { nh: 48, kdfId: 2 }, 'SHA-512': { nh: 64, kdfId: 3 } } as const;
const aeads = {
  'AES-128-GCM': { nk: 16, nn: 12, aeadId: 1 },
  'AES-256-GCM': { nk: 32, nn: 12, aeadId: 2 },
  'ChaCha20-Poly1305': { nk: 32, nn: 12, aeadId: 3 },
} as const;
const kems = {
  X25519: { kemId: 0x20, npk: 32, nsk: 32 },
  X448: { kemId: 0x21, npk: 56, nsk: 56 },
  'P-256': { kemId: 0x10, npk: 65, nsk: 32 },
  'P-384': { kemId: 0x11, npk: 97, nsk: 48 },
  'P-521': { kemId: 0x12, npk: 133, nsk: 66 },
} as const;
const signatures = {
  Ed25519: [32, 32],
  Ed448: [57, 57],
  'ECDSA-P-256': [65, 32],
  'ECDSA-P-384': [97, 48],
  'ECDSA-P-521': [133, 66],
} as const;

function row(id: CipherSuiteId, name: string, curve: Curve, aead: AEADName, hash: HashName, signature: SignatureScheme): CipherSuiteParameters {
  const [signaturePublicKeyLength, signaturePrivateKeyLength] = signatures[signature];
  return { id, name, curve, hash, aead, signature, ...kems[curve], ...hashes[hash], ...aeads[aead], signaturePublicKeyLength, signaturePrivateKeyLength };
}

/** Every suite this engine implements, in the order of the registry. */
export const cipherSuites: readonly CipherSuiteParameters[] = [
  row(1, 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519', 'X25519', 'AES-128-GCM', 'SHA-256', 'Ed25519'),
  row(2, 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256', 'P-256', 'AES-128-GCM', 'SHA-256', 'ECDSA-P-256'),
  row(3, 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519', 'X25519', 'ChaCha20-Poly1305', 'SHA-256', 'Ed25519'),
  row(4, 'MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448', 'X448', 'AES-256-GCM', 'SHA-512', 'Ed448'),
  row(5, 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521', 'P-521', 'AES-256-GCM', 'SHA-512', 'ECDSA-P-521'),
  row(6, 'MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448', 'X448', 'ChaCha20-Poly1305', 'SHA-512', 'Ed448'),
  row(7, 'MLS_256_DHKEMP384_AES256GCM_SHA384_P384', 'P-384', 'AES-256-GCM', 'SHA-384', 'ECDSA-P-384'),
];

/** The parameters of a suite number, or undefined when this engine does not implement it. */
export const findCipherSuite = (id: number): CipherSuiteParameters | undefined => cipherSuites.find((suite) => suite.id === id);

/** @throws MLSError `unsupported` for a suite that this engine does not implement */
export function cipherSuiteParameters(id: number): CipherSuiteParameters {
  const suite = findCipherSuite(id);
  if (suite === undefined) {
    throw new MLSError('unsupported', `cipher suite 0x${id.toString(16).padStart(4, '0')} is not implemented; 1 to 7 are`);
  }
  return suite;
}
