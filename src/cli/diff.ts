/** `mls-interop diff`: what has changed from one run to another. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { diffMarkdown, diffText } from '../report/diff-text.ts';
import { diffRecords } from '../report/diff.ts';
import { reasonOf } from '../report/file-errors.ts';
import { readRecord } from '../report/record/record-file.ts';
import { CommandError } from './command-error.ts';
import { withRecordErrors } from './record-errors.ts';
import { makeFolderOf, type Terminal } from './reports.ts';

export interface DiffFlags {
  readonly markdown?: string;
}

const examples = `
Examples:
  $ mls-interop diff main.jsonl branch.jsonl
  $ mls-interop diff main.jsonl.gz branch.jsonl.gz --markdown changes.md

A regression is a case that fails now and did not, or that passed and is not supported any more. New cases are none.

Exit status: 0 no regressions, 1 regressions, 2 wrong usage or not a record, 3 the Markdown could not be written.`;

export function diffCommand(): Command {
  return new Command('diff')
    .summary('list what has changed from one run to another')
    .description('Lists regressions, fixes, other verdicts, and cases that are new or gone.')
    .argument('<base>', 'the record to compare with')
    .argument('<head>', 'the record of the newer run')
    .option('--markdown <FILE>', 'write the list as Markdown, too')
    .addHelpText('after', examples)
    .action(async (base: string, head: string, flags: DiffFlags) => {
      process.exitCode = await diff({ base, head }, flags, process);
    });
}

/**
 * Gives the exit code: 1 if there are regressions, else 0.
 * @throws CommandError for what is no record (2) and for what cannot be written (3)
 */
export async function diff({ base, head }: { readonly base: string; readonly head: string }, { markdown }: DiffFlags, { stdout, stderr }: Terminal): Promise<number> {
  const onTorn = (message: string): void => void stderr.write(`warning: ${message}\n`);
  const difference = await withRecordErrors(() => diffRecords(readRecord(base, { onTorn }), readRecord(head, { onTorn })));
  stdout.write(diffText(difference));
  if (markdown !== undefined) {
    try {
      makeFolderOf(markdown);
      writeFileSync(markdown, diffMarkdown(difference));
    } catch (error) {
      throw new CommandError(`--markdown ${markdown}: ${reasonOf(error)}`, { exitCode: 3, cause: error });
    }
  }
  return difference.regressions.length > 0 ? 1 : 0;
}
