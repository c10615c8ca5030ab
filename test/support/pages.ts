/** The pages of the repository, as a reader finds them: their blocks, links and headings. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { projectRoot } from './data.ts';

const elsewhere = ['node_modules', '**/node_modules', '.git', 'dist', 'out', 'coverage', 'test/report/golden'];

/** Every page, by its path from the root, with slashes. */
export const pages: readonly string[] = globSync('**/*.md', { cwd: projectRoot, exclude: elsewhere })
  .map((page) => page.split(sep).join('/'))
  .sort();

export const textOf = (page: string): string => readFileSync(join(projectRoot, page), 'utf8');

export interface Block {
  readonly language: string;
  /** `file=NAME` behind the language names what the block is the contents of. */
  readonly file: string | undefined;
  readonly text: string;
}

export const blocksOf = (text: string): readonly Block[] =>
  [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n([^]*?)^```$/gm)].map(([, language, file, contents]) => ({ language: language!, file, text: contents! }));

const withoutBlocks = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '');

/** What stands between backticks outside blocks. */
export const codeSpansOf = (text: string): readonly string[] => [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

export interface Link {
  /** From the root; the page itself where the link names a heading only. */
  readonly target: string;
  readonly anchor: string | undefined;
}

/** The links and pictures of a page that stay within the repository. */
export function linksOf(page: string, text = textOf(page)): readonly Link[] {
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]+`/g, '`');
  const named = [...prose.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)].map(([, markdown, html]) => (markdown ?? html)!);
  return named
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split('#');
      return { target: path === '' ? page : normalize(join(dirname(page), path!)).split(sep).join('/').replace(/\/$/, ''), anchor };
    });
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutBlocks(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const anchor = heading!
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}
