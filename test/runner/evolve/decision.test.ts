import { expect, test } from 'vitest';
import { decisionsOf } from '../../../src/runner/evolve/decision.ts';
import { evolutions } from '../../../src/runner/evolve/evolutions.ts';
import { GroupModel } from '../../../src/runner/evolve/group-model.ts';
import { parseScripts } from '../../../src/runner/script.ts';

test.each(evolutions({ count: 20, seed: 'back', steps: 60 }).map((script) => [script.id, script] as const))('%s comes back from its decisions', (_, script) => {
  const group = new GroupModel();
  expect(decisionsOf(script).filter((decision) => !group.admit(decision))).toEqual([]);
  expect(group.steps.map((step) => JSON.stringify(step))).toEqual(script.sources);
});

test.each([
  ['reinit', { action: 'reinit', proposer: 'a', committer: 'a', welcomer: 'a' }],
  ['commit', { action: 'commit', actor: 'a' }],
  ['fullCommit', { action: 'fullCommit', actor: 'a', byValue: [{ proposalType: 'reinit' }] }],
  ['expectFailure', { action: 'expectFailure', step: { action: 'updateProposal', actor: 'a' } }],
])('a script with %s has steps that the model does not know', (action, step) => {
  const { scripts } = parseScripts('demo.json', JSON.stringify({ scripts: { one: [{ action: 'createGroup', actor: 'a' }, step] } }));
  expect(() => decisionsOf(scripts[0]!)).toThrow(`demo/one: step 1 (${action}) is not one that evolutions have`);
});
