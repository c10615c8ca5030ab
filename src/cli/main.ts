#!/usr/bin/env node
/** The program `mls-interop`. Only the subcommand that is asked for is loaded. */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { CommandError } from './command-error.ts';

interface Subcommand {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  serve: {
    summary: 'serve our engine to a test runner over gRPC',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  run: {
    summary: 'drive served implementations through scripts against each other',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  interop: {
    summary: 'drive our own two crypto providers against each other',
    load: async () => (await import('./interop.ts')).interopCommand(),
  },
  doctor: {
    summary: 'say in one screen whether an implementation is healthy',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  health: {
    summary: 'ask a server for its health, as a container does',
    load: async () => (await import('./health.ts')).healthCommand(),
  },
  list: {
    summary: 'list the cases that a run would have',
    load: async () => (await import('./list.ts')).listCommand(),
  },
  replay: {
    summary: 'run one case again and say what is different',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  report: {
    summary: 'make reports of a run from its record',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  merge: {
    summary: 'join the records of shards into one',
    load: async () => (await import('./merge.ts')).mergeCommand(),
  },
  diff: {
    summary: 'list what has changed from one run to another',
    load: async () => (await import('./diff.ts')).diffCommand(),
  },
  expect: {
    summary: 'keep the list of expected failures current',
    load: async () => (await import('./expect.ts')).expectCommand(),
  },
  vectors: {
    summary: 'verify or generate test vectors',
    load: async () => (await import('./vectors.ts')).vectorsCommand(),
  },
  inspect: {
    summary: 'show an MLS message as a tree of its fields',
    load: async () => (await import('./inspect.ts')).inspectCommand(),
  },
  requirements: {
    summary: "print what shows each of RFC 9420's requirements",
    load: async () => (await import('./requirements.ts')).requirementsCommand(),
  },
  bench: {
    summary: 'measure our engine against ts-mls',
    load: async () => (await import('./bench.ts')).benchCommand(),
  },
};

const oldestNode = [24, 15] as const;

/** Runs the program with the arguments after its name; gives the exit code. Prints no stack unless `--debug` is among them. */
export async function main(args: readonly string[]): Promise<number> {
  const debug = args.includes('--debug') || (process.env['MLS_INTEROP_DEBUG'] ?? '') !== '';
  try {
    checkNode();
    const program = await programFor(args);
    await program.parseAsync(args.filter((arg) => arg !== '--debug'), { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, debug);
  }
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new CommandError(`needs Node ${oldestNode.join('.')} or newer, this is ${process.versions.node}; in a checkout use npm run -s mls-interop --`);
}

async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('mls-interop')
    .description('An RFC 9420 (MLS) engine, a gRPC service around it, and a runner that tests such services against each other.')
    .version(version(), '-V, --version')
    .option('--debug', 'show the stack of an unexpected error (also: MLS_INTEROP_DEBUG=1)')
    .addHelpText('after', '\nExit codes: 0 success, 1 failure, 2 wrong usage; `run` has more of its own.')
    .showHelpAfterError('(try --help)');
  const asked = args.filter((arg) => !arg.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(subcommands)) {
    const isAsked = asked[0] === name || (asked[0] === 'help' && asked[1] === name);
    program.addCommand(isAsked ? await load() : new Command(name).summary(summary).description(summary));
  }
  throwInsteadOfExit(program);
  return program;
}

/** The version in package.json, which is two steps up from src/cli and from dist/cli. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const subcommand of command.commands) throwInsteadOfExit(subcommand);
}

function report(error: unknown, debug: boolean): number {
  // commander has printed its message; help and version leave with 0, everything else is wrong usage
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  const expected = error instanceof CommandError;
  process.stderr.write(`mls-interop: ${printable(oneBelowTheOther(message))}${expected || debug ? '' : ' (unexpected; --debug shows the stack)'}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return expected ? error.exitCode : 1;
}

// Node before 24.2 does not say which module is the program; it is to be told which version is needed.
const isProgram = import.meta.main ?? (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url));
if (isProgram) {
  // Whoever reads the output may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await main(process.argv.slice(2));
}
