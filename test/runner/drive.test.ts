import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { runCase } from '../../src/runner/drive.ts';
import { caseOf, play, playHanging, scriptOf, type Played } from '../support/mock-cases.ts';
import { Refusal, type MockOptions } from '../support/mock-service.ts';

const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };
const commit = { action: 'fullCommit', actor: 'alice', members: ['bob'] };
const wrong = Buffer.from('wrong authenticator');

/** Refuses, hangs or answers otherwise at one rpc. */
const at = (rpc: string, instead: (answer: () => object) => unknown): MockOptions => ({
  intercept: (called, answer) => (called === rpc ? instead(answer) : answer()),
});
const refusing = (rpc: string, code: status): MockOptions =>
  at(rpc, () => {
    throw new Refusal(code, 'will not');
  });

test('a case with well-behaved implementations passes and leaves no state behind', async () => {
  const [alice, bob] = [await play('one', { handlePerEpoch: true }), await play('two', { handlePerEpoch: false })];
  const result = await runCase(caseOf(scriptOf(group, commit, commit), alice, { bob }));

  expect(result).toMatchObject({ status: 'passed', vacuous: [], notes: [] });
  expect(result.failure).toBeUndefined();
  expect(alice.mock.liveStates()).toEqual([]);
  expect(bob.mock.liveStates()).toEqual([]);
});

test('a case tells each step before it runs', async () => {
  const steps: number[] = [];
  await runCase(caseOf(scriptOf(group, commit), await play('one')), { onStep: (step) => steps.push(step) });
  expect(steps).toEqual([0, 1]);
});

test.each([
  ['a joiner', 'joinGroup', [group], 0],
  ['a member', 'handleCommit', [group, commit], 1],
  ['a member in single steps', 'handleCommit', [group, { action: 'commit', actor: 'alice' }, { action: 'handlePendingCommit', actor: 'alice' }, { action: 'handleCommit', actor: 'bob', commit: 1 }], 3],
  ['a member of a suspended group', 'handleReInitCommit', [group, { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'bob' }], 1],
  ['a member of a successor group', 'handleReInitWelcome', [group, { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'alice', members: ['bob'] }], 1],
  ['a member of a subgroup', 'handleBranch', [group, { action: 'branch', actor: 'alice', members: ['bob'] }], 1],
])('%s with another epoch authenticator is a disagreement', async (_, rpc, steps, failedStep) => {
  const bob = await play('bad', at(rpc, (answer) => ({ ...answer(), epochAuthenticator: wrong })));
  const result = await runCase(caseOf(scriptOf(...steps), await play('good'), { bob }));

  expect(result.status).toBe('failed');
  expect(result.failure).toMatchObject({ step: failedStep, cause: 'disagreement', actor: 'bob', implementation: 'bad' });
  expect(result.failure!.message).toContain(`bob has epoch authenticator ${wrong.toString('hex')} where alice has`);
});

test('joining by a Welcome in a step of its own is compared with the committer', async () => {
  const bob = await play('bad', at('joinGroup', (answer) => ({ ...answer(), epochAuthenticator: wrong })));
  const script = scriptOf(
    { action: 'createGroup', actor: 'alice' },
    { action: 'createKeyPackage', actor: 'bob' },
    { action: 'commit', actor: 'alice', byValue: [{ proposalType: 'add', keyPackage: 1 }] },
    { action: 'joinGroup', actor: 'bob', welcome: 2 },
    { action: 'handlePendingCommit', actor: 'alice' },
  );
  const result = await runCase(caseOf(script, await play('good'), { bob }));
  expect(result.failure).toMatchObject({ step: 4, cause: 'disagreement', actor: 'alice' });
});

test('two Commits of one epoch begin two epochs, which need not agree', async () => {
  const script = scriptOf(
    { ...group, members: ['bob', 'charlie'] },
    { action: 'commit', actor: 'alice' },
    { action: 'commit', actor: 'bob' },
    { action: 'handlePendingCommit', actor: 'alice' },
    { action: 'handleCommit', actor: 'charlie', commit: 2 },
    { action: 'handlePendingCommit', actor: 'bob' },
    { action: 'stateAuth', actor: 'charlie' },
  );
  expect(await runCase(caseOf(script, await play('one')))).toMatchObject({ status: 'passed' });
});

test('an epoch authenticator that does not change with the epoch is a disagreement', async () => {
  const constant = (rpc: string, answer: () => object) =>
    ['handleCommit', 'handlePendingCommit', 'joinGroup'].includes(rpc) ? { ...answer(), epochAuthenticator: Buffer.from('always') } : answer();
  const result = await runCase(caseOf(scriptOf(group, commit), await play('lazy', { intercept: constant })));
  expect(result.failure).toMatchObject({ step: 1, cause: 'disagreement' });
  expect(result.failure!.message).toContain('the same epoch authenticator as in');
});

test('implementations that give no epoch authenticator pass vacuously', async () => {
  const none = (_: string, answer: () => object) => {
    const response = answer();
    return 'epochAuthenticator' in response ? { ...response, epochAuthenticator: Buffer.alloc(0) } : response;
  };
  const result = await runCase(caseOf(scriptOf({ action: 'createGroup', actor: 'alice' }, { action: 'externalJoin', actor: 'alice', joiner: 'bob' }), await play('mute', { intercept: none })));
  expect(result).toMatchObject({ status: 'vacuous', vacuous: ['mute gives no epoch authenticator'], vacuousBy: ['mute'] });
});

test('the failing call stays in the transcript with its request, status and message', async () => {
  const bob = await play('bad', refusing('handleCommit', status.INVALID_ARGUMENT));
  const result = await runCase(caseOf(scriptOf(group, commit), await play('good'), { bob }));

  expect(result).toMatchObject({
    status: 'failed',
    failure: { step: 1, cause: 'refused', actor: 'bob', implementation: 'bad', rpc: 'HandleCommit', code: 'INVALID_ARGUMENT', message: 'will not' },
  });
  const call = result.transcript.find(({ error }) => error !== undefined)!;
  expect(call).toMatchObject({ step: 1, actor: 'bob', rpc: 'HandleCommit', error: { code: status.INVALID_ARGUMENT, message: 'will not' } });
  expect(call.request).toHaveProperty('commit');
});

test('states are freed after a failure too', async () => {
  const bob = await play('bad', refusing('handleCommit', status.INTERNAL));
  const alice = await play('good');
  await runCase(caseOf(scriptOf(group, commit), alice, { bob }));
  expect(alice.mock.liveStates()).toEqual([]);
  expect(bob.mock.liveStates()).toEqual([]);
});

test.each([
  [status.UNIMPLEMENTED, 'not-supported', 'unsupported'],
  [status.CANCELLED, 'failed', 'crash'],
  [status.UNAVAILABLE, 'failed', 'crash'],
  [status.INTERNAL, 'failed', 'refused'],
])('status %i makes the case %s', async (code, outcome, cause) => {
  const bob = await play('bad', refusing('joinGroup', code));
  const result = await runCase(caseOf(scriptOf(group), await play('good'), { bob }));
  expect(result).toMatchObject({ status: outcome, failure: { cause, implementation: 'bad', rpc: 'JoinGroup' } });
});

test('a call that hangs ends at its deadline', async () => {
  const result = await runCase(caseOf(scriptOf(group, commit), await play('good'), { bob: await playHanging('stuck', 'handleCommit') }));
  expect(result).toMatchObject({ status: 'failed', failure: { cause: 'timeout', implementation: 'stuck', code: 'DEADLINE_EXCEEDED' } });
});

test('the calls of one step together have a deadline of their own, and the cleaning up has its own again', async () => {
  let now = performance.now();
  using _ = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const alice = await play('good', at('commit', (answer) => ((now += 150), answer())));
  const stuck = await play('stuck', at('handleCommit', () => new Promise(() => {})));
  const given: (readonly [rpc: string, within: number | undefined])[] = [];
  // However long a call really takes, only the one that hangs runs out of time.
  const timed = ({ mock, implementation }: Played): Played => ({
    mock,
    implementation: {
      ...implementation,
      call: (rpc, request, within) => (given.push([rpc, within]), implementation.call(rpc, request, rpc === 'handleCommit' ? within : undefined)),
    },
  });

  const over = await runCase(caseOf(scriptOf(group, commit), timed(alice), { bob: timed(stuck) }), { stepDeadline: 200 });
  expect(over).toMatchObject({ failure: { step: 1, cause: 'timeout', rpc: 'HandleCommit' } });
  expect(given).toEqual(expect.arrayContaining([['createGroup', 200], ['commit', 200], ['handleCommit', 50], ['free', Infinity]]));
});

test('a server that goes away in the middle is a crash, and is asked to free nothing', async () => {
  const bob = await play('mortal', at('handleCommit', () => new Promise(() => setTimeout(() => bob.mock.stop(), 20))));
  const result = await runCase(caseOf(scriptOf(group, commit), await play('good'), { bob }));
  expect(result).toMatchObject({ status: 'failed', failure: { step: 1, cause: 'crash', implementation: 'mortal', rpc: 'HandleCommit' } });
});

test('a server that does not answer the first call could not be tried', async () => {
  const alice = await play('gone');
  alice.mock.stop();
  const result = await runCase(caseOf(scriptOf(group), alice));
  expect(result).toMatchObject({ status: 'could-not-run', failure: { cause: 'unreachable', implementation: 'gone' } });
});

test('a state that cannot be freed fails a case that passed otherwise', async () => {
  const result = await runCase(caseOf(scriptOf(group), await play('clingy', refusing('free', status.INTERNAL))));
  expect(result).toMatchObject({ status: 'failed', failure: { step: 1, rpc: 'Free', code: 'INTERNAL' } });
});

test('a state that cannot be freed does not hide the failure before it', async () => {
  const clingy = await play('clingy', {
    intercept(rpc, answer) {
      if (rpc === 'free' || rpc === 'handleCommit') throw new Refusal(status.INTERNAL, `no ${rpc}`);
      return answer();
    },
  });
  const result = await runCase(caseOf(scriptOf(group, commit), clingy));
  expect(result.failure).toMatchObject({ step: 1, rpc: 'HandleCommit', message: 'no handleCommit' });
  expect(result.notes).toContain('Free of the state of alice: no free');
});

test('a message that opens to something else is a contradiction', async () => {
  const bob = await play('bad', at('unprotect', (answer) => ({ ...answer(), plaintext: Buffer.from('hallo') })));
  const script = scriptOf(group, { action: 'protect', actor: 'alice', plaintext: 'hello' }, { action: 'unprotect', actor: 'bob', ciphertext: 1 });
  const result = await runCase(caseOf(script, await play('good'), { bob }));
  expect(result.failure).toMatchObject({ step: 2, cause: 'contradiction', actor: 'bob', message: 'plaintext is "hallo" where "hello" was sent' });
});

test('a member that exports something else is a disagreement', async () => {
  const bob = await play('bad', at('export', () => ({ exportedSecret: Buffer.alloc(16, 1) })));
  const script = scriptOf(group, { action: 'export', actor: 'alice', label: 'l', context: 'c', length: 16 });
  expect((await runCase(caseOf(script, await play('good'), { bob }))).failure).toMatchObject({ cause: 'disagreement', actor: 'bob', rpc: 'Export' });
});

test('a state authenticator other than the one given on arrival is a disagreement', async () => {
  const bob = await play('bad', at('stateAuth', () => ({ stateAuthSecret: wrong })));
  const script = scriptOf(group, { action: 'stateAuth', actor: 'alice' });
  expect((await runCase(caseOf(script, await play('good'), { bob }))).failure).toMatchObject({ cause: 'disagreement', actor: 'bob' });
});

test('an expected refusal lets the case go on; an unexpected acceptance does not', async () => {
  const message = { action: 'protect', actor: 'alice', plaintext: 'once' };
  const open = { action: 'unprotect', actor: 'bob', ciphertext: 1 };
  const script = scriptOf(group, message, open, { action: 'expectFailure', step: open }, commit);
  expect(await runCase(caseOf(script, await play('good')))).toMatchObject({ status: 'passed' });

  const forgetful = await play('forgetful', at('unprotect', () => ({ authenticatedData: Buffer.alloc(0), plaintext: Buffer.from('once') })));
  expect((await runCase(caseOf(script, await play('good'), { bob: forgetful }))).failure).toMatchObject({
    step: 3,
    cause: 'contradiction',
    message: 'unprotect was accepted where it had to be refused',
  });
});

test('a refusal with another status than asked for is no expected one; one with INTERNAL is noted', async () => {
  const open = (codes?: string[]) => ({ action: 'expectFailure', codes, step: { action: 'unprotect', actor: 'bob', ciphertext: 1 } });
  const message = { action: 'protect', actor: 'alice' };
  const internal = await play('internal', refusing('unprotect', status.INTERNAL));
  expect(await runCase(caseOf(scriptOf(group, message, open()), await play('good'), { bob: internal }))).toMatchObject({
    status: 'passed',
    notes: ['internal refuses Unprotect with INTERNAL, which stands for its own faults: will not'],
  });

  const aborted = await play('aborted', refusing('unprotect', status.ABORTED));
  expect((await runCase(caseOf(scriptOf(group, message, open(['NOT_FOUND'])), await play('good'), { bob: aborted }))).failure!.message).toBe(
    'refused with ABORTED instead of NOT_FOUND: will not',
  );
});

test('an actor without a group makes the case one that could not run', async () => {
  const result = await runCase(caseOf(scriptOf(group, { action: 'updateProposal', actor: 'zoe' }), await play('one')));
  expect(result).toMatchObject({ status: 'could-not-run', failure: { cause: 'script', message: 'zoe is in no group at this point' } });
});

test('a reinit to another suite needs a second suite in common', async () => {
  const script = scriptOf(group, { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'bob', changeCipherSuite: true });
  expect(await runCase(caseOf(script, await play('wide'), { bob: await play('narrow', { suites: [1] }) }))).toMatchObject({
    status: 'not-supported',
    failure: { message: 'wide, narrow have no second suite in common' },
  });
  const result = await runCase(caseOf(script, await play('wide'), { bob: await play('wide2') }));
  expect(result.status).toBe('passed');
  expect(result.transcript.find(({ rpc }) => rpc === 'ReInitProposal')!.request).toMatchObject({ cipherSuite: 2 });
});

test('a tree that was to be given apart and is not makes the case vacuous', async () => {
  const script = scriptOf({ action: 'createGroup', actor: 'alice' }, { action: 'groupInfo', actor: 'alice', externalTree: true });
  const lazy = await play('lazy', at('groupInfo', (answer) => ({ ...answer(), ratchetTree: Buffer.alloc(0) })));
  expect(await runCase(caseOf(script, lazy))).toMatchObject({ status: 'vacuous', vacuous: ['not so: lazy (alice) gives the tree apart'], vacuousBy: ['lazy'] });
});

test('what a GroupInfo says is held against what the script expects', async () => {
  const script = scriptOf(group, { action: 'expectGroupInfo', actor: 'bob', epoch: 1, members: 3 });
  expect((await runCase(caseOf(script, await play('one')))).failure).toMatchObject({ cause: 'contradiction', actor: 'bob', rpc: 'GroupInfo', message: 'members: 2 instead of 3' });
});

test('members act in the group they switch to', async () => {
  const script = scriptOf(
    { ...group, members: ['bob', 'charlie'] },
    { action: 'branch', actor: 'alice', members: ['bob'], keepParent: true },
    { action: 'switchGroup', clients: ['alice', 'bob'], group: 0 },
    { action: 'protect', actor: 'alice', plaintext: 'to the parent' },
    { action: 'unprotect', actor: 'charlie', ciphertext: 3 },
    { action: 'switchGroup', clients: ['alice', 'bob'], group: 1 },
    { action: 'stateAuth', actor: 'bob' },
  );
  const one = await play('one');
  expect(await runCase(caseOf(script, one))).toMatchObject({ status: 'passed' });
  expect(one.mock.liveStates()).toEqual([]);
});
