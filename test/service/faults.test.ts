/** What can go wrong around a service that runs as a process: callers that die, many at once, a stop under load, a clock that jumps. */
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { byteKey } from '../../src/mls/bytes.ts';
import { connect } from './support/client.ts';
import { killAll, listening, printed, program, serving, startProcess, type Serving } from './support/process.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, text } from './support/service.ts';

afterEach(killAll);

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function stopped({ child, end, output }: Serving): Promise<string> {
  child.kill('SIGTERM');
  expect(await end).toBe(0);
  return output.stderr;
}

test('a caller that is killed in the middle of its calls leaves the group whole, and other callers go on with it', async () => {
  const service = await serving('--log');
  using client = connect(service.address);
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice] = ids as [number];
  const alone = (await groupOf(client, ['alice']))[0]!;

  for (let answers = 20; answers < 24; answers++) {
    const leaving = startProcess([process.execPath, fileOf('support/leaving-client.ts'), service.address, String(alone)]);
    await printed(leaving, answers);
    leaving.child.kill('SIGKILL');
    expect(await leaving.end).toBe('SIGKILL');
    // The group it worked on is in one of its epochs, and not between two. A call that it left on its way may still come between ours.
    const goOn = async (): Promise<void> => {
      await client.call('commit', { stateId: alone, forcePath: true });
      const { epochAuthenticator } = await client.call('handlePendingCommit', { stateId: alone });
      expect(await authenticators(client, [alone])).toEqual([epochAuthenticator]);
    };
    await vi.waitFor(goOn, { timeout: 60_000 });
  }

  const values = await commitAll(client, ids, { forcePath: true });
  expect(values[0]).toEqual(values[1]);
  expect(text((await client.call('unprotect', { stateId: ids[1]!, ciphertext: (await client.call('protect', { stateId: alice, plaintext: bytes('on') })).ciphertext })).plaintext)).toBe('on');
  const lines = (await stopped(service)).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(new Set(lines.filter(({ msg }) => msg === 'call').map((line) => line['status']))).toSatisfy((seen: Set<unknown>) => [...seen].every((one) => ['OK', 'CANCELLED', 'FAILED_PRECONDITION'].includes(one as string)));
  expect(lines.filter(({ level }) => level === 50)).toEqual([]);
});

test('200 callers at once, each on a connection and with a group of its own, are all served', { timeout: 600_000 }, async () => {
  const service = await serving();
  const caller = async (n: number): Promise<string> => {
    using client = connect(service.address);
    const ids = await groupOf(client, [`alice ${n}`, `bob ${n}`], { encrypt: n % 2 === 0 });
    const { ciphertext } = await client.call('protect', { stateId: ids[0]!, plaintext: bytes(`to ${n}`) });
    expect(text((await client.call('unprotect', { stateId: ids[1]!, ciphertext })).plaintext)).toBe(`to ${n}`);
    const [value, other] = await commitAll(client, ids, { forcePath: true });
    expect(value).toEqual(other);
    for (const stateId of ids) await client.call('free', { stateId });
    return byteKey(value!);
  };

  const values = await Promise.all(Array.from({ length: 200 }, (_, n) => caller(n)));

  expect(new Set(values).size).toBe(200);
  expect(await stopped(service)).toBe('');
});

test('SIGTERM while a long call is worked on: it is answered, calls after it find nobody, and the exit code is 0', async () => {
  const service = await serving('--crypto', 'portable', '--stop-grace-seconds', '600', '--max-call-seconds', '600');
  using client = connect(service.address);
  const [alice] = (await groupOf(client, ['alice'])) as [number];
  const added = 30;
  const byValue = [];
  for (let i = 0; i < added; i++) byValue.push(described('add', { keyPackage: (await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes(`member ${i}`) })).keyPackage }));

  const committing = client.call('commit', { stateId: alice, byValue, forcePath: true });
  const following = client.call('handlePendingCommit', { stateId: alice });
  // Calls of one connection come in the order they were made: when this one is answered, those before it have begun.
  await client.call('name');
  service.child.kill('SIGTERM');
  let refused: number | undefined;
  while (refused === undefined) {
    using late = connect(service.address);
    refused = await late.call('name').then(
      () => sleep(5),
      ({ code }: { code: number }) => code,
    ) as number | undefined;
  }

  expect((await committing).welcome.length).toBeGreaterThan(added * 100);
  expect((await following).epochAuthenticator).toHaveLength(32);
  expect(refused).toBe(status.UNAVAILABLE);
  expect(await service.end).toBe(0);
});

describe('a wall clock that jumps', () => {
  const hour = 3600;

  async function withClock(): Promise<Serving & { readonly jump: (seconds: number) => Promise<void> }> {
    const service = await listening(startProcess([process.execPath, '--import', fileOf('support/wall-clock.ts'), program, 'serve', '--listen', '127.0.0.1:0', '--pending-join-lifetime', '60', '--max-call-seconds', '60']));
    return {
      ...service,
      async jump(seconds) {
        const before = service.output.stderr.length;
        service.child.stdin!.write(`${seconds}\n`);
        await vi.waitFor(() => expect(service.output.stderr.length).toBeGreaterThan(before), { timeout: 60_000 });
      },
    };
  }

  test('set back: a KeyPackage from its future is refused, groups go on, and new KeyPackages are of the new time', async () => {
    const service = await withClock();
    using client = connect(service.address);
    const ids = await groupOf(client, ['alice', 'bob']);
    const [alice, bob] = ids as [number, number];
    const future = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('carol') });
    const add = (keyPackage: Uint8Array) => client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage })] });
    const before = await authenticators(client, ids);

    await service.jump(-3 * hour);

    expect(await client.failure('commit', { stateId: alice, byValue: [described('add', { keyPackage: future.keyPackage })] })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/^R-7\.3-09: begins at \d+, it is \d+/) as string,
    });
    expect(await authenticators(client, ids)).toEqual(before);
    const [value, other] = await commitAll(client, ids, { forcePath: true });
    expect(value).toEqual(other);
    const { ciphertext } = await client.call('protect', { stateId: alice, plaintext: bytes('still here') });
    expect(text((await client.call('unprotect', { stateId: bob, ciphertext })).plaintext)).toBe('still here');
    const present = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('diana') });
    const { welcome } = await add(present.keyPackage);
    await client.call('joinGroup', { transactionId: present.transactionId, welcome });

    await service.jump(3 * hour);
    await add(future.keyPackage);
  });

  test('set back by little: clocks may differ by an hour, from where a KeyPackage of now begins', async () => {
    const service = await withClock();
    using client = connect(service.address);
    const [alice] = (await groupOf(client, ['alice'])) as [number];
    const { keyPackage } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
    const add = () => client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage })] });

    await service.jump(-2 * hour + 60);
    await add();
    await service.jump(-120);
    await expect(add()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^R-7\.3-09: /) as string });
  });

  test('set forward: a KeyPackage that is over is refused; pending joins and calls are timed by another clock', async () => {
    const service = await withClock();
    using client = connect(service.address);
    const ids = await groupOf(client, ['alice', 'bob']);
    const [alice] = ids as [number];
    const waiting = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('carol') });
    const { welcome } = await client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage: waiting.keyPackage })] });

    await service.jump(100 * 24 * hour);

    await expect(client.call('commit', { stateId: alice, byValue: [described('add', { keyPackage: waiting.keyPackage })] })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(/^R-7\.3-09: ended at \d+, it is \d+/) as string,
    });
    // Longer by that clock than --pending-join-lifetime allows: the id is known.
    await client.call('joinGroup', { transactionId: waiting.transactionId, welcome });
    await commitAll(client, ids);
  });
});
