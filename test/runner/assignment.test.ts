import { expect, test } from 'vitest';
import { assignments, randomAssignment } from '../../src/runner/assignment.ts';
import { seeded } from '../../src/runner/random.ts';

const draw = (actors: number, implementations: number, limit: number, seed = 's') =>
  assignments({ actors, implementations, limit, random: seeded(seed) });

test('the whole product is given while it fits, each assignment once', () => {
  expect(draw(2, 2, 256)).toEqual([[0, 0], [0, 1], [1, 0], [1, 1]]);
  expect(new Set(draw(8, 2, 256).map(String)).size).toBe(256);
});

test('one implementation has one assignment, however many actors there are', () => {
  expect(draw(841, 1, 16)).toEqual([new Array(841).fill(0)]);
});

test.each([
  [5, 2, 16],
  [12, 4, 16],
  [9, 2, 256],
  [4, 3, 80],
])('of %i actors and %i implementations %i distinct assignments are drawn', (actors, implementations, limit) => {
  const drawn = draw(actors, implementations, limit);
  expect(new Set(drawn.map(String)).size).toBe(limit);
  expect(drawn.every((assignment) => assignment.length === actors && assignment.every((one) => one >= 0 && one < implementations))).toBe(true);
});

test('a sample lets everybody play every part about equally often', () => {
  const drawn = draw(7, 4, 16);
  for (let actor = 0; actor < 7; actor++) {
    const counts = [0, 1, 2, 3].map((implementation) => drawn.filter((assignment) => assignment[actor] === implementation).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
  }
});

test('a sample of 16 has every pair of actors played by every pair of two implementations', () => {
  const drawn = draw(8, 2, 16);
  for (let one = 0; one < 8; one++) {
    for (let other = 0; other < one; other++) {
      expect(new Set(drawn.map((assignment) => `${assignment[one]}${assignment[other]}`)).size).toBe(4);
    }
  }
});

test('a sample of a cast of hundreds is balanced too', () => {
  const drawn = draw(300, 3, 6);
  expect(drawn.every((assignment) => new Set(assignment).size === 3)).toBe(true);
});

test('the seed decides the sample', () => {
  expect(draw(6, 3, 16, 'a')).toEqual(draw(6, 3, 16, 'a'));
  expect(draw(6, 3, 16, 'a')).not.toEqual(draw(6, 3, 16, 'b'));
  expect(randomAssignment({ actors: 50, implementations: 3, random: seeded('a') })).toEqual(
    randomAssignment({ actors: 50, implementations: 3, random: seeded('a') }),
  );
});
