/** Programs by name: those on the PATH, and this one, which need not be there. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the PATH has a program of this name. */
export const onPath = (name: string, path: string): string | undefined => path.split(delimiter).map((folder) => join(folder, name)).find(isExecutable);

/** This program by itself, whether or not it is installed: to be followed by a command and its arguments. */
export const ownProgram: readonly [node: string, main: string] = [
  process.execPath,
  fileURLToPath(new URL(`../../cli/main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)),
];

/** The command with this program in the place of `mls-interop` where the PATH has none of that name, as in a checkout. */
export function withOwnProgram(command: readonly [string, ...string[]], path: string): readonly [string, ...string[]] {
  const [program, ...args] = command;
  return program === 'mls-interop' && onPath(program, path) === undefined ? [...ownProgram, ...args] : command;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
