/** `mls-interop serve`: the gRPC service in a process of its own. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultLimits, defaultOptions, type ServiceLimits, type TLSFiles } from '../service/options.ts';
import { CommandError } from './command-error.ts';

interface ServeFlags extends Omit<ServiceLimits, 'engine'> {
  readonly maxLeaves: number;
  readonly maxMessageElements: number;
  readonly maxPendingProposals: number;
  readonly maxPendingProposalBytes: number;
  readonly maxCommitPsks: number;
  readonly maxForwardSteps: number;
  readonly outOfOrderKeys: number;
  readonly pastEpochs: number;
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
  for (const { flag, meaning, value, least = 1 } of limitOptions) command.option(`${flag} <n>`, meaning, wholeNumber(least), value);
  return command.addHelpText('after', examples).action(serve);
}

interface LimitOption {
  readonly flag: string;
  readonly meaning: string;
  readonly value: number;
  /** The lowest value that makes sense; 1 when absent. */
  readonly least?: number;
}

const { engine } = defaultLimits;
const limitOptions: readonly LimitOption[] = [
  { flag: '--max-message-bytes', meaning: 'longest request in bytes; the default has room for a Welcome to 10,000 members five times over', value: defaultLimits.maxMessageBytes },
  { flag: '--max-fields', meaning: 'fields in one request, repeated and nested ones counted', value: defaultLimits.maxFields },
  { flag: '--max-psks', meaning: 'external PSKs that one state or pending join may have', value: defaultLimits.maxPsks },
  { flag: '--max-states', meaning: 'group states alive at one time, also those of members that were removed or superseded and that nobody has freed', value: defaultLimits.maxStates },
  { flag: '--max-pending-joins', meaning: 'pending joins, suspended groups and external signers alive at one time', value: defaultLimits.maxPendingJoins },
  { flag: '--pending-join-lifetime', meaning: 'seconds that a pending join, suspended group or external signer may go unused before it is given up; 0: for ever', value: defaultLimits.pendingJoinLifetime, least: 0 },
  { flag: '--max-concurrent-calls', meaning: 'calls being worked on at one time', value: defaultLimits.maxConcurrentCalls },
  { flag: '--max-call-seconds', meaning: 'time a call may take, waiting included', value: defaultLimits.maxCallSeconds },
  { flag: '--stop-grace-seconds', meaning: 'time that calls in flight get when the service stops', value: defaultLimits.stopGraceSeconds },
  { flag: '--max-leaves', meaning: 'leaves of a group, blank ones counted', value: engine.leaves },
  { flag: '--max-message-elements', meaning: 'elements of lists in one MLS message or ratchet tree; of numbers 16 count as one', value: engine.messageElements },
  { flag: '--max-pending-proposals', meaning: 'proposals kept for one epoch of a group', value: engine.pendingProposals },
  { flag: '--max-pending-proposal-bytes', meaning: 'their length together', value: engine.pendingProposalBytes },
  { flag: '--max-commit-psks', meaning: 'PSKs that one Commit mixes in', value: engine.psks },
  { flag: '--max-forward-steps', meaning: 'how far ahead of the last one from its sender a message may be', value: engine.forwardSteps },
  { flag: '--out-of-order-keys', meaning: 'keys kept, per sender, of messages that have not come yet', value: engine.outOfOrderKeys, least: 0 },
  { flag: '--past-epochs', meaning: 'epochs whose late messages are opened and whose resumption PSKs are kept', value: engine.pastEpochs, least: 0 },
];

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
    limits: limitsOf(flags),
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

const limitsOf = (flags: ServeFlags): ServiceLimits => ({
  ...flags,
  engine: {
    leaves: flags.maxLeaves,
    messageElements: flags.maxMessageElements,
    pendingProposals: flags.maxPendingProposals,
    pendingProposalBytes: flags.maxPendingProposalBytes,
    psks: flags.maxCommitPsks,
    forwardSteps: flags.maxForwardSteps,
    outOfOrderKeys: flags.outOfOrderKeys,
    pastEpochs: flags.pastEpochs,
  },
});

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
