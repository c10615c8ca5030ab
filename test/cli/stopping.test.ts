/** Ctrl-C while a run goes on, in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecord } from '../../src/report/record/record-file.ts';
import { projectRoot } from '../support/data.ts';
import { startMock, type Mock } from '../support/mock-service.ts';
import { collected } from '../report/fixture.ts';

let folder: string;
let mock: Mock | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-stopping-'));
});
afterEach(() => {
  mock?.stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly files: readonly string[];
}

/** Runs four cases with all reports. At the second JoinGroup the process gets `signals`, one whenever it has answered the one before. */
async function stopped(signals: readonly NodeJS.Signals[], { answers }: { readonly answers: boolean }): Promise<Ended> {
  const script = join(folder, 'demo.json');
  const pair = [{ action: 'createGroup', actor: 'alice', members: ['bob'] }];
  writeFileSync(script, JSON.stringify({ scripts: { pair, again: pair } }));
  const said = { text: '', listener: () => {} };
  const saysIt = (times: number): Promise<void> =>
    new Promise((resolve) => {
      said.listener = () => void (said.text.split('stopp').length > times && resolve());
    });
  let joins = 0;
  mock = await startMock({
    suites: [1],
    async intercept(rpc, answer) {
      if (rpc !== 'joinGroup' || ++joins < 2) return answer();
      for (const [i, signal] of signals.entries()) {
        const heard = saysIt(i + 1);
        child.kill(signal);
        await heard;
      }
      return answers ? answer() : new Promise(() => {});
    },
  });
  const out = (name: string): string => join(folder, name);
  const reports = ['--record', out('run.jsonl'), '--html', out('run.html'), '--junit', out('run.xml'), '--markdown', out('run.md'), '--json', out('run.json')];
  const child = spawn(process.execPath, [join(projectRoot, 'src/cli/main.ts'), 'run', script, '--client', `one=${mock.address}`, '--no-expectations', '--no-referee', ...reports], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', TMPDIR: folder },
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.text += chunk.toString();
    said.listener();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.text.replaceAll(`${folder}/`, ''), files: readdirSync(folder).toSorted() };
}

test('once: the case under way ends, nothing else begins, and all reports are made', async () => {
  const { code, said, files } = await stopped(['SIGINT'], { answers: true });
  expect(said).toContain('stopping when what is under way has ended; once more to stop at once\n');
  expect(code).toBe(3);
  expect(files).toEqual(['demo.json', 'run.html', 'run.json', 'run.jsonl', 'run.md', 'run.xml']);
  const lines = await collected(readRecord(join(folder, 'run.jsonl')));
  expect(lines.at(-1)).toMatchObject({ type: 'end', interrupted: true, counts: { passed: 2 } });
});

test.each<[NodeJS.Signals[], number]>([
  [['SIGINT', 'SIGINT'], 130],
  [['SIGINT', 'SIGTERM'], 143],
  [['SIGTERM', 'SIGTERM'], 143],
])('to be stopped at once (%s) leaves the record of what has ended, and no half of any report', async (signals, expected) => {
  const { code, said, files } = await stopped(signals, { answers: false });
  expect(said).toContain('stopped at once; run.jsonl has all cases that have ended, and no other report is written\n');
  expect(code).toBe(expected);
  expect(files).toEqual(['demo.json', 'run.jsonl']);
  const lines = await collected(readRecord(join(folder, 'run.jsonl')));
  expect(lines.map(({ type }) => type)).toEqual(['run', 'started', 'case', 'started']);
});
