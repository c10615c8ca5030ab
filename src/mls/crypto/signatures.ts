/** The signature operations of a suite (RFC 9420 §5.1.2), with the checks of keys and encodings that hold for all providers. */
import { copyOf } from '../bytes.ts';
import { usage } from '../errors.ts';
import { isUsablePoint, type EdDSACurve } from './eddsa-key.ts';
import { isPoint, isScalar, nistCurveOf, nistCurves, randomScalar, type NISTCurve } from './nist-curve.ts';
import type { SignatureAlgorithm } from './primitives.ts';
import { PrivateKeyHandle } from './private-key.ts';
import type { CipherSuite, RandomBytes, SignaturePrivateKey } from './provider.ts';
import type { CipherSuiteParameters } from './suites.ts';

/** What differs between the two families of schemes. */
interface Rules {
  isPrivateKey(bytes: Uint8Array): boolean;
  randomPrivateKey(random: RandomBytes): Uint8Array;
  isPublicKey(bytes: Uint8Array): boolean;
  isEncoded(signature: Uint8Array): boolean;
  /** The signature as the primitive takes it; undefined when it is no signature of the scheme whatever it signs. */
  decode(signature: Uint8Array): Uint8Array | undefined;
}

function ecdsa(curve: NISTCurve): Rules {
  const { size } = nistCurves[curve];
  return {
    isPrivateKey: (bytes) => isScalar(curve, bytes),
    randomPrivateKey: (random) => randomScalar(curve, random),
    isPublicKey: (bytes) => isPoint(curve, bytes),
    isEncoded: (signature) => fromDER(signature, size) !== undefined,
    decode: (signature) => fromDER(signature, size),
  };
}

function eddsa(curve: EdDSACurve): Rules {
  const size = curve === 'Ed25519' ? 32 : 57;
  return {
    isPrivateKey: (bytes) => bytes.length === size,
    randomPrivateKey: (random) => random(size),
    isPublicKey: (bytes) => isUsablePoint(curve, bytes),
    isEncoded: (signature) => signature.length === 2 * size,
    decode(signature) {
      const r = signature.subarray(0, size);
      return signature.length === 2 * size && isUsablePoint(curve, r) ? signature : undefined;
    },
  };
}

export type Signatures = Pick<CipherSuite, 'generateSignatureKey' | 'importSignatureKey' | 'isSignaturePublicKey' | 'isSignature' | 'sign' | 'verify'>;

export function signatures<Material>(suite: CipherSuiteParameters, algorithm: SignatureAlgorithm<Material>, random: RandomBytes): Signatures {
  const { signature: scheme } = suite;
  const curve = nistCurveOf(scheme);
  const rules = curve === undefined ? eddsa(scheme as EdDSACurve) : ecdsa(curve);
  const load = async (bytes: Uint8Array): Promise<SignaturePrivateKey> => {
    try {
      return new PrivateKeyHandle('signature', algorithm, await algorithm.load(bytes));
    } finally {
      bytes.fill(0);
    }
  };
  return {
    generateSignatureKey: () => load(rules.randomPrivateKey(random)),
    async importSignatureKey(bytes) {
      usage(rules.isPrivateKey(bytes), `these ${bytes.length} bytes are no private key of ${scheme}`);
      return load(copyOf(bytes));
    },
    isSignaturePublicKey: rules.isPublicKey,
    isSignature: rules.isEncoded,
    sign: async (key, message) => algorithm.sign(PrivateKeyHandle.material(key, algorithm), message),
    async verify(publicKey, message, signature) {
      if (!rules.isPublicKey(publicKey)) return false;
      const decoded = rules.decode(signature);
      return decoded !== undefined && algorithm.verify(publicKey, message, decoded);
    },
  };
}

// ECDSA signatures on the wire (RFC 8446 §4.2.3) are DER SEQUENCE { INTEGER r, INTEGER s } and no other encoding of it. The
// libraries get fixed-width r || s, so that none of them parses DER its own way.

/**
 * r || s, each `size` bytes, from a DER signature; undefined when it is anything but the one DER encoding of two
 * positive numbers of at most `size` bytes. Their upper bound, the order, is the verifier's to check.
 */
export function fromDER(signature: Uint8Array, size: number): Uint8Array | undefined {
  // Two numbers of 66 bytes make 138 bytes of content at most, so the length takes one byte or 0x81 and one byte.
  if (signature.length < 8 || signature[0] !== 0x30) return undefined;
  let offset = 2;
  let length = signature[1]!;
  if (length === 0x81) {
    length = signature[2]!;
    offset = 3;
    if (length < 0x80) return undefined;
  } else if (length >= 0x80) {
    return undefined;
  }
  if (signature.length !== offset + length) return undefined;
  const numbers = new Uint8Array(2 * size);
  const afterR = readInteger(signature, offset, numbers, size);
  if (afterR === undefined) return undefined;
  const afterS = readInteger(signature, afterR, numbers, 2 * size);
  return afterS === signature.length ? numbers : undefined;
}

/** Copies the INTEGER at `offset` so that it ends at `end` of `target`; gives the offset behind it. */
function readInteger(der: Uint8Array, offset: number, target: Uint8Array, end: number): number | undefined {
  const size = target.length / 2;
  const length = der[offset + 1];
  if (der[offset] !== 0x02 || length === undefined || length === 0 || length >= 0x80) return undefined;
  const behind = offset + 2 + length;
  if (behind > der.length) return undefined;
  let start = offset + 2;
  const first = der[start]!;
  if (first >= 0x80) return undefined;
  if (first === 0) {
    // A leading zero stands only before a byte with the top bit set; alone it is the number zero, no valid r or s.
    if (length === 1 || der[start + 1]! < 0x80) return undefined;
    start++;
  }
  if (behind - start > size) return undefined;
  target.set(der.subarray(start, behind), end - (behind - start));
  return behind;
}
