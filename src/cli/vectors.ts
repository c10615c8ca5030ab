/** `mls-interop vectors`: verifies test vectors in the formats of the MLS working group, and makes new ones. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CryptoProvider } from '../mls/crypto/provider.ts';
import { fileText, generatedFileCount, generateFiles } from '../vectors/generate.ts';
import { recognise } from '../vectors/registry.ts';
import type { Tolerance } from '../vectors/vector-type.ts';
import { verifyCases, type FileReport } from '../vectors/verify.ts';
import { CommandError } from './command-error.ts';

interface VerifyFlags {
  readonly crypto: 'native' | 'portable';
  readonly accept?: Tolerance;
  readonly now?: bigint;
}

interface GenerateFlags {
  readonly seed: string;
  readonly suite?: readonly number[];
}

const verifyExamples = `
Examples:
  $ mls-interop vectors verify treekem.json welcome.json
  $ mls-interop vectors verify ../shared/vectors --crypto portable
  $ mls-interop vectors verify ../shared/passive --accept unlisted-grease

Exit status: 0 nothing failed, 1 a case failed, 2 wrong usage or not a vector file. Of a folder, the files that end in .json
are read; one that holds no vectors counts as skipped, as do cases of cipher suites that the provider lacks.`;

const generateExamples = `
Examples:
  $ mls-interop vectors generate ./vectors
  $ mls-interop vectors generate ./vectors --seed 42 --suite 1,3

The same seed makes the same files, suite by suite.`;

export function vectorsCommand(): Command {
  const command = new Command('vectors').summary('verify or generate test vectors').description('Verifies and makes test vectors in the formats of the MLS working group.');
  command
    .command('verify')
    .summary('check the engine against vector files')
    .description('Checks the engine against vector files, whose type is recognised by their content.')
    .argument('<path...>', 'vector files, or folders of them')
    .addOption(new Option('--crypto <provider>', 'where the cryptography comes from').choices(['native', 'portable']).default('native'))
    .addOption(
      new Option('--accept <fault>', 'unlisted-grease: let KeyPackages pass whose GREASE extensions their leaf does not list (R-10-10)').choices(['unlisted-grease']),
    )
    .option('--now <seconds>', 'judge lifetimes as of this Unix time (default: not judged, as published vectors have expired)', unixTime)
    .addHelpText('after', verifyExamples)
    .action(async (paths: string[], flags: VerifyFlags) => {
      process.exitCode = await verify(paths, flags, process);
    });
  command
    .command('generate')
    .summary('make fresh vector files of every type')
    .description('Writes one file of each of the 16 kinds, made anew from a seed by the portable provider.')
    .argument('<folder>', 'where to write; made if it does not exist')
    .option('--seed <seed>', 'what all random values follow from', '1')
    .option('--suite <n>', 'only this cipher suite; repeat, or separate with commas (default: all)', suiteNumbers)
    .addHelpText('after', generateExamples)
    .action((folder: string, flags: GenerateFlags) => generate(folder, flags, process));
  return command;
}

interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & Partial<NodeJS.WriteStream>;
}

/** How many failures of one file are shown. */
const shownFailures = 3;

/** Verifies, and gives the exit code. */
export async function verify(paths: readonly string[], { crypto, accept, now }: VerifyFlags, { stdout, stderr }: Terminal): Promise<number> {
  const provider = await providerOf(crypto);
  const files = paths.flatMap(filesAt);
  const width = Math.max(...files.map(({ path }) => basename(path).length));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const began = performance.now();
    const report = await verifyFile(file, { provider, accept: new Set(accept === undefined ? [] : [accept]), now, stderr });
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += report[key];
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    stdout.write(`${report.failed > 0 ? 'FAIL' : 'ok  '} ${basename(file.path).padEnd(width)}  ${counts(report)}  (${report.type}, ${seconds} s)\n`);
    for (const { path, message } of report.failures.slice(0, shownFailures)) stdout.write(`       ${path}: ${message}\n`);
    if (report.failures.length > shownFailures) stdout.write(`       and ${report.failures.length - shownFailures} more\n`);
    for (const [note, times] of report.notes) stdout.write(`       accepted (${times}): ${note}\n`);
  }
  stdout.write(`${counts(total)}\n`);
  return total.failed > 0 ? 1 : 0;
}

const counts = ({ passed, failed, skipped }: Pick<FileReport, 'passed' | 'failed' | 'skipped'>): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;

interface VectorFile {
  readonly path: string;
  /** Whether the user named it, and so must know it for a vector file. */
  readonly named: boolean;
}

function filesAt(path: string): VectorFile[] {
  if (!reading(path, () => statSync(path)).isDirectory()) return [{ path, named: true }];
  const found = reading(path, () => readdirSync(path)).filter((name) => name.endsWith('.json'));
  if (found.length === 0) throw usage(`${path} has no .json files`);
  return found.sort().map((name) => ({ path: join(path, name), named: false }));
}

function reading<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw usage(`cannot read ${path}: ${(cause as Error).message}`, cause);
  }
}

const usage = (message: string, cause?: unknown): CommandError => new CommandError(message, { exitCode: 2, cause });

interface VerifySetting {
  readonly provider: CryptoProvider;
  readonly accept: ReadonlySet<Tolerance>;
  readonly now: bigint | undefined;
  readonly stderr: Terminal['stderr'];
}

async function verifyFile({ path, named }: VectorFile, { provider, accept, now, stderr }: VerifySetting): Promise<FileReport> {
  const json: unknown = reading(path, () => JSON.parse(readFileSync(path, 'utf8')));
  const type = recognise(json);
  if (type === undefined) {
    if (named) throw usage(`${path} is no vector file of a known type`);
    return { type: 'not a vector file', passed: 0, failed: 0, skipped: 1, failures: [], notes: new Map() };
  }
  const bar = progressBar(stderr, basename(path));
  try {
    return await verifyCases(type, json as unknown[], { provider, accept, now, progress: (done, of) => bar.show(done, of) });
  } finally {
    bar.stop();
  }
}

export async function generate(folder: string, { seed, suite }: GenerateFlags, { stdout, stderr }: Terminal): Promise<void> {
  const suites = suite ?? (await providerOf('portable')).cipherSuiteIds;
  const unknown = suites.find((id) => id < 1 || id > 7);
  if (unknown !== undefined) throw usage(`there is no cipher suite ${unknown}, only 1 to 7`);
  reading(folder, () => mkdirSync(folder, { recursive: true }));
  const bar = progressBar(stderr, 'generating');
  let written = 0;
  bar.show(0, generatedFileCount);
  for await (const file of generateFiles({ seed, suites })) {
    writeFileSync(join(folder, file.name), fileText(file));
    bar.show(++written, generatedFileCount);
  }
  bar.stop();
  stdout.write(`wrote ${written} files to ${folder}\n`);
}

/** A progress bar on a terminal, nothing elsewhere. */
function progressBar(stderr: Terminal['stderr'], what: string): { show(done: number, of: number): void; stop(): void } {
  if (!stderr.isTTY) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ stream: stderr, format: `{bar} {value}/{total}  ${what}`, hideCursor: true, clearOnComplete: true }, Presets.rect);
  return {
    show(done, of) {
      if (bar.isActive) bar.update(done);
      else bar.start(of, done);
    },
    stop: () => bar.stop(),
  };
}

async function providerOf(name: 'native' | 'portable'): Promise<CryptoProvider> {
  return name === 'native'
    ? (await import('../mls/crypto/native/provider.ts')).nativeProvider()
    : (await import('../mls/crypto/portable/provider.ts')).portableProvider();
}

function unixTime(text: string): bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a number of seconds since 1970.');
  return BigInt(text);
}

function suiteNumbers(text: string, previous: readonly number[] = []): number[] {
  const numbers = text.split(',').map(Number);
  if (!numbers.every((n) => Number.isInteger(n) && n > 0)) throw new InvalidArgumentError('It is not a cipher suite number, or several separated by commas.');
  return [...previous, ...numbers];
}
