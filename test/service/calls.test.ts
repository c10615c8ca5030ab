/** What stands between gRPC and a handler: statuses, limits, time, the log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CreateGroupRequest, GroupContextExtensionsProposalRequest } from '../../src/generated/mls_client.ts';
import { MLSError, violation } from '../../src/mls/errors.ts';
import type { Call } from '../../src/service/calls.ts';
import { ServiceError } from '../../src/service/status.ts';
import { connect, type TestClient } from './support/client.ts';
import { fakeServer, held, type FakeServer } from './support/fake-handlers.ts';

let server: FakeServer | undefined;
let client: TestClient | undefined;
afterEach(async () => {
  client?.[Symbol.dispose]();
  await server?.stop();
  server = client = undefined;
});

async function serving(...args: Parameters<typeof fakeServer>): Promise<TestClient> {
  server = await fakeServer(...args);
  return (client = connect(server.address));
}

/** What a call that goes on is told once nobody waits for it any more. */
async function unwanted({ ensureWanted }: Pick<Call, 'ensureWanted'>): Promise<unknown> {
  for (;;) {
    try {
      ensureWanted();
    } catch (error) {
      return error;
    }
    await sleep(5);
  }
}

describe('the status of a failure', () => {
  test.each<[string, unknown, number, string]>([
    ['malformed', new MLSError('malformed', 'MLSMessage at byte 3: no', { requirement: 'R-2.1-02' }), status.INVALID_ARGUMENT, 'R-2.1-02: MLSMessage at byte 3: no'],
    ['invalid', violation('R-12.2-03', 'two Removes'), status.INVALID_ARGUMENT, 'R-12.2-03: two Removes'],
    ['misuse', new MLSError('misuse', 'no Commit is pending'), status.FAILED_PRECONDITION, 'no Commit is pending'],
    ['unsupported', new MLSError('unsupported', 'cipher suite 0x0042'), status.UNIMPLEMENTED, 'cipher suite 0x0042'],
    ['limit', new MLSError('limit', 'too many members'), status.RESOURCE_EXHAUSTED, 'too many members'],
    ['unknown id', new ServiceError('unknown_id', 'no group state has id 9'), status.NOT_FOUND, 'no group state has id 9'],
    ['a service that stops', new ServiceError('stopping', 'the service stops'), status.UNAVAILABLE, 'the service stops'],
    ['bad request', new ServiceError('request', 'key_length'), status.INVALID_ARGUMENT, 'key_length'],
    ['bug', new TypeError('secret of undefined'), status.INTERNAL, 'a bug in this service; its log has the stack'],
    ['thrown string', 'secret', status.INTERNAL, 'a bug in this service; its log has the stack'],
    ['text that HTTP cannot carry', new MLSError('misuse', `a ${'\ud800'} %\n ${'é'.repeat(2000)}`), status.FAILED_PRECONDITION, 'a \ufffd %\n éé'],
  ])('%s', async (_, error, code, details) => {
    const { failure } = await serving({
      stateAuth: () => {
        throw error;
      },
    });

    const seen = await failure('stateAuth', { stateId: 1 });

    expect(seen.code).toBe(code);
    expect(seen.details.startsWith(details)).toBe(true);
    expect(seen.details.length).toBeLessThanOrEqual(1000);
  });

  test('a bug is logged with its stack and cause even when calls are not logged', async () => {
    const { failure } = await serving(
      {
        stateAuth: () => {
          throw new Error('outer', { cause: new Error('inner') });
        },
      },
      { log: false },
    );

    await failure('stateAuth');

    expect(server!.logged).toHaveLength(1);
    expect(server!.logged[0]).toMatchObject({ level: 50, rpc: 'StateAuth' });
    expect(server!.logged[0]!['stack']).toMatch(/Error: outer[^]*caused by Error: inner/);
  });

  test('an rpc that the interface does not have is UNIMPLEMENTED', async () => {
    const { raw } = await serving({});

    const code = await new Promise((resolve) =>
      raw.makeUnaryRequest('/mls_client.MLSClient/Nothing', (b: Buffer) => b, (b: Buffer) => b, Buffer.alloc(0), (error) => resolve(error?.code)),
    );

    expect(code).toBe(status.UNIMPLEMENTED);
  });
});

describe('a request that does not decode is INVALID_ARGUMENT', () => {
  test.each<[string, Uint8Array]>([
    ['a length beyond the end', Uint8Array.of(0x0a, 0x7f, 1)],
    ['a number without an end', Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['a wire type that does not exist', Uint8Array.of(0x0f)],
    ['a group without an end', Uint8Array.of(0x63)],
    ['a nested message longer than its place', Uint8Array.of(0x12, 0x7f, 0x08)],
  ])('%s', async (_, bytes) => {
    const { send } = await serving({});

    await expect(send('groupContextExtensionsProposal', bytes)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('the request does not decode') as string,
    });
  });

  test('a handler gets plain Uint8Arrays, whose slice is a copy', async () => {
    let groupId: Uint8Array | undefined;
    const { call } = await serving({ createGroup: (request) => ((groupId = request.groupId), { stateId: 1 }) });

    await call('createGroup', { groupId: Uint8Array.of(1, 2) });

    expect(Object.getPrototypeOf(groupId)).toBe(Uint8Array.prototype);
    expect(groupId).toEqual(Uint8Array.of(1, 2));
  });
});

describe('past a limit', () => {
  test('a request longer than --max-message-bytes is RESOURCE_EXHAUSTED, and one just as long is not', async () => {
    const { call, failure } = await serving({}, { limits: { maxMessageBytes: 1000 } });
    const overhead = CreateGroupRequest.encode(CreateGroupRequest.fromPartial({ groupId: new Uint8Array(900) })).finish().length - 900;

    await call('createGroup', { groupId: new Uint8Array(1000 - overhead) });
    expect(await failure('createGroup', { groupId: new Uint8Array(1001 - overhead) })).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('larger than max (1001 vs 1000)') as string,
    });
  });

  test('a compressed request that grows beyond it is RESOURCE_EXHAUSTED', async () => {
    const { raw } = await serving({}, { limits: { maxMessageBytes: 10_000 } });
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect(bomb.length).toBeLessThan(10_000);

    const compressing = connect(server!.address, undefined, { 'grpc.default_compression_algorithm': 2 });
    const failure = compressing.failure('createGroup', { groupId: new Uint8Array(1_000_000) });

    expect(await failure).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    compressing[Symbol.dispose]();
    raw.close();
  });

  test('a request with more fields than --max-fields is RESOURCE_EXHAUSTED', async () => {
    const { send } = await serving({}, { limits: { maxFields: 100 } });
    const withFields = (n: number): Uint8Array =>
      GroupContextExtensionsProposalRequest.encode({ stateId: 1, extensions: Array(n).fill({ extensionType: 0, extensionData: new Uint8Array(0) }) }).finish();

    await send('groupContextExtensionsProposal', withFields(99));
    await expect(send('groupContextExtensionsProposal', withFields(101))).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'the request has more than 100 fields (--max-fields)',
    });
  });

  test('a call beyond --max-concurrent-calls is RESOURCE_EXHAUSTED, and the others are answered', async () => {
    const three = held(3);
    const { call } = await serving(three.handlers, { limits: { maxConcurrentCalls: 3 } });
    // HTTP/2 streams are bounded per connection, calls over all of them.
    const other = connect(server!.address);

    const answers = [call('stateAuth'), call('stateAuth'), other.call('stateAuth')];
    await three.begun;
    const fourth = other.failure('stateAuth');

    expect(await fourth).toEqual({ code: status.RESOURCE_EXHAUSTED, details: '3 calls are being worked on, as many as --max-concurrent-calls allows' });
    three.release();
    await Promise.all(answers);
    await call('stateAuth');
    other[Symbol.dispose]();
  });

  test('a call that takes longer than --max-call-seconds is DEADLINE_EXCEEDED and may change nothing any more', async () => {
    const after = Promise.withResolvers<unknown>();
    const { failure } = await serving(
      {
        stateAuth: async (_, call) => {
          after.resolve(unwanted(call));
          await after.promise;
          return { stateAuthSecret: new Uint8Array(0) };
        },
      },
      { limits: { maxCallSeconds: 0.05 } },
    );

    expect(await failure('stateAuth')).toEqual({
      code: status.DEADLINE_EXCEEDED,
      details: 'the call took longer than 0.05 s (--max-call-seconds); its changes were not made, but a message that it opened cannot be opened again',
    });
    expect(await after.promise).toMatchObject({ code: 'late' });
  });
});

test.each(['cancels', 'has a deadline that passes'])('a call whose caller %s may change nothing any more', async (how) => {
  const after: Promise<unknown>[] = [];
  const begun = Promise.withResolvers<void>();
  const { call } = await serving({
    stateAuth: async (_, context) => {
      after.push(unwanted(context));
      begun.resolve();
      await after.at(-1);
      return { stateAuthSecret: new Uint8Array(0) };
    },
  });
  const abort = new AbortController();

  if (how === 'cancels') {
    const calling = call('stateAuth', {}, { signal: abort.signal }).catch(() => undefined);
    await begun.promise;
    abort.abort();
    await calling;
  }
  // A deadline may pass before its call has begun.
  for (let wait = 100; after.length === 0; wait *= 2) await call('stateAuth', {}, { deadline: Date.now() + wait }).catch(() => undefined);

  for (const told of await Promise.all(after)) expect(told).toMatchObject({ code: 'cancelled' });
  const logged = () => server!.logged.filter(({ rpc }) => rpc === 'StateAuth').map(({ status: seen }) => seen);
  await vi.waitFor(() => expect(logged()).toEqual(after.map(() => 'CANCELLED')), { timeout: 60_000 });
});

test('200 callers at once are all answered', async () => {
  const { raw } = await serving({ name: async () => (await sleep(10), { name: 'x' }) });
  raw.close();
  const callers = Array.from({ length: 200 }, () => connect(server!.address));

  const names = await Promise.all(callers.map((caller) => caller.call('name')));

  expect(names.every(({ name }) => name === 'x')).toBe(true);
  for (const caller of callers) caller[Symbol.dispose]();
});

test('each call makes one line in the log, with names, ids, sizes and times, and no contents', async () => {
  const secret = new TextEncoder().encode('do not print me');
  const { call, failure } = await serving({
    storePsk: () => ({}),
    stateAuth: () => ({ stateAuthSecret: secret }),
    free: () => {
      throw violation('R-12.2-03', 'two Removes');
    },
  });

  await call('storePsk', { stateOrTransactionId: 7, pskId: secret, pskSecret: secret });
  await call('stateAuth', { stateId: 8 });
  await failure('free', { stateId: 9 });

  const lines = server!.logged.filter(({ msg }) => msg === 'call').map(({ time: _, level: __, pid: ___, ms, ...rest }) => (expect(ms).toBeTypeOf('number'), rest));
  expect(lines).toEqual([
    { msg: 'call', rpc: 'StorePSK', id: 7, status: 'OK', in: 36, out: 0 },
    { msg: 'call', rpc: 'StateAuth', id: 8, status: 'OK', in: 2, out: 17 },
    { msg: 'call', rpc: 'Free', id: 9, status: 'INVALID_ARGUMENT', in: 2, out: 0, error: expect.stringMatching(/^R-12\.2-03: two Removes/) as string },
  ]);
  const printed = JSON.stringify(server!.logged);
  for (const form of [secret.toString(), Buffer.from(secret).toString('latin1'), Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
    expect(printed).not.toContain(form);
  }
});

test('without --log the first notice of each kind is logged, and calls are not', async () => {
  const { call } = await serving({ name: (_, { notice }) => (notice('grease', 'unlisted'), { name: 'x' }) }, { log: false });

  await call('name');
  await call('name');

  expect(server!.logged).toMatchObject([{ notice: 'grease', msg: 'Name: unlisted' }]);
});
