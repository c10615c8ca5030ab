/** The public surface changes only together with docs/api.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiReport, reportFile } from './api-report.ts';

test('docs/api.md says what the package exports: after a change that is meant, npm run api-report', async () => {
  const report = await apiReport();
  expect(report).toMatch(/^export function createClient\(/m);
  expect(report).toMatch(/^export class Group /m);
  // A type without an export, of which an exported one speaks.
  expect(report).toMatch(/^interface GroupInfoOptions /m);
  expect(report).toBe(readFileSync(reportFile, 'utf8'));
}, 120_000);
