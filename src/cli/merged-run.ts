/** The shards of a run as one run, with the verdicts that all their cases together come to. */
import { isDeepStrictEqual } from 'node:util';
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import { asObserved, isTouched } from '../report/expectations/expectations.ts';
import { mergeRecords, type MergeOptions } from '../report/record/merge.ts';
import type { CaseRecord, EndRecord, RecordLine } from '../report/record/record.ts';
import { Tally } from '../report/record/tally.ts';
import { Matrix } from '../runner/referee/matrix.ts';
import { Revision, type Judge } from '../runner/revise.ts';

export interface MergedRunOptions extends MergeOptions {
  /** What is expected of all cases together, in place of what the shards expected. */
  readonly judge?: Judge;
}

/** @throws RecordError as `mergeRecords` does */
export async function mergedRun(files: readonly string[], { judge, ...options }: MergedRunOptions = {}): Promise<AsyncIterable<RecordLine>> {
  const lines = await mergeRecords(files, options);
  return judge === undefined ? weighedAgain(lines, options) : judgedAgain(lines, { ...options, judge });
}

/** As the run itself does it: every case as it ends, and again those whose verdicts all cases together change. */
async function* judgedAgain(lines: AsyncIterable<RecordLine>, { judge, ...options }: MergeOptions & { readonly judge: Judge }): AsyncGenerator<RecordLine, void, undefined> {
  const revision = new Revision(judge);
  const tally = new Tally();
  for await (const line of weighedAgain(observedOnly(lines), options)) {
    if (line.type === 'end') {
      const { milliseconds, interrupted = false, revised = {} } = line;
      const revisions = revision.end({ revised: () => revised }, tally);
      yield { ...tally.end(milliseconds, interrupted), ...revisions };
    } else if (line.type === 'case') {
      const judged = judge(line);
      tally.add(judged);
      revision.add(line, judged);
      yield judged;
    } else yield line;
  }
}

async function* observedOnly(lines: AsyncIterable<RecordLine>): AsyncGenerator<RecordLine, void, undefined> {
  for await (const line of lines) {
    if (line.type === 'case') yield asObserved(line);
    else if (line.type === 'end') {
      const { restated: _, ...end } = line;
      yield end;
    } else yield line;
  }
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
