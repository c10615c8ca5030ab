/** Runs all cases of a plan, as many at a time as the implementations can take. */
import { failsRun, type CaseRecord, type Cause, type EndRecord, type RunRecord } from '../report/record/record.ts';
import type { Reporters } from '../report/reporter.ts';
import { Tally } from '../report/record/tally.ts';
import { caseRecord, notRun } from './case-record.ts';
import { runCase } from './drive.ts';
import type { Implementation } from './implementation.ts';
import type { CaseResult } from './outcome.ts';
import type { Matrix } from './referee/matrix.ts';
import type { Case } from './cases/schedule.ts';

export interface RunOptions {
  /** How many cases may use one process at a time, where the implementation does not say; some stand no more than 1. */
  readonly jobs: number;
  readonly reporters: Reporters;
  /** Without one only what is public is judged. */
  readonly matrix?: Pick<Matrix, 'referee' | 'add' | 'revised'>;
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
  let ended = 0;
  reporters.tell('runStarted', run);

  await inParallel(cases, options, async (next) => {
    reporters.tell('caseStarted', next.id, next.script.id);
    const isLate = performance.now() - started > runDeadline;
    const result = isLate ? notRun(next, `the ${runDeadline / 1000} s of the run were over`) : await attempt(next, options);
    tally.add(result);
    ended++;
    reporters.tell('caseFinished', result);
  });

  const revised = options.matrix?.revised() ?? {};
  const end: EndRecord = { ...tally.end(performance.now() - started, ended < cases.length), ...(Object.keys(revised).length > 0 ? { revised } : {}) };
  reporters.tell('runFinished', end);
  return end;
}

/** Runs a case, and again while it fails and may be tried again. */
async function attempt(next: Case, options: RunOptions): Promise<CaseRecord> {
  const { reporters, matrix, deadlines, retries = 0, keepSecrets = false, transcripts = 'all', judge = (result) => result } = options;
  for (let tried = 0; ; tried++) {
    const before = processesOf(next);
    const result = await runCase(next, {
      onStep: (step) => reporters.tell('step', next.id, step),
      ...(deadlines?.case === undefined ? {} : { deadline: deadlines.case }),
      ...(matrix === undefined ? {} : { referee: matrix.referee }),
    });
    const lastWords = await restartCrashed(next, result, before);
    const full = judge(caseRecord({ ...result, notes: [...result.notes, ...lastWords] }, { withCalls: true, keepSecrets }));
    if (tried < retries && failsRun(full.status)) continue;
    matrix?.add(full);
    const withCalls = transcripts === 'all' || (transcripts === 'failed' && full.status !== 'passed');
    const { calls, sights, ...rest } = full;
    return { ...rest, ...(withCalls ? { calls, sights } : {}), ...(tried === 0 ? {} : { retries: tried }) } as CaseRecord;
  }
}

/** Of each implementation in a case: how often its process was started and how much it has said so far. */
type Before = ReadonlyMap<Implementation, { readonly starts: number; readonly written: number }>;

const processesOf = ({ actors }: Case): Before =>
  new Map([...actors.values()].map((implementation) => [implementation, { starts: implementation.process?.starts ?? 0, written: implementation.process?.written ?? 0 }]));

const mayBeDown: ReadonlySet<Cause> = new Set<Cause>(['crash', 'timeout', 'unreachable']);

/** A process that went away or hangs is of no use to the next case. Gives what it said in this one, as notes. */
async function restartCrashed(ended: Case, { failure }: CaseResult, before: Before): Promise<string[]> {
  if (failure?.actor === undefined || !mayBeDown.has(failure.cause)) return [];
  const implementation = ended.actors.get(failure.actor)!;
  const { label, process } = implementation;
  if (process === undefined || implementation.restart === undefined) return [];
  const { starts, written } = before.get(implementation)!;
  const said = process.output(written).trimEnd().split('\n').slice(-linesOfOutput).join('\n');
  const notes = [`${label} ${process.exited ?? 'was running still'}; it was started anew${said === '' ? '' : `; its last words:\n${said}`}`];
  // Another case in the same process may have had it started anew already.
  if (process.starts !== starts) return notes;
  try {
    await implementation.restart();
  } catch (error) {
    notes.push(`${label} could not be started anew: ${(error as Error).message}`);
  }
  return notes;
}

const linesOfOutput = 12;

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
