/** What each rpc answers when it succeeds and when it does not. */
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MLSClientService } from '../../src/generated/mls_client.ts';
import type { Request, Rpc } from '../../src/service/calls.ts';
import type { TestClient } from './support/client.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, testService, type TestService } from './support/service.ts';

let service: TestService;
let client: TestClient;
beforeAll(async () => {
  service = await testService({ suites: [1, 2], limits: { maxPsks: 3, maxMessageBytes: 200_000 } });
  ({ client } = service);
  return async () => void (await service.stop());
});

const rpcs = Object.keys(MLSClientService) as Rpc[];

describe('an id that names nothing is NOT_FOUND', () => {
  const nothing = 4_000_000_000;
  const fields = ['stateId', 'transactionId', 'reinitId', 'signerId', 'stateOrTransactionId'];
  const withId = rpcs.flatMap((rpc) => {
    const empty = MLSClientService[rpc].requestDeserialize(Buffer.alloc(0));
    return fields.filter((field) => field in empty).map((field): [Rpc, string] => [rpc, field]);
  });

  test('there are 27 rpcs with an id, one of them with two', () => expect(withId).toHaveLength(28));

  test.each(withId)('%s, %s', async (rpc, field) => {
    const [stateId] = await groupOf(client, ['alice']);
    for (const id of [0, nothing]) {
      const seen = await client.failure(rpc, { ...(rpc === 'handleBranch' && { stateId: stateId! }), [field]: id });
      expect(seen).toMatchObject({ code: status.NOT_FOUND, details: expect.stringMatching(new RegExp(`^no [a-z ]+ has id ${id}$`)) as string });
    }
  });

  test('an id of another kind says what it names', async () => {
    const { transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });

    expect(await client.failure('stateAuth', { stateId: transactionId })).toEqual({
      code: status.NOT_FOUND,
      details: `no group state has id ${transactionId}; it is that of a pending join`,
    });
  });
});

describe('bytes that are no MLS object are INVALID_ARGUMENT, with the requirement and the place', () => {
  const garbage = Uint8Array.of(0, 1, 0, 9, 1, 2, 3);
  const cut = Uint8Array.of(0, 1, 0);
  let alice: number;
  let transactionId: number;
  beforeAll(async () => {
    [alice] = (await groupOf(client, ['alice'])) as [number];
    ({ transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') }));
  });

  const cases: { [R in Rpc]?: (b: Uint8Array) => Partial<Request<R>> } = {
    joinGroup: (welcome) => ({ transactionId, welcome }),
    externalJoin: (groupInfo) => ({ groupInfo }),
    unprotect: (ciphertext) => ({ stateId: alice, ciphertext }),
    addProposal: (keyPackage) => ({ stateId: alice, keyPackage }),
    commit: (proposal) => ({ stateId: alice, byReference: [proposal] }),
    handleCommit: (commit) => ({ stateId: alice, commit }),
    reInitCommit: (keyPackage) => ({ stateId: alice, byValue: [described('add', { keyPackage })] }),
    handleReInitCommit: (commit) => ({ stateId: alice, commit }),
    createBranch: (keyPackage) => ({ stateId: alice, keyPackages: [keyPackage] }),
    handleBranch: (welcome) => ({ stateId: alice, transactionId, welcome }),
    newMemberAddProposal: (groupInfo) => ({ groupInfo }),
  };

  test.each(Object.keys(cases) as (keyof typeof cases)[])('%s', async (rpc) => {
    const request = cases[rpc] as (b: Uint8Array) => object;
    expect(await client.failure(rpc, request(garbage))).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^R-6-05: \S+ at byte 4: unknown value 9$/) as string });
    expect(await client.failure(rpc, request(cut))).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^R-2\.1-04: \S+ at byte 2: needs 2 bytes, 1 are left$/) as string });
    expect(await client.failure(rpc, request(new Uint8Array(0)))).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^R-2\.1-04: /) as string });
  });

  test('AddExternalSigner', async () => {
    expect(await client.failure('addExternalSigner', { stateId: alice, externalSender: Uint8Array.of(5, 1) })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/^R-2\.1\.2-07: external_sender\.signatureKey/) as string,
    });
  });

  test('a tree', async () => {
    const { groupInfo } = await client.call('groupInfo', { stateId: alice, externalTree: true });
    expect(await client.failure('externalJoin', { groupInfo, identity: bytes('bob'), ratchetTree: Uint8Array.of(1, 7) })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/^R-2\.1\.1-02: /) as string,
    });
  });
});

describe('an MLS object of the wrong kind is INVALID_ARGUMENT, and uses nothing up', () => {
  test('a Commit where application data is wanted, and the Commit still works', async () => {
    const [alice, bob] = (await groupOf(client, ['alice', 'bob'], { encrypt: true })) as [number, number];
    const { commit } = await client.call('commit', { stateId: alice, forcePath: true });
    const { ciphertext } = await client.call('protect', { stateId: alice, plaintext: bytes('hello') });
    const { proposal } = await client.call('updateProposal', { stateId: alice });

    expect(await client.failure('unprotect', { stateId: bob, ciphertext: commit })).toEqual({ code: status.INVALID_ARGUMENT, details: 'ciphertext holds a Commit, not application data' });
    expect(await client.failure('handleCommit', { stateId: bob, commit: ciphertext })).toEqual({ code: status.INVALID_ARGUMENT, details: 'commit holds application data, not a Commit' });
    expect(await client.failure('handleCommit', { stateId: bob, commit, proposal: [ciphertext] })).toEqual({ code: status.INVALID_ARGUMENT, details: 'proposal[0] holds application data, not a Proposal' });
    expect(await client.failure('commit', { stateId: bob, byReference: [proposal, commit] })).toEqual({ code: status.INVALID_ARGUMENT, details: 'by_reference[1] holds a Commit, not a Proposal' });

    await client.call('unprotect', { stateId: bob, ciphertext });
    await client.call('handleCommit', { stateId: bob, commit });
  });

  test.each<[Rpc, string]>([
    ['joinGroup', 'welcome holds a KeyPackage, not a Welcome'],
    ['externalJoin', 'group_info holds a KeyPackage, not a GroupInfo'],
    ['newMemberAddProposal', 'group_info holds a KeyPackage, not a GroupInfo'],
  ])('a KeyPackage in %s', async (rpc, details) => {
    const { keyPackage, transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });

    expect(await client.failure(rpc, { transactionId, welcome: keyPackage, groupInfo: keyPackage } as never)).toEqual({ code: status.INVALID_ARGUMENT, details });
  });

  test('a GroupInfo in AddProposal', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const { groupInfo } = await client.call('groupInfo', { stateId });

    expect(await client.failure('addProposal', { stateId, keyPackage: groupInfo })).toEqual({ code: status.INVALID_ARGUMENT, details: 'key_package holds a GroupInfo, not a KeyPackage' });
  });
});

describe('fields that no state could make right are INVALID_ARGUMENT', () => {
  test('an extension type of more than 16 bits', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const extensions = [{ extensionType: 0x10000, extensionData: new Uint8Array(0) }];

    expect(await client.failure('groupContextExtensionsProposal', { stateId, extensions })).toEqual({ code: status.INVALID_ARGUMENT, details: 'extension_type 65536 does not fit in 16 bits' });
  });

  test('an exported secret longer than the KDF makes', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];

    expect((await client.call('export', { stateId, label: 'label', keyLength: 255 * 32 })).exportedSecret).toHaveLength(8160);
    expect((await client.call('export', { stateId, label: 'label', keyLength: 0 })).exportedSecret).toHaveLength(0);
    expect(await client.failure('export', { stateId, label: 'label', keyLength: 255 * 32 + 1 })).toEqual({
      code: status.INVALID_ARGUMENT,
      details: 'key_length is 8161; cipher suite 1 exports at most 8160 bytes',
    });
  });

  test('another identity than that of the KeyPackage', async () => {
    const { transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });

    expect(await client.failure('joinGroup', { transactionId, identity: bytes('carol') })).toEqual({
      code: status.INVALID_ARGUMENT,
      details: 'identity is not the one that the KeyPackage was made for',
    });
  });

  test('an external signer of another suite, and no description', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const { signerId, externalSender } = await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('ds') });
    const other = await client.call('createExternalSigner', { cipherSuite: 2, identity: bytes('ds') });
    const { proposal } = await client.call('addExternalSigner', { stateId, externalSender });
    await commitAll(client, [stateId], { byReference: [proposal] });
    const { groupInfo } = await client.call('groupInfo', { stateId, externalTree: true });

    expect(await client.failure('externalSignerProposal', { signerId: other.signerId, groupInfo })).toEqual({ code: status.INVALID_ARGUMENT, details: 'the group has cipher suite 1, the signer 2' });
    expect(await client.failure('externalSignerProposal', { signerId, groupInfo })).toEqual({ code: status.INVALID_ARGUMENT, details: 'description is missing' });
    expect(await client.failure('externalSignerProposal', { signerId, groupInfo, description: described('remove', { removedId: bytes('alice') }) })).toEqual({
      code: status.INVALID_ARGUMENT,
      details: 'a Remove needs the ratchet_tree',
    });
  });
});

describe('the wrong moment is FAILED_PRECONDITION', () => {
  let alice: number;
  beforeAll(async () => void ([alice] = (await groupOf(client, ['alice'])) as [number]));

  test.each<[string, Rpc, object, string | RegExp]>([
    ['no Commit is pending', 'handlePendingCommit', {}, 'no own Commit is pending'],
    ['no Commit of a ReInit is pending', 'handlePendingReInitCommit', {}, 'no own Commit is pending'],
    ['a ReInitCommit without a ReInit', 'reInitCommit', {}, 'this Commit covers no ReInit'],
    ['nobody has that identity', 'removeProposal', { removedId: bytes('nobody') }, 'no member of the group has the identity removed_id'],
    ['an epoch whose PSK is not kept', 'resumptionPskProposal', { epochId: 77n }, 'the resumption PSK of epoch 77 is not kept'],
  ])('%s', async (_, rpc, request, details) => {
    const before = await authenticators(client, [alice]);

    expect(await client.failure(rpc, { stateId: alice, ...request })).toEqual({ code: status.FAILED_PRECONDITION, details });

    expect(await authenticators(client, [alice])).toEqual(before);
  });

  test('a Commit by reference that holds no ReInit is refused by HandleReInitCommit, and HandleCommit takes it afterwards', async () => {
    const ids = await groupOf(client, ['alice', 'bob'], { encrypt: true });
    const [first, second] = ids as [number, number];
    const { commit } = await client.call('commit', { stateId: first, forcePath: true });
    await client.call('handlePendingCommit', { stateId: first });

    expect(await client.failure('handleReInitCommit', { stateId: second, commit })).toEqual({ code: status.FAILED_PRECONDITION, details: 'this Commit covers no ReInit' });
    await client.call('handleCommit', { stateId: second, commit });

    const [a, b] = await authenticators(client, ids);
    expect(a).toEqual(b);
  });

  test('a group that was reinitialized sends nothing any more', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const { proposal } = await client.call('reInitProposal', { stateId, cipherSuite: 2, groupId: bytes('next') });
    await client.call('reInitCommit', { stateId, byReference: [proposal] });
    await client.call('handlePendingReInitCommit', { stateId });

    for (const rpc of ['updateProposal', 'commit', 'protect'] as const) {
      expect(await client.failure(rpc, { stateId })).toEqual({ code: status.FAILED_PRECONDITION, details: 'R-12.4.2-11: this group was reinitialized: it sends no more messages' });
    }
  });

  test('a signer that the group does not list', async () => {
    const { signerId } = await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('ds') });
    const { groupInfo } = await client.call('groupInfo', { stateId: alice });

    expect(await client.failure('externalSignerProposal', { signerId, groupInfo })).toEqual({
      code: status.FAILED_PRECONDITION,
      details: 'R-12.1.8-01: the group does not list this signer in external_senders',
    });
  });
});

describe('what is not supported is UNIMPLEMENTED', () => {
  test.each<[Rpc, object]>([
    ['createGroup', { cipherSuite: 3 }],
    ['createKeyPackage', { cipherSuite: 0x4e }],
    ['createExternalSigner', { cipherSuite: 0xffff_ffff }],
  ])('a suite that is not offered, in %s', async (rpc, request) => {
    const { cipherSuite } = request as { cipherSuite: number };
    expect(await client.failure(rpc, request)).toEqual({ code: status.UNIMPLEMENTED, details: `cipher suite ${cipherSuite} is not offered here, only 1, 2` });
  });

  test('a reinitialization to a suite that is not offered; the state stays', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const { proposal } = await client.call('reInitProposal', { stateId, cipherSuite: 3, groupId: bytes('next') });
    await client.call('reInitCommit', { stateId, byReference: [proposal] });

    expect(await client.failure('handlePendingReInitCommit', { stateId })).toMatchObject({ code: status.UNIMPLEMENTED });
    await client.call('protect', { stateId, plaintext: bytes('still here') });
  });

  test('cipher suite 65,536 in a ReInit is no number of a suite at all', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];
    const refused = { code: status.INVALID_ARGUMENT, details: 'cipher_suite is 65536, the highest is 65535' };

    expect(await client.failure('reInitProposal', { stateId, cipherSuite: 0x1_0000, groupId: bytes('next') })).toEqual(refused);
    expect(await client.failure('commit', { stateId, byValue: [described('reinit', { cipherSuite: 0x1_0000, groupId: bytes('next') })] })).toEqual(refused);
    await client.call('reInitProposal', { stateId, cipherSuite: 0xffff, groupId: bytes('next') });
  });

  test.each(['update', 'Add', '', '\ud800', 'x'.repeat(5000)])('the proposal word %j', async (word) => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];

    const seen = await client.failure('commit', { stateId, byValue: [described(word)] });

    expect(seen.code).toBe(status.UNIMPLEMENTED);
    expect(seen.details).toMatch(/^proposal_type ".{0,40}" is none of add, remove, externalPSK, /);
  });
});

describe('what is too much is RESOURCE_EXHAUSTED', () => {
  test('external PSKs, but not the same one again', async () => {
    const [id] = (await groupOf(client, ['alice'])) as [number];
    const store = (n: number) => ({ stateOrTransactionId: id, pskId: Uint8Array.of(n), pskSecret: bytes('secret') });
    for (const n of [1, 2, 3, 3, 1]) await client.call('storePsk', store(n));

    expect(await client.failure('storePsk', store(4))).toEqual({ code: status.RESOURCE_EXHAUSTED, details: '--max-psks allows 3 external PSKs, and so many are stored' });
  });

  test('a request', async () => {
    const [stateId] = (await groupOf(client, ['alice'])) as [number];

    expect(await client.failure('protect', { stateId, plaintext: new Uint8Array(300_000) })).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test.each<[string, Partial<Parameters<typeof testService>[0]>, (own: TestService) => Promise<{ code: number; details: string }>, string | RegExp]>([
    [
      'group states',
      { limits: { maxStates: 2 } },
      async ({ client: own }) => {
        await groupOf(own, ['alice', 'bob']);
        return own.failure('createGroup', { cipherSuite: 1 });
      },
      '--max-states allows 2 group states, and so many are alive; Free one',
    ],
    [
      'pending joins',
      { limits: { maxPendingJoins: 1 } },
      async ({ client: own }) => {
        const { signerId } = await own.call('createExternalSigner', { cipherSuite: 1 });
        await own.call('free', { stateId: signerId });
        await own.call('createKeyPackage', { cipherSuite: 1 });
        return own.failure('createKeyPackage', { cipherSuite: 1 });
      },
      '--max-pending-joins allows 1 pending joins, suspended groups and external signers, and so many are alive; Free one',
    ],
  ])('%s', async (_, options, run, details) => {
    const own = await testService(options);

    expect(await run(own)).toEqual({ code: status.RESOURCE_EXHAUSTED, details });

    await own.stop();
  });

  test('a join with no room for its state leaves the KeyPackage as it was', async () => {
    const own = await testService({ limits: { maxStates: 1 } });
    const [alice] = (await groupOf(own.client, ['alice'])) as [number];
    const { keyPackage, transactionId } = await own.client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
    const { welcome } = await own.client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage })] });

    expect(await own.client.failure('joinGroup', { transactionId, welcome })).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    await own.client.call('free', { stateId: alice });
    await own.client.call('joinGroup', { transactionId, welcome });
    await own.stop();
  });
});

afterAll(() => {
  const called = new Set(service.logged.filter(({ status: answer }) => answer !== undefined).map(({ rpc }) => rpc));
  const unseen = Object.values(MLSClientService).map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).filter((rpc) => !called.has(rpc) && rpc !== 'Name' && rpc !== 'SupportedCiphersuites');
  expect(unseen, 'rpcs that this file never calls').toEqual([]);
  expect(service.logged.filter(({ level }) => level === 50), 'bugs').toEqual([]);
});
