import { expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import type { CaseRecord, Verdict } from '../../../src/report/record/record.ts';
import { Matrix } from '../../../src/runner/referee/matrix.ts';
import { votesOf, weigh, type Vote } from '../../../src/runner/referee/votes.ts';
import { fixtureCase } from '../../report/fixture.ts';
import { onlyOurs } from '../../../src/runner/referee/accusations.ts';

const call = (step: number, actor: string, rpc: string, request: object, response?: object, code?: string) => ({
  ...{ step, actor, implementation: `${actor}-impl`, rpc, request },
  ...(response && { response }),
  ...(code === undefined ? {} : { error: { code } }),
});
const where = { id: 'this case', script: 'demo/one', suite: 1, wire: 'public' } as const;

test('votes are read from the calls of a record: who was handed whose message, and what came of it', () => {
  const calls = [
    call(0, 'bob', 'CreateKeyPackage', {}, { key_package: 'S1A=' }),
    call(1, 'alice', 'Commit', { by_value: [{ key_package: 'S1A=' }] }, { commit: 'Qw==', welcome: 'Vw==' }),
    call(1, 'carol', 'HandleCommit', { commit: 'Qw==' }, { state_id: 1 }),
    call(1, 'bob', 'JoinGroup', { welcome: 'Vw==' }, undefined, 'INVALID_ARGUMENT'),
  ];
  const failure = { step: 1, rpc: 'JoinGroup', actor: 'bob' };
  const votes = votesOf({ ...where, failure, calls });
  expect(new Set(votes.map(({ id }) => id))).toEqual(new Set([where.id]));
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
const vote = (voter: string, accepted: boolean, change: Partial<Vote> = {}): Vote => ({ ...where, id: 'another case', kind: 'commit', step: 1, sender: 'sender', voter, accepted, rpc: 'HandleCommit', at: 1, ...change });
const weighed = (of: Verdict, votes: readonly Vote[], ours: readonly string[] = []) => weigh(of, { ...where, votes, ours: new Set(ours) });

test.each<readonly [string, Verdict, readonly Vote[], readonly string[], Partial<Verdict>]>([
  ['all but the sender refuse: the sender', verdict('unknown'), [vote('other', false)], [], { finding: 'culprit', culprit: quarrel.sender }],
  ['one refuses, all others accept: the receiver', verdict('unknown'), [vote('other', true)], [], { finding: 'culprit', culprit: quarrel.refused[0] }],
  ['only ours refuse: nothing is decided', verdict('unknown'), [vote('native', false)], ['native', 'receiver'], { finding: 'unknown' }],
  ['only ours accept: nothing is decided', verdict('unknown'), [vote('native', true)], ['native'], { finding: 'unknown' }],
  ['contested, and another refuses it: decided', verdict('contested', 'alice'), [vote('other', false)], ['receiver'], { finding: 'culprit', culprit: quarrel.sender, summary: 'the Commit is wrong.' }],
  ['contested, and another accepts it: still contested', verdict('contested', 'alice'), [vote('other', true)], ['receiver'], { finding: 'contested', evidence: ['against it: everywhere in this run other accepts this message of sender, and only receiver refuses it'] }],
  ['a receiver was accused, and two more refuse: contested', verdict('culprit', 'bob'), [vote('other', false), vote('third', false)], [], { finding: 'contested' }],
  ['a receiver was accused, and another accepts: borne out', verdict('culprit', 'bob'), [vote('other', true)], [], { finding: 'culprit', evidence: ['elsewhere in this run other accepts it too'] }],
  ['votes about another message do not count', verdict('unknown'), [vote('other', false, { step: 2 }), vote('other', false, { kind: 'welcome' }), vote('other', false, { sender: 'third' }), vote('other', false, { wire: 'private' })], [], { finding: 'unknown' }],
])('%s', (_, of, votes, ours, expected) => {
  expect(weighed(of, votes, ours)).toMatchObject(expected);
});

const byVotes: Verdict = { ...verdict('culprit', 'bob'), basis: 'votes' };
const byRules: Verdict = { ...verdict('culprit', 'alice'), basis: 'rules' };
const byProof: Verdict = { ...verdict('culprit', 'alice'), basis: 'proof' };
const heldByShadow: Verdict = { ...verdict('culprit', 'bob'), basis: 'rules' };

test.each<readonly [string, Verdict, readonly Vote[], readonly string[], Partial<Verdict>]>([
  ['by votes alone, and another refuses too', byVotes, [vote('other', false)], [], { finding: 'contested', summary: 'contested: the Commit is wrong.', evidence: ['against it: in this run other refuses it too'] }],
  ['by votes alone, and one of ours refuses too', byVotes, [vote('native', false), vote('third', true)], ['native'], { finding: 'contested', evidence: ['against it: in this run native refuses it too'] }],
  ['by votes alone, and all others accept', byVotes, [vote('third', true), vote('other', true)], [], { finding: 'culprit', evidence: ['elsewhere in this run other and third accept it too'] }],
  ['a receiver by a shadow, and one more refuses', heldByShadow, [vote('other', false)], [], { finding: 'culprit', evidence: [] }],
  ['a sender by a shadow alone, and another accepts', byRules, [vote('other', true)], ['receiver'], { finding: 'contested', evidence: ['against it: in this run other accepts it'] }],
  ['a sender by a shadow alone, and one of ours accepts', byRules, [vote('native', true)], ['native', 'receiver'], { finding: 'culprit', evidence: [] }],
  ['a sender by a shadow and another who refuses, and a third accepts', byRules, [vote('other', true)], [], { finding: 'culprit', evidence: [] }],
  ['a sender by proof, and others accept', byProof, [vote('other', true), vote('third', true)], ['receiver'], { finding: 'culprit', evidence: [] }],
])('who was accused %s', (_, of, votes, ours, expected) => {
  expect(weighed(of, votes, ours)).toMatchObject(expected);
});

test('what the case itself says is not said again as if others said it', () => {
  const id = where.id;
  const own = [vote('receiver', false, { id }), vote('third', true, { id }), vote('fourth', true, { id })];
  for (const of of [byVotes, byRules, byProof, heldByShadow, verdict('unknown')]) expect(weighed(of, own)).toBe(of);
  const accepted = { ...byVotes, quarrel: { ...quarrel, accepted: [{ implementation: 'third', actor: 'charlie' }] } };
  expect(weighed(accepted, [vote('third', true)])).toBe(accepted);
  expect(weighed(accepted, [vote('third', true), vote('fourth', true)]).evidence).toEqual(['elsewhere in this run fourth accepts it too']);
});

test('two receivers that refuse what a third accepts are each accused in their own case, and neither in the whole run', () => {
  const of = (bob: string): CaseRecord => {
    const refused = [{ implementation: bob, actor: 'bob' }];
    const accepted = [{ implementation: 'third', actor: 'charlie' }];
    const calls = [
      { step: 1, actor: 'alice', implementation: 'sender', rpc: 'Commit', request: {}, response: { commit: 'Qw==' }, milliseconds: 1 },
      { step: 1, actor: 'charlie', implementation: 'third', rpc: 'HandleCommit', request: { commit: 'Qw==' }, response: { state_id: 1 }, milliseconds: 1 },
      { step: 1, actor: 'bob', implementation: bob, rpc: 'HandleCommit', request: { commit: 'Qw==' }, error: { code: 'INVALID_ARGUMENT', message: 'no' }, milliseconds: 1 },
    ];
    const failure = { step: 1, cause: 'refused', message: 'no', actor: 'bob', rpc: 'HandleCommit' } as const;
    return fixtureCase({ script: 'commit/add', alice: 'sender', bob, status: 'failed', failure, verdict: { ...byVotes, culprit: refused[0]!, quarrel: { ...quarrel, accepted, refused } }, calls });
  };
  const [one, two] = [of('one'), of('two')];
  const matrix = new Matrix(nativeProvider(), []);
  matrix.add(one);
  expect(matrix.revised()).toEqual({});
  matrix.add(two);
  const revised = matrix.revised();
  expect(revised[one.id]).toMatchObject({ finding: 'contested', culprit: { implementation: 'one' }, evidence: ['against it: in this run two refuses it too'] });
  expect(revised[two.id]).toMatchObject({ finding: 'contested', culprit: { implementation: 'two' } });
});

test('a verdict about an answer is not weighed', () => {
  const { quarrel: _, ...plain } = verdict('unknown');
  expect(weighed(plain, [vote('other', false)])).toBe(plain);
});

test('that nobody else bears a verdict out is said no more when others do', () => {
  const alone = { ...verdict('contested', 'alice'), evidence: ['the shadow refuses it', onlyOurs] };
  expect(weighed(alone, [vote('other', false)], ['receiver']).evidence).toEqual(['the shadow refuses it', expect.stringContaining('refuse this message of sender')]);
  expect(weighed(alone, [vote('other', true)], ['receiver']).evidence).toContain(onlyOurs);
});
