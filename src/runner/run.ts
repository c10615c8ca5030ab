/** Runs all cases of a plan, as many at a time as the implementations can take. */
import { failsRun, statuses, type CaseRecord, type EndRecord, type RunRecord, type Status } from '../report/record.ts';
import type { Reporters } from '../report/reporter.ts';
import { caseRecord, notRun } from './case-record.ts';
import { runCase, type Referee } from './drive.ts';
import type { Implementation } from './implementation.ts';
import type { CaseResult } from './outcome.ts';
import type { Case } from './schedule.ts';

export interface RunOptions {
  /** How many cases may use one process at a time, where the implementation does not say; some stand no more than 1. */
  readonly jobs: number;
  readonly reporters: Reporters;
  readonly referee?: Referee;
  /** For one case and for the whole run, in milliseconds. */
  readonly deadlines?: { readonly case?: number; readonly run?: number };
  /** How often a case that fails is tried again. */
  readonly retries?: number;
  readonly keepSecrets?: boolean;
  /** Of which cases the record has the calls. */
  readonly transcripts?: 'all' | 'failed' | 'none';
  /** Aborted to stop the run: what is under way ends, nothing else begins. */
  readonly stop?: AbortSignal;
  /** What is made of a case in the light of what is expected of its implementations. */
  readonly judge?: (result: CaseRecord) => CaseRecord;
}

/** @param run the first line of the record, and the cases that it speaks of */
export async function run(run: RunRecord, cases: readonly Case[], options: RunOptions): Promise<EndRecord> {
  const { reporters } = options;
  const started = performance.now();
  const runDeadline = options.deadlines?.run ?? Infinity;
  const tally = new Tally();
  reporters.tell('runStarted', run);

  await inParallel(cases, options, async (next) => {
    reporters.tell('caseStarted', next.id, next.script.id);
    const isLate = performance.now() - started > runDeadline;
    const result = isLate ? notRun(next, `the ${runDeadline / 1000} s of the run were over`) : await attempt(next, options);
    tally.add(result);
    reporters.tell('caseFinished', result);
  });

  const end = tally.end(performance.now() - started, cases.length);
  reporters.tell('runFinished', end);
  return end;
}

/** Runs a case, and again while it fails and may be tried again. */
async function attempt(next: Case, options: RunOptions): Promise<CaseRecord> {
  const { reporters, referee, deadlines, retries = 0, keepSecrets = false, transcripts = 'all', judge = (result) => result } = options;
  for (let tried = 0; ; tried++) {
    const result = await runCase(next, {
      onStep: (step) => reporters.tell('step', next.id, step),
      ...(deadlines?.case === undefined ? {} : { deadline: deadlines.case }),
      ...(referee === undefined ? {} : { referee }),
    });
    await restartCrashed(next, result);
    const withCalls = transcripts === 'all' || (transcripts === 'failed' && result.status !== 'passed');
    const record = judge(caseRecord(result, { withCalls, keepSecrets }));
    if (tried < retries && failsRun(record.status)) continue;
    return tried === 0 ? record : { ...record, retries: tried };
  }
}

/** A process that went away or hangs is of no use to the next case. */
async function restartCrashed(ended: Case, { failure }: CaseResult): Promise<void> {
  if (failure?.actor === undefined || (failure.cause !== 'crash' && failure.cause !== 'timeout')) return;
  await ended.actors.get(failure.actor)?.restart?.();
}

class Tally {
  readonly #counts = Object.fromEntries(statuses.map((status) => [status, 0])) as { [S in Status]: number };
  readonly #judged = { steps: 0, of: 0 };
  #flaky = 0;

  add({ status, judged, retries = 0 }: CaseRecord): void {
    this.#counts[status]++;
    if (status === 'passed' && retries > 0) this.#flaky++;
    this.#judged.steps += judged.steps;
    this.#judged.of += judged.of;
  }

  /** @param planned how many cases the run was to have */
  end(milliseconds: number, planned: number): EndRecord {
    const interrupted = Object.values(this.#counts).reduce((sum, count) => sum + count, 0) < planned;
    const success = !interrupted && statuses.every((status) => this.#counts[status] === 0 || !failsRun(status));
    return { type: 'end', counts: this.#counts, flaky: this.#flaky, judged: this.#judged, milliseconds, success, ...(interrupted ? { interrupted } : {}) };
  }
}

/**
 * Starts cases in order, but lets a case overtake those before it that wait for a busy process. So two cases that have
 * no process in common run side by side even with one job.
 */
async function inParallel(cases: readonly Case[], { jobs, stop }: RunOptions, perform: (next: Case) => Promise<void>): Promise<void> {
  const waiting = new Map(cases.map((each) => [each, [...new Set(each.actors.values())]]));
  const all = [...new Set([...waiting.values()].flat())];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const load = ({ address }: Implementation): number => busy.get(address) ?? 0;
  const leastBusy = (implementation: Implementation): Implementation =>
    [implementation, ...implementation.replicas].reduce((least, process) => (load(process) < load(least) ? process : least));

  /** The first case for which every implementation in it has a process with room, with those processes as its actors. */
  const startable = (): Case | undefined => {
    const withRoom = all.map((implementation) => [implementation, leastBusy(implementation)] as const).filter(([{ jobs: own = jobs }, process]) => load(process) < own);
    const free = new Map(withRoom);
    if (free.size === 0) return undefined;
    for (const [candidate, implementations] of waiting) {
      if (!implementations.every((implementation) => free.has(implementation))) continue;
      waiting.delete(candidate);
      return { ...candidate, actors: new Map([...candidate.actors].map(([actor, implementation]) => [actor, free.get(implementation)!])) };
    }
    return undefined;
  };
  const start = (next: Case): void => {
    const addresses = processAddresses(next);
    for (const address of addresses) busy.set(address, (busy.get(address) ?? 0) + 1);
    const ended: Promise<void> = perform(next).finally(() => {
      for (const address of addresses) busy.set(address, busy.get(address)! - 1);
      running.delete(ended);
    });
    running.add(ended);
  };

  while (waiting.size > 0 || running.size > 0) {
    if (stop?.aborted) waiting.clear();
    for (let next = startable(); next !== undefined; next = startable()) start(next);
    if (running.size > 0) await Promise.race(running);
  }
}

/** Two implementations at one address are one process. */
const processAddresses = ({ actors }: Case): string[] => [...new Set([...actors.values()].map(({ address }) => address))];
