import { expect, test } from 'vitest';
import { coverageLines, endedCases } from '../../../src/report/summary/coverage-text.ts';
import { fixtureCases, fixtureEnd, fixtureRun } from '../fixture.ts';

const run = fixtureRun({ cases: 3, coverage: ['every pair: 6 of 6'] });
const ended = fixtureCases().filter(({ status }) => status !== 'could-not-run').slice(0, 3);
const unable = fixtureCases().filter(({ status }) => status === 'could-not-run');

test.each([
  ['all cases have ended', run, fixtureEnd(ended), 'every pair: 6 of 6'],
  ['the run was stopped', run, { ...fixtureEnd(ended.slice(1)), interrupted: true as const }, 'planned: every pair: 6 of 6'],
  ['cases are missing', run, fixtureEnd(ended.slice(1)), 'planned: every pair: 6 of 6'],
  ['one of them could not run', run, fixtureEnd([...ended.slice(1), ...unable]), 'planned: every pair: 6 of 6'],
  ['it is a shard', { ...run, shard: { index: 1, count: 4 } }, fixtureEnd(ended), 'planned for all 4 shards together: every pair: 6 of 6'],
])('when %s, coverage says no more than that', (_, of, end, line) => {
  expect(coverageLines(of, end)).toEqual([line]);
});

test('cases have ended whatever became of them', () => {
  expect(endedCases(fixtureEnd([...ended, ...unable]))).toBe(4);
});
