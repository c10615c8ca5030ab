/** The README's first program, run as it stands there. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { projectRoot } from './support/data.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

it("the README's first program prints what the README says", async () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const program = /```ts\n([^]*?)```/.exec(readme)![1]!;
  const file = join(folder, 'program.ts');
  writeFileSync(file, program.replace("'mls-interop'", JSON.stringify(join(projectRoot, 'src/index.ts'))));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(stdout).toBe('hello\nremoved\n2 true\n');
});
