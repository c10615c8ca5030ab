import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { annotationReporter } from '../../../src/report/summary/annotations.ts';
import { githubReporters } from '../../../src/report/summary/github.ts';
import { markdownReporter, stepSummaryReporter } from '../../../src/report/summary/markdown.ts';
import type { CaseRecord, RecordLine } from '../../../src/report/record/record.ts';
import { Reporters, type Reporter } from '../../../src/report/reporter.ts';
import { replayRecord } from '../../../src/report/record/replay.ts';
import { fixtureCase, fixtureCases, fixtureLines, nastyMessage, streamed } from '../fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-markdown-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const told = async (lines: readonly RecordLine[], reporter: Reporter): Promise<void> =>
  void (await replayRecord(streamed(lines), new Reporters([reporter], (_, error) => expect.unreachable(String(error)))));

async function markdown(lines: readonly RecordLine[]): Promise<string> {
  const file = join(folder, 'run.md');
  await told(lines, markdownReporter(file));
  return readFileSync(file, 'utf8');
}

async function stepSummary(lines: readonly RecordLine[], { limit, before = '' }: { readonly limit?: number; readonly before?: string } = {}): Promise<string> {
  const file = join(folder, 'summary.md');
  writeFileSync(file, before);
  await told(lines, stepSummaryReporter(file, limit));
  return readFileSync(file, 'utf8');
}

async function annotations(cases: readonly CaseRecord[]): Promise<string[]> {
  let printed = '';
  await told(fixtureLines(cases), annotationReporter((text) => (printed += text)));
  return printed.split('\n').slice(0, -1);
}

test('the summary of the fixture is the golden file', async () => {
  await expect(await markdown(fixtureLines())).toMatchFileSnapshot('../golden/run.md');
});

test('the summary does not depend on the order in which cases ended', async () => {
  const [run, ...others] = fixtureLines();
  const end = others.pop()!;
  expect(await markdown([run!, ...others.reverse(), end])).toBe(await markdown(fixtureLines()));
});

test('a run as expected says so and has no list of troubles', async () => {
  const text = await markdown(fixtureLines([fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp' })]));
  expect(text).toMatch(/^# MLS interop: as expected\n/);
  expect(text).not.toContain('What went wrong');
  expect(text).not.toContain('Whose messages');
});

test('a run that was stopped says how much of it is there', async () => {
  const text = await markdown(fixtureLines().slice(0, 4));
  expect(text).toMatch(/^# MLS interop: stopped\n/);
  expect(text).toContain('**Not complete: 1 of 11 cases are in the record.**');
});

test('with the calls of all cases the table of exchanges says of how many', async () => {
  const withCalls = fixtureCases().filter(({ calls }) => calls !== undefined);
  const text = await markdown(fixtureLines(withCalls));
  expect(text).toContain('| native | – | 0/3 | 0/1 |');
  expect(text).toContain('| openmls | ❌ 2/3 | – | ❌ 1/1 |');
});

test('what a peer says is no markup and keeps its line', async () => {
  const text = await markdown(fixtureLines());
  const line = text.split('\n').find((each) => each.startsWith('- failure: step 2 `unprotect`'))!;
  expect(line).toContain('bad &lt;tag attr="1"\\> &amp; &amp;lt; \\]\\]\\> \\`code\\` \\| cell');
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});

const many = (count: number): CaseRecord[] =>
  Array.from({ length: count }, (_, i) => fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', suite: i + 1, retries: 1, status: 'failed', failure: { step: 0, cause: 'refused', message: `reason ${String.fromCodePoint(0x4e00 + i)}` } }));

test('the summary of a step is cut between lines, and says how much is left out', async () => {
  const lines = fixtureLines(many(200));
  const whole = (await markdown(lines)).split('\n').slice(0, -1);
  for (const limit of [2_000, 5_000, 20_000]) {
    const text = await stepSummary(lines, { limit });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(Buffer.byteLength(text)).toBeGreaterThan(limit - 600);
    const cut = text.split('\n').slice(0, -1);
    const kept = cut.slice(0, -2);
    expect(kept).toEqual(whole.slice(0, kept.length));
    expect(cut.slice(-2)).toEqual(['', `_Cut at the limit of ${limit} bytes: ${whole.length - kept.length} of ${whole.length} lines are left out._`]);
  }
});

test('the summary of a step comes after what is there, which counts toward the limit', async () => {
  const before = `${'x'.repeat(1_999)}\n`;
  const text = await stepSummary(fixtureLines(many(200)), { limit: 5_000, before });
  expect(text.startsWith(before)).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5_000);
  expect(await stepSummary(fixtureLines(many(200)), { limit: 2_050, before })).toBe(before);
  expect(await stepSummary(fixtureLines(), { before })).toBe(before + (await markdown(fixtureLines())));
});

test('annotations of the fixture are the golden file', async () => {
  await expect(`${(await annotations(fixtureCases())).join('\n')}\n`).toMatchFileSnapshot('../golden/annotations.txt');
});

test('an annotation is one line, whatever its message holds', async () => {
  const lines = await annotations([fixtureCase({ script: 'commit/add', alice: 'a:b,c', bob: 'mlspp', status: 'failed', failure: { step: 0, cause: 'crash', message: nastyMessage, actor: 'alice', implementation: 'a:b,c' } })]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^::error title=failed a%3Ab%2Cc::a:b,c: crash: bad .*%0A::error::new line\ufffd%250A 100%25%0A/s);
  expect(lines[0]).not.toContain('\r');
});

test('there are at most 10 annotations, the last of which counts the rest', async () => {
  expect(await annotations(many(10))).toHaveLength(10);
  const lines = await annotations(many(25));
  expect(lines).toHaveLength(10);
  expect(lines[9]).toBe("::error title=16 more kinds of failures::16 cases; the step's summary has them all");
});

test('nobody is named for a verdict that is contested, but who is accused', async () => {
  const [, , judged] = fixtureCases();
  const contested: CaseRecord = { ...judged!, verdict: { ...judged!.verdict!, finding: 'contested' } };
  expect((await annotations([contested]))[0]).toMatch(/^::error title=failed contested%3A openmls accused R-12\.4\.3\.1-05::/);
  const text = await markdown(fixtureLines([contested]));
  expect(text).toContain('- verdict: contested: openmls (as alice) accused, differs in tree hash');
  expect(text).toContain('| `commit/add` | 0/1 ❌ 1 | 0/1 ❌ 1 | – |');
});

test('cases of one implementation alone are counted', async () => {
  expect(await markdown(fixtureLines(fixtureCases().map((each, i): CaseRecord => (i < 2 ? { ...each, self: true } : each))))).toContain('\nOf them 2 by one implementation alone.\n');
  expect(await markdown(fixtureLines())).not.toContain('alone');
});

test('what the run says of replaying is in every command', async () => {
  const text = await markdown(fixtureLines(fixtureCases(), { replay: '--record out/run.jsonl' }));
  expect(text.match(/^- replay: .*$/gm)!.filter((line) => !line.endsWith("' --record out/run.jsonl`"))).toEqual([]);
});

test('nothing is annotated when all is as expected', async () => {
  expect(await annotations(fixtureCases().filter(({ status }) => ['passed', 'expected-failure', 'not-supported'].includes(status)))).toEqual([]);
});

test.each([
  [{}, []],
  [{ GITHUB_ACTIONS: 'true' }, ['annotations']],
  [{ GITHUB_STEP_SUMMARY: '/tmp/summary' }, ['step summary']],
  [{ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/tmp/summary' }, ['step summary', 'annotations']],
  [{ GITHUB_ACTIONS: 'false', GITHUB_STEP_SUMMARY: '' }, []],
])('the environment %j asks for %j', (environment, names) => {
  expect(githubReporters(environment, () => {}).map(({ name }) => name)).toEqual(names);
});
