/** `mls-interop health`: what it prints, and its exit code. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { authority, certifiedBy } from '../service/support/certificates.ts';
import { fakeServer } from '../service/support/fake-handlers.ts';
import { startMock } from '../support/mock-service.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mls-interop-health-'));
afterAll(() => rmSync(folder, { recursive: true }));

// The deadline is no shorter than the time that a test has, unless the test gives another after it.
const health = (...args: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, 'health', '--deadline', '120', ...args], (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }));
  });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a service of ours is serving', async () => {
  const service = await fakeServer({});
  onTestFinished(async () => void (await service.stop()));
  expect(await health(service.address)).toEqual({ code: 0, stdout: `${service.address} is serving\n`, stderr: '' });
});

test('one with a certificate is asked over TLS, and by numbers too', async () => {
  const server = certifiedBy(authority('the authority'), 'server');
  const tls = { certificate: file('server.pem', server.certificate), key: file('server.key', server.key) };
  const service = await fakeServer({}, { listen: '127.0.0.1:0', tls });
  onTestFinished(async () => void (await service.stop()));

  expect(await health(service.address, '--tls')).toMatchObject({ code: 0, stdout: `${service.address} is serving\n` });
  expect(await health(service.address, '--deadline', '2')).toMatchObject({ code: 1, stdout: '' });
});

test('one without grpc.health.v1 is told from one that is not there', async () => {
  const mock = await startMock({ name: 'mock' });
  onTestFinished(() => mock.stop());
  expect(await health(mock.address)).toEqual({ code: 1, stdout: '', stderr: `mls-interop: ${mock.address} answers, but has no grpc.health.v1\n` });

  // Nobody listens on a port that only root may have.
  expect(await health('127.0.0.1:1')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'mls-interop: 127.0.0.1:1 did not say how it is: UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1\n',
  });
});

test('one that is mute takes the deadline and no longer', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  onTestFinished(() => void mute.close());
  const { port } = mute.address() as { port: number };
  const { code, stderr } = await health(`127.0.0.1:${port}`, '--deadline', '0.5');
  expect(code).toBe(1);
  expect(stderr).toMatch(/did not say how it is: DEADLINE_EXCEEDED/);
});

test.each([
  [['no address'], /"no address" is not HOST:PORT/],
  [['127.0.0.1:0'], /with a port from 1 to 65535/],
  [['127.0.0.1:65536'], /with a port from 1 to 65535/],
  [['127.0.0.1:1', '--deadline', '0'], /It is not a number of seconds/],
  [[], /missing required argument/],
])('%j is wrong usage', async (args, message) => {
  const { code, stderr } = await health(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
