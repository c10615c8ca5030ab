/** Every input of the corpora runs without a finding: see README.md beside this file. */
import { describe, expect, test } from 'vitest';
import { corpusFolder, readCorpus } from './corpus.ts';
import { isTrouble, tried } from './fuzz.ts';
import { openTarget, targetNames } from './targets.ts';

describe.each(targetNames)('%s', (name) => {
  test('no input is more than refused', async () => {
    const target = await openTarget(name);
    const inputs = [...target.seeds, ...readCorpus(corpusFolder(name))];
    expect(inputs.length).toBeGreaterThan(target.seeds.length);
    const verdicts = new Set<string>();
    for (const input of inputs) {
      const outcome = await tried(target, input);
      // How long something takes on a busy machine is for the fuzzer to judge.
      if (!isTrouble(outcome)) verdicts.add(outcome.verdict);
      else if (outcome.fault !== 'slow') throw new Error(`${Buffer.from(input).toString('base64')}: ${outcome.report}`);
    }
    // Both ways are in it: a target that takes everything, or nothing, tries nothing.
    expect([...verdicts]).toEqual(expect.arrayContaining(['accepted', 'refused']));
  });
});
