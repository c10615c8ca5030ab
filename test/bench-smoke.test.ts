import { expect, it } from 'vitest';
import { runBenchmark } from './bench/benchmark.ts';
import { operations } from './bench/operations.ts';
import { tables } from './bench/table.ts';

it('measures every operation of our engine, and what comes out of each is right', async () => {
  const results = await runBenchmark({ suite: 1, sizes: [3], engines: ['native'], budget: 0.001 }, () => {});
  expect(results.rows.map(({ operation }) => operation)).toEqual(operations.map(({ name }) => name));
  for (const { measured } of results.rows) expect(measured.map(({ name }) => name)).toEqual(['ours, native']);
  expect(tables(results, 'markdown')).toContain('| N | operation | primitives | ours, native | native / primitives |');
  expect(tables(results, 'text')).toContain('memory of a joined group');
});
