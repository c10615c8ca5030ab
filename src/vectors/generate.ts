/**
 * Makes fresh files of every type. All randomness follows from the seed, and each file and suite draws from a stream of
 * its own, so that cases are the same whatever else is made with them.
 */
import { portableProvider } from '../mls/crypto/portable/provider.ts';
import { vectorTypes } from './registry.ts';
import { seededRandom } from './seeded-random.ts';

export interface GenerateOptions {
  readonly seed: string;
  readonly suites: readonly number[];
}

export interface GeneratedFile {
  /** Without the folder. */
  readonly name: string;
  readonly cases: readonly unknown[];
}

/** How many files there will be. */
export const generatedFileCount = vectorTypes.reduce((count, { files }) => count + files.length, 0);

export async function* generateFiles({ seed, suites }: GenerateOptions): AsyncGenerator<GeneratedFile> {
  for (const type of vectorTypes) {
    for (const file of type.files) {
      const cases: unknown[] = [];
      for (const id of type.usesSuites ? suites : [1]) {
        // Only this provider is reproducible: its ECDSA is deterministic, and no library draws randomness past it.
        const provider = portableProvider({ random: seededRandom(`${seed}/${file}/${id}`) });
        cases.push(...(await type.generate(file, { provider, suite: provider.cipherSuite(id) })));
      }
      yield { name: `${file}.json`, cases };
    }
  }
}

/** The bytes of a file, with a line for each value. */
export const fileText = ({ cases }: GeneratedFile): string => `${JSON.stringify(cases, undefined, 1)}\n`;
