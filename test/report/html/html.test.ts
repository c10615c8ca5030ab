/** The file that the reporter writes, read without a browser. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReporter, type HtmlOptions } from '../../../src/report/html/html.ts';
import type { CaseDetails, PageData } from '../../../src/report/html/page-data.ts';
import { statuses, type CaseRecord, type RecordLine } from '../../../src/report/record/record.ts';
import { endOf, fixture, hostile, makeCase, run, tell } from './fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-html-'));
let lines: RecordLine[];
let files = 0;

beforeAll(async () => {
  lines = await fixture();
});
afterAll(() => rmSync(folder, { recursive: true }));

function pageOf(record: readonly RecordLine[], options?: HtmlOptions): string {
  const file = join(folder, `${files++}.html`);
  tell(htmlReporter(file, options), record);
  return readFileSync(file, 'utf8');
}

function block<T>(page: string, id: string): T {
  const text = new RegExp(`<script type="text/plain" id="${id}">([^<]*)</script>`).exec(page)![1]!;
  return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as T;
}

const dataOf = (page: string): PageData => block<PageData>(page, 'run');
const casesOf = (record: readonly RecordLine[]): CaseRecord[] => record.filter((line) => line.type === 'case');

/** A record of passing cases, the calls of each some kilobytes that do not compress. */
function passingCases(count: number, scripts: readonly string[]): RecordLine[] {
  const noise = (seed: number): string => Buffer.from(Array.from({ length: 3000 }, (_, i) => (Math.imul(i + 1, 2654435761 + seed * 40503) >>> 13) & 255)).toString('base64');
  const results = Array.from({ length: count }, (_, i) => {
    const call = { step: 0, actor: 'alice', implementation: 'ours', rpc: 'Protect', request: {}, response: { ciphertext: noise(i) }, milliseconds: 1 };
    const made = makeCase({ script: scripts[i % scripts.length]!, status: 'passed', played: ['ours', 'mlspp'], calls: [call] });
    return { ...made, id: `${made.id},${i}` };
  });
  return [{ ...run, cases: count }, ...results, endOf(results)];
}

describe('the page', () => {
  test('has every case of the record, and the details of each with bytes in one place only', () => {
    const page = pageOf(lines);
    const { cases } = dataOf(page);
    expect(cases.map(({ id }) => id).toSorted()).toEqual(casesOf(lines).map(({ id }) => id).toSorted());
    const details = block<CaseDetails>(page, `case-${cases[0]!.block!}`);
    const [original] = casesOf(lines);
    const commit = original!.calls!.findLast(({ rpc }) => rpc === 'Commit')!.response!['commit'] as string;
    expect(details.bytes.filter((bytes) => bytes === commit)).toHaveLength(1);
    expect(details.record.verdict).toEqual(original!.verdict);
    expect(details.calls).toHaveLength(original!.calls!.length);
    expect(details.sights.map(({ bytes }) => details.bytes[bytes])).toEqual(original!.sights!.map(({ bytes }) => bytes));
  });

  test('has the worst cases first, and those of one status in the order of the scripts, however they ended', () => {
    const places = (page: string): (readonly [number, number])[] => dataOf(page).cases.map(({ status, script }) => [statuses.indexOf(status), run.scripts.findIndex(({ id }) => id === script)]);
    const [first, last, ...between] = [lines[0]!, lines.at(-1)!, ...lines.slice(1, -1)];
    const found = places(pageOf(lines));
    expect(found).toEqual(found.toSorted(([a, b], [c, d]) => a - c || b - d));
    expect(dataOf(pageOf([first!, ...between.toReversed(), last!])).cases.map(({ id }) => id)).toEqual(dataOf(pageOf(lines)).cases.map(({ id }) => id));
  });

  test('is the same for the same record', () => {
    expect(pageOf(lines)).toBe(pageOf(lines));
  });

  test('has no text of the run outside of its data blocks', () => {
    const page = pageOf(lines);
    const others = page.replaceAll(/<script type="text\/plain"[^>]*>[A-Za-z0-9+/=]*<\/script>/g, '');
    expect(others).not.toContain('onerror');
    expect(others).not.toContain('tree_changes');
    // One element for the script of the page, which nothing in it ends early.
    expect(others.match(/<script/g)).toHaveLength(1);
    expect(others.match(/<\/script/g)).toHaveLength(1);
    expect(JSON.stringify(dataOf(page))).toContain('onerror');
  });

  test('allows its own script and styles and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(pageOf(lines))![1];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'$/);
  });

  test('tells who gave whom messages, and at which the case failed', () => {
    const [first] = dataOf(pageOf(lines)).cases;
    expect(first!.broke).toEqual({ sender: 'mlspp', receiver: 'openmls' });
    expect(first!.exchanges).toContainEqual({ sender: 'ours', receiver: 'openmls' });
  });

  test('cuts the message of a failure on the list and keeps it with the case', () => {
    const message = 'x'.repeat(4_000_000);
    const result = makeCase({ script: 'commits/add', status: 'failed', played: ['ours'], failure: { step: 1, cause: 'refused', message } });
    const page = pageOf([{ ...run, cases: 1 }, result, endOf([result])]);
    expect(dataOf(page).cases[0]!.failure!.message).toHaveLength(503);
    expect(block<CaseDetails>(page, 'case-0').record.failure!.message).toBe(message);
  });

  test('says what was under way when the run was stopped', () => {
    const results = casesOf(lines).slice(0, 3);
    const { end, unfinished, cases } = dataOf(pageOf([lines[0]!, ...results, { type: 'started', id: 'the/last', script: 'the' }, endOf(results, true)]));
    expect(end.interrupted).toBe(true);
    expect(unfinished).toEqual(['the/last']);
    expect(cases).toHaveLength(3);
  });

  test('gives its name to the file only when it is whole', () => {
    const file = join(folder, 'whole.html');
    const reporter = htmlReporter(file);
    tell(reporter, lines.slice(0, -1));
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, true]);
    tell(reporter, lines.slice(-1));
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([true, false]);
  });

  test('cannot be begun in a folder that does not exist', () => {
    expect(() => htmlReporter(join(folder, 'nowhere', 'report.html'))).toThrow(/ENOENT/);
  });
});

describe('the budget for passing cases', () => {
  test('leaves out calls of passing cases past it, of every script some', () => {
    const record = passingCases(60, ['commits/add', 'commits/update', 'commits/external_psk']);
    const page = pageOf(record, { passingBudget: 100_000 });
    const { cases, leftOut } = dataOf(page);
    const kept = cases.filter(({ block: at }) => at !== undefined);
    expect(cases).toHaveLength(60);
    expect(leftOut).toEqual({ cases: 60 - kept.length, budget: 100_000 });
    expect(kept.length).toBeGreaterThan(10);
    expect(new Set(kept.map(({ script }) => script)).size).toBe(3);
    expect(kept.map(({ block: at }) => at!).toSorted((a, b) => a - b)).toEqual(kept.map((_, i) => i));
    expect(page.length - pageOf(record, { passingBudget: 0 }).length).toBeLessThan(101_000);
  });

  test('keeps half of it for scripts whose cases come late', () => {
    const early = passingCases(60, ['commits/add']);
    const late = passingCases(3, ['joining/external_join']);
    const { cases } = dataOf(pageOf([...early.slice(0, -1), ...late.slice(1)], { passingBudget: 100_000 }));
    expect(cases.filter(({ script, block: at }) => script === 'joining/external_join' && at !== undefined).length).toBeGreaterThan(0);
  });

  test('is nothing to cases that did not pass', () => {
    const { cases } = dataOf(pageOf(lines, { passingBudget: 0 }));
    expect(cases.filter(({ status, block: at }) => status !== 'passed' && at === undefined)).toEqual([]);
    expect(cases.filter(({ status, block: at }) => status === 'passed' && at !== undefined)).toEqual([]);
  });

  test('is nothing to a case that passed while a rule was broken', () => {
    const verdict = { finding: 'culprit', culprit: { implementation: 'mlspp', actor: 'bob' }, step: 1, requirement: 'R-10-10', summary: hostile, evidence: [] } as const;
    const result = makeCase({ script: 'commits/add', status: 'passed', played: ['ours', 'mlspp'], verdict });
    const { cases } = dataOf(pageOf([{ ...run, cases: 1 }, result, endOf([result])], { passingBudget: 0 }));
    expect([cases[0]!.block, cases[0]!.kind]).toEqual([0, 0]);
  });
});
