/** Fresh vectors: the same from the same seed, others from another, and all of them pass. */
import { describe, expect, it } from 'vitest';
import { fileText, generatedFileCount, generateFiles, type GenerateOptions } from '../../src/vectors/generate.ts';
import { seededRandom } from '../../src/vectors/seeded-random.ts';
import { portable, verify } from './support.ts';

async function generated(options: GenerateOptions): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const file of generateFiles(options)) files.set(file.name, fileText(file));
  return files;
}

describe('generated vectors', () => {
  it('are of all 16 kinds, the same from the same seed whatever suites are made with them, and pass', async () => {
    const [once, again] = await Promise.all([generated({ seed: 'a', suites: [3] }), generated({ seed: 'a', suites: [1, 3] })]);
    expect(once.size).toBe(16);
    expect(generatedFileCount).toBe(16);
    for (const [name, text] of once) {
      const vectors = JSON.parse(text);
      expect(vectors, name).toEqual(JSON.parse(again.get(name)!).filter((vector: object) => !('cipher_suite' in vector) || vector.cipher_suite === 3));
      expect((await verify(vectors, { provider: portable })).failures, name).toEqual([]);
    }
  });

  it('differ from one seed to another', async () => {
    const [a, b] = [await generated({ seed: 'a', suites: [1] }), await generated({ seed: 'b', suites: [1] })];
    const same = [...a].filter(([name, text]) => b.get(name) === text).map(([name]) => name);
    expect(same).toEqual(['tree-math.json', 'deserialization.json']);
  });
});

describe('seeded randomness', () => {
  it('follows from the seed and never repeats', () => {
    const [one, same, other] = [seededRandom('1'), seededRandom('1'), seededRandom('2')];
    const drawn = Array.from({ length: 50 }, (_, i) => Buffer.from(one(16 + i)).toString('hex'));
    expect(Array.from({ length: 50 }, (_, i) => Buffer.from(same(16 + i)).toString('hex'))).toEqual(drawn);
    expect(new Set(drawn.map((hex) => hex.slice(0, 32))).size).toBe(50);
    expect(drawn).not.toContain(Buffer.from(other(16)).toString('hex'));
  });
});
