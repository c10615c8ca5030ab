/** The difference between two runs in words: for the terminal, and as Markdown. */
import { groupChanges, type Change, type Difference, type Outcome } from './diff.ts';
import { oneBelowTheOther, printable } from './printable.ts';
import { codeInTable, plain, table } from './summary/markdown-text.ts';
import { statuses } from './record/record.ts';

/** Kinds of changes listed of each sort; all are counted. */
const mostListed = 50;

/** For the terminal: one example of every kind, and how many cases are like it. */
export function diffText(difference: Difference): string {
  const lines: string[] = [];
  for (const [title, changes] of sorts(difference)) {
    if (changes.length === 0) continue;
    lines.push(`${title}: ${count(changes)}`);
    const groups = groupChanges(changes);
    for (const { example, cases, was, is, why } of groups.slice(0, mostListed)) {
      lines.push(`  ${oneBelowTheOther(example.id)}: ${was === is ? is : `${was} -> ${is}`}${cases > 1 ? `, and ${cases - 1} more in the same way` : ''}`);
      if (why !== '') lines.push(`    ${oneBelowTheOther(why)}`);
    }
    if (groups.length > mostListed) lines.push(`  ${groups.length - mostListed} more kinds`);
    lines.push('');
  }
  for (const [title, outcomes] of presence(difference)) if (outcomes.length > 0) lines.push(`${title}: ${count(outcomes)} (${byStatus(outcomes)})`, ...outcomes.slice(0, 5).map(({ id }) => `  ${oneBelowTheOther(id)}`), '');
  lines.push(...warnings(difference), totals(difference));
  return printable(`${lines.join('\n')}\n`);
}

export function diffMarkdown(difference: Difference): string {
  const lines = ['# MLS interop: what has changed', '', totals(difference), ...warnings(difference).map((line) => `<br>${plain(line)}`)];
  for (const [title, changes] of sorts(difference)) {
    if (changes.length === 0) continue;
    const groups = groupChanges(changes);
    const rows = groups.slice(0, mostListed).map(({ example, cases, was, is, why }) => [codeInTable(example.id), `${was} → ${is}`, plain(why), String(cases)]);
    lines.push('', `## ${title}: ${count(changes)}`, '', ...table(['example', 'status', 'why', 'cases'], rows, 3));
    if (groups.length > mostListed) lines.push('', `And ${groups.length - mostListed} more kinds.`);
  }
  for (const [title, outcomes] of presence(difference)) {
    if (outcomes.length === 0) continue;
    const rows = outcomes.slice(0, mostListed).map(({ id, status }) => [codeInTable(id), status]);
    lines.push('', `## ${title}: ${count(outcomes)}`, '', `${byStatus(outcomes)}.`, '', ...table(['case', 'status'], rows, 9));
    if (outcomes.length > mostListed) lines.push('', `And ${outcomes.length - mostListed} more.`);
  }
  return `${lines.join('\n')}\n`;
}

const sorts = ({ regressions, fixes, verdicts, excused }: Difference): readonly (readonly [string, readonly Change[]])[] => [
  ['Regressions', regressions],
  ['Fixes', fixes],
  ['Other verdicts', verdicts],
  ['Failures that are expected now', excused],
];

const presence = ({ added, gone }: Difference): readonly (readonly [string, readonly Outcome[]])[] => [
  ['New cases', added],
  ['Cases that are gone', gone],
];

const count = (items: readonly unknown[]): string => `${items.length} ${items.length === 1 ? 'case' : 'cases'}`;

const byStatus = (outcomes: readonly Outcome[]): string =>
  statuses
    .map((status) => [status, outcomes.filter((outcome) => outcome.status === status).length] as const)
    .filter(([, found]) => found > 0)
    .map(([status, found]) => `${found} ${status}`)
    .join(', ');

function warnings({ interrupted, common, added, gone }: Difference): string[] {
  const stopped = interrupted.map((which) => `note: ${which} was stopped before its end; cases that it lacks may just not have been run`);
  return common === 0 && added.length + gone.length > 0 ? [...stopped, 'note: the two have no case in common; are they runs of the same scripts and implementations?'] : stopped;
}

const totals = ({ common, regressions, fixes, verdicts, excused, added, gone }: Difference): string =>
  `${common} cases in both: ${regressions.length} regressions, ${fixes.length} fixes, ${verdicts.length} other verdicts, ${excused.length} expected now; ${added.length} new, ${gone.length} gone`;
