import { expect, test } from 'vitest';
import { coveringArray, mostColumnsOf, product, subsets } from '../../../src/runner/cases/covering-array.ts';

const combinations = (rows: readonly (readonly number[])[], set: readonly number[]) => new Set(rows.map((row) => set.map((column) => row[column]).join()));

const shapes = [
  // Columns, levels, strength, and how many rows are found; the least possible number where it is known for such arrays.
  [2, 3, 2, 9],
  [3, 2, 2, 5],
  [8, 2, 2, 7],
  [3, 3, 2, 9],
  [8, 3, 2, 14],
  [4, 4, 2, 16],
  [8, 4, 2, 24],
  [5, 5, 2, 25],
  [24, 2, 2, 9],
  [30, 3, 2, 21],
  [5, 3, 1, 3],
  [4, 2, 3, 8],
  [6, 3, 3, 34],
] as const;

test.each(shapes)('%i columns of %i levels show every combination in every %i columns with %i rows or fewer', (columns, levels, strength, most) => {
  const rows = coveringArray({ columns, levels, strength });
  for (const set of subsets(columns, strength)) expect(combinations(rows, set).size).toBe(levels ** strength);
  expect(rows.length).toBeLessThanOrEqual(most);
});

test.each(shapes.filter(([, , strength]) => strength > 1))('of %i columns of %i levels the rows of one level can be left out', (columns, levels, strength) => {
  const rows = coveringArray({ columns, levels, strength });
  const mixed = rows.filter((row) => new Set(row).size > 1);
  expect(rows.length - mixed.length).toBe(levels);
  for (const set of subsets(columns, strength)) {
    const unequal = [...combinations(mixed, set)].filter((combination) => new Set(combination.split(',')).size > 1);
    expect(unequal.length).toBe(levels ** strength - levels);
  }
});

test('hundreds of columns take a few dozen rows', () => {
  const rows = coveringArray({ columns: 841, levels: 4, strength: 2 });
  expect(rows.length).toBeLessThanOrEqual(72);
  for (const [one, other] of [[0, 1], [0, 29], [7, 36], [400, 401], [839, 840], [28, 840]] as const) expect(combinations(rows, [one, other]).size).toBe(16);
});

test('a shape has the same rows always', () => {
  expect(coveringArray({ columns: 6, levels: 3, strength: 2 })).toEqual(coveringArray({ columns: 6, levels: 3, strength: 2 }));
  expect(coveringArray({ columns: 300, levels: 1, strength: 2 })).toEqual([new Array(300).fill(0)]);
});

test('only strength 3 has a most of columns', () => {
  expect([1, 2, 3].map(mostColumnsOf)).toEqual([Infinity, Infinity, 12]);
});

test('a product is in counting order', () => {
  expect(product([[0, 1], [2, 4]])).toEqual([[0, 2], [0, 4], [1, 2], [1, 4]]);
  expect(product([])).toEqual([[]]);
  expect(product([[0, 1], []])).toEqual([]);
});
