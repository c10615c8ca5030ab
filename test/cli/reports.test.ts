/** Where reports may be written. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolderOf } from '../../src/cli/reports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('missing folders are made', () => {
  makeFolderOf(join(folder, 'out', 'today', 'run.html'));
  makeFolderOf(join(folder, 'run.html'));
  expect([existsSync(join(folder, 'out', 'today')), existsSync(join(folder, 'out', 'today', 'run.html'))]).toEqual([true, false]);
});

test('but none at the root', () => {
  const missing = '/mls-interop-no-such-folder';
  expect(() => makeFolderOf(`${missing}/x.html`)).toThrow(`there is no folder ${missing}`);
  expect(() => makeFolderOf(`${missing}/a/b/x.html`)).toThrow(`there is no folder ${missing}`);
  expect(existsSync(missing)).toBe(false);
});
