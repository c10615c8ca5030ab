import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mergedRun } from '../../src/cli/merged-run.ts';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { parseExpectations } from '../../src/report/expectations/expectation-file.ts';
import { applyExpectations } from '../../src/report/expectations/expectations.ts';
import type { CaseRecord, EndRecord, RecordLine } from '../../src/report/record/record.ts';
import { Tally } from '../../src/report/record/tally.ts';
import { Matrix } from '../../src/runner/referee/matrix.ts';
import { Revision } from '../../src/runner/revise.ts';
import { collected, fixtureCase, fixtureEnd, fixtureLines, fixtureRun, writeRecord } from '../report/fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-merged-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Bob refuses the Commit of mlspp and nobody can tell why, or he takes it. */
function handing(bob: string, suite: number, refuses: boolean): CaseRecord {
  const refused = { implementation: bob, actor: 'bob' };
  const common = { step: 2, milliseconds: 1 };
  const calls = [
    { ...common, actor: 'alice', implementation: 'mlspp', rpc: 'Commit', request: {}, response: { commit: 'Qw==' } },
    { ...common, ...refused, rpc: 'HandleCommit', request: { commit: 'Qw==' }, ...(refuses ? { error: { code: 'INVALID_ARGUMENT', message: 'no' } } : { response: { state_id: 1 } }) },
  ];
  const played = { script: 'commit/add', alice: 'mlspp', bob, suite, calls };
  if (!refuses) return fixtureCase(played);
  const quarrel = { kind: 'commit', step: 2, sender: { implementation: 'mlspp', actor: 'alice' }, accepted: [], refused: [refused] } as const;
  const failure = { step: 2, cause: 'refused', message: 'no', actor: 'bob', rpc: 'HandleCommit' } as const;
  return fixtureCase({ ...played, status: 'failed', failure, verdict: { finding: 'unknown', step: 2, summary: 'undecided: who is right?', evidence: [], quarrel } });
}

const cases = [
  // Decided by the first shard alone as by all: the receiver. But then a third refuses as well.
  handing('native', 1, true),
  handing('openmls', 1, false),
  // Decided by both shards together only: the sender.
  handing('native', 2, true),
  handing('openmls', 2, true),
  handing('other', 1, true),
];
const dealt = (which: readonly number[]): CaseRecord[] => which.map((i) => cases[i]!);
const shards = [dealt([0, 1, 2]), dealt([3, 4])];

function revisedBy(of: readonly CaseRecord[]): EndRecord['revised'] {
  const matrix = new Matrix(nativeProvider(), fixtureRun().implementations);
  for (const each of of) matrix.add(each);
  return matrix.revised();
}

const written = (index: number, of: readonly CaseRecord[], revised = revisedBy(of)): string => {
  const lines = fixtureLines(of, { shard: { index, count: 2 } }).slice(0, -1);
  return writeRecord(join(folder, `shard-${index}.jsonl`), [...lines, { ...fixtureEnd(of), ...(revised && { revised }) }]);
};
const endOf = (lines: readonly RecordLine[]): EndRecord => lines.at(-1) as EndRecord;

test('the verdicts of all shards together are those of one run, not those of each shard', async () => {
  const warnings: string[] = [];
  const files = shards.map((of, i) => written(i + 1, of));
  const { revised } = endOf(await collected(await mergedRun(files, { warn: (message) => warnings.push(message) })));
  expect(revised).toEqual(revisedBy(cases));
  expect(warnings).toEqual([]);
  expect(revised).toMatchObject({ [cases[2]!.id]: { finding: 'culprit', culprit: { implementation: 'mlspp' } }, [cases[3]!.id]: { finding: 'culprit' } });
  // What the first shard decided by itself does not stand.
  expect(revisedBy(shards[0]!)).toMatchObject({ [cases[0]!.id]: { finding: 'culprit', culprit: { implementation: 'native' } } });
  expect(revised).not.toHaveProperty([cases[0]!.id]);
});

test('the order of the shards does not matter', async () => {
  const files = shards.map((of, i) => written(i + 1, of));
  expect(endOf(await collected(await mergedRun(files.toReversed())))).toEqual(endOf(await collected(await mergedRun(files))));
  expect(revisedBy(cases.toReversed())).toEqual(revisedBy(cases));
});

test('without the calls of all cases each shard’s verdicts stand, which is said once', async () => {
  const warnings: string[] = [];
  const bare = shards.map((of) => of.map(({ calls: _, ...rest }) => rest));
  const files = bare.map((of, i) => written(i + 1, of, revisedBy(shards[i]!)));
  const { revised } = endOf(await collected(await mergedRun(files, { warn: (message) => warnings.push(message) })));
  expect(revised).toEqual({ ...revisedBy(shards[0]!), ...revisedBy(shards[1]!) });
  expect(warnings).toEqual(['verdicts are weighed within each shard only, as the calls of some cases are not in the records']);
});

test('where something was expected of a case that all shards together judge otherwise than its own, that is said', async () => {
  const warnings: string[] = [];
  const of = (entries: readonly CaseRecord[]) => entries.map((each) => ({ ...each, notes: ['the expectation at native.yaml:1 (known) does not apply: the culprit is mlspp'] }));
  const files = [written(1, of(shards[0]!), revisedBy(shards[0]!)), written(2, shards[1]!)];
  await collected(await mergedRun(files, { warn: (message) => warnings.push(message) }));
  expect(warnings).toEqual([expect.stringMatching(/^the shards together say otherwise about \d cases of which something was expected, such as commit\/add\/suite:1.*; their statuses are those of their shards$/)]);
});

test('expectations of the whole run are applied to what was observed, in the light of the verdicts of all shards', async () => {
  const { expectations } = parseExpectations('mlspp.yaml', '- { pattern: commit/*/suite:2, reason: its Commits are wrong, may-pass: true }\n');
  const judge = (result: CaseRecord): CaseRecord => applyExpectations([expectations], result, new Date());
  // What a shard expected does not count.
  const shardsWords = { status: 'expected-failure', observed: 'failed', expectation: { pattern: 'commit/add', reason: 'known' } } as const;
  const files = [written(1, shards[0]!.map((each) => (each.status === 'failed' ? { ...each, ...shardsWords } : each))), written(2, shards[1]!)];
  const lines = await collected(await mergedRun(files, { judge }));
  const end = endOf(lines);
  expect(end).toMatchObject({ success: false, revised: revisedBy(cases) });

  const whole = new Revision(judge);
  const tally = new Tally();
  for (const each of cases) {
    tally.add(judge(each));
    whole.add(each, judge(each));
  }
  const matrix = new Matrix(nativeProvider(), fixtureRun().implementations);
  for (const each of cases) matrix.add(each);
  const { restated } = whole.end(matrix, tally);
  expect(end.restated).toEqual(restated);
  expect(end.counts).toEqual(tally.end(0).counts);
});
