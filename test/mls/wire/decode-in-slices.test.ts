/** Long vectors are read last and in slices; what comes of it is the same. */
import { expect, test } from 'vitest';
import { MLSError } from '../../../src/mls/errors.ts';
import { decode, decodeInSlices, encode, longVector, opaque, readLater, struct, uint16, vector, type Codec } from '../../../src/mls/wire/presentation-language.ts';
import { Commit } from '../../../src/mls/wire/proposal.ts';
import { keyPackageOf } from '../../support/people.ts';

const Pair = struct({ first: uint16, second: opaque });
const Message = struct({ head: uint16, list: longVector(Pair), tail: opaque });
const value = { head: 7, list: [1, 2, 3].map((first) => ({ first, second: Uint8Array.of(first, first) })), tail: Uint8Array.of(9) };
const bytes = encode(Message, value);

async function failures<T>(codec: Codec<T>, input: Uint8Array, options = {}) {
  const seen = ({ code, message, path, offset, requirement }: MLSError) => ({ code, message, path, offset, requirement });
  const sliced = await decodeInSlices(codec, input, { name: 'Message', ...options }).catch((error: unknown) => seen(error as MLSError));
  try {
    decode(codec, input, 'Message', options);
  } catch (error) {
    return [sliced, seen(error as MLSError)];
  }
  throw new Error('it decodes');
}

test('the value is that of decoding at once', async () => {
  expect(await decodeInSlices(Message, bytes, { name: 'Message' })).toEqual(value);
  expect(encode(struct({ head: uint16, list: vector(Pair), tail: opaque }), value)).toEqual(bytes);
  const { keyPackage } = await keyPackageOf('bob');
  const commit: Commit = { proposals: Array.from({ length: 50 }, () => ({ type: 'proposal', proposal: { proposalType: 'add', keyPackage } })), path: undefined };
  expect(await decodeInSlices(Commit, encode(Commit, commit), { name: 'Commit' })).toEqual(commit);
});

test('until they are read the long vectors are empty', async () => {
  const later: (() => Promise<void>)[] = [];
  const decoded = decode(Message, bytes, 'Message', { later });
  expect([decoded.list, decoded.tail, later.length]).toEqual([[], value.tail, 1]);
  await readLater(later);
  expect(decoded).toEqual(value);
});

test.each<[string, (bytes: Uint8Array) => Uint8Array, object?]>([
  ['an element that is cut off', (whole) => whole.with(15, 9)],
  ['a vector that is longer than the message', (whole) => whole.with(2, 63)],
  ['bytes behind the end', (whole) => Uint8Array.of(...whole, 0)],
  ['too many elements', (whole) => whole, { maxElements: 2 }],
])('%s fails with the same code, path, offset and requirement', async (_, spoil, options) => {
  const [sliced, atOnce] = await failures(Message, spoil(bytes), options);
  expect(sliced).toEqual(atOnce);
});

test('all vectors of a message share one budget of elements, whenever they are read', async () => {
  const Two = struct({ first: longVector(opaque), second: vector(opaque), third: longVector(opaque) });
  const lists = { first: [new Uint8Array(0)], second: [new Uint8Array(0)], third: [new Uint8Array(0)] };
  expect(await decodeInSlices(Two, encode(Two, lists), { name: 'Two', maxElements: 3 })).toEqual(lists);
  await expect(decodeInSlices(Two, encode(Two, lists), { name: 'Two', maxElements: 2 })).rejects.toMatchObject({ code: 'limit' });
});
