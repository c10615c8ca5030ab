/**
 * Lists of type numbers as peers send them: of any length, with repetitions, and asked about thousands of times. A list is
 * never changed once it is made.
 */

/** Whether `type` is in `list`: however long the list is, asking often costs no more than reading it once. */
export function lists(list: readonly number[], type: number): boolean {
  if (list.length <= longestSearched) return list.includes(type);
  let bits = bitsOf.get(list);
  if (bits === undefined) bitsOf.set(list, (bits = toBits(list)));
  return (bits[type >> 3]! & (1 << (type & 7))) !== 0;
}

/** What stands in both, as `a` has it. Members mostly support the same, so mostly a list is passed on as it is. */
export const intersection = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.every((type) => lists(b, type)) ? a : a.filter((type) => lists(b, type));

export const union = (a: readonly number[], b: readonly number[]): readonly number[] =>
  b.every((type) => lists(a, type)) ? a : [...new Set([...a, ...b])];

// A bit for each uint16 takes 8 KiB: as much as a list of this length would if it were searched, and no honest one is as long.
const longestSearched = 512;
const bitsOf = new WeakMap<readonly number[], Uint8Array>();

function toBits(list: readonly number[]): Uint8Array {
  const bits = new Uint8Array(2 ** 16 / 8);
  for (const type of list) bits[type >> 3]! |= 1 << (type & 7);
  return bits;
}
