import { expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import type { Call } from '../../../src/runner/outcome.ts';
import type { Evidence } from '../../../src/runner/referee/evidence.ts';
import { judge } from '../../../src/runner/referee/judge.ts';
import { scriptOf } from './cases.ts';

const script = scriptOf({ action: 'createGroup', actor: 'alice' });
const actors = new Map([['alice', { label: 'peer', ours: false }]]);
const call = (rpc: string, request: object, response: object): Call => ({ step: 0, actor: 'alice', rpc, request, response, milliseconds: 1 });

const judging = (changes: Partial<Evidence>) =>
  judge({ case: { script, suite: 1, encryptHandshake: false, actors }, transcript: [call('CreateGroup', {}, { stateId: 1 })], time: 0n, crypto: nativeProvider(), ...changes });

test('an authenticator that the referee itself fails at is said to be unjudged, and the others are judged', async () => {
  const ask = (stateAuthSecret: unknown) => call('StateAuth', { stateId: 1 }, { stateAuthSecret });
  const { unjudged, verdict } = await judging({ transcript: [call('CreateGroup', {}, { stateId: 1 }), ask(undefined), ask(new Uint8Array(0))] });
  expect(unjudged).toEqual([expect.stringMatching(/^step 0: the referee could not make sense of an epoch authenticator: Cannot read properties of undefined/)]);
  expect(verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'peer' }, requirement: 'R-8.7-01' });
});

test('a verdict that the referee itself fails at is said to be missing', async () => {
  const unreadable = new Map(actors);
  unreadable.get = () => {
    throw new TypeError('nobody plays that');
  };
  const failure = { step: 0, cause: 'crash', message: 'gone', actor: 'alice', rpc: 'CreateGroup' } as const;
  const { unjudged, verdict } = await judging({ case: { script, suite: 1, encryptHandshake: false, actors: unreadable }, failure });
  expect(verdict).toBeUndefined();
  expect(unjudged).toEqual(['step 0: the referee could not make sense of the case as a whole: nobody plays that']);
});
