/** The key index: a persistent multiset. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, counted, type KeyIndex } from '../../../src/mls/tree/key-index.ts';

const key = fc.oneof(fc.integer({ min: 0, max: 40 }).map((n) => `key ${n}`), fc.string());
const steps = fc.array(fc.tuple(key, fc.constantFrom<(1 | -1)[]>(1, 1, -1)), { maxLength: 200 });

test('counts as a Map does, and every earlier index stays as it was', () => {
  fc.assert(
    fc.property(steps, (changes) => {
      const model = new Map<string, number>();
      const versions: { readonly index: KeyIndex; readonly expected: ReadonlyMap<string, number> }[] = [{ index: undefined, expected: new Map() }];
      let index: KeyIndex;
      for (const [name, change] of changes) {
        const count = model.get(name) ?? 0;
        if (count + change < 0) continue;
        model.set(name, count + change);
        index = counted(index, name, change);
        versions.push({ index, expected: new Map(model) });
      }
      for (const { index: at, expected } of versions) for (const [name] of model) expect(countOf(at, name)).toBe(expected.get(name) ?? 0);
      // Taking everything out again leaves the empty index.
      for (const [name, count] of model) for (let i = 0; i < count; i++) index = counted(index, name, -1);
      expect(index).toBeUndefined();
    }),
  );
});

test('a change touches one path only', () => {
  let index: KeyIndex;
  for (let i = 0; i < 5000; i++) index = counted(index, `key ${i}`, 1);
  const next = counted(index, 'one more', 1);
  if (index === undefined || next === undefined || !('children' in index) || !('children' in next)) throw new Error('5,000 keys fill a branch');
  const shared = next.children.filter((child) => (index as { children: readonly unknown[] }).children.includes(child));
  expect(shared.length).toBe(next.children.length - 1);
});
