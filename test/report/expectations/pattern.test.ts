import { expect, test } from 'vitest';
import { compilePattern, nearPatterns, PatternError } from '../../../src/report/expectations/pattern.ts';

const id = 'commit/add/suite:1/wire:private/alice=openmls,bob=ml.spp+2';

test.each([
  ['commit', 'a first component'],
  ['commit/add', 'whole components from the start'],
  ['commit/add/', 'the same with a slash at the end'],
  [id, 'the id itself'],
  ['*/add', 'any first component'],
  ['co*it/a*', 'part of a component'],
  ['commit/*/suite:1', 'any component between'],
  ['**', 'all ids'],
  ['**/wire:private', 'any components before'],
  ['commit/**/wire:private', 'two components between'],
  ['commit/add/**/suite:1', 'no component between'],
  ['**/alice=openmls,*', 'the start of the cast'],
  ['**/*,bob=ml.spp+2', 'the end of the cast'],
  ['**/*=openmls*', 'the middle of the cast'],
  ['**/add/**/wire:*/**', 'several of any number'],
])('%s matches: %s', (pattern) => {
  expect(compilePattern(pattern)(id)).toBe(true);
});

test.each([
  ['commit/ad', 'a component is matched whole'],
  ['add', 'a pattern starts at the start'],
  ['commit/suite:1', 'no component is left out'],
  ['*/suite:1', 'one star is one component'],
  ['commit/*/wire:private', 'one star is one component'],
  ['commit/add/suite:?', 'a question mark is itself'],
  ['**/alice=openmls,bob=mlxspp+2', 'a dot is itself'],
  ['**/alice=openmls', 'a cast is one component'],
  [`${id}/more`, 'an id ends where it ends'],
  ['commit/add/**/add', 'the last component has to be there'],
  ['Commit', 'case counts'],
])('%s does not match: %s', (pattern) => {
  expect(compilePattern(pattern)(id)).toBe(false);
});

test.each([['', 'nothing'], ['/commit', 'nothing'], ['commit//add', 'nothing'], ['/', 'nothing'], ['commit/a**', '** stands alone']])('%j is no pattern', (pattern, reason) => {
  expect(() => compilePattern(pattern)).toThrow(PatternError);
  expect(() => compilePattern(pattern)).toThrow(reason);
});

const ids = ['commit/add/suite:1/wire:public/a=x', 'commit/add/suite:2/wire:private/a=x', 'commit/update/suite:1/wire:public/a=x', 'reinit/add/suite:1/wire:public/a=x'];

test.each([
  ['comit', ['commit', 'reinit']],
  ['commit/ad/suite:1', ['commit/add', 'commit/update']],
  ['reinit/add/suite:2', ['reinit/add/suite:1']],
  ['commit/add/suite:1/wire:private', ['commit/add/suite:1/wire:public']],
  ['reinit/**/wire:publik', ['reinit/**/wire:public', 'reinit/**/suite:1', 'reinit/**/a=x']],
  ['commit/add/suite:1/wire:public/a=x/more', []],
])('near %s lie %j', (pattern, near) => {
  expect(nearPatterns(pattern, ids)).toEqual(near);
  for (const each of near) expect(ids.some(compilePattern(each))).toBe(true);
});
