import { describe, expect, test } from 'vitest';
import { evolutions } from '../../../src/runner/evolve/evolutions.ts';
import { shrink } from '../../../src/runner/evolve/shrink.ts';
import { parseScripts, type Script } from '../../../src/runner/script.ts';
import type { Step } from '../../../src/runner/steps.ts';
import { runCase } from '../../../src/runner/drive.ts';
import { caseOf, play } from '../../support/mock-cases.ts';

/** The first of some histories for which `fails` holds. */
const failing = (fails: (steps: readonly Step[]) => boolean): Script => evolutions({ count: 40, seed: 'shrink', steps: 40 }).find(({ steps }) => fails(steps))!;
const shrunk = (fails: (steps: readonly Step[]) => boolean, attempts?: number) =>
  shrink(failing(fails), async ({ steps }) => fails(steps), attempts === undefined ? {} : { attempts });

const committed = (steps: readonly Step[], proposals: number, action: Step['action']): boolean =>
  steps.some((step) => step.action === 'fullCommit' && step.byReference.filter((index) => steps[index]!.action === action).length >= proposals);

test.each([
  ['any step', () => true, [{ action: 'createGroup', actor: 'm0' }]],
  ['a message read', (steps) => steps.some(({ action }) => action === 'unprotect'), [
    { action: 'createGroup', members: ['*'] },
    { action: 'protect' },
    { action: 'unprotect', ciphertext: 1 },
  ]],
  ['two Removes by reference in one Commit', (steps) => committed(steps, 2, 'removeProposal'), [
    { action: 'createGroup', members: ['*', '*'] },
    { action: 'removeProposal' },
    { action: 'removeProposal' },
    { action: 'fullCommit', byReference: [1, 2] },
  ]],
  ['a PSK in an external Commit', (steps) => steps.some((step) => step.action === 'externalJoin' && step.psks.length > 0), [
    { action: 'createGroup' },
    { action: 'installExternalPSK' },
    { action: 'externalJoin', psks: [1] },
  ]],
  ['a proposal of an external signer, committed', (steps) => committed(steps, 1, 'externalSignerProposal'), [
    { action: 'createGroup' },
    { action: 'addExternalSigner' },
    { action: 'fullCommit', byReference: [1] },
    { action: 'externalSignerProposal' },
    { action: 'fullCommit', byReference: [3] },
  ]],
  ['four epochs', (steps) => steps.filter(({ action }) => action === 'fullCommit').length >= 4, [
    { action: 'createGroup' },
    { action: 'fullCommit' },
    { action: 'fullCommit' },
    { action: 'fullCommit' },
    { action: 'fullCommit' },
  ]],
] as [string, (steps: readonly Step[]) => boolean, object[]][])('shrinks to nothing but %s', async (_, fails, expected) => {
  const { script, minimal } = await shrunk(fails);
  expect(minimal).toBe(true);
  expect(fails(script.steps)).toBe(true);
  const steps = script.sources.map((source) => JSON.parse(source) as { readonly members?: readonly string[] });
  expect(steps).toHaveLength(expected.length);
  expected.forEach((step, i) => expect(steps[i]).toMatchObject({ ...step, ...('members' in step ? { members: steps[i]!.members } : {}) }));
  expected.forEach((step, i) => expect('members' in step ? steps[i]!.members!.length : 0).toBe('members' in step ? (step.members as string[]).length : 0));
});

test('every candidate is a script of its own that holds in an ideal group', async () => {
  const candidates: Script[] = [];
  const original = failing((steps) => committed(steps, 1, 'externalPSKProposal'));
  const { script, attempts } = await shrink(original, async (candidate) => {
    candidates.push(candidate);
    return committed(candidate.steps, 1, 'externalPSKProposal');
  });
  expect(candidates).toHaveLength(attempts);
  expect(new Set(candidates.map(({ sources }) => sources.join())).size).toBe(attempts);
  for (const candidate of candidates.filter((_, i) => i % 3 === 0)) {
    expect(await runCase(caseOf(candidate, await play('one')))).toMatchObject({ status: 'passed', notes: [] });
  }
  expect(script.id).toBe(`${original.id}-shrunk`);
});

test('the same script and answers give the same result', async () => {
  const fails = (steps: readonly Step[]) => committed(steps, 2, 'updateProposal');
  expect(await shrunk(fails)).toEqual(await shrunk(fails));
});

test('attempts are the limit, and what was found by then is given', async () => {
  const { script, attempts, minimal } = await shrunk((steps) => steps.filter(({ action }) => action === 'fullCommit').length >= 4, 3);
  expect({ attempts, minimal }).toEqual({ attempts: 3, minimal: false });
  expect(script.steps.length).toBeLessThan(40);
});

test('when it is stopped, what was found by then is given', async () => {
  const stopping = new AbortController();
  const onProgress = (_: number, attempts: number): void => void (attempts === 2 && stopping.abort());
  const { attempts, minimal } = await shrink(failing(() => true), async ({ steps }) => steps.length > 3, { onProgress, stop: stopping.signal });
  expect({ attempts, minimal }).toEqual({ attempts: 2, minimal: false });
});

test('a script that never fails again stays as it is', async () => {
  const [original] = evolutions({ count: 1, seed: 'x', steps: 12 });
  const { script } = await shrink(original!, async () => false);
  expect(script.sources).toEqual(original!.sources);
});

test('progress is told, with fewer and fewer steps', async () => {
  const told: number[] = [];
  await shrink(failing(() => true), async () => true, { onProgress: (steps) => told.push(steps) });
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => b - a));
});

describe('a script from a file', () => {
  const fromFile = (...steps: object[]): Script => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } })).scripts[0]!;

  test('shrinks as well', async () => {
    const script = fromFile(
      { action: 'createGroup', actor: 'alice', members: ['bob'] },
      { action: 'createKeyPackage', actor: 'charlie' },
      { action: 'addProposal', actor: 'bob', keyPackage: 1 },
      { action: 'resumptionPSKProposal', actor: 'bob', epochID: 1 },
      { action: 'fullCommit', actor: 'alice', byReference: [2], members: ['bob'], joiners: ['charlie'], force_path: true },
      { action: 'protect', actor: 'charlie', plaintext: 'hello' },
      { action: 'unprotect', actor: 'alice', ciphertext: 5 },
    );
    const result = await shrink(script, async ({ steps }) => steps.some(({ action }) => action === 'unprotect'));
    expect(result.script.steps).toHaveLength(3);
    expect(result.script.id).toBe('demo/one-shrunk');
  });

  test('with what evolutions do not have is refused', async () => {
    const script = fromFile({ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'branch', actor: 'alice', members: ['bob'] });
    await expect(shrink(script, async () => true)).rejects.toThrow('demo/one: step 1 (branch) is not one that evolutions have');
  });
});
