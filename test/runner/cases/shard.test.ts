import { expect, test } from 'vitest';
import { inShard, parseShard } from '../../../src/runner/cases/shard.ts';

const ids = Array.from({ length: 400 }, (_, i) => `commit/add/suite:1/wire:private/alice=a${i},bob=b`);

test.each([1, 2, 4, 7])('every case is in exactly one of %i shards', (count) => {
  const shards = Array.from({ length: count }, (_, i) => ids.filter((id) => inShard(id, { index: i + 1, count })));
  expect(shards.flat().toSorted()).toEqual(ids.toSorted());
  expect(Math.min(...shards.map((shard) => shard.length))).toBeGreaterThan(400 / count / 2);
});

test('the id alone decides', () => {
  expect(ids.slice(0, 12).map((id) => [1, 2, 3, 4].find((index) => inShard(id, { index, count: 4 })))).toEqual([4, 2, 1, 4, 1, 3, 2, 1, 2, 1, 2, 4]);
});

test('i/n is read, with i from 1 to n', () => {
  expect(parseShard('1/1')).toEqual({ index: 1, count: 1 });
  expect(parseShard('3/16')).toEqual({ index: 3, count: 16 });
  for (const text of ['0/4', '5/4', '1/0', '1', '1/', '/4', '-1/4', '1/4/2', 'a/b', '1.5/2', ' 1/2']) expect(parseShard(text)).toBeUndefined();
});
