/** `mls-interop bench`: our engine measured against ts-mls and against the cost of the cryptography alone. */
import { existsSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from './command-error.ts';
import { seconds } from './participants.ts';

export interface BenchmarkOptions {
  readonly suite: number;
  /** Members of the groups. */
  readonly sizes: readonly number[];
  readonly engines: readonly string[];
  /** Seconds for each operation of each engine; slow ones take longer. */
  readonly budget: number;
}

interface BenchFlags extends BenchmarkOptions {
  readonly json?: string;
  readonly markdown: boolean;
}

/** What test/bench gives: the benchmark is no part of the published package, nor are the types it has. */
interface Benchmark {
  runBenchmark(options: BenchmarkOptions, progress: (text: string) => void): Promise<unknown>;
}
interface Tables {
  tables(results: unknown, style: 'markdown' | 'text'): string;
}

const engineNames = ['native', 'portable', 'ts-mls-1', 'ts-mls-2'];
const folder = new URL('../../test/bench/', import.meta.url);

const examples = `
Examples:
  $ mls-interop bench
  $ mls-interop bench --sizes 10,100 --engines native,portable --suite 2
  $ mls-interop bench --markdown --json bench.json

Runs in a checkout only. ts-mls-1 is ts-mls 1.6.4, ts-mls-2 its 2.0.0-rc.10; for them, first: npm ci --prefix test/bench/peers`;

export function benchCommand(): Command {
  return new Command('bench')
    .summary('measure our engine against ts-mls')
    .description('Measures our engine with both crypto providers, and ts-mls, at several group sizes; prints medians and ratios as a table.')
    .option('--suite <N>', 'cipher suite', suiteNumber, 1)
    .option('--sizes <numbers>', 'members of the groups', sizes, [10, 100, 1000])
    .option('--engines <names>', `which of ${engineNames.join(', ')}`, engines, engineNames)
    .option('--budget <seconds>', 'time for each operation of each engine; slow ones take longer', seconds, 1)
    .option('--json <file>', 'also write the results as JSON')
    .addOption(new Option('--markdown', 'print Markdown tables').default(false))
    .addHelpText('after', examples)
    .action(bench);
}

async function bench({ json, markdown, ...options }: BenchFlags): Promise<void> {
  if (!existsSync(new URL('benchmark.ts', folder))) throw new CommandError('the benchmark is not part of the installed package: run it in a checkout');
  const peer = options.engines.find((name) => name.startsWith('ts-mls'));
  if (peer !== undefined && !existsSync(new URL(`peers/node_modules/${peer}/package.json`, folder))) {
    throw new CommandError('ts-mls is not installed: npm ci --prefix test/bench/peers (or leave it out: --engines native,portable)');
  }
  const { runBenchmark } = (await import(new URL('benchmark.ts', folder).href)) as Benchmark;
  const { tables } = (await import(new URL('table.ts', folder).href)) as Tables;
  const results = await runBenchmark(options, progress);
  progress('');
  process.stdout.write(tables(results, markdown ? 'markdown' : 'text'));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
}

/** One line that is written over, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, process.stderr.columns - 1)}`);
}

function suiteNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 7) throw new InvalidArgumentError('give a cipher suite from 1 to 7.');
  return value;
}

function sizes(text: string): readonly number[] {
  const values = text.split(',').map(Number);
  if (values.some((value) => !Number.isInteger(value) || value < 3)) throw new InvalidArgumentError('give numbers of members, at least 3, with commas between them.');
  return values;
}

function engines(text: string): readonly string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !engineNames.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${engineNames.join(', ')}.`);
  return [...new Set(names)];
}
