/**
 * Points of small order on the Montgomery curves: every Diffie-Hellman with one is zero, so nobody can encrypt to it
 * (RFC 7748 §6, RFC 9180 §7.1.4, RFC 9420 R-5.1.1-04). The NIST curves of the suites have none.
 */
import type { Curve } from './suites.ts';

interface Montgomery {
  /** Of an encoded coordinate, in bytes. */
  readonly length: number;
  readonly p: bigint;
  /** Bits of the last byte that count. */
  readonly topMask: number;
  /** The u-coordinates of small order, below p. */
  readonly lowOrder: readonly bigint[];
}

const p25519 = 2n ** 255n - 19n;
const p448 = 2n ** 448n - 2n ** 224n - 1n;

const curves: Partial<Record<Curve, Montgomery>> = {
  X25519: {
    length: 32,
    p: p25519,
    topMask: 0x7f,
    lowOrder: [
      0n,
      1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      p25519 - 1n,
    ],
  },
  X448: { length: 56, p: p448, topMask: 0xff, lowOrder: [0n, 1n, p448 - 1n] },
};

/** Whether a public key is of small order, in whatever encoding; bytes of another length are no key, so not of any order. */
export function isLowOrder(curve: Curve, publicKey: Uint8Array): boolean {
  const montgomery = curves[curve];
  if (montgomery === undefined || publicKey.length !== montgomery.length) return false;
  const bigEndian = publicKey.toReversed();
  bigEndian[0]! &= montgomery.topMask;
  const u = BigInt(`0x${Buffer.from(bigEndian).toString('hex')}`) % montgomery.p;
  return montgomery.lowOrder.includes(u);
}
