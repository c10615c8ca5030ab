import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import type { RunOptions } from '../../src/cli/run.ts';
import { runScripts } from '../../src/cli/run-scripts.ts';
import type { RunRecord } from '../../src/report/record/record.ts';
import { Reporters, type Reporter } from '../../src/report/reporter.ts';
import { run } from '../../src/runner/run.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import { caseOf, crowd, play, scriptOf, type Played } from '../support/mock-cases.ts';
import { Refusal, startMock } from '../support/mock-service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };

function scriptFile(scripts: Readonly<Record<string, readonly object[]>>): string {
  const file = join(folder, 'demo.json');
  writeFileSync(file, JSON.stringify({ scripts }));
  return file;
}

/** Runs the command's work and gives what a user would get. */
async function command(scripts: readonly string[], clients: Readonly<Record<string, Played | string>>, options: Partial<RunOptions> = {}) {
  const said = { stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _, done) {
        said[stream] += chunk.toString();
        done();
      },
    });
  const client = Object.entries(clients).map(([label, played]) => ({ label, address: typeof played === 'string' ? played : played.mock.address }));
  const terminal = { stdout: collect('stdout'), stderr: collect('stderr') };
  const defaults = { client, seed: '1', strength: 2, all: true, self: true, jobs: 1, transcripts: 'all', callDeadline: 60, connectDeadline: 60, expectations: false, referee: false, steps: 30, maxMembers: 5, shrunk: join(folder, 'shrunk'), shrinkAttempts: 100 } as const;
  const code = await runScripts(scripts, { ...defaults, ...options }, terminal);
  return { code, ...said };
}

/** The rejected promise's error, which must be one line for a user. */
async function complaint(promise: Promise<unknown>): Promise<CommandError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  return error as CommandError;
}

const met = (roles: number, exchanges: number): string[] => [
  `every ordered pair of implementations in every pair of roles: ${roles} of ${roles}`,
  `every ordered pair exchanged every message type: ${exchanges} of ${exchanges}`,
];

const seconds = (text: string): string => text.replace(/in [\d.]+ s/, 'in N s');

test('a run in which all pass ends with 0 and a table', async () => {
  const file = scriptFile({ pair: [group], alone: [{ action: 'createGroup', actor: 'alice' }] });
  const { code, stdout, stderr } = await command([file], { one: await play('one'), two: await play('two', { suites: [1] }) });

  expect(code).toBe(0);
  expect(seconds(stdout)).toBe(
    ['script      suite 1  suite 2', 'demo/pair       8/8      2/2', 'demo/alone      4/4      2/2', '', '16 cases: 16 passed, 0 failed, in N s  (seed 1)', ...met(10, 8), ''].join('\n'),
  );
  expect(stderr).toBe('note: suite 2 runs without two: not listed there\n');
});

test('a run with a failure ends with 1, shows it once and counts those like it', async () => {
  const bad = await play('bad', {
    intercept(rpc, answer) {
      if (rpc === 'joinGroup') throw new Refusal(status.INVALID_ARGUMENT, 'R-12.4.3.1-05: no such KeyPackage');
      return answer();
    },
  });
  const { code, stdout } = await command([scriptFile({ pair: [group] })], { good: await play('good'), bad }, { suite: [1], public: true });

  expect(code).toBe(1);
  expect(seconds(stdout)).toBe(
    [
      'script      suite 1',
      'demo/pair  2/4 FAIL',
      '',
      'failed: demo/pair/suite:1/wire:public/alice=bad,bob=bad',
      '  step 0 createGroup, bob (bad): refused: JoinGroup INVALID_ARGUMENT: R-12.4.3.1-05: no such KeyPackage',
      '  and 1 more of this script in the same way',
      '',
      '4 cases: 2 passed, 2 failed, in N s  (seed 1)',
      ...met(4, 8),
      '',
    ].join('\n'),
  );
});

test('what an implementation does not support does not fail the run, and is named', async () => {
  const partial = await play('partial', {
    intercept(rpc, answer) {
      if (rpc === 'createBranch') throw new Refusal(status.UNIMPLEMENTED, 'no branches');
      return answer();
    },
  });
  const { code, stdout } = await command([scriptFile({ branch: [group, { action: 'branch', actor: 'alice', members: ['bob'] }] })], { partial }, { suite: [1], private: true });
  expect(code).toBe(0);
  expect(stdout).toContain('not-supported: demo/branch/suite:1/wire:private/alice=partial,bob=partial\n  step 1 branch, alice (partial): unsupported: CreateBranch UNIMPLEMENTED: no branches\n');
});

test('--json writes the results, and a reporter that cannot write is wrong usage', async () => {
  const file = scriptFile({ pair: [group] });
  const json = join(folder, 'out.json');
  await command([file], { one: await play('one') }, { json, suite: [1], private: true });
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ scripts: { pair: [{ encrypt_flag: true, status: 'passed' }] } });

  const error = await complaint(command([file], { one: await play('one') }, { json: join(file, 'out.json') }));
  expect(error.exitCode).toBe(2);
  expect(error.message).toContain('demo.json/out.json');
});

test('keys that nobody reads are warned about', async () => {
  const file = scriptFile({ pair: [{ ...group, memebers: ['charlie'] }] });
  expect((await command([file], { one: await play('one') })).stderr).toBe(`warning: ${file}: script pair, step 0: memebers: nothing reads this key here\n`);
});

test.each([
  ['a file that is missing', ['/nowhere.json'], {}, '/nowhere.json: no such file or folder'],
  ['vectors without secrets', [], { vectors: 'out' }, '--vectors needs --keep-secrets: vectors are private keys'],
])('%s is wrong usage', async (_, scripts, options, message) => {
  const error = await complaint(command(scripts, { one: await play('one') }, options));
  expect(error).toMatchObject({ exitCode: 2, message });
});

test('nothing to run ends with 4', async () => {
  const error = await complaint(command([], { one: await play('one') }, { suite: [7] }));
  expect(error).toMatchObject({ exitCode: 4, message: expect.stringMatching(/^no case is selected: nobody lists any of the cipher suites/) });
});

test('clients of one name are processes of one implementation, which share the cases', async () => {
  const together = crowd(2);
  const [one, two] = [await play('one', together), await play('two', together)];
  const client = [one, two].map(({ mock: { address } }) => ({ label: 'same', address }));
  const { code, stdout } = await command([scriptFile({ pair: [group], alone: [{ action: 'createGroup', actor: 'alice' }] })], {}, { client });
  expect(code).toBe(0);
  expect(stdout).toContain('8 cases: 8 passed');
  expect(together.most()).toBe(2);
  for (const { mock } of [one, two]) expect(mock.calls.filter((rpc) => rpc === 'createGroup').length).toBeGreaterThan(0);
});

test('a client that cannot be reached within the connect deadline ends the run with 3', async () => {
  const error = await complaint(command([], { gone: '127.0.0.1:1' }, { connectDeadline: 0.3 }));
  expect(error).toMatchObject({ exitCode: 3, message: 'gone at 127.0.0.1:1: no connection within 0.3 s' });
});

test('a client that is there and does not say its name cannot be reached either', async () => {
  const silent = await startMock({ intercept: (rpc, answer) => (rpc === 'name' ? new Promise(() => {}) : answer()) });
  expect(await complaint(command([], { silent: silent.address }, { connectDeadline: 0.3 }))).toMatchObject({ exitCode: 3 });
  silent.stop();
});

test('as many cases at a time use one process as there are jobs', async () => {
  for (const jobs of [1, 3]) {
    const together = crowd(jobs);
    const watched = await play('watched', together);
    const script = scriptOf({ action: 'createGroup', actor: 'alice' });
    const cases = Array.from({ length: 6 }, () => caseOf(script, watched));
    const reporters = new Reporters([], () => {});
    const { success } = await run(runRecord({ scripts: [script], implementations: [watched.implementation], cases, seed: '1' }), cases, { jobs, reporters });
    expect({ success, most: together.most() }).toEqual({ success: true, most: jobs });
  }
});

test('cases without a process in common run side by side', async () => {
  let waiting: (() => void) | undefined;
  const meet = (): Promise<void> =>
    new Promise((resolve) => {
      if (waiting === undefined) waiting = resolve;
      else [waiting, resolve].forEach((go) => go());
    });
  const meeting = {
    intercept: async (rpc: string, answer: () => object) => {
      if (rpc === 'createGroup') await meet();
      return answer();
    },
  };
  const script = scriptOf({ action: 'createGroup', actor: 'alice' });
  const cases = [caseOf(script, await play('one', meeting)), caseOf(script, await play('two', meeting))];
  const { success } = await run(runRecord({ scripts: [script], implementations: [], cases, seed: '1' }), cases, { jobs: 1, reporters: new Reporters([], () => {}) });
  expect(success).toBe(true);
});

test('a reporter that throws is dropped, and neither the run nor the others notice', async () => {
  const seen: string[] = [];
  const dropped: string[] = [];
  const broken: Reporter = {
    name: 'broken',
    caseFinished() {
      throw new Error('disk full');
    },
    runFinished: () => seen.push('broken finished'),
  };
  const other: Reporter = { name: 'other', caseStarted: () => seen.push('started'), caseFinished: () => seen.push('finished'), runFinished: () => seen.push('all finished') };
  const reporters = new Reporters([broken, other], ({ name }, error) => dropped.push(`${name}: ${(error as Error).message}`));
  const one = await play('one');
  const script = scriptOf(group);
  await run(runRecord({ scripts: [script], implementations: [one.implementation], cases: [caseOf(script, one)], seed: '1' }), [caseOf(script, one)], { jobs: 1, reporters });
  expect(seen).toEqual(['started', 'finished', 'all finished']);
  expect(dropped).toEqual(['broken: disk full']);
});

test('a random history that fails is shrunk and written as an ordinary script', async () => {
  const bad = await play('bad', {
    suites: [1],
    intercept(rpc, answer) {
      if (rpc === 'protect') throw new Refusal(status.INVALID_ARGUMENT, 'too shy');
      return answer();
    },
  });
  const { code, stdout } = await command([], { bad }, { evolve: 3, steps: 20, private: true });
  expect(code).toBe(1);
  const [, steps, attempts, file] = /shrunk: evolve\/seed:1-\d.*\n {2}20 to (\d+) steps in (\d+) attempts: (.*)\n/.exec(stdout)!;
  expect(Number(steps)).toBeLessThan(5);
  expect(Number(attempts)).toBeLessThanOrEqual(100);
  const again = await command([file!], { bad }, { private: true });
  expect(again.stdout).toContain('Protect INVALID_ARGUMENT: too shy');
});

test('a run in which nothing failed but could not run ends with 3', async () => {
  const { code } = await command([scriptFile({ pair: [group] })], { one: await play('one') }, { suite: [1], private: true, runDeadline: 1e-6 });
  expect(code).toBe(3);
});

test('a report that cannot be written ends a run that passed with 3', async () => {
  const { code, stderr } = await command([scriptFile({ pair: [group] })], { one: await play('one') }, { suite: [1], private: true, record: '/dev/full' });
  expect(stderr).toContain('warning: the record report is incomplete: /dev/full: no space left on the disk');
  expect(code).toBe(3);
});

test('reports are made although the record goes where it cannot be read back', async () => {
  const markdown = join(folder, 'full.md');
  const { stderr } = await command([scriptFile({ pair: [group] })], { one: await play('one') }, { suite: [1], private: true, record: '/dev/full', markdown });
  expect(stderr.match(/is incomplete/g)).toHaveLength(1);
  expect(readFileSync(markdown, 'utf8')).toContain('passed | 1 |');
});

test('a folder of expectations that is not there is wrong usage', async () => {
  expect(await complaint(command([], { one: await play('one') }, { expectations: join(folder, 'none') }))).toMatchObject({ exitCode: 2 });
});

test('the record says how a case of it is run again, and each shard has all scripts', async () => {
  const one = await play('one');
  const file = scriptFile({ pair: [group], alone: [{ action: 'createGroup', actor: 'alice' }] });
  const record = join(folder, 'run.jsonl');
  for (const index of [1, 2, 3, 4, 5]) {
    await command([file], { one }, { suite: [1], private: true, record, shard: { index, count: 5 } });
    const run = JSON.parse(readFileSync(record, 'utf8').split('\n')[0]!) as RunRecord;
    expect(run.scripts.map(({ id }) => id)).toEqual(['demo/pair', 'demo/alone']);
    expect(run.replay).toBe(`--record ${record} --client one=${one.mock.address}`);
  }
});
