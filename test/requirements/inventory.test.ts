/** Every requirement that can be shown is: the negative ones by a violation, and what is committed of it is current. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../src/cli/requirement-coverage.ts';
import { requirementsMarkdown } from '../../src/cli/requirements-page.ts';
import { reportedElsewhere } from '../../src/hostile/reported-elsewhere.ts';
import { shownByType, unshowable } from '../../src/cli/unshowable-requirements.ts';
import { requirements } from '../../src/mls/requirements.ts';
import { dataPath, projectRoot } from '../support/data.ts';
import { collectEvidence, evidencePath, evidenceSource, pagePath } from '../support/generate-requirement-evidence.ts';
import { catalogued, idPattern, namedRequirements, refusedIn } from '../support/named-requirements.ts';
import { vectorEvidence } from '../support/vector-evidence.ts';

const evidence = collectEvidence();
const coverage = coverageOf(evidence);
const howTo = 'run: node test/support/generate-requirement-evidence.ts';

test('every id in the tests is one of the inventory', () => {
  const files = globSync(['test/{mls,requirements,service,vectors}/**/*.test.ts', 'src/hostile/**/*.ts'], { cwd: projectRoot });
  const named = files.flatMap((file) => readFileSync(join(projectRoot, file), 'utf8').match(idPattern) ?? []);
  expect(named.length).toBeGreaterThan(500);
  // Ids that a test of this file makes up.
  expect([...new Set(named)].filter((id) => !(id in requirements) && !id.startsWith('R-0-'))).toEqual([]);
});

const negative = coverage.filter((row) => row.negative);

test('every requirement with negative = yes is violated by a case of the catalogue, or where none can be driven by a test here', () => {
  expect(negative.length).toBe(208);
  expect(negative.filter((row) => !row.hostile).map(({ id }) => id)).toEqual([]);
});

const inventory = dataPath('spec/rfc9420-requirements.tsv');

test.runIf(inventory !== undefined)('violations are reported as the inventory has it, but for those that say why not', () => {
  const [header, ...rows] = readFileSync(inventory!, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const column = new Map(rows.map((row) => [row[header!.indexOf('id')], row[header!.indexOf('reported_as')]!]));
  const isAsWanted = (id: string, reportedAs: readonly string[], wanted: string): boolean =>
    wanted === 'the violated rule' ? reportedAs.length > 0 && !reportedAs.includes(id) : reportedAs.length === 1 && reportedAs[0] === wanted;
  const others = negative.filter(({ id, reportedAs }) => !isAsWanted(id, reportedAs, column.get(id)!));
  expect(others.map(({ id, reportedAs }) => `${id} as ${reportedAs.join(', ')}: ${reportedElsewhere[id]}`)).toEqual(
    Object.entries(reportedElsewhere).map(([id, why]) => `${id} as ${coverage.find((row) => row.id === id)!.reportedAs.join(', ')}: ${why}`),
  );
});

test('every requirement has evidence, or a reason why there can be none, and none has both', () => {
  expect(coverage.filter(({ status }) => status === 'missing').map(({ id }) => id)).toEqual([]);
  expect(Object.keys({ ...unshowable, ...shownByType }).filter((id) => coverage.find((row) => row.id === id)!.tests.length > 0)).toEqual([]);
});

test('evidence by vectors is of files that a test verifies', () => {
  for (const file of Object.keys(vectorEvidence)) expect([file, existsSync(join(projectRoot, `test/vectors/${file}.test.ts`))]).toEqual([file, true]);
});

test('the committed evidence is what the tests name', () => {
  expect(readFileSync(evidencePath, 'utf8') === evidenceSource(evidence), howTo).toBe(true);
});

test('the page of the docs is what the evidence gives', () => {
  expect(readFileSync(pagePath, 'utf8') === requirementsMarkdown(coverage), howTo).toBe(true);
});

describe('an id is named by', () => {
  test.each([
    ['the title it stands in', "test('R-0-01: it is so', () => {", ['R-0-01: it is so']],
    ['the title around it', "describe('of X', () => {\n  it('is so', async () => {\n    refuses(x, 'R-0-01');\n  });\n});", ['is so']],
    ['the title behind its table', "test.each([\n  ['R-0-01', 5],\n] as const)('%s: number %i', () => {});", ['number %i']],
    ['the text beside it in a table', "const rows = [\n  ['R-0-01', 'it\\'s so', 5],\n  { id: 'R-0-01', name: 'and so', x },\n];", ["it's so", 'and so']],
    ['its file, where there is nothing else', "const rule = 'R-0-01';", ['a table of the file']],
    ['nothing in a comment', "/** R-0-01 */\nconst a = 1; // R-0-01\n", []],
  ])('%s', (_, source, titles) => {
    expect(namedRequirements(source)).toEqual(titles.map((title) => ({ id: 'R-0-01', title })));
  });

  test('its entry in a catalogue, and not by what another entry is reported as', () => {
    const source = "commit({ id: 'R-0-01', name: 'one', reported: 'R-6-04' }),\ncommit({\n  id: 'R-0-01',\n  name: \"it's two\",\n}),";
    expect(catalogued(source)).toEqual([{ id: 'R-0-01', title: 'one' }, { id: 'R-0-01', title: "it's two" }]);
  });
});

describe('an id is violated by', () => {
  test.each([
    ['a test that has it refused', "test('it is so', async () => {\n  await refuses(x, { requirement: 'R-0-01' });\n});", [['R-0-01', ['R-0-01']]]],
    ['a test of one line', "  test('R-0-01: so', () => refused(x, 'R-0-02'));\n  test('R-0-03: not so', () => {});", [['R-0-01', ['R-0-02']], ['R-0-02', ['R-0-02']]]],
    ['the table of such a test', "test.each([\n  ['R-0-01', 5],\n] as const)('%s: number %i', async (rule) => {\n  await judgeCommit({ requirement: rule });\n});", [['R-0-01', ['R-0-01']]]],
    ['another rule that the refusal names', "test('R-0-01, R-0-02: so', async () => {\n  await expect(x()).rejects.toMatchObject({ requirement: 'R-0-02' });\n});", [['R-0-01', ['R-0-02']], ['R-0-02', ['R-0-02']]]],
    ['no test that only names it', "test('R-0-01: so', () => {\n  expect(x).toBe(1);\n});\ntest('other', () => {\n  refuses(x);\n});", []],
    ['nothing in a comment', "// R-0-01\ntest('so', () => {\n  refuses(x);\n});", []],
  ])('%s', (_, source, refused) => {
    expect(refusedIn(source).map(({ id, as }) => [id, as])).toEqual(refused);
  });
});
