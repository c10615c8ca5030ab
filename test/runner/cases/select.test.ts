import { expect, test } from 'vitest';
import { select } from '../../../src/runner/cases/select.ts';

const cases = ['commit/add/suite:1', 'commit/add/suite:2', 'commit/remove/suite:1', 'reinit/plain/suite:1'].map((id) => ({ id }));
const selected = (run: string[], skip: string[] = []) => select(cases, { run, skip }).map(({ id }) => id);

test('without patterns all cases run', () => {
  expect(selected([])).toEqual(cases.map(({ id }) => id));
});

test('a case runs when one of several patterns matches it, in the order of the cases', () => {
  expect(selected(['reinit', 'commit/*/suite:1'])).toEqual(['commit/add/suite:1', 'commit/remove/suite:1', 'reinit/plain/suite:1']);
});

test('a case that is skipped does not run, even when another pattern wants it', () => {
  expect(selected([], ['**/suite:1'])).toEqual(['commit/add/suite:2']);
  expect(selected(['commit'], ['commit/add'])).toEqual(['commit/remove/suite:1']);
});

test('a pattern that matches nothing is named, with what is near it', () => {
  expect(() => selected(['commit', 'comit/add'])).toThrow('pattern "comit/add" matches none of the 4 cases; near it: commit reinit');
  expect(() => selected([], ['commit/ad'])).toThrow('pattern "commit/ad" matches none of the 4 cases; near it: commit/add commit/remove');
});

test('a skip pattern counts as matching even where no run pattern does', () => {
  expect(selected(['commit'], ['reinit'])).toHaveLength(3);
});
