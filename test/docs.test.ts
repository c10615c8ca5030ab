/** The pages, executed: every command and program runs as it stands, with the files that the page gives before it, and says what the page says. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  'mls-interop run --hostile --suite 1 --record': 'takes minutes; the next command of its page plays one rule',
  'mls-interop expect update results/run.jsonl': 'needs what a run of docker/compose.yaml has left',
};
const exclusionOf = (line: string): string | undefined => Object.keys(notExecuted).find((words) => line === words || line.startsWith(`${words} `));

/** Whoever reads these is in a checkout, which their commands leave as it is. */
const ofTheCheckout = ['CONTRIBUTING.md'];

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mls-interop-docs-'));
const commands = join(folder, 'bin');

function program(file: string, args: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'src/cli/main.ts')}' ${args}\n`);
  chmodSync(file, 0o755);
}

beforeAll(() => program(join(commands, 'mls-interop'), '"$@"'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where a page is followed: a folder that has the program as a script of the package, and a server where a reader has one. */
function placeFor(page: string): string {
  if (ofTheCheckout.includes(page)) return projectRoot;
  const place = join(folder, page.replaceAll(/[/.]/g, '-'));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type: 'module', scripts: { 'mls-interop': 'mls-interop' } }));
  program(join(place, 'build/mls_server'), 'serve --listen "127.0.0.1:$2"');
  return place;
}

/** A file of implementations that get more time to start than anybody at a terminal would give them: all pages are followed at once. */
function patient(contents: string): string {
  const file = parse(contents) as { implementations: Record<string, object> };
  return stringify({ implementations: Object.fromEntries(Object.entries(file.implementations).map(([name, said]) => [name, { ...said, ready: 100 }])) });
}

/** Output of a command, or a sample of it, in which numbers and blanks do not count. */
const alike = (line: string): string => line.replaceAll(/\d+(\.\d+)?/g, '0').replaceAll(/\s+/g, ' ').trim();

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
  const { stdout, stderr } = await run('sh', ['-c', line], { cwd: place, env: { ...environment, PATH: `${commands}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' }, maxBuffer: 1e8 });
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
  expect(notSaid('1 case in 2.5 s\n...\nlast', 'x\n10 case   in 31 s\ny\nlast\n')).toEqual([]);
  expect(notSaid('last\n1 case ...', '1 case in 2 s\nlast\n')).toEqual(['1 case ...']);
  expect(notSaid('1 case ...', '2 case in all\n')).toEqual([]);
  expect(notSaid('1 failed', '1 passed\n')).toEqual(['1 failed']);
});
