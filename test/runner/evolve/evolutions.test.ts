import { describe, expect, test } from 'vitest';
import { runCase } from '../../../src/runner/drive.ts';
import { evolutionFeatures, type EvolutionFeature } from '../../../src/runner/evolve/draw.ts';
import { evolutionName, evolutions, evolve, scriptFile } from '../../../src/runner/evolve/evolutions.ts';
import { parseScripts, type Script } from '../../../src/runner/script.ts';
import type { Action, Step } from '../../../src/runner/steps.ts';
import { caseOf, play } from '../../support/mock-cases.ts';

const stepsOf = (scripts: readonly Script[]): Step[] => scripts.flatMap(({ steps }) => steps);

test('scripts are named by seed and number, and have as many steps as asked for', () => {
  const scripts = evolutions({ count: 3, seed: 'S', steps: 40 });
  expect(scripts.map(({ id }) => id)).toEqual(['evolve/seed:S-1', 'evolve/seed:S-2', 'evolve/seed:S-3']);
  expect(scripts.map(({ steps }) => steps.length)).toEqual([40, 40, 40]);
  expect(evolve({ seed: 'S', steps: 4 })).toHaveLength(4);
  expect(evolve({ seed: 'S', steps: 4, features: [] })).toHaveLength(4);
});

test('the seed and the number decide, not the count', () => {
  const five = evolutions({ count: 5, seed: 'S', steps: 30 });
  expect(evolutions({ count: 2, seed: 'S', steps: 30 })).toEqual(five.slice(0, 2));
  expect(new Set(five.map(({ sources }) => sources.join())).size).toBe(5);
  expect(evolve({ seed: 'T-1', steps: 30 })).not.toEqual(evolve({ seed: 'S-1', steps: 30 }));
});

test('a seed of any characters makes one component of an id', () => {
  expect(evolutionName('a/b*c d', 1)).toBe('seed:a%2Fb%2Ac%20d-1');
});

test('many histories together have every feature in them', () => {
  const steps = stepsOf(evolutions({ count: 60, seed: '1', steps: 40 }));
  const of = <A extends Action>(action: A) => steps.filter((step) => step.action === action) as Extract<Step, { action: A }>[];
  for (const action of ['addProposal', 'updateProposal', 'removeProposal', 'externalPSKProposal', 'resumptionPSKProposal', 'groupContextExtensionsProposal'] as const) expect(of(action).length).toBeGreaterThan(5);
  for (const action of ['newMemberAddProposal', 'addExternalSigner', 'externalSignerProposal', 'protect', 'unprotect', 'stateAuth', 'export'] as const) expect(of(action).length).toBeGreaterThan(5);
  const commits = of('fullCommit');
  for (const type of ['add', 'remove', 'externalPSK', 'resumptionPSK', 'groupContextExtensions']) expect(commits.some(({ byValue }) => byValue.some(({ proposalType }) => proposalType === type))).toBe(true);
  expect(commits.some(({ byReference, byValue }) => byReference.length > 2 && byValue.length > 1)).toBe(true);
  expect(commits.some(({ external_tree, joiners }) => external_tree && joiners.length > 1)).toBe(true);
  const joins = of('externalJoin');
  for (const has of [joins.some(({ psks }) => psks.length > 0), joins.some(({ removePrior }) => removePrior), joins.some(({ externalTree }) => externalTree)]) expect(has).toBe(true);
  expect(of('removeProposal').some(({ actor, removed }) => actor === removed)).toBe(true);
});

const absent: { readonly [F in EvolutionFeature]?: (step: Step) => boolean } = {
  application: ({ action }) => action === 'protect' || action === 'unprotect',
  'by-value': (step) => step.action === 'fullCommit' && step.byValue.length > 0,
  'self-remove': (step) => step.action === 'removeProposal' && step.actor === step.removed,
  'force-path': (step) => step.action === 'fullCommit' && step.force_path,
  'state-auth': ({ action }) => action === 'stateAuth',
  export: ({ action }) => action === 'export',
  'tree-apart': (step) => (step.action === 'fullCommit' && step.external_tree) || (step.action === 'externalJoin' && step.externalTree),
  'external-join': ({ action }) => action === 'externalJoin',
  'external-join-psk': (step) => step.action === 'externalJoin' && step.psks.length > 0,
  'external-psk': ({ action }) => action === 'installExternalPSK',
  'resumption-psk': (step) => step.action === 'resumptionPSKProposal' || (step.action === 'fullCommit' && step.byValue.some(({ proposalType }) => proposalType === 'resumptionPSK')),
  'new-member-proposal': ({ action }) => action === 'newMemberAddProposal',
  'external-signer': ({ action }) => action === 'addExternalSigner' || action === 'externalSignerProposal',
  'group-context-extensions': (step) => JSON.stringify(step).includes('groupContextExtensions'),
};

test.each(Object.entries(absent))('without %s none of it is in a history', (feature, is) => {
  const options = { count: 25, seed: '2', steps: 40 };
  expect(stepsOf(evolutions(options)).some(is)).toBe(true);
  expect(stepsOf(evolutions({ ...options, features: evolutionFeatures.filter((each) => each !== feature) })).filter(is)).toEqual([]);
});

test('without not-committed every proposal is committed', () => {
  const uncommitted = ({ steps }: Script): number[] => {
    const referenced = new Set(steps.flatMap((step) => (step.action === 'fullCommit' ? step.byReference : [])));
    return steps.flatMap(({ action }, i) => (/Proposal$|addExternalSigner/.test(action) && !referenced.has(i) ? [i] : []));
  };
  const options = { count: 25, seed: '2', steps: 40 };
  expect(evolutions(options).flatMap(uncommitted).length).toBeGreaterThan(10);
  expect(evolutions({ ...options, features: evolutionFeatures.filter((each) => each !== 'not-committed') }).flatMap(uncommitted)).toEqual([]);
});

test.each([2, 3, 8])('there are never more than %i members', (maxMembers) => {
  for (const { steps } of evolutions({ count: 20, seed: '5', steps: 60, maxMembers })) {
    for (const step of steps) if (step.action === 'fullCommit') expect(1 + step.members.length + step.joiners.length).toBeLessThanOrEqual(maxMembers);
  }
});

describe('in an ideal group', () => {
  test.each(evolutions({ count: 12, seed: 'ideal', steps: 60 }).map((script) => [script.id, script] as const))('%s holds', async (_, script) => {
    expect(await runCase(caseOf(script, await play('one')))).toMatchObject({ status: 'passed', notes: [] });
  });
});

test('a script file has the steps again when it is read', () => {
  const [script] = evolutions({ count: 1, seed: 'S', steps: 20 });
  const { scripts, warnings } = parseScripts('evolve.json', scriptFile([script!]));
  expect(warnings).toEqual([]);
  expect(scripts).toEqual([script]);
});
