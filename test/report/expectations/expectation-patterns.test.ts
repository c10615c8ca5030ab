import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveringPatterns, type Coordinates } from '../../../src/report/expectations/expectation-patterns.ts';
import { compilePattern } from '../../../src/report/expectations/pattern.ts';
import { fixtureCase } from '../fixture.ts';

const labels = ['native', 'mlspp', 'openmls'] as const;
const scripts = ['commit/add', 'commit/psk', 'messages/protect'] as const;

const all: readonly Coordinates[] = scripts.flatMap((script) =>
  [1, 2].flatMap((suite) => (['public', 'private'] as const).flatMap((wire) => labels.flatMap((alice) => labels.map((bob) => fixtureCase({ script, suite, wire, alice, bob }))))),
);
type Test = (each: Coordinates) => boolean;
const covering = (wanted: Test): string[] => coveringPatterns(all.filter(wanted), all.filter((each) => !wanted(each)));

test.each<[string, Test, string[]]>([
  ['everything of a script', ({ script }) => script === 'commit/add', ['commit/add']],
  ['all scripts of a file', ({ script }) => script.startsWith('commit/'), ['commit/*']],
  ['one suite', ({ script, suite }) => script === 'commit/add' && suite === 2, ['commit/add/suite:2']],
  ['one wire mode', ({ script, wire }) => script === 'commit/add' && wire === 'public', ['commit/add/*/wire:public']],
  ['one implementation in one role', ({ script, actors }) => script === 'commit/add' && actors['bob'] === 'openmls', ['commit/add/*/*/*,bob=openmls']],
  ['one implementation in the first role', ({ script, actors }) => script === 'commit/add' && actors['alice'] === 'openmls', ['commit/add/*/*/alice=openmls,*']],
  ['one pair on one suite', ({ script, suite, actors }) => script === 'commit/psk' && suite === 1 && actors['alice'] === 'mlspp' && actors['bob'] === 'native', ['commit/psk/suite:1/*/alice=mlspp,bob=native']],
  ['one case', ({ id }) => id === all[0]!.id, ['commit/add/suite:1/wire:public/alice=native,bob=native']],
  ['one implementation in any role', ({ script, actors }) => script === 'commit/add' && Object.values(actors).includes('openmls'), ['commit/add/*/*/*,bob=openmls', 'commit/add/*/*/alice=openmls,*']],
])('few patterns for %s', (_, wanted, patterns) => {
  expect(covering(wanted).sort()).toEqual(patterns.sort());
});

test('nothing wanted, no patterns', () => {
  expect(covering(() => false)).toEqual([]);
});

test('a wildcard stands only where what is wanted differs, even with nothing to avoid', () => {
  expect(coveringPatterns(all.filter(({ script, suite }) => script === 'commit/add' && suite === 1), [])).toEqual(['commit/add/suite:1']);
  expect(coveringPatterns([all[0]!], [])).toEqual([all[0]!.id]);
});

test('whatever is wanted, the patterns match all of it and nothing to avoid', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('wanted', 'avoid', 'neither'), { minLength: all.length, maxLength: all.length }), (roles) => {
      const wanted = all.filter((_, i) => roles[i] === 'wanted');
      const avoid = all.filter((_, i) => roles[i] === 'avoid');
      const matchers = coveringPatterns(wanted, avoid).map(compilePattern);
      const matched: Test = ({ id }) => matchers.some((matches) => matches(id));
      expect(wanted.every(matched)).toBe(true);
      expect(avoid.some(matched)).toBe(false);
      expect(matchers.length).toBeLessThanOrEqual(wanted.length);
    }),
    { numRuns: 100 },
  );
});

test('a cast that the id has only a hash of is taken as a whole', () => {
  const actors = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`member${i}`, 'native']));
  const ofCast = (hash: string, suite: number): Coordinates => ({ id: `deep/random/suite:${suite}/wire:public/cast:${hash}`, script: 'deep/random', suite, wire: 'public', actors });
  expect(coveringPatterns([ofCast('aa', 1), ofCast('aa', 2)], [ofCast('bb', 1)])).toEqual(['deep/random/*/wire:public/cast:aa']);
});
