import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCase } from '../../src/runner/drive.ts';
import { carriedFile } from '../../src/runner/evolve/carried.ts';
import { loadScripts } from '../../src/runner/script.ts';
import { actions } from '../../src/runner/steps.ts';
import { dataPath } from '../support/data.ts';
import { caseOf, play } from '../support/mock-cases.ts';

const folder = fileURLToPath(new URL('../../src/runner/scripts', import.meta.url));
const carried = loadScripts([folder]);

test('the carried scripts have no key that nobody reads', () => {
  expect(carried.warnings).toEqual([]);
});

test('the carried scripts use every action but groupInfo, which others include', () => {
  const used = new Set(carried.scripts.flatMap(({ steps }) => steps.map(({ action }) => action)));
  expect(Object.keys(actions).filter((action) => !used.has(action as keyof typeof actions))).toEqual(['groupInfo']);
});

test.each(carried.scripts.map((script) => [script.id, script] as const))('%s holds in an ideal group', async (_, script) => {
  const result = await runCase(caseOf(script, await play('one'), { bob: await play('two', { handlePerEpoch: false }) }));
  expect(result).toMatchObject({ status: 'passed', notes: [] });
});

test('the carried evolution can be made again from its seed', () => {
  expect(readFileSync(`${folder}/evolution.json`, 'utf8')).toBe(carriedFile());
});

const upstream = dataPath('configs');
describe.skipIf(upstream === undefined)('the scripts of mlswg', () => {
  let loaded: ReturnType<typeof loadScripts>;
  beforeAll(() => {
    loaded = loadScripts([upstream!]);
  });

  test('are read unchanged, with the two keys reported that upstream ignores in silence', () => {
    expect(loaded.scripts).toHaveLength(40);
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['script external_tree, step 1: externalTree', 'script force_path, step 1: forcePath']);
  });

  test('hold in an ideal group', async () => {
    const one = await play('one');
    for (const script of loaded.scripts.filter(({ id }) => id !== 'deep_random/random')) {
      const result = await runCase(caseOf(script, one));
      expect({ script: script.id, failure: result.failure, vacuous: result.vacuous }).toEqual({ script: script.id, failure: undefined, vacuous: [] });
    }
  });

  test('have a case with 841 actors', () => {
    expect(loaded.scripts.find(({ id }) => id === 'deep_random/random')!.actors).toHaveLength(841);
  });
});
