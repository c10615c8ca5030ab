/**
 * Passive-client vectors, in the format of the MLS working group, for those who joined by a Welcome in cases that passed.
 * All is in the calls: the KeyPackage with its private keys, PSKs, the Welcome, and what the member was given afterwards.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openPart, type PartFile } from './part-file.ts';
import { joinersOf, type Joiner, type PassiveVector } from './passive-joiners.ts';
import type { CaseRecord, RecordLine } from './record/record.ts';

export interface WrittenVectors {
  readonly vectors: number;
  readonly files: number;
  /** How many joiners have none, by the reason. */
  readonly without: ReadonlyMap<string, number>;
}

/**
 * Writes one file of vectors for each script file, into a folder that is made if needed. Keeps no vector in memory.
 * @param refuse says why a vector shall be left out, or undefined
 * @throws Error of the file system
 */
export async function writePassiveVectors(
  lines: AsyncIterable<RecordLine>,
  folder: string,
  refuse: (vector: PassiveVector) => Promise<string | undefined>,
): Promise<WrittenVectors> {
  const files = new VectorFiles(folder);
  try {
    for await (const line of lines) {
      if (line.type !== 'case') continue;
      for (const joiner of joiners(line)) {
        const reason = joiner.vector === undefined ? undefined : await refuse(joiner.vector);
        files.add(line.script, reason === undefined ? joiner : { reason });
      }
    }
    return files.finish();
  } catch (error) {
    files.discard();
    throw error;
  }
}

/** Writes one file of vectors; missing folders are made. @throws Error of the file system */
export function writeVectorFile(path: string, vectors: readonly PassiveVector[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = new VectorFile(path);
  try {
    for (const vector of vectors) file.add(vector);
    file.finish();
  } catch (error) {
    file.discard();
    throw error;
  }
}

export function describeVectors({ vectors, files, without }: WrittenVectors, folder: string): string[] {
  const left = [...without].map(([reason, joiners]) => `  ${joiners} ${joiners === 1 ? 'joiner has' : 'joiners have'} none: ${reason}`);
  return [`${vectors} passive-client ${vectors === 1 ? 'vector' : 'vectors'} in ${files} ${files === 1 ? 'file' : 'files'} of ${folder}`, ...left];
}

const joiners = (result: CaseRecord): readonly Joiner[] => ((result.observed ?? result.status) === 'passed' ? joinersOf(result) : []);

class VectorFiles {
  readonly #folder: string;
  readonly #files = new Map<string, VectorFile>();
  readonly #without = new Map<string, number>();
  #vectors = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  add(script: string, { vector, reason }: Joiner): void {
    if (vector === undefined) return void this.#without.set(reason, (this.#without.get(reason) ?? 0) + 1);
    const name = script.slice(0, script.indexOf('/')).replace(/[^\w+-]/g, '_') || 'script';
    const file = this.#files.get(name) ?? new VectorFile(join(this.#folder, `${name}.json`));
    this.#files.set(name, file);
    file.add(vector);
    this.#vectors++;
  }

  finish(): WrittenVectors {
    for (const file of this.#files.values()) file.finish();
    return { vectors: this.#vectors, files: this.#files.size, without: this.#without };
  }

  /** Leaves nothing behind. */
  discard(): void {
    for (const file of this.#files.values()) file.discard();
  }
}

/** A JSON list that grows. */
class VectorFile {
  readonly #part: PartFile;
  #isEmpty = true;

  constructor(path: string) {
    this.#part = openPart(path);
  }

  add(vector: PassiveVector): void {
    writeFileSync(this.#part.fd, `${this.#isEmpty ? '[' : ','}\n${JSON.stringify(vector)}`);
    this.#isEmpty = false;
  }

  finish(): void {
    writeFileSync(this.#part.fd, '\n]\n');
    this.#part.finish();
  }

  discard(): void {
    this.#part.discard();
  }
}
