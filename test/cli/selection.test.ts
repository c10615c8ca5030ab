import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addSelectionOptions, selectCases, type SelectionOptions } from '../../src/cli/selection.ts';
import type { Implementation } from '../../src/runner/implementation.ts';
import { absent } from '../../src/runner/implementations/absent.ts';
import { parseScripts } from '../../src/runner/script.ts';

const named = (label: string, ...suites: number[]): Implementation => absent(label, suites);
const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };
const { scripts } = parseScripts('demo.json', JSON.stringify({ scripts: { one: [group], two: [group, { action: 'updateProposal', actor: 'bob' }] } }));
const both = [named('a', 1, 2), named('b', 1)];

function optionsOf(...args: string[]): SelectionOptions {
  const command = addSelectionOptions(new Command()).exitOverride().configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: 'user' }).opts();
}
const select = (...args: string[]) => selectCases(optionsOf(...args), scripts, both);
const ids = (...args: string[]) => select(...args).cases.map(({ id }) => id);
const exit = (...args: string[]): unknown => {
  try {
    return select(...args).cases.length;
  } catch (error) {
    return { exitCode: (error as { exitCode: unknown }).exitCode, message: (error as Error).message };
  }
};

test('without options there are all scripts, suites and wire modes, and all pairs', () => {
  // On suite 1 four casts, on suite 2 one; two scripts, two wire modes.
  expect(select().cases).toHaveLength((4 + 1) * 2 * 2);
  expect(select().coverage.map(({ text }) => text)).toEqual([
    'every ordered pair of implementations in every pair of roles: 20 of 20',
    'every ordered pair exchanged every message type: 8 of 8',
  ]);
  expect(select().notes).toEqual(['suite 2 runs without b: not listed there']);
});

test('cases come in the same order from the same seed', () => {
  expect(ids('--seed', 'x')).toEqual(ids('--seed', 'x'));
  expect(ids('--seed', 'x')).not.toEqual(ids('--seed', 'y'));
});

test.each([
  [['--suite', '1', '--private'], 8],
  [['--suite', '1,2', '--public'], 10],
  [['--public', '--private'], 20],
  [['--no-self', '--suite', '1'], 8],
  [['--assignments', '1', '--suite', '1'], 4],
  [['--random', '--suite', '1'], 4],
  [['--strength', '1', '--suite', '1'], 8],
  [['--run', 'demo/one', '--run', '**/alice=a,bob=b'], 12],
  [['--run', 'demo/one', '--skip', '**/suite:2'], 8],
] as const)('%j selects %i cases', (args, count) => {
  expect(ids(...args)).toHaveLength(count);
});

test('shards are parts of one selection, which coverage speaks of', () => {
  const shards = [1, 2, 3].map((index) => select('--shard', `${index}/3`));
  expect(shards.flatMap(({ cases }) => cases.map(({ id }) => id)).toSorted()).toEqual(ids().toSorted());
  expect(shards[2]!.coverage).toEqual(select().coverage);
});

test('a shard may be empty', () => {
  const empty = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => select('--run', '**/suite:2/wire:public', '--shard', `${index}/8`)).filter(({ cases }) => cases.length === 0);
  expect(empty.length).toBeGreaterThan(5);
  expect(empty[0]!.notes).toContain('this shard has none of the 2 cases');
});

test.each([
  [['--run', 'demo/on'], 2, 'pattern "demo/on" matches none of the 20 cases; near it: demo/one demo/two'],
  [['--skip', '//'], 2, 'nothing between two slashes'],
  [['--skip', '**'], 4, 'no case is selected'],
  [['--suite', '7'], 4, 'suite 7 runs without a, b'],
  [['--no-self', '--suite', '2'], 4, 'without those that one implementation plays alone no case is left'],
] as const)('%j is refused with %i', (args, exitCode, message) => {
  expect(exit(...args)).toEqual({ exitCode, message: expect.stringContaining(message) });
});

test.each([
  [['--shard', '4/3'], 'I/N'],
  [['--strength', '4'], '1, 2 or 3'],
  [['--suite', '0'], '1 to 65535'],
  [['--assignments', '0'], 'at least 1'],
  [['--all', '--random'], 'cannot be used with'],
] as const)('%j is wrong usage', (args, message) => {
  expect(() => optionsOf(...args)).toThrow(message);
});
