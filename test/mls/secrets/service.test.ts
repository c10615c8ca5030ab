/** The service: nothing secret in its log or in what it answers to a call that fails, and nothing left of what was freed. */
import { vi, afterEach, expect, it, test } from 'vitest';
import { Group } from '../../../src/index.ts';
import { sameBytes } from '../../../src/mls/bytes.ts';
import { PrivateKeyHandle } from '../../../src/mls/crypto/private-key.ts';
import { MLSClientService } from '../../../src/generated/mls_client.ts';
import type { Call, Request, Response, Rpc } from '../../../src/service/calls.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { engineHandlers, startService } from '../../../src/service/service.ts';
import { ServiceError } from '../../../src/service/status.ts';
import { connect } from '../../service/support/client.ts';
import { testOptions, type Caller } from '../../service/support/service.ts';
import { Wanted } from './disclosure.ts';
import { Deletion, madeSince, quiescence, unwiped } from './scene.ts';
import { history, psk } from './service-history.ts';
import { tracedProvider, type Traced, type TracedProvider } from './traced-provider.ts';

// gRPC reads these when it is loaded.
vi.hoisted(() => {
  process.env['GRPC_TRACE'] = 'all';
  process.env['GRPC_VERBOSITY'] = 'DEBUG';
});

/** Random numbers that became secrets have other names, too; an authenticator is what the rpcs are there to compare. */
const secretsOf = ({ trace }: TracedProvider): { readonly name: string; readonly value: Uint8Array }[] =>
  trace.since().filter(({ name }) => !['random', 'authentication'].includes(name)).map((one) => ({ name: one.name, value: one.value() }));

afterEach(() => vi.restoreAllMocks());

const wanted: Call = { ensureWanted: () => undefined, notice: () => undefined };

/** Calls of the handlers themselves: gRPC keeps the bytes of requests and answers for a while. */
function handled(traced: TracedProvider): { readonly caller: Caller; make<R extends Rpc>(rpc: R, request: Partial<Request<R>> | undefined, call: Call): Promise<Response<R>> } {
  const { handlers } = engineHandlers(testOptions({ crypto: traced.crypto, suites: [1] }), serviceLog(false, { write: () => undefined }));
  const make = <R extends Rpc>(rpc: R, request: Partial<Request<R>> | undefined, call: Call): Promise<Response<R>> =>
    (handlers[rpc] as (request: unknown, call: Call) => Promise<Response<R>>)({ ...MLSClientService[rpc].requestDeserialize(Buffer.alloc(0)), ...request }, call);
  return { make, caller: { call: (rpc, request) => make(rpc, request, wanted) } };
}

async function expectNothingLeft(traced: TracedProvider): Promise<void> {
  await quiescence();
  const gone = new Deletion();
  const { trace } = traced;
  gone.expect([...trace.since().filter(({ name }) => name !== 'random'), ...trace.sourcesOf('node'), ...trace.sourcesOf('hpke dkp_prk')], 500);
  await gone.everywhere();
}

it('when all is freed, nothing is left of any secret that was ever made', async () => {
  const traced = tracedProvider('native');
  const { caller } = handled(traced);
  const { ids, told } = await history(caller, true);
  for (const bytes of told) bytes.fill(0);
  for (const stateId of ids) await caller.call('free', { stateId });
  await expectNothingLeft(traced);
});

/** Arrays that no provider makes: copies of private keys, epoch authenticators and PSKs, opened messages. */
function givenOut(): { readonly forCallers: () => readonly Uint8Array[]; readonly copiedPsks: () => readonly Uint8Array[] } & Disposable {
  const given: Uint8Array[] = [];
  const psks: Uint8Array[] = [];
  const { serialize } = PrivateKeyHandle.prototype;
  vi.spyOn(PrivateKeyHandle.prototype, 'serialize').mockImplementation(function (this: PrivateKeyHandle<'hpke', unknown>) {
    return kept(serialize.call(this));
  });
  const { receive } = Group.prototype;
  vi.spyOn(Group.prototype, 'receive').mockImplementation(async function (this: Group, message) {
    const received = await receive.call(this, message);
    if (received.kind === 'application') kept(received.data);
    return received;
  });
  vi.spyOn(Group.prototype, 'epochAuthenticator', 'get').mockImplementation(function (this: Group) {
    return kept(this.state.secrets.epochAuthenticator.expose().slice());
  });
  const { slice } = Uint8Array.prototype;
  const { length } = psk();
  // Not by a spy: it would keep every array that it gave.
  Uint8Array.prototype.slice = function (...range) {
    const copy = slice.apply(this as Uint8Array<ArrayBuffer>, range);
    if (copy.length === length && sameBytes(copy, psk())) psks.push(copy);
    return copy;
  };
  const kept = (bytes: Uint8Array): Uint8Array => (given.push(bytes), bytes);
  return { forCallers: () => given.splice(0), copiedPsks: () => psks.splice(0), [Symbol.dispose]: () => void (Uint8Array.prototype.slice = slice) };
}

/** Of a service each member's are its own. */
const signatureKeysSince = ({ trace }: TracedProvider, mark: number): readonly Traced[] => trace.since(mark).filter(({ key }) => key?.use === 'signature');

/** Of a message that another member sent the key is used up, and what comes of a Commit waits for the call to be made again. */
const usesUpKeys: readonly Rpc[] = ['unprotect', 'handleCommit', 'handleReInitCommit'];

it.each([false, true])('a call that is cancelled after its work was done leaves nothing that it made, but for the use of receive keys (encrypted: %s)', async (encrypted) => {
  const traced = tracedProvider('native');
  const { make, caller } = handled(traced);
  using given = givenOut();
  let [made, told, copied] = [0, 0, 0];
  const cancelled = async <R extends Rpc>(rpc: R, request: Partial<Request<R>> | undefined): Promise<void> => {
    const mark = traced.trace.mark;
    // What the caller of the calls before has got.
    for (const bytes of given.forCallers()) bytes.fill(0);
    given.copiedPsks();
    let asked = 0;
    const call: Call = {
      ...wanted,
      ensureWanted() {
        if (asked++ > 0) throw new ServiceError('cancelled', 'gone');
      },
    };
    await Promise.resolve(make(rpc, request, call)).catch(() => undefined);
    await quiescence();
    const secrets = usesUpKeys.includes(rpc) ? [] : [...madeSince(traced, mark), ...signatureKeysSince(traced, mark)];
    made += secrets.length;
    expect({ rpc, unwiped: unwiped(secrets) }).toEqual({ rpc, unwiped: [] });
    const copies = given.copiedPsks();
    const answered = given.forCallers();
    told += answered.length;
    copied += copies.length;
    expect({ rpc, unwiped: [...answered, ...copies].filter((bytes) => bytes.some((byte) => byte !== 0)) }).toEqual({ rpc, unwiped: [] });
  };
  const twice: Caller = {
    async call(rpc, request) {
      await cancelled(rpc, request);
      // A message opens only once.
      if (rpc === 'unprotect') return MLSClientService[rpc].responseDeserialize(Buffer.alloc(0)) as never;
      return caller.call(rpc, request);
    },
  };
  const { ids, told: keys } = await history(twice, encrypted);
  for (const bytes of [...keys, ...given.forCallers()]) bytes.fill(0);
  expect(made).toBeGreaterThan(300);
  expect(told).toBeGreaterThan(30);
  expect(copied).toBeGreaterThan(5);
  for (const stateId of ids) await caller.call('free', { stateId });
  await expectNothingLeft(traced);
});

it('a call leaves nothing that it made, wherever it fails, but for the use of receive keys', async () => {
  const traced = tracedProvider('native');
  const { make, caller } = handled(traced);
  let failed = 0;
  const failing: Caller = {
    async call(rpc, request) {
      for (let failures = 0; ; failures++) {
        const mark = traced.trace.mark;
        traced.failAfter(failures);
        const answer = await Promise.resolve(make(rpc, request, wanted)).catch((error: Error) => error);
        await quiescence();
        if (!traced.heal()) return answer instanceof Error ? Promise.reject(answer) : answer;
        failed++;
        const secrets = usesUpKeys.includes(rpc) ? [] : [...madeSince(traced, mark), ...signatureKeysSince(traced, mark)];
        expect({ rpc, failures, unwiped: unwiped(secrets) }).toEqual({ rpc, failures, unwiped: [] });
      }
    },
  };
  const { ids, told } = await history(failing, false);
  expect(failed).toBeGreaterThan(200);
  for (const bytes of told) bytes.fill(0);
  for (const stateId of ids) await caller.call('free', { stateId });
  await expectNothingLeft(traced);
});

// These run last: what they send stays in memory that gRPC and its callers share with much else.
test.each([false, true])('neither the log, nor stderr, nor the message of a failure has a secret in it (encrypted: %s)', async (encrypted) => {
  const traced = tracedProvider('native');
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')) > 0);
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void written.push(args.join(' ')));
  const service = await startService(testOptions({ crypto: traced.crypto, suites: [1], log: true }), serviceLog(true, { write: (line) => void written.push(line) }));
  const client = connect(service.address);
  try {
    // Bytes that hold a secret come in where others are expected: each field that may have one, in a request that fails.
    const { told, ids } = await history(client, encrypted);
    const failing = (rpc: Rpc, request: object): Promise<void> => client.failure(rpc, request as never).then(({ details }) => void written.push(details));
    for (const secret of [psk(), ...told]) {
      await failing('storePsk', { stateOrTransactionId: 4_000_000, pskId: psk().subarray(0, 2), pskSecret: secret });
      await failing('joinGroup', { transactionId: 4_000_000, welcome: secret });
      await failing('handleCommit', { stateId: ids[0]!, commit: secret });
      await failing('unprotect', { stateId: ids[0]!, ciphertext: secret });
      await failing('externalJoin', { groupInfo: secret, identity: new Uint8Array(1), psks: [{ pskId: new Uint8Array(1), pskSecret: secret }] });
      await failing('addProposal', { stateId: ids[0]!, keyPackage: secret });
      await client.send('storePsk', secret).catch(({ details }: { details: string }) => void written.push(details));
    }
    // The engine's own faults are logged with their stacks.
    traced.failAfter(3);
    await failing('createKeyPackage', { cipherSuite: 1, identity: new Uint8Array(1) });
    traced.heal();

    const wanted = new Wanted([...secretsOf(traced), ...[psk(), ...told].map((value) => ({ name: 'told', value }))]);
    expect(wanted.size).toBeGreaterThan(500);
    expect(written.length).toBeGreaterThan(100);
    expect(written.some((line) => line.includes('"rpc":"StorePSK"'))).toBe(true);
    expect(written.some((line) => line.includes('a bug in this service'))).toBe(true);
    expect(wanted.in(written.join('\n'))).toEqual([]);
  } finally {
    client[Symbol.dispose]();
    await service.stop();
  }
});
