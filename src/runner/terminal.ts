/** What a person sees of a run: progress while it goes on, on a terminal only, then a table and what went wrong. */
import { Presets, SingleBar } from 'cli-progress';
import { failsRun, type CaseResult, type Status } from './outcome.ts';
import type { Plan, Reporter, Summary } from './reporter.ts';

export function progressReporter(stream: NodeJS.WriteStream): Reporter {
  const bar = new SingleBar({ stream, format: '{bar} {value}/{total}  {failed} failed  {duration_formatted}  {script}', hideCursor: true }, Presets.rect);
  let failed = 0;
  return {
    name: 'progress',
    runStarted: ({ cases }) => bar.start(cases.length, 0, { failed, script: '' }),
    caseFinished(result) {
      if (failsRun(result.status)) failed++;
      bar.increment(1, { failed, script: result.case.script.id });
    },
    runFinished: () => bar.stop(),
  };
}

/** Kinds of trouble listed; the JSON has every case. */
const mostListed = 50;

export function tableReporter(print: (text: string) => void): Reporter {
  const tally = new Map<string, Map<number, { passed: number; run: number; worst: Status }>>();
  const unhappy: CaseResult[] = [];
  const noted: CaseResult[] = [];
  let plan: Plan;

  return {
    name: 'table',
    runStarted(started) {
      plan = started;
    },
    caseFinished({ transcript: _, ...kept }) {
      const result = { ...kept, transcript: [] };
      const row = tally.get(result.case.script.id) ?? new Map<number, { passed: number; run: number; worst: Status }>();
      const cell = row.get(result.case.suite) ?? { passed: 0, run: 0, worst: 'passed' };
      const passed = cell.passed + (result.status === 'passed' ? 1 : 0);
      row.set(result.case.suite, { passed, run: cell.run + 1, worst: worse(cell.worst, result.status) });
      tally.set(result.case.script.id, row);
      if (result.status !== 'passed') unhappy.push(result);
      if (result.notes.length > 0) noted.push(result);
    },
    runFinished(summary) {
      print(table(plan, tally));
      for (const status of bySeverity) print(listing(status, unhappy.filter((result) => result.status === status)));
      for (const { case: { id }, notes } of noted.slice(0, mostListed)) print(`\nnote: ${id}\n  ${notes.join('\n  ')}\n`);
      print(`${totals(summary)}  (seed ${plan.seed})\n`);
    },
  };
}

const bySeverity: readonly Status[] = ['failed', 'could-not-run', 'vacuous', 'not-supported'];
const worse = (one: Status, other: Status): Status => bySeverity.find((status) => status === one || status === other) ?? 'passed';
const marks: { readonly [S in Status]: string } = { passed: '', failed: ' FAIL', 'could-not-run': ' !', vacuous: ' vacuous', 'not-supported': ' n/a' };

function table(plan: Plan, tally: ReadonlyMap<string, ReadonlyMap<number, { passed: number; run: number; worst: Status }>>): string {
  const suites = [...new Set(plan.cases.map(({ suite }) => suite))].sort((a, b) => a - b);
  const header = ['script', ...suites.map((suite) => `suite ${suite}`)];
  const rows = plan.scripts.map(({ id }) => [
    id,
    ...suites.map((suite) => {
      const cell = tally.get(id)?.get(suite);
      return cell === undefined ? '-' : `${cell.passed}/${cell.run}${marks[cell.worst]}`;
    }),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return [header, ...rows].map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** One example of every kind of trouble, and how many cases of the script are like it. */
function listing(status: Status, results: readonly CaseResult[]): string {
  const alike = Map.groupBy(results, (result) => `${result.case.script.id}\n${reasons(result)}`);
  const listed = [...alike.values()].slice(0, mostListed).map((group) => {
    const others = group.length > 1 ? `  and ${group.length - 1} more of this script in the same way\n` : '';
    return `\n${status}: ${group[0]!.case.id}\n${reasons(group[0]!)}${others}`;
  });
  const more = alike.size > mostListed ? `\n${alike.size - mostListed} more kinds of ${status} cases\n` : '';
  return listed.join('') + more;
}

function reasons({ failure, vacuous, case: { script } }: CaseResult): string {
  if (failure === undefined) return vacuous.map((reason) => `  ${reason}\n`).join('');
  const action = script.steps[failure.step]?.action ?? 'freeing the states';
  const who = failure.actor === undefined ? '' : `, ${failure.actor} (${failure.implementation})`;
  const call = [failure.rpc, failure.code].filter((part) => part !== undefined).join(' ');
  return `  step ${failure.step} ${action}${who}: ${[failure.cause, call, failure.message].filter((part) => part !== '').join(': ')}\n`;
}

function totals({ counts, milliseconds }: Summary): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = (['passed', ...bySeverity] as const).filter((status) => counts[status] > 0 || status === 'passed' || status === 'failed');
  return `\n${total} cases: ${parts.map((status) => `${counts[status]} ${status}`).join(', ')}, in ${(milliseconds / 1000).toFixed(1)} s`;
}
