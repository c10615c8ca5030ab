import { expect, test } from 'vitest';
import type { Implementation } from '../../src/runner/implementation.ts';
import { listedSuites, schedule, type ScheduleOptions } from '../../src/runner/schedule.ts';
import { parseScripts } from '../../src/runner/script.ts';

const named = (label: string, ...suites: number[]): Implementation => ({
  label,
  name: label,
  address: label,
  suites: new Set(suites),
  replicas: [],
  call: () => Promise.reject(new Error('not in this test')),
  close: () => {},
});
const { scripts } = parseScripts('demo.json', JSON.stringify({ scripts: { pair: [{ action: 'createGroup', actor: 'alice', members: ['bob'] }] } }));
const crowd = parseScripts('crowd.json', JSON.stringify({ scripts: { all: [{ action: 'createGroup', actor: 'a0', members: Array.from({ length: 840 }, (_, i) => `a${i + 1}`) }] } })).scripts;

const plan = (options: Partial<ScheduleOptions>) =>
  schedule({ scripts, implementations: [named('one', 1, 2), named('two', 1)], suites: [1, 2], wireModes: ['public', 'private'], assignments: 256, random: false, seed: 's', ...options });
const ids = (options: Partial<ScheduleOptions>): string[] => plan(options).map(({ id }) => id).sort();

test('a case is a script, a suite, a wire mode and an assignment, and its id says so', () => {
  expect(ids({ suites: [1] })).toEqual([
    'demo/pair/suite:1/wire:private/alice=one,bob=one',
    'demo/pair/suite:1/wire:private/alice=one,bob=two',
    'demo/pair/suite:1/wire:private/alice=two,bob=one',
    'demo/pair/suite:1/wire:private/alice=two,bob=two',
    'demo/pair/suite:1/wire:public/alice=one,bob=one',
    'demo/pair/suite:1/wire:public/alice=one,bob=two',
    'demo/pair/suite:1/wire:public/alice=two,bob=one',
    'demo/pair/suite:1/wire:public/alice=two,bob=two',
  ]);
});

test('only those who list a suite take part in it', () => {
  expect(ids({ suites: [2], wireModes: ['public'] })).toEqual(['demo/pair/suite:2/wire:public/alice=one,bob=one']);
  expect(ids({ suites: [7] })).toEqual([]);
  expect(listedSuites([named('a', 3, 1), named('b', 2, 1)])).toEqual([1, 2, 3]);
});

test('the seed decides the order', () => {
  const order = (seed: string) => plan({ seed }).map(({ id }) => id);
  expect(order('a')).toEqual(order('a'));
  expect(order('a')).not.toEqual(order('b'));
  expect(order('a').toSorted()).toEqual(order('b').toSorted());
});

test('a limit on assignments holds for every suite and wire mode', () => {
  expect(plan({ assignments: 3, suites: [1] })).toHaveLength(6);
});

test('random gives one case per script, suite and wire mode, even to a cast of hundreds', () => {
  const cases = plan({ scripts: crowd, suites: [1], random: true });
  expect(cases).toHaveLength(2);
  expect(cases[0]!.actors.size).toBe(841);
  expect(new Set([...cases[0]!.actors.values()].map(({ label }) => label))).toEqual(new Set(['one', 'two']));
  expect(cases.every(({ id }) => /^crowd\/all\/suite:1\/wire:(public|private)\/cast:[0-9a-f]{16}$/.test(id))).toBe(true);
});
