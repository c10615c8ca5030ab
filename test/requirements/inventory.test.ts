/** Every requirement that can be violated by input has a test here that bears its id. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requirements } from '../../src/mls/requirements.ts';
import { dataPath, projectRoot } from '../support/data.ts';

const folder = join(projectRoot, 'test/requirements');
const named = new Set(
  readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts') && name !== 'inventory.test.ts')
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/R-[0-9A-Z.]+-\d\d\b/g) ?? []),
);
const inventory = dataPath('spec/rfc9420-requirements.tsv');

test('every id in the tests is one of the inventory', () => {
  expect([...named].filter((id) => !(id in requirements))).toEqual([]);
});

test.runIf(inventory !== undefined)('every requirement with negative = yes is named', () => {
  const rows = readFileSync(inventory!, 'utf8').split('\n').map((line) => line.split('\t'));
  const [header] = rows;
  const [id, negative] = [header!.indexOf('id'), header!.indexOf('negative')];
  const wanted = rows.filter((row) => row[negative] === 'yes').map((row) => row[id]!);
  expect(wanted.length).toBe(208);
  expect(wanted.filter((one) => !named.has(one))).toEqual([]);
});
