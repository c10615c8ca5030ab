/** `mls-interop expect`: keeps the expectations current. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadExpectations } from '../report/expectations/expectation-file.ts';
import { updateExpectations, type FileUpdate } from '../report/expectations/expectation-update.ts';
import { expectationsJsonSchema, type ExpectationSet } from '../report/expectations/expectations.ts';
import { reasonOf } from '../report/file-errors.ts';
import { readRecord } from '../report/record/record-file.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { CommandError } from './command-error.ts';
import { withRecordErrors } from './record-errors.ts';
import type { Terminal } from './reports.ts';

export interface UpdateFlags {
  readonly dir: string;
  readonly implementation?: string;
  readonly reason?: string;
  readonly prune?: boolean;
}

const updateExamples = `
Examples:
  $ mls-interop expect update out/run.jsonl
  $ mls-interop expect update out/run.jsonl --implementation openmls --reason 'no external PSKs yet'

A new entry goes to the file of the implementation at fault, or to _all.yaml when nobody knows who that is. Entries of cases
that all pass now, and expired ones, are removed; entries of which some cases pass are made narrower. Give entries that shall
stay as they are \`may-pass: true\` or \`flaky: true\`.

Exit status: 0 the files are current, 2 wrong usage, or a record or file that cannot be read, 3 a file could not be written.`;

export function expectCommand(): Command {
  const command = new Command('expect').summary('keep the list of expected failures current').description('Works on the files of expected failures, expectations/NAME.yaml.');
  command
    .command('update')
    .summary('rewrite the files from a run')
    .description('Adds what fails in a run, in few patterns, and removes what passes. Comments and order stay.')
    .argument('<record>', 'the record of the run')
    .option('--dir <FOLDER>', 'where the files are', 'expectations')
    .option('--implementation <NAME>', 'only the file of this implementation, or of _all')
    .option('--reason <TEXT>', 'the reason in new entries (default: what went wrong)')
    .option('--prune', 'also remove entries that match no case of the run')
    .addHelpText('after', updateExamples)
    .action(async (record: string, flags: UpdateFlags) => update(record, flags, process));
  command
    .command('check')
    .summary('say whether the files can be read')
    .description('Reads all files and says what is wrong with the first that cannot be read, with file and line.')
    .option('--dir <FOLDER>', 'where the files are', 'expectations')
    .action(({ dir }: { readonly dir: string }) => check(dir, process));
  command
    .command('schema')
    .summary('print the JSON Schema of the files')
    .description('Prints the JSON Schema of the files, for editors; the project has it as schema/expectations.schema.json.')
    .action(() => void process.stdout.write(schemaText()));
  return command;
}

export const schemaText = (): string => `${JSON.stringify(expectationsJsonSchema(), null, 2)}\n`;

/** @throws CommandError for what cannot be read (2) or written (3) */
export async function update(record: string, { dir: folder, implementation, reason, prune = false }: UpdateFlags, { stdout, stderr }: Terminal): Promise<void> {
  const options = { folder, prune, today: new Date(), ...(implementation === undefined ? {} : { implementation }), ...(reason === undefined ? {} : { reason }) };
  const onTorn = (message: string): void => void stderr.write(`warning: ${message}\n`);
  const updates = await withRecordErrors(() => updateExpectations(readRecord(record, { onTorn }), options));
  if (updates.length === 0) stdout.write('nothing to change\n');
  for (const changed of updates) {
    write(folder, changed);
    const { file, added, removed, narrowed } = changed;
    stdout.write(`${file}: ${added.length} added, ${removed.length} removed, ${narrowed.length} made narrower\n`);
    for (const [sign, patterns] of [['+', added], ['-', removed], ['~', narrowed]] as const) for (const pattern of patterns) stdout.write(printable(`  ${sign} ${oneBelowTheOther(pattern)}\n`));
  }
}

/** Those of a folder that an option names. @throws CommandError (2) */
export async function expectationsOf(folder: string): Promise<ExpectationSet> {
  if (!existsSync(folder)) throw new CommandError(`--expectations ${folder}: no such folder`, { exitCode: 2 });
  return withRecordErrors(async () => loadExpectations(folder));
}

/** @throws CommandError (2) */
export async function check(folder: string, { stdout }: Terminal): Promise<void> {
  const files = await withRecordErrors(async () => loadExpectations(folder));
  const entries = files.reduce((sum, { entries: own }) => sum + own.length, 0);
  stdout.write(`${entries} ${entries === 1 ? 'entry' : 'entries'} in ${files.length} ${files.length === 1 ? 'file' : 'files'} of ${folder}\n`);
}

function write(folder: string, { file, text }: FileUpdate): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  } catch (error) {
    throw new CommandError(`${file}: ${reasonOf(error)}`, { exitCode: 3, cause: error });
  }
}
