import { expect, it } from 'vitest';
import { GrowingMap } from '../../../src/mls/group/growing-map.ts';

const one = GrowingMap.of([['a', 1]]);

it('two values that go on from one do not see what the other adds', () => {
  const [left, right] = [one.with('b', 2), one.with('c', 3)];
  expect([[...one], [...left], [...right]]).toEqual([[['a', 1]], [['a', 1], ['b', 2]], [['a', 1], ['c', 3]]]);
  expect([one.get('b'), left.get('b'), right.get('b')]).toEqual([undefined, 2, undefined]);
  expect([one.size, left.size, (GrowingMap.none as GrowingMap<number>).with('a', 1).size, GrowingMap.none.size]).toEqual([1, 2, 1, 0]);
});

it('an entry with the same key takes the place of the one before, in the new value only', () => {
  const two = one.with('b', 2);
  const changed = two.with('a', 9);
  expect([[...two.values()], [...changed.values()]]).toEqual([[1, 2], [9, 2]]);
  expect([changed.size, GrowingMap.of([['a', 1], ['b', 2], ['a', 3]]).size]).toEqual([2, 2]);
});

it('a key that only a later value has can be added to an earlier one', () => {
  const later = one.with('b', 2);
  const other = one.with('b', 5);
  expect([later.get('b'), other.get('b'), one.get('b')]).toEqual([2, 5, undefined]);
});

it('what is dropped is gone from the new value only', () => {
  const two = one.with('b', 2);
  expect([[...two.without('a')], [...two]]).toEqual([[['b', 2]], [['a', 1], ['b', 2]]]);
  expect(two.without('c')).toBe(two);
});
