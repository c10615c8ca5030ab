/** Runs all cases of a plan, as many at a time as the implementations can take. */
import type { CaseRecord, EndRecord, FailureRecord, RunRecord, Status } from '../report/record/record.ts';
import type { Reporters } from '../report/reporter.ts';
import { Tally } from '../report/record/tally.ts';
import { caseRecord, notRun } from './case-record.ts';
import { runCase as runScript, type CaseOptions } from './drive.ts';
import { HungProcesses } from './hung.ts';
import type { Implementation } from './implementation.ts';
import type { CaseResult } from './outcome.ts';
import type { Matrix } from './referee/matrix.ts';
import { beforeCase, restartAfter } from './restart.ts';
import { Revision, type Judge } from './revise.ts';
import type { Case } from './cases/schedule.ts';

export interface RunOptions {
  /** How many cases may use one process at a time, where the implementation does not say; some stand no more than 1. */
  readonly jobs: number;
  readonly reporters: Reporters;
  /** Without one only what is public is judged. */
  readonly matrix?: Pick<Matrix, 'referee' | 'add' | 'revised'>;
  /** For one step, for one case and for the whole run, in milliseconds. */
  readonly deadlines?: { readonly step?: number; readonly case?: number; readonly run?: number };
  /** How often a case that fails is tried again. */
  readonly retries?: number;
  readonly keepSecrets?: boolean;
  /** Of which cases the record has the calls. */
  readonly transcripts?: 'all' | 'failed' | 'none';
  /** Aborted to stop the run: what is under way ends, nothing else begins. */
  readonly stop?: AbortSignal;
  /** Asked again, when the run has ended, for a case with another verdict. */
  readonly judge?: Judge;
  /** Runs one case. Default: the steps of its script. */
  readonly runCase?: (ofCase: Case, options: CaseOptions) => Promise<CaseResult>;
}

/** What the cases of a run have in common while it goes on. */
interface Running extends RunOptions {
  readonly judge: Judge;
  readonly hung: HungProcesses;
  readonly revision: Revision;
}

/** @param run the first line of the record, and the cases that it speaks of */
export async function run(run: RunRecord, cases: readonly Case[], options: RunOptions): Promise<EndRecord> {
  const { reporters, matrix, judge = (result) => result } = options;
  const running: Running = { ...options, judge, hung: new HungProcesses(), revision: new Revision(judge) };
  const started = performance.now();
  const runDeadline = options.deadlines?.run ?? Infinity;
  const tally = new Tally();
  let ended = 0;
  reporters.tell('runStarted', run);

  await inParallel(cases, running, async (next) => {
    reporters.tell('caseStarted', next.id, next.script.id);
    const left = started + runDeadline - performance.now();
    const hindrance = left <= 0 ? `the ${runDeadline / 1000} s of the run were over` : await running.hung.inTheWayOf(next);
    const result = hindrance === undefined ? await attempt(next, running, left) : notRun(next, hindrance);
    tally.add(result);
    ended++;
    reporters.tell('caseFinished', result);
  });

  const revisions = matrix === undefined ? {} : running.revision.end(matrix, tally);
  const end: EndRecord = { ...tally.end(performance.now() - started, ended < cases.length), ...revisions };
  reporters.tell('runFinished', end);
  return end;
}

/** What a case that did not pass may be tried again for; a pass that was not expected stays one. */
const isRetried = ({ status }: CaseRecord): boolean => status === 'failed' || status === 'vacuous';

/** Runs a case, and again while it fails and may be tried again. */
async function attempt(next: Case, running: Running, within: number): Promise<CaseRecord> {
  const { matrix, hung, revision, retries = 0, transcripts = 'all' } = running;
  const earlier: { status: Status; failure?: FailureRecord }[] = [];
  for (let tried = 0; ; tried++) {
    const { observed, judged: full } = await attemptOnce(next, running, within);
    const mayAgain = tried < retries && ![...next.actors.values()].some(({ address }) => hung.has(address));
    if (mayAgain && isRetried(full)) {
      earlier.push({ status: full.status, ...(full.failure === undefined ? {} : { failure: full.failure }) });
      continue;
    }
    matrix?.add(full);
    revision.add(observed, full);
    const withCalls = transcripts === 'all' || (transcripts === 'failed' && full.status !== 'passed');
    const { calls, sights, ...rest } = full;
    return { ...rest, ...(withCalls ? { calls, sights } : {}), ...(tried === 0 ? {} : { retries: tried, earlier }) } as CaseRecord;
  }
}

interface Attempt {
  /** Before expectations were applied. */
  readonly observed: CaseRecord;
  readonly judged: CaseRecord;
}

async function attemptOnce(next: Case, { reporters, matrix, deadlines, hung, judge, keepSecrets = false, runCase = runScript }: Running, within: number): Promise<Attempt> {
  const before = beforeCase(next);
  try {
    const result = await runCase(next, {
      onStep: (step) => reporters.tell('step', next.id, step),
      deadline: Math.min(deadlines?.case ?? Infinity, within),
      ...(deadlines?.step === undefined ? {} : { stepDeadline: deadlines.step }),
      ...(matrix === undefined ? {} : { referee: matrix.referee }),
    });
    hung.learn(result);
    const notes = await restartAfter(before, result);
    const observed = caseRecord({ ...result, notes: [...result.notes, ...notes] }, { withCalls: true, keepSecrets });
    return { observed, judged: judge(observed) };
  } catch (error) {
    // A fault of the runner's own must not cost the other cases.
    const observed = notRun(next, `a fault of the runner: ${(error as Error).message}`);
    return { observed, judged: observed };
  }
}

/**
 * Starts cases in order, but lets a case overtake those before it that wait for a busy process. So two cases that have
 * no process in common run side by side even with one job.
 */
async function inParallel(cases: readonly Case[], { jobs, stop, hung }: Running, perform: (next: Case) => Promise<void>): Promise<void> {
  const waiting = new Map(cases.map((each) => [each, [...new Set(each.actors.values())]]));
  const all = [...new Set([...waiting.values()].flat())];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const load = ({ address }: Implementation): number => busy.get(address) ?? 0;
  const leastBusy = (implementation: Implementation): Implementation => {
    const processes = [implementation, ...implementation.replicas];
    const well = processes.filter(({ address }) => !hung.has(address));
    return (well.length === 0 ? processes : well).reduce((least, process) => (load(process) < load(least) ? process : least));
  };

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
