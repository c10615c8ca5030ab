import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { junitReporter } from '../../src/report/junit.ts';
import type { CaseRecord, RecordLine } from '../../src/report/record/record.ts';
import { Reporters } from '../../src/report/reporter.ts';
import { replayRecord } from '../../src/report/record/replay.ts';
import { fixtureCase, fixtureCases, fixtureLines, streamed } from './fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-junit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function junit(lines: readonly RecordLine[]): Promise<string> {
  const file = join(folder, 'run.xml');
  await replayRecord(streamed(lines), new Reporters([junitReporter(file)], (_, error) => expect.unreachable(String(error))));
  expect(existsSync(`${file}.tmp`)).toBe(false);
  return readFileSync(file, 'utf8');
}

/** All elements of a name, wherever they are. */
function elements(xml: string, name: string): { attribute(of: string): string | null; names: string[] }[] {
  const found: ReturnType<typeof elements> = [];
  create(xml).each(
    ({ node }) => {
      const element = node as unknown as Element;
      if (element.nodeName !== name) return;
      const children = [...element.childNodes].map((child) => child.nodeName);
      found.push({ attribute: (of) => element.getAttribute(of), names: children.filter((child) => !child.startsWith('#')) });
    },
    false,
    true,
  );
  return found;
}

interface Element {
  readonly nodeName: string;
  readonly childNodes: Iterable<{ readonly nodeName: string }>;
  getAttribute(name: string): string | null;
}

test('the report of the fixture is the golden file', async () => {
  await expect(await junit(fixtureLines())).toMatchFileSnapshot('golden/run.xml');
});

test('every case has at most one outcome, and the counts are those of the elements', async () => {
  const xml = await junit(fixtureLines());
  const outcomes = elements(xml, 'testcase').map(({ names }) => names.filter((name) => ['failure', 'error', 'skipped'].includes(name)));
  expect(outcomes).toHaveLength(fixtureCases().length);
  expect(outcomes.every((each) => each.length <= 1)).toBe(true);
  const count = (name: string): number => outcomes.flat().filter((each) => each === name).length;
  const [root] = elements(xml, 'testsuites');
  expect(['tests', 'failures', 'errors', 'skipped'].map((name) => Number(root!.attribute(name)))).toEqual([outcomes.length, count('failure'), count('error'), count('skipped')]);
  const sums = elements(xml, 'testsuite').map((suite) => Number(suite.attribute('failures')));
  expect(sums.reduce((sum, each) => sum + each)).toBe(count('failure'));
});

/** What XML 1.0 lets a document hold (production 2). */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function failing(message: string): CaseRecord {
  return fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', status: 'failed', failure: { step: 1, cause: 'refused', message }, calls: [] });
}

/** The parser at hand decodes entities twice, so this does it. */
function textOfFailure(xml: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return /<failure[^>]*>([^<]*)<\/failure>/.exec(xml)![1]!.replace(/&(\w+);/g, (_, name: string) => characters[name]!);
}

test('the document is well-formed whatever a message holds, and the message comes back without what XML cannot have', async () => {
  const characters = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('&', '<', '>', '"', "'", ']]>', '&lt;', '&amp;', '&#0;', '\0', '\u0008', '\u000b', '\ufffe', '\ud800', '\udc00', '\r\n', '-->', '🌳'));
  await fc.assert(
    fc.asyncProperty(fc.array(characters), async (parts) => {
      const message = `it said ${parts.join('')}`;
      const xml = await junit(fixtureLines([failing(message)]));
      expect(xml).not.toMatch(illegal);
      const legal = message.toWellFormed().replace(new RegExp(illegal, 'gu'), '').replaceAll('\r', '');
      expect(elements(xml, 'failure')).toHaveLength(1);
      expect(textOfFailure(xml)).toBe(`step 1 createKeyPackage: refused: ${legal}\nreplay: mls-interop replay '${failing('').id}'`);
    }),
    { numRuns: 60 },
  );
});

test('a run without cases is a document, too', async () => {
  const xml = await junit(fixtureLines([]));
  expect(elements(xml, 'testsuites')[0]!.attribute('tests')).toBe('0');
});

test('a run that was stopped says so', async () => {
  const xml = await junit(fixtureLines().slice(0, 3));
  expect(elements(xml, 'property').some((property) => property.attribute('name') === 'interrupted')).toBe(true);
});
