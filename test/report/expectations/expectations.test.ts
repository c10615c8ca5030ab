import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseExpectations } from '../../../src/report/expectations/expectation-file.ts';
import { applyExpectations, expectationsJsonSchema, staleExpectations, unknownNames, type ExpectationSet } from '../../../src/report/expectations/expectations.ts';
import { statuses, type CaseRecord, type Status } from '../../../src/report/record/record.ts';
import { projectRoot } from '../../support/data.ts';
import { fixtureCase } from '../fixture.ts';

const today = new Date('2026-05-17T12:00:00Z');

const setOf = (files: Readonly<Record<string, string>>): ExpectationSet => Object.entries(files).map(([name, text]) => parseExpectations(`expectations/${name}.yaml`, text).expectations);

const failed = (changes: Partial<CaseRecord> = {}): CaseRecord => {
  const { actors: _, script: __, ...rest } = changes;
  return fixtureCase({
    script: 'commit/add',
    alice: 'native',
    bob: 'openmls',
    status: 'failed',
    failure: { step: 2, cause: 'refused', message: 'no ratchet tree', actor: 'bob', implementation: 'openmls' },
    ...rest,
  });
};
const passed = fixtureCase({ script: 'commit/add', alice: 'native', bob: 'openmls' });
const vacuous = failed({ status: 'vacuous', vacuous: ['not so: the Commit has a path'], failure: undefined });

const entry = (more = ''): string => `- pattern: commit/**\n  reason: no trees\n${more}`;
const apply = (text: string, result: CaseRecord, name = 'openmls'): CaseRecord => applyExpectations(setOf({ [name]: text }), result, today);

test('a failure that is expected is one, and what was observed is kept', () => {
  expect(apply(entry('  issue: https://example.org/1\n'), failed())).toEqual({
    ...failed(),
    status: 'expected-failure',
    observed: 'failed',
    expectation: { pattern: 'commit/**', reason: 'no trees', issue: 'https://example.org/1' },
  });
  expect(apply(entry(), vacuous)).toMatchObject({ status: 'expected-failure', observed: 'vacuous' });
});

test('what another leaves undone is not excused', () => {
  expect(apply(entry(), { ...vacuous, vacuousBy: ['openmls'] }).status).toBe('expected-failure');
  const others = apply(entry(), { ...vacuous, vacuousBy: ['native'] });
  expect(others).toMatchObject({ status: 'vacuous', notes: [expect.stringContaining('does not apply: the culprit is native')] });
  expect(apply(entry(), { ...vacuous, vacuousBy: ['native'] }, '_all').status).toBe('expected-failure');
});

test('a case that passes though it is expected to fail is an unexpected pass', () => {
  expect(apply(entry(), passed)).toEqual({ ...passed, status: 'unexpected-pass', observed: 'passed', expectation: { pattern: 'commit/**', reason: 'no trees' } });
});

test.each([
  ['flaky of the entry', entry('  flaky: true\n')],
  ['may-pass of the entry', entry('  may-pass: true\n')],
  ['flaky of the file', `flaky: true\nexpectations:\n${entry()}`],
  ['may-pass of the file', `may-pass: true\nexpectations:\n${entry()}`],
])('%s lets a case pass, and excuses it all the same when it fails', (_, text) => {
  expect(apply(text, passed)).toBe(passed);
  expect(apply(text, failed()).status).toBe('expected-failure');
});

test('of two entries that match a case which passes, one that does not tolerate it is enough', () => {
  expect(apply(`${entry('  flaky: true\n')}${entry()}`, passed).status).toBe('unexpected-pass');
});

const untouched: readonly Status[] = ['could-not-run', 'not-supported', 'expected-failure', 'unexpected-pass'];

test.each(untouched)('what is %s stays so', (status) => {
  const result = failed({ status });
  expect(apply(entry(), result)).toBe(result);
});

test('every status is either touched or not', () => {
  expect(statuses.filter((status) => !untouched.includes(status)).sort()).toEqual(['failed', 'passed', 'vacuous']);
});

test('an entry is for cases in which its implementation plays a part', () => {
  expect(apply(entry(), failed(), 'mlspp')).toEqual(failed());
  expect(apply(entry(), failed(), 'native').status).toBe('expected-failure');
  expect(apply(entry(), failed(), '_all').status).toBe('expected-failure');
  expect(apply('- pattern: messages/**\n  reason: x\n', failed())).toEqual(failed());
});

test('an entry of one status does not excuse the other, and the case says why', () => {
  const note = 'the expectation at expectations/openmls.yaml:1 (no trees) does not apply: is of vacuous cases, this one is failed';
  expect(apply(entry('  status: vacuous\n'), failed())).toEqual({ ...failed(), notes: [note] });
  expect(apply(entry('  status: vacuous\n'), vacuous).status).toBe('expected-failure');
  expect(apply(entry('  status: failed\n'), vacuous).status).toBe('vacuous');
});

const verdict = { finding: 'culprit', step: 2, requirement: 'R-12.4.3.1-05', differs: 'tree hash', summary: 'openmls leaves out the tree', evidence: [] } as const;

test.each([
  ['the message of the failure', '^no ratchet', failed()],
  ["the verdict's summary", 'leaves out', failed({ verdict })],
  ["the verdict's requirement", 'R-12\\.4\\.3\\.1-05', failed({ verdict })],
  ['what differs', '^tree hash$', failed({ verdict })],
  ['what is vacuous', 'has a path$', vacuous],
])('match is held against %s', (_, match, result) => {
  expect(apply(entry(`  match: '${match}'\n`), result).status).toBe('expected-failure');
});

test('a failure that match does not fit stays one, and says so', () => {
  const result = apply(entry("  match: 'no \\w+ hash'\n"), failed({ notes: ['before'] }));
  expect(result.status).toBe('failed');
  expect(result.notes).toEqual(['before', 'the expectation at expectations/openmls.yaml:1 (no trees) does not apply: nothing here matches /no \\w+ hash/']);
});

test('another entry may excuse what the first does not', () => {
  const result = apply(`${entry('  status: vacuous\n')}- pattern: '**/bob=openmls'\n  reason: never\n- pattern: '*/add'\n  reason: the second\n`, failed());
  expect(result).toMatchObject({ status: 'expected-failure', expectation: { reason: 'the second' }, notes: [] });
});

test.each([
  ['2026-05-16', false],
  ['2026-05-17', true],
  ['2026-05-18', true],
])('on 2026-05-17 an entry that expires on %s applies: %s', (expires, applies) => {
  const text = entry(`  expires: ${expires}\n`);
  const note = `the expectation at expectations/openmls.yaml:1 (no trees) does not apply: expired on ${expires}`;
  expect(apply(text, failed())).toEqual(applies ? expect.objectContaining({ status: 'expected-failure' }) : { ...failed(), notes: [note] });
  expect(apply(text, passed)).toEqual(applies ? expect.objectContaining({ status: 'unexpected-pass' }) : { ...passed, notes: [note] });
});

test('applying expectations changes nothing that it is given', () => {
  const result = Object.freeze(failed({ notes: Object.freeze([]) as never }));
  apply(entry('  status: vacuous\n'), result);
  apply(entry(), result);
  expect(result).toEqual(failed());
});

const blaming = (implementation: string, finding: 'culprit' | 'contested' = 'culprit') => failed({ verdict: { ...verdict, finding, culprit: { implementation, actor: 'alice' } } });

test('an entry excuses its own implementation, not what a verdict lays at the door of another', () => {
  expect(apply(entry(), blaming('openmls')).status).toBe('expected-failure');
  expect(apply(entry(), blaming('native'))).toEqual({
    ...blaming('native'),
    notes: ['the expectation at expectations/openmls.yaml:1 (no trees) does not apply: the culprit is native'],
  });
  expect(apply(entry(), blaming('native', 'contested')).status).toBe('expected-failure');
  expect(apply(entry(), blaming('native'), '_all').status).toBe('expected-failure');
});

test('a file of no implementation of the run is told', () => {
  expect(unknownNames(setOf({ _all: '[]', openmls: '[]', opnemls: '[]' }), ['native', 'openmls'])).toEqual([
    'expectations/opnemls.yaml: this run has no implementation opnemls, only native, openmls',
  ]);
});

const text = '- pattern: commit/**\n  reason: x\n- pattern: messages/protect\n  reason: x\n- pattern: messages/portect\n  reason: x\n';
const full = [passed, fixtureCase({ script: 'messages/protect', alice: 'openmls', bob: 'native' })];

test('an entry that matches no case of the run is stale: a warning, or an error when it could match none at all', () => {
  expect(staleExpectations(setOf({ openmls: text }), [passed], full).map(({ severity, message }) => [severity, message])).toEqual([
    ['warning', 'expectations/openmls.yaml:3: pattern messages/protect matches no case of this run'],
    ['error', 'expectations/openmls.yaml:5: pattern messages/portect matches no case, not even in a full run'],
  ]);
  expect(staleExpectations(setOf({ openmls: text }), [passed]).map(({ severity }) => severity)).toEqual(['warning', 'warning']);
});

test('a case counts for an entry only when its implementation plays, and files of implementations that play nowhere are passed over', () => {
  const elsewhere = fixtureCase({ script: 'messages/protect', alice: 'native', bob: 'native' });
  expect(staleExpectations(setOf({ openmls: text }), [passed, elsewhere]).map(({ entry: { line } }) => line)).toEqual([3, 5]);
  expect(staleExpectations(setOf({ mlspp: text }), full)).toEqual([]);
  expect(staleExpectations(setOf({ _all: text }), full)).toHaveLength(1);
});

test('the published schema is current: mls-interop expect schema > schema/expectations.schema.json', () => {
  expect(JSON.parse(readFileSync(join(projectRoot, 'schema/expectations.schema.json'), 'utf8'))).toEqual(expectationsJsonSchema());
});
