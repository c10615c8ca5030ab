import { beforeAll, expect, test } from 'vitest';
import type { Implementation } from '../../../src/runner/implementation.ts';
import { edited, flipped } from '../../../src/hostile/forge/forge-message.ts';
import type { Breakage } from './broken-service.ts';
import { carried, judged, player, scriptOf } from './cases.ts';

let peer: Implementation;
beforeAll(async () => {
  peer = await player('peer');
});

const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };

/** Answers of one rpc, changed on the way. */
const changing = (rpc: 'createKeyPackage' | 'groupInfo' | 'commit' | 'externalJoin' | 'protect', field: string, change: (bytes: Uint8Array) => Uint8Array): Breakage => ({
  handlers: (honest) => ({
    [rpc]: async (request: never, call: never) => {
      const answer = (await honest[rpc](request, call)) as unknown as Record<string, Uint8Array>;
      return answer[field]!.length === 0 ? answer : { ...answer, [field]: change(answer[field]!) };
    },
  }),
});

test('a KeyPackage shows by itself that it is wrong', async () => {
  const broken = changing('createKeyPackage', 'keyPackage', (bytes) => flipped(bytes, -1));
  const { judgement } = await judged({ script: scriptOf(group), cast: { bob: await player('broken', broken), rest: peer } });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken', actor: 'bob' }, requirement: 'R-10-06', differs: 'signature', quarrel: { kind: 'key_package', refused: [{ actor: 'alice' }] } });
});

test('a message that does not decode is named with the field where decoding stops', async () => {
  const broken = changing('commit', 'commit', (bytes) => bytes.subarray(0, -1));
  const script = scriptOf(group, { action: 'fullCommit', actor: 'alice', members: ['bob'] });
  const { judgement } = await judged({ script, cast: { alice: await player('broken', broken), rest: peer } });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, quarrel: { kind: 'commit' } });
  expect(judgement.verdict!.message!.field!.path).toMatch(/^MLSMessage/);
});

test('a signature that is not the sender’s is laid at its door, with its octets', async () => {
  const broken = changing('commit', 'commit', (bytes) =>
    edited(bytes, (message) =>
      message.wireFormat === 'mls_public_message' ? { ...message, publicMessage: { ...message.publicMessage, auth: { ...message.publicMessage.auth, signature: flipped(message.publicMessage.auth.signature) } } } : message,
    ),
  );
  const script = scriptOf(group, { action: 'fullCommit', actor: 'alice', members: ['bob'] });
  const { judgement } = await judged({ script, cast: { alice: await player('broken', broken), rest: peer } });
  // Whatever is changed on the way breaks the membership tag first.
  expect(judgement.verdict).toMatchObject({ culprit: { implementation: 'broken' }, requirement: 'R-6.2-04', differs: 'membership tag', message: { field: { path: 'MLSMessage.publicMessage.membershipTag' } } });
});

test('a GroupInfo that its signer has not signed is its maker’s fault, though nobody was handed it', async () => {
  const broken = changing('groupInfo', 'groupInfo', (bytes) =>
    edited(bytes, (message) => (message.wireFormat === 'mls_group_info' ? { ...message, groupInfo: { ...message.groupInfo, confirmationTag: flipped(message.groupInfo.confirmationTag) } } : message)),
  );
  const script = scriptOf(group, { action: 'groupInfo', actor: 'alice' });
  const { result, judgement } = await judged({ script, cast: { alice: await player('broken', broken), rest: peer } });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, requirement: 'R-12.4.3-06' });
});

test('a Welcome that leads to another epoch than its Commit is its maker’s fault', async () => {
  const swapped: Breakage = {
    handlers: ({ commit }) => ({
      commit: async (request, call) => {
        const first = await commit(request, call);
        // A second Commit takes the place of the first; its Welcome leads to an epoch of its own.
        return first.welcome.length === 0 ? first : { ...(await commit({ ...request, forcePath: true }, call)), commit: first.commit };
      },
    }),
  };
  const script = scriptOf(group, { action: 'createKeyPackage', actor: 'charlie' }, { action: 'fullCommit', actor: 'alice', byValue: [{ proposalType: 'add', keyPackage: 1 }], members: ['bob'], joiners: ['charlie'] });
  const { result, judgement } = await judged({ script, cast: { alice: await player('broken', swapped), rest: peer } });
  expect(result.failure).toMatchObject({ cause: 'disagreement' });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, requirement: 'R-8.1-04', differs: 'tree hash', quarrel: { kind: 'welcome' } });
});

test('a psk_nonce used twice is seen, though no receiver can tell', async () => {
  const constant: Breakage = { commit: () => ({}), nonce: new Uint8Array(32).fill(65) };
  const commit = (pskID: number) => ({ action: 'fullCommit', actor: 'alice', byValue: [{ proposalType: 'externalPSK', pskID }], members: ['bob'] });
  const script = scriptOf(group, { action: 'installExternalPSK', clients: ['alice', 'bob'] }, commit(1), commit(1));
  const { result, judgement } = await judged({ script, cast: { alice: await player('constant', constant), rest: peer }, wire: 'private' });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'constant' }, requirement: 'R-8.4-02', differs: 'psk_nonce', step: 3 });
});

test('a path that was to be there and is not makes a case vacuous, encrypted or not', async () => {
  const lazy: Breakage = { handlers: ({ commit }) => ({ commit: (request, call) => commit({ ...request, forcePath: false }, call) }) };
  for (const wire of ['public', 'private'] as const) {
    const { judgement } = await judged({ script: carried('joining/welcome_with_path'), cast: { bob: await player('lazy', lazy), rest: peer }, wire });
    expect(judgement.vacuous).toMatchObject([{ actor: 'bob', text: 'the Commit of lazy (bob) has a path' }]);
  }
});

test('an external Commit without the PSKs asked for makes a case vacuous', async () => {
  const lazy: Breakage = { handlers: ({ externalJoin }) => ({ externalJoin: (request, call) => externalJoin({ ...request, psks: [] }, call) }) };
  const script = carried('joining/external_with_psks');
  const joiner = script.steps.flatMap((step) => (step.action === 'externalJoin' ? [step.joiner] : []))[0]!;
  const { judgement } = await judged({ script, cast: { [joiner]: await player('lazy', lazy), rest: peer } });
  expect(judgement.vacuous).toMatchObject([{ actor: joiner, text: `the external Commit of lazy (${joiner}) injects the PSKs` }]);
});

test('proposals asked for and left out make a case vacuous, encrypted or not', async () => {
  const forgetful: Breakage = {
    handlers: ({ commit }) => ({ commit: (request, call) => commit({ ...request, byReference: [], byValue: [] }, call) }),
  };
  const script = scriptOf(group, { action: 'installExternalPSK', clients: ['alice', 'bob'] }, { action: 'fullCommit', actor: 'bob', byValue: [{ proposalType: 'externalPSK', pskID: 1 }], members: ['alice'] });
  for (const wire of ['public', 'private'] as const) {
    const { judgement } = await judged({ script, cast: { bob: await player('forgetful', forgetful), rest: peer }, wire });
    expect(judgement.vacuous).toMatchObject([{ actor: 'bob', text: 'the Commit of forgetful (bob) at step 2 has the externalPSK asked for by value' }]);
  }
});

test('who opens what was opened before is said to open what it cannot have a key for', async () => {
  const careless: Breakage = {
    handlers({ unprotect }) {
      let first: ReturnType<typeof unprotect> | undefined;
      // A copy, as the service wipes what it has sent.
      return { unprotect: async (request, call) => structuredClone(await (first ??= unprotect(request, call))) };
    },
  };
  const again = { action: 'unprotect', actor: 'bob', ciphertext: 1 };
  const script = scriptOf(group, { action: 'protect', actor: 'alice', authenticatedData: '', plaintext: 'once' }, again, { action: 'expectFailure', step: again });
  const { judgement } = await judged({ script, cast: { bob: await player('careless', careless), rest: peer } });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'careless' }, summary: 'careless (bob) opens what it cannot have a key for, at step 3.' });
});
