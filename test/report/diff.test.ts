import { expect, test } from 'vitest';
import { diffRecords, type Difference } from '../../src/report/diff.ts';
import { diffMarkdown, diffText } from '../../src/report/diff-text.ts';
import { statuses, type CaseRecord, type RecordLine, type Status } from '../../src/report/record/record.ts';
import { fixtureCase, fixtureCases, fixtureLines, streamed } from './fixture.ts';

const diff = (base: readonly RecordLine[], head: readonly RecordLine[]): Promise<Difference> => diffRecords(streamed(base), streamed(head));

const ofStatus = (status: Status): CaseRecord =>
  fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', status, ...(status === 'vacuous' ? { vacuous: ['no path'] } : {}), ...(status === 'failed' ? { failure: { step: 0, cause: 'crash', message: 'gone' } } : {}) });

/** What a case is counted as that had one status and has another. */
const expected: Readonly<Record<Status, Readonly<Partial<Record<Status, keyof Difference>>>>> = {
  passed: { failed: 'regressions', 'unexpected-pass': 'regressions', 'could-not-run': 'regressions', vacuous: 'regressions', 'expected-failure': 'excused', 'not-supported': 'regressions' },
  'expected-failure': { failed: 'regressions', 'unexpected-pass': 'regressions', 'could-not-run': 'regressions', vacuous: 'regressions', 'not-supported': 'verdicts', passed: 'fixes' },
  'not-supported': { failed: 'regressions', 'unexpected-pass': 'regressions', 'could-not-run': 'regressions', vacuous: 'regressions', 'expected-failure': 'verdicts', passed: 'fixes' },
  failed: { 'unexpected-pass': 'verdicts', 'could-not-run': 'verdicts', vacuous: 'verdicts', 'expected-failure': 'excused', 'not-supported': 'fixes', passed: 'fixes' },
  vacuous: { failed: 'verdicts', 'unexpected-pass': 'verdicts', 'could-not-run': 'verdicts', 'expected-failure': 'excused', 'not-supported': 'fixes', passed: 'fixes' },
  'could-not-run': { failed: 'verdicts', 'unexpected-pass': 'verdicts', vacuous: 'verdicts', 'expected-failure': 'excused', 'not-supported': 'fixes', passed: 'fixes' },
  'unexpected-pass': { failed: 'verdicts', 'could-not-run': 'verdicts', vacuous: 'verdicts', 'expected-failure': 'excused', 'not-supported': 'fixes', passed: 'fixes' },
};

const pairs = statuses.flatMap((was) => statuses.map((is) => [was, is] as const));

test.each(pairs)('a case that was %s and is %s', async (was, is) => {
  const difference = await diff(fixtureLines([ofStatus(was)]), fixtureLines([ofStatus(is)]));
  const found = (['regressions', 'fixes', 'verdicts', 'excused'] as const).filter((sort) => difference[sort].length > 0);
  expect(found).toEqual(was === is ? [] : [expected[was][is]]);
  expect(difference.common).toBe(1);
});

/** The fixture, some time later. */
function later(): CaseRecord[] {
  const [kept, broken, otherVerdict, fixed, ...rest] = fixtureCases();
  const now: CaseRecord[] = [
    kept!,
    { ...broken!, status: 'failed', failure: { step: 2, cause: 'timeout', message: 'no answer within 120 s', actor: 'bob', implementation: 'mlspp', rpc: 'JoinGroup', code: 'DEADLINE_EXCEEDED' } },
    { ...otherVerdict!, verdict: { ...otherVerdict!.verdict!, culprit: { implementation: 'native', actor: 'bob' }, requirement: 'R-12.4.3.1-07', summary: 'native as bob rejects a Welcome that is right' } },
    fixtureCase({ script: 'commit/add', alice: 'openmls', bob: 'mlspp' }),
    fixed!,
    ...rest.slice(1, -1),
    fixtureCase({ script: 'messages/protect', alice: 'openmls', bob: 'openmls', suite: 2, status: 'failed', failure: { step: 0, cause: 'crash', message: 'gone' } }),
  ];
  return now.filter(({ id }, i) => now.findIndex((each) => each.id === id) === i);
}

test('the difference between two runs is the golden file, for the terminal and as Markdown', async () => {
  const difference = await diff(fixtureLines(), fixtureLines(later()));
  await expect(diffText(difference)).toMatchFileSnapshot('golden/diff.txt');
  await expect(diffMarkdown(difference)).toMatchFileSnapshot('golden/diff.md');
});

test('the order in which cases ended does not matter', async () => {
  const one = await diff(fixtureLines(), fixtureLines(later()));
  const other = await diff(fixtureLines(fixtureCases().reverse()), fixtureLines(later().reverse()));
  expect(diffText(other)).toBe(diffText(one));
});

test('a run is no different from itself', async () => {
  const difference = await diff(fixtureLines(), fixtureLines());
  expect(diffText(difference)).toBe('11 cases in both: 0 regressions, 0 fixes, 0 other verdicts, 0 expected now; 0 new, 0 gone\n');
});

test('numbers, keys and names of actors make no other verdict', async () => {
  const failed = (message: string): readonly RecordLine[] =>
    fixtureLines([fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', status: 'failed', failure: { step: 2, cause: 'disagreement', message } })]);
  const before = failed('alice has 0123456789abcdef0123, bob has fedcba98765432100000 at epoch 3');
  expect((await diff(before, failed('alice has aaaaaaaaaaaaaaaaaaaa, bob has bbbbbbbbbbbbbbbbbbbb at epoch 12'))).verdicts).toEqual([]);
  expect((await diff(before, failed('bob has 0123456789abcdef0123, alice has fedcba98765432100000 at epoch 3'))).verdicts).toHaveLength(1);
});

test('a rule that is broken in a case that passes makes another verdict', async () => {
  const [, withVerdict] = fixtureCases();
  const { verdict: _, ...without } = withVerdict!;
  const difference = await diff(fixtureLines([without]), fixtureLines([withVerdict!]));
  expect(difference.verdicts).toHaveLength(1);
  expect(diffText(difference)).toContain(': passed\n    mlspp as bob made a KeyPackage at step 1');
  expect((await diff(fixtureLines([withVerdict!]), fixtureLines([withVerdict!]))).verdicts).toEqual([]);
});

test('verdicts are those that the end of a record has', async () => {
  const [, , judged] = fixtureCases();
  const [run, started, line, end] = fixtureLines([judged!]);
  const verdict = { ...judged!.verdict!, requirement: 'R-10-10', summary: 'it is another rule' };
  const revised = [run!, started!, line!, { ...end!, revised: { [judged!.id]: verdict } } as RecordLine];
  expect((await diff(revised, fixtureLines([{ ...judged!, verdict }]))).verdicts).toEqual([]);
  expect((await diff(fixtureLines([judged!]), revised)).verdicts).toMatchObject([{ head: { verdict } }]);
});

test('that a run was stopped is said, since cases may be missing for that', async () => {
  const difference = await diff(fixtureLines(), fixtureLines().slice(0, -3));
  expect(difference.interrupted).toEqual(['head']);
  expect(diffText(difference)).toContain('note: head was stopped before its end; cases that it lacks may just not have been run\n');
  expect(difference.gone).toHaveLength(1);
});

test('two runs of different things are noticed', async () => {
  const difference = await diff(fixtureLines([fixtureCase({ script: 'a/b', alice: 'x', bob: 'y' })]), fixtureLines());
  expect(diffText(difference)).toContain('note: the two have no case in common; are they runs of the same scripts and implementations?\n');
});
