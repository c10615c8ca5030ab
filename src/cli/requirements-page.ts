/** The coverage of RFC 9420's requirements as a page of Markdown. */
import { codeInTable, plain, table } from '../report/summary/markdown-text.ts';
import { bySection, reportedText, totalsOf, totalsText, type CoverageTotals, type RequirementCoverage } from './requirement-coverage.ts';

/** Tests that are named of one row; of the others only the number. */
const mostTests = 3;

export function requirementsMarkdown(rows: readonly RequirementCoverage[]): string {
  const sections = Map.groupBy(rows, ({ section }) => section);
  return [
    '# Requirements of RFC 9420 and what shows them',
    '',
    'Each row is one rule of the RFC in the words of this project. A test, an official vector file or a type shows it; a row that binds somebody',
    'else than the engine is listed with the reason. Negative rows can be violated by input; a row counts as violated when a case of',
    '`src/hostile/violations` does exactly that and the engine refuses it, or, where no rpc brings it about, a test of `test/requirements`: to',
    'name the id in a test is not enough. Where a violation is refused by another id than that of the row, it says which.',
    '`mls-interop requirements` prints the same, with filters and all tests of a row; this page is made by',
    '`npx node test/support/generate-requirement-evidence.ts`.',
    '',
    ...totalsText(totalsOf(rows)).map((line) => `- ${line}`),
    '',
    ...table(
      ['section', 'rows', 'with evidence', 'not to be shown', 'without', 'negative', 'violated by a test'],
      [...bySection(rows).map((one) => [`[§${one.section}](#${anchor(one.section)})`, ...cells(one)]), ['all', ...cells(totalsOf(rows))]],
    ),
    ...Array.from(sections, ([section, those]) => sectionLines(section, those)).flat(),
    '',
  ].join('\n');
}

const cells = ({ rows, shown, unshowable, missing, negative, hostile }: CoverageTotals): string[] => [rows, shown, unshowable, missing, negative, hostile].map(String);
/** As GitHub makes it from the heading. */
const anchor = (section: string): string => section.replaceAll('.', '').toLowerCase();

const sectionLines = (section: string, rows: readonly RequirementCoverage[]): string[] => [
  '',
  `## §${section}`,
  '',
  ...table(['id', 'level', 'requirement', 'evidence'], rows.map((row) => [row.id, row.negative ? `${row.level}, negative` : row.level, plain(row.text, Infinity), evidenceCell(row)]), Infinity),
];

function evidenceCell(row: RequirementCoverage): string {
  const { tests, vectors, types, unshowable } = row;
  const reported = reportedText(row);
  if (unshowable !== undefined) return `*binds the ${unshowable.binds}: ${plain(unshowable.reason)}*`;
  const parts = [
    ...tests.slice(0, mostTests).map(([file, title]) => `${plain(withoutIds(title))} (${codeInTable(file.replace(/^(test|src)\//, ''))})`),
    ...(tests.length > mostTests ? [tests.length === mostTests + 1 ? 'one more test' : `${tests.length - mostTests} more tests`] : []),
    ...(vectors.length > 0 ? [`vectors ${vectors.map(codeInTable).join(', ')}`] : []),
    ...types.map((type) => `type: ${plain(type)}`),
    ...(reported === undefined ? [] : [plain(reported, Infinity)]),
  ];
  return parts.length === 0 ? '**none**' : parts.join('<br>');
}

/** A title without the ids before or behind it: they are in the first column. */
const withoutIds = (title: string): string => title.replace(/^(?:R-[0-9A-Z.]+-\d\d(?:, |: ))+/, '').replace(/ \((?:[\w ]+, )?(?:R-[0-9A-Z.]+-\d\d(?:, )?)+\)$/, '');
