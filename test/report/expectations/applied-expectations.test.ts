import { expect, test } from 'vitest';
import { AppliedExpectations } from '../../../src/report/expectations/applied-expectations.ts';
import { parseExpectations } from '../../../src/report/expectations/expectation-file.ts';
import type { CaseRecord } from '../../../src/report/record/record.ts';
import { fixtureCase } from '../fixture.ts';

const text = '- { pattern: commit, reason: no paths, match: path, may-pass: true }\n- { pattern: commit, reason: no trees, match: tree, may-pass: true }\n';
const applied = (): AppliedExpectations => new AppliedExpectations([parseExpectations('expectations/openmls.yaml', text).expectations], new Date('2026-05-17'));

const passed = fixtureCase({ script: 'commit/add', alice: 'native', bob: 'openmls' });
const failing = (message: string): CaseRecord => ({ ...passed, id: `${passed.id},${message}`, status: 'failed', failure: { step: 2, cause: 'refused', message, actor: 'bob', implementation: 'openmls' } });

test('an entry that excuses none of the cases that it matches is told, with how many they are', () => {
  const expectations = applied();
  expect([passed, failing('no path'), failing('no sense')].map((each) => expectations.judge(each).status)).toEqual(['passed', 'expected-failure', 'failed']);
  expect(expectations.unneeded()).toEqual([
    'expectations/openmls.yaml:2: pattern commit (no trees) excuses none of the 3 cases of this run that it matches; it may not be needed any more',
  ]);
});

test('nothing is told of entries whose cases have not run, nor of one that excused a case before it was judged anew', () => {
  const expectations = applied();
  expectations.judge({ ...failing('no path'), status: 'could-not-run' });
  expectations.judge(fixtureCase({ script: 'external_join/base', alice: 'native', bob: 'openmls' }));
  expect(expectations.unneeded()).toEqual([]);
  for (const message of ['no tree', 'no path']) expectations.judge(failing(message));
  expectations.judge({ ...failing('no path'), failure: { ...failing('').failure!, message: 'none' } });
  expect(expectations.unneeded()).toEqual([]);
});
