/** Whether memory stayed flat over a run. */
import type { Memory } from './besieged.ts';

/** Fewer samples say nothing. */
const fewest = 6;
/** What may be added between the first and the last third, the warm-up left out: caches and the allocator's slack. */
const heapSlack = 4 * 2 ** 20;
const rssSlack = 32 * 2 ** 20;

export interface Flatness {
  readonly isFlat: boolean;
  readonly text: string;
}

/** Compares the mean of the last third of the samples with that of the third before the middle. */
export function flatness(samples: readonly Memory[]): Flatness {
  if (samples.length < fewest) return { isFlat: true, text: `memory: ${samples.length} samples are too few to judge` };
  const third = Math.floor(samples.length / 3);
  // Compiled code and pools fill up in the beginning.
  const early = samples.slice(Math.ceil(third / 2), Math.ceil(third / 2) + third);
  const late = samples.slice(-third);
  const mean = (some: readonly Memory[], key: 'heap' | 'rss'): number => some.reduce((sum, one) => sum + one[key], 0) / some.length;
  const grown = (key: 'heap' | 'rss'): number => mean(late, key) - mean(early, key);
  const shown = (key: 'heap' | 'rss'): string => `${(mean(early, key) / 2 ** 20).toFixed(1)} MB early, ${(mean(late, key) / 2 ** 20).toFixed(1)} MB late`;
  return {
    isFlat: grown('heap') <= heapSlack && grown('rss') <= rssSlack,
    text: `memory: heap after collection ${shown('heap')}; RSS ${shown('rss')}`,
  };
}
