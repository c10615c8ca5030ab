import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPart, removeAtExit } from '../../src/report/part-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-part-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = (): string[] => readdirSync(folder).toSorted();

test('what is there stays until the file is whole', () => {
  const file = join(folder, 'run.html');
  writeFileSync(file, 'before');
  const part = openPart(file);
  writeFileSync(part.fd, 'after');
  expect(readFileSync(file, 'utf8')).toBe('before');
  part.finish();
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(files()).toEqual(['run.html']);
});

test('what is discarded leaves what was there', () => {
  const file = join(folder, 'run.html');
  writeFileSync(file, 'before');
  openPart(file).discard();
  expect(readFileSync(file, 'utf8')).toBe('before');
  expect(files()).toEqual(['run.html']);
});

test('what is no regular file is written to as it is, and a folder is refused at once', () => {
  const part = openPart('/dev/null');
  writeFileSync(part.fd, 'gone');
  part.finish();
  mkdirSync(join(folder, 'out'));
  expect(() => openPart(join(folder, 'out'))).toThrow(/EISDIR/);
  expect(files()).toEqual(['out']);
});

test.each([
  ['process.exit(3)', 3],
  ['throw new Error("broken")', 1],
])('what is not whole when the program ends is removed: %s', (end, code) => {
  const program = `
    import { mkdirSync } from 'node:fs';
    import { openPart, removeAtExit } from ${JSON.stringify(new URL('../../src/report/part-file.ts', import.meta.url).href)};
    openPart(${JSON.stringify(join(folder, 'whole.xml'))}).finish();
    openPart(${JSON.stringify(join(folder, 'half.xml'))});
    mkdirSync(${JSON.stringify(join(folder, 'temporary'))});
    removeAtExit(${JSON.stringify(join(folder, 'temporary'))});
    ${end};`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  expect(status).toBe(code);
  expect(files()).toEqual(['whole.xml']);
});

test('however many files are open, one listener waits for the end', () => {
  const before = process.listenerCount('exit');
  const settled = ['a', 'b', 'c'].map((name) => removeAtExit(join(folder, name)));
  expect(process.listenerCount('exit')).toBe(before + 1);
  for (const call of settled) call();
  expect(process.listenerCount('exit')).toBe(before);
});
