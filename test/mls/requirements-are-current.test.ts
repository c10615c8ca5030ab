import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dataPath } from '../support/data.ts';
import { generatedPath, requirementsSource } from '../support/generate-requirements.ts';

const inventory = dataPath('spec/rfc9420-requirements.tsv');

it.runIf(inventory !== undefined)('src/mls/requirements.ts is what the inventory generates', () => {
  expect(readFileSync(generatedPath, 'utf8')).toBe(requirementsSource(readFileSync(inventory!, 'utf8')));
});
