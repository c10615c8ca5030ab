/** Verdicts that the whole run revises, and what is expected in their light. */
import { expect, test } from 'vitest';
import { parseExpectations } from '../../src/report/expectations/expectation-file.ts';
import { applyExpectations } from '../../src/report/expectations/expectations.ts';
import { recordLine } from '../../src/report/record/record-schema.ts';
import type { CaseRecord, EndRecord, Verdict } from '../../src/report/record/record.ts';
import { asRevised } from '../../src/report/record/replay.ts';
import { Reporters } from '../../src/report/reporter.ts';
import { tableReporter } from '../../src/report/terminal.ts';
import { publicFacts } from '../../src/runner/case-state.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import { run } from '../../src/runner/run.ts';
import { caseOf, play, scriptOf } from '../support/mock-cases.ts';

const pair = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] });
const bob = { implementation: 'one', actor: 'bob' };
const quarrel = { kind: 'commit', step: 0, sender: { implementation: 'two', actor: 'alice' }, accepted: [], refused: [bob] } as const;
const verdict = (changes: Partial<Verdict>): Verdict => ({ finding: 'contested', culprit: bob, step: 0, requirement: 'R-8.4-03', summary: 'who is right?', evidence: [], quarrel, ...changes });
const own = verdict({ finding: 'culprit', summary: 'one is wrong' });

/** One case that the referee first judges as `first`, and in the light of all as `revised`; what came of it. */
async function revisedRun(entries: object, first: Verdict, revised: Verdict): Promise<{ record: CaseRecord; end: EndRecord; table: string }> {
  const one = await play('one');
  const next = caseOf(pair, one);
  const expectations = [parseExpectations('expectations/one.yaml', JSON.stringify(entries)).expectations];
  const records: CaseRecord[] = [];
  let table = '';
  const reporters = new Reporters([{ name: 'test', caseFinished: (result) => records.push(result) }, tableReporter((text) => (table += text))], (_, error) => {
    throw error;
  });
  const judgement = { verdict: first, sights: [], judged: { steps: 0, of: 0 }, unjudged: [], vacuous: [{ actor: 'alice', step: 0, text: 'it passes' }], notes: [], facts: publicFacts };
  const end = await run(runRecord({ scripts: [pair], implementations: [one.implementation], cases: [next], seed: '1' }), [next], {
    jobs: 1,
    reporters,
    judge: (result) => applyExpectations(expectations, result, new Date()),
    matrix: { referee: async () => judgement, add: () => {}, revised: () => ({ [next.id]: revised }) },
  });
  // What is in the record must be readable again.
  return { record: records[0]!, end: recordLine(JSON.parse(JSON.stringify(end))) as EndRecord, table };
}

const entry = { pattern: 'demo', reason: 'PSKs in the wrong order' };

test.each<[string, Verdict, Verdict, object]>([
  ['the requirement', verdict({ requirement: 'R-9.1-04' }), own, { match: '^R-8\\.4-03$' }],
  ['the summary', verdict({}), own, { match: 'one is wrong' }],
  ['whose fault it is', verdict({ finding: 'culprit', culprit: { implementation: 'two', actor: 'alice' } }), own, {}],
])('an expectation that applies to %s of the revised verdict only excuses the case', async (_, first, revised, more) => {
  const { record, end, table } = await revisedRun([{ ...entry, ...more }], first, revised);
  expect(record).toMatchObject({ status: expect.stringMatching(/^(failed|vacuous)$/), notes: [expect.stringContaining('does not apply')] });
  expect(end).toMatchObject({ success: true, counts: { failed: 0, vacuous: 0, 'expected-failure': 1 } });
  expect(asRevised(record, end)).toMatchObject({ status: 'expected-failure', observed: record.status, expectation: entry, verdict: revised, notes: [] });
  expect(table).toContain('1 case: 0 passed, 0 failed, 1 expected-failure');
  expect(table).not.toContain('does not apply');
});

test('an expectation that applies to the verdict of the case alone does not excuse it', async () => {
  const { record, end, table } = await revisedRun([{ ...entry, match: 'who is right' }], verdict({}), verdict({ summary: 'one is wrong' }));
  expect(record).toMatchObject({ status: 'expected-failure', expectation: entry });
  expect(end).toMatchObject({ success: false, counts: { vacuous: 1, 'expected-failure': 0 } });
  const revised = asRevised(record, end);
  expect(revised).toMatchObject({ status: 'vacuous', notes: [expect.stringContaining('nothing here matches /who is right/')] });
  expect(revised).not.toHaveProperty('expectation');
  expect(revised).not.toHaveProperty('observed');
  expect(table).toContain('demo/one  0/1 vacuous');
});

test('where nothing else comes of a revised verdict the end says nothing of the status', async () => {
  const { end } = await revisedRun([{ ...entry }], verdict({}), own);
  expect(end).toMatchObject({ revised: { 'demo/one/test': own }, counts: { 'expected-failure': 1 } });
  expect(end).not.toHaveProperty('restated');
});
