import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { list, listCommand, type ListOptions } from '../../src/cli/list.ts';

async function listed(...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const into = (key: keyof typeof texts) => new Writable({ write: (chunk, _, done) => (void (texts[key] += String(chunk)), done()) });
  const command = listCommand().exitOverride().configureOutput({ writeErr: () => {} });
  command.action((scripts: string[], options: ListOptions) => list(scripts, options, { stdout: into('stdout'), stderr: into('stderr') }));
  await command.parseAsync(args, { from: 'user' });
  return texts;
}

test('ids come one a line, what they cover beside them', async () => {
  const { stdout, stderr } = await listed('--as', 'x,y', '--suite', '1', '--public', '--run', 'messages/old_epochs');
  const ids = stdout.trimEnd().split('\n');
  expect(ids.length).toBeGreaterThan(3);
  for (const id of ids) expect(id).toMatch(/^messages\/old_epochs\/suite:1\/wire:public\/(\w+=[xy],?)+$/);
  expect(stderr).toMatch(/every ordered pair of implementations in every pair of roles: (\d+) of \1\n/);
});

test('who is named need not be there, and has suites 1 to 7 unless others are named', async () => {
  const { cases } = JSON.parse((await listed('--as', 'x', '--as', 'y', '--json')).stdout) as { cases: { suite: number }[] };
  expect(new Set(cases.map(({ suite }) => suite))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
});

test('--json has cases, coverage and notes', async () => {
  const { cases, coverage, notes } = JSON.parse((await listed('--as', 'x', '--suite', '1', '--public', '--run', 'commits/add', '--json')).stdout) as Record<string, unknown[]>;
  expect(cases).toEqual([
    { id: 'commits/add/suite:1/wire:public/alice=x,bob=x,charlie=x', script: 'commits/add', suite: 1, wire: 'public', actors: { alice: 'x', bob: 'x', charlie: 'x' }, self: true },
  ]);
  expect(coverage).toHaveLength(2);
  expect(notes).toEqual([]);
});

test('--count is a table of scripts and suites with sums', async () => {
  const { stdout } = await listed('--as', 'x', '--suite', '1,2', '--count', '--run', 'commits/add', '--run', 'joining/welcome/suite:2');
  expect(stdout).toBe(['script           suite 1  suite 2  all', 'commits/add            2        2    4', 'joining/welcome        -        2    2', 'all                    2        4    6', ''].join('\n'));
});

test('histories stand alone, or beside the scripts that are named', async () => {
  const ids = async (...args: string[]) => (await listed('--as', 'x', '--suite', '1', '--public', '--seed', 'S', '--evolve', '2', '--steps', '10', ...args)).stdout.trimEnd().split('\n');
  expect((await ids()).map((id) => id.slice(0, id.indexOf('/suite'))).toSorted()).toEqual(['evolve/seed:S-1', 'evolve/seed:S-2']);
  const beside = await ids(new URL('../../src/runner/scripts/commits.json', import.meta.url).pathname);
  expect(new Set(beside.map((id) => id.split('/')[0]))).toEqual(new Set(['evolve', 'commits']));
});

test.each([
  [['--as', 'x', '--client', 'y=127.0.0.1:1'], '--as asks nobody'],
  [['--as', 'x y'], 'is no name'],
  [['--as', 'x', 'no-such-file.json'], 'no-such-file.json: no such file or folder'],
  [['--as', 'x', '--evolve', '1', '--steps', '3'], 'at least 4'],
  [['--as', 'x', '--evolve', '1', '--without', 'rain'], '"rain" is none of application'],
])('%j is wrong usage', async (args, message) => {
  await expect(listed(...args)).rejects.toThrow(message);
});

test('what a shard covers is said of all shards together', async () => {
  const { stderr } = await listed('--as', 'x,y', '--suite', '1', '--public', '--run', 'messages/old_epochs', '--shard', '1/2');
  expect(stderr).toMatch(/^all 2 shards together: every ordered pair of implementations in every pair of roles: /m);
});
