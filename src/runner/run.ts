/** Runs all cases of a plan, as many at a time as the implementations can take. */
import { runCase } from './drive.ts';
import { failsRun, type Status } from './outcome.ts';
import type { Implementation } from './implementation.ts';
import type { Plan, Reporters, Summary } from './reporter.ts';
import type { Case } from './schedule.ts';

/**
 * @param jobs how many cases may use one process at a time; some implementations stand no more than 1
 */
export async function run(plan: Plan, { jobs, reporters }: { readonly jobs: number; readonly reporters: Reporters }): Promise<Summary> {
  const started = performance.now();
  const counts: { [S in Status]: number } = { passed: 0, failed: 0, 'not-supported': 0, vacuous: 0, 'could-not-run': 0 };
  reporters.tell('runStarted', plan);

  await inParallel(plan.cases, jobs, async (next) => {
    reporters.tell('caseStarted', next);
    const result = await runCase(next, (step) => reporters.tell('step', next, step));
    counts[result.status]++;
    reporters.tell('caseFinished', result);
  });

  const success = (Object.keys(counts) as Status[]).every((status) => counts[status] === 0 || !failsRun(status));
  const summary: Summary = { counts, success, milliseconds: performance.now() - started };
  reporters.tell('runFinished', summary);
  return summary;
}

/**
 * Starts cases in order, but lets a case overtake those before it that wait for a busy process. So two cases that have
 * no process in common run side by side even with one job.
 */
async function inParallel(cases: readonly Case[], jobs: number, perform: (next: Case) => Promise<void>): Promise<void> {
  const waiting = new Map(cases.map((each) => [each, [...new Set(each.actors.values())]]));
  const all = [...new Set([...waiting.values()].flat())];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const load = ({ address }: Implementation): number => busy.get(address) ?? 0;
  const leastBusy = (implementation: Implementation): Implementation =>
    [implementation, ...implementation.replicas].reduce((least, process) => (load(process) < load(least) ? process : least));

  /** The first case for which every implementation in it has a process with room, with those processes as its actors. */
  const startable = (): Case | undefined => {
    const free = new Map(all.map((implementation) => [implementation, leastBusy(implementation)] as const).filter(([, process]) => load(process) < jobs));
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
    for (let next = startable(); next !== undefined; next = startable()) start(next);
    await Promise.race(running);
  }
}

/** Two implementations at one address are one process. */
const processAddresses = ({ actors }: Case): string[] => [...new Set([...actors.values()].map(({ address }) => address))];
