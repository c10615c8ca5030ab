import { expect, test } from 'vitest';
import { exchangesOf, failedExchange } from '../../../src/report/summary/exchanges.ts';
import type { CaseRecord } from '../../../src/report/record/record.ts';
import { fixtureCase, fixtureCases } from '../fixture.ts';

const [added] = fixtureCases();
const refused = fixtureCases()[3]!;
const { calls: _, verdict: __, ...bare } = refused;

test('a message is exchanged when it stands in a request to somebody else', () => {
  expect(exchangesOf(added!)).toEqual([
    { sender: 'openmls', receiver: 'native' },
    { sender: 'native', receiver: 'openmls' },
  ]);
  expect(exchangesOf(fixtureCase({ script: 'a/b', alice: 'x', bob: 'y' }))).toEqual([]);
});

test('what is equal at two members without having travelled is no message', () => {
  const equal = Buffer.alloc(64).toString('base64');
  const call = { step: 0, rpc: 'HandleCommit', milliseconds: 1, response: { epoch_authenticator: equal } };
  const calls = [
    { ...call, actor: 'alice', implementation: 'x', request: {} },
    { ...call, actor: 'bob', implementation: 'y', request: { state_auth_secret: equal } },
  ];
  expect(exchangesOf({ ...bare, calls })).toEqual([]);
});

test('a case failed on the message that the actor at fault took last at that step', () => {
  const { verdict: ___, ...unjudged } = refused;
  expect(failedExchange(unjudged)).toEqual({ sender: 'openmls', receiver: 'mlspp' });
  // Alice took bob's KeyPackage at this step, and nothing later.
  expect(failedExchange({ ...unjudged, failure: { step: 2, cause: 'refused', message: '', actor: 'alice', implementation: 'openmls' } })).toEqual({ sender: 'mlspp', receiver: 'openmls' });
  expect(failedExchange({ ...unjudged, failure: { step: 3, cause: 'disagreement', message: '', actor: 'bob', implementation: 'mlspp' } })).toEqual({ sender: 'openmls', receiver: 'mlspp' });
});

test('the referee knows better', () => {
  const party = (implementation: string) => ({ implementation, actor: 'x' });
  const quarrel = { kind: 'commit', step: 1, sender: party('ours'), accepted: [], refused: [party('other'), party('mlspp')] } as const;
  const judged = (changes: object): CaseRecord => ({ ...refused, verdict: { ...refused.verdict!, quarrel: { ...quarrel, ...changes } } });
  expect(failedExchange(judged({}))).toEqual({ sender: 'ours', receiver: 'mlspp' });
  expect(failedExchange(judged({ refused: [party('other')] }))).toEqual({ sender: 'ours', receiver: 'other' });
  expect(failedExchange(judged({ refused: [] }))).toEqual({ sender: 'openmls', receiver: 'mlspp' });
});

test.each<[string, Partial<CaseRecord>, object | undefined]>([
  ['with one other implementation it is the sender', {}, { sender: 'openmls', receiver: 'mlspp' }],
  ['with two others it is not known who is', { actors: { alice: 'openmls', bob: 'mlspp', carol: 'native' } }, undefined],
  ['with none it is not known', { actors: { alice: 'mlspp', bob: 'mlspp' } }, undefined],
  ['nor is it when nobody failed', { failure: undefined }, undefined],
  ['nor when it is not known who did', { failure: { step: 0, cause: 'script', message: '' } }, undefined],
])('without calls, %s', (_name, changes, expected) => {
  expect(failedExchange({ ...bare, ...changes })).toEqual(expected);
});
