/**
 * What Wycheproof's sets for the NIST curves lack or spread out: encodings of one signature and of one point, made from
 * numbers that were computed without any crypto library (nist-edges.json). A lax reader would accept nearly all of them.
 */
import { describe, expect, test } from 'vitest';
import { expectUnusable } from './key-agreement.ts';
import { native, ownJson, portable, unhex } from './sets.ts';

type NISTCurve = 'P-256' | 'P-384' | 'P-521';
interface Edges {
  readonly message: string;
  readonly publicKey: string;
  readonly r: string;
  readonly s: string;
  readonly order: string;
  /** A key and a signature with r so small that r plus the order has no more bytes than the order. */
  readonly smallR: { readonly publicKey: string; readonly r: number; readonly s: number };
  /** A point with a small coordinate, and the same with the prime of the field added to it. */
  readonly smallX: { readonly point: string; readonly plusPrime: string };
  readonly smallY: { readonly point: string; readonly plusPrime: string };
}
const curves = ownJson<Record<NISTCurve, Edges>>('nist-edges.json');

const length = (size: number): number[] => (size < 0x80 ? [size] : [0x81, size]);
const element = (tag: number, content: readonly number[]): number[] => [tag, ...length(content.length), ...content];
const sequence = (...content: readonly (readonly number[])[]): number[] => element(0x30, content.flat());

/** The fewest bytes of a number, without a zero for its sign. */
function magnitude(value: bigint): number[] {
  const digits = value.toString(16);
  return [...Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')];
}
function positive(value: bigint): number[] {
  const bytes = magnitude(value);
  return bytes[0]! >= 0x80 ? [0, ...bytes] : bytes;
}
const integer = (value: bigint): number[] => element(2, positive(value));

/** Encodings of r and s that stand for no signature, or not in DER. */
function refusedSignatures({ r, s, order }: Record<'r' | 's' | 'order', bigint>, size: number): [string, number[]][] {
  const content = [...integer(r), ...integer(s)];
  const topSet = magnitude(r).with(0, magnitude(r)[0]! | 0x80);
  const raw = [r, s].flatMap((value) => [...unhex(value.toString(16).padStart(2 * size, '0'))]);
  return [
    ['r = 0', sequence(integer(0n), integer(s))],
    ['s = 0', sequence(integer(r), integer(0n))],
    ['r = s = 0', sequence(integer(0n), integer(0n))],
    ['r = n', sequence(integer(order), integer(s))],
    ['s = n', sequence(integer(r), integer(order))],
    ['r + n', sequence(integer(r + order), integer(s))],
    ['s + n', sequence(integer(r), integer(s + order))],
    ['s - n, a negative number', sequence(integer(r), element(2, [0xff, ...magnitude((1n << BigInt(8 * size)) + s - order)]))],
    ['a negative r', sequence(element(2, topSet), integer(s))],
    ['r and s exchanged', sequence(integer(s), integer(r))],
    ['a needless zero before r', sequence(element(2, [0, ...positive(r)]), integer(s))],
    ['a needless zero before s', sequence(integer(r), element(2, [0, ...positive(s)]))],
    ['an empty r', sequence(element(2, []), integer(s))],
    ['a byte behind the sequence', [...sequence(content), 0]],
    ['a byte behind s', sequence(content, [0])],
    ['NULL behind s', sequence(content, [5, 0])],
    ['a third number', sequence(content, integer(1n))],
    ['one number', sequence(integer(r))],
    ['no number', sequence([])],
    ['the length in one byte more', [0x30, ...(content.length < 0x80 ? [0x81] : [0x82, 0]), content.length, ...content]],
    ['the length of r in one byte more', sequence([2, 0x81, positive(r).length, ...positive(r)], integer(s))],
    ['an indefinite length', [0x30, 0x80, ...content, 0, 0]],
    ['a length too small', [0x30, ...length(content.length - 1), ...content]],
    ['a length too large', [0x30, ...length(content.length + 1), ...content]],
    ['a byte too few', sequence(content).slice(0, -1)],
    ['a SET', element(0x31, content)],
    ['a bit string for s', sequence(integer(r), element(3, positive(s)))],
    ['r and s at fixed width', raw],
    ['nothing', []],
  ];
}

/** Encodings of the honest key that are not its uncompressed point, and points that are none. */
function refusedPoints({ publicKey, smallX, smallY }: Edges, size: number): [string, Uint8Array][] {
  const point = unhex(publicKey);
  const parity = point.at(-1)! & 1;
  const compressed = Uint8Array.of(2 | parity, ...point.subarray(1, 1 + size));
  const prefixed = (prefix: number): Uint8Array => Uint8Array.of(prefix, ...point.subarray(1));
  return [
    ['a compressed point', compressed],
    ['a compressed point at full length', Uint8Array.of(...compressed, ...new Uint8Array(size))],
    ['a hybrid point', prefixed(6 | parity)],
    ['a hybrid point of the wrong parity', prefixed(6 | (parity ^ 1))],
    ['a point with another first byte', prefixed(5)],
    ['a point without its first byte', point.subarray(1)],
    ['infinity', Uint8Array.of(0)],
    ['infinity at full length', new Uint8Array(1 + 2 * size)],
    ['(0, 0)', Uint8Array.of(4, ...new Uint8Array(2 * size))],
    ['a point off the curve', Object.assign(point.slice(), { [2 * size]: point.at(-1)! ^ 1 })],
    ['x plus the prime', unhex(smallX.plusPrime)],
    ['y plus the prime', unhex(smallY.plusPrime)],
    ['a byte too few', point.subarray(0, -1)],
    ['a byte too many', Uint8Array.of(...point, 0)],
    ['a point of another curve', unhex(curves[size === 48 ? 'P-256' : 'P-384'].publicKey)],
    ['nothing', new Uint8Array(0)],
  ];
}

describe.each([native, portable])('$name', (provider) => {
  describe.each([
    { curve: 'P-256', id: 2 },
    { curve: 'P-384', id: 7 },
    { curve: 'P-521', id: 5 },
  ] as const)('$curve', ({ curve, id }) => {
    const suite = provider.cipherSuite(id);
    const edges = curves[curve];
    const [key, message] = [unhex(edges.publicKey), unhex(edges.message)];
    const [r, s, order] = [edges.r, edges.s, edges.order].map((digits) => BigInt(`0x${digits}`)) as [bigint, bigint, bigint];
    const small = { key: unhex(edges.smallR.publicKey), r: BigInt(edges.smallR.r), s: BigInt(edges.smallR.s) };
    const size = suite.nsk;

    test('verifies the signatures as they are, and with n - s, since nothing asks for a low s', async () => {
      for (const honest of [{ key, r, s }, small]) {
        for (const value of [honest.s, order - honest.s]) {
          expect(await suite.verify(honest.key, message, Uint8Array.from(sequence(integer(honest.r), integer(value))))).toBe(true);
        }
      }
    });

    test.each(refusedSignatures({ r, s, order }, size))('refuses %s (R-5.1.2-02)', async (_, signature) => {
      expect(await suite.verify(key, message, Uint8Array.from(signature))).toBe(false);
    });

    test.each(refusedSignatures({ ...small, order }, size))('refuses, of small numbers, %s (R-5.1.2-02)', async (_, signature) => {
      expect(await suite.verify(small.key, message, Uint8Array.from(signature))).toBe(false);
    });

    test('takes points with small coordinates', async () => {
      for (const point of [edges.smallX.point, edges.smallY.point, edges.publicKey].map(unhex)) {
        expect(suite.isSignaturePublicKey(point)).toBe(true);
        expect(suite.isHPKEPublicKey(point)).toBe(true);
        expect((await suite.hpkeSeal(point, message, message, message)).kemOutput.length).toBe(suite.npk);
      }
    });

    test.each(refusedPoints(edges, size))('refuses %s for a key and for a kem_output (R-5.1.1-03, R-5.1.1-04)', async (_, point) => {
      expect(suite.isSignaturePublicKey(point)).toBe(false);
      expect(await suite.verify(point, message, Uint8Array.from(sequence(integer(r), integer(s))))).toBe(false);
      expect(suite.isHPKEPublicKey(point)).toBe(false);
      await expectUnusable(suite, point, await suite.generateHPKEKey());
    });
  });
});
