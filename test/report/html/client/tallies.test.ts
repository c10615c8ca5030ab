import { expect, test } from 'vitest';
import { byImplementation, countsOf, exchangeTally } from '../../../../src/report/html/client/tallies.ts';
import { packRow } from '../../../../src/report/html/pack.ts';
import type { CaseRow } from '../../../../src/report/html/page-data.ts';
import { makeCase } from '../fixture.ts';

const row = (result: Parameters<typeof makeCase>[0], exchanges: Partial<CaseRow> = {}): CaseRow => ({ ...packRow(makeCase(result), { block: undefined, kind: undefined }), ...exchanges });
const blame = (implementation: string) => ({ finding: 'culprit', culprit: { implementation, actor: 'bob' }, step: 1, summary: '', evidence: [] }) as const;

test('an implementation is marked by what is its own fault, or nobody\'s known one', () => {
  const cases = [
    row({ script: 'commits/add', status: 'passed', played: ['ours', 'mlspp'] }),
    row({ script: 'commits/add', status: 'failed', played: ['mlspp', 'ours'], verdict: blame('mlspp') }),
    row({ script: 'commits/add', status: 'vacuous', played: ['openmls', 'mlspp'] }),
  ];
  const tallies = byImplementation(cases);
  expect(tallies.get('ours')).toEqual({ passed: 1, run: 2, worst: 'failed', ownWorst: 'passed' });
  expect(tallies.get('mlspp')).toEqual({ passed: 1, run: 3, worst: 'failed', ownWorst: 'failed' });
  expect(tallies.get('openmls')).toEqual({ passed: 0, run: 1, worst: 'vacuous', ownWorst: 'vacuous' });
});

test('what an implementation leaves undone marks it and nobody else', () => {
  const cases = [row({ script: 'commits/add', status: 'vacuous', played: ['openmls', 'mlspp'], vacuous: ['no PSK'], vacuousBy: ['mlspp'] })];
  expect([...byImplementation(cases)].map(([label, { ownWorst }]) => [label, ownWorst])).toEqual([['openmls', 'passed'], ['mlspp', 'vacuous']]);
});

test('an implementation that plays two actors of a case counts once', () => {
  expect(byImplementation([row({ script: 'commits/add', status: 'passed', played: ['ours'] })]).get('ours')!.run).toBe(1);
});

test('a row says that one implementation played everybody', () => {
  expect(row({ script: 'commits/add', status: 'passed', played: ['ours'], self: true }).self).toBe(true);
  expect(row({ script: 'commits/add', status: 'passed', played: ['ours', 'mlspp'] })).not.toHaveProperty('self');
});

test('statuses are counted from worst to best', () => {
  const cases = (['passed', 'not-supported', 'failed', 'passed'] as const).map((status) => row({ script: 'commits/add', status, played: ['ours'] }));
  expect(countsOf(cases)).toEqual([['failed', 1], ['not-supported', 1], ['passed', 2]]);
});

test('of a contested case nobody is marked alone, and who is accused is said', () => {
  const there = { sender: 'mlspp', receiver: 'ours' };
  const verdict = { ...blame('mlspp'), finding: 'contested' } as const;
  const failure = { step: 1, cause: 'refused', message: '', actor: 'bob', implementation: 'ours' } as const;
  const cases = [row({ script: 'commits/add', status: 'failed', played: ['mlspp', 'ours'], verdict, failure }, { exchanges: [there], broke: there })];
  expect([...byImplementation(cases).values()].map(({ ownWorst }) => ownWorst)).toEqual(['failed', 'failed']);
  expect(exchangeTally(cases, there).blamed).toEqual([['contested: mlspp accused', 1]]);
});

test('an exchange counts the cases that failed at its messages and says whom the referee blames', () => {
  const there = { sender: 'ours', receiver: 'mlspp' };
  const back = { sender: 'mlspp', receiver: 'ours' };
  const cases = [
    row({ script: 'commits/add', status: 'passed', played: ['ours', 'mlspp'] }, { exchanges: [there, back] }),
    row({ script: 'commits/add', status: 'failed', played: ['ours', 'mlspp'], verdict: blame('ours') }, { exchanges: [there], broke: there }),
    row({ script: 'commits/add', status: 'expected-failure', played: ['ours', 'mlspp'] }, { exchanges: [there], broke: there }),
    row({ script: 'commits/add', status: 'not-supported', played: ['ours', 'mlspp'] }, { exchanges: [there], broke: there }),
  ];
  const { cases: count, broken, blamed } = exchangeTally(cases, there);
  expect([count, broken.length, blamed]).toEqual([4, 2, [['ours', 1], ['undecided', 1]]]);
  expect(exchangeTally(cases, back)).toEqual({ cases: 1, broken: [], blamed: [] });
});
