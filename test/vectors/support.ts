/** What the tests of the vector types share: the official file if it is on this machine, the project's own, and mutations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { portableProvider } from '../../src/mls/crypto/portable/provider.ts';
import type { CryptoProvider } from '../../src/mls/crypto/provider.ts';
import { recognise } from '../../src/vectors/registry.ts';
import { verifyCases, type FileReport, type VerifyOptions } from '../../src/vectors/verify.ts';
import { dataJson, projectRoot } from '../support/data.ts';

/** Parsed vectors, to be changed at will. */
export type Json = any;

/** Vectors that this project made, by `vectors generate`; see test/vectors/generate.test.ts. */
export const ownFolder = join(projectRoot, 'test/vectors/data');
export const ownVectors = (file: string): Json[] => JSON.parse(readFileSync(join(ownFolder, `${file}.json`), 'utf8'));

export const native: CryptoProvider = nativeProvider();
export const portable: CryptoProvider = portableProvider();

export async function verify(json: Json, options: Partial<VerifyOptions> = {}): Promise<FileReport> {
  const type = recognise(json);
  if (type === undefined) throw new Error('no known type of vectors');
  return verifyCases(type, json, { provider: native, accept: new Set(), now: undefined, ...options });
}

export interface Mutation {
  readonly name: string;
  /** Which case of the project's own file is changed; the first by default. */
  readonly of?: number;
  readonly change: (vector: Json) => void;
  /** Where the failure is reported, and what its message has in it. */
  readonly path: string;
  readonly message?: string;
}

export interface VectorTests {
  readonly type: string;
  /** Cases in the official file. */
  readonly officialCases: number;
  readonly mutations: readonly Mutation[];
}

/** For the largest files on a busy machine, in milliseconds. */
const slowest = 300_000;

/** The tests that every type has: everything passes, and a changed value is named. */
export function describeVectors(file: string, { type, officialCases, mutations }: VectorTests): void {
  describe(`${file}.json`, () => {
    const official = dataJson<Json[]>('vectors', `${file}.json`);

    it.runIf(official !== undefined)('passes whole with the official vectors', async () => {
      const report = await verify(official);
      expect(report).toMatchObject({ type, passed: officialCases, failed: 0, skipped: 0, failures: [] });
    }, slowest);

    it.each([native, portable])('passes whole with the vectors of this project, by the $name provider', async (provider) => {
      const report = await verify(ownVectors(file), { provider });
      expect(report).toMatchObject({ type, failed: 0, skipped: 0, failures: [] });
      expect(report.passed).toBeGreaterThan(0);
    }, slowest);

    it.each(mutations)('names the value when $name', async ({ of = 0, change, path, message = '' }) => {
      const vectors = ownVectors(file);
      const vector = vectors[of];
      change(vector);
      const { failures } = await verify([vectors.at(-1), vector]);
      expect(failures).toMatchObject([{ path: `[1]${path}`, message: expect.stringContaining(message) }]);
    });
  });
}

/** The hexadecimal text with one bit of its last byte flipped. */
export const flipped = (hex: string): string => hex.slice(0, -1) + (Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16);
