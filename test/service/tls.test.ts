import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, status, type ChannelCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authority, certifiedBy, type Identity } from './support/certificates.ts';
import { connect } from './support/client.ts';
import { fakeServer, type FakeServer } from './support/fake-handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const root = authority('the authority');
const strangers = authority('somebody else');
const server = certifiedBy(root, 'server');
const tls = { certificate: file('server.pem', server.certificate), key: file('server.key', server.key) };

/** How a client presents itself, and whom it trusts. */
const security = (trusted: Identity, client?: Identity): ChannelCredentials =>
  credentials.createSsl(Buffer.from(trusted.certificate), client && Buffer.from(client.key), client && Buffer.from(client.certificate));

async function name(address: string, how: ChannelCredentials): Promise<unknown> {
  const client = connect(address, how);
  try {
    return await client.call('name', {}, { deadline: Date.now() + 5_000 });
  } finally {
    client[Symbol.dispose]();
  }
}

describe('a service with a certificate', () => {
  let service: FakeServer;
  beforeAll(async () => {
    service = await fakeServer({ name: () => ({ name: 'safe' }) }, { listen: 'localhost:0', tls });
    return async () => void (await service.stop());
  });

  test('answers a client that trusts its authority', async () => {
    expect(await name(service.address, security(root))).toEqual({ name: 'safe' });
  });

  test.each<[string, () => ChannelCredentials]>([
    ['that trusts another authority', () => security(strangers)],
    ['that does not speak TLS', () => credentials.createInsecure()],
  ])('is UNAVAILABLE to a client %s', async (_, how) => {
    await expect(name(service.address, how())).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await name(service.address, security(root))).toEqual({ name: 'safe' });
  });
});

describe('a service that wants client certificates', () => {
  let service: FakeServer;
  beforeAll(async () => {
    service = await fakeServer({ name: () => ({ name: 'mutual' }) }, { listen: 'localhost:0', tls: { ...tls, clientAuthorities: file('ca.pem', root.certificate) } });
    return async () => void (await service.stop());
  });

  test('answers a client that its authority has certified', async () => {
    expect(await name(service.address, security(root, certifiedBy(root, 'runner')))).toEqual({ name: 'mutual' });
  });

  test.each<[string, Identity | undefined]>([
    ['without a certificate', undefined],
    ['certified by another authority', certifiedBy(strangers, 'stranger')],
    ['whose certificate has expired', certifiedBy(root, 'late', { expired: true })],
  ])('is UNAVAILABLE to a client %s', async (_, client) => {
    await expect(name(service.address, security(root, client))).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

test('a server certificate that has expired is refused by the client', async () => {
  const late = certifiedBy(root, 'late', { expired: true });
  const service = await fakeServer({}, { listen: 'localhost:0', tls: { certificate: file('late.pem', late.certificate), key: file('late.key', late.key) } });

  await expect(name(service.address, security(root))).rejects.toMatchObject({ code: status.UNAVAILABLE });
  await service.stop();
});

test.each<[string, { certificate: string; key: string; clientAuthorities?: string }, RegExp]>([
  ['a file that is not there', { ...tls, certificate: '/nowhere.pem' }, /^cannot read \/nowhere\.pem: ENOENT/],
  ['a file that is no certificate', { ...tls, certificate: file('text.pem', 'text') }, /are no certificate and its key/],
  ['a key of another certificate', { ...tls, key: file('other.key', root.key) }, /are no certificate and its key: .*mismatch/],
  ['an authority file that is not there', { ...tls, clientAuthorities: '/no-ca.pem' }, /^cannot read \/no-ca\.pem/],
])('%s stops the start with a message', async (_, files, message) => {
  await expect(fakeServer({}, { tls: files })).rejects.toMatchObject({ name: 'SetupError', message: expect.stringMatching(message) as string });
});
