/** Which requirements a test file names, and under which title: read from its text, without running it. */

export interface Naming {
  readonly id: string;
  /** Of the test, or of the row of a table that the tests are made from. */
  readonly title: string;
}

export const idPattern = /R-[0-9A-Z.]+-\d\d\b/g;

/** Every id in the code of a test file, once per title. Comments count for nothing. */
export function namedRequirements(source: string): Naming[] {
  const lines = withoutComments(source).split('\n');
  const namings = new Map<string, Naming>();
  lines.forEach((line, at) => {
    for (const { 0: id, index } of line.matchAll(idPattern)) {
      const title = titleOf(line) ?? textAfter(line, index + id.length) ?? tableTitle(lines, at) ?? enclosingTitle(lines, at) ?? fileOnly;
      namings.set(`${id} ${title}`, { id, title });
    }
  });
  const all = [...namings.values()];
  return all.filter(({ id, title }) => title !== fileOnly || all.every((other) => other.id !== id || other.title === fileOnly));
}

/** The title of an id that stands by itself, for want of a better one. */
const fileOnly = 'a table of the file';

/** Every entry of a catalogue of violations, under its own id; tests are made from it. */
export function catalogued(source: string): Naming[] {
  const entry = new RegExp(`\\bid: '(?<id>${idPattern.source})',\\s*(?:leftOpen: [\\w.]+,\\s*)?name: ${quotedAs('mark', 'name')}`, 'g');
  return Array.from(withoutComments(source).matchAll(entry), ({ groups }) => ({ id: groups!['id']!, title: unescaped(groups!['name']!) }));
}

export interface Refusals {
  readonly id: string;
  /** The ids that the refusals have by the test: this one, or, where it is not among them, all. */
  readonly as: readonly string[];
}

/** Every id that stands in a test that has something refused, its title and its table included. */
export function refusedIn(source: string): Refusals[] {
  const lines = withoutComments(source).split('\n');
  return lines.flatMap((line, at) => {
    const isAfterTable = afterTable.test(line);
    if (!isAfterTable && !/^\s*(?:test|it)\b/.test(line) || titleOf(line) === undefined) return [];
    const isBeside = (other: string): boolean => other.trim() !== '' && indentOf(other) <= indentOf(line);
    const start = isAfterTable ? lines.slice(0, at).findLastIndex(isBeside) : at;
    const end = line.endsWith(');') ? at : at + 1 + lines.slice(at + 1).findIndex(isBeside);
    const text = lines.slice(start, end + 1).join('\n');
    if (!/\b(?:refuses|refused|failure|judge[A-Z]\w*)\(|\.rejects\b|\.toThrow\(/.test(text)) return [];
    const quotedIds = new Set(Array.from(text.matchAll(new RegExp(`'(${idPattern.source})'`, 'g')), ([, id]) => id!));
    return Array.from(new Set(text.match(idPattern)), (id) => ({ id, as: quotedIds.has(id) ? [id] : [...quotedIds] }));
  });
}

const withoutComments = (source: string): string => source.replace(/^[ \t]*\/\*[^]*?\*\//gm, '').replace(/(^|[ \t;,])\/\/ .*$/gm, '$1');

const quotedAs = (mark: string, text: string): string => `(?<${mark}>['"\`])(?<${text}>(?:\\\\.|(?!\\k<${mark}>).)*)\\k<${mark}>`;
const quoted = quotedAs('mark', 'text');
const plain = new RegExp(`\\b(?:test|it|describe)(?:\\.(?:only|skip|sequential|concurrent))?\\(\\s*${quoted}`);
const generated = new RegExp(`\\b(?:test|it|describe)\\.\\w+(?:<.*?>)?\\(.*?\\)\\(\\s*${quoted}`);
const afterTable = new RegExp(`^\\s*[\\])}]*(?: as const)?\\)\\(\\s*${quoted}`);

/** The title of a test that begins on the line. */
function titleOf(line: string): string | undefined {
  const found = plain.exec(line) ?? generated.exec(line) ?? afterTable.exec(line);
  return found === null ? undefined : unescaped(found.groups!['text']!);
}

/** The text beside an id in the row of a table, such as `['R-6-04', 'version 0', …]` or `{ id: 'R-6-04', name: 'version 0' }`. */
function textAfter(line: string, index: number): string | undefined {
  if (!/^\s*(?:\.\.\.|\[|\{)/.test(line)) return undefined;
  const text = /^['"],\s*(?:(?:name|title|what|violation|text): )?(['"`])((?:\\.|(?!\1).)*)\1/.exec(line.slice(index))?.[2];
  return text === undefined || /^R-[0-9A-Z.]+-\d\d$/.test(text) ? undefined : unescaped(text);
}

const indentOf = (line: string): number => /^\s*/.exec(line)![0].length;
const isOut = (line: string, indent: number): boolean => line.trim() !== '' && indentOf(line) < indent;

/** The title behind a table that the line is a row of. */
function tableTitle(lines: readonly string[], at: number): string | undefined {
  const end = lines.slice(at + 1).find((line) => isOut(line, indentOf(lines[at]!)));
  return end !== undefined && afterTable.test(end) ? titleOf(end) : undefined;
}

function enclosingTitle(lines: readonly string[], at: number): string | undefined {
  let indent = indentOf(lines[at]!);
  for (let above = at - 1; above >= 0 && indent > 0; above--) {
    const line = lines[above]!;
    if (!isOut(line, indent)) continue;
    const title = titleOf(line);
    if (title !== undefined) return title;
    indent = indentOf(line);
  }
  return undefined;
}

/** As it reads: without escapes, and without the place of an id that a row fills in. */
const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1').replace(/^%s: /, '');
