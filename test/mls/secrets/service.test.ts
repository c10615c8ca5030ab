/** The service: nothing secret in its log or in what it answers to a call that fails, and nothing left of what was freed. */
import { vi, afterEach, expect, it, test } from 'vitest';
import { MLSClientService } from '../../../src/generated/mls_client.ts';
import type { Call, Request, Response, Rpc } from '../../../src/service/calls.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { engineHandlers, startService } from '../../../src/service/service.ts';
import { ServiceError } from '../../../src/service/status.ts';
import { connect } from '../../service/support/client.ts';
import { testOptions, type Caller } from '../../service/support/service.ts';
import { Wanted } from './disclosure.ts';
import { Deletion, quiescence, remaining } from './scene.ts';
import { history, psk } from './service-history.ts';
import { tracedProvider, type TracedProvider } from './traced-provider.ts';

// gRPC reads these when it is loaded.
vi.hoisted(() => {
  process.env['GRPC_TRACE'] = 'all';
  process.env['GRPC_VERBOSITY'] = 'DEBUG';
});

/** Random numbers that became secrets have other names, too; an authenticator is what the rpcs are there to compare. */
const secretsOf = ({ trace }: TracedProvider): { readonly name: string; readonly value: Uint8Array }[] =>
  trace.since().filter(({ name }) => !['random', 'authentication'].includes(name)).map((one) => ({ name: one.name, value: one.value() }));

afterEach(() => vi.restoreAllMocks());

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

it('nothing in the memory refers to what was made by calls that were cancelled after their work was done', async () => {
  const traced = tracedProvider('native');
  const { make, caller } = handled(traced);
  const cancelled = async <R extends Rpc>(rpc: R, request: Partial<Request<R>> | undefined): Promise<void> => {
    let asked = 0;
    const call: Call = {
      ...wanted,
      ensureWanted() {
        if (asked++ > 0) throw new ServiceError('cancelled', 'gone');
      },
    };
    await Promise.resolve(make(rpc, request, call)).catch(() => undefined);
  };
  const twice: Caller = {
    async call(rpc, request) {
      // A message opens only once.
      if (rpc !== 'unprotect' && rpc !== 'handleCommit') await cancelled(rpc, request);
      return caller.call(rpc, request);
    },
  };
  const { ids, told } = await history(twice, false);
  for (const bytes of told) bytes.fill(0);
  for (const stateId of ids) await caller.call('free', { stateId });
  await quiescence();
  const secrets = traced.trace.release().filter(({ name }) => name !== 'random');
  expect(secrets.length).toBeGreaterThan(800);
  expect(await remaining(secrets)).toEqual([]);
});
