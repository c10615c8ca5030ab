/** What commands load before they know what is asked of them: most of it only one option needs. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/data.ts';

const src = join(projectRoot, 'src');
const importPattern = /^(?:import|export)\s(?!type\s)[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'/gm;

/** Files of the project, from src/, and packages that a file loads at once, and all that those load. */
function loadedBy(path: string, found = new Set<string>()): Set<string> {
  found.add(path);
  for (const [, from, bare] of readFileSync(join(src, path), 'utf8').matchAll(importPattern)) {
    const specifier = (from ?? bare)!;
    const imported = specifier.startsWith('.') ? relative(src, join(src, dirname(path), specifier)) : specifier;
    if (!specifier.startsWith('.')) found.add(imported);
    else if (!found.has(imported)) loadedBy(imported, found);
  }
  return found;
}

const packagesOf = (loaded: ReadonlySet<string>): string[] => [...loaded].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:')).toSorted();
const among = (loaded: ReadonlySet<string>, unwanted: RegExp): string[] => [...loaded].filter((name) => unwanted.test(name)).toSorted();

test.each(['run', 'interop'])('the help of %s takes commander and no other package', (command) => {
  const loaded = loadedBy(`cli/${command}.ts`);
  expect(loaded.size).toBeGreaterThan(5);
  expect(packagesOf(loaded)).toEqual(['commander']);
});

test('a run loads reports, the referee, histories and vectors when an option asks for them', () => {
  const loaded = loadedBy('cli/run-scripts.ts');
  expect([...loaded]).toEqual(expect.arrayContaining(['runner/drive.ts', 'report/record/record-file.ts', 'report/terminal.ts', '@grpc/grpc-js']));
  expect(among(loaded, /^report\/(html|inspect\/(inspect|trace)\.|junit|upstream-json|passive)|^report\/summary\/(markdown|github|annotations|digest)|^runner\/(referee|hostile)\/|^runner\/evolve\/(evolutions|shrink)|^vectors\/|^mls\/group\/|^xmlbuilder2$/)).toEqual([]);
});

test('reports of one record take no referee, and each report its own code only', () => {
  expect(among(loadedBy('cli/report.ts'), /^report\/(html|junit|upstream-json|passive)|^report\/summary\/(markdown|github)|^runner\/|^vectors\/|grpc|^xmlbuilder2$/)).toEqual([]);
});
