/** Many callers of one service: states do not disturb each other, calls on one state do not overtake each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { byteKey } from '../../src/mls/bytes.ts';
import { connect } from './support/client.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, testService, text, type TestService } from './support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await testService();
  return async () => void (await service.stop());
});
afterAll(() => expect(service.logged.filter(({ level }) => level === 50)).toEqual([]));

test('8 runners at once, each with groups of its own', async () => {
  const runner = async (n: number): Promise<void> => {
    using client = connect(service.address);
    const ids = await groupOf(client, [`alice ${n}`, `bob ${n}`, `carol ${n}`], { encrypt: n % 2 === 0 });
    for (let i = 0; i < 5; i++) {
      const { proposal } = await client.call('updateProposal', { stateId: ids[1]! });
      const values = await commitAll(client, ids, { byReference: [proposal] });
      expect(new Set(values.map(byteKey)).size).toBe(1);
      const { ciphertext } = await client.call('protect', { stateId: ids[0]!, plaintext: bytes(`${n}, ${i}`) });
      expect(text((await client.call('unprotect', { stateId: ids[2]!, ciphertext })).plaintext)).toBe(`${n}, ${i}`);
    }
    for (const stateId of ids) await client.call('free', { stateId });
  };

  await Promise.all(Array.from({ length: 8 }, (_, n) => runner(n)));
});

test('calls on one state run in the order they came: 50 messages at once have 50 keys, and a proposal is known to the Commit after it', async () => {
  const { client } = service;
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];

  const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => client.call('protect', { stateId: alice, plaintext: bytes(String(i)) })));
  const opened = await Promise.all(sent.map(({ ciphertext }) => client.call('unprotect', { stateId: bob, ciphertext })));
  expect(opened.map(({ plaintext }) => text(plaintext))).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));

  const proposals = await Promise.all(Array.from({ length: 5 }, () => client.call('resumptionPskProposal', { stateId: alice, epochId: 1n })));
  const values = await commitAll(client, ids, { byReference: proposals.map(({ proposal }) => proposal) });
  expect(values[0]).toEqual(values[1]);
});

test('commits at once on one state: each begins in the epoch that the one before it left', async () => {
  const { client } = service;
  const [alice] = (await groupOf(client, ['alice'])) as [number];

  const calls = Array.from({ length: 10 }, () => [client.call('commit', { stateId: alice }), client.call('handlePendingCommit', { stateId: alice })] as const);

  const epochs = await Promise.all(calls.map(([, pending]) => pending));
  expect(new Set(epochs.map(({ epochAuthenticator }) => byteKey(epochAuthenticator))).size).toBe(10);
});

test('a caller that leaves in the middle of a call leaves the state as it was, and the same call can be made again', async () => {
  const { client } = service;
  const ids = await groupOf(client, ['alice', 'bob'], { encrypt: true });
  const [alice, bob] = ids as [number, number];
  const { keyPackage, transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('carol') });
  const { commit, welcome } = await client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage })], forcePath: true });
  await client.call('handlePendingCommit', { stateId: alice });
  const entries = service.entries();

  const left = { handleCommit: 0, joinGroup: 0 };
  for (let delay = 0; delay < 12; delay++) {
    using leaving = connect(service.address);
    await leaving.call('name');
    const abort = new AbortController();
    const calls = [
      leaving.call('handleCommit', { stateId: bob, commit }, { signal: abort.signal }).then(() => 'done', () => void left.handleCommit++),
      leaving.call('joinGroup', { transactionId, welcome }, { signal: abort.signal }).then(() => 'done', () => void left.joinGroup++),
    ];
    await sleep(delay / 4);
    abort.abort();
    if ((await Promise.all(calls)).includes('done')) break;
  }
  expect(left.handleCommit + left.joinGroup).toBeGreaterThan(0);

  // Whoever was not answered asks again.
  await client.call('handleCommit', { stateId: bob, commit }).catch(() => undefined);
  const joined = await client.call('joinGroup', { transactionId, welcome }).catch(() => undefined);
  const all = joined === undefined ? ids : [...ids, joined.stateId];
  expect(new Set((await authenticators(client, all)).map(byteKey)).size).toBe(1);
  // Whichever of the calls was carried out, the pending join has become a state, and only one.
  expect(service.entries()).toBe(entries);
});

test('callers that leave while groups and KeyPackages are made leave nothing but what the log says was made, and others are served meanwhile', async () => {
  const { client } = service;
  const [entries, lines] = [service.entries(), service.logged.length];
  const leaves = async (n: number): Promise<void> => {
    using leaving = connect(service.address);
    await leaving.call('name');
    const abort = new AbortController();
    const calls = [leaving.call('createGroup', { groupId: bytes(`left ${n}`), cipherSuite: 1, identity: bytes('alice') }, abort), leaving.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') }, abort)];
    await sleep(n / 8);
    abort.abort();
    await Promise.allSettled(calls);
  };
  const stays = async (n: number): Promise<void> => {
    const ids = await groupOf(client, [`stays ${n}`, `stays, too ${n}`]);
    const [value, other] = await commitAll(client, ids, { forcePath: true });
    expect(value).toEqual(other);
    for (const stateId of ids) await client.call('free', { stateId });
  };

  await Promise.all([...Array.from({ length: 40 }, (_, n) => leaves(n)), ...Array.from({ length: 5 }, (_, n) => stays(n))]);

  const seen = (rpc: string, wanted: string): number => service.logged.slice(lines).filter((line) => line['rpc'] === rpc && line['status'] === wanted).length;
  const left = () => seen('CreateGroup', 'CANCELLED') + seen('CreateKeyPackage', 'CANCELLED');
  // Calls that were on their way when their caller left may come later, or never: until one was seen, more leave.
  for (let n = 40; left() === 0; n++) await leaves(n % 40);
  // Each of the others joins once, which turns its pending join into a state; all of theirs are freed.
  await vi.waitFor(() => expect(service.entries() - entries).toBe(seen('CreateGroup', 'OK') - 5 + seen('CreateKeyPackage', 'OK') - 5), { timeout: 60_000 });
});

test('a state that is freed while calls on it wait: those before the Free are answered, those after it find nothing', async () => {
  const { client } = service;
  const [alice] = (await groupOf(client, ['alice'])) as [number];

  const before = [client.call('commit', { stateId: alice, forcePath: true }), client.call('stateAuth', { stateId: alice })];
  const freeing = client.call('free', { stateId: alice });
  const after = client.failure('stateAuth', { stateId: alice });

  await Promise.all([...before, freeing]);
  expect(await after).toMatchObject({ code: status.NOT_FOUND });
});

test('200 callers at once', async () => {
  const { client } = service;
  const entries = service.entries();
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => client.call('createGroup', { groupId: bytes(`solo ${n}`), cipherSuite: 1, identity: bytes('alice') })));

  const values = await authenticators(client, ids.map(({ stateId }) => stateId));
  expect(new Set(values.map(byteKey)).size).toBe(200);
  expect(service.entries()).toBe(entries + 200);
  await Promise.all(ids.map(({ stateId }) => client.call('free', { stateId })));
  expect(service.entries()).toBe(entries);
});
