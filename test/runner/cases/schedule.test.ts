import { describe, expect, test } from 'vitest';
import type { Implementation } from '../../../src/runner/implementation.ts';
import { absent } from '../../../src/runner/implementations/absent.ts';
import type { Limit } from '../../../src/runner/implementations/limits.ts';
import { listedSuites, schedule, type ScheduleOptions } from '../../../src/runner/cases/schedule.ts';
import { parseScripts } from '../../../src/runner/script.ts';

const named = (label: string, ...suites: number[]): Implementation => absent(label, suites);
const { scripts } = parseScripts('demo.json', JSON.stringify({ scripts: { pair: [{ action: 'createGroup', actor: 'alice', members: ['bob'] }] } }));
const crowd = parseScripts('crowd.json', JSON.stringify({ scripts: { all: [{ action: 'createGroup', actor: 'a0', members: Array.from({ length: 840 }, (_, i) => `a${i + 1}`) }] } })).scripts;

const plan = (options: Partial<ScheduleOptions>) =>
  schedule({ scripts, implementations: [named('one', 1, 2), named('two', 1)], suites: [1, 2], wireModes: ['public', 'private'], seed: 's', ...options }).cases;
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

test('a case that one implementation plays alone is marked, and left out when it is not wanted', () => {
  const marked = plan({ suites: [1] }).filter(({ self }) => self === true);
  expect(marked.map(({ actors }) => [...actors.values()].map(({ label }) => label).join('=')).toSorted()).toEqual(['one=one', 'one=one', 'two=two', 'two=two']);
  expect(ids({ suites: [1], self: false })).toEqual(ids({ suites: [1] }).filter((id) => !/alice=(.*),bob=\1$/.test(id)));
  expect(ids({ suites: [2], self: false })).toEqual([]);
});

describe('limits', () => {
  const limited = (...limits: Limit[]) => ({ suites: [1], wireModes: ['public'] as const, implementations: [named('one', 1), { ...named('two', 1), limits }] });
  const casts = (options: Partial<ScheduleOptions>) => ids(options).map((id) => id.slice(id.lastIndexOf('/') + 1));

  test('keep an implementation out of a script, with a note', () => {
    const options = limited({ reason: 'does not group', scripts: ['demo'] });
    expect(casts(options)).toEqual(['alice=one,bob=one']);
    expect(schedule({ scripts, seed: 's', ...options }).notes).toEqual(['demo/pair: two is kept from parts by its limits (does not group)']);
  });

  const joining = parseScripts('demo.json', JSON.stringify({ scripts: { pair: [{ action: 'createGroup', actor: 'alice' }, { action: 'externalJoin', actor: 'alice', joiner: 'bob' }] } })).scripts;

  test('keep it from one part, and it plays the others', () => {
    expect(casts({ scripts: joining, ...limited({ reason: 'no way in', features: ['external-join'] }) })).toEqual(['alice=one,bob=one', 'alice=two,bob=one']);
  });

  test('that leave nobody for a part leave no case', () => {
    const implementations = [{ ...named('two', 1), limits: [{ reason: 'no way in', features: ['external-join' as const] }] }];
    const { cases, notes } = schedule({ ...limited(), scripts: joining, implementations, seed: 's' });
    expect(cases).toEqual([]);
    expect(notes).toContain('demo/pair: limits leave nobody to play bob');
  });
});

test('what cannot be had is noted once', () => {
  const { notes } = schedule({ scripts: crowd, implementations: [named('one', 1), named('two', 1)], suites: [1], wireModes: ['public', 'private'], seed: 's', strength: 3 });
  expect(notes).toEqual(['crowd/all: strength 3 takes too long to arrange for 841 actors; strength 2 it is']);
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

test('only those that use one number for a suite share a group, and who is left out is said', () => {
  const numbered = (label: string, number: number): Implementation => ({ ...named(label, 1, 8), codePoints: new Map([[8, number]]) });
  const implementations = [numbered('one', 0x4e), numbered('two', 8), numbered('three', 0x4e)];
  const { cases, notes } = schedule({ scripts, implementations, suites: [1, 8], wireModes: ['public'], seed: 's' });
  const players = (suite: number) => [...new Set(cases.filter((each) => each.suite === suite).flatMap(({ actors }) => [...actors.values()].map(({ label }) => label)))].sort();
  expect(players(1)).toEqual(['one', 'three', 'two']);
  expect(players(8)).toEqual(['one', 'three']);
  expect(notes).toEqual(['demo/pair: two is kept from parts by its limits (it uses number 8 for suite 8, not 78 as others do)']);
});
