/**
 * Where the official vectors, scripts and inventories are: one setting, MLS_INTEROP_DATA, default `../shared` beside the
 * checkout. The data is never committed; a test that needs it and does not find it is skipped and says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
export const dataFolder = resolve(projectRoot, process.env['MLS_INTEROP_DATA'] ?? '../shared');

/** The path of a file or folder of the data set, or undefined (with a loud line) when it is not on this machine. */
export function dataPath(...parts: string[]): string | undefined {
  const path = join(dataFolder, ...parts);
  if (existsSync(path)) return path;
  console.warn(`SKIPPED: ${parts.join('/')} is not at ${dataFolder}; set MLS_INTEROP_DATA to the folder that has it`);
  return undefined;
}

/** The parsed JSON of a data file, or undefined (with a loud line) when it is not on this machine. */
export function dataJson<T>(...parts: string[]): T | undefined {
  const path = dataPath(...parts);
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as T);
}
