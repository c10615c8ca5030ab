import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mergeRecords } from '../../../src/report/record/merge.ts';
import { RecordError } from '../../../src/report/record/record-file.ts';
import type { CaseRecord, EndRecord, RecordLine, RunRecord } from '../../../src/report/record/record.ts';
import { collected, fixtureCase, fixtureCases, fixtureLines, fixtureRun, textOf, writeRecord } from '../fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-merge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cases: readonly CaseRecord[] = [
  ...fixtureCases(),
  ...[3, 4, 5, 6, 7].flatMap((suite) => ['native', 'mlspp'].map((bob) => fixtureCase({ script: 'messages/protect', alice: 'openmls', bob, suite, ...(suite === 6 ? { retries: 2 } : {}) }))),
];

/** Writes one shard; `changes` are of its run line. */
const shard = (index: number, of: readonly CaseRecord[], changes: Partial<RunRecord> = {}, count = 4): string =>
  writeRecord(join(folder, `shard-${index}.jsonl`), fixtureLines(of, { shard: { index, count }, ...changes }));

/** The cases dealt out to four shards. */
const dealt = (to: (index: number) => number): CaseRecord[][] => [0, 1, 2, 3].map((number) => cases.filter((_, i) => to(i) === number));
const fourShards = (): string[] => dealt((i) => i % 4).map((own, i) => shard(i + 1, own));

const merge = async (files: readonly string[], options = {}): Promise<RecordLine[]> => collected(await mergeRecords(files, options));
const complaint = async (files: readonly string[], options = {}): Promise<string> => {
  const error: unknown = await merge(files, options).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(RecordError);
  return (error as Error).message.replaceAll(`${folder}/`, '');
};

const endOf = (lines: readonly RecordLine[]): EndRecord => lines.at(-1) as EndRecord;
const sorted = (lines: readonly RecordLine[]): string[] => lines.map((line) => JSON.stringify(line)).sort();

test('four shards merged are the single run, up to times and order', async () => {
  const single = fixtureLines(cases);
  const merged = await merge(fourShards());
  expect(merged[0]).toEqual(fixtureRun({ cases: cases.length }));
  expect(sorted(merged.slice(1, -1))).toEqual(sorted(single.slice(1, -1)));
  expect({ ...endOf(merged), milliseconds: 0 }).toEqual({ ...endOf(single), milliseconds: 0 });
});

test('the merged record does not depend on the order of the shards, however the cases are dealt out', async () => {
  const dealing = fc.array(fc.nat(3), { minLength: cases.length, maxLength: cases.length });
  await fc.assert(
    fc.asyncProperty(dealing, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (to, order) => {
      const files = dealt((i) => to[i]!).map((own, i) => shard(i + 1, own));
      const merged = await merge(files);
      expect(textOf(await merge(order.map((i) => files[i]!)))).toBe(textOf(merged));
      expect(sorted(merged.slice(1, -1))).toEqual(sorted(fixtureLines(cases).slice(1, -1)));
      expect(endOf(merged).counts).toEqual(endOf(fixtureLines(cases)).counts);
    }),
    { numRuns: 30 },
  );
});

test('the merged run began with the first shard, and took as long as the longest', async () => {
  const files = [
    shard(1, cases.slice(0, 1), { started: '2026-01-02T05:00:00.000Z' }, 2),
    writeRecord(join(folder, 'b.jsonl'), [...fixtureLines(cases.slice(1), { shard: { index: 2, count: 2 } }).slice(0, -1), { ...endOf(fixtureLines(cases.slice(1))), milliseconds: 99_999 }]),
  ];
  const merged = await merge(files);
  expect((merged[0] as RunRecord).started).toBe('2026-01-02T03:04:05.678Z');
  expect(endOf(merged).milliseconds).toBe(99_999);
});

const [one, two] = fixtureRun().implementations;
const [script] = fixtureRun().scripts;

test.each<[string, Partial<RunRecord>, string]>([
  ['another seed', { seed: '43' }, 'seed: "42" and "43"'],
  ['another option', { options: { strength: 3, suites: [1, 2] } }, 'option strength: 2 and 3'],
  ['an option more', { options: { ...fixtureRun().options, only: 'x' } }, 'only one has option only'],
  ['another version of the tool', { tool: { ...fixtureRun().tool, version: '10' } }, 'version of the tool: "mls-interop 9.9.9" and "mls-interop 10"'],
  ['a script with other steps', { scripts: [{ ...script!, digest: 'f'.repeat(64) }, ...fixtureRun().scripts.slice(1)] }, `script commit/add: "${'0'.repeat(64)}" and "${'f'.repeat(64)}"`],
  ['a script less', { scripts: fixtureRun().scripts.slice(1) }, 'only one has script commit/add'],
  ['an implementation less', { implementations: fixtureRun().implementations.slice(1) }, 'only one has implementation native'],
  ['another name', { implementations: [one!, { ...two!, name: 'Other' }, fixtureRun().implementations[2]!] }, 'implementation openmls: {"features":[],"name":"OpenMLS","ours":false,"suites":[1,2],"version":"79ebb5b"} and {"features":[],"name":"Other","ours":false,"suites":[1,2],"version":"79ebb5b"}'],
  ['another version', { implementations: [one!, { ...two!, version: 'x' }, fixtureRun().implementations[2]!] }, 'implementation openmls: '],
  ['our engine under the label of another', { implementations: [one!, { ...two!, ours: true }, fixtureRun().implementations[2]!] }, 'implementation openmls: '],
  ['other suites', { implementations: [one!, { ...two!, suites: [1] }, fixtureRun().implementations[2]!] }, 'implementation openmls: '],
  ['another number of shards', { shard: { index: 2, count: 3 } }, 'number of shards: 4 and 3'],
])('a shard with %s is refused, and the message says what differs', async (_, changes, message) => {
  const files = [shard(1, cases.slice(0, 2)), shard(2, cases.slice(2, 4), changes)];
  expect((await complaint(files)).startsWith(`shard-1.jsonl and shard-2.jsonl are not of one run: ${message}`), await complaint(files)).toBe(true);
});

test('a name that tells the port of the server is the same name in every shard', async () => {
  const named = (port: number): Partial<RunRecord> => ({ implementations: fixtureRun().implementations.map((each) => ({ ...each, name: `${each.name} on port ${port}` })) });
  const files = [shard(1, cases.slice(0, 2), named(50_051), 2), shard(2, cases.slice(2, 4), named(50_052), 2)];
  expect((await merge(files))[0]).toMatchObject({ cases: 4 });
});

test('where a shard ran does not matter, nor the order of keys', async () => {
  const files = fourShards();
  const implementations = fixtureRun().implementations.map((implementation) => ({ ...implementation, reach: 'elsewhere' }));
  files[3] = shard(4, dealt((i) => i % 4)[3]!, { implementations, options: { suites: [1, 2], strength: 2 }, tool: { ...fixtureRun().tool, node: 'v27', platform: 'darwin arm64' } });
  expect((await merge(files))[0]).toMatchObject({ cases: cases.length });
});

test('a shard given twice, a missing one, and the record of a whole run are refused', async () => {
  const files = fourShards();
  expect(await complaint([files[0]!, files[1]!, files[0]!])).toBe('shard-1.jsonl and shard-1.jsonl are both shard 1');
  expect(await complaint(files.slice(1))).toBe('of 4 shards, 1 is missing (--partial merges the others)');
  expect(await complaint(files.slice(2))).toBe('of 4 shards, 1, 2 are missing (--partial merges the others)');
  expect(await complaint([writeRecord(join(folder, 'run.jsonl'))])).toBe('run.jsonl: is not the record of a shard but of a whole run');
});

test('a case that two shards have is refused', async () => {
  const files = [shard(1, cases.slice(0, 3), {}, 2), shard(2, cases.slice(2), {}, 2)];
  expect(await complaint(files)).toBe(`shard-1.jsonl and shard-2.jsonl both have case ${cases[2]!.id}`);
});

test('with leave to be partial the others are merged, and the end says that some are missing', async () => {
  const warnings: string[] = [];
  const merged = await merge(fourShards().slice(1), { partial: true, warn: (message: string) => warnings.push(message) });
  expect(warnings).toEqual(['of 4 shards, 1 is missing']);
  expect(endOf(merged)).toMatchObject({ interrupted: true, success: false });
  expect((merged[0] as RunRecord).cases).toBe(cases.filter((_, i) => i % 4 !== 0).length);
});

test('a shard that was stopped is refused unless the merge may be partial', async () => {
  const files = fourShards();
  const torn = textOf(fixtureLines(dealt((i) => i % 4)[1]!, { shard: { index: 2, count: 4 } }).slice(0, -1)).slice(0, -20);
  writeFileSync(files[1]!, torn);
  expect(await complaint(files)).toBe('shard-2.jsonl: this shard was stopped before its end (--partial merges what there is)');
  const warnings: string[] = [];
  const merged = await merge(files, { partial: true, warn: (message: string) => warnings.push(message.replaceAll(`${folder}/`, '')) });
  expect(warnings).toEqual([expect.stringMatching(/^shard-2\.jsonl: line \d+, the last, is torn and left out$/), 'shard-2.jsonl: this shard was stopped before its end']);
  expect(endOf(merged).interrupted).toBe(true);
  expect(merged.filter(({ type }) => type === 'case')).toHaveLength(cases.length - 1);
});

test('what the end of a shard says of its cases stands in the merged record, and is counted', async () => {
  const failed = cases.find(({ status, verdict }) => status === 'failed' && verdict !== undefined)!;
  const restated = { [failed.id]: { status: 'expected-failure', observed: 'failed', expectation: { pattern: 'commit', reason: 'known' }, notes: [] } } as const;
  const files = dealt((i) => i % 4).map((own, i) => {
    const lines = fixtureLines(own, { shard: { index: i + 1, count: 4 } });
    return writeRecord(join(folder, `shard-${i + 1}.jsonl`), own.includes(failed) ? [...lines.slice(0, -1), { ...endOf(lines), restated }] : lines);
  });
  const { counts } = endOf(fixtureLines(cases));
  expect(endOf(await merge(files))).toMatchObject({ restated, counts: { ...counts, failed: counts.failed - 1, 'expected-failure': counts['expected-failure'] + 1 } });
});
