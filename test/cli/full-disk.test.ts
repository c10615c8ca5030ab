/** A run whose reports do not fit on the disk: it says so, its exit code says so, and no part of a report passes for a whole one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readRecord } from '../../src/report/record/record-file.ts';
import { killAll, program, serving, startProcess } from '../service/support/process.ts';

let address: string;
beforeAll(async () => {
  ({ address } = await serving());
  return killAll;
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-full-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const script = new URL('../../src/runner/scripts/messages.json', import.meta.url).pathname;
const infrastructure = 3;

/** Runs a shell command, in which "$@" is the run of a few cases. */
async function shell(command: string, ...options: readonly string[]): Promise<{ readonly end: number | string; readonly stdout: string; readonly stderr: string }> {
  const run = [process.execPath, program, 'run', script, '--client', `ours=${address}`, '--suite', '1', '--private', '--no-referee', ...options];
  const { end, output } = startProcess(['sh', '-c', command, 'sh', ...run]);
  return { end: await end, ...output };
}

// What a full disk does to a file, a limit on the length of files does too: a write takes in a part, and the next one nothing.
describe('a record that cannot grow any more', () => {
  const limited = 'ulimit -f 60; "$@"';

  test('the run goes on to its end, and what is there of the record can be read', async () => {
    const record = join(folder, 'run.jsonl');
    const { end, stderr, stdout } = await shell(limited, '--record', record);

    expect(end).toBe(infrastructure);
    expect(stdout).toMatch(/\d+ cases: \d+ passed, 0 failed/);
    expect(stderr).toMatch(/^warning: the record report is incomplete: [^\n]*run\.jsonl: [^\n]*(too large|no space)[^\n]*; the record ends before [^\n]*\n$/);
    const lines = [];
    for await (const { type } of readRecord(record)) lines.push(type);
    expect(lines).toContain('run');
    expect(lines).not.toContain('end');
  });

  test('a page that derives from it is not taken for that of a whole run', async () => {
    const [record, markdown] = [join(folder, 'run.jsonl'), join(folder, 'run.md')];
    const { end, stderr } = await shell(limited, '--record', record, '--markdown', markdown);

    expect(end).toBe(infrastructure);
    expect(stderr).toContain('the record report is incomplete');
    expect(readFileSync(markdown, 'utf8')).toMatch(/interrupted|stopped|not complete|incomplete/);
  });
});

// A file system of its own, which only a namespace of its own may have.
const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt']).status === 0;

if (!canMount) console.warn('SKIPPED: a file system without room: `unshare -rm` is not allowed here');
describe.runIf(canMount)('a file system without room', () => {
  // Inside, because what is mounted there is seen nowhere else.
  const onFullDisk = (file: string): string => `mount -t tmpfs -o size=64k tmpfs "$DISK" && head -c 61440 /dev/zero > "$DISK/ballast" && echo old > "$DISK/${file}"; "$@"; echo "exit $?"; head -c 100 "$DISK/${file}"`;

  test.each([
    ['--json', 'run.json', 'json'],
    ['--html', 'run.html', 'html'],
    ['--junit', 'run.xml', 'junit'],
  ])('%s: the file of an earlier run stays as it was', async (option, file, name) => {
    const command = `DISK=${folder}; export DISK; unshare -rm sh -c '${onFullDisk(file).replaceAll("'", `'\\''`)}' sh "$@"`;
    const { stdout, stderr } = await shell(command, option, join(folder, file));

    expect(stderr).toBe(`warning: the ${name} report is incomplete: no space left on the disk\n`);
    expect(stdout.split('\n').slice(-3)).toEqual([`exit ${infrastructure}`, 'old', '']);
  });
});

afterAll(killAll);
