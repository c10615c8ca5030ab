import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTLS } from 'node:tls';
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
    return await client.call('name');
  } finally {
    client[Symbol.dispose]();
  }
}

interface Meeting {
  readonly service: { readonly certificate?: Identity; readonly clientAuthority?: Identity };
  readonly client: () => ChannelCredentials;
  /** What a client of grpc-js is told, beside UNAVAILABLE. What it has of an alert after the handshake depends on who is faster. */
  readonly sees: RegExp;
  /** The certificate that a TLS client shows, if any, and how its connection ends: with an alert, or, as node judges certificates after the handshake, without. */
  readonly ending?: { readonly of?: Identity; readonly says: string };
}

const notConnected = /^No connection established\. Last error: /;

const certificate = { expired: certifiedBy(root, 'late', { expired: true }), elsewhere: certifiedBy(root, 'elsewhere', { hosts: ['elsewhere.example'] }) };

const refusals: Readonly<Record<string, Meeting>> = {
  'a client that trusts another authority': { service: {}, client: () => security(strangers), sees: /unable to verify the first certificate/ },
  'a client of a service whose certificate has expired': { service: { certificate: certificate.expired }, client: () => security(root), sees: /certificate has expired/ },
  'a client that calls by a host name that is not in the certificate': {
    service: { certificate: certificate.elsewhere },
    client: () => security(root),
    sees: /Hostname\/IP does not match certificate's altnames: Host: localhost\. is not cert's CN: elsewhere|Host: localhost\. is not in the cert's altnames: DNS:elsewhere\.example/,
  },
  'a client that does not speak TLS': { service: {}, client: () => credentials.createInsecure(), sees: notConnected },
  'a client without the certificate that the service wants': {
    service: { clientAuthority: root },
    client: () => security(root),
    sees: notConnected,
    ending: { says: 'tlsv13 alert certificate required' },
  },
  'a client certified by an authority that the service does not know': {
    service: { clientAuthority: root },
    client: () => security(root, certifiedBy(strangers, 'stranger')),
    sees: notConnected,
    ending: { of: certifiedBy(strangers, 'stranger'), says: 'closed' },
  },
  'a client whose certificate has expired': {
    service: { clientAuthority: root },
    client: () => security(root, certificate.expired),
    sees: notConnected,
    ending: { of: certificate.expired, says: 'closed' },
  },
};

/** How a TLS connection ends that presents this certificate. */
const endFor = (port: number, own: Identity | undefined): Promise<string> =>
  new Promise((resolve) => {
    const socket = connectTLS({ port, host: 'localhost', ca: root.certificate, ALPNProtocols: ['h2'], ...(own && { cert: own.certificate, key: own.key }) });
    socket.on('error', ({ message }) => resolve(message)).on('close', () => resolve('closed')).resume();
  });

describe('is turned away with UNAVAILABLE and the reason', () => {
  test.each(Object.entries(refusals))('%s', async (_, { service: { certificate: own = server, clientAuthority }, client, sees, ending }) => {
    const files = { certificate: file('own.pem', own.certificate), key: file('own.key', own.key) };
    const service = await fakeServer({ name: () => ({ name: 'safe' }) }, { listen: 'localhost:0', tls: { ...files, clientAuthorities: clientAuthority && file('ca.pem', clientAuthority.certificate) } });

    const refusal = await name(service.address, client()).catch((error: unknown) => error as { code: number; details: string });

    expect(refusal).toMatchObject({ code: status.UNAVAILABLE, details: expect.stringMatching(sees) as string });
    if (ending !== undefined) expect(await endFor(service.port, ending.of)).toContain(ending.says);
    expect(service.logged.filter(({ msg }) => msg === 'call')).toEqual([]);
    await service.stop();
  });
});

describe('is answered', () => {
  let service: FakeServer;
  beforeAll(async () => {
    service = await fakeServer({ name: () => ({ name: 'mutual' }) }, { listen: 'localhost:0', tls: { ...tls, clientAuthorities: file('ca.pem', root.certificate) } });
    return async () => void (await service.stop());
  });

  test('a client that trusts the authority of a service', async () => {
    const open = await fakeServer({ name: () => ({ name: 'safe' }) }, { listen: 'localhost:0', tls });
    await expect(name(open.address, security(strangers))).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await name(open.address, security(root))).toEqual({ name: 'safe' });
    await open.stop();
  });

  test('a client that the authority of a service has certified, also after one that it has not', async () => {
    await expect(name(service.address, security(root))).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await name(service.address, security(root, certifiedBy(root, 'runner')))).toEqual({ name: 'mutual' });
  });
});

test.each<[string, { certificate: string; key: string; clientAuthorities?: string }, RegExp]>([
  ['a file that is not there', { ...tls, certificate: '/nowhere.pem' }, /^cannot read \/nowhere\.pem: ENOENT/],
  ['a file that is no certificate', { ...tls, certificate: file('text.pem', 'text') }, /are no certificate and its key/],
  ['a key of another certificate', { ...tls, key: file('other.key', root.key) }, /are no certificate and its key: .*mismatch/],
  ['an authority file that is not there', { ...tls, clientAuthorities: '/no-ca.pem' }, /^cannot read \/no-ca\.pem/],
])('%s stops the start with a message', async (_, files, message) => {
  await expect(fakeServer({}, { tls: files })).rejects.toMatchObject({ name: 'SetupError', message: expect.stringMatching(message) as string });
});
