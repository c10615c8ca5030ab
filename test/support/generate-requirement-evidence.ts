/**
 * Writes src/generated/requirement-evidence.ts, and docs/requirements.md from it: `node test/support/generate-requirement-evidence.ts`.
 * What shows a requirement is read from the tests' own ids, from `vector-evidence.ts` for the official vectors, and from the ids in
 * the engine's checks. The facts of a row come from the inventory; where that is not on this machine, from the committed file.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { requirementsMarkdown } from '../../src/cli/requirements-page.ts';
import { coverageOf } from '../../src/cli/requirement-coverage.ts';
import { requirementEvidence, type RequirementEvidence } from '../../src/generated/requirement-evidence.ts';
import { catalogue } from '../../src/hostile/catalogue.ts';
import { dataFolder, projectRoot } from './data.ts';
import { catalogued, namedRequirements, refusedIn, type Naming } from './named-requirements.ts';
import { vectorEvidence } from './vector-evidence.ts';

export const evidencePath = join(projectRoot, 'src/generated/requirement-evidence.ts');
export const pagePath = join(projectRoot, 'docs/requirements.md');
const inventoryPath = join(dataFolder, 'spec/rfc9420-requirements.tsv');

type Facts = Pick<RequirementEvidence, 'section' | 'area' | 'negative'>;

/** Tests that show what the engine does; those of reports and commands have ids as data. */
const tests = ['test/requirements/*.test.ts', 'test/mls/**/*.test.ts', 'test/property/**/*.test.ts', 'test/service/*.test.ts'];
const notCounted = 'test/requirements/inventory.test.ts';
/** Tests of violations that are not of the catalogue: those that no rpc can bring about. */
const refusing = 'test/requirements/!(positive-*).test.ts';
/** What tests are made from. */
const catalogues = ['src/hostile/violations/*.ts'];
const checks = ['src/mls/**/*.ts', 'src/service/**/*.ts'];

export function collectEvidence(): Record<string, RequirementEvidence> {
  const facts = existsSync(inventoryPath) ? factsOf(readFileSync(inventoryPath, 'utf8')) : new Map<string, Facts>(Object.entries(requirementEvidence));
  const readBy = (patterns: readonly string[], read: (source: string) => Naming[]) => patterns.flatMap(files).flatMap((file) => read(sourceOf(file)).map(({ id, title }) => ({ id, file, title })));
  const named = [...readBy(catalogues, catalogued), ...readBy(tests, namedRequirements)];
  // Tests of the requirement come before those that only meet it.
  const isOf = (id: string) => ({ file, title }: { readonly file: string; readonly title: string }): number => (title.includes(id) || !file.startsWith('test/') ? 0 : 1);
  const checked = checks.flatMap(files).filter((file) => !file.endsWith('/requirements.ts')).map((file) => ({ file, ids: new Set(sourceOf(file).match(/(?<=')R-[0-9A-Z.]+-\d\d(?=')/g)) }));
  const refusals = files(refusing).flatMap((file) => refusedIn(sourceOf(file)));
  const reportedAs = (id: string, negative: boolean): string[] => {
    const ofCatalogue = catalogue.filter((violation) => violation.id === id).map(({ reported = id }) => reported);
    const ofTests = negative ? refusals.filter((one) => one.id === id).flatMap(({ as }) => as) : [];
    return [...new Set<string>(ofCatalogue.length > 0 ? ofCatalogue : ofTests)];
  };
  return Object.fromEntries(
    Array.from(facts, ([id, { section, area, negative }]) => [
      id,
      {
        section,
        area,
        negative,
        reportedAs: reportedAs(id, negative),
        tests: named.filter((one) => one.id === id).toSorted((a, b) => isOf(id)(a) - isOf(id)(b)).map(({ file, title }) => [file, title] as const),
        vectors: Object.entries(vectorEvidence).filter(([, ids]) => ids.some((one) => one === id)).map(([file]) => file),
        checks: checked.filter(({ ids }) => ids.has(id)).map(({ file }) => file),
      },
    ]),
  );
}

const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: projectRoot }).map((file) => file.split(sep).join('/')).filter((file) => file !== notCounted).sort();
const sourceOf = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

function factsOf(tsv: string): Map<string, Facts> {
  const [header, ...rows] = tsv.trimEnd().split('\n').map((line) => line.split('\t'));
  const cell = (row: readonly string[], column: string): string => row[header!.indexOf(column)]!;
  return new Map(rows.map((row) => [cell(row, 'id'), { section: cell(row, 'section'), area: cell(row, 'area'), negative: cell(row, 'negative') === 'yes' }]));
}

/** The source text of src/generated/requirement-evidence.ts. */
export function evidenceSource(evidence: Readonly<Record<string, RequirementEvidence>>): string {
  const lines = Object.entries(evidence).map(([id, { section, area, negative, reportedAs, tests: named, vectors, checks: sites }]) => {
    const list = (texts: readonly string[]) => `[${texts.map(quote).join(', ')}]`;
    const facts = `section: ${quote(section)}, area: ${quote(area)}, negative: ${negative}, reportedAs: ${list(reportedAs)}`;
    const pairs = named.length === 0 ? '[]' : `[\n${named.map((pair) => `      ${list(pair)},\n`).join('')}    ]`;
    return `  ${quote(id)}: {\n    ${facts},\n    tests: ${pairs},\n    vectors: ${list(vectors)},\n    checks: ${list(sites)},\n  },`;
  });
  return `${head}${lines.join('\n')}\n};\n`;
}

const head = `/**
 * What shows each requirement of RFC 9420. Generated from the inventory, the tests and the engine's checks by
 * test/support/generate-requirement-evidence.ts; do not edit.
 */
export interface RequirementEvidence {
  /** Of RFC 9420. */
  readonly section: string;
  readonly area: string;
  /** Whether input can violate it. */
  readonly negative: boolean;
  /** The ids that the engine refuses its violations with, in src/hostile or in a test; empty when nothing violates it. */
  readonly reportedAs: readonly string[];
  /** File and title of each test that names the id. */
  readonly tests: readonly (readonly [file: string, title: string])[];
  /** Official vector files that a violation would fail. */
  readonly vectors: readonly string[];
  /** Source files that refuse something with this id. */
  readonly checks: readonly string[];
}

export const requirementEvidence: Readonly<Record<string, RequirementEvidence>> = {
`;

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

if (import.meta.main) {
  const evidence = collectEvidence();
  writeFileSync(evidencePath, evidenceSource(evidence));
  writeFileSync(pagePath, requirementsMarkdown(coverageOf(evidence)));
}
