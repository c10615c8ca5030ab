/** `mls-interop report`: makes any report of a run later, from its record. */
import { Command } from 'commander';
import { reasonOf } from '../report/file-errors.ts';
import { readRecord } from '../report/record/record-file.ts';
import type { RecordLine } from '../report/record/record.ts';
import { replayRecord, revisionsOf } from '../report/record/replay.ts';
import { Reporters } from '../report/reporter.ts';
import { tableReporter } from '../report/terminal.ts';
import { CommandError } from './command-error.ts';
import { withRecordErrors } from './record-errors.ts';
import { addReportOptions, checkPaths, reportersFor, type ReportOptions, type Terminal } from './reports.ts';
import { exitOnSignals } from './stopping.ts';

export interface ReportFlags extends ReportOptions {
  readonly partial?: boolean;
}

const examples = `
Examples:
  $ mls-interop report out/run.jsonl
  $ mls-interop report out/run.jsonl.gz --html out/run.html --junit out/run.xml --markdown out/run.md
  $ mls-interop report shard-1.jsonl shard-2.jsonl --html run.html
  $ mls-interop report run.jsonl --vectors vectors && mls-interop vectors verify vectors

The terminal's table is always printed. In a GitHub workflow the summary of the step and annotations are written as well.

Exit status: 0 the reports are made, however the run went; 2 wrong usage or not a record; 3 a report could not be written.`;

export function reportCommand(): Command {
  const command = new Command('report')
    .summary('make reports of a run from its record')
    .description('Makes the reports of a run from the record that it left, also when it was stopped. Several records are the shards of one run.')
    .argument('<record...>', 'a record, or all shards of one; names that end in .gz are gzip');
  return addReportOptions(command)
    .option('--partial', 'shards may be missing or stopped')
    .addHelpText('after', examples)
    .action(async (records: string[], flags: ReportFlags) => {
      exitOnSignals();
      await makeReports(records, flags, process);
    });
}

/** @throws CommandError for what is no record (2) and for what cannot be written (3) */
export async function makeReports(records: readonly string[], { partial = false, ...options }: ReportFlags, terminal: Terminal): Promise<void> {
  checkPaths(options, records);
  const warn = (message: string): void => void terminal.stderr.write(`warning: ${message}\n`);
  await withRecordErrors(async () => {
    const again = (say = warn) => linesOf(records, { partial, warn: say });
    const revisions = await revisionsOf(await again(silence));
    const failed: string[] = [];
    const all = [tableReporter((text) => void terminal.stdout.write(text)), ...(await reportersFor(options, terminal))];
    const reporters = new Reporters(all, ({ name }, error) => failed.push(`the ${name} report is not complete: ${reasonOf(error)}`));
    const end = await replayRecord(await again(), reporters, revisions);
    if (end.interrupted) warn('not all cases of the run are in the record');
    if (failed.length > 0) throw new CommandError(failed.join('; '), { exitCode: 3 });
    if (options.vectors !== undefined) await (await import('./make-vectors.ts')).makeVectors(await again(silence), options.vectors, terminal);
  });
}

const silence = (): void => {};

async function linesOf(records: readonly string[], options: { readonly partial: boolean; readonly warn: (message: string) => void }): Promise<AsyncIterable<RecordLine>> {
  const [only, ...others] = records;
  if (others.length === 0) return readRecord(only!, { onTorn: options.warn });
  // To weigh verdicts anew takes the referee.
  const { mergedRun } = await import('./merged-run.ts');
  return mergedRun(records, options);
}
