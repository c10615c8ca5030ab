import { expect, test } from 'vitest';
import type { CaseRecord, Verdict } from '../../src/report/record/record.ts';
import { tableReporter } from '../../src/report/terminal.ts';
import { fixtureCases, fixtureEnd, fixtureRun } from './fixture.ts';

function table(cases: readonly CaseRecord[], revised?: { readonly [id: string]: Verdict }): string {
  let text = '';
  const reporter = tableReporter((printed) => (text += printed));
  reporter.runStarted!(fixtureRun());
  for (const each of cases) reporter.caseFinished!(each);
  reporter.runFinished!({ ...fixtureEnd(), ...(revised === undefined ? {} : { revised }) });
  return text;
}

test('a run of all statuses as a person sees it', async () => {
  await expect(table(fixtureCases())).toMatchFileSnapshot('golden/table.txt');
});

test('a verdict that the other cases revised is told as they have it', () => {
  const failed = fixtureCases().find(({ status, verdict }) => status === 'failed' && verdict !== undefined)!;
  const revised: Verdict = { ...failed.verdict!, finding: 'contested', summary: 'contested: it is the other one' };
  expect(table([failed])).toContain(failed.verdict!.summary);
  expect(table([failed], { [failed.id]: revised })).toContain('verdict: contested: it is the other one');
  expect(table([failed], { 'some/other/case': revised })).not.toContain('contested: it is the other one');
});

test('control characters in what peers say do not reach the terminal', () => {
  const failed = fixtureCases().find(({ failure }) => failure !== undefined)!;
  const text = table([{ ...failed, failure: { ...failed.failure!, message: 'red \u001b[31m alert\u0007\u009b2J' } }]);
  expect(text).toContain('red \ufffd[31m alert\ufffd\ufffd2J');
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('no line of what peers say begins like a command of a workflow', () => {
  const [, , failed] = fixtureCases();
  const message = 'a\n::error::b\n ##[error]c';
  const text = table([{ ...failed!, failure: { ...failed!.failure!, message }, notes: ['::stop-commands::x'], id: '::error::id' }]);
  expect(text).toContain('a\n  | ::error::b\n  |  ## [error]c\n');
  expect(text).toContain('  | ::stop-commands::x\n');
  expect(text).not.toMatch(/^\s*::|##\[/m);
});

test('of a run that was stopped is said how far it came, and its coverage is that of the plan', () => {
  let text = '';
  const reporter = tableReporter((printed) => (text += printed));
  const cases = fixtureCases().slice(0, 3);
  reporter.runStarted!(fixtureRun());
  for (const each of cases) reporter.caseFinished!(each);
  reporter.runFinished!({ ...fixtureEnd(cases), interrupted: true });
  expect(text).toContain('the run was interrupted when 3 of its 11 cases had ended\n');
  expect(text).toContain('\nplanned: every ordered pair of implementations');
});
