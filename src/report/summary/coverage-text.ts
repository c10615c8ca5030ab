/** What the cases of a run cover, in words that claim no more than what happened. */
import type { EndRecord, RunRecord } from '../record/record.ts';

/** Coverage is that of the plan: of a run in which not all of it was run it is called so, of a shard that of all shards. */
export function coverageLines({ coverage, shard, cases }: Pick<RunRecord, 'coverage' | 'shard' | 'cases'>, { interrupted, counts }: Pick<EndRecord, 'interrupted' | 'counts'>): string[] {
  const wasRun = endedCases({ counts }) - counts['could-not-run'];
  const planned = interrupted === true || wasRun < cases || shard !== undefined;
  return coverage.map((line) => `${planned ? 'planned' : ''}${shard === undefined ? '' : ` for all ${shard.count} shards together`}${planned ? ': ' : ''}${line}`);
}

/** How many cases have ended, however they did. */
export const endedCases = ({ counts }: Pick<EndRecord, 'counts'>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
