/** `mls-interop merge`: joins the records of shards into one. */
import { renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppliedExpectations } from '../report/expectations/applied-expectations.ts';
import { staleExpectations, type PlannedCase } from '../report/expectations/expectations.ts';
import { reasonOf } from '../report/file-errors.ts';
import { removeAtExit } from '../report/part-file.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { recordReporter } from '../report/record/record-file.ts';
import type { CaseRecord, EndRecord, RecordLine } from '../report/record/record.ts';
import { replayRecord } from '../report/record/replay.ts';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { CommandError } from './command-error.ts';
import { expectationsOf } from './expect.ts';
import { mergedRun } from './merged-run.ts';
import { withRecordErrors } from './record-errors.ts';
import type { Terminal } from './reports.ts';
import { exitOnSignals } from './stopping.ts';

export interface MergeFlags {
  readonly output: string;
  readonly partial?: boolean;
  /** A folder. */
  readonly expectations?: string;
}

const examples = `
Examples:
  $ mls-interop merge shard-1.jsonl shard-2.jsonl shard-3.jsonl --output run.jsonl
  $ mls-interop merge shards/*.jsonl.gz --output run.jsonl.gz --partial
  $ mls-interop merge shards/*.jsonl --output run.jsonl --expectations expectations

Without --expectations cases keep the statuses that their shards gave them. Shards of other scripts, implementations, options or seeds, or of another version of this tool, are refused.

Exit status: 0 merged, however the run went; 1 with --expectations, a failure or a pass that was not expected, or cases that could not run;
2 wrong usage or not the shards of one run; 3 the record could not be written.`;

export function mergeCommand(): Command {
  return new Command('merge')
    .summary('join the records of shards into one')
    .description('Joins the records that `run --shard` left into the record that one run would have left.')
    .argument('<shard...>', 'the records of all shards of one run')
    .requiredOption('--output <RECORD>', 'the record to write; gzip when the name ends in .gz')
    .option('--partial', 'shards may be missing or stopped')
    .option('--expectations <FOLDER>', 'judge all cases by these files of expected failures, whatever their shards expected')
    .addHelpText('after', examples)
    .action(async (shards: string[], flags: MergeFlags) => {
      exitOnSignals();
      process.exitCode = await merge(shards, flags, process);
    });
}

/**
 * Merges, and gives the exit code.
 * @throws CommandError for shards that do not belong together (2) and for what cannot be written (3)
 */
export async function merge(shards: readonly string[], { output, partial = false, expectations: folder }: MergeFlags, { stdout, stderr }: Terminal): Promise<number> {
  if (shards.some((shard) => resolve(shard) === resolve(output))) throw new CommandError(`--output ${output}: is one of the shards`, { exitCode: 2 });
  // With the ending of the output, which says whether it is gzip.
  const part = output.replace(/(\.gz)?$/, '.part$1');
  const warn = (message: string): void => void stderr.write(`warning: ${printable(oneBelowTheOther(message))}\n`);
  return withRecordErrors(async () => {
    const expected = folder === undefined ? undefined : await expectedOfAll(folder);
    const lines = await mergedRun(shards, { partial, warn, ...(expected === undefined ? {} : { judge: expected.judge }) });
    const settled = removeAtExit(part);
    try {
      const end = await write(lines, { part, output });
      renameSync(part, output);
      const cases = Object.values(end.counts).reduce((sum, count) => sum + count, 0);
      stdout.write(`${cases} cases of ${shards.length} shards: ${output}\n`);
      for (const message of expected?.complaints() ?? []) warn(message);
      return expected === undefined || end.success ? 0 : 1;
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    } finally {
      settled();
    }
  });
}

async function expectedOfAll(folder: string) {
  const set = await expectationsOf(folder);
  const applied = new AppliedExpectations(set, new Date());
  const cases: PlannedCase[] = [];
  return {
    judge(result: CaseRecord): CaseRecord {
      cases.push({ id: result.id, actors: result.actors });
      return applied.judge(result);
    },
    complaints: () => [...staleExpectations(set, cases).map(({ message }) => message), ...applied.unneeded()],
  };
}

interface Target {
  /** What is written, to take the name of the output when it is whole. */
  readonly part: string;
  readonly output: string;
}

async function write(lines: AsyncIterable<RecordLine>, target: Target): Promise<EndRecord> {
  let failure: CommandError | undefined;
  const reporters = new Reporters([opened(target)], (_, error) => {
    failure = new CommandError(`--output ${target.output}: ${reasonOf(error)}`, { exitCode: 3, cause: error });
  });
  const end = await replayRecord(lines, reporters);
  if (failure !== undefined) throw failure;
  return end;
}

function opened({ part, output }: Target): Reporter {
  try {
    return recordReporter(part);
  } catch (error) {
    throw new CommandError(`--output ${output}: ${reasonOf(error)}`, { exitCode: 3, cause: error });
  }
}
