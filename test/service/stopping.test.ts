/** How `serve` stops while callers on many connections have calls in flight: real processes and signals. */
import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { freePort, loopback } from '../../src/runner/implementations/ports.ts';
import { connect, type TestClient } from './support/client.ts';
import { killAll, serving } from './support/process.ts';
import { bytes, groupOf, text } from './support/service.ts';

afterEach(killAll);

interface Outcome {
  readonly code: number;
  readonly details: string;
}
const failureOf = ({ code, details }: Outcome): Outcome => ({ code, details });

/** What the health service tells who watches it, as its enum has it, and how the watching ended. */
function watchHealth({ raw }: TestClient): { readonly seen: number[]; readonly serving: Promise<void>; readonly ended: Promise<unknown> } {
  const asItIs = (b: Buffer): Buffer => b;
  const [serving, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
  const seen: number[] = [];
  raw
    .makeServerStreamRequest('/grpc.health.v1.Health/Watch', asItIs, asItIs, Buffer.alloc(0))
    .on('data', (answer: Buffer) => {
      seen.push(answer[1]!);
      serving.resolve();
    })
    .on('error', ended.resolve)
    .on('end', ended.resolve);
  return { seen, serving: serving.promise, ended: ended.promise };
}
const [SERVING, NOT_SERVING] = [1, 2];

test('SIGTERM under load: whoever was accepted gets the right answer, others UNAVAILABLE, health NOT_SERVING, and the exit code is 0', async () => {
  // Calls take their time with this provider, so that many are in flight.
  const service = await serving('--crypto', 'portable', '--stop-grace-seconds', '600');
  using watcher = connect(service.address);
  const health = watchHealth(watcher);
  await health.serving;
  const each = 20;
  const callers = await Promise.all(
    Array.from({ length: 5 }, async (_, n) => {
      const client = connect(service.address);
      const [alice, bob] = (await groupOf(client, [`alice ${n}`, `bob ${n}`])) as [number, number];
      const sent = await Promise.all(Array.from({ length: each }, (_, i) => client.call('protect', { stateId: alice, plaintext: bytes(`${n}: ${i}`) })));
      return { n, client, alice, bob, sent };
    }),
  );
  // And callers that go on and on, of whom nobody knows what is in flight.
  const goesOn = async (n: number): Promise<Outcome> => {
    using client = connect(service.address);
    for (;;) {
      const failure = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes(`more ${n}`) }).then(({ initPriv }) => void expect(initPriv).toHaveLength(32), failureOf);
      if (failure !== undefined) return failure;
    }
  };
  const going = Array.from({ length: 5 }, (_, n) => goesOn(n));

  const inFlight = callers.map(({ client, alice, bob, sent }) => ({
    opened: sent.map(({ ciphertext }) => client.call('unprotect', { stateId: bob, ciphertext })),
    commit: client.call('commit', { stateId: alice, forcePath: true }),
    entered: client.call('handlePendingCommit', { stateId: alice }),
    same: client.call('stateAuth', { stateId: alice }),
  }));
  // Calls of one connection come in the order they were made: when this one is answered, those before it have begun.
  await Promise.all(callers.map(({ client }) => client.call('name')));
  service.child.kill('SIGTERM');

  for (const [n, calls] of inFlight.entries()) {
    expect((await Promise.all(calls.opened)).map(({ plaintext }) => text(plaintext))).toEqual(Array.from({ length: each }, (_, i) => `${n}: ${i}`));
    expect((await calls.commit).commit.length).toBeGreaterThan(100);
    expect((await calls.entered).epochAuthenticator).toEqual((await calls.same).stateAuthSecret);
  }
  for (const { code } of await Promise.all(going)) expect(status[code]).toBe('UNAVAILABLE');
  for (const { client } of callers) expect(await client.failure('name')).toMatchObject({ code: status.UNAVAILABLE });
  await health.ended;
  expect(health.seen).toEqual([SERVING, NOT_SERVING]);
  expect(await service.end).toBe(0);
  expect(service.output.stderr).toBe('');
  for (const { client } of callers) client[Symbol.dispose]();
});

test.each([['SIGTERM', 'SIGTERM'], ['SIGINT', 'SIGTERM']] as const)('%s and then %s: calls in flight are cut off with UNAVAILABLE, their number is said, and the exit code is 1', async (first, second) => {
  const service = await serving('--crypto', 'portable', '--stop-grace-seconds', '600', '--max-call-seconds', '600');
  using client = connect(service.address);
  using watcher = connect(service.address);
  const health = watchHealth(watcher);
  await health.serving;
  const [alice] = (await groupOf(client, ['alice'])) as [number];
  // On one state they are worked on one after the other, for many seconds.
  const calls = Array.from({ length: 1_000 }, () => client.call('commit', { stateId: alice, forcePath: true }));
  const outcomes = Promise.all(calls.map((call) => call.then(() => undefined, failureOf)));
  await client.call('name');

  service.child.kill(first);
  while (!health.seen.includes(NOT_SERVING)) await new Promise((resolve) => setTimeout(resolve, 1));
  service.child.kill(second);

  expect(await service.end).toBe(1);
  const failures = (await outcomes).filter((failure) => failure !== undefined);
  expect(failures.length).toBeGreaterThan(0);
  expect(new Set(failures.map(({ code, details }) => `${status[code]}: ${details}`))).toEqual(
    new Set(['UNAVAILABLE: the service was told to stop at once; its changes were not made, but a message that it opened cannot be opened again']),
  );
  expect(service.output.stderr).toBe(`mls-interop: ${failures.length} calls were cut off\n`);
});

test('nothing is kept over a restart: ids of the service before are NOT_FOUND or those of somebody else', async () => {
  // A port that the system gives to nobody else in between.
  const before = await serving('--listen', `${loopback}:${await freePort()}`);
  using client = connect(before.address);
  const [alice] = (await groupOf(client, ['alice'])) as [number];
  const { transactionId } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const { signerId } = await client.call('createExternalSigner', { cipherSuite: 1, identity: bytes('signer') });
  const { stateAuthSecret } = await client.call('stateAuth', { stateId: alice });
  before.child.kill('SIGKILL');
  expect(await before.end).toBe('SIGKILL');
  expect(await client.failure('stateAuth', { stateId: alice })).toMatchObject({ code: status.UNAVAILABLE });

  const after = await serving('--listen', before.address);
  using again = connect(after.address);

  expect(after.address).toBe(before.address);
  expect(await again.failure('stateAuth', { stateId: alice })).toEqual({ code: status.NOT_FOUND, details: `no group state has id ${alice}` });
  expect(await again.failure('joinGroup', { transactionId })).toEqual({ code: status.NOT_FOUND, details: `no pending join has id ${transactionId}` });
  expect(await again.failure('externalSignerProposal', { signerId })).toEqual({ code: status.NOT_FOUND, details: `no external signer has id ${signerId}` });
  // Ids begin at 1 again: whoever kept one must not use it.
  const [other] = (await groupOf(again, ['mallory'])) as [number];
  expect(other).toBe(alice);
  expect((await again.call('stateAuth', { stateId: other })).stateAuthSecret).not.toEqual(stateAuthSecret);
});
