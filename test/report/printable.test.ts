import { expect, test } from 'vitest';
import { oneBelowTheOther, printable } from '../../src/report/printable.ts';

test.each([
  ['text of every script', 'a ä € 漢 🙂 \u0301', 'a ä € 漢 🙂 \u0301'],
  ['line feeds', 'a\nb', 'a\nb'],
  ['control characters', '\u0000\t\r\u001b[2J\u007f\u009b', '\ufffd\ufffd\ufffd\ufffd[2J\ufffd\ufffd'],
  ['halves of surrogate pairs', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
  ['marks of direction', 'a\u202eb\u2066c\u200f', 'a\ufffdb\ufffdc\ufffd'],
  ['what does not show', 'a\u200bb\ufeffc\u{e0041}', 'a\ufffdb\ufffdc\ufffd'],
  ['separators of lines', 'a\u2028b\u2029', 'a\ufffdb\ufffd'],
])('%s as a terminal gets it', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  ['one line', 'one line'],
  ['a\nb\r\nc', 'a\n  | b\n  | c'],
  ['::error::x', '| ::error::x'],
  ['  ::add-mask::x', '|   ::add-mask::x'],
  ['a ::error::x', 'a ::error::x'],
  ['a\n::error::x', 'a\n  | ::error::x'],
  ['##[error]x', '| ## [error]x'],
  ['a ##[error]x', 'a ## [error]x'],
  ['a ##vso[task.setvariable]x', 'a ## vso[task.setvariable]x'],
  ['a ## b', 'a ## b'],
])('%j is no command of a workflow: %j', (text, shown) => {
  expect(oneBelowTheOther(text)).toBe(shown);
});
