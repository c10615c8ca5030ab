import { expect, test } from 'vitest';
import type { CaseRecord, FailureRecord } from '../../../src/report/record/record.ts';
import { cellText, RequirementTally, undrivenOf, undrivenText, worstOf, type Reaction } from '../../../src/report/summary/requirement-table.ts';

type Outcome = Pick<CaseRecord, 'status' | 'observed' | 'remark'> & { readonly cause?: FailureRecord['cause'] };

const result = (script: string, target: string, { cause, ...outcome }: Outcome): CaseRecord => ({
  type: 'case',
  id: `${script}/suite:1/wire:public/target=${target}`,
  script,
  suite: 1,
  wire: 'public',
  actors: { target },
  ...outcome,
  ...(cause === undefined ? {} : { failure: { step: 1, cause, message: 'so' } }),
  vacuous: [],
  unjudged: [],
  notes: [],
  judged: { steps: 0, of: 0 },
  started: '2026-01-01T00:00:00.000Z',
  milliseconds: 1,
});

const implementations = ['one', 'two'].map((label) => ({ label, name: label, reach: '', suites: [1], features: [], ours: false }));

test('a cell counts what was rejected, and shows the worst of the rest first', () => {
  const tally = new RequirementTally({ implementations });
  tally.add(result('R-6.1-12/a', 'one', { status: 'passed' }));
  tally.add(result('R-6.1-12/b', 'one', { status: 'failed', cause: 'accepted' }));
  tally.add(result('R-6.1-12/c', 'one', { status: 'failed', cause: 'crash' }));
  const [row] = tally.rows();
  expect(row!.cells.map((cell) => cell && cellText(cell))).toEqual(['1/3, 1 crashed, 1 accepted', undefined]);
  expect(worstOf(row!.cells[0]!)).toBe('crashed');
});

test('requirements come in the order of the RFC, and count as upheld when no violation was taken', () => {
  const tally = new RequirementTally({ implementations });
  for (const script of ['R-12.2-03/a', 'R-7.3-02/a', 'R-6-08/a', 'R-6.1-12/a']) tally.add(result(script, 'two', { status: 'passed' }));
  tally.add(result('R-6-08/b', 'two', { status: 'vacuous' }));
  expect(tally.rows().map(({ requirement }) => requirement)).toEqual(['R-6-08', 'R-6.1-12', 'R-7.3-02', 'R-12.2-03']);
  expect(tally.totals()).toEqual([
    { label: 'one', upheld: 0, of: 0 },
    { label: 'two', upheld: 3, of: 4 },
  ]);
});

test('a row has its violations one by one, in an order that does not depend on which case ended first', () => {
  const scripts = ['R-6-08/b', 'R-6-08/a', 'R-2.1-02/c'];
  const told = [scripts, scripts.toReversed()].map((order) => {
    const tally = new RequirementTally({ implementations });
    for (const script of order) for (const label of ['one', 'two']) tally.add(result(script, label, script === 'R-6-08/a' && label === 'two' ? { status: 'failed', cause: 'accepted' } : { status: 'passed' }));
    return tally.rows().map((row) => [row.requirement, ...row.scripts.map(({ script, cells }) => [script, ...cells.map((cell) => cell && cellText(cell))])]);
  });
  expect(told[0]).toEqual([
    ['R-2.1-02', ['R-2.1-02/c', '1/1', '1/1']],
    ['R-6-08', ['R-6-08/a', '1/1', '0/1, 1 accepted'], ['R-6-08/b', '1/1', '1/1']],
  ]);
  expect(told[1]).toEqual(told[0]);
});

test.each([
  { requirements: ['R-7.3-04'], why: 'no rpc makes a client list: so it is' },
  { requirements: ['R-12.2-16', 'R-13.2-01'], why: 'no rpc' },
])('what was not driven can be read from the coverage: %o', (undriven) => {
  expect(undrivenOf(undrivenText(undriven))).toEqual(undriven);
});

test.each(['576 violations of 196 requirements', 'not driven', 'not driven: what we had no time for', 'not driven: R-7.3-04', 'R-7.3-04: so it is'])('%j is no line about what was not driven', (line) => {
  expect(undrivenOf(line)).toBeUndefined();
});

test('what RFC 9420 leaves open, and a call that was cut off, break no requirement', () => {
  const tally = new RequirementTally({ implementations });
  tally.add(result('R-2.1-02/a', 'one', { status: 'passed', remark: 'lenient' }));
  tally.add(result('R-2.1-02/b', 'one', { status: 'passed', remark: 'cut off' }));
  tally.add(result('R-2.1-02/c', 'one', { status: 'passed' }));
  expect(cellText(tally.rows()[0]!.cells[0]!)).toBe('1/3, 1 cut off, 1 lenient');
  expect(tally.totals()[0]).toEqual({ label: 'one', upheld: 1, of: 1 });
});

test.each<[Outcome, Reaction]>([
  [{ status: 'passed' }, 'rejected'],
  [{ status: 'unexpected-pass', observed: 'passed' }, 'rejected'],
  [{ status: 'passed', remark: 'lenient' }, 'lenient'],
  [{ status: 'passed', remark: 'cut off' }, 'cut off'],
  [{ status: 'failed', cause: 'accepted' }, 'accepted'],
  [{ status: 'expected-failure', observed: 'failed', cause: 'accepted' }, 'accepted'],
  [{ status: 'failed', cause: 'unusable' }, 'stuck'],
  [{ status: 'failed', cause: 'crash' }, 'crashed'],
  [{ status: 'failed', cause: 'timeout' }, 'hung'],
  [{ status: 'vacuous' }, 'vacuous'],
  [{ status: 'not-supported', cause: 'unsupported' }, 'not supported'],
  [{ status: 'could-not-run', cause: 'unreachable' }, 'could not run'],
])('%o counts as %s', (outcome, reaction) => {
  const tally = new RequirementTally({ implementations });
  tally.add(result('R-6-08/a', 'one', outcome));
  expect([...tally.rows()[0]!.cells[0]!.counts]).toEqual([[reaction, 1]]);
});
