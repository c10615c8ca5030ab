/** The public surface changes only together with docs/api.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiReport, reportFile } from './api-report.ts';

test('docs/api.md says what the package exports: after a change that is meant, npm run api-report', async () => {
  const report = await apiReport();
  expect(report).toMatch(/^export function createClient\(/m);
  expect(report).toMatch(/^export class Group /m);
  expect(report).toBe(readFileSync(reportFile, 'utf8'));
}, 120_000);
