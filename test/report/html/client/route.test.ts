import { expect, test } from 'vitest';
import { caseLink, casesLink, parseRoute } from '../../../../src/report/html/client/route.ts';
import { hostile } from '../fixture.ts';

test.each(['commits/add/suite:1/wire:private/alice=ours,bob=mlspp', hostile, 'a?b#c%41&d', 'ä/ö'])('a link to the case %j leads to it, whatever its id has', (id) => {
  const { page, id: found, query } = parseRoute(caseLink(id, { status: 'failed', call: '1,2' }));
  expect([page, found, query.get('status'), query.get('call')]).toEqual(['case', id, 'failed', '1,2']);
});

test('links to cases stay readable', () => {
  expect(caseLink('commits/add/suite:1/wire:private/alice=ours,bob=mlspp')).toBe('#/case/commits/add/suite:1/wire:private/alice=ours,bob=mlspp');
  expect(casesLink({ script: 'commits/add', status: 'failed,vacuous', text: '' })).toBe('#/cases?script=commits/add&status=failed,vacuous');
});

test('filters survive a link', () => {
  const filters = { text: `${hostile}&=#?`, pair: 'a>b' };
  expect(Object.fromEntries(parseRoute(casesLink(filters)).query)).toEqual(filters);
});

test.each(['', '#', '#/', '#/nothing', '#/case', '#/case/'])('%j is the overview', (hash) => {
  expect(parseRoute(hash).page).toBe('overview');
});

test('an id whose escapes are broken is taken as it stands', () => {
  expect(parseRoute('#/case/100%/x').id).toBe('100%/x');
});
