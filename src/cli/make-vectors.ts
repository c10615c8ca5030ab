/** Passive-client vectors from the record of a run: the same for a run that has just ended and for a record of one. */
import { reasonOf } from '../report/file-errors.ts';
import { describeVectors, writePassiveVectors } from '../report/passive-vectors.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { RecordError } from '../report/record/record-file.ts';
import type { RecordLine } from '../report/record/record.ts';
import { CommandError } from './command-error.ts';
import { passiveVectorCheck } from './passive-vector-check.ts';
import type { Terminal } from './reports.ts';

/**
 * Those that our own engine cannot follow are left out: they are of no use as vectors.
 * @throws CommandError for what cannot be written (3), RecordError
 */
export async function makeVectors(lines: AsyncIterable<RecordLine>, folder: string, { stdout }: Pick<Terminal, 'stdout'>): Promise<void> {
  const check = passiveVectorCheck();
  const print = (line: string): void => void stdout.write(printable(`${oneBelowTheOther(line)}\n`));
  try {
    const written = await writePassiveVectors(lines, folder, check.refuse);
    for (const line of describeVectors(written, folder)) print(line);
    for (const [note, count] of check.notes) print(`  ${count} only with --accept unlisted-grease: ${note}`);
  } catch (error) {
    if (error instanceof RecordError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new CommandError(`--vectors ${folder}: ${reasonOf(error)}`, { exitCode: 3, cause: error });
  }
}
