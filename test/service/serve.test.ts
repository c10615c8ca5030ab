/** `mls-interop serve` as a process: its one line, its exit codes, and how it stops. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { authority, certifiedBy } from './support/certificates.ts';
import { connect } from './support/client.ts';
import { killAll, serving, start } from './support/process.ts';
import { commitAll, groupOf, testService } from './support/service.ts';

afterEach(killAll);

describe('while it serves', () => {
  test.each(['native', 'portable'])('it says where it listens, and answers with the %s provider', async (crypto) => {
    const { address, child, end, output } = await serving('--name', 'ours', '--suites', '2,1,0x3', '--crypto', crypto, '--log');
    using client = connect(address);

    expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(await client.call('name')).toEqual({ name: 'ours' });
    expect(await client.call('supportedCiphersuites')).toEqual({ ciphersuites: [1, 2, 3] });
    const ids = await groupOf(client, ['alice', 'bob']);
    await commitAll(client, ids, { forcePath: true });

    child.kill('SIGTERM');
    expect(await end).toBe(0);
    expect(output.stdout).toBe(`listening on ${address}\n`);
    const lines = output.stderr.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ msg }) => msg === 'call').map(({ rpc }) => rpc)).toContain('JoinGroup');
  });

  test('without --log it writes nothing on stderr', async () => {
    const { address, child, end, output } = await serving();
    using client = connect(address);
    await client.call('name');
    await client.failure('stateAuth', { stateId: 5 });

    child.kill('SIGINT');

    expect(await end).toBe(0);
    expect(output.stderr).toBe('');
  });

  test('off loopback without TLS it warns', async () => {
    const { address, child, end, output } = await serving('--listen', '0.0.0.0:0');

    child.kill('SIGTERM');

    expect(await end).toBe(0);
    expect(output.stderr).toBe(`mls-interop: warning: ${address} is reachable from other machines without TLS, and the rpcs hand out private keys; --tls-cert, --tls-key and --tls-ca protect it\n`);
  });

  test('off loopback with TLS it warns when clients need no certificate', async () => {
    const { certificate, key } = certifiedBy(authority('somebody'), 'localhost');
    const folder = await mkdtemp(join(tmpdir(), 'serve-'));
    const [certificateFile, keyFile] = [join(folder, 'server.pem'), join(folder, 'server.key')];
    await Promise.all([writeFile(certificateFile, certificate), writeFile(keyFile, key)]);
    const tls = ['--tls-cert', certificateFile, '--tls-key', keyFile];

    for (const [args, warning] of [
      [['--listen', '0.0.0.0:0', ...tls], 'is reachable from other machines by anybody, and the rpcs hand out private keys; --tls-ca protects it'],
      [['--listen', '0.0.0.0:0', ...tls, '--tls-ca', certificateFile], undefined],
      [tls, undefined],
    ] as const) {
      const { address, child, end, output } = await serving(...args);
      child.kill('SIGTERM');
      expect(await end).toBe(0);
      expect(output.stderr).toBe(warning === undefined ? '' : `mls-interop: warning: ${address} ${warning}\n`);
    }
    await rm(folder, { recursive: true });
  });
});

describe('when it cannot serve, it says why in one line', () => {
  test.each<[string[], number, string | RegExp]>([
    [['--suites', '9'], 2, 'mls-interop: the native provider has no cipher suite 9, only 1, 2, 3, 4, 5, 6, 7\n'],
    [['--suites', '1,x'], 2, /^error: option '--suites <numbers>' argument '1,x' is invalid\. give suite numbers/],
    [['--crypto', 'none'], 2, /^error: option '--crypto <provider>' argument 'none' is invalid\. Allowed choices are native, portable\./],
    [['--refuse', 'everything'], 2, /^error: option '--refuse <what\.\.\.>' argument 'everything' is invalid/],
    [['--max-states', '0'], 2, /^error: option '--max-states <n>' argument '0' is invalid\. give a whole number, at least 1\./],
    [['--past-epochs', '-1'], 2, /at least 0/],
    [['--max-lifetime', '1h'], 2, /give a number of seconds/],
    [['--tls-cert', 'only.pem'], 2, 'mls-interop: TLS needs both --tls-cert and --tls-key\n'],
    [['--tls-ca', 'only.pem'], 2, 'mls-interop: TLS needs both --tls-cert and --tls-key\n'],
    [['--tls-cert', '/no.pem', '--tls-key', '/no.key'], 1, /^mls-interop: cannot read \/no\.pem: ENOENT[^\n]*\n$/],
    [['--listen', 'nowhere'], 1, "mls-interop: 'nowhere' is no address to listen on; give HOST:PORT, or [IPV6]:PORT\n"],
    [['--unknown'], 2, /^error: unknown option '--unknown'/],
    [['extra'], 2, /^error: too many arguments/],
  ])('%j', async (args, code, message) => {
    const { end, output } = start('serve', ...args);

    expect(await end).toBe(code);
    expect(output.stdout).toBe('');
    expect(output.stderr).toMatch(message);
    expect(output.stderr).not.toMatch(/\n\s+at /);
  });

  test('a port that is taken', async () => {
    const other = await testService();
    const { end, output } = start('serve', '--listen', other.address);

    expect(await end).toBe(1);
    expect(output.stderr).toMatch(new RegExp(`^mls-interop: cannot listen on ${other.address}: [^\n]*EADDRINUSE[^\n]*\n$`));
    await other.stop();
  });
});

test('the help names every limit with its default, and has examples', async () => {
  const { end, output } = start('serve', '--help');

  expect(await end).toBe(0);
  for (const word of ['--listen', '127.0.0.1:50051', '--max-message-bytes', '67108864', '--past-epochs', 'Examples:', '--tls-ca', 'unlisted-grease']) expect(output.stdout).toContain(word);
});

describe('the program', () => {
  test.each<[string[], number, RegExp, RegExp]>([
    [[], 2, /^$/, /^Usage: mls-interop/],
    [['--help'], 0, /^Usage: mls-interop[^]*serve[^]*run[^]*vectors/, /^$/],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [['nothing'], 2, /^$/, /^error: unknown command 'nothing'\n\(try --help\)\n$/],
    [['help', 'serve'], 0, /^Usage: mls-interop serve/, /^$/],
  ])('%j', async (args, code, stdout, stderr) => {
    const { end, output } = start(...args);

    expect(await end).toBe(code);
    expect(output.stdout).toMatch(stdout);
    expect(output.stderr).toMatch(stderr);
  });
});
