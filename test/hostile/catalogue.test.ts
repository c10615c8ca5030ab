/** Every violation of the catalogue against our engine: refused with its id, nothing changed, and the honest twin still works. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/hostile/catalogue.ts';
import { leftOpen } from '../../src/hostile/left-open.ts';
import { play } from '../../src/hostile/play.ts';
import { requirements } from '../../src/mls/requirements.ts';
import { MLSError } from '../../src/mls/errors.ts';
import { EngineTarget } from '../support/engine-target.ts';
import { peopleOf } from '../../src/hostile/people.ts';
import { provider } from '../support/people.ts';

test('an id and a name stand for one violation, and every id is of the inventory', () => {
  const names = catalogue.map(({ id, name }) => `${id}: ${name}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(catalogue.filter(({ id, reported = id }) => !(id in requirements) || !(reported in requirements))).toEqual([]);
});

test('why the RFC leaves a violation open is said in one line that names no case', () => {
  expect(Object.values(leftOpen).filter((why) => !/^[^\n]{10,160}[^.\n]$/.test(why))).toEqual([]);
  const given = new Set(catalogue.map(({ leftOpen: why }) => why));
  expect(Object.entries(leftOpen).filter(([, why]) => !given.has(why))).toEqual([]);
});

describe('our engine refuses', () => {
  test.each(catalogue.map((violation) => [`${violation.id}: ${violation.name}`, violation] as const))('%s', async (_, violation) => {
    const people = peopleOf(provider, violation.suites?.[0] ?? 1);
    const { finding, refusal, twinRefusal } = await play(violation, { people, newTarget: () => new EngineTarget(people) });
    expect({ finding, twinRefusal }).toEqual({ finding: 'rejected', twinRefusal: undefined });
    const { code, requirement } = refusal as MLSError;
    expect({ code, requirement, message: (refusal as MLSError).message }).toMatchObject({ code: violation.code ?? 'invalid', requirement: violation.reported ?? violation.id });
    if (code === 'malformed') expect(refusal).toMatchObject({ path: expect.stringMatching(/./), offset: expect.any(Number) });
  });
});
