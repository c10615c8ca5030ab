/**
 * EdDSA where libraries differ: components of small order, encodings that are not canonical, S beyond the order. Both
 * providers check one equation: without the cofactor for Ed25519 and with it for Ed448, as OpenSSL does.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { ed448 } from '@noble/curves/ed448.js';
import { bytesToNumberLE, concatBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { describe, expect, test } from 'vitest';
import { isUsablePoint } from '../../../src/mls/crypto/eddsa-key.ts';
import { hex, native, portable, unhex } from './support.ts';

const dom4 = concatBytes(new TextEncoder().encode('SigEd448'), Uint8Array.of(0, 0));
const curves = {
  Ed25519: { ...ed25519, id: 1, size: 32, p: 2n ** 255n - 19n, hash: (...parts: Uint8Array[]) => sha512(concatBytes(...parts)) },
  Ed448: { ...ed448, id: 4, size: 57, p: 2n ** 448n - 2n ** 224n - 1n, hash: (...parts: Uint8Array[]) => shake256(concatBytes(dom4, ...parts), { dkLen: 114 }) },
} as const;
type Curve = keyof typeof curves;
type Point = InstanceType<(typeof ed25519)['Point']>;

/** Every point of small order, the neutral element first. */
function smallOrder(curve: Curve): Point[] {
  const { Point } = curves[curve];
  const generator = curve === 'Ed25519' ? Point.fromBytes(unhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')) : Point.fromAffine({ x: 1n, y: 0n });
  const points: Point[] = [Point.ZERO];
  for (let next = generator; !next.is0(); next = next.add(generator)) points.push(next);
  return points;
}

/** A signature by private scalar `a` and nonce `r` with any encodings of A and R. */
function forge(curve: Curve, message: Uint8Array, a: bigint, r: bigint, publicKey: Uint8Array, R: Uint8Array) {
  const { Point, size, hash } = curves[curve];
  const k = Point.Fn.create(bytesToNumberLE(hash(R, publicKey, message)));
  return { k, signature: concatBytes(R, numberToBytesLE(Point.Fn.create(r + k * a), size)) };
}

async function verdict(curve: Curve, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { id } = curves[curve];
  const [one, other] = await Promise.all([native, portable].map((provider) => provider.cipherSuite(id).verify(publicKey, message, signature)));
  expect(one, `native ${one}, portable ${other}: ${hex(publicKey)} ${hex(message)} ${hex(signature)}`).toBe(other);
  return one!;
}

const a = 0x1234567890abcdef1234567890abcdefn;
const r = 0xfedcba0987654321fedcba0987654321n;
const text = (n: number): Uint8Array => Uint8Array.of(n >> 8, n);

describe.each(['Ed25519', 'Ed448'] as const)('%s', (curve) => {
  const { Point, size, p, id } = curves[curve];
  const A = Point.BASE.multiply(a);
  const R = Point.BASE.multiply(r);
  const torsion = smallOrder(curve);
  const cofactored = curve === 'Ed448';

  test('has as many points of small order as its cofactor says', () => {
    expect(torsion.length).toBe(curve === 'Ed25519' ? 8 : 4);
  });

  test('signatures made by hand verify', async () => {
    const { signature } = forge(curve, text(1), a, r, A.toBytes(), R.toBytes());
    expect(await verdict(curve, A.toBytes(), text(1), signature)).toBe(true);
    expect(await verdict(curve, A.toBytes(), text(2), signature)).toBe(false);
  });

  test(`an R with a component of small order is ${cofactored ? 'accepted' : 'refused'}`, async () => {
    for (const T of torsion.slice(1)) {
      const twisted = R.add(T).toBytes();
      const { signature } = forge(curve, text(1), a, r, A.toBytes(), twisted);
      expect(await verdict(curve, A.toBytes(), text(1), signature)).toBe(cofactored);
    }
  });

  test(`keys with a component of small order verify ${cofactored ? 'always' : 'when the components cancel out'}`, async () => {
    let held = 0;
    for (const [i, T] of torsion.slice(1).entries()) {
      const publicKey = A.add(T).toBytes();
      for (const S of torsion) {
        for (let n = 0; n < 4; n++) {
          const { k, signature } = forge(curve, text(100 * i + n), a, r, publicKey, R.add(S).toBytes());
          const cancels = S.add(T.multiplyUnsafe(k)).is0();
          expect(await verdict(curve, publicKey, text(100 * i + n), signature)).toBe(cofactored || cancels);
          if (cancels) held++;
        }
      }
    }
    expect(held).toBeGreaterThan(5);
  });

  test('keys of small order verify nothing', async () => {
    for (const T of torsion) {
      const publicKey = T.toBytes();
      expect(isUsablePoint(curve, publicKey)).toBe(false);
      for (const provider of [native, portable]) expect(provider.cipherSuite(id).isSignaturePublicKey(publicKey)).toBe(false);
      for (const [n, S] of torsion.entries()) {
        const { signature } = forge(curve, text(n), 0n, r, publicKey, R.add(S).toBytes());
        expect(await verdict(curve, publicKey, text(n), signature)).toBe(false);
        const zero = forge(curve, text(n), 0n, 0n, publicKey, S.toBytes());
        expect(await verdict(curve, publicKey, text(n), zero.signature)).toBe(false);
      }
    }
  });

  test('an R of small order is refused, even where the equation holds', async () => {
    for (const T of torsion) {
      const { signature } = forge(curve, text(1), a, 0n, A.toBytes(), T.toBytes());
      expect(await verdict(curve, A.toBytes(), text(1), signature)).toBe(false);
    }
  });

  test('encodings that are not canonical are refused, in R and in keys', async () => {
    const bits = curve === 'Ed25519' ? 255 : 448;
    const encoded = (y: bigint, negative: boolean): Uint8Array => {
      const bytes = numberToBytesLE(y, size);
      if (negative) bytes[size - 1]! |= 0x80;
      return bytes;
    };
    const unreduced = [0n, 1n, 2n, 3n, 18n, 2n ** BigInt(bits) - 1n - p].filter((y) => y + p < 2n ** BigInt(bits)).flatMap((y) => [encoded(p + y, false), encoded(p + y, true)]);
    const signedZero = [encoded(1n, true), encoded(p - 1n, true)];
    const overfull = curve === 'Ed448' ? [0x01, 0x40, 0x7f].map((top) => Object.assign(A.toBytes(), { 56: A.toBytes()[56]! | top })) : [];
    for (const bytes of [...unreduced, ...signedZero, ...overfull]) {
      expect(isUsablePoint(curve, bytes), hex(bytes)).toBe(false);
      for (const provider of [native, portable]) expect(provider.cipherSuite(id).isSignaturePublicKey(bytes)).toBe(false);
      expect(await verdict(curve, bytes, text(1), forge(curve, text(1), 0n, r, bytes, R.toBytes()).signature)).toBe(false);
      expect(await verdict(curve, bytes, text(1), forge(curve, text(1), a, r, bytes, R.toBytes()).signature)).toBe(false);
      expect(await verdict(curve, A.toBytes(), text(1), forge(curve, text(1), a, 0n, A.toBytes(), bytes).signature)).toBe(false);
    }
    for (const y of [2n, 3n, 4n, p - 2n, p - 3n, p - 20n]) {
      for (const negative of [false, true]) expect(isUsablePoint(curve, encoded(y, negative))).toBe(true);
    }
    for (const length of [0, size - 1, size + 1]) expect(isUsablePoint(curve, new Uint8Array(length).fill(3))).toBe(false);
  });

  test('the checks on bytes agree with noble on random and crafted encodings, points off the curve apart', async () => {
    const decode = (bytes: Uint8Array): Point | undefined => {
      try {
        return Point.fromBytes(bytes, false);
      } catch {
        return undefined;
      }
    };
    const { isSignaturePublicKey } = native.cipherSuite(id);
    let onCurve = 0;
    for (let n = 0; n < 120; n++) {
      const bytes = numberToBytesLE(n < 40 ? BigInt(n) : n < 80 ? p - 20n + BigInt(n - 40) : bytesToNumberLE(sha512(text(n))) % p, size);
      if (n % 2 === 1) bytes[size - 1]! |= 0x80;
      const point = decode(bytes);
      if (point === undefined) {
        expect(await verdict(curve, bytes, text(1), forge(curve, text(1), a, r, bytes, R.toBytes()).signature)).toBe(false);
        expect(await verdict(curve, A.toBytes(), text(1), forge(curve, text(1), a, r, A.toBytes(), bytes).signature)).toBe(false);
      } else {
        expect(isSignaturePublicKey(bytes), hex(bytes)).toBe(!point.isSmallOrder());
        onCurve++;
      }
    }
    expect(onCurve).toBeGreaterThan(20);
    expect(onCurve).toBeLessThan(100);
  });

  test('S has to be below the order', async () => {
    const { signature } = forge(curve, text(1), a, r, A.toBytes(), R.toBytes());
    const s = bytesToNumberLE(signature.subarray(size));
    for (const n of [1n, 2n, 4n, 8n]) {
      const larger = s + n * Point.Fn.ORDER;
      if (larger >= 2n ** BigInt(8 * size)) continue;
      expect(await verdict(curve, A.toBytes(), text(1), concatBytes(R.toBytes(), numberToBytesLE(larger, size)))).toBe(false);
    }
    for (const bit of [8 * size - 1, 8 * size - 2, 8 * size - 3]) {
      const flipped = signature.slice();
      flipped[size + (bit >> 3)]! ^= 1 << (bit & 7);
      expect(await verdict(curve, A.toBytes(), text(1), flipped)).toBe(false);
    }
  });

  test('one flipped bit or a wrong length is refused by both', { timeout: 60_000 }, async () => {
    const publicKey = A.toBytes();
    const { signature } = forge(curve, text(1), a, r, publicKey, R.toBytes());
    for (let bit = 0; bit < 16 * size; bit += 7) {
      const flipped = signature.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verdict(curve, publicKey, text(1), flipped)).toBe(false);
    }
    for (let bit = 0; bit < 8 * size; bit += 7) {
      const flipped = publicKey.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verdict(curve, flipped, text(1), signature)).toBe(false);
    }
    for (const wrong of [signature.subarray(1), concatBytes(signature, Uint8Array.of(0)), new Uint8Array(0)]) expect(await verdict(curve, publicKey, text(1), wrong)).toBe(false);
    for (const wrong of [publicKey.subarray(1), concatBytes(publicKey, Uint8Array.of(0)), new Uint8Array(0)]) expect(await verdict(curve, wrong, text(1), signature)).toBe(false);
  });
});
