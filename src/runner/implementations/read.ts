/** Reads a file of implementations. Every complaint names the file, the line and the key. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { compilePattern, PatternError } from '../../report/expectations/pattern.ts';
import { yamlValue } from '../../report/yaml-value.ts';
import type { Declared } from '../implementation.ts';
import { ConfigError } from './config-error.ts';
import { features, type Feature } from './features.ts';
import type { Launch } from './launch.ts';
import { fileShape, type Said } from './schema.ts';

/** One implementation of the file. */
export interface Entry {
  readonly label: string;
  readonly declared: Declared;
  /** One for each process. */
  readonly places: readonly Place[];
  /** In milliseconds; undefined leaves it to the command line. */
  readonly ready: number | undefined;
}

/** Where a process is, or how one is made. */
export type Place = { readonly kind: 'address'; readonly address: string } | Launch;

/** @throws ConfigError */
export function readImplementations(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ConfigError(`${file}: ${missing ? 'no such file' : (error as Error).message}`, { cause: error });
  }
  return parseImplementations(file, text, process.env);
}

/**
 * @param environment for `${NAME}` in texts of the file; `$${NAME}` stands for itself
 * @throws ConfigError
 */
export function parseImplementations(file: string, text: string, environment: Readonly<Record<string, string | undefined>> = {}): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source: Source = { file, document, lines };
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new ConfigError(`${at(source, error.pos[0])}: not YAML: ${error.message}`, { cause: error });
  const fail = (offset: number, message: string): never => {
    throw new ConfigError(`${at(source, offset)}: not YAML: ${message}`);
  };
  const asWritten = yamlValue(document, fail) as AsWritten;
  const filled = fillVariables(source, environment);

  const parsed = fileShape.safeParse(yamlValue(document, fail));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => complaint(source, issue)).join('\n'), { cause: parsed.error });
  checkPatterns(source, parsed.data.implementations);
  return Object.entries(parsed.data.implementations).map(([label, said]) => {
    const written = asWritten.implementations[label]!;
    const withheld = longValues([...filled, ...Object.entries(written.environment ?? {})]);
    return { ...entryOf(label, said, { folder: dirname(resolve(file)), withheld }), declared: declaredOf(said, written) };
  });
}

/** The file before variables are filled in, once it has turned out to be of the right shape. */
interface AsWritten {
  readonly implementations: { readonly [label: string]: Pick<Said, 'reach' | 'cmd' | 'image' | 'environment'> };
}

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

type Path = readonly PropertyKey[];

const at = ({ file, lines }: Source, offset: number): string => `${file}:${lines.linePos(offset).line}`;

/** Gives the variables that the file names, with what they are. */
function fillVariables(source: Source, environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const filled = new Map<string, string>();
  visit(source.document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string') return;
      node.value = node.value.replace(/\$(\$?)\{(\w+)\}/g, (whole, escape: string, name: string) => {
        if (escape !== '') return whole.slice(1);
        const value = environment[name];
        if (value === undefined) throw new ConfigError(`${at(source, node.range![0])}: the environment has no variable ${name}`);
        filled.set(name, value);
        return value;
      });
    },
  });
  return filled;
}

function complaint(source: Source, issue: z.core.$ZodIssue): string {
  const where = (path: Path): string => `${at(source, offsetOf(source, path))}: ${path.map(String).join('.') || 'the file'}`;
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    return `${where([...issue.path, key!])}: no such key`;
  }
  // The issue is about a key of a mapping: it has the words of the key's own schema.
  if (issue.code === 'invalid_key') return `${where(issue.path)}: ${issue.issues[0]?.message ?? issue.message}`;
  // Of the shapes that a value may have, the one that it comes near.
  const deeper = issue.code === 'invalid_union' ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  if (deeper !== undefined) return complaint(source, { ...deeper, path: [...issue.path, ...deeper.path] });

  const { key, value } = find(source, issue.path);
  if (issue.path.length > 0 && key === undefined) return `${where(issue.path)} is missing: ${issue.message}`;
  return `${where(issue.path)}: ${issue.message}${isScalar(value) && issue.code !== 'custom' ? `, not ${shortened(value.toJSON())}` : ''}`;
}

/** Where the key of a path stands, or else the nearest thing around it. */
const offsetOf = (source: Source, path: Path): number => find(source, path).offset;

interface Found {
  /** Undefined when there is none at this path. An item of a list is its own. */
  readonly key: unknown;
  readonly value: unknown;
  readonly offset: number;
}

function find({ document }: Source, path: Path): Found {
  let found: Found = { key: document.contents, value: document.contents, offset: document.contents?.range?.[0] ?? 0 };
  for (const step of path) {
    const { value: around, offset } = found;
    const item = isCollection(around)
      ? around.items.find((each, index) => (isPair(each) ? isScalar(each.key) && String(each.key.value) === String(step) : index === step))
      : undefined;
    if (item === undefined) return { key: undefined, value: undefined, offset };
    const [key, value] = isPair(item) ? [item.key, item.value] : [item, item];
    found = { key, value, offset: isNode(key) ? (key.range?.[0] ?? offset) : offset };
  }
  return found;
}

const isCollection = (node: unknown): node is Node & { readonly items: readonly unknown[] } => isNode(node) && 'items' in node;

const longestShown = 60;

function shortened(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= longestShown ? json : `${json.slice(0, longestShown)}...`;
}

function checkPatterns(source: Source, implementations: Readonly<Record<string, Said>>): void {
  for (const [label, { limits = [] }] of Object.entries(implementations)) {
    for (const [i, { scripts = [] }] of limits.entries()) {
      for (const [j, pattern] of scripts.entries()) {
        try {
          compilePattern(pattern);
        } catch (error) {
          if (!(error instanceof PatternError)) throw error;
          const path = ['implementations', label, 'limits', i, 'scripts', j];
          throw new ConfigError(`${at(source, offsetOf(source, path))}: ${path.join('.')}: ${error.message}`, { cause: error });
        }
      }
    }
  }
}

const defaultContainerPort = 50_051;
const defaultImageReady = 120;

interface Surroundings {
  readonly folder: string;
  readonly withheld: ReadonlyMap<string, string>;
}

function entryOf(label: string, said: Said, surroundings: Surroundings): Omit<Entry, 'declared'> {
  const ready = said.ready ?? (said.image === undefined ? undefined : defaultImageReady);
  return { label, places: placesOf(said, surroundings), ready: ready === undefined ? undefined : ready * 1000 };
}

function placesOf(said: Said, { folder, withheld }: Surroundings): Place[] {
  if (said.reach !== undefined) return [said.reach].flat().map((url) => ({ kind: 'address', address: url.slice('grpc://'.length) }));
  const environment = Object.fromEntries(Object.entries(said.environment ?? {}).map(([name, value]) => [name, String(value)]));
  const workdir = resolve(folder, said.workdir ?? '.');
  const common = { workdir, environment, ...(withheld.size === 0 ? {} : { withheld }) };
  const launch: Launch =
    said.image === undefined
      ? { kind: 'cmd', command: said.cmd as [string, ...string[]], ...common }
      : { kind: 'image', image: said.image, containerPort: said['container-port'] ?? defaultContainerPort, arguments: said.arguments ?? [], ...common };
  return Array.from({ length: said.processes ?? 1 }, () => launch);
}

/** Reports are published: what only the environment knows has no place in them. */
function reachOf({ reach, cmd, image, environment = {} }: AsWritten['implementations'][string]): string {
  if (reach !== undefined) return [reach].flat().join(', ');
  const how = cmd === undefined ? `image: ${image}` : `cmd: ${cmd.map(withoutAssigned).join(' ')}`;
  return [...longValues(Object.entries(environment))].reduce((text, [name, value]) => text.replaceAll(value, () => `\${${name}}`), how);
}

/** Without the values of variables in an argument of `env`, or in a script of a shell. */
function withoutAssigned(argument: string): string {
  if (/^[A-Z_][A-Z0-9_]*=/.test(argument)) return argument.replace(/=.*/s, '=...');
  return argument.replace(/(?<=[\s'";&|])([A-Z_][A-Z0-9_]*)=(?:"[^"]*"|'[^']*'|[^\s'";&|]+)/g, '$1=...');
}

/** Shorter values are words such as `debug`, and may stand in a command for themselves. */
const shortestSecret = 8;

const longValues = (values: readonly (readonly [string, unknown])[]): Map<string, string> =>
  new Map(values.map(([name, value]) => [name, String(value)] as const).filter(([, value]) => value.length >= shortestSecret));

function declaredOf(said: Said, asWritten: AsWritten['implementations'][string]): Declared {
  return {
    reach: reachOf(asWritten),
    ...(said.version === undefined ? {} : { version: said.version }),
    jobs: said.jobs ?? 1,
    features: new Set<Feature>(said.features === 'all' ? features : said.features),
    limits: said.limits ?? [],
    codePoints: new Map(Object.entries(said['code-points'] ?? {}).map(([ours, theirs]) => [Number(ours), theirs])),
    ours: said.engine === 'mls-interop',
  };
}
