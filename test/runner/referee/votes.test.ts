import { expect, test } from 'vitest';
import type { Verdict } from '../../../src/report/record/record.ts';
import { votesOf, weigh, type Vote } from '../../../src/runner/referee/votes.ts';

const call = (step: number, actor: string, rpc: string, request: object, response?: object, code?: string) => ({
  ...{ step, actor, implementation: `${actor}-impl`, rpc, request },
  ...(response && { response }),
  ...(code === undefined ? {} : { error: { code } }),
});
const where = { script: 'demo/one', suite: 1, wire: 'public' } as const;

test('votes are read from the calls of a record: who was handed whose message, and what came of it', () => {
  const calls = [
    call(0, 'bob', 'CreateKeyPackage', {}, { key_package: 'S1A=' }),
    call(1, 'alice', 'Commit', { by_value: [{ key_package: 'S1A=' }] }, { commit: 'Qw==', welcome: 'Vw==' }),
    call(1, 'carol', 'HandleCommit', { commit: 'Qw==' }, { state_id: 1 }),
    call(1, 'bob', 'JoinGroup', { welcome: 'Vw==' }, undefined, 'INVALID_ARGUMENT'),
  ];
  const failure = { step: 1, rpc: 'JoinGroup', actor: 'bob' };
  const votes = votesOf({ ...where, failure, calls });
  expect(votes.map(({ kind, step, sender, voter, accepted }) => [kind, step, sender, voter, accepted])).toEqual([
    ['key_package', 0, 'bob-impl', 'alice-impl', true],
    ['commit', 1, 'alice-impl', 'carol-impl', true],
    ['welcome', 1, 'alice-impl', 'bob-impl', false],
  ]);
  expect(votesOf({ ...where, calls }).map(({ kind }) => kind)).not.toContain('welcome');
});

test.each(['CANCELLED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED'])('%s is no vote', (code) => {
  const calls = [call(0, 'alice', 'Protect', {}, { ciphertext: 'QQ==' }), call(1, 'bob', 'Unprotect', { ciphertext: 'QQ==' }, undefined, code)];
  expect(votesOf({ ...where, failure: { step: 1, rpc: 'Unprotect', actor: 'bob' }, calls })).toEqual([]);
});

const quarrel = { kind: 'commit', step: 1, sender: { implementation: 'sender', actor: 'alice' }, accepted: [], refused: [{ implementation: 'receiver', actor: 'bob' }] } as const;
const verdict = (finding: Verdict['finding'], culprit?: 'alice' | 'bob'): Verdict => ({
  finding,
  step: 1,
  summary: finding === 'contested' ? 'contested: the Commit is wrong.' : 'the Commit is wrong.',
  evidence: [],
  quarrel,
  ...(culprit && { culprit: culprit === 'alice' ? quarrel.sender : quarrel.refused[0] }),
});
const vote = (voter: string, accepted: boolean, change: Partial<Vote> = {}): Vote => ({ ...where, kind: 'commit', step: 1, sender: 'sender', voter, accepted, ...change });
const weighed = (of: Verdict, votes: readonly Vote[], ours: readonly string[] = []) => weigh(of, { ...where, votes, ours: new Set(ours) });

test.each<readonly [string, Verdict, readonly Vote[], readonly string[], Partial<Verdict>]>([
  ['all but the sender refuse: the sender', verdict('unknown'), [vote('other', false)], [], { finding: 'culprit', culprit: quarrel.sender }],
  ['one refuses, all others accept: the receiver', verdict('unknown'), [vote('other', true)], [], { finding: 'culprit', culprit: quarrel.refused[0] }],
  ['only ours refuse: nothing is decided', verdict('unknown'), [vote('native', false)], ['native', 'receiver'], { finding: 'unknown' }],
  ['only ours accept: nothing is decided', verdict('unknown'), [vote('native', true)], ['native'], { finding: 'unknown' }],
  ['contested, and another refuses it: decided', verdict('contested', 'alice'), [vote('other', false)], ['receiver'], { finding: 'culprit', culprit: quarrel.sender, summary: 'the Commit is wrong.' }],
  ['contested, and another accepts it: still contested', verdict('contested', 'alice'), [vote('other', true)], ['receiver'], { finding: 'contested', evidence: ['against it: everywhere in this run other accept this message of sender, and only receiver refuses it'] }],
  ['a receiver was accused, and two more refuse: contested', verdict('culprit', 'bob'), [vote('other', false), vote('third', false)], [], { finding: 'contested' }],
  ['a receiver was accused, and another accepts: borne out', verdict('culprit', 'bob'), [vote('other', true)], [], { finding: 'culprit', evidence: ['elsewhere in this run other accept it too'] }],
  ['votes about another message do not count', verdict('unknown'), [vote('other', false, { step: 2 }), vote('other', false, { kind: 'welcome' }), vote('other', false, { sender: 'third' }), vote('other', false, { wire: 'private' })], [], { finding: 'unknown' }],
])('%s', (_, of, votes, ours, expected) => {
  expect(weighed(of, votes, ours)).toMatchObject(expected);
});

test('a verdict about an answer is not weighed', () => {
  const { quarrel: _, ...plain } = verdict('unknown');
  expect(weighed(plain, [vote('other', false)])).toBe(plain);
});
