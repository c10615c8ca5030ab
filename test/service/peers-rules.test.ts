/** What a server must do so that any runner can drive it: the rules of spec/peers.md section 2, one by one. */
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProposalResponse } from '../../src/generated/mls_client.ts';
import { extensionBody } from '../../src/mls/group/group-extensions.ts';
import { ExternalSender, ExternalSenders } from '../../src/mls/wire/extension.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import type { TestClient } from './support/client.ts';
import { authenticators, bytes, commitAll, describe as describedAs, groupOf, testService, text, type TestService } from './support/service.ts';

let service: TestService;
let client: TestClient;
beforeAll(async () => {
  service = await testService();
  ({ client } = service);
  return async () => void (await service.stop());
});
afterAll(() => expect(service.logged.filter(({ level }) => level === 50)).toEqual([]));

const equal = (values: readonly Uint8Array[]): void => {
  for (const value of values) expect(value).toEqual(values[0]);
};
const wireFormatOf = (message: Uint8Array): string => decode(MLSMessage, message, 'message').wireFormat;

describe.each([{ encrypt: false }, { encrypt: true }])('with encrypt_handshake $encrypt', ({ encrypt }) => {
  test('rule 1: by_reference holds own proposals of the committer and of each receiver, all in one list', async () => {
    const ids = await groupOf(client, ['alice', 'bob', 'carol'], { encrypt });
    const [alice, bob, carol] = ids as [number, number, number];
    await client.call('storePsk', { stateOrTransactionId: alice, pskId: bytes('id'), pskSecret: bytes('secret') });
    await client.call('storePsk', { stateOrTransactionId: bob, pskId: bytes('id'), pskSecret: bytes('secret') });
    await client.call('storePsk', { stateOrTransactionId: carol, pskId: bytes('id'), pskSecret: bytes('secret') });
    const proposals = [
      await client.call('externalPskProposal', { stateId: alice, pskId: bytes('id') }),
      await client.call('updateProposal', { stateId: bob }),
      await client.call('resumptionPskProposal', { stateId: carol, epochId: 1n }),
    ].map(({ proposal }) => proposal);

    equal(await commitAll(client, ids, { byReference: proposals }));
  });

  test('rule 1: a proposal may come again, in a second call', async () => {
    const ids = await groupOf(client, ['alice', 'bob', 'carol'], { encrypt });
    const { proposal } = await client.call('updateProposal', { stateId: ids[1]! });

    await client.call('commit', { stateId: ids[0]!, byReference: [proposal, proposal] }).catch(() => undefined);
    equal(await commitAll(client, ids, { byReference: [proposal] }));
  });

  test('rule 2: an own Update stays usable until a Commit resolves it, and another member may commit it', async () => {
    const ids = await groupOf(client, ['alice', 'bob'], { encrypt });
    const [alice, bob] = ids as [number, number];
    const { proposal } = await client.call('updateProposal', { stateId: bob });
    equal(await commitAll(client, [alice, bob], { byReference: [proposal] }));

    equal(await commitAll(client, [alice, bob], { forcePath: true }));
    equal(await commitAll(client, [bob, alice], { forcePath: true }));
  });

  test('rule 5: what members send is as the flag says, what outsiders send is public', async () => {
    const [alice] = (await groupOf(client, ['alice'], { encrypt })) as [number];
    const expected = encrypt ? 'mls_private_message' : 'mls_public_message';

    expect(wireFormatOf((await client.call('externalPskProposal', { stateId: alice, pskId: bytes('id') })).proposal)).toBe(expected);
    expect(wireFormatOf((await client.call('commit', { stateId: alice, forcePath: true })).commit)).toBe(expected);

    const { groupInfo } = await client.call('groupInfo', { stateId: alice });
    const joined = await client.call('externalJoin', { groupInfo, identity: bytes('bob'), encryptHandshake: encrypt });
    expect(wireFormatOf(joined.commit)).toBe('mls_public_message');
    expect(wireFormatOf((await client.call('newMemberAddProposal', { groupInfo, identity: bytes('carol') })).proposal)).toBe('mls_public_message');
    expect(wireFormatOf((await client.call('updateProposal', { stateId: joined.stateId })).proposal)).toBe(expected);
  });

  test('rule 9: a reinitialization and a branch keep identity, flag and PSKs', async () => {
    const ids = await groupOf(client, ['alice', 'bob'], { encrypt });
    const [alice, bob] = ids as [number, number];
    for (const id of ids) await client.call('storePsk', { stateOrTransactionId: id, pskId: bytes('kept'), pskSecret: bytes('secret') });
    const keyPackage = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });

    const branch = await client.call('createBranch', { stateId: alice, groupId: bytes(`branch ${encrypt}`), keyPackages: [keyPackage.keyPackage] });
    const joined = await client.call('handleBranch', { stateId: bob, transactionId: keyPackage.transactionId, welcome: branch.welcome });
    const branched = await client.call('externalPskProposal', { stateId: joined.stateId, pskId: bytes('kept') });
    expect(wireFormatOf(branched.proposal)).toBe(encrypt ? 'mls_private_message' : 'mls_public_message');
    equal(await commitAll(client, [branch.stateId, joined.stateId], { byReference: [branched.proposal] }));

    const { proposal } = await client.call('reInitProposal', { stateId: alice, cipherSuite: 3, groupId: bytes(`next ${encrypt}`) });
    const { commit } = await client.call('reInitCommit', { stateId: alice, byReference: [proposal] });
    const first = await client.call('handlePendingReInitCommit', { stateId: alice });
    const second = await client.call('handleReInitCommit', { stateId: bob, commit, proposal: [proposal] });
    equal([first.epochAuthenticator, second.epochAuthenticator]);
    // Any member may finish it: here the one who did not commit.
    const welcomer = await client.call('reInitWelcome', { reinitId: second.reinitId, keyPackage: [first.keyPackage] });
    const follower = await client.call('handleReInitWelcome', { reinitId: first.reinitId, welcome: welcomer.welcome });
    equal([welcomer.epochAuthenticator, follower.epochAuthenticator]);
    const again = await client.call('externalPskProposal', { stateId: follower.stateId, pskId: bytes('kept') });
    expect(wireFormatOf(again.proposal)).toBe(encrypt ? 'mls_private_message' : 'mls_public_message');
    equal(await commitAll(client, [welcomer.stateId, follower.stateId], { byReference: [again.proposal] }));
    const removal = await client.call('removeProposal', { stateId: welcomer.stateId, removedId: bytes('alice') });
    equal(await commitAll(client, [welcomer.stateId], { byReference: [removal.proposal] }));
  });

  test('rule 16: the receiver of its own removal is told so, once and for all, and can be freed', async () => {
    const ids = await groupOf(client, ['alice', 'bob'], { encrypt });
    const [alice, bob] = ids as [number, number];
    const { commit } = await client.call('commit', { stateId: alice, byValue: [describedAs('remove', { removedId: bytes('bob') })] });

    const removed = { code: status.FAILED_PRECONDITION, details: 'removed by this Commit' };
    expect(await client.failure('handleCommit', { stateId: bob, commit })).toEqual(removed);
    const afterwards = { code: status.FAILED_PRECONDITION, details: 'this member was removed from the group' };
    expect(await client.failure('handleCommit', { stateId: bob, commit })).toEqual(afterwards);
    expect(await client.failure('stateAuth', { stateId: bob })).toEqual(afterwards);
    expect(await client.failure('storePsk', { stateOrTransactionId: bob })).toEqual(afterwards);

    await client.call('free', { stateId: bob });
    expect(await client.failure('stateAuth', { stateId: bob })).toMatchObject({ code: status.NOT_FOUND });
  });
});

test('rule 3: ids are of one namespace, and PSKs carry over from the pending join to the state and over epochs', async () => {
  const [alice] = (await groupOf(client, ['alice'])) as [number];
  const join = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const signer = await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('ds') });
  expect([join.transactionId, signer.signerId]).toEqual([alice + 1, alice + 2]);
  for (const id of [alice, join.transactionId]) await client.call('storePsk', { stateOrTransactionId: id, pskId: bytes('id'), pskSecret: bytes('secret') });

  // The PSK is needed already to join.
  const byValue = [describedAs('add', { keyPackage: join.keyPackage }), describedAs('externalPSK', { pskId: bytes('id') })];
  const { welcome } = await client.call('commit', { stateId: alice, byValue });
  await client.call('handlePendingCommit', { stateId: alice });
  const bob = await client.call('joinGroup', { transactionId: join.transactionId, welcome });
  equal(await authenticators(client, [alice, bob.stateId]));

  // And it is still there an epoch later.
  await commitAll(client, [alice, bob.stateId]);
  const { proposal } = await client.call('externalPskProposal', { stateId: bob.stateId, pskId: bytes('id') });
  equal(await commitAll(client, [bob.stateId, alice], { byReference: [proposal] }));
});

test('rule 4: messages and resumption PSKs of earlier epochs are at hand through the newest id', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const { ciphertext } = await client.call('protect', { stateId: alice, plaintext: bytes('late'), authenticatedData: bytes('aad') });
  for (let i = 0; i < 5; i++) await commitAll(client, ids);

  const opened = await client.call('unprotect', { stateId: bob, ciphertext });
  expect([text(opened.plaintext), text(opened.authenticatedData)]).toEqual(['late', 'aad']);
  for (const epochId of [6n, 1n]) {
    const { proposal } = await client.call('resumptionPskProposal', { stateId: bob, epochId });
    equal(await commitAll(client, ids, { byReference: [proposal] }));
  }
});

test('rule 6: the tree is where external_tree says', async () => {
  const [alice] = (await groupOf(client, ['alice'])) as [number];

  const inside = await client.call('groupInfo', { stateId: alice });
  const apart = await client.call('groupInfo', { stateId: alice, externalTree: true });
  const extensionsOf = (bytes: Uint8Array) => {
    const message = decode(MLSMessage, bytes, 'group_info');
    return message.wireFormat === 'mls_group_info' ? message.groupInfo.extensions : [];
  };
  expect([inside.ratchetTree.length, extensionBody(extensionsOf(inside.groupInfo), 'ratchet_tree')?.length]).toEqual([0, 1]);
  expect([apart.ratchetTree.length > 0, extensionBody(extensionsOf(apart.groupInfo), 'ratchet_tree')]).toEqual([true, undefined]);
  for (const { groupInfo } of [inside, apart]) expect(extensionBody(extensionsOf(groupInfo), 'external_pub')).toBeDefined();

  const { keyPackage, transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const { welcome, ratchetTree } = await client.call('commit', { stateId: alice, byValue: [describedAs('add', { keyPackage })], externalTree: true });
  expect(await client.failure('joinGroup', { transactionId, welcome })).toMatchObject({ code: status.INVALID_ARGUMENT });
  await client.call('joinGroup', { transactionId, welcome, ratchetTree });
});

test('rule 7 and 15: Commit does not advance, a second one replaces it, and HandlePendingCommit enters the second', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const [before] = await authenticators(client, [alice]);

  const first = await client.call('commit', { stateId: alice });
  const second = await client.call('commit', { stateId: alice, forcePath: true });
  expect(await authenticators(client, [alice])).toEqual([before]);
  await client.call('handlePendingCommit', { stateId: alice });

  expect(first.commit).not.toEqual(second.commit);
  const { epochAuthenticator } = await client.call('handleCommit', { stateId: bob, commit: second.commit });
  expect(await authenticators(client, [alice])).toEqual([epochAuthenticator]);
  expect(await client.failure('handlePendingCommit', { stateId: alice })).toEqual({ code: status.FAILED_PRECONDITION, details: 'no own Commit is pending' });
});

test('rule 7: a member that lost the race drops its own Commit and follows the winner', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const winner = await client.call('commit', { stateId: alice, forcePath: true });
  await client.call('commit', { stateId: bob, forcePath: true });

  await client.call('handlePendingCommit', { stateId: alice });
  await client.call('handleCommit', { stateId: bob, commit: winner.commit });

  equal(await authenticators(client, ids));
  expect(await client.failure('handlePendingCommit', { stateId: bob })).toMatchObject({ code: status.FAILED_PRECONDITION });
  equal(await commitAll(client, [bob, alice], { forcePath: true }));
});

test('rule 7: a member that is handed its own Commit enters it', async () => {
  const ids = await groupOf(client, ['alice', 'bob'], { encrypt: true });
  const [alice, bob] = ids as [number, number];
  const { commit } = await client.call('commit', { stateId: alice, forcePath: true });

  for (const stateId of [alice, bob]) await client.call('handleCommit', { stateId, commit });

  equal(await authenticators(client, ids));
});

test('rule 8: one process hosts many members of one group, and a group id may come again', async () => {
  const groupId = bytes('the same for all');
  const alone = await Promise.all([1, 2, 3].map(() => client.call('createGroup', { groupId, cipherSuite: 1, identity: bytes('alice') })));

  expect(new Set(alone.map(({ stateId }) => stateId)).size).toBe(3);
});

test('rule 8: a reinitialization may keep the group id', async () => {
  const groupId = bytes('kept by its successor');
  const { stateId } = await client.call('createGroup', { groupId, cipherSuite: 1, identity: bytes('alice') });
  const { proposal } = await client.call('reInitProposal', { stateId, cipherSuite: 1, groupId });
  await client.call('reInitCommit', { stateId, byReference: [proposal] });
  const { reinitId } = await client.call('handlePendingReInitCommit', { stateId });

  const successor = await client.call('reInitWelcome', { reinitId });
  expect(successor.stateId).toBe(stateId);
});

test('rule 10: AddExternalSigner appends and keeps the other extensions, and signers are found by key', async () => {
  const ids = await groupOf(client, ['alice', 'bob', 'carol', 'dave']);
  const [alice] = ids as [number];
  const required = { extensionType: 3, extensionData: Uint8Array.of(0, 0, 0) };
  await client.call('commit', { stateId: alice, byValue: [describedAs('groupContextExtensions', { extensions: [required] })] });
  const first = await client.call('handlePendingCommit', { stateId: alice });
  expect(first.stateId).toBe(alice);
  const signers = [await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('one') }), await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('two') })];
  for (const { externalSender } of signers) {
    const { proposal } = await client.call('addExternalSigner', { stateId: alice, externalSender });
    await commitAll(client, [alice], { byReference: [proposal] });
  }

  const { groupInfo, ratchetTree } = await client.call('groupInfo', { stateId: alice, externalTree: true });
  const message = decode(MLSMessage, groupInfo, 'group_info');
  const extensions = message.wireFormat === 'mls_group_info' ? message.groupInfo.groupContext.extensions : [];
  expect(extensions.map(({ extensionType }) => extensionType)).toEqual([3, 5]);
  expect(encode(ExternalSenders, extensionBody(extensions, 'external_senders')!)).toEqual(
    encode(ExternalSenders, signers.map(({ externalSender }) => decode(ExternalSender, externalSender, 'external_sender'))),
  );

  // signer_index is never set, and both find themselves.
  for (const { signerId } of signers) {
    const description = describedAs('remove', { removedId: bytes(signerId === signers[0]!.signerId ? 'bob' : 'carol') });
    const { proposal }: ProposalResponse = await client.call('externalSignerProposal', { signerId, groupInfo, ratchetTree, description });
    await client.call('commit', { stateId: alice, byReference: [proposal] });
  }
});

test('rule 11: remove_prior takes the place of the leaf with the same identity', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const { groupInfo } = await client.call('groupInfo', { stateId: alice });

  const returned = await client.call('externalJoin', { groupInfo, identity: bytes('bob'), removePrior: true });
  expect(await client.failure('handleCommit', { stateId: bob, commit: returned.commit })).toMatchObject({ details: 'removed by this Commit' });
  await client.call('handleCommit', { stateId: alice, commit: returned.commit });

  equal(await authenticators(client, [alice, returned.stateId]));
  expect(await client.failure('externalJoin', { groupInfo, identity: bytes('mallory'), removePrior: true })).toMatchObject({ code: status.FAILED_PRECONDITION });
});

test('rule 12: HandleBranch gives a new id, and the old one may be freed right after', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const { keyPackage, transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const branch = await client.call('createBranch', { stateId: alice, groupId: bytes('branch'), keyPackages: [keyPackage] });

  const joined = await client.call('handleBranch', { stateId: bob, transactionId, welcome: branch.welcome });
  expect(joined.stateId).not.toBe(bob);
  await client.call('free', { stateId: bob });

  equal(await authenticators(client, [branch.stateId, joined.stateId]));
  const { ciphertext } = await client.call('protect', { stateId: joined.stateId, plaintext: bytes('hello') });
  expect(text((await client.call('unprotect', { stateId: branch.stateId, ciphertext })).plaintext)).toBe('hello');
});

test('rule 13: Free succeeds on every live id, once, and nothing is left in the end', async () => {
  const own = await testService();
  const { call, failure } = own.client;
  const [alice] = (await groupOf(own.client, ['alice'])) as [number];
  const { transactionId } = await call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const { signerId } = await call('createExternalSigner', { cipherSuite: 1, identity: bytes('ds') });
  const { proposal } = await call('reInitProposal', { stateId: alice, cipherSuite: 1, groupId: bytes('next') });
  await call('reInitCommit', { stateId: alice, byReference: [proposal] });
  const { reinitId } = await call('handlePendingReInitCommit', { stateId: alice });

  expect(own.entries()).toBe(4);
  for (const stateId of [alice, transactionId, signerId, reinitId]) await call('free', { stateId });

  expect(own.entries()).toBe(0);
  for (const stateId of [alice, transactionId, signerId, reinitId, 0, 99]) expect(await failure('free', { stateId })).toMatchObject({ code: status.NOT_FOUND });
  await own.stop();
});

test('rule 13: epochs, used KeyPackages and finished reinitializations leave nothing behind', async () => {
  const own = await testService();
  const ids = await groupOf(own.client, ['alice', 'bob']);
  for (let i = 0; i < 10; i++) await commitAll(own.client, ids);
  const [alice, bob] = ids as [number, number];
  const { proposal } = await own.client.call('reInitProposal', { stateId: alice, cipherSuite: 1, groupId: bytes('next') });
  const { commit } = await own.client.call('reInitCommit', { stateId: alice, byReference: [proposal] });
  const first = await own.client.call('handlePendingReInitCommit', { stateId: alice });
  const second = await own.client.call('handleReInitCommit', { stateId: bob, commit, proposal: [proposal] });
  const welcomed = await own.client.call('reInitWelcome', { reinitId: first.reinitId, keyPackage: [second.keyPackage] });
  const joined = await own.client.call('handleReInitWelcome', { reinitId: second.reinitId, welcome: welcomed.welcome });

  expect([welcomed.stateId, joined.stateId]).toEqual(ids);
  expect(own.entries()).toBe(2);
  await own.stop();
});

test('a suspended group goes on even when its old id has been freed', async () => {
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const { proposal } = await client.call('reInitProposal', { stateId: alice, cipherSuite: 1, groupId: bytes('next') });
  const { commit } = await client.call('reInitCommit', { stateId: alice, byReference: [proposal] });
  const first = await client.call('handlePendingReInitCommit', { stateId: alice });
  const second = await client.call('handleReInitCommit', { stateId: bob, commit, proposal: [proposal] });
  for (const stateId of ids) await client.call('free', { stateId });

  const welcomed = await client.call('reInitWelcome', { reinitId: first.reinitId, keyPackage: [second.keyPackage] });
  const joined = await client.call('handleReInitWelcome', { reinitId: second.reinitId, welcome: welcomed.welcome });

  expect(ids).not.toContain(welcomed.stateId);
  equal([welcomed.epochAuthenticator, joined.epochAuthenticator]);
  equal(await commitAll(client, [welcomed.stateId, joined.stateId]));
});

test('application data may be sent while a proposal is pending, with a notice in the log', async () => {
  const [alice, bob] = (await groupOf(client, ['alice', 'bob'])) as [number, number];
  await client.call('updateProposal', { stateId: alice });

  const { ciphertext } = await client.call('protect', { stateId: alice, plaintext: bytes('hello') });

  expect(text((await client.call('unprotect', { stateId: bob, ciphertext })).plaintext)).toBe('hello');
  expect(service.logged.some(({ notice }) => notice === 'R-12.4-04')).toBe(true);
});
