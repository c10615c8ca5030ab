/**
 * Patterns over slash ids such as `commit/add/suite:1/wire:private/alice=openmls,bob=mlspp`. `*` stands for any characters
 * within one component, `**` as a component for any number of components; all else, commas and `=` included, for itself.
 * A pattern starts at the id's start and may end before its end: `commit/add` matches whatever is below it.
 */

/** A pattern that cannot be one; the message quotes it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * Tells which ids a pattern matches.
 * @throws PatternError
 */
export function compilePattern(text: string): (id: string) => boolean {
  return matcherOf(components(text));
}

/**
 * What the writer of a pattern that matches none of `ids` may have meant: up to `count` patterns that match some of them,
 * nearest first. They differ from the given one in the first component that fits nowhere, and end there.
 * @throws PatternError
 */
export function nearPatterns(text: string, ids: readonly string[], count = 3): string[] {
  const wanted = components(text);
  let remaining = ids;
  for (const [index, component] of wanted.entries()) {
    const upTo = wanted.slice(0, index);
    const matched = remaining.filter(matcherOf([...upTo, component]));
    if (matched.length > 0) {
      remaining = matched;
      continue;
    }
    // After `**` it may be any component that comes late enough.
    const first = upTo.filter((part) => part !== anyComponents).length;
    const end = first < index ? Infinity : index + 1;
    const candidates = new Set(remaining.flatMap((id) => id.split('/').slice(first, end)));
    const ranked = [...candidates].map((candidate) => ({ candidate, distance: editDistance(component, candidate) })).sort(nearestFirst);
    return ranked.slice(0, count).map(({ candidate }) => [...upTo, candidate].join('/'));
  }
  return [];
}

const anyComponents = '**';

function components(text: string): string[] {
  const parts = (text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text).split('/');
  if (parts.includes('')) throw new PatternError(`pattern ${JSON.stringify(text)}: nothing between two slashes, or before or after one`);
  const mixed = parts.find((part) => part !== anyComponents && part.includes(anyComponents));
  if (mixed !== undefined) throw new PatternError(`pattern ${JSON.stringify(text)}: ** stands alone between slashes, not within ${JSON.stringify(mixed)}`);
  return parts;
}

function matcherOf(parts: readonly string[]): (id: string) => boolean {
  // Each component takes the slash before it along, so that `**` can be none at all.
  const source = parts.map((part) => (part === anyComponents ? '(?:/[^/]+)*' : `/${part.split('*').map(literally).join('[^/]*')}`)).join('');
  const pattern = new RegExp(`^${source}(?:/|$)`);
  return (id) => pattern.test(`/${id}`);
}

const literally = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

const nearestFirst = (left: { candidate: string; distance: number }, right: { candidate: string; distance: number }): number =>
  left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1);

/** How many characters have to be inserted, deleted or replaced to make one string of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === to[j] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
