/** `mls-interop serve`: the gRPC service in a process of its own. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultOptions, type TLSFiles } from '../service/options.ts';
import { CommandError } from './command-error.ts';
import { limitRows, limitsOf } from './serve-limits.ts';

interface ServeFlags {
  readonly listen: string;
  readonly name: string;
  readonly suites?: readonly number[];
  readonly crypto: 'native' | 'portable';
  readonly grease: boolean;
  readonly refuse: readonly 'unlisted-grease'[];
  readonly maxLifetime?: bigint;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly reflection: boolean;
  readonly log: boolean;
}

const examples = `
Examples:
  $ mls-interop serve
  $ mls-interop serve --listen 127.0.0.1:0 --crypto portable --suites 1,2,3
  $ mls-interop serve --listen 0.0.0.0:50051 --tls-cert server.pem --tls-key server.key --tls-ca clients.pem
  $ mls-interop serve --log 2> calls.jsonl

Prints "listening on HOST:PORT" once it accepts connections. SIGTERM and SIGINT let calls in flight finish; a second one
does not wait for them.`;

export function serveCommand(): Command {
  const command = new Command('serve')
    .summary('serve our engine to a test runner over gRPC')
    .description('Serves the engine as mls_client.MLSClient, the interop interface of the MLS working group.')
    .option('--listen <host:port>', 'address; port 0 takes a free one. The rpcs hand out private keys: mind who can reach it', defaultOptions.listen)
    .option('--name <name>', 'what the rpc Name answers', defaultOptions.name)
    .option('--suites <numbers>', 'cipher suites to offer, such as 1,2,3 (default: all of the provider)', suiteNumbers)
    .addOption(new Option('--crypto <provider>', 'where the cryptography comes from').choices(['native', 'portable']).default('native'))
    .option('--no-grease', 'send no GREASE values (RFC 9420 section 13.5)')
    .addOption(
      new Option('--refuse <what...>', 'unlisted-grease: refuse KeyPackages with GREASE extensions that their leaf does not list (R-10-10), as mlspp makes them')
        .choices(['unlisted-grease'])
        .default([], 'accept and report'),
    )
    .option('--max-lifetime <seconds>', 'longest lifetime of a KeyPackage that is accepted (default: unlimited)', seconds)
    .option('--no-reflection', 'leave out the server reflection service')
    .option('--log', 'write one line of JSON per call to stderr: rpc, id, status, time, sizes; never contents', false)
    .option('--tls-cert <file>', 'PEM certificate chain; with --tls-key the service speaks TLS')
    .option('--tls-key <file>', 'PEM private key')
    .option('--tls-ca <file>', 'PEM certificates of the authorities for clients; a client must then show a certificate');
  for (const { flag, meaning, value, least = 1 } of limitRows) command.option(`${flag} <n>`, meaning, wholeNumber(least), value);
  return command.addHelpText('after', examples).action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const [{ startService }, { SetupError }, crypto] = await Promise.all([
    import('../service/service.ts'),
    import('../service/setup-error.ts'),
    provider(flags.crypto),
  ]);
  const unknown = flags.suites?.find((suite) => !crypto.cipherSuiteIds.includes(suite));
  if (unknown !== undefined) {
    throw new CommandError(`the ${flags.crypto} provider has no cipher suite ${unknown}, only ${crypto.cipherSuiteIds.join(', ')}`, { exitCode: 2 });
  }
  const service = await startService({
    ...flags,
    crypto,
    suites: flags.suites ?? crypto.cipherSuiteIds,
    acceptUnlistedGrease: !flags.refuse.includes('unlisted-grease'),
    tls: tlsFiles(flags),
    limits: limitsOf({ ...flags }),
  }).catch((cause: unknown) => {
    throw cause instanceof SetupError ? new CommandError(cause.message, { cause }) : cause;
  });

  // Groups are values and calls change them all at once or not at all: what one call left undone harms no other.
  process.on('uncaughtException', (error) => service.reportBug(error));
  if (flags.tlsCa === undefined && !isLoopback(flags.listen)) {
    const [how, protection] = flags.tlsCert === undefined ? ['without TLS', '--tls-cert, --tls-key and --tls-ca protect'] : ['by anybody', '--tls-ca protects'];
    process.stderr.write(`mls-interop: warning: ${service.address} is reachable from other machines ${how}, and the rpcs hand out private keys; ${protection} it\n`);
  }
  process.stdout.on('error', () => undefined);
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void service.stop().then(resolve));
  });
  process.stdout.write(`listening on ${service.address}\n`);

  const cutOff = await stopped;
  if (cutOff > 0) process.stderr.write(`mls-interop: ${cutOff} calls were cut off\n`);
  process.exit(cutOff > 0 ? 1 : 0);
}

/** Whether only this machine reaches HOST:PORT. A name other than localhost may stand for any address. */
const isLoopback = (listen: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[(::1|0:0:0:0:0:0:0:1|::ffff:127(\.\d{1,3}){3})\]):\d+$/i.test(listen);

async function provider(name: 'native' | 'portable') {
  return name === 'native'
    ? (await import('../mls/crypto/native/provider.ts')).nativeProvider()
    : (await import('../mls/crypto/portable/provider.ts')).portableProvider();
}

function tlsFiles({ tlsCert, tlsKey, tlsCa }: ServeFlags): TLSFiles | undefined {
  if (tlsCert !== undefined && tlsKey !== undefined) return { certificate: tlsCert, key: tlsKey, clientAuthorities: tlsCa };
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined;
  throw new CommandError('TLS needs both --tls-cert and --tls-key', { exitCode: 2 });
}

const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`give a whole number, at least ${least}.`);
    return value;
  };

function seconds(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('give a number of seconds.');
  return BigInt(text);
}

function suiteNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (/^\s*(0x[0-9a-fA-F]{1,4}|\d{1,5})\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.some((n) => !(n >= 1 && n <= 0xffff))) throw new InvalidArgumentError('give suite numbers with commas between them, such as 1,2,3.');
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}
