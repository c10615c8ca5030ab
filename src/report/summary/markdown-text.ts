/** Pieces of GitHub-flavoured Markdown from texts that peers may have written. */
import { printable } from '../printable.ts';

/** Text that shows as it is, in one line; what is longer than `most` characters is cut. */
export function plain(text: string, most = 300): string {
  return shortened(oneLine(text), most).replace(/[\\`*_{}[\]<>|~#&]/g, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`));
}

/** A code span, in tables too. */
export function code(text: string): string {
  const line = oneLine(text);
  const ticks = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${line}${space}${ticks}`;
}

/** A code span within a table, where even there a bar ends the cell. */
export const codeInTable = (text: string): string => code(text).replaceAll('|', '\\|');

/** Lines of a table; the cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], numbersFrom = 1): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, column) => (column >= numbersFrom ? '---:' : '---'))), ...rows.map(line)];
}

/** A link when the issue is an address of the web, else its text. */
export function issueLink(issue: string): string {
  const url = URL.canParse(issue) ? new URL(issue) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return plain(issue);
  return `[${plain(url.pathname.length > 1 ? `${url.host}${url.pathname}` : url.host)}](${encodeURI(decodeURISafely(issue)).replace(/[()<>|]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`;
}

/** Lines that fit in `most` bytes together, with line feeds; how many do not. */
export function fitting(lines: readonly string[], most: number): { readonly fit: readonly string[]; readonly left: number } {
  let size = 0;
  const end = lines.findIndex((line) => {
    size += Buffer.byteLength(line) + 1;
    return size > most;
  });
  return end === -1 ? { fit: lines, left: 0 } : { fit: lines.slice(0, end), left: lines.length - end };
}

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}

// Control characters show as nothing or break the line; what is left of `printable` changes the order in which a line shows.
const oneLine = (text: string): string => printable(text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim());

function decodeURISafely(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
