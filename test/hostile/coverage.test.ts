/** Every requirement that input can violate is in the catalogue, or it says why it cannot be driven through the interop interface. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/hostile/catalogue.ts';
import { notDriven } from '../../src/hostile/not-driven.ts';
import { requirements } from '../../src/mls/requirements.ts';
import { dataPath } from '../support/data.ts';

const driven = new Set<string>(catalogue.map(({ id }) => id));
const inventory = dataPath('spec/rfc9420-requirements.tsv');

test('nothing is in the catalogue and said to be not driven', () => {
  expect(Object.keys(notDriven).filter((id) => driven.has(id))).toEqual([]);
});

test('what is not driven is of the inventory, and says why in one line', () => {
  expect(Object.entries(notDriven).filter(([id, why]) => !(id in requirements) || !/^[^\n]{10,160}$/.test(why))).toEqual([]);
});

test.runIf(inventory !== undefined)('every requirement with negative = yes is driven or says why not', () => {
  const [header, ...rows] = readFileSync(inventory!, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const [id, negative] = [header!.indexOf('id'), header!.indexOf('negative')];
  const wanted = rows.filter((row) => row[negative] === 'yes').map((row) => row[id]!);
  expect(wanted.length).toBe(208);
  expect(wanted.filter((one) => !driven.has(one) && !(one in notDriven))).toEqual([]);
  expect(Object.keys(notDriven).filter((one) => !wanted.includes(one))).toEqual([]);
});
