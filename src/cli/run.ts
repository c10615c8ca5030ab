/** `mls-interop run`: drives implementations through scripts against each other. */
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { progressReporter, tableReporter } from '../report/terminal.ts';
import { upstreamReporter, type Transcripts } from '../report/upstream-json.ts';
import { connectAll, Unreachable, type ClientAddress, type Implementation } from '../runner/implementation.ts';
import { run } from '../runner/run.ts';
import { runRecord } from '../runner/run-record.ts';
import { listedSuites, schedule, type WireMode } from '../runner/schedule.ts';
import { loadScripts, ScriptError, type LoadedScripts } from '../runner/script.ts';
import { CommandError } from './command-error.ts';

export interface RunOptions {
  readonly client: readonly ClientAddress[];
  readonly suite?: readonly number[];
  readonly private?: boolean;
  readonly public?: boolean;
  readonly random?: boolean;
  readonly seed: string;
  readonly assignments: number;
  readonly jobs: number;
  readonly json?: string;
  readonly transcripts: Transcripts;
  /** In seconds, as is the next. */
  readonly callDeadline: number;
  readonly connectDeadline: number;
}

/** Where a run prints to. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const exitCodes = { passed: 0, failed: 1, usage: 2, unreachable: 3 } as const;

export function runCommand(): Command {
  return new Command('run')
    .summary('drive implementations through scripts against each other')
    .description(
      'Drives MLS implementations (servers of mls_client.MLSClient) through mlswg scripts against each other, and checks that ' +
        'they agree. Every actor of a script is played by every implementation, on every cipher suite and in both wire modes.',
    )
    .argument('[script...]', 'script files, or folders of them (default: the scripts that the project carries)')
    .requiredOption('--client <NAME=HOST:PORT>', 'an implementation to test; repeat for more, or with the same NAME for more processes of one', client)
    .option('--suite <N>', 'only this cipher suite; repeat, or separate with commas (default: all that a client lists)', suites)
    .option('--private', 'only with handshake messages as PrivateMessage')
    .option('--public', 'only with handshake messages as PublicMessage')
    .option('--random', 'draw one assignment of clients to actors per script, suite and wire mode')
    .option('--seed <S>', 'decides whatever is drawn; the same seed repeats a run', '1')
    .option('--assignments <N>', 'at most this many assignments per script, suite and wire mode', wholeNumber, 256)
    .option('--jobs <N>', 'cases at a time per client; more than 1 only for servers that stand it', wholeNumber, 1)
    .option('--json <FILE>', 'write the results in the format of the mlswg runner')
    .addOption(new Option('--transcripts <WHICH>', 'cases whose calls the JSON has').choices(['all', 'failed', 'none']).default('all'))
    .option('--call-deadline <SECONDS>', 'time for one call', seconds, 120)
    .option('--connect-deadline <SECONDS>', 'time for a client to become reachable', seconds, 10)
    .addHelpText('after', examples)
    .action(async (scripts: string[], options: RunOptions) => {
      process.exitCode = await runScripts(scripts, options, process);
    });
}

const examples = `
Examples:
  mls-interop run --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052
  mls-interop run commit.json welcome_join.json --client a=127.0.0.1:50051 --suite 1,2 --private
  mls-interop run deep_random.json --random --client a=127.0.0.1:50051 --client b=127.0.0.1:50052 --json out.json

Exit status: 0 all cases passed, 1 a case did not, 2 wrong usage or a wrong script, 3 a client could not be reached.
`;

const carriedScripts = fileURLToPath(new URL('../runner/scripts', import.meta.url));

/**
 * Runs, and gives the exit code: 0 if all cases passed, else 1.
 * @throws CommandError for wrong usage, a wrong script (2) or a client that cannot be reached (3)
 */
export async function runScripts(scripts: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const { scripts: loaded, warnings } = readScripts(scripts.length === 0 ? [carriedScripts] : scripts);
  for (const { file, path, message } of warnings) terminal.stderr.write(`warning: ${file}: ${path}: ${message}\n`);

  const implementations = await reach(options);
  try {
    const suites = options.suite ?? listedSuites(implementations);
    sayWhoStaysOut(implementations, suites, terminal);
    const { seed, assignments, random = false } = options;
    const cases = schedule({ scripts: loaded, implementations, suites, wireModes: wireModes(options), assignments, random, seed });
    if (cases.length === 0) throw usage('nothing to run: no client lists any of the cipher suites');

    const reporters = new Reporters(reportersFor(options, terminal), ({ name }, error) =>
      terminal.stderr.write(`warning: the ${name} report is incomplete: ${(error as Error).message}\n`),
    );
    const { success } = await run(runRecord({ scripts: loaded, implementations, cases, seed }), cases, { jobs: options.jobs, reporters });
    return success ? exitCodes.passed : exitCodes.failed;
  } finally {
    for (const implementation of implementations) implementation.close();
  }
}

function readScripts(paths: readonly string[]): LoadedScripts {
  try {
    return loadScripts(paths);
  } catch (error) {
    throw error instanceof ScriptError ? usage(error.message, error) : error;
  }
}

async function reach({ client, connectDeadline, callDeadline }: RunOptions): Promise<Implementation[]> {
  try {
    return await connectAll(client, { connect: connectDeadline * 1000, call: callDeadline * 1000 });
  } catch (error) {
    throw error instanceof Unreachable ? new CommandError(error.message, { exitCode: exitCodes.unreachable, cause: error }) : error;
  }
}

const usage = (message: string, cause?: unknown): CommandError => new CommandError(message, { exitCode: exitCodes.usage, cause });

function wireModes(options: RunOptions): WireMode[] {
  if (options.private && !options.public) return ['private'];
  if (options.public && !options.private) return ['public'];
  return ['public', 'private'];
}

function reportersFor(options: RunOptions, { stdout, stderr }: Terminal): Reporter[] {
  const reporters = [tableReporter((text) => stdout.write(text))];
  if (stderr.isTTY) reporters.unshift(progressReporter(stderr as NodeJS.WriteStream));
  if (options.json !== undefined) reporters.push(openJson(options.json, options.transcripts));
  return reporters;
}

function openJson(file: string, transcripts: Transcripts): Reporter {
  try {
    return upstreamReporter(file, transcripts);
  } catch (error) {
    throw usage(`--json ${file}: ${(error as Error).message}`, error);
  }
}

function sayWhoStaysOut(implementations: readonly Implementation[], suites: readonly number[], { stderr }: Terminal): void {
  for (const suite of suites) {
    const out = implementations.filter((implementation) => !implementation.suites.has(suite)).map(({ label }) => label);
    if (out.length > 0) stderr.write(`note: suite ${suite} runs without ${out.join(', ')}, which does not list it\n`);
  }
}

function client(value: string, previous: readonly ClientAddress[] = []): ClientAddress[] {
  const match = /^([\w.+-]+)=(.+:\d+)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('It is not NAME=HOST:PORT, with a name of letters, digits and . _ + -');
  return [...previous, { label: match[1]!, address: match[2]! }];
}

function suites(value: string, previous: readonly number[] = []): number[] {
  const numbers = value.split(',').map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1 || number > 0xffff)) throw new InvalidArgumentError('A cipher suite is a number from 1 to 65535.');
  return [...new Set([...previous, ...numbers])];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is not a whole number of at least 1.');
  return number;
}

function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0) || number > 86_400) throw new InvalidArgumentError('It is not a number of seconds.');
  return number;
}
