/** Verdicts on transcripts that no service of ours would give. */
import { expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { GroupSecrets } from '../../../src/mls/wire/group-info.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import { mls10 } from '../../../src/mls/wire/registries.ts';
import type { FailureRecord } from '../../../src/report/record/record.ts';
import type { Call } from '../../../src/runner/outcome.ts';
import { judge } from '../../../src/runner/referee/judge.ts';
import { scriptOf } from './cases.ts';

const none = new Uint8Array(0);
const groupId = Buffer.from('the old group');
const bytes = (length: number) => new Uint8Array(length).fill(1);
const actors = new Map(['alice', 'bob', 'charlie'].map((actor) => [actor, { label: `${actor}'s`, ours: false }]));

const call = (step: number, actor: string, rpc: string, request: object, end: object | string): Call => ({
  ...{ step, actor, rpc, request, milliseconds: 1 },
  ...(typeof end === 'string' ? { error: { code: 3, message: end } } : { response: end }),
});

const verdictOn = async (transcript: readonly Call[], failure: FailureRecord) =>
  (await judge({ case: { script: scriptOf({ action: 'createGroup', actor: 'alice' }), suite: 1, encryptHandshake: true, actors }, transcript, failure, time: 0n, crypto: nativeProvider() })).verdict!;

/** Of a group that alice ends; bob's KeyPackage for the next one does not decode. @param nonce length of the psk_nonce in the Welcome */
function ending(nonce: number) {
  const psk = { psktype: 'resumption', usage: 'reinit', pskGroupId: groupId, pskEpoch: 1n, pskNonce: bytes(nonce) } as const;
  const sealed = encode(GroupSecrets, { joinerSecret: bytes(32), pathSecret: undefined, psks: [psk] }).length + 16;
  const commit = encode(MLSMessage, {
    version: mls10,
    wireFormat: 'mls_private_message',
    privateMessage: { groupId, epoch: 0n, contentType: 'commit', authenticatedData: none, encryptedSenderData: bytes(28), ciphertext: bytes(200) },
  });
  const secrets = [{ newMember: bytes(32), encryptedGroupSecrets: { kemOutput: bytes(32), ciphertext: bytes(sealed) } }];
  const welcome = encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome: { cipherSuite: 1, secrets, encryptedGroupInfo: bytes(100) } });
  const keyPackage = Uint8Array.of(0, 1, 0, 5, 0);
  const calls = [
    call(0, 'alice', 'CreateGroup', {}, { stateId: 1 }),
    call(1, 'alice', 'ReInitCommit', { stateId: 1, byReference: [], byValue: [] }, { commit, welcome: none, ratchetTree: none }),
    call(1, 'alice', 'HandlePendingReInitCommit', { stateId: 1 }, { reinitId: 2, keyPackage: none, epochAuthenticator: bytes(32) }),
    call(1, 'bob', 'HandleReInitCommit', { stateId: 1, proposal: [], commit }, { reinitId: 2, keyPackage, epochAuthenticator: bytes(32) }),
    call(1, 'alice', 'ReInitWelcome', { reinitId: 2, keyPackage: [keyPackage] }, { stateId: 3, welcome, ratchetTree: none, epochAuthenticator: bytes(32) }),
  ];
  return { calls, welcome };
}

test.each([
  ['the Welcome that was refused comes before the KeyPackage it was made for', 48, { culprit: { actor: 'alice' }, requirement: 'R-12.1.4-01' }, true],
  ['a KeyPackage is what a Welcome with nothing wrong in it was refused for', 32, { culprit: { actor: 'bob' }, quarrel: { kind: 'key_package' } }, false],
] as const)('with two faults in a case, %s', async (_, nonce, expected, also) => {
  const { calls, welcome } = ending(nonce);
  const refused = call(1, 'charlie', 'HandleReInitWelcome', { reinitId: 2, welcome, ratchetTree: none }, 'no');
  const verdict = await verdictOn([...calls, refused], { step: 1, cause: 'refused', message: 'no', actor: 'charlie', rpc: 'HandleReInitWelcome' });
  expect(verdict).toMatchObject({ finding: 'culprit', ...expected });
  expect(verdict.evidence.some((line) => /^also broken in this case: .*, by the KeyPackage of bob's \(bob\) \(step 1\)$/.test(line))).toBe(also);
});

test('an answer of no bytes is what members disagree about, and not a KeyPackage before it', async () => {
  const { calls } = ending(32);
  const asked = { stateId: 3, label: 'x', context: none, keyLength: 32 };
  const exports = [call(2, 'alice', 'Export', asked, { exportedSecret: bytes(32) }), call(2, 'charlie', 'Export', asked, { exportedSecret: none })];
  const verdict = await verdictOn([...calls, ...exports], { step: 2, cause: 'disagreement', message: 'charlie exports another secret', actor: 'charlie', rpc: 'Export' });
  expect(verdict).toMatchObject({ finding: 'culprit', culprit: { actor: 'charlie' }, requirement: 'R-8.5-01', step: 2 });
});
