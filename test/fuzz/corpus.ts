/** Inputs in a folder, one file each, named after their contents. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The inputs that are kept with the project. */
export const corpusFolder = (target: string): string => fileURLToPath(new URL(`corpus/${target}`, import.meta.url));

export const nameOf = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex').slice(0, 16);

/** In the order of their names; none when there is no such folder. */
export const readCorpus = (folder: string): Uint8Array[] =>
  existsSync(folder) ? readdirSync(folder).toSorted().map((name) => new Uint8Array(readFileSync(join(folder, name)))) : [];

/** Makes the folder hold exactly these inputs. */
export function writeCorpus(folder: string, inputs: readonly Uint8Array[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const input of inputs) writeFileSync(join(folder, nameOf(input)), input);
}
