/**
 * Reads script files of the mlswg format. Keys are matched as upstream's decoder does, exactly or else without regard to
 * case; a key that nobody reads is reported, since upstream ignores it in silence.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../report/record/record-schema.ts';
import { actions, actorsOf, references, stores, type Action, type Step } from './steps.ts';

export interface Script {
  readonly file: string;
  readonly name: string;
  /** File and script name, such as `commit/add`. */
  readonly id: string;
  readonly steps: readonly Step[];
  /** The steps as the file has them, for reports. */
  readonly sources: readonly string[];
  /** In order of appearance. */
  readonly actors: readonly string[];
}

/** The file, the script, the step and the key of something that is odd but does not stop the run. */
export interface ScriptWarning {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

/** A script that cannot be run as it is written; the message names file, script, step and key. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

export interface LoadedScripts {
  readonly scripts: readonly Script[];
  readonly warnings: readonly ScriptWarning[];
}

/**
 * Reads files, and the `*.json` of folders in alphabetical order.
 * @throws ScriptError
 */
export function loadScripts(paths: readonly string[]): LoadedScripts {
  const scripts: Script[] = [];
  const warnings: ScriptWarning[] = [];
  for (const file of paths.flatMap(scriptFiles)) {
    const loaded = parseScripts(file, readText(file));
    scripts.push(...loaded.scripts);
    warnings.push(...loaded.warnings);
  }
  const ids = new Set<string>();
  for (const { id, file } of scripts) {
    if (ids.has(id)) throw new ScriptError(`${file}: another file has a script ${id} too; results could not tell them apart`);
    ids.add(id);
  }
  return { scripts, warnings };
}

/** @throws ScriptError */
export function parseScripts(file: string, json: string): LoadedScripts {
  const unread: UnreadKey[] = [];
  const root = canonicalKeys(fileShape, parseJson(file, json), { at: '', unread });
  const parsed = fileShape.safeParse(root);
  if (!parsed.success) throw new ScriptError(`${file}: ${describeIssue(parsed.error)}`);

  const scripts = Object.entries(parsed.data.scripts).map(([name, rawSteps]): Script => {
    const steps = rawSteps.map((raw, index) => parseStep(raw, { file, at: `script ${name}, step ${index}`, unread }));
    steps.forEach((step, index) => checkReferences(steps, index, `${file}: script ${name}, step ${index} (${step.action})`));
    return {
      file,
      name,
      id: `${basename(file, '.json')}/${name}`,
      steps,
      sources: rawSteps.map((raw) => JSON.stringify(raw)),
      actors: [...new Set(steps.flatMap(actorsOf))],
    };
  });

  return { scripts, warnings: unread.map(({ at, key, meant }) => ({ file, path: at === '' ? key : `${at}: ${key}`, message: notRead(meant) })) };
}

const fileShape = z.object({ scripts: z.record(z.string(), z.array(z.unknown())) });
const isAction = (word: unknown): word is Action => typeof word === 'string' && Object.hasOwn(actions, word);
const notRead = (meant: string | undefined): string =>
  meant === undefined ? 'nothing reads this key here' : `nothing reads this key here; ${meant} is read`;

function scriptFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path).filter((file) => file.endsWith('.json'));
    if (files.length === 0) throw new ScriptError(`${path}: no *.json files in this folder`);
    return files.sort().map((file) => join(path, file));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): ScriptError {
  if (error instanceof ScriptError) return error;
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new ScriptError(`${path}: ${missing ? 'no such file or folder' : (error as Error).message}`, { cause: error });
}

function parseJson(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ScriptError(`${file}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

interface Place {
  readonly file: string;
  readonly at: string;
  readonly unread: UnreadKey[];
}

function parseStep(raw: unknown, place: Place): Step {
  const fail = (reason: string): never => {
    throw new ScriptError(`${place.file}: ${place.at}: ${reason}`);
  };
  if (!isObject(raw)) return fail('a step is an object');
  const action = Object.entries(raw).findLast(([key]) => key.toLowerCase() === 'action')?.[1];
  if (action === undefined) return fail('no action');
  if (!isAction(action)) return fail(`unknown action ${JSON.stringify(action)}`);

  const schema: z.ZodObject = actions[action];
  const known = new Set(['action', ...(action in withoutActor ? ['actor'] : [])]);
  const said = Object.fromEntries(Object.entries(raw).filter(([key]) => !known.has(key.toLowerCase())));
  const parsed = schema.safeParse(canonicalKeys(schema, said, place));
  if (!parsed.success) return fail(`${action}: ${describeIssue(parsed.error)}`);

  const step = { action, ...parsed.data } as Step;
  if (step.action !== 'expectFailure') return step;
  return { ...step, step: parseStep(step.step, { ...place, at: `${place.at}, step` }) };
}

/** Actions that say in other keys who acts. Every step may carry an actor; with these it has no effect. */
const withoutActor: { readonly [A in Action]?: true } = { reinit: true, installExternalPSK: true, switchGroup: true, expectCommit: true };

interface UnreadKey {
  readonly at: string;
  readonly key: string;
  readonly meant: string | undefined;
}

/** Renames keys to those of `schema`, drops nulls (they read as missing) and notes the keys that the schema does not have. */
function canonicalKeys(schema: z.ZodType, value: unknown, place: Omit<Place, 'file'>): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return canonicalKeys(schema.unwrap() as z.ZodType, value, place);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item, i) => canonicalKeys(schema.element as z.ZodType, item, { ...place, at: `${place.at}[${i}]` }));
  }
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return value;

  const shape = schema.shape as Record<string, z.ZodType>;
  const renamed: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const field = Object.hasOwn(shape, key) ? key : Object.keys(shape).find((known) => known.toLowerCase() === key.toLowerCase());
    if (field === undefined) place.unread.push({ at: place.at, key, meant: Object.keys(shape).find((known) => bare(known) === bare(key)) });
    else if (item !== null) renamed[field] = canonicalKeys(shape[field]!, item, { ...place, at: place.at === '' ? field : `${place.at}: ${field}` });
  }
  return renamed;
}

const bare = (key: string): string => key.replaceAll('_', '').toLowerCase();
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkReferences(steps: readonly Step[], index: number, at: string): void {
  for (const { step, key, from } of references(steps[index]!)) {
    const target = steps[step];
    if (step >= index) throw new ScriptError(`${at}: ${from} names step ${step}, which does not come before it`);
    if (!stores(target!.action, key)) throw new ScriptError(`${at}: ${from} names step ${step} (${target!.action}), which leaves no ${key}`);
  }
}
