/**
 * Processes that the runner started itself are started anew when they went away or hang: the next case shall not suffer. Of one that crashed
 * and that somebody else started (a container, a supervisor) it waits a little whether that one does the same.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cause } from '../report/record/record.ts';
import type { Implementation } from './implementation.ts';
import type { CaseResult } from './outcome.ts';
import type { Case } from './cases/schedule.ts';

/** Of each implementation in a case: how often its process had been started before the case, and how much it had said. */
export type Before = ReadonlyMap<Implementation, { readonly starts: number; readonly written: number }>;

export const beforeCase = ({ actors }: Pick<Case, 'actors'>): Before =>
  new Map([...actors.values()].map((implementation) => [implementation, { starts: implementation.process?.starts ?? 0, written: implementation.process?.written ?? 0 }]));

const mayBeDown: ReadonlySet<Cause> = new Set<Cause>(['crash', 'timeout', 'unreachable']);
const linesOfOutput = 12;

/** Starts anew what the case has left dead or hanging. Gives what became of it and its last words, as notes. */
export async function restartAfter(before: Before, { failure, answersName: answers, case: { actors } }: Pick<CaseResult, 'failure' | 'answersName' | 'case'>): Promise<string[]> {
  const suspect = failure?.actor === undefined || !mayBeDown.has(failure.cause) ? undefined : actors.get(failure.actor);
  if (suspect !== undefined && failure!.cause !== 'timeout') await ended(suspect);
  const notes: string[] = [];
  for (const [implementation, { starts, written }] of before) {
    const { process } = implementation;
    if (process === undefined || implementation.restart === undefined) continue;
    if (process.exited === undefined && (implementation !== suspect || serves(implementation, answers))) continue;
    notes.push(await restart(implementation, { starts, written }));
  }
  if (failure?.cause === 'crash' && suspect?.restart === undefined) notes.push(...(await comesBack(suspect!)));
  return notes;
}

const patience = 5_000;

/**
 * Waits a little for one that somebody else started; one that answers at once has lost the call and not its process.
 * @returns what became of it, as notes
 */
export async function comesBack(implementation: Implementation): Promise<string[]> {
  if (await answersName(implementation)) return [];
  const { label, address } = implementation;
  for (const end = performance.now() + patience; performance.now() < end; await sleep(100)) {
    if (await answersName(implementation)) return [`${label} at ${address} went away and answers again`];
  }
  return [`${label} at ${address} went away, and only whoever started it can start it anew`];
}

/** What a crash looks like from outside comes before the end of the process is known. */
async function ended({ process }: Implementation): Promise<void> {
  for (let waited = 0; waited < 500 && process !== undefined && process.exited === undefined; waited += 50) await sleep(50);
}

/** One call may hang in a process that others use meanwhile; one that serves nobody else is better started anew. */
const serves = ({ jobs = 1 }: Implementation, answers = false): boolean => jobs > 1 && answers;

async function restart(implementation: Implementation, { starts, written }: { readonly starts: number; readonly written: number }): Promise<string> {
  const { label } = implementation;
  const process = implementation.process!;
  const said = process.output(written).trimEnd().split('\n').slice(-linesOfOutput).join('\n');
  const words = said === '' ? '' : `; its last words:\n${said}`;
  // Another case in the same process may have had it started anew already, or a hostile case for its honest twin.
  if (process.starts !== starts) return `${label} was started anew meanwhile${words}`;
  const end = `${label} ${process.exited ?? 'was running still'}`;
  try {
    await implementation.restart!();
    return `${end}; it was started anew${words}`;
  } catch (error) {
    return `${end}; it could not be started anew: ${(error as Error).message}${words}`;
  }
}

const probeDeadline = 2_000;

export async function answersName(implementation: Implementation): Promise<boolean> {
  try {
    await implementation.call('name', {}, probeDeadline);
    return true;
  } catch {
    return false;
  }
}
