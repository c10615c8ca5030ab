/** Who may import whom (the house rules of the project), and how long a file may be. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './support/data.ts';

const src = join(projectRoot, 'src');

interface Source {
  /** From src/, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it imports or re-exports: paths from src/ for files of the project, names for packages. */
  readonly imports: readonly string[];
}

const importPattern = /^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const file = join(src, name);
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(importPattern)].map(([, from, bare, lazy]) => {
      const specifier = (from ?? bare ?? lazy)!;
      return specifier.startsWith('.') ? slashed(relative(src, resolve(dirname(file), specifier))) : specifier;
    });
    return { path: slashed(name), text, imports };
  });

function slashed(path: string): string {
  return path.split(sep).join('/');
}

/** What all of src/mls stands on. */
const foundations = ['errors', 'requirements', 'secret', 'bytes', 'slices', 'policy'];

/** The house: each part with the parts it may import, itself always among them. */
const house: Readonly<Record<string, readonly string[]>> = {
  // The public API of the engine.
  index: ['mls/foundation', 'mls/wire', 'mls/crypto', 'mls/tree', 'mls/epoch', 'mls/group'],
  // policy.ts speaks of what is on the wire.
  'mls/foundation': ['mls/wire'],
  'mls/wire': ['mls/foundation'],
  'mls/crypto': ['mls/foundation', 'mls/wire'],
  'mls/tree': ['mls/foundation', 'mls/wire', 'mls/crypto'],
  'mls/epoch': ['mls/foundation', 'mls/wire', 'mls/crypto', 'mls/tree'],
  'mls/group': ['mls/foundation', 'mls/wire', 'mls/crypto', 'mls/tree', 'mls/epoch'],
  generated: [],
  service: ['mls/*', 'index', 'generated'],
  vectors: ['mls/*', 'index'],
  // What a malicious member or Delivery Service would send; built from the layers below the group.
  hostile: ['mls/*', 'index'],
  // The runner writes the record that reports derive from.
  runner: ['mls/*', 'index', 'generated', 'report', 'hostile'],
  report: ['mls/foundation', 'mls/wire', 'mls/tree'],
  cli: ['*'],
};

function partOf(path: string): string {
  if (path === 'index.ts') return 'index';
  const [first, second] = path.split('/');
  if (first !== 'mls') return first!;
  return foundations.includes(second!.replace(/\.ts$/, '')) ? 'mls/foundation' : `mls/${second!}`;
}

const mayImport = (from: string, to: string): boolean =>
  from === to || (house[from] ?? []).some((allowed) => allowed === '*' || allowed === to || (allowed === 'mls/*' && to.startsWith('mls/')));

const isProjectFile = (imported: string): boolean => imported.endsWith('.ts');

test('there is a part of the house for every file', () => {
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.map(({ path }) => partOf(path)).filter((part) => house[part] === undefined)).toEqual([]);
});

test('a file imports only from the parts that its own may import', () => {
  const broken = sources.flatMap(({ path, imports }) =>
    imports.filter((imported) => isProjectFile(imported) && !mayImport(partOf(path), partOf(imported))).map((imported) => `${path} imports ${imported}`),
  );
  expect(broken).toEqual([]);
});

test('of the tree, epoch/ knows tree-math only', () => {
  const broken = sources.filter(({ path }) => path.startsWith('mls/epoch/')).flatMap(({ path, imports }) => imports.filter((imported) => imported.startsWith('mls/tree/') && imported !== 'mls/tree/tree-math.ts').map((imported) => `${path} imports ${imported}`));
  expect(broken).toEqual([]);
});

test('nobody imports cli', () => {
  expect(sources.filter(({ path, imports }) => !path.startsWith('cli/') && imports.some((imported) => imported.startsWith('cli/'))).map(({ path }) => path)).toEqual([]);
});

test('only service and runner know gRPC', () => {
  const broken = sources.filter(({ path, imports }) => !/^(service|runner|generated)\//.test(path) && imports.some((imported) => /grpc/.test(imported))).map(({ path }) => path);
  expect(broken).toEqual([]);
});

test('the engine does no IO: of Node it knows crypto and what needs no system', () => {
  const allowed = /^node:(crypto|util|perf_hooks|worker_threads|buffer)$/;
  const broken = sources.filter(({ path }) => path.startsWith('mls/')).flatMap(({ path, imports }) => imports.filter((imported) => imported.startsWith('node:') && !allowed.test(imported)).map((imported) => `${path} imports ${imported}`));
  expect(broken).toEqual([]);
});

test('imports of project files name the file, and every such file exists', () => {
  const known = new Set(sources.map(({ path }) => path));
  const broken = sources.flatMap(({ path, imports }) => imports.filter((imported) => isProjectFile(imported) && !known.has(imported)).map((imported) => `${path} imports ${imported}`));
  expect(broken).toEqual([]);
});

test('no barrels but index.ts: no other file only re-exports', () => {
  const barrels = sources.filter(({ path, text }) => path !== 'index.ts' && !path.startsWith('generated/') && /^export\b[^;]*\bfrom '/m.test(text) && !/^(export )?(async )?(const|function|class|interface|type)\b/m.test(text));
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test('no default exports, enums or namespaces: the code runs by type stripping', () => {
  const broken = sources.filter(({ path, text }) => !path.startsWith('generated/') && /^(export default|(export )?(const )?enum|(export )?namespace)\b/m.test(text));
  expect(broken.map(({ path }) => path)).toEqual([]);
});

test('no file is longer than 400 lines', () => {
  // Lists of data are as long as what they list.
  const isData = (path: string) => path.startsWith('generated/') || path === 'mls/requirements.ts';
  const long = sources.map(({ path, text }) => [path, text.split('\n').length - 1] as const).filter(([path, lines]) => lines > 400 && !isData(path));
  expect(long).toEqual([]);
});
