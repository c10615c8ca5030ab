/** Targets with faults that chance alone would hardly find. */
import { skipped, type Outcome, type Target } from './target.ts';

const refused: Outcome = { verdict: 'refused', feature: '' };

/** Half of each of four bytes, each of which matters only after the one before it. */
function fourDoors(input: Uint8Array): Outcome {
  const half = (at: number): number | undefined => input[at] && input[at] >> 4;
  if (half(0) !== 0x4) return refused;
  if (half(1) !== 0xd) return refused;
  if (half(2) !== 0x7) return refused;
  if (half(3) !== 0xa) return refused;
  throw new TypeError('behind four doors');
}

function longLoop(): Outcome {
  const start = process.cpuUsage();
  for (let used = 0; used < 1_200_000; ) {
    for (let i = 0; i < 1e6; i++) Math.sqrt(i);
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return skipped;
}

const planted = (name: string, run: Target['run']): Target => ({ name, covers: /\/test\/fuzz\/planted\.ts/, seeds: [Uint8Array.of(1, 2, 3, 4, 5, 6)], run });

export const behindFourDoors = planted('four doors', fourDoors);
/** The same, unseen. */
export const inTheDark: Target = { ...behindFourDoors, covers: /^$/ };
export const slow = planted('slow', longLoop);
