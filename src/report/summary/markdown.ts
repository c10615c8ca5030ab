/** The summary of a run in Markdown: for a file, and for the page that GitHub shows of a workflow's step. */
import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { coverageLines } from './coverage-text.ts';
import { byStatus, digestReporter, type Digest, type MatrixCell } from './digest.ts';
import { actionAt, headline, replayCommand, unhappyStatuses, type Kind } from './kinds.ts';
import { code, codeInTable, fitting, issueLink, plain, table } from './markdown-text.ts';
import { openPart } from '../part-file.ts';
import { failsRun, statuses, type Status, type Verdict } from '../record/record.ts';
import type { Reporter } from '../reporter.ts';
import { cellText as reactionText, worstOf, type Reaction, type RequirementCell } from './requirement-table.ts';

/** @throws Error of the file system, when the file cannot be written */
export function markdownReporter(file: string): Reporter {
  const { fd, finish } = openPart(file);
  return digestReporter('markdown', (digest) => {
    writeFileSync(fd, `${summary(digest).join('\n')}\n`);
    finish();
  });
}

/** GitHub shows nothing at all of a step's summary that is larger, in bytes. */
export const stepSummaryLimit = 1024 * 1024;

/** Appends to the file that GITHUB_STEP_SUMMARY names, as much as fits beside what is there. */
export function stepSummaryReporter(file: string, limit = stepSummaryLimit): Reporter {
  return digestReporter('step summary', (digest) => {
    const lines = summary(digest);
    const room = limit - (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    if (fitting(lines, room).left === 0) return appendFileSync(file, `${lines.join('\n')}\n`);
    const { fit, left } = fitting(lines, room - noticeLength);
    const notice = `_Cut at the limit of ${limit} bytes: ${left} of ${lines.length} lines are left out._`;
    if (room >= noticeLength) appendFileSync(file, `${[...fit, '', notice].join('\n')}\n`);
  });
}

/** More than the notice that something was cut ever has, in bytes. */
const noticeLength = 120;

/** The lines of the summary; the most important come first, since the rest may be cut. */
export function summary(digest: Digest): string[] {
  const sections = [heading(digest), requirements(digest), matrix(digest), troubles(digest), exchanges(digest), unenforced(digest), expectedFailures(digest), flaky(digest), judged(digest), implementations(digest)];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function heading({ run, end, cases, alone }: Digest): string[] {
  const bad = statuses.filter((status) => failsRun(status) && end.counts[status] > 0).map((status) => `${end.counts[status]} ${status}`);
  const result = bad.length > 0 ? bad.join(', ') : end.interrupted ? 'stopped' : 'as expected';
  const counts = statuses.filter((status) => end.counts[status] > 0).reverse();
  return [
    `# MLS interop: ${result}`,
    '',
    ...(end.interrupted ? [`**Not complete: ${cases} of ${run.cases} cases are in the record.**`, ''] : []),
    ...table(['', 'cases'], [...counts.map((status) => [statusText[status], String(end.counts[status])]), ['**all**', String(cases)]]),
    '',
    ...(alone === 0 ? [] : [`Of them ${alone} by one implementation alone.`, '']),
    `${plain(`${run.tool.name} ${run.tool.version}`)}, ${run.started}, ${(end.milliseconds / 1000).toFixed(1)} s, seed ${code(run.seed)}${run.shard === undefined ? '' : `, shard ${run.shard.index} of ${run.shard.count}`}`,
    ...coverageLines(run, end).map((line) => `<br>${plain(line)}`),
  ];
}

const statusText: { readonly [S in Status]: string } = {
  passed: '✅ passed',
  failed: '❌ failed',
  'unexpected-pass': '❌ unexpected-pass',
  'could-not-run': '⛔ could-not-run',
  vacuous: '⚠️ vacuous',
  'expected-failure': '🟡 expected-failure',
  'not-supported': '⚪ not-supported',
};
const mark = (status: Status): string => statusText[status].split(' ')[0]!;

/** Of a hostile run: who takes what breaks which rule. */
function requirements({ requirements: tally }: Digest): string[] {
  if (tally === undefined) return [];
  const totals = tally.totals().map(({ upheld, of }) => `**${upheld}/${of}**`);
  return [
    '## Implementations by requirement',
    '',
    'Violations rejected of those played; then what became of the others. The last row counts requirements of which none was taken.',
    '',
    ...table(
      ['requirement', ...tally.labels.map((label) => plain(label))],
      [...tally.rows().map(({ requirement, cells }) => [codeInTable(requirement), ...cells.map(requirementCell)]), ['**upheld**', ...totals]],
    ),
  ];
}

function requirementCell(cell: RequirementCell | undefined): string {
  if (cell === undefined) return '–';
  const worst = worstOf(cell);
  return `${worst === 'rejected' ? '✅' : mark(reactionStatus[worst])} ${reactionText(cell)}`;
}

const reactionStatus: { readonly [R in Exclude<Reaction, 'rejected'>]: Status } = {
  crashed: 'failed',
  hung: 'failed',
  accepted: 'failed',
  stuck: 'failed',
  'could not run': 'could-not-run',
  vacuous: 'vacuous',
  'not supported': 'not-supported',
  'cut off': 'passed',
  lenient: 'passed',
};

function matrix(digest: Digest): string[] {
  const { scripts, labels } = digest;
  if (scripts.length === 0 || digest.requirements !== undefined) return [];
  return [
    '## Implementations by script',
    '',
    'Cases passed of those in which an implementation plays. A mark counts what is its own doing, or of nobody in particular.',
    '',
    ...table(
      ['script', ...labels.map((label) => plain(label))],
      scripts.map((script) => [codeInTable(script), ...labels.map((label) => cellText(digest.cell(script, label)))]),
    ),
  ];
}

function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '–';
  const troubles = byStatus(cell.troubles).map(([status, count]) => ` ${mark(status)} ${count}`);
  return `${cell.passed}/${cell.cases}${troubles.length === 0 && cell.passed === cell.cases ? ' ✅' : troubles.join('')}`;
}

function exchanges(digest: Digest): string[] {
  const { labels } = digest;
  const cells = labels.map((sender) => labels.map((receiver) => digest.exchange(sender, receiver)));
  if (cells.flat().every(({ failed }) => failed === 0)) return [];
  const unknown = digest.failedBetweenUnknown;
  return [
    '## Whose messages fail at whom',
    '',
    `Cases that failed while the implementation of the column handled a message of the row's${cells[0]![0]!.cases === undefined ? '' : ', of those in which it got one'}.`,
    ...(unknown === 0 ? [] : [`Of ${unknown} more it is not known whose message was handled.`]),
    '',
    ...table(
      ['sender ↓ receiver →', ...labels.map((label) => plain(label))],
      labels.map((label, row) => [
        plain(label),
        ...cells[row]!.map(({ cases, failed }) => (cases === undefined ? `${failed === 0 ? '·' : `❌ ${failed}`}` : cases === 0 && failed === 0 ? '–' : `${failed === 0 ? '' : '❌ '}${failed}/${cases}`)),
      ]),
    ),
  ];
}

function troubles(digest: Digest): string[] {
  const kinds = digest.kinds.of(...unhappyStatuses);
  if (kinds.length === 0) return [];
  return ['## What went wrong', ...kinds.flatMap((kind, i) => ['', ...trouble(kind, i + 1, digest)])];
}

const mostScripts = 8;

function trouble({ status, example, cases, scripts }: Kind, number: number, { run }: Digest): string[] {
  const { failure, verdict, unjudged } = example;
  const where = failure === undefined ? '' : `step ${failure.step} ${code(actionAt(run, example.script, failure.step))}${failure.rpc === undefined ? '' : `, ${failure.rpc}`}${failure.code === undefined ? '' : ` ${failure.code}`}`;
  const rest = scripts.length > mostScripts ? ` and ${scripts.length - mostScripts} more` : '';
  const list = [
    ...(verdict === undefined ? [] : [`verdict: ${verdictText(verdict)}`]),
    ...(verdict?.requirement === undefined ? [] : [`requirement: ${code(verdict.requirement)}`]),
    ...(verdict === undefined ? [] : verdict.evidence.map((line) => `evidence: ${plain(line)}`)),
    ...(failure === undefined ? [] : [`failure: ${where}: ${failure.cause}: ${plain(failure.message)}`]),
    ...(unjudged.length === 0 ? [] : [`not judged: ${plain(unjudged.join('; '))}`]),
    ...example.notes.map((note) => `note: ${plain(note)}`),
    `scripts: ${scripts.slice(0, mostScripts).map((script) => code(script)).join(', ')}${rest}`,
    `example: ${code(example.id)}`,
    `replay: ${code(replayCommand(example.id, run.replay))}`,
  ];
  return [`### ${number}. ${mark(status)} ${status}: ${plain(headline(example), 160)} (${cases} ${cases === 1 ? 'case' : 'cases'})`, '', ...list.map((line) => `- ${line}`)];
}

function verdictText({ finding, culprit, differs }: Verdict): string {
  const who = culprit === undefined ? '' : `${plain(culprit.implementation)} (as ${plain(culprit.actor)})`;
  const accused = finding === 'contested' && who !== '' ? `: ${who} accused` : ` ${who}`;
  return `${finding}${accused.trimEnd()}${differs === undefined ? '' : `, differs in ${plain(differs)}`}`;
}

/** Verdicts about cases that passed all the same. */
function unenforced({ kinds }: Digest): string[] {
  const broken = kinds.of('passed');
  if (broken.length === 0) return [];
  const rows = broken
    .slice(0, mostListed)
    .map(({ blame, example, cases }) => [plain(blame ?? ''), example.verdict?.requirement === undefined ? '' : codeInTable(example.verdict.requirement), plain(headline(example)), codeInTable(example.id), String(cases)]);
  const more = broken.length > mostListed ? ['', `And ${broken.length - mostListed} more kinds.`] : [];
  return ['## Broken, and enforced by nobody', '', ...table(['implementation', 'requirement', 'what', 'example', 'cases'], rows, 4), ...more];
}

function expectedFailures({ expectedFailures: expected }: Digest): string[] {
  if (expected.length === 0) return [];
  const rows = expected.map(({ pattern, reason, issue, cases }) => [codeInTable(pattern), plain(reason), issue === undefined ? '' : issueLink(issue), String(cases)]);
  return ['## Expected failures', '', ...table(['pattern', 'reason', 'issue', 'cases'], rows, 3)];
}

/** Listed one by one; of more only the number. */
const mostListed = 50;

function flaky({ flaky: cases }: Digest): string[] {
  if (cases.length === 0) return [];
  const rows = cases.slice(0, mostListed).map(({ id, retries }) => [codeInTable(id), String(retries)]);
  const more = cases.length > mostListed ? ['', `And ${cases.length - mostListed} more.`] : [];
  return ['## Flaky', '', 'Passed only when tried again.', '', ...table(['case', 'failed tries'], rows), ...more];
}

function judged({ end: { judged: { steps, of } }, unjudged }: Digest): string[] {
  if (of === 0 && unjudged.length === 0) return [];
  const percent = (part: number): string => `${((100 * part) / of).toFixed(1)} %`;
  const share = of === 0 ? [] : [`The referee judged ${steps} of ${of} steps (${percent(steps)}); ${of - steps} (${percent(of - steps)}) stay unjudged.`];
  const rows = unjudged.slice(0, mostListed).map(({ reason, cases }) => [plain(reason), String(cases)]);
  return ['## Judged', '', ...share, ...(rows.length === 0 ? [] : ['', ...table(['not judged because', 'cases'], rows)])];
}

function implementations({ run }: Digest): string[] {
  const rows = run.implementations.map(({ label, name, version, suites, reach }) => [plain(label), plain(name), plain(version ?? ''), suites.join(', '), codeInTable(reach)]);
  return ['## Implementations', '', ...table(['label', 'name', 'version', 'suites', 'reached at'], rows, 9)];
}
