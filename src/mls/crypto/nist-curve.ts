/**
 * The NIST curves of the suites: which bytes are a point or a private key (RFC 9420 §5.1.1, SEC 1 §2.3.4 uncompressed form
 * only). Both providers ask here and not their library, so they cannot differ; Node's raw import, for one, also takes
 * compressed and hybrid points and the point at infinity.
 */
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { RandomBytes } from './provider.ts';
import type { Curve, SignatureScheme } from './suites.ts';

export type NISTCurve = 'P-256' | 'P-384' | 'P-521';

/** The NIST curve of a KEM or signature scheme; undefined for the Montgomery and Edwards curves. */
export function nistCurveOf(name: Curve | SignatureScheme): NISTCurve | undefined {
  switch (name) {
    case 'P-256':
    case 'ECDSA-P-256':
      return 'P-256';
    case 'P-384':
    case 'ECDSA-P-384':
      return 'P-384';
    case 'P-521':
    case 'ECDSA-P-521':
      return 'P-521';
    default:
      return undefined;
  }
}

interface Parameters {
  /** Bytes of a field element, and of a scalar. */
  readonly size: number;
  readonly p: bigint;
  readonly b: bigint;
  /** The order of the base point, big-endian. */
  readonly order: Uint8Array;
  /** What the first byte of a candidate scalar is masked with (RFC 9180 §7.1.3). */
  readonly bitmask: number;
}

function parameters(curve: typeof p256, bitmask: number): Parameters {
  const { p, b } = curve.Point.CURVE();
  const size = curve.lengths.secretKey!;
  const order = curve.Point.Fn.ORDER;
  return { size, p, b, bitmask, order: Uint8Array.from({ length: size }, (_, i) => Number((order >> BigInt(8 * (size - 1 - i))) & 0xffn)) };
}

export const nistCurves: Readonly<Record<NISTCurve, Parameters>> = {
  'P-256': parameters(p256, 0xff),
  'P-384': parameters(p384, 0xff),
  'P-521': parameters(p521, 0x01),
};

/** Whether `bytes` are an uncompressed point: 0x04, X and Y below the field's prime, on the curve (R-5.1.1-03, R-5.1.1-04). */
export function isPoint(curve: NISTCurve, bytes: Uint8Array): boolean {
  const { size, p, b } = nistCurves[curve];
  if (bytes.length !== 1 + 2 * size || bytes[0] !== 4) return false;
  const x = bytesToNumberBE(bytes.subarray(1, 1 + size));
  const y = bytesToNumberBE(bytes.subarray(1 + size));
  // y^2 = x^3 - 3x + b; the point at infinity has no uncompressed form, and the cofactor is 1.
  return x < p && y < p && (y * y - (x * x - 3n) * x - b) % p === 0n;
}

/** Whether `bytes` are a private key: a big-endian number of full width from 1 to the order less 1. Takes constant time. */
export function isScalar(curve: NISTCurve, bytes: Uint8Array): boolean {
  const { size, order } = nistCurves[curve];
  if (bytes.length !== size) return false;
  let any = 0;
  let borrow = 0;
  for (let i = size - 1; i >= 0; i--) {
    any |= bytes[i]!;
    borrow = ((bytes[i]! - order[i]! - borrow) >> 8) & 1;
  }
  return any !== 0 && borrow === 1;
}

/** A uniform private key, by rejection sampling. */
export function randomScalar(curve: NISTCurve, random: RandomBytes): Uint8Array {
  const { size, bitmask } = nistCurves[curve];
  for (;;) {
    const candidate = random(size);
    candidate[0]! &= bitmask;
    if (isScalar(curve, candidate)) return candidate;
  }
}
