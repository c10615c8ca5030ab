import { expect, test } from 'vitest';
import { assignments, isSelf, randomAssignment, type AssignmentOptions } from '../../../src/runner/cases/assignment.ts';
import { subsets } from '../../../src/runner/cases/covering-array.ts';
import { seeded } from '../../../src/runner/random.ts';

const options = (actors: number, implementations: number, more: Partial<AssignmentOptions> & { seed?: string } = {}): AssignmentOptions => ({
  allowed: new Array<number[]>(actors).fill([...Array(implementations).keys()]),
  strength: 2,
  all: false,
  self: true,
  random: seeded(more.seed ?? 's'),
  ...more,
});
const draw = (...args: Parameters<typeof options>) => assignments(options(...args)).assignments;
const met = (drawn: readonly (readonly number[])[], actors: number, size = 2): number =>
  subsets(actors, size).reduce((total, set) => total + new Set(drawn.map((assignment) => set.map((actor) => assignment[actor]).join())).size, 0);

test.each([
  [2, 2],
  [3, 3],
  [8, 4],
  [7, 5],
  [40, 3],
])('%i actors: every pair is played by every ordered pair of %i implementations', (actors, implementations) => {
  const drawn = draw(actors, implementations);
  expect(met(drawn, actors)).toBe(((actors * (actors - 1)) / 2) * implementations ** 2);
  expect(new Set(drawn.map(String)).size).toBe(drawn.length);
});

test('every three actors are played by every three implementations at strength 3', () => {
  expect(met(draw(5, 3, { strength: 3 }), 5, 3)).toBe(10 * 27);
});

test('every actor is played by every implementation at strength 1, once each', () => {
  const drawn = draw(5, 3, { strength: 1 });
  expect(drawn).toHaveLength(3);
  expect(met(drawn, 5, 1)).toBe(15);
  expect(drawn.some(isSelf)).toBe(false);
});

test('without self-only assignments those are left out and no others', () => {
  const all = draw(6, 3);
  const mixed = draw(6, 3, { self: false });
  expect(all.filter(isSelf)).toHaveLength(3);
  expect(mixed).toEqual(all.filter((assignment) => !isSelf(assignment)));
  expect(draw(6, 1, { self: false })).toEqual([]);
});

test('who may not play a part does not, and all who may meet', () => {
  const allowed = [[0, 1, 2], [0, 2], [1, 2], [0, 1, 2], [2]];
  const drawn = draw(5, 3, { allowed });
  for (const assignment of drawn) assignment.forEach((implementation, actor) => expect(allowed[actor]).toContain(implementation));
  const possible = subsets(5, 2).reduce((total, [one, other]) => total + allowed[one!]!.length * allowed[other!]!.length, 0);
  expect(met(drawn, 5)).toBe(possible);
  expect(drawn.length).toBeLessThanOrEqual(10);
  expect(draw(5, 3, { allowed, all: true })).toHaveLength(3 * 2 * 2 * 3);
});

test('all is the whole product, each assignment once, those that the strength asks for first', () => {
  const all = draw(8, 2, { all: true });
  const first = draw(8, 2);
  expect(new Set(all.map(String)).size).toBe(256);
  expect(all.slice(0, first.length)).toEqual(first);
  expect(draw(8, 2, { all: true, self: false })).toHaveLength(254);
});

test('what is too much says so and falls back', () => {
  expect(assignments(options(9, 4, { all: true }))).toMatchObject({ note: 'all assignments to 9 actors are more than 65536; those of strength 2 run' });
  expect(assignments(options(841, 2, { strength: 3 }))).toMatchObject({ note: 'strength 3 takes too long to arrange for 841 actors; strength 2 it is' });
  expect(assignments(options(8, 4, { all: true }))).not.toHaveProperty('note');
  expect(draw(841, 2, { strength: 3 })).toEqual(draw(841, 2));
});

test('a limit takes those that bring most pairs together', () => {
  const all = draw(8, 3);
  const four = draw(8, 3, { limit: 4 });
  expect(four).toHaveLength(4);
  for (const one of four) expect(all).toContainEqual(one);
  expect(four.some(isSelf)).toBe(false);
  // Four assignments can show four combinations in each of 28 pairs of parts.
  expect(met(four, 8)).toBeGreaterThan(90);
  expect(met(draw(8, 3, { limit: 5 }), 8)).toBeGreaterThan(met(four, 8));
  expect(draw(8, 3, { limit: 1000 })).toHaveLength(all.length);
});

test('a limit on a cast of hundreds prefers mixed assignments', () => {
  const drawn = draw(300, 3, { limit: 6 });
  expect(drawn).toHaveLength(6);
  expect(drawn.every((assignment) => new Set(assignment).size === 3)).toBe(true);
});

test('the seed decides which parts the implementations play', () => {
  expect(draw(6, 3, { seed: 'a' })).toEqual(draw(6, 3, { seed: 'a' }));
  expect(draw(6, 3, { seed: 'a' })).not.toEqual(draw(6, 3, { seed: 'b' }));
});

test('a random assignment draws every actor by itself, and again when it is self-only and must not be', () => {
  const random = (seed: string, more: { actors?: number; implementations?: number; self?: boolean } = {}) => {
    const { actors = 50, implementations = 3, self = true } = more;
    return randomAssignment(options(actors, implementations, { self, seed }));
  };
  expect(random('a')).toEqual(random('a'));
  expect(new Set(random('a'))).toEqual(new Set([0, 1, 2]));
  for (let i = 0; i < 20; i++) expect(isSelf(random(`${i}`, { actors: 2, implementations: 2, self: false })!)).toBe(false);
  expect(random('a', { implementations: 1, self: false })).toBeUndefined();
  expect(random('a', { actors: 1, self: false })).toBeUndefined();
});
