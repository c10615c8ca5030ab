/**
 * Text of others for a terminal and for the log of a workflow. A terminal obeys control characters; format characters change
 * the order in which a line shows, or hide in it; a workflow takes a line that begins with `::`, or has `##[`, for a command.
 */

/** Every such character is U+FFFD instead; line feeds stay. */
export const printable = (text: string): string => text.toWellFormed().replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');

/** Further lines are marked as belonging to the first, and no line of it is a command. Control characters stay: see `printable`. */
export function oneBelowTheOther(text: string): string {
  const [first = '', ...others] = text.split(/\r?\n/).map((line) => line.replace(/##(?=\w*\[)/g, '## '));
  return [/^\s*(?:::|##)/.test(first) ? `| ${first}` : first, ...others.map((line) => `  | ${line}`)].join('\n');
}
