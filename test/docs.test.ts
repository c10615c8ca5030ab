/** The guides, executed: every block of commands runs as it stands, with the files that the page gives before it. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from './support/data.ts';

const run = promisify(execFile);
const guides = join(projectRoot, 'docs/guides');
const pages = readdirSync(guides).filter((name) => name.endsWith('.md'));

interface Block {
  readonly language: string;
  /** `file=NAME` names what the block is the contents of. */
  readonly file: string | undefined;
  readonly text: string;
}

const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+)(?: file=(\S+))?\n([^]*?)^```$/gm)].map(([, language, file, text]) => ({ language: language!, file, text: text! }));

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-docs-'));
const commands = join(folder, 'bin');
beforeAll(() => {
  mkdirSync(commands);
  const command = join(commands, 'mls-interop');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'src/cli/main.ts')}' "$@"\n`);
  chmodSync(command, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder in which a page is followed. */
function placeFor(page: string): string {
  const place = join(folder, page.replace('.md', ''));
  mkdirSync(place, { recursive: true });
  return place;
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(guides, page), 'utf8');
  const blocks = blocksOf(text);

  test('has no block that is neither executed nor a file', () => {
    expect(blocks.filter(({ language, file }) => file === undefined && language !== 'sh' && language !== 'ts').map(({ language }) => language)).toEqual([]);
    expect(text.split('```').length).toBe(2 * blocks.length + 1);
  });

  test('links to files that are there', () => {
    const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    expect(targets.filter((target) => !existsSync(join(guides, target)))).toEqual([]);
  });

  const executed = blocks.filter(({ language, file }) => file === undefined && language === 'sh');
  if (executed.length > 0) test('does what it says', { timeout: 600_000 }, async () => {
    const place = placeFor(page);
    for (const { language, file, text: contents } of blocks) {
      if (file !== undefined) writeFileSync(join(place, file), contents);
      else if (language === 'sh') {
        for (const line of contents.trim().split('\n')) {
          const { stdout } = await run('sh', ['-c', line], { cwd: place, env: { ...process.env, PATH: `${commands}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' }, maxBuffer: 1e8 });
          expect(stdout, line).not.toBe('');
        }
      }
    }
  });

  const programs = blocks.filter(({ language }) => language === 'ts');
  if (programs.length > 0) test('has programs that print what it says', async () => {
    for (const { text: program } of programs) {
      const file = join(placeFor(page), 'program.ts');
      writeFileSync(file, program.replaceAll("'mls-interop'", JSON.stringify(join(projectRoot, 'src/index.ts'))));
      const { stdout } = await run(process.execPath, [file]);
      expect(text).toContain(`It prints \`${stdout.trim()}\`.`);
    }
  });
});
