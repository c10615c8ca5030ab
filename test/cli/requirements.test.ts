import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { requirements, requirementsCommand, type RequirementsOptions } from '../../src/cli/requirements.ts';
import { requirements as inventory } from '../../src/mls/requirements.ts';

async function printed(...args: string[]): Promise<string> {
  let text = '';
  const stdout = new Writable({ write: (chunk, _, done) => (void (text += String(chunk)), done()) });
  const command = requirementsCommand().exitOverride().configureOutput({ writeErr: () => {} });
  command.action((ids: string[], options: RequirementsOptions) => requirements(ids, options, { stdout }));
  await command.parseAsync(args, { from: 'user' });
  return text;
}

interface Printed {
  readonly totals: { readonly rows: number; readonly shown: number; readonly unshowable: number; readonly missing: number; readonly negative: number; readonly hostile: number };
  readonly requirements: readonly { readonly id: string; readonly section: string; readonly level: string; readonly area: string; readonly negative: boolean; readonly status: string }[];
}
const json = async (...args: string[]): Promise<Printed> => JSON.parse(await printed('--json', ...args)) as Printed;

test('without a filter all requirements are printed, in their order', async () => {
  const { totals, requirements: rows } = await json();
  expect(rows.map(({ id }) => id)).toEqual(Object.keys(inventory));
  expect(totals.rows).toBe(rows.length);
  expect(totals.shown + totals.unshowable + totals.missing).toBe(totals.rows);
  expect(totals.hostile).toBe(totals.negative);
});

test('a row has its text, what shows it by file and title, and what refuses it', async () => {
  const text = await printed('R-12.2-05');
  expect(text).toMatch(/^R-12\.2-05 {2}§12\.2 {2}RULE, negative\n {2}A regular Commit does not remove its committer\.\n/);
  expect(text).toMatch(/\n {4}test {4}(test|src)\/\S+\.ts: .+\n/);
  expect(text).toContain('\n    check   src/mls/group/proposal-list.ts\n');
  expect(text).toMatch(/\nall +1 +1 +0 +0 +1 +1\n\n1 of 1 rows with evidence, 0 that a test of the engine cannot show, 0 without\.\n1 of 1 rows that input can violate with a test that violates them\.\n$/);
});

test('a row that shares a check says what a violation is reported as, a row that binds others says whom', async () => {
  expect(await printed('R-13.5-05')).toContain('a violation is reported as R-12.1-01\n');
  expect(await printed('R-13.5-07')).toContain('a violation is reported as R-12.4.3-04: the inventory names R-13.4-06, which is reported so itself\n');
  expect(await printed('R-12.2-16')).toContain('a violation is reported as R-13.2-01\n');
  expect(await printed('R-12.2-05')).not.toContain('reported as');
  expect(await printed('R-14-01')).toMatch(/binds the application: .+\n/);
  expect(await printed('R-12.4-13')).toMatch(/type {4}CustomProposalType\.requiresPath/);
  expect(await printed('R-8.4-05')).toContain('vectors psk_secret.json');
});

test.each<[string[], (row: Printed['requirements'][number]) => boolean]>([
  [['R-12.2'], ({ id }) => id.startsWith('R-12.2-')],
  [['R-12.4.3', 'R-2-01'], ({ id }) => /^R-12\.4\.3[-.]/.test(id) || id === 'R-2-01'],
  [['--section', '12.1'], ({ section }) => section === '12.1' || section.startsWith('12.1.')],
  [['--level', 'must,should not'], ({ level }) => level === 'MUST' || level === 'SHOULD NOT'],
  [['--area', 'welcome', '--area', 'psk'], ({ area }) => area === 'welcome' || area === 'psk'],
  [['--negative'], ({ negative }) => negative],
  [['--missing'], ({ status }) => status === 'missing'],
  [['R-12', '--negative', '--level', 'MUST'], ({ id, negative, level }) => id.startsWith('R-12') && negative && level === 'MUST'],
])('%j filters', async (args, holds) => {
  const all = (await json()).requirements;
  expect((await json(...args)).requirements).toEqual(all.filter(holds));
});

test('--summary is the table alone', async () => {
  const lines = (await printed('--summary')).split('\n');
  expect(lines[0]).toMatch(/^section +rows +evidence +not to be shown +missing +negative +violated by a test$/);
  expect(lines.filter((line) => line.startsWith('R-'))).toEqual([]);
  expect(lines.find((line) => line.startsWith('all '))).toMatch(/^all +502 /);
});

test('--markdown is a page with the rows that were asked for', async () => {
  const page = await printed('R-2.1', '--markdown');
  expect(page).toMatch(/^# Requirements of RFC 9420/);
  expect(page).toContain('| [§2.1](#21) | ');
  expect(page).toMatch(/\n\| R-2\.1-02 \| RULE, negative \| .+ \| .+ \|\n/);
  expect(page).not.toContain('R-3.2-01');
  for (const line of page.split('\n').filter((one) => one.startsWith('| R-'))) expect(line.replaceAll('\\|', '').split('|').length).toBe(6);
});

test.each([
  [['R-99-01'], 'no requirement has the id R-99-01'],
  [['R-1.2'], 'no requirement has the id R-1.2'],
  [['12.2-05'], 'An id is like R-12.2-05'],
  [['--section', '99'], 'no requirement has the section 99'],
  [['--level', 'PERHAPS'], 'no requirement has the level PERHAPS'],
  [['--area', 'weather'], 'no requirement has the area weather'],
  [['--json', '--summary'], "cannot be used with option '--summary'"],
])('%j is wrong usage', async (args, message) => {
  await expect(printed(...args)).rejects.toThrow(message);
});
