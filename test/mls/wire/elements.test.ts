/** How many elements are decoded, and what is kept of what was decoded. */
import { expect, test } from 'vitest';
import { concat } from '../../../src/mls/bytes.ts';
import { defaultMaxElements } from '../../../src/mls/wire/cursor.ts';
import { decode, detached, encode, opaque, struct, uint16, vector } from '../../../src/mls/wire/presentation-language.ts';
import { decodeTreeInSlices, RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { keyPackageOf } from '../../support/people.ts';

const strings = vector(opaque);
const tooMany = expect.objectContaining({ code: 'limit', message: expect.stringMatching(/^x has more than \d+ elements/) as string }) as Error;
const flood = (count: number) => encode(strings, new Array<Uint8Array>(count).fill(new Uint8Array(0)));

test.each([0, 1, 5])('at most %i elements are decoded when so many are accepted', (maxElements) => {
  expect(decode(strings, flood(maxElements), 'x', { maxElements }).length).toBe(maxElements);
  expect(() => decode(strings, flood(maxElements + 1), 'x', { maxElements })).toThrow(tooMany);
});

test('of numbers 16 count as one element', () => {
  const numbers = (count: number) => encode(vector(uint16), new Array<number>(count).fill(1));
  expect(decode(vector(uint16), numbers(32), 'x', { maxElements: 2 }).length).toBe(32);
  expect(() => decode(vector(uint16), numbers(33), 'x', { maxElements: 2 })).toThrow(tooMany);
});

test('all vectors of what is decoded count together', () => {
  const two = struct({ first: strings, second: vector(strings) });
  const value = { first: [new Uint8Array(0)], second: [[], [new Uint8Array(0)]] };
  expect(decode(two, encode(two, value), 'x', { maxElements: 4 })).toEqual(value);
  expect(() => decode(two, encode(two, value), 'x', { maxElements: 3 })).toThrow(tooMany);
});

test('whoever sets no bound has one', () => {
  expect(() => decode(strings, flood(defaultMaxElements + 1), 'x')).toThrow(tooMany);
});

test('the tree of 10,000 members fits seven times over, and one of too many elements does not', async () => {
  const { leafNode } = (await keyPackageOf('somebody', { leafExtensions: [{ extensionType: 0x000a, extensionData: new Uint8Array(4) }] })).keyPackage;
  const parentNode = { encryptionKey: new Uint8Array(32), parentHash: new Uint8Array(32), unmergedLeaves: [1, 2, 3, 4, 5, 6, 7] };
  const nodes = Array.from({ length: 19_999 }, (_, i) => (i % 2 === 0 ? ({ nodeType: 'leaf', leafNode } as const) : ({ nodeType: 'parent', parentNode } as const)));
  const bytes = encode(RatchetTreeNodes, nodes);
  const most = 2 ** 21;
  expect((await decodeTreeInSlices(bytes, { most, maxElements: defaultMaxElements / 7 })).length).toBe(19_999);
  await expect(decodeTreeInSlices(bytes, { most, maxElements: 20_000 })).rejects.toMatchObject({ code: 'limit' });
});

test('what is detached is equal and keeps nothing of the message alive', () => {
  const message = concat(encode(opaque, new Uint8Array(100_000)), flood(3));
  const { kept } = decode(struct({ rest: opaque, kept: strings }), message, 'x');
  const copy = detached(strings, kept);
  expect(copy).toEqual(kept);
  for (const bytes of copy) expect(bytes.buffer.byteLength).toBe(flood(3).length);
});
