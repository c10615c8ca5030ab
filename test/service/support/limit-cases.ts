/** For each limit of `serve` what a caller sees past it: as many as it says are taken, and then the call that is refused. */
import { expect, vi } from 'vitest';
import { byteKey } from '../../../src/mls/bytes.ts';
import { portableProvider } from '../../../src/mls/crypto/portable/provider.ts';
import type { Rpc } from '../../../src/service/calls.ts';
import { defaultLimits, type ServiceLimits } from '../../../src/service/options.ts';
import { connect, type TestClient } from './client.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, testService, text, type TestOptions, type TestService } from './service.ts';

export interface Failure {
  readonly code: number;
  readonly details: string;
}

export interface LimitCase {
  readonly flag: string;
  /** What the option is set to. */
  readonly value: number;
  /** Uses the limit up, goes past it and on after it; gives what the call past it met with. */
  past(): Promise<Failure>;
}

type Engine = ServiceLimits['engine'];

/** A service of its own for one case. */
async function withService<T>(limits: Partial<ServiceLimits>, work: (client: TestClient, service: TestService) => Promise<T>, options: Omit<TestOptions, 'limits'> = {}): Promise<T> {
  const service = await testService({ ...options, limits });
  try {
    return await work(service.client, service);
  } finally {
    await service.stop();
  }
}

const withEngine = <T>(engine: Partial<Engine>, work: (client: TestClient, service: TestService) => Promise<T>): Promise<T> =>
  withService({ engine: { ...defaultLimits.engine, ...engine } }, work);

/** The failure of a call that leaves all as it was: the states `ids` and the number of entries. */
async function refused({ client, entries }: TestService, ids: readonly number[], call: () => Promise<unknown>): Promise<Failure> {
  const seen = async () => [entries(), ...(await authenticators(client, ids)).map(byteKey)];
  const before = await seen();
  const failure = await failureOf(call);
  expect(await seen()).toEqual(before);
  return failure;
}

const failureOf = (call: () => Promise<unknown>): Promise<Failure> =>
  call().then(
    () => Promise.reject(new Error('the call succeeded')),
    ({ code, details }: Failure) => ({ code, details }),
  );

const sent = async ({ call }: TestClient, stateId: number, count: number): Promise<Uint8Array[]> => {
  const messages = [];
  for (let i = 0; i < count; i++) messages.push((await call('protect', { stateId, plaintext: bytes(String(i)) })).ciphertext);
  return messages;
};

const pairOf = async (client: TestClient): Promise<[number, number]> => (await groupOf(client, ['alice', 'bob'])) as [number, number];
const alone = async (client: TestClient): Promise<number> => (await groupOf(client, ['alice']))[0]!;
const keyPackageOf = (client: TestClient, name: string) => client.call('createKeyPackage', { cipherSuite: 1, identity: bytes(name) });

/** Holds the clock of the lifetimes: time passes when it is told to, however long the calls take. */
function heldClock(): Disposable & { pass(seconds: number): void } {
  let now = performance.now();
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now);
  return { pass: (seconds) => void (now += seconds * 1000), [Symbol.dispose]: () => spy.mockRestore() };
}

/** With it a Commit takes some milliseconds. */
const slow = { crypto: portableProvider() };

const around: readonly LimitCase[] = [
  {
    flag: '--max-message-bytes',
    value: 10_000,
    past: () =>
      withService({ maxMessageBytes: 10_000 }, async (client, service) => {
        const stateId = await alone(client);
        // The fields around the data take 6 bytes.
        const plaintext = (length: number) => client.call('protect', { stateId, plaintext: new Uint8Array(length) });
        await plaintext(9_995);
        const failure = await refused(service, [stateId], () => plaintext(9_996));
        await plaintext(9_995);
        return failure;
      }),
  },
  {
    flag: '--max-fields',
    value: 100,
    past: () => unknownFields('name', { maxFields: 100 }, (count) => Array.from({ length: count }, () => [0x7a, 0]).flat(), 100),
  },
  {
    flag: '--max-nesting',
    value: 100,
    past: () => unknownFields('name', { maxNesting: 100 }, (count) => [...Array<number>(count).fill(0x7b), ...Array<number>(count).fill(0x7c)], 100),
  },
  {
    flag: '--max-concurrent-calls',
    value: 2,
    past: () =>
      withService({ maxConcurrentCalls: 2 }, async (client, service) => {
        const stateId = await alone(client);
        // Of one connection no more calls than that are even begun.
        using other = connect(service.address);
        const before = service.entries();
        for (;;) {
          const failures = await failuresOf([...commits(client, stateId, 2), ...commits(other, stateId, 1)]);
          expect(failures.length).toBeLessThan(2);
          if (failures.length === 0) continue;
          expect(service.entries()).toBe(before);
          await client.call('handlePendingCommit', { stateId });
          return failures[0]!;
        }
      }, slow),
  },
  {
    flag: '--max-call-seconds',
    value: 1,
    past: () =>
      withService({ maxCallSeconds: 1 }, async (client, service) => {
        const stateId = await alone(client);
        const [before] = await authenticators(client, [stateId]);
        // Calls on one state wait for each other.
        for (let count = 128; ; count *= 2) {
          const failures = await failuresOf(commits(client, stateId, count));
          if (failures.length === 0) continue;
          expect(new Set(failures.map(({ details }) => details)).size).toBe(1);
          expect(service.entries()).toBe(1);
          expect(await authenticators(client, [stateId])).toEqual([before]);
          return failures[0]!;
        }
      }, slow),
  },
  {
    flag: '--stop-grace-seconds',
    value: 1,
    async past() {
      for (let count = 128; ; count *= 2) {
        const failures = await withService({ stopGraceSeconds: 1 }, async (client, service) => {
          const calls = failuresOf(commits(client, await alone(client), count));
          // Calls of one connection come in the order they were made: when this one is answered, those before it have begun.
          await client.call('name');
          const cutOff = await service.stop();
          expect(await calls).toHaveLength(cutOff);
          return calls;
        }, slow);
        if (failures.length === 0) continue;
        expect(new Set(failures.map(({ details }) => details)).size).toBe(1);
        return failures[0]!;
      }
    },
  },
];

/** So many calls at once on one state, which work on it one after the other. */
const commits = ({ call }: TestClient, stateId: number, count: number): Promise<unknown>[] => Array.from({ length: count }, () => call('commit', { stateId, forcePath: true }));

async function failuresOf(calls: readonly Promise<unknown>[]): Promise<Failure[]> {
  const settled = await Promise.allSettled(calls);
  return settled.flatMap((one) => (one.status === 'rejected' ? [{ code: (one.reason as Failure).code, details: (one.reason as Failure).details }] : []));
}

function unknownFields(rpc: Rpc, limits: Partial<ServiceLimits>, fields: (count: number) => number[], most: number): Promise<Failure> {
  return withService(limits, async (client, service) => {
    const stateId = await alone(client);
    await client.send(rpc, Uint8Array.from(fields(most)));
    return refused(service, [stateId], () => client.send(rpc, Uint8Array.from(fields(most + 1))));
  });
}

const ofTheTable: readonly LimitCase[] = [
  {
    flag: '--max-psks',
    value: 2,
    past: () =>
      withService({ maxPsks: 2 }, async (client, service) => {
        const stateId = await alone(client);
        const store = (id: string) => client.call('storePsk', { stateOrTransactionId: stateId, pskId: bytes(id), pskSecret: bytes('secret') });
        for (const id of ['one', 'two']) await store(id);
        const failure = await refused(service, [stateId], () => store('three'));
        await store('two');
        return failure;
      }),
  },
  {
    flag: '--max-states',
    value: 2,
    past: () =>
      withService({ maxStates: 2 }, async (client, service) => {
        const ids = [await alone(client), await alone(client)];
        const failure = await refused(service, ids, () => alone(client));
        await client.call('free', { stateId: ids[0]! });
        await alone(client);
        return failure;
      }),
  },
  {
    flag: '--state-lifetime',
    value: 1,
    past: () =>
      withService({ stateLifetime: 1 }, async (client, service) => {
        using clock = heldClock();
        const [unused, used] = [await alone(client), await alone(client)];
        for (let i = 0; i < 2; i++) {
          clock.pass(0.75);
          await authenticators(client, [used]);
        }
        return await refused(service, [used], () => authenticators(client, [unused]));
      }),
  },
  {
    flag: '--max-pending-joins',
    value: 2,
    past: () =>
      withService({ maxPendingJoins: 2 }, async (client, service) => {
        const [{ transactionId }] = [await keyPackageOf(client, 'one'), await keyPackageOf(client, 'two')];
        const failure = await refused(service, [], () => keyPackageOf(client, 'three'));
        await client.call('free', { stateId: transactionId });
        await keyPackageOf(client, 'three');
        return failure;
      }),
  },
  {
    flag: '--pending-join-lifetime',
    value: 1,
    past: () =>
      withService({ pendingJoinLifetime: 1 }, async (client, service) => {
        using clock = heldClock();
        const { transactionId } = await keyPackageOf(client, 'one');
        clock.pass(1);
        await authenticators(client, [await alone(client)]);
        return await refused(service, [], () => client.call('joinGroup', { transactionId }));
      }),
  },
];

const ofGroups: readonly LimitCase[] = [
  {
    flag: '--max-leaves',
    value: 2,
    past: () =>
      withEngine({ leaves: 2 }, async (client, service) => {
        const ids = await pairOf(client);
        const { keyPackage } = await keyPackageOf(client, 'carol');
        const failure = await refused(service, ids, () => client.call('commit', { stateId: ids[0], byValue: [described('add', { keyPackage })] }));
        await commitAll(client, ids);
        return failure;
      }),
  },
  {
    flag: '--max-message-elements',
    value: 40,
    past: () =>
      withEngine({ messageElements: 40 }, async (client, service) => {
        const ids = await pairOf(client);
        const [alice, bob] = ids;
        const proposals: Uint8Array[] = [];
        for (let i = 0; i < 41; i++) proposals.push((await client.call('resumptionPskProposal', { stateId: alice, epochId: 1n })).proposal);
        for (const proposal of proposals) await failureOf(() => client.call('handleCommit', { stateId: bob, proposal: [proposal], commit: proposal }));
        const { commit } = await client.call('commit', { stateId: alice, byReference: proposals });
        const failure = await refused(service, ids, () => client.call('handleCommit', { stateId: bob, proposal: proposals, commit }));
        await commitAll(client, ids, { byReference: proposals.slice(1) });
        return failure;
      }),
  },
  {
    flag: '--max-extensions',
    value: 3,
    past: () =>
      withEngine({ extensions: 3 }, async (client, service) => {
        const ids = await pairOf(client);
        const extensions = (count: number) => Array.from({ length: count }, (_, i) => ({ extensionType: 0xf000 + i, extensionData: bytes('data') }));
        const propose = (count: number) => client.call('groupContextExtensionsProposal', { stateId: ids[0], extensions: extensions(count) });
        await propose(3);
        const failure = await refused(service, ids, () => propose(4));
        await commitAll(client, ids);
        return failure;
      }),
  },
  {
    flag: '--max-pending-proposals',
    value: 2,
    past: () => pendingProposals({ pendingProposals: 2 }),
  },
  {
    flag: '--max-pending-proposal-bytes',
    // Of each with an id of three bytes: type, PSK type, id and a nonce of 32 bytes, each of the last two with its length.
    value: 80,
    past: () => pendingProposals({ pendingProposalBytes: 80 }),
  },
  {
    flag: '--max-commit-psks',
    value: 2,
    past: () =>
      withEngine({ psks: 2 }, async (client, service) => {
        const stateId = await alone(client);
        await client.call('storePsk', { stateOrTransactionId: stateId, pskId: bytes('id'), pskSecret: bytes('secret') });
        const commit = (count: number) => client.call('commit', { stateId, byValue: Array.from({ length: count }, () => described('externalPSK', { pskId: bytes('id') })) });
        await commit(2);
        const failure = await refused(service, [stateId], () => commit(3));
        await client.call('handlePendingCommit', { stateId });
        return failure;
      }),
  },
];

function pendingProposals(engine: Partial<Engine>): Promise<Failure> {
  return withEngine(engine, async (client, service) => {
    const stateId = await alone(client);
    const propose = (id: string) => client.call('externalPskProposal', { stateId, pskId: bytes(id) });
    for (const id of ['one', 'two']) await propose(id);
    const failure = await refused(service, [stateId], () => propose('six'));
    // A Commit begins an epoch, in which nothing is pending.
    await commitAll(client, [stateId]);
    await propose('six');
    return failure;
  });
}

const ofKeys: readonly LimitCase[] = [
  {
    flag: '--max-forward-steps',
    value: 3,
    past: () =>
      withEngine({ forwardSteps: 3 }, async (client, service) => {
        const ids = await pairOf(client);
        const messages = await sent(client, ids[0], 5);
        const open = async (n: number) => expect(text((await client.call('unprotect', { stateId: ids[1], ciphertext: messages[n]! })).plaintext)).toBe(String(n));
        const failure = await refused(service, ids, () => open(4));
        await open(3);
        await open(4);
        return failure;
      }),
  },
  {
    flag: '--out-of-order-keys',
    value: 2,
    past: () =>
      withEngine({ outOfOrderKeys: 2 }, async (client, service) => {
        const ids = await pairOf(client);
        const messages = await sent(client, ids[0], 4);
        const open = (n: number) => client.call('unprotect', { stateId: ids[1], ciphertext: messages[n]! });
        await open(3);
        const failure = await refused(service, ids, () => open(0));
        for (const n of [1, 2]) await open(n);
        return failure;
      }),
  },
  {
    flag: '--past-epochs',
    value: 1,
    past: () =>
      withEngine({ pastEpochs: 1 }, async (client, service) => {
        const ids = await pairOf(client);
        const messages: Uint8Array[] = [];
        for (let epoch = 0; epoch < 2; epoch++) {
          messages.push(...(await sent(client, ids[0], 1)));
          await commitAll(client, ids);
        }
        const open = (n: number) => client.call('unprotect', { stateId: ids[1], ciphertext: messages[n]! });
        const failure = await refused(service, ids, () => open(0));
        await open(1);
        return failure;
      }),
  },
];

export const limitCases: readonly LimitCase[] = [...around, ...ofTheTable, ...ofGroups, ...ofKeys];
