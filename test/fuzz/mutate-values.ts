/** Changes a decoded value: what it encodes to is well formed, and wrong in what it says. */
import { empty } from '../../src/mls/bytes.ts';
import { Secret } from '../../src/mls/secret.ts';
import type { Random } from '../../src/runner/random.ts';
import { mutatedBytes } from './mutate-bytes.ts';

const numbers = [0, 1, 2, 3, 4, 5, 7, 8, 10, 0x7f, 0xff, 0x0a0a, 0x7fff, 0xf000, 0xffff, 0x7fffffff, 0xffffffff];
const longNumbers = [0n, 1n, 2n, 3n, 4n, 1_800_000_000n, 2n ** 63n, 2n ** 64n - 1n];

/** A place in a value: how to put something else there gives a new whole. */
interface Place {
  readonly name: string;
  readonly value: unknown;
  readonly replace: (next: unknown) => unknown;
}

/** All places below a value, itself included. */
function placesIn(value: unknown, name = '', replace: (next: unknown) => unknown = (next) => next): Place[] {
  const own: Place = { name, value, replace };
  if (value instanceof Uint8Array || value instanceof Secret || typeof value !== 'object' || value === null) return [own];
  if (Array.isArray(value)) return [own, ...value.flatMap((item, i) => placesIn(item, name, (next) => replace(value.with(i, next))))];
  return [own, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, key, (next) => replace({ ...value, [key]: next })))];
}

interface Means {
  readonly random: Random;
  readonly donors: readonly Place[];
  readonly mutate: (bytes: Uint8Array) => Uint8Array;
}

function changed({ name, value }: Place, { random, donors, mutate }: Means): unknown {
  const like = donors.filter((donor) => donor.name === name && typeof donor.value === typeof value && Array.isArray(donor.value) === Array.isArray(value));
  if (like.length > 0 && random.below(3) === 0) return random.pick(like).value;
  if (value instanceof Uint8Array) return random.below(8) === 0 ? empty : mutate(value);
  if (Array.isArray(value)) return changedList(value, random);
  switch (typeof value) {
    case 'number':
      return random.below(2) === 0 ? random.pick(numbers) : Math.max(0, value + random.below(5) - 2);
    case 'bigint':
      return random.below(2) === 0 ? random.pick(longNumbers) : BigInt.asUintN(64, value + BigInt(random.below(5) - 2));
    case 'object':
      // An optional value that is left out.
      return random.below(8) === 0 ? undefined : value;
    default:
      return value;
  }
}

function changedList(list: readonly unknown[], random: Random): readonly unknown[] {
  if (list.length === 0) return list;
  const at = random.below(list.length);
  switch (random.below(4)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(random.below(list.length + 1), 0, list[at]);
    case 2:
      return random.shuffle(list);
    default:
      return list.slice(0, at);
  }
}

export interface Mutation {
  readonly random: Random;
  /** A place may take what this has under the same name. */
  readonly other: unknown;
  /** How byte strings are changed. */
  readonly mutate?: (bytes: Uint8Array) => Uint8Array;
}

/** One to three places of `value` changed. The types need not hold any more: encoding says so. */
export function mutatedValue<T>(value: T, { random, other, mutate = (bytes) => mutatedBytes(bytes, { random, other: bytes }) }: Mutation): T {
  const means: Means = { random, donors: placesIn(other), mutate };
  let mutated: unknown = value;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const place = random.pick(placesIn(mutated));
    mutated = place.replace(changed(place, means));
  }
  return mutated as T;
}

