/** Lists of types as peers may send them, against the plain way to ask. */
import { describe, expect, test } from 'vitest';
import { intersection, lists, union } from '../../../src/mls/tree/type-list.ts';

/** As long as a KeyPackage of 79 KiB can make it, with repetitions. */
const long = Array.from({ length: 40_000 }, (_, i) => (i * 3) % 0x10000);
const repeated = new Array<number>(40_000).fill(0x1111);
const boundary = Array.from({ length: 512 }, (_, i) => 0xffff - i);

describe.each([
  ['empty', []],
  ['short', [7, 0, 0xffff]],
  ['as long as is searched', boundary],
  ['one longer', [...boundary, 0]],
  ['long', long],
  ['long, of one value', repeated],
])('a list that is %s', (_, list) => {
  const plain = new Set(list);

  test('has what it has and nothing else', () => {
    for (let type = 0; type <= 0xffff; type++) if (lists(list, type) !== plain.has(type)) throw new Error(`type ${type}`);
    expect(lists(list, 0x10000)).toBe(false);
  });

  test.each([[[]], [[0xffff, 7, 9]], [long], [repeated]])('has its intersection and union with another', (other: number[]) => {
    const inOther = new Set(other);
    expect(intersection(list, other)).toEqual(list.filter((type) => inOther.has(type)));
    expect(new Set(union(list, other))).toEqual(new Set([...list, ...other]));
  });
});

test('a list that has all the others have is passed on as it is', () => {
  const same = [...long];
  expect(intersection(same, long)).toBe(same);
  expect(union(same, long)).toBe(same);
});
