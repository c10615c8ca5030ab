/** `mls-interop requirements`: what shows that the engine keeps each requirement of RFC 9420. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from './command-error.ts';
import type { Terminal } from './reports.ts';
import { bySection, coverageOf, reportedText, totalsOf, totalsText, type CoverageTotals, type RequirementCoverage } from './requirement-coverage.ts';
import { requirementsMarkdown } from './requirements-page.ts';

export interface RequirementsOptions {
  readonly section?: readonly string[];
  readonly level?: readonly string[];
  readonly area?: readonly string[];
  readonly negative?: boolean;
  readonly missing?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

const examples = `
Evidence is what names the id: tests by file and title, official vector files, types. Checks are the source files that refuse
something with the id. A row that binds somebody else than the engine is listed with the reason.

Examples:
  $ mls-interop requirements --summary
  $ mls-interop requirements R-12.2-05 R-7.9
  $ mls-interop requirements --section 12.4 --level MUST,RULE --negative
  $ mls-interop requirements --missing
  $ mls-interop requirements --json > coverage.json

Exit status: 0 printed, 2 wrong usage, or an id, section, level or area that no row has.`;

const list = (value: string, before: readonly string[] = []): string[] => [...before, ...value.split(',').map((one) => one.trim())];

export function requirementsCommand(): Command {
  return new Command('requirements')
    .summary("print what shows each of RFC 9420's requirements")
    .description("Prints RFC 9420's requirements by id, with the tests, vectors and types that show the engine keeps them.")
    .argument('[id...]', 'requirements, or the beginning of their ids, such as R-12.2', (value: string, before: readonly string[] = []) => [...before, idPrefix(value)])
    .option('--section <N>', 'rows of this section and those below it; repeat, or separate with commas', list)
    .option('--level <LEVEL>', 'rows of this level: MUST, SHOULD, MAY, RULE, MUST NOT, SHOULD NOT', list)
    .option('--area <AREA>', 'rows of this area, such as codec, welcome, treekem', list)
    .option('--negative', 'only rows that input can violate')
    .option('--missing', 'only rows that have no evidence and could have it')
    .option('--summary', 'only the table of sections and the totals')
    .addOption(new Option('--json', 'print JSON').conflicts(['markdown', 'summary']))
    .addOption(new Option('--markdown', 'print a page of Markdown').conflicts(['json', 'summary']))
    .addHelpText('after', examples)
    .action((ids: string[], options: RequirementsOptions) => requirements(ids, options, process));
}

function idPrefix(value: string): string {
  if (/^R-[0-9A-Z]+(\.\d+)*(-\d\d)?$/.test(value)) return value;
  throw new InvalidArgumentError('An id is like R-12.2-05, the beginning of one like R-12.2.');
}

/** @throws CommandError (2) for a filter that fits no row */
export function requirements(ids: readonly string[], options: RequirementsOptions, { stdout }: Pick<Terminal, 'stdout'>): void {
  const rows = selected(coverageOf(), ids, options);
  if (options.json) return void stdout.write(`${JSON.stringify({ totals: totalsOf(rows), requirements: rows.map(asJson) }, null, 2)}\n`);
  if (options.markdown) return void stdout.write(requirementsMarkdown(rows));
  if (!options.summary) for (const row of rows) stdout.write(rowText(row));
  stdout.write(`${sectionTable(rows)}\n${totalsText(totalsOf(rows)).join('\n')}\n`);
}

function selected(all: readonly RequirementCoverage[], ids: readonly string[], options: RequirementsOptions): RequirementCoverage[] {
  const { section, level, area, negative = false, missing = false } = options;
  const byId = wanted(all, ids, { what: 'id', fits: ({ id }, asked) => id === asked || id.startsWith(`${asked}-`) || id.startsWith(`${asked}.`) });
  const bySections = wanted(byId, section, { what: 'section', of: all, fits: (row, asked) => row.section === asked || row.section.startsWith(`${asked}.`) });
  const byLevels = wanted(bySections, level, { what: 'level', of: all, fits: (row, asked) => row.level === asked.toUpperCase() });
  const byAreas = wanted(byLevels, area, { what: 'area', of: all, fits: (row, asked) => row.area === asked.toLowerCase() });
  return byAreas.filter((row) => (!negative || row.negative) && (!missing || row.status === 'missing'));
}

interface Filter {
  readonly what: string;
  /** The rows of which one has to fit, lest the filter is a slip of the pen. */
  readonly of?: readonly RequirementCoverage[];
  readonly fits: (row: RequirementCoverage, asked: string) => boolean;
}

function wanted(rows: readonly RequirementCoverage[], asked: readonly string[] = [], { what, of = rows, fits }: Filter): readonly RequirementCoverage[] {
  if (asked.length === 0) return rows;
  const unknown = asked.find((one) => !of.some((row) => fits(row, one)));
  if (unknown !== undefined) throw new CommandError(`no requirement has the ${what} ${unknown}`, { exitCode: 2 });
  return rows.filter((row) => asked.some((one) => fits(row, one)));
}

/** One line for the requirement, one for each thing that shows it. */
function rowText(row: RequirementCoverage): string {
  const { id, section, level, negative, text, tests, vectors, types, checks, unshowable } = row;
  const reported = reportedText(row);
  const lines = [
    ...tests.map(([file, title]) => `test    ${file}: ${title}`),
    ...vectors.map((file) => `vectors ${file}.json`),
    ...types.map((type) => `type    ${type}`),
    ...checks.map((file) => `check   ${file}`),
    ...(reported === undefined ? [] : [`a violation is ${reported}`]),
    ...(unshowable === undefined ? [] : [`binds the ${unshowable.binds}: ${unshowable.reason}`]),
    ...(row.status === 'missing' ? ['no evidence'] : []),
  ];
  return `${id}  §${section}  ${level}${negative ? ', negative' : ''}\n  ${text}\n${lines.map((line) => `    ${line}\n`).join('')}\n`;
}

function sectionTable(rows: readonly RequirementCoverage[]): string {
  const cells = ({ rows: count, shown, unshowable, missing, negative, hostile }: CoverageTotals): string[] => [count, shown, unshowable, missing, negative, hostile].map(String);
  const lines = [
    ['section', 'rows', 'evidence', 'not to be shown', 'missing', 'negative', 'violated by a test'],
    ...bySection(rows).map((one) => [`§${one.section}`, ...cells(one)]),
    ['all', ...cells(totalsOf(rows))],
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => `${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')}\n`).join('');
}

const asJson = ({ tests, ...row }: RequirementCoverage) => ({ ...row, tests: tests.map(([file, title]) => ({ file, title })) });
