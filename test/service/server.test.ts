/** The server around the rpcs: address, health, reflection, stopping. */
import { credentials, loadPackageDefinition, Metadata, status, type Client, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { protoPath as healthProto } from 'grpc-health-check';
import { afterEach, describe, expect, test } from 'vitest';
import { MLSClientService } from '../../src/generated/mls_client.ts';
import { connect } from './support/client.ts';
import { fakeServer, held, type FakeServer } from './support/fake-handlers.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serving(...args: Parameters<typeof fakeServer>): Promise<FakeServer> {
  const server = await fakeServer(...args);
  open.push(() => server.stop());
  return server;
}

function connected(address: string) {
  const client = connect(address);
  open.push(() => client[Symbol.dispose]());
  return client;
}

/** A client for any service, made from its proto file. */
function clientOf(file: string, service: string, address: string): Client & Record<string, (...args: never[]) => any> {
  const loaded = loadPackageDefinition(loadSync(file, { keepCase: true, enums: String, defaults: true, oneofs: true, bytes: Buffer }));
  const constructor = service.split('.').reduce((place, name) => (place as Record<string, unknown>)[name]!, loaded as unknown) as new (
    address: string,
    security: unknown,
    options: object,
  ) => never;
  const client = new constructor(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }) as ReturnType<typeof clientOf>;
  open.push(() => client.close());
  return client;
}
const healthOf = (address: string) => clientOf(healthProto, 'grpc.health.v1.Health', address);
const check = (client: ReturnType<typeof healthOf>, service: string): Promise<string> =>
  new Promise((resolve, reject) =>
    client['check']!({ service } as never, ((error: ServiceError | null, answer: { status: string }) => (error ? reject(error) : resolve(answer.status))) as never),
  );

describe('the address', () => {
  test.each(['127.0.0.1:0', 'localhost:0', '[::1]:0'])('%s is listened on, with a port of its own', async (listen) => {
    const server = await serving({ name: () => ({ name: 'here' }) }, { listen });

    expect(server.port).toBeGreaterThan(0);
    expect(server.address).toBe(listen.replace(/0$/, String(server.port)));
    expect(await connected(server.address).call('name')).toEqual({ name: 'here' });
  });

  test.each([
    ['127.0.0.1', "'127.0.0.1' is no address to listen on; give HOST:PORT, or [IPV6]:PORT"],
    ['127.0.0.1:70000', "'127.0.0.1:70000' is no address to listen on; give HOST:PORT, or [IPV6]:PORT"],
    ['::1:50051', "'::1:50051' is no address to listen on; give HOST:PORT, or [IPV6]:PORT"],
    ['192.0.2.1:50051', /^cannot listen on 192\.0\.2\.1:50051: /],
  ])('%s cannot be used, and the message says why', async (listen, message) => {
    await expect(fakeServer({}, { listen })).rejects.toThrow(message);
  });

  test('a port that is taken cannot be used', async () => {
    const { address } = await serving({});

    await expect(fakeServer({}, { listen: address })).rejects.toThrow(new RegExp(`^cannot listen on ${address}: .*EADDRINUSE`));
  });
});

describe('health', () => {
  test.each(['', 'mls_client.MLSClient'])('the service %j is SERVING', async (service) => {
    const { address } = await serving({});

    expect(await check(healthOf(address), service)).toBe('SERVING');
  });

  test('an unknown service is NOT_FOUND', async () => {
    const { address } = await serving({});

    await expect(check(healthOf(address), 'nothing')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('who watches learns that the service stops', async () => {
    // To wait for that would take longer than the test may.
    const server = await serving({}, { limits: { stopGraceSeconds: 600 } });
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const watching = healthOf(server.address)['watch']!({ service: '' } as never);
    watching.on('data', ({ status: now }: { status: string }) => {
      seen.push(now);
      first.resolve();
    });
    watching.on('error', () => undefined);
    await first.promise;

    await server.stop();

    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
  });
});

describe('reflection', () => {
  const proto = (version: string): string =>
    join(dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json')), `build/proto/grpc/reflection/${version}/reflection.proto`);

  const ask = async (address: string, version: string, request: object): Promise<Record<string, any>> => {
    const stream = clientOf(proto(version), `grpc.reflection.${version}.ServerReflection`, address)['ServerReflectionInfo']!();
    const answer = new Promise<Record<string, any>>((resolve, reject) => stream.on('data', resolve).on('error', reject));
    stream.write(request);
    try {
      return await answer;
    } finally {
      stream.end();
    }
  };

  test.each(['v1', 'v1alpha'])('the services can be listed (%s)', async (version) => {
    const { address } = await serving({}, { reflection: true });

    const answer = await ask(address, version, { list_services: '' });

    expect((answer['list_services_response'].service as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(['grpc.health.v1.Health', 'mls_client.MLSClient']);
  });

  test('a service is described with its 34 rpcs', async () => {
    const { address } = await serving({}, { reflection: true });

    const answer = await ask(address, 'v1', { file_containing_symbol: 'mls_client.MLSClient' });

    const file = (answer['file_descriptor_response'].file_descriptor_proto as Buffer[])[0]!.toString('latin1');
    const rpcs = Object.values(MLSClientService).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    expect(rpcs).toHaveLength(34);
    for (const rpc of rpcs) expect(file).toContain(rpc);
  });

  test('it can be left out', async () => {
    const { address } = await serving({}, { reflection: false });

    await expect(ask(address, 'v1', { list_services: '' })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});

describe('stopping', () => {
  test('calls in flight finish, new ones are turned away', async () => {
    const { handlers, begun, release } = held(20);
    const server = await serving(handlers);
    const client = connected(server.address);
    const calls = Array.from({ length: 20 }, () => client.call('stateAuth'));
    await begun;

    const stopping = server.stop();
    release();

    for (const { stateAuthSecret } of await Promise.all(calls)) expect([...stateAuthSecret]).toEqual([1]);
    expect(await stopping).toBe(0);
    await expect(connected(server.address).call('name')).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  test('calls that take longer than the grace time are cut off and counted', async () => {
    const { handlers, begun } = held();
    const server = await serving(handlers, { limits: { stopGraceSeconds: 0.2 } });
    const call = connected(server.address).failure('stateAuth');
    await begun;

    expect(await server.stop()).toBe(1);
    expect(['UNAVAILABLE', 'CANCELLED', 'INTERNAL']).toContain(status[(await call).code]);
  });

  test('asked twice, it does not wait', async () => {
    const { handlers, begun } = held();
    const server = await serving(handlers, { limits: { stopGraceSeconds: 600 } });
    const call = connected(server.address).failure('stateAuth');
    await begun;

    const [first, second] = await Promise.all([server.stop(), server.stop()]);

    expect(first).toBe(second);
    await call;
  });
});

test('metadata that no rpc asks for is ignored', async () => {
  const { address } = await serving({ name: () => ({ name: 'x' }) });
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer whatever');

  await new Promise<void>((resolve, reject) => connected(address).raw.name({}, metadata, (error) => (error ? reject(error) : resolve())));
});
