/** A process that hangs and that nobody here can start anew costs one deadline, not one for every case. */
import { expect, test } from 'vitest';
import type { CaseRecord } from '../../src/report/record/record.ts';
import { Reporters } from '../../src/report/reporter.ts';
import { runCase } from '../../src/runner/drive.ts';
import { HungProcesses } from '../../src/runner/hung.ts';
import type { Rpc } from '../../src/runner/implementation.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import { run, type RunOptions } from '../../src/runner/run.ts';
import { caseOf, impatient, play, scriptOf, type Played } from '../support/mock-cases.ts';

const pair = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] });

/** Hangs at JoinGroup, and from then on at everything until it is woken. */
async function hanging(): Promise<Played & { readonly wake: () => void; readonly after: (call: number) => readonly Rpc[] }> {
  let hangs: boolean | undefined;
  const played = await play('one', {
    intercept(rpc, answer) {
      if (rpc === 'joinGroup') hangs ??= true;
      return hangs ? new Promise(() => {}) : answer();
    },
  });
  const implementation = impatient(played.implementation, (rpc) => hangs ?? rpc === 'joinGroup');
  return { ...played, implementation, wake: () => (hangs = false), after: (first) => played.mock.calls.slice(first) };
}

async function results(cases: Parameters<typeof run>[1], options: Partial<RunOptions> = {}, onFinished: (done: number) => void = () => {}): Promise<CaseRecord[]> {
  const records: CaseRecord[] = [];
  const reporters = new Reporters([{ name: 'test', caseFinished: (result) => onFinished(records.push(result)) }], (_, error) => {
    throw error;
  });
  await run(runRecord({ scripts: [pair], implementations: [], cases, seed: '1' }), cases, { jobs: 1, reporters, ...options });
  return records;
}

const statuses = (records: readonly CaseRecord[]): string[] => records.map(({ status }) => status);

test('after the first deadline its cases cannot run; some are probed, then it is given up', async () => {
  const one = await hanging();
  const records = await results(Array.from({ length: 8 }, () => caseOf(pair, one)), { retries: 3 });
  expect(statuses(records)).toEqual(['failed', ...Array<string>(7).fill('could-not-run')]);
  expect(records[0]).toMatchObject({ failure: { cause: 'timeout', rpc: 'JoinGroup' }, notes: ['after the deadline one does not answer Name either'] });
  const why = (probed: string): string => `one at ${one.mock.address} hangs since an earlier case had no answer to JoinGroup, and only whoever started it can start it anew; ${probed}`;
  expect(records.slice(1).map(({ failure }) => failure!.message)).toEqual([...Array<string>(5).fill(why('it does not answer Name')), ...Array<string>(2).fill(why('it was given up'))]);
  // No retry, no Free of a state, and one question after the deadline; then one for each case, up to the fifth.
  expect(one.after(one.mock.calls.indexOf('joinGroup') + 1)).toEqual(Array<string>(6).fill('name'));
});

test('cases run again when it answers again', async () => {
  const one = await hanging();
  const records = await results(Array.from({ length: 4 }, () => caseOf(pair, one)), {}, (done) => {
    if (done === 2) one.wake();
  });
  expect(statuses(records)).toEqual(['failed', 'could-not-run', 'passed', 'passed']);
});

test('cases of others go on, and so do those that another process of the same implementation can take', async () => {
  const [one, two] = [await hanging(), await play('two')];
  const both = { ...one, implementation: { ...one.implementation, replicas: [two.implementation] } };
  const records = await results([caseOf(pair, both), caseOf(pair, two), caseOf(pair, both), caseOf(pair, both)]);
  expect(statuses(records).toSorted()).toEqual(['failed', 'passed', 'passed', 'passed']);
});

test('a call that hangs in a process that does not, and a process that the runner starts anew, are no such thing', async () => {
  const one = await hanging();
  const result = await runCase(caseOf(pair, one));
  expect(result.answersName).toBe(false);
  const hung = new HungProcesses();
  hung.learn({ ...result, answersName: true });
  hung.learn({ ...result, case: caseOf(pair, { ...one, implementation: { ...one.implementation, restart: async () => {} } }) });
  expect(hung.has(one.mock.address)).toBe(false);
  hung.learn(result);
  expect(hung.has(one.mock.address)).toBe(true);
});
