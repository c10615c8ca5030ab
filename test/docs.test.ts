/**
 * The pages, followed in a checkout: commands and programs run as they stand, with the files that the page gives before them, and say what the
 * page says. What is not executed is listed here with the reason.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { projectRoot } from './support/data.ts';
import { blocksOf, pages, textOf } from './support/pages.ts';

/** Declarations that api-extractor wrote; no program. */
const notWritten = 'docs/api.md';

/** What is not executed here, by its first words, with the reason. */
const notExecuted: Readonly<Record<string, string>> = {
  'make interop': 'takes minutes; a job of .github/workflows/ci.yml runs it',
  'make test': 'this test is part of it',
  'docker compose': 'needs a Docker daemon and builds images; test/docker runs the same topology as processes',
  'npm install mls-interop': 'needs the published package; `make pack-check` installs the packed one',
  'mls-interop run --suite 1 configs/*.json': "needs the working group's scripts, and peers built from their own repositories",
  'mls-interop run --hostile --suite 1 --record': 'takes minutes, and peers; docs/guides/hostile.md plays one rule',
  'npm run -s mls-interop -- expect update docker/results/run.jsonl': 'needs what a run of docker/compose.yaml has left',
};
const exclusionOf = (line: string): string | undefined => Object.keys(notExecuted).find((words) => line === words || line.startsWith(`${words} `));

/** Whoever reads these is in a checkout, which their commands leave as it is. */
const ofTheCheckout = ['CONTRIBUTING.md'];

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mls-interop-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where a page is followed: the checkout, but for the files that following it leaves. */
function placeFor(page: string): string {
  if (ofTheCheckout.includes(page)) return projectRoot;
  const place = join(folder, page.replaceAll(/[/.]/g, '-'));
  mkdirSync(place, { recursive: true });
  for (const name of ['package.json', 'node_modules', 'src']) if (!existsSync(join(place, name))) symlinkSync(join(projectRoot, name), join(place, name));
  return place;
}

/** A checkout does not have the program on the PATH. */
const path = process.env['PATH']!.split(delimiter).filter((where) => !existsSync(join(where, 'mls-interop'))).join(delimiter);

/** As a page says to write its commands in a checkout. */
const inCheckout = (line: string): string => line.replace(/^mls-interop /, 'npm run -s mls-interop -- ');

/** A file of implementations that get more time to start than anybody at a terminal would give them: all pages are followed at once. */
function patient(contents: string): string {
  const file = parse(contents) as { implementations: Record<string, object> };
  return stringify({ implementations: Object.fromEntries(Object.entries(file.implementations).map(([name, said]) => [name, { ...said, ready: 100 }])) });
}

/** Output of a command, or a sample of it, in which times, sizes, percentages, ports and blanks do not count. */
const alike = (line: string): string =>
  line
    .replaceAll(/\d+(?:\.\d+)?(?= ?(?:ms|s|%|B|kB|KB|KiB|MB)(?!\w))/g, '0')
    .replaceAll(/(?<=127\.0\.0\.1:)\d+/g, '0')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The lines of a sample that the output does not have, in this order; `...` alone leaves lines out, at the end of a line the rest of it. */
function notSaid(sample: string, output: string): string[] {
  const said = output.split('\n').map(alike);
  let from = 0;
  return sample.split('\n').filter((line) => {
    const wanted = alike(line);
    if (wanted === '' || wanted === '...') return false;
    const at = said.findIndex((has, index) => index >= from && (wanted.endsWith('...') ? has.startsWith(wanted.slice(0, -3).trim()) : has === wanted));
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}

async function output(line: string, place: string): Promise<string> {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { stdout, stderr } = await run('sh', ['-c', inCheckout(line)], { cwd: place, env: { ...environment, PATH: path, NO_COLOR: '1' }, maxBuffer: 1e8 });
  expect(stdout, line).not.toBe('');
  return `${stderr}\n${stdout}`;
}

const linesOf = (text: string): string[] => text.trim().split('\n').map((line) => line.replace(/ +# .*$/, ''));
const list = new Intl.ListFormat('en-GB');

describe.concurrent.each(pages.filter((page) => page !== notWritten))('%s', (page) => {
  const text = textOf(page);
  const blocks = blocksOf(text);

  test('has no block that is neither a command, its output, a program, a file nor a piece of YAML', () => {
    expect(blocks.filter(({ language, file }) => file === undefined && !['sh', 'text', 'ts', 'yaml'].includes(language)).map(({ language }) => language)).toEqual([]);
    expect(text.match(/^ *```/gm) ?? []).toHaveLength(2 * blocks.length);
  });

  const executed = blocks.filter(({ language }) => language === 'sh').flatMap(({ text: contents }) => linesOf(contents)).filter((line) => exclusionOf(line) === undefined);
  if (executed.length > 0) test('does and says what it says', { timeout: 600_000 }, async () => {
    const place = placeFor(page);
    let last: string | undefined;
    for (const { language, file, text: contents } of blocks) {
      if (file !== undefined) writeFileSync(join(place, file), file === 'implementations.yaml' ? patient(contents) : contents);
      else if (language === 'sh') {
        const lines = linesOf(contents).filter((line) => exclusionOf(line) === undefined);
        last = lines.length === 0 ? undefined : '';
        for (const line of lines) last += await output(line, place);
      } else if (language === 'text' && last !== undefined) expect(notSaid(contents, last), last).toEqual([]);
    }
  });

  const programs = blocks.filter(({ language }) => language === 'ts');
  if (programs.length > 0) test('has programs that print what it says', async () => {
    const place = placeFor(page);
    for (const [index, { text: contents }] of programs.entries()) {
      const file = join(place, `program${index}.ts`);
      writeFileSync(file, contents.replaceAll("'mls-interop'", JSON.stringify(join(projectRoot, 'src/index.ts'))));
      const { stdout } = await run(process.execPath, [file]);
      expect(text).toContain(`It prints ${list.format(stdout.trim().split('\n').map((line) => `\`${line}\``))}.`);
    }
  });
});

test('nothing is left out that no page has, and nothing without a reason', () => {
  const lines = pages.flatMap((page) => blocksOf(textOf(page)).filter(({ language }) => language === 'sh').flatMap(({ text }) => linesOf(text)));
  expect(Object.keys(notExecuted).filter((words) => !lines.some((line) => exclusionOf(line) === words))).toEqual([]);
  expect(Object.values(notExecuted).filter((reason) => reason.length < 20)).toEqual([]);
});

test('a sample has the lines of an output, in their order', () => {
  expect(notSaid('1 case in 2.5 s\n...\nlast', 'x\n1 case   in 31 s\ny\nlast\n')).toEqual([]);
  expect(notSaid('last\n1 case ...', '1 case in 2 s\nlast\n')).toEqual(['1 case ...']);
  expect(notSaid('697 ms, 8 kB, 90 %, 127.0.0.1:50051', '31 ms, 1.2 kB, 100 %, 127.0.0.1:4711\n')).toEqual([]);
});

test.each([
  ['1 failed', '1 passed'],
  ['10 cases: 10 passed, 0 failed, in 1 s', '10 cases: 9 passed, 1 failed, in 1 s'],
  ['joining/welcome 8/8', 'joining/welcome 7/8'],
  ['suites 1, 2, 3', 'suites 1, 2'],
  ['every ordered pair: 24 of 24', 'every ordered pair: 23 of 24'],
])('a sample that says %j is not that of an output that says %j', (sample, output) => {
  expect(notSaid(sample, output)).toEqual([sample]);
});
