/** Reads the YAML files of expectations; what is wrong with one is said with file and line. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isCollection, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { expectationEntries, expectationEntry, expectationMapping, type Expectation, type ExpectationEntry, type ExpectationFile, type ExpectationSet } from './expectations.ts';
import { compilePattern } from './pattern.ts';
import { reasonOf } from '../file-errors.ts';
import { describeIssue } from '../record/record-schema.ts';
import { yamlValue } from '../yaml-value.ts';

/** An expectation that cannot be read; the message begins with file and line. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** The names of files end so. */
export const extension = '.yaml';

/**
 * All files of a folder, by name; none when there is no such folder.
 * @throws ExpectationError
 */
export function loadExpectations(folder: string): ExpectationSet {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  const names = listed(folder);
  const misnamed = names.find((name) => name.endsWith('.yml'));
  if (misnamed !== undefined) throw new ExpectationError(`${join(folder, misnamed)}: the names of expectations end in ${extension}`);
  return names.filter((name) => name.endsWith(extension)).sort().map((name) => readExpectations(join(folder, name)).expectations);
}

/** A file in both its forms: for applying and for rewriting. */
export interface ReadExpectations {
  readonly expectations: ExpectationFile;
  readonly text: string;
  readonly document: Document;
}

/** @throws ExpectationError */
export function readExpectations(file: string): ReadExpectations {
  const text = readText(file);
  return { text, ...parseExpectations(file, text) };
}

/** @throws ExpectationError */
export function parseExpectations(file: string, text: string): Omit<ReadExpectations, 'text'> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined) throw new ExpectationError(`${file}:${lineAt(error.pos[0])}: not YAML: ${error.message}`);

  const lineOf = (path: readonly PropertyKey[]): number => lineAt(offsetOf(document, path));
  const json =
    yamlValue(document, (offset, message) => {
      throw new ExpectationError(`${file}:${lineAt(offset)}: not YAML: ${message}`);
    }) ?? [];
  const isList = Array.isArray(json);
  const { success, data, error: misfit } = (isList ? expectationEntries : expectationMapping).safeParse(json);
  if (!success) {
    const { path, message } = complaint(misfit, json, isList);
    throw new ExpectationError(`${file}:${lineOf(path)}: ${message}`);
  }

  const { expectations, ...whole } = 'expectations' in data ? data : { expectations: data };
  const tolerant = 'flaky' in whole && whole.flaky === true ? true : 'may-pass' in whole && whole['may-pass'] === true;
  const prefix = isList ? [] : ['expectations'];
  const name = basename(file, extension);
  const entries = expectations.map((entry, i) =>
    ready(entry, { name, file, tolerant, lineOf: (...path) => lineOf([...prefix, i, ...path]) }),
  );
  return { document, expectations: { name, file, entries } };
}

/** What is wrong first of all, and where; a key that nobody knows comes before one that is missing, since it may be that one misspelt. */
function complaint(misfit: z.ZodError, json: unknown, isList: boolean): { readonly path: readonly PropertyKey[]; readonly message: string } {
  const unknown = misfit.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) {
    const path = [...unknown.path, unknown.keys[0]!];
    const keys = unknown.path.length === 0 && !isList ? expectationMapping.keyof().options : expectationEntry.keyof().options;
    return { path, message: `${path.join('.')}: no such key; there are ${keys.join(', ')}` };
  }
  const { path } = misfit.issues[0]!;
  const isMissing = path.length > 0 && path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], json) === undefined;
  return { path, message: isMissing ? `${path.join('.')}: is missing` : describeIssue(misfit) };
}

interface Place {
  readonly name: string;
  readonly file: string;
  readonly tolerant: boolean;
  readonly lineOf: (...path: string[]) => number;
}

function ready(entry: ExpectationEntry, { name, file, tolerant, lineOf }: Place): Expectation {
  const fail = (key: string, error: unknown): never => {
    throw new ExpectationError(`${file}:${lineOf(key)}: ${key}: ${(error as Error).message}`, { cause: error });
  };
  const attempt = <T>(key: string, make: () => T): T => {
    try {
      return make();
    } catch (error) {
      return fail(key, error);
    }
  };
  return {
    ...entry,
    name,
    file,
    line: lineOf(),
    tolerant: tolerant || entry.flaky === true || entry['may-pass'] === true,
    matches: attempt('pattern', () => compilePattern(entry.pattern)),
    matchPattern: entry.match === undefined ? undefined : attempt('match', () => new RegExp(entry.match!, 's')),
  };
}

/** Where the value at `path` stands, or the innermost one around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return isCollection(document.contents) ? (document.contents.range?.[0] ?? 0) : 0;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new ExpectationError(`${folder}: ${(error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'not a folder' : reasonOf(error)}`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExpectationError(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}
