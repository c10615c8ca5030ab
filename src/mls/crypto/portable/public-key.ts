/** Diffie-Hellman and signatures by @noble/curves. One operation takes a millisecond and more, so all run in slices. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { ed448, x448 } from '@noble/curves/ed448.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { bytesToNumberLE, equalBytes } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { NISTCurve } from '../nist-curve.ts';
import type { DiffieHellman, Keeper, SignatureAlgorithm } from '../primitives.ts';
import type { Curve, SignatureScheme } from '../suites.ts';
import { inSlices } from '../../slices.ts';

const nist = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

function keeper(name: Curve | SignatureScheme, publicKeyOf: (privateKey: Uint8Array) => Uint8Array): Keeper<Uint8Array> {
  return {
    name: `portable ${name}`,
    load: (key) => inSlices(() => ({ material: key.slice(), publicKey: publicKeyOf(key) })),
    serialize: (material) => material.slice(),
    wipe: (material) => void material.fill(0),
  };
}

/** Runs `work` in a slice on a copy of the key, since the handle may be disposed of before the slice comes. */
function withKey<T>(key: Uint8Array, work: (key: Uint8Array) => T): Promise<T> {
  const copy = key.slice();
  return inSlices(() => {
    const result = work(copy);
    copy.fill(0);
    return result;
  });
}

export function portableDiffieHellman(curve: Curve): DiffieHellman<Uint8Array> {
  return curve === 'X25519' || curve === 'X448' ? montgomery(curve) : weierstrass(curve);
}

function montgomery(curve: 'X25519' | 'X448'): DiffieHellman<Uint8Array> {
  const group = curve === 'X25519' ? x25519 : x448;
  return {
    ...keeper(curve, group.getPublicKey),
    agree: (material, publicKey) =>
      withKey(material, (key) => {
        // Lengths were checked, so all that noble can throw for is a public key of low order.
        try {
          return group.getSharedSecret(key, publicKey);
        } catch {
          return undefined;
        }
      }),
  };
}

function weierstrass(curve: NISTCurve): DiffieHellman<Uint8Array> {
  const group = nist[curve];
  return {
    ...keeper(curve, (key) => group.getPublicKey(key, false)),
    // DHKEM takes x only (RFC 9180 §4.1); noble gives the point, here compressed: one octet and x.
    agree: (material, publicKey) => withKey(material, (key) => group.getSharedSecret(key, publicKey, true).slice(1)),
  };
}

export function portableSignature(scheme: SignatureScheme): SignatureAlgorithm<Uint8Array> {
  switch (scheme) {
    case 'Ed25519':
      return {
        ...keeper(scheme, ed25519.getPublicKey),
        sign: (material, message) => withKey(material, (key) => ed25519.sign(message, key)),
        verify: (publicKey, message, signature) => inSlices(() => verifyEd25519(publicKey, message, signature)),
      };
    case 'Ed448':
      return {
        ...keeper(scheme, ed448.getPublicKey),
        sign: (material, message) => withKey(material, (key) => ed448.sign(message, key)),
        // The cofactored equation, which OpenSSL checks too for this curve.
        verify: (publicKey, message, signature) => inSlices(() => ed448.verify(signature, message, publicKey, { zip215: false })),
      };
    case 'ECDSA-P-256':
      return ecdsa(scheme, 'P-256');
    case 'ECDSA-P-384':
      return ecdsa(scheme, 'P-384');
    case 'ECDSA-P-521':
      return ecdsa(scheme, 'P-521');
  }
}

function ecdsa(scheme: SignatureScheme, curve: NISTCurve): SignatureAlgorithm<Uint8Array> {
  const group = nist[curve];
  // noble wants low s unless told otherwise, which other implementations do not give. Nonces are those of RFC 6979.
  const options = { prehash: true, lowS: false } as const;
  return {
    ...keeper(scheme, (key) => group.getPublicKey(key, false)),
    sign: (material, message) => withKey(material, (key) => group.sign(message, key, { ...options, format: 'der' })),
    verify: (publicKey, message, signature) => inSlices(() => group.verify(signature, message, publicKey, { ...options, format: 'compact' })),
  };
}

/**
 * RFC 8032 §5.1.7 without the cofactor: R must be the encoding of [S]B - [k]A. noble's own verify multiplies both sides by
 * 8 and so takes an R or A with a component of small order that OpenSSL, which checks as here, refuses. The RFC allows both;
 * two members of one group have to do the same.
 */
function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const a = decodePoint(publicKey);
  if (a === undefined) return false;
  const k = Point.Fn.create(bytesToNumberLE(sha512.create().update(r).update(publicKey).update(message).digest()));
  return equalBytes(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r);
}

function decodePoint(bytes: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}
