import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { LinkError, linkModules } from '../../../src/report/html/link.ts';

const root = mkdtempSync(join(tmpdir(), 'mls-interop-link-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

/** Links `main.ts` of these files. */
function link(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, String(folders++)));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return linkModules(pathToFileURL(join(folder, 'main.ts')));
}

function resultOf(script: string): unknown {
  const context = createContext({ result: [] });
  runInContext(script, context);
  return (context as { result: unknown }).result;
}

test('each module runs once, after those that it imports', () => {
  const script = link({
    'main.ts': `import { b } from './b.ts';\nimport { a } from './a.ts';\nresult.push('main', a, b);`,
    'b.ts': `import { a } from './a.ts';\nresult.push('b');\nexport const b: number = a + 1;`,
    'a.ts': `result.push('a');\nexport const a = 1;`,
  });
  expect(resultOf(script)).toEqual(['a', 'b', 'main', 1, 2]);
});

test('the forms of import and export that are in use all work', () => {
  const script = link({
    'main.ts': `import whole from './whole.js';\nimport type { T } from './kinds.ts';\nimport {\n  f, g as renamed,\n  type U, C,\n} from './kinds.ts';\nimport{m as n}from"./minified.js";\nresult.push(whole(2), f(), renamed().next().value, new C().c, n);`,
    'kinds.ts': `export type T = string;\nexport interface U { readonly u: T }\nexport function f(): number { return 1; }\nexport function* g() { yield 2; }\nexport class C { readonly c = 3; }`,
    'minified.js': `var a=4;export{a as m};\n//# sourceMappingURL=minified.js.map`,
    'whole.js': `var x=2;export default function(y){return x*y}`,
  });
  expect(resultOf(script)).toEqual([4, 1, 2, 3, 4]);
  expect(script).not.toContain('sourceMappingURL');
});

test('nothing in a module ends the script element or opens a comment in it', () => {
  const script = link({ 'main.ts': `result.push('</script>', '<!--', /<\\/script>/.test('</SCRIPT>'.toLowerCase()));` });
  expect(script).not.toMatch(/<\/script|<!--/i);
  expect(resultOf(script)).toEqual(['</script>', '<!--', true]);
});

test.each([
  ['a cycle', { 'main.ts': `import { a } from './a.ts';\na();`, 'a.ts': `import { b } from './b.ts';\nexport const a = b;`, 'b.ts': `import { a } from './a.ts';\nexport const b = a;` }, /a\.ts cannot be put into a page: it imports itself through others/],
  ['a star', { 'main.ts': `export * from './a.ts';`, 'a.ts': '' }, /main\.ts cannot be put into a page: it has `export \* from/],
  ['a namespace', { 'main.ts': `import * as a from './a.ts';\na.a();`, 'a.ts': 'export const a = 1;' }, /it has `import \* as a/],
  ['a variable that may change', { 'main.ts': `export let a = 1;` }, /it has `export let a/],
] as const)('%s is refused by name', (_, files, message) => {
  expect(() => link(files)).toThrow(LinkError);
  expect(() => link(files)).toThrow(message);
});

test('the script of the page compiles and Node says nothing while it strips types', () => {
  const warned: unknown[] = [];
  const onWarning = (warning: unknown): void => void warned.push(warning);
  process.on('warning', onWarning);
  const script = linkModules(new URL('../../../src/report/html/client/main.ts', import.meta.url));
  process.off('warning', onWarning);
  expect(() => new Function(script)).not.toThrow();
  expect(script).not.toMatch(/^\s*(import|export)\b/m);
  expect(warned).toEqual([]);
});
