/** The shards of a run as one run, with the verdicts that all their cases together come to. */
import { isDeepStrictEqual } from 'node:util';
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import { isTouched } from '../report/expectations/expectations.ts';
import { mergeRecords, type MergeOptions } from '../report/record/merge.ts';
import type { CaseRecord, EndRecord, RecordLine } from '../report/record/record.ts';
import { Matrix } from '../runner/referee/matrix.ts';

/** @throws RecordError as `mergeRecords` does */
export async function mergedRun(files: readonly string[], options: MergeOptions = {}): Promise<AsyncIterable<RecordLine>> {
  return weighedAgain(await mergeRecords(files, options), options);
}

/** What each shard revised it revised in the light of its own cases; those of the others may say more, or the contrary. */
async function* weighedAgain(lines: AsyncIterable<RecordLine>, { warn }: MergeOptions): AsyncGenerator<RecordLine, void, undefined> {
  let matrix: Matrix | undefined;
  let isOpen = false;
  let isBlind = false;
  const expected = new Set<string>();
  for await (const line of lines) {
    if (line.type === 'end') {
      const complete = !(isOpen && isBlind);
      if (!complete) warn?.('verdicts are weighed within each shard only, as the calls of some cases are not in the records');
      const weighed = complete && matrix !== undefined ? withRevised(line, matrix) : line;
      const stale = [...expected, ...Object.keys(line.restated ?? {})].filter((id) => !isDeepStrictEqual(weighed.revised?.[id], line.revised?.[id]));
      if (stale.length > 0) {
        const cases = `${new Set(stale).size} cases of which something was expected, such as ${stale[0]}`;
        warn?.(`the shards together say otherwise about ${cases}; their statuses are those of their shards`);
      }
      yield weighed;
      continue;
    }
    if (line.type === 'run') matrix = new Matrix(nativeProvider(), line.implementations);
    if (line.type === 'case') {
      matrix?.add(line);
      isOpen ||= line.verdict?.quarrel !== undefined;
      isBlind ||= isWithoutCalls(line);
      if (isTouched(line)) expected.add(line.id);
    }
    yield line;
  }
}

/** A case that could not be run may never have come to a call. */
const isWithoutCalls = ({ calls, status }: CaseRecord): boolean => calls === undefined && status !== 'could-not-run';

function withRevised({ revised: _, ...end }: EndRecord, matrix: Matrix): EndRecord {
  const revised = matrix.revised();
  return { ...end, ...(Object.keys(revised).length > 0 ? { revised } : {}) };
}
