/** The terminal view of inspections, against golden files (`vitest -u` rewrites them: look at the difference). */
import { expect, test } from 'vitest';
import { concat, fromHex } from '../../../src/mls/bytes.ts';
import { inspect } from '../../../src/report/inspect/inspect.ts';
import { textView, type ViewOptions } from '../../../src/report/inspect/text-view.ts';
import { ownJson } from './support.ts';

const [sample] = ownJson('messages').slice(2);
const [joined] = ownJson('passive-client-welcome');
const commit = fromHex(sample.public_message_commit);
const welcome = fromHex(sample.mls_welcome);

const golden: [string, Uint8Array, Partial<ViewOptions>?][] = [
  ['commit', commit],
  ['commit-narrow', commit, { width: 60, depth: 4 }],
  ['commit-full', commit, { full: true }],
  ['welcome', welcome],
  ['private-message', fromHex(sample.private_message)],
  ['group-info', fromHex(sample.mls_group_info)],
  ['key-package', fromHex(joined.key_package)],
  ['ratchet-tree', fromHex(sample.ratchet_tree), { depth: 1 }],
  ['welcome-cut-short', welcome.subarray(0, 120)],
  ['welcome-with-trailing-bytes', concat(welcome, fromHex('dead')), { depth: 2 }],
  ['welcome-length-not-minimal', concat(welcome.subarray(0, 8), fromHex('4020'), welcome.subarray(9)), { depth: 0 }],
];

test.each(golden)('%s', async (name, bytes, options) => {
  await expect(textView(inspect(bytes), bytes, { width: 110, ...options })).toMatchFileSnapshot(`golden/${name}.txt`);
});

test('no line is wider than asked where values can be shortened', () => {
  for (const width of [100, 110, 140]) {
    const lines = textView(inspect(commit), commit, { width }).split('\n').slice(4).map((line) => line.replace(/  # .*/, ''));
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  }
});

test('the full view has every octet of the input', () => {
  const { tree } = inspect(welcome);
  const text = textView(inspect(welcome), welcome, { width: 80, full: true });
  expect(text).not.toContain('…');
  const find = (field: typeof tree): void => {
    if (field.children === undefined && typeof field.value === 'string') expect(text).toContain(field.value);
    field.children?.forEach(find);
  };
  find(tree);
});

test('each part is painted in its style', () => {
  const bytes = welcome.subarray(0, 120);
  const plain = textView(inspect(bytes), bytes, { width: 110 });
  const styles = new Set<string>();
  const painted = textView(inspect(bytes), bytes, {
    width: 110,
    paint: (style, text) => {
      styles.add(style);
      return `<${text}>`;
    },
  });
  expect([...styles].sort()).toEqual(['fault', 'heading', 'note', 'offset', 'type', 'value']);
  expect(painted.replaceAll(/<(?!V>)|(?<!<V)>/g, '')).toContain(plain.split('\n')[0]);
});
