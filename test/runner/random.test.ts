import { expect, test } from 'vitest';
import { seeded } from '../../src/runner/random.ts';

test('the same labels give the same choices, other labels others', () => {
  const draw = (...labels: (string | number)[]) => Array.from({ length: 20 }, ((random) => () => random.below(1000))(seeded(...labels)));
  expect(draw('a', 1)).toEqual(draw('a', 1));
  expect(draw('a', 1)).not.toEqual(draw('a1'));
});

test('choices stay below their bound and reach all of it', () => {
  const random = seeded('bound');
  const drawn = Array.from({ length: 300 }, () => random.below(7));
  expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

test('a shuffle keeps the items and leaves the original alone', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  const shuffled = seeded('shuffle').shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted()).toEqual(items);
  expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a bound that is no count is refused', () => {
  expect(() => seeded('x').below(0)).toThrow(RangeError);
});
