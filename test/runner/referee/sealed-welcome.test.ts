import { expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { GroupSecrets, type Welcome } from '../../../src/mls/wire/group-info.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { mls10 } from '../../../src/mls/wire/registries.ts';
import type { Call } from '../../../src/runner/outcome.ts';
import { judge } from '../../../src/runner/referee/judge.ts';
import type { Breakage } from './broken-service.ts';
import { judged, player, scriptOf } from './cases.ts';

const groupId = Buffer.from('the old group');
const none = new Uint8Array(0);
const bytes = (length: number) => new Uint8Array(length).fill(1);

interface Sealed {
  readonly suite: 1 | 2 | 4 | 7;
  readonly nonce: number;
  readonly path: boolean;
}

/** A Welcome of a reinitialization as outsiders see it: nothing but the size of what is sealed. */
function welcome({ suite, nonce, path }: Sealed): Uint8Array {
  const { nh } = nativeProvider().cipherSuite(suite);
  const psk = { psktype: 'resumption', usage: 'reinit', pskGroupId: groupId, pskEpoch: 1n, pskNonce: bytes(nonce) } as const;
  const secrets = encode(GroupSecrets, { joinerSecret: bytes(nh), pathSecret: path ? { pathSecret: bytes(nh) } : undefined, psks: [psk] });
  const sealed: Welcome['secrets'][number] = { newMember: bytes(32), encryptedGroupSecrets: { kemOutput: bytes(32), ciphertext: bytes(secrets.length + 16) } };
  return encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome: { cipherSuite: suite, secrets: [sealed], encryptedGroupInfo: bytes(100) } });
}

async function verdictOn(sealed: Sealed) {
  const commit = encode(MLSMessage, {
    version: mls10,
    wireFormat: 'mls_private_message',
    privateMessage: { groupId, epoch: 0n, contentType: 'commit', authenticatedData: none, encryptedSenderData: bytes(28), ciphertext: bytes(200) },
  });
  const call = (rpc: string, request: object, response: object): Call => ({ step: 0, actor: 'alice', rpc, request, response, milliseconds: 1 });
  const transcript = [
    call('CreateGroup', {}, { stateId: 1 }),
    call('ReInitCommit', { stateId: 1, byReference: [], byValue: [] }, { commit, welcome: none, ratchetTree: none }),
    call('HandlePendingReInitCommit', { stateId: 1 }, { reinitId: 2, keyPackage: none, epochAuthenticator: bytes(32) }),
    call('ReInitWelcome', { reinitId: 2, keyPackage: [] }, { stateId: 1, welcome: welcome(sealed), ratchetTree: none, epochAuthenticator: bytes(32) }),
  ];
  const actors = new Map([['alice', { label: 'peer', ours: false }]]);
  const script = scriptOf({ action: 'createGroup', actor: 'alice' });
  return (await judge({ case: { script, suite: 1, encryptHandshake: true, actors }, transcript, time: 0n, crypto: nativeProvider() })).verdict;
}

const lengths = [1, 2, 4, 7].flatMap((suite) => [32, 48, 64].flatMap((nonce) => [false, true].map((path) => ({ suite, nonce, path }) as Sealed)));

test.each(lengths)('a psk_nonce of $nonce bytes for suite $suite, path $path', async (sealed) => {
  const { nh } = nativeProvider().cipherSuite(sealed.suite);
  const verdict = await verdictOn(sealed);
  if (sealed.nonce === nh) expect(verdict).toBeUndefined();
  else expect(verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'peer' }, requirement: 'R-12.1.4-01', differs: 'psk_nonce' });
});

const reinit = scriptOf(
  { action: 'createGroup', actor: 'alice', members: ['bob', 'carol'] },
  { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'alice', members: ['bob', 'carol'], changeGroupID: true },
);

test('a successor group is dark, and the report says why', async () => {
  const { result, judgement } = await judged({ script: reinit, cast: { rest: await player('peer') } });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toBeUndefined();
  const why = 'a reinitialized group cannot be shadowed before somebody new joins it: HandleReInitCommit returns no private keys of the KeyPackages for it';
  expect(judgement.unjudged).toEqual(expect.arrayContaining([`step 1: no shadow sees the epoch: ${why}`, `step 1: of this Welcome only what needs no secrets was checked: ${why}`]));
});

test('a Welcome that leaves a member out is laid at the door of its sender', async () => {
  const leavesOneOut: Breakage = {
    handlers: ({ reInitWelcome }) => ({
      reInitWelcome: async (request, call) => {
        const made = await reInitWelcome(request, call);
        const message = decode(MLSMessage, new Uint8Array(made.welcome), 'MLSMessage') as Extract<MLSMessage, { readonly wireFormat: 'mls_welcome' }>;
        const { secrets } = message.welcome;
        return { ...made, welcome: encode(MLSMessage, { ...message, welcome: { ...message.welcome, secrets: secrets.slice(0, -1) } }) };
      },
    }),
  };
  const { judgement } = await judged({ script: reinit, cast: { alice: await player('broken', leavesOneOut), rest: await player('peer') } });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken', actor: 'alice' }, requirement: 'R-12.4.3.1-02', differs: 'new_member', basis: 'proof' });
  expect(judgement.verdict!.summary).toMatch(/alice/);
});
