/** `mls-interop vectors`: what it prints and how it exits. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { generate, vectorsCommand, verify } from '../../src/cli/vectors.ts';
import { flipped, ownFolder, ownVectors } from './support.ts';

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  printed = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const stdout = new Writable({
  write(chunk, _, done) {
    printed += String(chunk);
    done();
  },
});
const terminal = { stdout, stderr: process.stderr };
const native = { crypto: 'native' } as const;
const written = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const withoutTimes = () => printed.replaceAll(/\d+\.\d s/g, '0.0 s').split('\n');

describe('vectors verify', () => {
  it('prints a line per file and ends with the sum', async () => {
    const paths = ['key-schedule', 'deserialization'].map((file) => join(ownFolder, `${file}.json`));
    expect(await verify(paths, native, terminal)).toBe(0);
    expect(withoutTimes()).toEqual([
      'ok   key-schedule.json     7 passed, 0 failed, 0 skipped  (key-schedule, 0.0 s)',
      'ok   deserialization.json  12 passed, 0 failed, 0 skipped  (deserialization, 0.0 s)',
      '19 passed, 0 failed, 0 skipped',
      '',
    ]);
  });

  it('recognises a file by its content, shows the first failures and exits with 1', async () => {
    const vectors = ownVectors('psk_secret').map((vector) => ({ ...vector, psk_secret: flipped(vector.psk_secret) }));
    expect(await verify([written('some.thing', vectors.slice(0, 5))], native, terminal)).toBe(1);
    const lines = withoutTimes();
    expect(lines[0]).toBe('FAIL some.thing  0 passed, 5 failed, 0 skipped  (psk_secret, 0.0 s)');
    expect(lines[1]).toMatch(/^ {7}\[0\]\.psk_secret: expected 0{63}1, got 0{64}$/);
    expect(lines.slice(4)).toEqual(['       and 2 more', '0 passed, 5 failed, 0 skipped', '']);
  });

  it('skips cases of suites that the provider lacks, and files of a folder that hold no vectors', async () => {
    written('a.json', ownVectors('psk_secret').map((vector, i) => ({ ...vector, cipher_suite: i < 3 ? 0xf000 : vector.cipher_suite })));
    written('b.json', { no: 'vectors' });
    written('c.txt', 'not read');
    expect(await verify([folder], native, terminal)).toBe(0);
    expect(withoutTimes().slice(0, 3)).toEqual([
      'ok   a.json  25 passed, 0 failed, 3 skipped  (psk_secret, 0.0 s)',
      'ok   b.json  0 passed, 0 failed, 1 skipped  (not a vector file, 0.0 s)',
      '25 passed, 0 failed, 4 skipped',
    ]);
  });

  it.each<[string, () => string]>([
    ['a path that does not exist', () => join(folder, 'nothing.json')],
    ['a file that is not JSON', () => written('a.json', 'no JSON')],
    ['a file of no known type', () => written('a.json', [{ some: 'thing' }])],
    ['a file without cases', () => written('a.json', [])],
    ['a folder without vectors', () => folder],
  ])('exits with 2 for %s', async (_, path) => {
    const error = await verify([path()], native, terminal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(2);
  });

  it('judges lifetimes when told the time', async () => {
    const path = join(ownFolder, 'passive-client-welcome.json');
    expect(await verify([path], { ...native, now: 4_000_000_000n }, terminal)).toBe(1);
    expect(printed).toContain('[0].welcome: R-7.3-10');
  });

  it.each([
    [['verify', 'a.json', '--crypto', 'other']],
    [['verify', 'a.json', '--accept', 'anything']],
    [['verify', 'a.json', '--now', 'yesterday']],
    [['verify']],
    [['generate', 'folder', '--suite', '0']],
  ])('does not understand %s', async (args) => {
    const command = vectorsCommand();
    for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow();
  });
});

describe('vectors generate', () => {
  it('writes all files into a folder that it makes', async () => {
    const into = join(folder, 'new');
    await generate(into, { seed: '7', suite: [1] }, terminal);
    expect(printed).toBe(`wrote 16 files to ${into}\n`);
    expect(readdirSync(into).sort()).toEqual(readdirSync(ownFolder).sort());
    expect(JSON.parse(readFileSync(join(into, 'welcome.json'), 'utf8'))).toHaveLength(1);
  });

  it('refuses a suite that there is not', async () => {
    await expect(generate(folder, { seed: '7', suite: [9] }, terminal)).rejects.toMatchObject({ exitCode: 2 });
  });
});
