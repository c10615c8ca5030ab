import { expect, test } from 'vitest';
import { chosenViolations, selectViolations } from '../../src/cli/hostile.ts';
import { undrivenOf } from '../../src/report/summary/requirement-table.ts';
import { absent } from '../../src/runner/implementations/absent.ts';

function coverageOf(...run: string[]): string[] {
  const options = { seed: '1', strength: 2, self: true, suite: [1], run } as const;
  return selectViolations(options, chosenViolations([], options), [absent('one', [1])]).coverage.map(({ text }) => text);
}

test.each([
  ['R-6-08/a_proposal_of_a_foreign_group', /^1 violation of 1 requirement, 1 of the \d+ that a peer can break; /],
  ['R-12.4.2-*', /^\d+ violations of \d+ requirements, \d+ of the \d+ that a peer can break; /],
])('the coverage of %s counts in words that fit', (pattern, words) => {
  expect(coverageOf(pattern)[0]).toMatch(words);
});

test('the coverage lists what is not driven with the reason, as reports read it', () => {
  const [, ...rest] = coverageOf('R-6-08/**');
  expect(rest.length).toBeGreaterThan(1);
  expect(rest.map(undrivenOf)).not.toContain(undefined);
});
