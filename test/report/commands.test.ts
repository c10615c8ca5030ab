import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { diff } from '../../src/cli/diff.ts';
import { check, schemaText, update } from '../../src/cli/expect.ts';
import { merge } from '../../src/cli/merge.ts';
import { makeReports, type ReportFlags } from '../../src/cli/report.ts';
import type { Terminal } from '../../src/cli/reports.ts';
import type { CaseRecord, RecordLine } from '../../src/report/record/record.ts';
import { fixtureCases, fixtureLines, textOf, writeRecord } from './fixture.ts';

let folder: string;
let said: { stdout: string; stderr: string };
let terminal: Terminal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-commands-'));
  said = { stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _, done) {
        said[stream] += chunk.toString().replaceAll(`${folder}/`, '');
        done();
      },
    });
  terminal = { stdout: collect('stdout'), stderr: collect('stderr') };
  vi.stubEnv('GITHUB_ACTIONS', '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const report = (records: readonly string[], flags: Partial<ReportFlags> = {}): Promise<void> => makeReports(records, { transcripts: 'all', ...flags }, terminal);

/** What a user is told, and the exit code. */
async function complaint(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  return `${(error as CommandError).exitCode}: ${(error as Error).message.replaceAll(`${folder}/`, '')}`;
}

const shards = (): string[] =>
  [1, 2, 3].map((index) => writeRecord(path(`shard-${index}.jsonl`), fixtureLines(fixtureCases().filter((_, i) => i % 3 === index - 1), { shard: { index, count: 3 } })));

test('report makes every report from a record, with the table on the terminal', async () => {
  const record = writeRecord(path('run.jsonl'));
  await report([record], { html: path('r.html'), junit: path('r.xml'), markdown: path('r.md'), json: path('r.json'), vectors: path('vectors') });
  expect(said.stdout).toContain('11 cases: 2 passed (1 flaky), 4 failed');
  expect(said.stdout).toContain('0 passive-client vectors in 0 files of');
  expect(said.stderr).toBe('');
  expect(readFileSync(path('r.html'), 'utf8')).toContain('<!doctype html>');
  expect(readFileSync(path('r.xml'), 'utf8')).toBe(readFileSync(new URL('golden/run.xml', import.meta.url), 'utf8'));
  expect(readFileSync(path('r.md'), 'utf8')).toBe(readFileSync(new URL('golden/run.md', import.meta.url), 'utf8'));
  expect(Object.keys((JSON.parse(readFileSync(path('r.json'), 'utf8')) as { scripts: object }).scripts)).toHaveLength(3);
});

test('in a workflow the summary of the step and annotations come by themselves', async () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  vi.stubEnv('GITHUB_STEP_SUMMARY', path('summary.md'));
  await report([writeRecord(path('run.jsonl'))]);
  expect(said.stdout).toContain('\n::error title=failed openmls R-12.4.3.1-05::');
  expect(readFileSync(path('summary.md'), 'utf8')).toMatch(/^# MLS interop: 4 failed/);
});

test('reports of all shards are those of the merged record, up to the time of the run', async () => {
  const files = shards();
  await report([files[2]!, files[0]!, files[1]!], { markdown: path('shards.md') });
  await merge(files, { output: path('merged.jsonl.gz') }, terminal);
  await report([path('merged.jsonl.gz')], { markdown: path('merged.md') });
  expect(readFileSync(path('shards.md'), 'utf8')).toBe(readFileSync(path('merged.md'), 'utf8'));
  expect(readFileSync(path('merged.md'), 'utf8')).toBe(readFileSync(new URL('golden/run.md', import.meta.url), 'utf8'));
  expect(said.stdout).toContain('11 cases of 3 shards: merged.jsonl.gz\n');
});

test('a record that breaks off is reported as far as it goes, and that is said', async () => {
  writeFileSync(path('run.jsonl'), textOf(fixtureLines()).slice(0, 9_000));
  await report([path('run.jsonl')]);
  expect(said.stderr).toMatch(/^warning: run\.jsonl: line \d+, the last, is torn and left out\nwarning: not all cases of the run are in the record\n$/);
  expect(said.stdout).toMatch(/\n\d+ cases: /);
});

test('what cannot be read is wrong usage, what cannot be written is not', async () => {
  const record = writeRecord(path('run.jsonl'));
  expect(await complaint(report([path('none.jsonl')]))).toBe('2: none.jsonl: no such file or folder');
  writeFileSync(path('text.jsonl'), 'hello\n');
  expect(await complaint(report([path('text.jsonl')]))).toMatch(/^2: text\.jsonl: line 1: not JSON: /);
  expect(await complaint(report([record], { junit: path('text.jsonl/r.xml') }))).toBe('2: --junit text.jsonl/r.xml: is there already, and no folder');
  expect(await complaint(report([record, record]))).toBe('2: run.jsonl: is not the record of a shard but of a whole run');
});

test('folders of reports that are missing are made', async () => {
  const record = writeRecord(path('run.jsonl'));
  await report([record], { html: path('out/a/r.html'), junit: path('out/b/r.xml') });
  await diff({ base: record, head: record }, { markdown: path('out/c/diff.md') }, terminal);
  expect(['out/a/r.html', 'out/b/r.xml', 'out/c/diff.md'].filter((name) => !existsSync(path(name)))).toEqual([]);
});

test('two reports do not go to one file, nor over the record that they are made from', async () => {
  const record = writeRecord(path('run.jsonl'));
  const before = readFileSync(record, 'utf8');
  expect(await complaint(report([record], { html: path('r'), json: path('x/../r') }))).toBe('2: --json r: is also named by --html');
  expect(await complaint(report([record], { markdown: record }))).toBe('2: --markdown run.jsonl: is the record that is read');
  expect(readFileSync(record, 'utf8')).toBe(before);
  expect(existsSync(path('r'))).toBe(false);
});

test('what a record says does not make the terminal or a workflow do anything', async () => {
  const message = '\u001b[2J\u202e\n::error::x';
  const failure = { step: 0, cause: 'crash', message } as const;
  const base = writeRecord(path('base.jsonl'));
  const head = writeRecord(path('head.jsonl'), fixtureLines(fixtureCases().map((each, i): CaseRecord => (i === 0 ? { ...each, status: 'failed', failure } : each))));
  await diff({ base, head }, {}, terminal);
  expect(said.stdout).toContain('crash: \ufffd[2J\ufffd\n  | ::error::x\n');
  await report([head]);
  expect(said.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^\s*::/m);
});

test.skipIf(!existsSync('/dev/full'))('a disk that fills up ends a report, not the others', async () => {
  symlinkSync('/dev/full', path('r.md'));
  const message = await complaint(report([writeRecord(path('run.jsonl'))], { markdown: path('r.md'), junit: path('r.xml') }));
  expect(message).toBe('3: the markdown report is not complete: no space left on the disk');
  expect(existsSync(path('r.xml'))).toBe(true);
});

test('merge writes the record whole or not at all', async () => {
  const files = shards();
  expect(await complaint(merge(files.slice(1), { output: path('run.jsonl') }, terminal))).toBe('2: of 3 shards, 1 is missing (--partial merges the others)');
  expect(await complaint(merge([...files.slice(1), files[1]!], { output: path('run.jsonl') }, terminal))).toBe('2: shard-2.jsonl and shard-2.jsonl are both shard 2');
  writeFileSync(files[2]!, textOf(fixtureLines(fixtureCases().slice(0, 1), { shard: { index: 3, count: 3 } })));
  expect(await complaint(merge(files, { output: path('run.jsonl') }, terminal))).toMatch(/^2: shard-1\.jsonl and shard-3\.jsonl both have case /);
  expect(readdirSync(folder).sort()).toEqual(['shard-1.jsonl', 'shard-2.jsonl', 'shard-3.jsonl']);
});

test('merge does not write over a shard, and says what it cannot write', async () => {
  const files = shards();
  expect(await complaint(merge(files, { output: files[1]! }, terminal))).toBe('2: --output shard-2.jsonl: is one of the shards');
  expect(await complaint(merge(files, { output: path('no/run.jsonl') }, terminal))).toBe('3: --output no/run.jsonl: no such file or folder');
});

test('merge judges all shards by the expectations that it is given, and tells of those that nothing needs', async () => {
  const merged = (name: string, expectations?: string) => merge(shards(), { output: path(`${name}.jsonl`), ...(expectations && { expectations: path(expectations) }) }, terminal);
  expect(await merged('plain')).toBe(0);
  for (const name of ['all', 'some']) mkdirSync(path(name));
  writeFileSync(path('all/_all.yaml'), "- { pattern: '**', reason: everything, may-pass: true }\n- { pattern: no/such, reason: misspelt }\n");
  writeFileSync(path('some/_all.yaml'), "- { pattern: '**', reason: nothing, match: no such words, may-pass: true }\n");
  expect(await complaint(merged('all', 'none'))).toBe('2: --expectations none: no such folder');

  // What could not run is not excused.
  expect(await merged('all', 'all')).toBe(1);
  const counts = Object.groupBy(readFileSync(path('all.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RecordLine).filter((line) => line.type === 'case'), ({ status }) => status);
  expect(counts).not.toHaveProperty('failed');
  expect(counts).not.toHaveProperty('vacuous');
  expect(said.stderr).toBe('warning: all/_all.yaml:2: pattern no/such matches no case of this run\n');
  said.stderr = '';
  expect(await merged('some', 'some')).toBe(1);
  expect(said.stderr).toMatch(/^warning: some\/_all\.yaml:1: pattern \*\* \(nothing\) excuses none of the \d+ cases of this run that it matches; it may not be needed any more\n$/);
});

test('a partial merge warns, and its record says that it is not whole', async () => {
  await merge(shards().slice(1), { output: path('run.jsonl.gz'), partial: true }, terminal);
  expect(said).toEqual({ stdout: '7 cases of 2 shards: run.jsonl.gz\n', stderr: 'warning: of 3 shards, 1 is missing\n' });
  expect(gunzipSync(readFileSync(path('run.jsonl.gz'))).toString()).toMatch(/"success":false,"interrupted":true}\n$/);
});

test('diff ends with 1 when there are regressions, else with 0', async () => {
  const base = writeRecord(path('base.jsonl'));
  const broken = fixtureCases().map((each, i): CaseRecord => (i === 0 ? { ...each, status: 'failed', failure: { step: 0, cause: 'crash', message: 'gone' } } : each));
  const head = writeRecord(path('head.jsonl'), fixtureLines(broken));
  expect(await diff({ base, head }, { markdown: path('diff.md') }, terminal)).toBe(1);
  expect(said.stdout).toContain('Regressions: 1 case\n');
  expect(readFileSync(path('diff.md'), 'utf8')).toContain('## Regressions: 1 case\n');
  expect(await diff({ base: head, head: base }, {}, terminal)).toBe(0);
  expect(await complaint(diff({ base, head: path('none') }, {}, terminal))).toBe('2: none: no such file or folder');
  expect(await complaint(diff({ base, head }, { markdown: join(base, 'diff.md') }, terminal))).toBe('3: --markdown base.jsonl/diff.md: is there already, and no folder');
});

test('expect update writes the files, and says what it did', async () => {
  const record = writeRecord(path('run.jsonl'));
  await update(record, { dir: path('expectations') }, terminal);
  expect(readdirSync(path('expectations')).sort()).toEqual(['mlspp.yaml', 'openmls.yaml']);
  expect(said.stdout).toContain('mlspp.yaml: 1 added, 0 removed, 0 made narrower\n  + messages/protect/suite:1/wire:private/alice=native,bob=mlspp\n');
  said.stdout = '';
  await update(record, { dir: path('expectations') }, terminal);
  await check(path('expectations'), terminal);
  expect(said.stdout).toMatch(/^nothing to change\n\d+ entries in 2 files of /);
});

test('expect says which line it cannot read', async () => {
  writeFileSync(path('openmls.yaml'), '- pattern: a\n  reason: b\n  since: c\n');
  expect(await complaint(check(folder, terminal))).toBe('2: openmls.yaml:3: 0.since: no such key; there are pattern, reason, issue, status, match, expires, flaky, may-pass');
  expect(await complaint(update(writeRecord(path('run.jsonl')), { dir: folder }, terminal))).toMatch(/^2: openmls\.yaml:3: /);
  expect(await complaint(update(path('run.jsonl'), { dir: path('run.jsonl') }, terminal))).toBe('3: run.jsonl/mlspp.yaml: is there already, and no folder');
});

test('expect schema prints JSON Schema', () => {
  expect(JSON.parse(schemaText())).toMatchObject({ $schema: expect.stringContaining('json-schema.org'), $defs: { expectation: { required: ['pattern', 'reason'] } } });
});
