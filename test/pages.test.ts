/** What the pages name is there: files, headings, commands, options, folders; see docs.test.ts for what they have executed. */
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { requirementEvidence } from '../src/generated/requirement-evidence.ts';
import { hostileScripts } from '../src/runner/hostile/hostile-scripts.ts';
import { parseImplementations } from '../src/runner/implementations/read.ts';
import { programCommands } from './support/commands.ts';
import { projectRoot } from './support/data.ts';
import { anchorsOf, blocksOf, codeSpansOf, linksOf, pages, textOf } from './support/pages.ts';

/** Made from the code, by tests of their own. */
const generated = ['docs/api.md', 'docs/limits.md', 'docs/requirements.md'];

test('the pages are found', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'ci/README.md', 'docs/README.md', 'docs/guides/hostile.md', 'src/runner/scripts/README.md']));
});

describe.each(pages)('%s', (page) => {
  test('links to files and headings that are there', () => {
    const broken = linksOf(page).filter(({ target, anchor }) => {
      const file = join(projectRoot, target);
      if (target.startsWith('..') || !existsSync(file)) return true;
      return anchor !== undefined && !(target.endsWith('.md') && anchorsOf(readFileSync(file, 'utf8')).has(anchor));
    });
    expect(broken).toEqual([]);
  });
});

test('a heading has the anchor that GitHub gives it, and a second of the same name another one', () => {
  const text = '# Does it enforce RFC 9420?\n## `run --hostile`: how\n```sh\n# no heading\n```\n## [Links](x.md), too\n## Data\n## Data\n';
  expect([...anchorsOf(text)]).toEqual(['does-it-enforce-rfc-9420', 'run---hostile-how', 'links-too', 'data', 'data-1']);
});

test('a link leads from its page, also to a heading of its own and to a picture', () => {
  const text = '[a](../x.md#b) [c](#d) ![e](f.png) <img src="g.svg"> [web](https://example.org) `[code](no.md)`';
  const links = [['docs/x.md', 'b'], ['docs/guides/here.md', 'd'], ['docs/guides/f.png', undefined], ['docs/guides/g.svg', undefined]];
  expect(linksOf('docs/guides/here.md', text)).toEqual(links.map(([target, anchor]) => ({ target, anchor })));
});

test('the index of docs/ leads to every page of it, and the README to the index', () => {
  const linked = linksOf('docs/README.md').map(({ target }) => target);
  expect(pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md' && !linked.includes(page))).toEqual([]);
  expect(linksOf('README.md').map(({ target }) => target)).toContain('docs/README.md');
});

test('every picture is shown on some page, and is small', () => {
  const pictures = globSync('docs/**/*.{png,svg}', { cwd: projectRoot });
  const shown = new Set(pages.flatMap((page) => linksOf(page).map(({ target }) => target)));
  expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
  expect(pictures.filter((picture) => statSync(join(projectRoot, picture)).size > 200_000)).toEqual([]);
});

test('a page whose commands a checkout writes otherwise says so', () => {
  const silent = pages.filter((page) => linesOf(page).some((line) => line.startsWith('mls-interop ')) && !textOf(page).includes('`npm run -s mls-interop --'));
  expect(silent).toEqual([]);
});

test('the architecture page names every folder of src, and no other', () => {
  const foldersIn = (folder: string): string[] => readdirSync(join(projectRoot, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
  const folders = foldersIn('src').flatMap((folder) => (folder === 'src/mls' ? [folder, ...foldersIn(folder)] : [folder]));
  const rows = [...textOf('docs/guides/architecture.md').matchAll(/^\| `(src\/[\w/.-]+)` \|/gm)].map(([, name]) => name!);
  expect(rows.filter((name) => !name.endsWith('.ts')).sort()).toEqual(folders.sort());
  expect(rows.filter((name) => !existsSync(join(projectRoot, name)))).toEqual([]);
});

test('the README counts violations and requirements right', () => {
  const played = new Set<string>(hostileScripts().map(({ id }) => id.split('/')[0]!));
  const breakable = Object.entries(requirementEvidence).filter(([, { negative }]) => negative).map(([id]) => id);
  const met = breakable.filter((id) => played.has(id)).length;
  const readme = textOf('README.md').replaceAll(/\s+/g, ' ');
  const counted = /(\d+) messages that break one rule each, of (\d+) of the (\d+) requirements/.exec(readme)?.slice(1).map(Number);
  expect(counted).toEqual([hostileScripts().length, met, breakable.length]);
  expect(/RFC 9420's (\d+) requirements/.exec(readme)?.[1]).toBe(String(Object.keys(requirementEvidence).length));
});

describe('what pages name between backticks', () => {
  const spans = pages.filter((page) => !generated.includes(page)).flatMap((page) => [...codeSpansOf(textOf(page)), ...linesOf(page)].map((code) => [page, code] as const));
  const broken = (pattern: RegExp, isThere: (...found: string[]) => boolean): string[] => {
    const named = spans.flatMap(([page, code]) => [...code.matchAll(pattern)].map(([whole, ...found]) => ({ page, whole, found: found.filter((part) => part !== undefined) })));
    expect(named.length, String(pattern)).toBeGreaterThan(0);
    return named.filter(({ found }) => !isThere(...found)).map(({ page, whole }) => `${page}: ${whole}`);
  };

  test('are targets of the Makefile', () => {
    const targets = new Set([...readFileSync(join(projectRoot, 'Makefile'), 'utf8').matchAll(/^([\w-]+):/gm)].map(([, target]) => target!));
    expect(broken(/^make ([\w-]+)/g, (target) => targets.has(target))).toEqual([]);
  });

  test('are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(broken(/^npm run (?:-s )?([\w-]+)/g, (script) => script in scripts)).toEqual([]);
  });

  test('are tests and programs of the project', () => {
    expect(broken(/^(?:[A-Z_]+=\S+ )?(?:npx vitest run|npx node|sh) ((?:test|src|docker|ci)\/[\w./-]+)(?: ((?:test)\/[\w./-]+))*/g, (...files) => files.every((file) => existsSync(join(projectRoot, file))))).toEqual([]);
  });

  test('are not run by whatever node the machine has, which may be too old for them', () => {
    expect(spans.filter(([, code]) => /(?<!npx )\bnode (?:test|src)\//.test(code)).map(([page, code]) => `${page}: ${code}`)).toEqual([]);
  });

  test('are commands of the program, with options that they have', async () => {
    const { names, isThere } = await programCommands();
    expect(broken(/^(?:npx |npm run -s )?mls-interop (?:-- )?([a-z]+\b)(.*)$/g, isThere)).toEqual([]);
    // Without the program's name, as in `run --hostile`.
    expect(broken(/^([a-z]+\b)(.* --.*)$/g, (name, rest) => !names.includes(name) || isThere(name, rest))).toEqual([]);
  });
});

/** The lines of the commands of a page, as between backticks. */
function linesOf(page: string): readonly string[] {
  return blocksOf(textOf(page)).filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
}

describe('a block of YAML that is no file', () => {
  const fragments = pages.flatMap((page) => blocksOf(textOf(page)).filter(({ language, file }) => language === 'yaml' && file === undefined).map(({ text }) => [page, text] as const));
  const values = fragments.map(([page, text]) => ({ page, text, value: parse(text) as unknown }));

  test('is of implementations, and such a file can be read', () => {
    const files = values.filter(({ value }) => !Array.isArray(value));
    expect(files.length).toBeGreaterThan(0);
    for (const { page, text } of files) expect(parseImplementations(page, text).length).toBeGreaterThan(0);
  });

  test('or is steps of a workflow, whose inputs the action has', () => {
    const { inputs } = parse(readFileSync(join(projectRoot, 'action.yml'), 'utf8')) as { inputs: Record<string, unknown> };
    const steps = values.flatMap(({ page, value }) => (Array.isArray(value) ? (value as { uses?: string; with?: object }[]).map((step) => ({ page, ...step })) : []));
    const ours = steps.filter(({ uses }) => uses?.startsWith('mls-interop/mls-interop@'));
    expect(ours.length).toBeGreaterThan(0);
    for (const { page, with: said } of ours) expect(Object.keys(said!).filter((input) => !(input in inputs)), page).toEqual([]);
  });
});
