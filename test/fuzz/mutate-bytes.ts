/** Changes bytes without knowing what they are. */
import { concat } from '../../src/mls/bytes.ts';
import type { Random } from '../../src/runner/random.ts';

const interesting = [0, 1, 2, 3, 0x3f, 0x40, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xfe, 0xff];

/** No longer than this: what a length does is seen in short inputs too, and they run faster. */
const longest = 16_384;

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Where to and how far, rather near than far. */
function piece(length: number, random: Random): { readonly start: number; readonly end: number } {
  const start = random.below(length + 1);
  const most = random.pick([1, 4, 32, length]);
  return { start, end: Math.min(length, start + random.below(most + 1)) };
}

const changes: readonly Change[] = [
  // a bit flipped
  (bytes, random) => {
    if (bytes.length === 0) return bytes;
    const at = random.below(bytes.length);
    return bytes.with(at, bytes[at]! ^ (1 << random.below(8)));
  },
  // a byte replaced
  (bytes, random) => (bytes.length === 0 ? bytes : bytes.with(random.below(bytes.length), random.below(2) === 0 ? random.pick(interesting) : random.below(256))),
  // a number a little more or less
  (bytes, random) => {
    if (bytes.length === 0) return bytes;
    const at = random.below(bytes.length);
    return bytes.with(at, bytes[at]! + random.below(9) - 4);
  },
  // cut short
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // a piece left out
  (bytes, random) => {
    const { start, end } = piece(bytes.length, random);
    return concat(bytes.subarray(0, start), bytes.subarray(end));
  },
  // a piece repeated
  (bytes, random) => {
    const { start, end } = piece(bytes.length, random);
    return concat(bytes.subarray(0, end), bytes.subarray(start));
  },
  // bytes put in
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const fresh = Uint8Array.from({ length: 1 + random.below(8) }, () => random.pick(interesting));
    return concat(bytes.subarray(0, at), fresh, bytes.subarray(at));
  },
  // the beginning of one, the end of the other
  (bytes, random, other) => concat(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))),
  // a piece of the other in the place of one's own
  (bytes, random, other) => {
    const { start, end } = piece(bytes.length, random);
    const from = piece(other.length, random);
    return concat(bytes.subarray(0, start), other.subarray(from.start, from.end), bytes.subarray(end));
  },
];

/** One to four changes; parts of `other` may come in. */
export function mutatedBytes(bytes: Uint8Array, { random, other }: { readonly random: Random; readonly other: Uint8Array }): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) mutated = random.pick(changes)(mutated, random, other);
  return mutated.length > longest ? mutated.slice(0, longest) : mutated;
}
