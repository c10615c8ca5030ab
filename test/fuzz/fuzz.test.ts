/** The fuzzer finds what was planted for it, and the siege notices what is wrong. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { seeded } from '../../src/runner/random.ts';
import { fuzz, isTrouble, tried, type Trouble } from './fuzz.ts';
import { behindFourDoors, inTheDark, slow } from './planted.ts';
import type { Target } from './target.ts';
import { flatness } from './siege/flatness.ts';
import { Tally } from './siege/tally.ts';

const mostRuns = 20_000;

async function troublesIn(target: Target): Promise<Trouble[]> {
  const troubles: Trouble[] = [];
  await fuzz(target, { random: seeded('planted'), corpus: [], goOn: ({ runs, troubles: found }) => found === 0 && runs < mostRuns, onTrouble: (trouble) => void troubles.push(trouble) });
  return troubles;
}

test('a fault behind four conditions is found by way of each, and its input shrunk to them', async () => {
  const troubles = await troublesIn(behindFourDoors);
  expect(troubles.map(({ report }) => report)).toEqual([expect.stringContaining('behind four doors')]);
  expect(Array.from(troubles[0]!.input, (byte) => byte >> 4)).toEqual([0x4, 0xd, 0x7, 0xa]);
});

test('as many inputs do not find it where coverage is not seen', async () => {
  expect(await troublesIn(inTheDark)).toEqual([]);
});

test('more than a second of processor time is a finding', async () => {
  const outcome = await tried(slow, Uint8Array.of(1));
  expect(isTrouble(outcome) && outcome.fault).toBe('slow');
});

test('memory that grows is not flat', () => {
  const samples = (heapStep: number, rssStep: number) => Array.from({ length: 12 }, (_, i) => ({ heap: 30e6 + i * heapStep, rss: 200e6 + i * rssStep, entries: 20 }));
  expect(flatness(samples(1e5, 1e6)).isFlat).toBe(true);
  expect(flatness(samples(1e6, 0)).isFlat).toBe(false);
  expect(flatness(samples(0, 1e7)).isFlat).toBe(false);
});

test('answers that blame the service, and refusals of valid calls, are wrong', () => {
  const call = { isMutated: true, ms: 1, details: 'why' };
  const wrongs = (answer: (tally: Tally) => void): number => {
    const tally = new Tally();
    answer(tally);
    return tally.wrongs.length;
  };
  for (const code of [2, 13, 14]) expect(wrongs((tally) => tally.answered('commit', code, call))).toBe(1);
  for (const code of [0, 3, 5, 8, 9, 12]) expect(wrongs((tally) => tally.answered('commit', code, call))).toBe(0);
  expect(wrongs((tally) => tally.answered('commit', 3, { ...call, isMutated: false }))).toBe(1);
  expect(wrongs((tally) => tally.late('commit', { ms: 1500, share: 0.9 }))).toBe(1);
  expect(wrongs((tally) => tally.late('commit', { ms: 1500, share: 0.1 }))).toBe(0);
});

test('a short siege ends well', { timeout: 240_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('mutate-service.ts', import.meta.url)), '--messages', '300', '--groups', '2'], { encoding: 'utf8' });
  expect(stdout).toMatch(/\d+ mutated messages and \d+ valid calls/);
  expect(stdout).toMatch(/INVALID_ARGUMENT \d+/);
  expect(stdout).not.toContain('WRONG');
});
