/** What a person sees of a run: progress while it goes on, on a terminal only, then a table and what went wrong. */
import { Presets, SingleBar } from 'cli-progress';
import { coverageLines, endedCases } from './summary/coverage-text.ts';
import { actionAt, Kinds, type Kind } from './summary/kinds.ts';
import { cellText, isHostile, RequirementTally } from './summary/requirement-table.ts';
import { failsRun, statuses, type CaseRecord, type EndRecord, type RunRecord, type Status } from './record/record.ts';
import { oneBelowTheOther, printable } from './printable.ts';
import { asRevised } from './record/replay.ts';
import type { Reporter } from './reporter.ts';

export function progressReporter(stream: NodeJS.WriteStream): Reporter {
  const bar = new SingleBar({ stream, format: '{bar} {value}/{total}  {failed} failed  {duration_formatted}  {script}', hideCursor: true }, Presets.rect);
  let failed = 0;
  return {
    name: 'progress',
    runStarted: ({ cases }) => bar.start(cases, 0, { failed, script: '' }),
    caseFinished(result) {
      if (failsRun(result.status)) failed++;
      bar.increment(1, { failed, script: printable(result.script) });
    },
    runFinished: () => bar.stop(),
  };
}

/** Kinds of trouble listed; the record has every case. */
const mostListed = 50;

/** What is printed of all cases together. */
interface Table {
  add(result: CaseRecord): void;
  text(): string;
}

export function tableReporter(write: (text: string) => void): Reporter {
  const print = (text: string): void => write(printable(text));
  const unhappy: CaseRecord[] = [];
  const noted: CaseRecord[] = [];
  let run: RunRecord;
  let table: Table;

  return {
    name: 'table',
    runStarted(started) {
      run = started;
      table = isHostile(run) ? requirementTable(run) : scriptTable(run);
    },
    caseFinished({ calls: _, sights: __, ...result }) {
      // What the end of the run may still change is counted then.
      if (result.status !== 'passed' || result.verdict !== undefined) unhappy.push(result);
      else table.add(result);
      if (result.notes.length > 0) noted.push(result);
    },
    runFinished(end) {
      const kinds = new Kinds();
      for (const result of unhappy.map((each) => asRevised(each, end))) {
        table.add(result);
        kinds.add(result);
      }
      print(table.text());
      for (const status of statuses) print(listing(kinds.of(status), run));
      print(notes(noted.map((each) => asRevised(each, end))));
      if (end.interrupted) print(`\nthe run was interrupted when ${endedCases(end)} of its ${run.cases} cases had ended\n`);
      print(`${totals(end)}  (seed ${oneBelowTheOther(run.seed)})\n`);
      for (const line of coverageLines(run, end)) print(`${oneBelowTheOther(line)}\n`);
      if (end.judged.of > 0) print(`the referee judged ${end.judged.steps} of ${end.judged.of} steps (${Math.floor((100 * end.judged.steps) / end.judged.of)} %)\n`);
    },
  };
}

const marks: { readonly [S in Status]: string } = {
  passed: '',
  failed: ' FAIL',
  'unexpected-pass': ' XPASS',
  'could-not-run': ' !',
  vacuous: ' vacuous',
  'expected-failure': ' xfail',
  'not-supported': ' n/a',
};

function scriptTable({ scripts }: RunRecord): Table {
  const tally = new Map<string, Map<number, { readonly passed: number; readonly run: number; readonly worst: Status }>>();
  return {
    add({ script, suite, status }) {
      const row = tally.get(script) ?? new Map<number, { passed: number; run: number; worst: Status }>();
      const cell = row.get(suite) ?? { passed: 0, run: 0, worst: 'passed' };
      const worst = statuses.find((each) => each === status || each === cell.worst)!;
      row.set(suite, { passed: cell.passed + (status === 'passed' ? 1 : 0), run: cell.run + 1, worst });
      tally.set(script, row);
    },
    text() {
      const suites = [...new Set([...tally.values()].flatMap((row) => [...row.keys()]))].sort((a, b) => a - b);
      const cell = (script: string, suite: number): string => {
        const counts = tally.get(script)!.get(suite);
        return counts === undefined ? '-' : `${counts.passed}/${counts.run}${marks[counts.worst]}`;
      };
      const rows = scripts.filter(({ id }) => tally.has(id)).map(({ id }) => [id, ...suites.map((suite) => cell(id, suite))]);
      return grid(['script', ...suites.map((suite) => `suite ${suite}`)], rows);
    },
  };
}

function requirementTable(run: RunRecord): Table {
  const tally = new RequirementTally(run);
  return {
    add: (result) => tally.add(result),
    text() {
      const rows = tally.rows().map(({ requirement, cells }) => [requirement, ...cells.map((cell) => (cell === undefined ? '-' : cellText(cell)))]);
      const totals = tally.totals().map(({ upheld, of }) => `${upheld}/${of}`);
      return grid(['violations rejected', ...tally.labels], [...rows, ['requirements upheld', ...totals]]);
    },
  };
}

/** The first column to the left, the others to the right. */
function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(oneBelowTheOther));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return all.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** One example of every kind of trouble, and how many cases are like it. */
function listing(kinds: readonly Kind[], run: RunRecord): string {
  const listed = kinds.slice(0, mostListed).map(({ status, example, cases, scripts }) => {
    const where = scripts.length === 1 ? `of this script` : `of ${scripts.length} scripts`;
    const others = cases > 1 ? `  and ${cases - 1} more ${where} in the same way\n` : '';
    return `\n${status}: ${oneBelowTheOther(example.id)}\n${reasons(example, run)}${others}`;
  });
  const more = kinds.length > mostListed ? `\n${kinds.length - mostListed} more kinds of ${kinds[0]!.status} cases\n` : '';
  return listed.join('') + more;
}

function reasons(result: CaseRecord, run: RunRecord): string {
  const { failure, verdict, vacuous, expectation, script } = result;
  const lines = failure === undefined ? [...vacuous] : [failureLine(failure, actionAt(run, script, failure.step))];
  if (verdict !== undefined && verdict.summary !== failure?.message) lines.push(`verdict: ${verdict.summary}`);
  if (expectation !== undefined) lines.push(`expected: ${expectation.reason}${expectation.issue === undefined ? '' : ` (${expectation.issue})`}`);
  return lines.map((line) => `  ${oneBelowTheOther(line)}\n`).join('');
}

function failureLine({ step, actor, implementation, cause, rpc, code, message }: NonNullable<CaseRecord['failure']>, action: string): string {
  const who = actor === undefined ? '' : `, ${actor} (${implementation})`;
  const call = [rpc, code].filter((part) => part !== undefined).join(' ');
  return `step ${step} ${action}${who}: ${[cause, call, message].filter((part) => part !== '').join(': ')}`;
}

function notes(noted: readonly CaseRecord[]): string {
  const alike = Map.groupBy(noted.filter(({ notes: said }) => said.length > 0), ({ notes: said }) => said.map((line) => `  ${oneBelowTheOther(line)}\n`).join(''));
  return [...alike]
    .slice(0, mostListed)
    .map(([said, group]) => `\nnote: ${oneBelowTheOther(group[0]!.id)}${group.length > 1 ? ` and ${group.length - 1} more` : ''}\n${said}`)
    .join('');
}

function totals({ counts, flaky, milliseconds }: EndRecord): string {
  const total = endedCases({ counts });
  const shown = (['passed', ...statuses.filter((status) => status !== 'passed')] as const).filter((status) => counts[status] > 0 || status === 'passed' || status === 'failed');
  const parts = shown.map((status) => `${counts[status]} ${status}${status === 'passed' && flaky > 0 ? ` (${flaky} flaky)` : ''}`);
  return `\n${total} case${total === 1 ? '' : 's'}: ${parts.join(', ')}, in ${(milliseconds / 1000).toFixed(1)} s`;
}
