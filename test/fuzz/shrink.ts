/** Makes an input smaller as long as it shows the same. */
import { concat } from '../../src/mls/bytes.ts';

/** Enough for what is some kilobytes long; an input need not be the smallest to be read. */
const mostTries = 2000;

/** Leaves out pieces, from halves to single bytes, and then zeroes what can be zeroed. */
export async function shrunk(input: Uint8Array, shows: (input: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let smallest = input;
  let tries = 0;
  const take = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= mostTries || !(await shows(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < smallest.length; ) {
      const isGone = await take(concat(smallest.subarray(0, start), smallest.subarray(start + size)));
      if (!isGone) start += size;
    }
  }
  for (let at = 0; at < smallest.length; at++) if (smallest[at] !== 0) await take(smallest.with(at, 0));
  return smallest;
}
