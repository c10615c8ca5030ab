/** The record of a hostile run of three implementations: every reaction, two of a kind in one cell, and one that was not played. */
import type { CaseRecord, RecordLine, RunRecord } from '../../../src/report/record/record.ts';
import { undrivenText } from '../../../src/report/summary/requirement-table.ts';
import { endOf, run as usual } from './fixture.ts';

type Outcome = Pick<CaseRecord, 'status' | 'failure' | 'remark'>;

const failed = (cause: NonNullable<CaseRecord['failure']>['cause']): Outcome => ({ status: 'failed', failure: { step: 1, cause, message: `${cause}, so it is` } });
const rejected: Outcome = { status: 'passed' };

/** By script, of ours, mlspp and openmls. */
const outcomes: Readonly<Record<string, readonly (Outcome | undefined)[]>> = {
  'R-12.4.2-08/a_path_that_is_missing': [rejected, failed('accepted'), failed('unusable')],
  'R-12.4.2-08/a_path_that_is_too_long': [rejected, rejected, failed('crash')],
  'R-12.4.2-10/an_old_epoch': [rejected, rejected, rejected],
  'R-2.1-02/a_byte_after_a_Commit': [rejected, { status: 'passed', remark: 'lenient' }, undefined],
  'R-6-04/a_version_of_2': [{ status: 'vacuous' }, failed('timeout'), { status: 'passed', remark: 'cut off' }],
};

const run: RunRecord = {
  ...usual,
  options: { hostile: true, suite: [1] },
  scripts: Object.keys(outcomes).map((id) => ({ id, file: 'hostile', digest: '44'.repeat(32), actors: ['target'], steps: [{ action: 'violation', actor: 'target' }] })),
  coverage: ['5 violations of 4 requirements', undrivenText({ requirements: ['R-5.3.1-01', 'R-7.2-10'], why: 'no rpc sets a policy' })],
};

function hostileCases(): CaseRecord[] {
  return Object.entries(outcomes).flatMap(([script, row]) =>
    row.flatMap((outcome, column) => {
      const { label } = run.implementations[column]!;
      const id = `${script}/suite:1/wire:public/target=${label}`;
      const rest = { vacuous: [], unjudged: [], notes: [], judged: { steps: 0, of: 0 }, started: '2026-11-21T20:00:01.000Z', milliseconds: 40 };
      return outcome === undefined ? [] : [{ type: 'case', id, script, suite: 1, wire: 'public', actors: { target: label }, ...outcome, ...rest } as const];
    }),
  );
}

export function hostileRecord(): RecordLine[] {
  const results = hostileCases();
  return [{ ...run, cases: results.length }, ...results, endOf(results)];
}
