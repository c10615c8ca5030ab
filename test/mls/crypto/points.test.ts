/** Points and signatures of the NIST suites at their boundaries, and keys that no Diffie-Hellman may use. */
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { describe, expect, test } from 'vitest';
import { fromDER } from '../../../src/mls/crypto/signatures.ts';
import { nistCurves } from '../../../src/mls/crypto/nist-curve.ts';
import type { CipherSuite } from '../../../src/mls/crypto/provider.ts';
import { hex, providers, unhex } from './support.ts';

const curves = { 2: p256, 7: p384, 5: p521 } as const;
const message = Uint8Array.of(1, 2, 3);
const unusable = { name: 'MLSError', code: 'invalid', requirement: 'R-5.1.1-04' };

async function expectRefused(suite: CipherSuite, publicKey: Uint8Array): Promise<void> {
  expect(suite.isHPKEPublicKey(publicKey), hex(publicKey)).toBe(false);
  await expect(suite.hpkeSeal(publicKey, message, message, message)).rejects.toMatchObject(unusable);
  await expect(suite.hpkeSendExport(publicKey, message, message, 32)).rejects.toMatchObject(unusable);
  const key = await suite.generateHPKEKey();
  await expect(suite.hpkeOpen(key, publicKey, message, message, message)).rejects.toMatchObject(unusable);
  await expect(suite.hpkeReceiveExport(key, publicKey, message, message, 32)).rejects.toMatchObject(unusable);
}

describe.each(providers)('%s', (_, provider) => {
  describe.each([2, 7, 5] as const)('in suite %i', (id) => {
    const suite = provider.cipherSuite(id);
    const { Point } = curves[id];
    const size = suite.nsk;
    const point = Point.BASE.multiply(12345n).toBytes(false);
    const compressed = Point.BASE.multiply(12345n).toBytes(true);
    const changed = (at: number, value: number): Uint8Array => Object.assign(point.slice(), { [at]: value });
    const { p } = Point.CURVE();
    const big = (value: bigint): Uint8Array => unhex(value.toString(16).padStart(2 * size, '0'));

    test.each([
      ['compressed points', compressed],
      ['compressed points filled up to the length', Uint8Array.of(...compressed, ...new Uint8Array(size))],
      ['hybrid points', changed(0, 6 | (point[2 * size]! & 1))],
      ['points without the first octet', point.subarray(1)],
      ['another first octet', changed(0, 5)],
      ['the point at infinity', Uint8Array.of(0)],
      ['infinity at full length', new Uint8Array(1 + 2 * size)],
      ['a zero point', Uint8Array.of(4, ...new Uint8Array(2 * size))],
      ['points off the curve', changed(2 * size, point[2 * size]! ^ 1)],
      ['x that is not reduced', Uint8Array.of(4, ...big(p), ...point.subarray(1 + size))],
      ['y that is not reduced', Uint8Array.of(4, ...point.subarray(1, 1 + size), ...new Uint8Array(size).fill(0xff))],
      ['short points', point.subarray(0, -1)],
      ['long points', Uint8Array.of(...point, 0)],
      ['nothing', new Uint8Array(0)],
    ])('refuses %s', async (__, bytes) => {
      await expectRefused(suite, bytes);
      expect(suite.isSignaturePublicKey(bytes)).toBe(false);
      expect(await suite.verify(bytes, message, unhex('3006020101020101'))).toBe(false);
    });

    test('accepts the point they were made of', () => {
      expect(suite.isHPKEPublicKey(point)).toBe(true);
      expect(suite.isSignaturePublicKey(point)).toBe(true);
    });

    test('refuses signatures that are raw, BER, or out of range', async () => {
      const key = await suite.generateSignatureKey();
      const signature = await suite.sign(key, message);
      const raw = fromDER(signature, size)!;
      const order = nistCurves[suite.curve as 'P-256'].order;
      const integer = (bytes: Uint8Array): number[] => {
        const start = bytes.findIndex((byte) => byte !== 0);
        const minimal = start < 0 ? [0] : [...bytes.subarray(start)];
        if (minimal[0]! >= 0x80) minimal.unshift(0);
        return [2, minimal.length, ...minimal];
      };
      const der = (r: number[], s: number[]): Uint8Array => {
        const length = r.length + s.length;
        return Uint8Array.of(0x30, ...(length < 0x80 ? [length] : [0x81, length]), ...r, ...s);
      };
      const [r, s] = [integer(raw.subarray(0, size)), integer(raw.subarray(size))];
      expect(der(r, s)).toEqual(signature);
      expect(await suite.verify(key.publicKey, message, der(r, s))).toBe(true);
      const nonMinimal = (number: number[]): number[] => [2, number[1]! + 1, 0, ...number.slice(2)];
      const bad = [
        raw,
        der(nonMinimal(r), s),
        der(r, nonMinimal(s)),
        der(integer(order), s),
        der(r, integer(order)),
        der([2, 1, 0], s),
        der(r, [2, 1, 0]),
        der([2, 0], s),
        der(s, r),
        Uint8Array.of(...signature, 0),
        signature.subarray(0, -1),
        Uint8Array.of(0x30, 0x80, ...r, ...s, 0, 0),
        Uint8Array.of(0x30, 0x82, 0, r.length + s.length, ...r, ...s),
        Uint8Array.of(0x31, ...signature.subarray(1)),
        new Uint8Array(0),
      ];
      for (const one of bad) expect(await suite.verify(key.publicKey, message, one), hex(one)).toBe(false);
    });

    test('accepts a high s, as other implementations make them', async () => {
      const key = await suite.generateSignatureKey();
      const { Signature } = curves[id];
      const made = Signature.fromBytes(fromDER(await suite.sign(key, message), size)!, 'compact');
      const flipped = new Signature(made.r, Point.Fn.neg(made.s));
      expect(await suite.verify(key.publicKey, message, flipped.toBytes('der'))).toBe(true);
    });
  });

  describe.each([
    [1, 32],
    [4, 56],
  ])('in suite %i', (id, size) => {
    const suite = provider.cipherSuite(id);

    test('refuses keys of wrong length', async () => {
      for (const length of [0, size - 1, size + 1]) await expectRefused(suite, new Uint8Array(length).fill(9));
    });

    test.each([
      ['0', new Uint8Array(size)],
      ['1', Object.assign(new Uint8Array(size), { 0: 1 })],
      ['-1', id === 1 ? unhex(`ec${'ff'.repeat(30)}7f`) : unhex(`fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`)],
      ['the prime', id === 1 ? unhex(`ed${'ff'.repeat(30)}7f`) : unhex(`ff${'ff'.repeat(27)}fe${'ff'.repeat(27)}`)],
    ])('refuses the low-order coordinate %s on use', async (__, publicKey) => {
      await expect(suite.hpkeSeal(publicKey, message, message, message)).rejects.toMatchObject(unusable);
      await expect(suite.hpkeSendExport(publicKey, message, message, 32)).rejects.toMatchObject(unusable);
      const key = await suite.generateHPKEKey();
      await expect(suite.hpkeOpen(key, publicKey, message, message, message)).rejects.toMatchObject(unusable);
      await expect(suite.hpkeReceiveExport(key, publicKey, message, message, 32)).rejects.toMatchObject(unusable);
      // Many at once take the way through the thread pool.
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => suite.hpkeSeal(publicKey, message, message, message)));
      expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual(Array.from({ length: 5 }, () => expect.objectContaining(unusable)));
    });
  });
});
