/**
 * Hostile calls, made by hand: what each gets for an answer, and that the state it was aimed at is as it was and still works.
 * Every call aims at bob in a group of alice, bob and carol; `mallory` is a stranger.
 */
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteKey } from '../../src/mls/bytes.ts';
import type { Request, Rpc } from '../../src/service/calls.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, testService, text, type TestService } from './support/service.ts';
import type { TestClient } from './support/client.ts';

/** The group before the hostile call, and things lying around that an attacker could use. */
interface Scene {
  readonly alice: number;
  readonly bob: number;
  readonly carol: number;
  /** A Commit of alice, not processed by anyone. */
  readonly commit: Uint8Array;
  /** The Commit that began the epoch before. */
  readonly oldCommit: Uint8Array;
  /** Application data of alice: bob has opened the first, not the second; the third is of the epoch before and opened. */
  readonly opened: Uint8Array;
  readonly unopened: Uint8Array;
  readonly oldOpened: Uint8Array;
  /** A proposal of carol for this epoch, and one for the epoch before. */
  readonly proposal: Uint8Array;
  readonly oldProposal: Uint8Array;
  readonly groupInfo: Uint8Array;
  /** A KeyPackage with the identity of carol. */
  readonly keyPackage: Uint8Array;
  /** A pending join of dave, whom alice's `commit` adds, and the Welcome for him. */
  readonly dave: number;
  readonly welcome: Uint8Array;
  /** A Commit, application data and a GroupInfo of another group, in which bob also is. */
  readonly foreign: { readonly commit: Uint8Array; readonly ciphertext: Uint8Array; readonly groupInfo: Uint8Array; readonly proposal: Uint8Array };
}

type Attack = <R extends Rpc>(rpc: R, request: Partial<Request<R>>) => readonly [Rpc, object];
const attack: Attack = (rpc, request) => [rpc, request];

const flipped = (message: Uint8Array, at: number): Uint8Array => message.with(at < 0 ? message.length + at : at, message.at(at)! ^ 0x40);
const cut = (message: Uint8Array, length: number): Uint8Array => message.slice(0, length < 0 ? message.length + length : length);
const longer = (message: Uint8Array): Uint8Array => Uint8Array.of(...message, 0);

const { INVALID_ARGUMENT, FAILED_PRECONDITION, NOT_FOUND } = status;

const attacks: readonly (readonly [what: string, attack: (scene: Scene) => readonly [Rpc, object], code: status, details: RegExp])[] = [
  ['a truncated Commit', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: cut(commit, -1) }), INVALID_ARGUMENT, /^R-2\.1(\.2)?-0\d: MLSMessage/],
  ['a Commit cut off in its head', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: cut(commit, 3) }), INVALID_ARGUMENT, /^R-2\.1-04: commit at byte 2/],
  ['a Commit with a byte after its end', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: longer(commit) }), INVALID_ARGUMENT, /^R-2\.1-02: MLSMessage/],
  ['a Commit with a bit flipped in its tag', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: flipped(commit, -1) }), INVALID_ARGUMENT, /^R-6\./],
  ['a Commit with a bit flipped in its middle', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: flipped(commit, commit.length >> 1) }), INVALID_ARGUMENT, /^R-\d/],
  ['a Commit with its epoch changed', ({ bob, commit }) => attack('handleCommit', { stateId: bob, commit: flipped(commit, epochAt(commit)) }), INVALID_ARGUMENT, /^R-12\.4\.2-01: a commit of epoch/],
  ['a Commit of the epoch before, replayed', ({ bob, oldCommit }) => attack('handleCommit', { stateId: bob, commit: oldCommit }), INVALID_ARGUMENT, /^R-12\.4\.2-01: a commit of epoch 1, this is epoch 2/],
  ['a Commit of another group', ({ bob, foreign }) => attack('handleCommit', { stateId: bob, commit: foreign.commit }), INVALID_ARGUMENT, /^R-6-08: group [0-9a-f]+/],
  ['the own removal, forged into a foreign Commit', ({ bob, foreign }) => attack('handleCommit', { stateId: bob, commit: flipped(foreign.commit, 5) }), INVALID_ARGUMENT, /^R-\d/],
  ['a truncated message', ({ bob, unopened }) => attack('unprotect', { stateId: bob, ciphertext: cut(unopened, -5) }), INVALID_ARGUMENT, /^R-2\.1(\.2)?-0\d: MLSMessage/],
  ['a message with a bit flipped in its ciphertext', ({ bob, unopened }) => attack('unprotect', { stateId: bob, ciphertext: flipped(unopened, -1) }), INVALID_ARGUMENT, /^R-6\.3/],
  ['a message with a bit flipped in its sender data', ({ bob, unopened, opened }) => attack('unprotect', { stateId: bob, ciphertext: flipped(unopened, senderDataAt(unopened, opened)) }), INVALID_ARGUMENT, /^R-6\.3/],
  ['a message replayed', ({ bob, opened }) => attack('unprotect', { stateId: bob, ciphertext: opened }), INVALID_ARGUMENT, /^R-\d/],
  ['a message of the epoch before, replayed', ({ bob, oldOpened }) => attack('unprotect', { stateId: bob, ciphertext: oldOpened }), INVALID_ARGUMENT, /^R-\d/],
  ['a message of another group', ({ bob, foreign }) => attack('unprotect', { stateId: bob, ciphertext: foreign.ciphertext }), INVALID_ARGUMENT, /^R-6-08: group/],
  ['a message given back to its sender', ({ alice, unopened }) => attack('unprotect', { stateId: alice, ciphertext: unopened }), FAILED_PRECONDITION, /^this message was sent by this member itself$/],
  ['a proposal of the epoch before', ({ bob, oldProposal }) => attack('commit', { stateId: bob, byReference: [oldProposal] }), INVALID_ARGUMENT, /^R-12\.1-03: a proposal of epoch 1/],
  ['a proposal of another group', ({ bob, foreign }) => attack('commit', { stateId: bob, byReference: [foreign.proposal] }), INVALID_ARGUMENT, /^R-6-08: group/],
  ['a proposal with a bit flipped', ({ bob, proposal }) => attack('commit', { stateId: bob, byReference: [proposal, flipped(proposal, -1)] }), INVALID_ARGUMENT, /^R-6\./],
  ['the same proposal twice in one Commit', ({ bob, proposal }) => attack('commit', { stateId: bob, byReference: [proposal, proposal] }), INVALID_ARGUMENT, /^R-12\.2-06: leaf 2/],
  ['the removal of oneself', ({ bob }) => attack('commit', { stateId: bob, byValue: [described('remove', { removedId: bytes('bob') })] }), INVALID_ARGUMENT, /^R-12\.2-05/],
  ['a PSK that nobody stored', ({ bob }) => attack('commit', { stateId: bob, byValue: [described('externalPSK', { pskId: bytes('nobody has it') })] }), FAILED_PRECONDITION, /^R-12\.4\.2-03: the external PSK/],
  ['one member removed twice', ({ bob }) => attack('commit', { stateId: bob, byValue: [described('remove', { removedId: bytes('carol') }), described('remove', { removedId: bytes('carol') })] }), INVALID_ARGUMENT, /^R-12\.2-06: leaf 2/],
  ['a member added once more', ({ bob, keyPackage }) => attack('commit', { stateId: bob, byValue: [described('add', { keyPackage })] }), INVALID_ARGUMENT, /^R-12\.2-09/],
  ['a KeyPackage with a bit flipped', ({ bob, keyPackage }) => attack('addProposal', { stateId: bob, keyPackage: flipped(keyPackage, -1) }), INVALID_ARGUMENT, /^R-10-06/],
  ['a Welcome with a bit flipped', ({ dave, welcome }) => attack('joinGroup', { transactionId: dave, welcome: flipped(welcome, -1) }), INVALID_ARGUMENT, /^R-12\.4\.3\.1-/],
  ['a Welcome for somebody else', ({ dave, welcome }) => attack('joinGroup', { transactionId: dave, welcome: flipped(welcome, 12) }), INVALID_ARGUMENT, /^R-12\.4\.3\.1-02/],
  ['a GroupInfo with a bit flipped', ({ groupInfo }) => attack('externalJoin', { groupInfo: flipped(groupInfo, -1), identity: bytes('mallory') }), INVALID_ARGUMENT, /^R-\d/],
  ['the resync of somebody who is no member', ({ groupInfo }) => attack('externalJoin', { groupInfo, identity: bytes('mallory'), removePrior: true }), FAILED_PRECONDITION, /no leaf in the group to remove$/],
  ['a state that is not there', () => attack('handleCommit', { stateId: 123_456_789 }), NOT_FOUND, /^no group state has id 123456789$/],
  ['the pending join of somebody, used as a state', ({ dave }) => attack('export', { stateId: dave, label: 'x', keyLength: 32 }), NOT_FOUND, /it is that of a pending join$/],
];

/** The last byte of the epoch, which follows the group id. */
const epochAt = (message: Uint8Array): number => 5 + message[4]! + 7;
/** Where two messages of one sender and epoch begin to differ: in the encrypted sender data. */
const senderDataAt = (a: Uint8Array, b: Uint8Array): number => a.findIndex((byte, i) => byte !== b[i]);

let service: TestService;
let client: TestClient;
beforeAll(async () => {
  service = await testService();
  ({ client } = service);
  return async () => void (await service.stop());
});

async function scene(): Promise<Scene> {
  const ids = await groupOf(client, ['alice', 'bob', 'carol']);
  const [alice, bob, carol] = ids as [number, number, number];
  const oldOpened = (await client.call('protect', { stateId: alice, plaintext: bytes('old') })).ciphertext;
  await client.call('unprotect', { stateId: bob, ciphertext: oldOpened });
  const oldProposal = (await client.call('updateProposal', { stateId: carol })).proposal;
  const oldCommit = (await client.call('commit', { stateId: alice, forcePath: true })).commit;
  await client.call('handlePendingCommit', { stateId: alice });
  for (const stateId of [bob, carol]) await client.call('handleCommit', { stateId, commit: oldCommit });

  const opened = (await client.call('protect', { stateId: alice, plaintext: bytes('first') })).ciphertext;
  await client.call('unprotect', { stateId: bob, ciphertext: opened });
  const unopened = (await client.call('protect', { stateId: alice, plaintext: bytes('second') })).ciphertext;
  const { proposal } = await client.call('updateProposal', { stateId: carol });
  const { groupInfo } = await client.call('groupInfo', { stateId: alice });
  const { keyPackage } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('carol') });
  const dave = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('dave') });
  const { commit, welcome } = await client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage: dave.keyPackage })], forcePath: true });

  const [eve] = (await groupOf(client, ['eve', 'bob'])) as [number];
  const foreign = {
    commit: (await client.call('commit', { stateId: eve, forcePath: true })).commit,
    ciphertext: (await client.call('protect', { stateId: eve, plaintext: bytes('foreign') })).ciphertext,
    groupInfo: (await client.call('groupInfo', { stateId: eve })).groupInfo,
    proposal: (await client.call('updateProposal', { stateId: eve })).proposal,
  };
  return { alice, bob, carol, commit, oldCommit, opened, unopened, oldOpened, proposal, oldProposal, groupInfo, keyPackage, dave: dave.transactionId, welcome, foreign };
}

/** The history as it would have gone on without the attack. */
async function goesOn({ alice, bob, carol, commit, unopened, dave, welcome }: Scene): Promise<void> {
  expect(text((await client.call('unprotect', { stateId: bob, ciphertext: unopened })).plaintext)).toBe('second');
  await client.call('handlePendingCommit', { stateId: alice });
  for (const stateId of [bob, carol]) await client.call('handleCommit', { stateId, commit });
  const { stateId } = await client.call('joinGroup', { transactionId: dave, welcome });
  const all = [alice, bob, carol, stateId];
  expect(new Set((await authenticators(client, all)).map(byteKey)).size).toBe(1);
  const { proposal } = await client.call('updateProposal', { stateId: carol });
  await commitAll(client, [bob, alice, carol, stateId], { byReference: [proposal] });
}

describe('a hostile call gets a clear answer and changes nothing', () => {
  const table: string[] = [];

  test.each(attacks)('%s', async (what, make, code, details) => {
    const before = await scene();
    const members = [before.alice, before.bob, before.carol];
    const epoch = await authenticators(client, members);
    const entries = service.entries();

    const [rpc, request] = make(before);
    const answer = await client.failure(rpc, request);
    table.push(`| ${what} | ${rpc} | ${status[answer.code]} | ${answer.details.slice(0, 110)} |`);

    expect({ ...answer, code: status[answer.code] }).toEqual({ code: status[code], details: expect.stringMatching(details) as string });
    expect(await authenticators(client, members)).toEqual(epoch);
    expect(service.entries()).toBe(entries);
    await goesOn(before);
  });

  afterAll(() => {
    expect(service.logged.filter(({ level }) => level === 50)).toEqual([]);
    if (process.env['SHOW'] !== undefined) console.log(['| call | rpc | status | message |', '|---|---|---|---|', ...table].join('\n'));
  });
});

test('every byte of a Commit, flipped, is refused, and the Commit is accepted afterwards', async () => {
  const before = await scene();
  const { bob, commit } = before;

  for (let at = 0; at < commit.length; at += 3) {
    const answer = await client.failure('handleCommit', { stateId: bob, commit: flipped(commit, at) });
    expect([INVALID_ARGUMENT, FAILED_PRECONDITION], `byte ${at}: ${answer.details}`).toContain(answer.code);
  }

  await goesOn(before);
});
