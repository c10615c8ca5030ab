import { expect, test } from 'vitest';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { encode } from '../../src/mls/wire/presentation-language.ts';
import type { ProposalOrRef } from '../../src/mls/wire/proposal.ts';
import { commitFacts, groupFacts, wireFormat } from '../../src/runner/observe.ts';
import { encodeGroupInfo } from '../support/mock-group-info.ts';

const none = new Uint8Array();
const pskId = Buffer.from('the psk');

function externalCommit(proposals: readonly ProposalOrRef[]): Uint8Array {
  return encode(MLSMessage, {
    version: 1,
    wireFormat: 'mls_public_message',
    publicMessage: {
      content: {
        groupId: none,
        epoch: 3n,
        sender: { senderType: 'new_member_commit' },
        authenticatedData: none,
        contentType: 'commit',
        commit: { proposals, path: undefined },
      },
      auth: { signature: none, confirmationTag: none },
    },
  });
}

const privateCommit = encode(MLSMessage, {
  version: 1,
  wireFormat: 'mls_private_message',
  privateMessage: { groupId: none, epoch: 0n, contentType: 'commit', authenticatedData: none, encryptedSenderData: none, ciphertext: none },
});

test('the facts of a Commit in the open are seen', () => {
  const commit = externalCommit([
    { type: 'proposal', proposal: { proposalType: 'remove', removed: 2 } },
    { type: 'proposal', proposal: { proposalType: 'psk', psk: { psktype: 'external', pskId, pskNonce: none } } },
    { type: 'reference', reference: none },
  ]);
  expect(commitFacts(commit)).toEqual({ seen: { path: false, byReference: 1, byValue: 2, removes: 1, externalPsks: [new Uint8Array(pskId)] } });
  expect(wireFormat(commit)).toEqual({ seen: 'PublicMessage' });
});

test('an encrypted Commit is hidden, its wire format is not', () => {
  expect(commitFacts(privateCommit)).toEqual({ hidden: 'the Commit is encrypted' });
  expect(wireFormat(privateCommit)).toEqual({ seen: 'PrivateMessage' });
});

test('what is no MLSMessage is hidden and says why', () => {
  expect(wireFormat(Buffer.from('{}'))).toEqual({ hidden: 'not an MLSMessage of version mls10' });
  expect(commitFacts(Buffer.from([0, 1, 0, 1, 0]))).toEqual({ hidden: expect.stringMatching(/^does not decode: /) });
  expect(groupFacts(privateCommit)).toEqual({ hidden: 'not a GroupInfo' });
});

test('the facts of a GroupInfo are seen', () => {
  const group = { id: 'g', suite: 2, epoch: 4, members: ['alice', 'bob', 'charlie'], extensions: [[5, 'AA=='], [3, 'AAAA']] as const };
  const facts = groupFacts(encodeGroupInfo(group, { withTree: true }));
  expect(facts).toMatchObject({ seen: { epoch: 4n, cipherSuite: 2, externalPub: true, externalSenders: 0, members: 3 } });
  expect(groupFacts(encodeGroupInfo(group, { withTree: false }))).toMatchObject({ seen: { members: undefined } });
});
