import { expect, test } from 'vitest';
import { coverage } from '../../../src/runner/cases/coverage.ts';
import type { Implementation } from '../../../src/runner/implementation.ts';
import { absent } from '../../../src/runner/implementations/absent.ts';
import { schedule, type Case, type ScheduleOptions } from '../../../src/runner/cases/schedule.ts';
import { parseScripts } from '../../../src/runner/script.ts';

const named = (label: string, ...suites: number[]): Implementation => absent(label, suites);
const trio = [{ action: 'createGroup', actor: 'a', members: ['b', 'c'] }, { action: 'protect', actor: 'a' }, { action: 'unprotect', actor: 'b', ciphertext: 1 }];
const { scripts } = parseScripts('demo.json', JSON.stringify({ scripts: { trio } }));
const plan = (options: Partial<ScheduleOptions> = {}): readonly Case[] =>
  schedule({ scripts, implementations: [named('x', 1), named('y', 1), named('z', 1, 2)], suites: [1], wireModes: ['public'], seed: 's', ...options }).cases;
const texts = (cases: readonly Case[], self = true, strength = 2) => coverage(cases, { self, strength }).map(({ text }) => text);

test('a run without limits has every pair in every pair of roles', () => {
  expect(texts(plan())).toEqual([
    'every ordered pair of implementations in every pair of roles: 27 of 27',
    'every ordered pair exchanged every message type: 27 of 27',
  ]);
});

test('suites and wire modes count each for itself, with those who list the suite', () => {
  expect(texts(plan({ suites: [1, 2], wireModes: ['public', 'private'] }))[0]).toBe('every ordered pair of implementations in every pair of roles: 60 of 60');
});

test('without self-only cases only different implementations count', () => {
  expect(texts(plan({ self: false }), false)).toEqual([
    'every ordered pair of different implementations in every pair of roles: 18 of 18',
    'every ordered pair of different implementations exchanged every message type: 18 of 18',
  ]);
});

test('what is left out is missing, by name where it can be', () => {
  const lines = coverage(plan({ all: true }).filter(({ id }) => /a=x,b=y,c=y$/.test(id)), { self: true, strength: 2 });
  expect(lines.map(({ met, of }) => [met, of])).toEqual([[3, 27], [3, 27]]);
  expect(lines[1]!.missing).toHaveLength(24);
  expect(lines[1]!.missing).toContain('application from y to x');
  expect(lines[1]!.missing).not.toContain('application from x to y');
});

test('strength 3 has a line of its own', () => {
  expect(texts(plan({ strength: 3 }), true, 3)[1]).toBe('every three implementations in every three roles: 27 of 27');
  expect(texts(plan(), true, 3)[1]).toBe('every three implementations in every three roles: 9 of 27');
});

test('no cases cover nothing', () => {
  expect(coverage([], { self: true, strength: 2 }).map(({ met, of }) => [met, of])).toEqual([[0, 0], [0, 0]]);
});

test('what limits forbid is not asked for', () => {
  const limits = [{ reason: 'silent', features: ['application' as const] }];
  const options = { implementations: [named('x', 1), { ...named('y', 1), limits }] };
  // y may play c only: nobody else asks it for application messages.
  expect(texts(plan(options))).toEqual([
    'every ordered pair of implementations in every pair of roles: 5 of 5',
    'every ordered pair exchanged every message type: 5 of 5',
  ]);
  expect(texts(plan({ ...options, self: false }), false)[0]).toBe('every ordered pair of different implementations in every pair of roles: 2 of 2');
});
