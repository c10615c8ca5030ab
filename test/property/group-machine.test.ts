/** Members stay in agreement under any interleaving of what they do and of what reaches them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acts, GroupMachine, type Step } from './group-machine.ts';
import { bounded, testTimeout } from './runs.ts';

const step: fc.Arbitrary<Step> = fc.record({ act: fc.constantFrom(...acts), by: fc.nat(7), to: fc.nat(15) });

test('whatever they do and whenever they learn of it, all come to the same epochs', async () => {
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), async (steps) => {
      const machine = await GroupMachine.create();
      for (const one of steps) await machine.take(one);
      await machine.settle();
      for (const [act, count] of machine.done) done.set(act, (done.get(act) ?? 0) + count);
    }),
    { ...bounded(100), seed: 1 },
  );
  // A step that never does anything shows nothing.
  expect([...acts].filter((act) => !done.has(act))).toEqual([]);
}, testTimeout);
