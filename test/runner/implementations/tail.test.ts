import { expect, test } from 'vitest';
import { lastLines, Tail } from '../../../src/runner/implementations/tail.ts';

test.each<[string[], string]>([
  [[], ''],
  [['ab', 'cd'], 'abcd'],
  [['abc', 'def', 'g'], 'defg'],
  [['abcdefgh'], 'efgh'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'], 'hijk'],
  [['abcd', 'efgh', 'i'], 'fghi'],
])('of %j a tail of 4 bytes keeps %j', (chunks, kept) => {
  const tail = new Tail(4);
  for (const chunk of chunks) tail.write(Buffer.from(chunk));
  expect(tail.text()).toBe(kept);
  expect(tail.written).toBe(chunks.join('').length);
});

test('what came after a position is given, as far as it is kept', () => {
  const tail = new Tail(4);
  tail.write(Buffer.from('abc'));
  const from = tail.written;
  expect(tail.text(from)).toBe('');
  tail.write(Buffer.from('de'));
  expect(tail.text(from)).toBe('de');
  tail.write(Buffer.from('fghij'));
  expect(tail.text(from)).toBe('ghij');
});

test('the last lines of a text stand indented below a message, and those of nothing are nothing', () => {
  expect(lastLines('one\ntwo\nthree\n\n', 2)).toBe('\n  | two\n  | three');
  expect(lastLines('\n', 2)).toBe('');
});
