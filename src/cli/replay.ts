/** `mls-interop replay`: runs one case again and says what is different. */
import { Command } from 'commander';
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { readRecord, recordReporter } from '../report/record/record-file.ts';
import type { CaseRecord, RunRecord } from '../report/record/record.ts';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { tableReporter } from '../report/terminal.ts';
import { Matrix } from '../runner/referee/matrix.ts';
import { CaseIdError, caseOfId, differences, recordedScripts } from '../runner/replay.ts';
import { runRecord } from '../runner/run-record.ts';
import { run } from '../runner/run.ts';
import type { Case } from '../runner/cases/schedule.ts';
import type { Script } from '../runner/script.ts';
import { CommandError } from './command-error.ts';
import { addParticipantOptions, openParticipants, type ParticipantOptions } from './participants.ts';
import { withRecordErrors } from './record-errors.ts';
import { opened, type Terminal } from './reports.ts';
import { addEvolutionOptions, chosenScripts, type EvolutionOptions } from './evolution.ts';
import { ownServices } from './own-services.ts';

export interface ReplayOptions extends ParticipantOptions, EvolutionOptions {
  readonly own?: boolean;
  readonly record?: string;
  readonly referee: boolean;
  readonly output?: string;
  readonly keepSecrets?: boolean;
}

const examples = `
With --record the script, the cast and the seed are those of the record, and what is different from then is told. A CASE may
also be given by the record alone when just one of its cases failed.

Examples:
  mls-interop replay commits/add/suite:1/wire:private/alice=a,bob=b,charlie=a --client a=127.0.0.1:50051 --client b=127.0.0.1:50052
  mls-interop replay commit/add/suite:1/wire:private/alice=a,bob=b commit.json --client a=127.0.0.1:50051 --client b=127.0.0.1:50052
  mls-interop replay --record out/run.jsonl 'commit/add/suite:1/wire:private/alice=a,bob=b' --implementations peers.yaml
  mls-interop replay --record out/run.jsonl --output out/again.jsonl --keep-secrets

Exit status: 0 the case passed, 1 it did not, 2 wrong usage or a wrong file, 3 an implementation could not be reached.
`;

export function replayCommand(): Command {
  const command = new Command('replay')
    .summary('run one case again and say what is different')
    .description('Runs exactly one case again, named by its id, and says how it differs from what a record has of it.')
    .argument('[case]', 'the id of a case')
    .argument('[script...]', 'script files, or folders of them (default: those in the record, or else those that the project carries)')
    .option('--record <FILE>', 'the record of a run that has the case');
  return addEvolutionOptions(addParticipantOptions(command))
    .option('--own', 'with our own two providers, as `mls-interop interop` starts them')
    .option('--seed <S>', 'that of the run, when there is no record', '1')
    .option('--no-referee', 'judge only what is public')
    .option('--output <FILE>', 'write a record of the one case')
    .option('--keep-secrets', 'leave private keys and PSKs readable in that record')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, scripts: string[], options: ReplayOptions) => {
      process.exitCode = await replay(id, { ...options, scripts }, process);
    });
}

/** Replays, and gives the exit code. @throws CommandError */
export async function replay(id: string | undefined, options: ReplayOptions & { readonly scripts: readonly string[] }, terminal: Terminal): Promise<number> {
  const recorded = options.record === undefined ? undefined : await recordedCase(options.record, id);
  const wanted = recorded?.before.id ?? id;
  if (wanted === undefined) throw wrong('which case? give its id, or a record with --record');
  const scripts = recorded === undefined || options.scripts.length > 0 ? await chosenScripts(options.scripts, options) : recordedScripts(recorded.run);

  const only = options.only ?? (options.client === undefined ? labelsIn(wanted, recorded?.before) : undefined);
  const { implementations, close } = await openParticipants({ ...options, ...(only === undefined ? {} : { only }), ...(options.own ? { entries: ownServices() } : {}) }, { processes: 1 });
  try {
    const hint = recorded === undefined && options.scripts.length === 0 && options.evolve === undefined ? ' among those that the project carries; name its file after the case, or give a record with --record' : '';
    const again = found(() => caseOfId(wanted, { scripts, implementations, seed: recorded?.run.seed ?? options.seed }, recorded?.before.actors), hint);
    const now = await runOne(again, { script: again.script, options, terminal });
    if (recorded !== undefined) terminal.stdout.write(comparison(recorded.before, now));
    return now.status === 'passed' ? 0 : 1;
  } finally {
    await close();
  }
}

const wrong = (message: string, cause?: unknown): CommandError => new CommandError(message, { exitCode: 2, cause });

/** @param noScript what is to be said besides where there is no such script */
function found(find: () => Case, noScript: string): Case {
  try {
    return find();
  } catch (error) {
    throw error instanceof CaseIdError ? wrong(`${error.message}${error.isScript ? noScript : ''}`, error) : error;
  }
}

/** Those who play in the case, so that nobody else need be started. */
function labelsIn(id: string, before: CaseRecord | undefined): string[] | undefined {
  if (before !== undefined) return [...new Set(Object.values(before.actors))];
  const cast = id.slice(id.lastIndexOf('/') + 1);
  return cast.includes('=') ? [...new Set(cast.split(',').map((part) => part.slice(part.lastIndexOf('=') + 1)))] : undefined;
}

interface Recorded {
  readonly run: RunRecord;
  readonly before: CaseRecord;
}

/** The case of that id, or without one the only case that failed. */
function recordedCase(file: string, id: string | undefined): Promise<Recorded> {
  return withRecordErrors(async () => {
    let run: RunRecord | undefined;
    const before: CaseRecord[] = [];
    for await (const line of readRecord(file)) {
      if (line.type === 'run') run = line;
      if (line.type === 'case' && (id === undefined ? line.status === 'failed' : line.id === id)) before.push(line);
    }
    if (before.length === 1) return { run: run!, before: before[0]! };
    if (id !== undefined) throw wrong(`${file} has no case ${id}`);
    throw wrong(before.length === 0 ? `${file} has no case that failed` : `${file} has ${before.length} cases that failed; which one? The first is ${before[0]!.id}`);
  });
}

async function runOne(again: Case, { script, options, terminal }: { readonly script: Script; readonly options: ReplayOptions; readonly terminal: Terminal }): Promise<CaseRecord> {
  let result: CaseRecord | undefined;
  const keep: Reporter = { name: 'replay', caseFinished: (record) => (result = record) };
  const output = opened(options, 'output', recordReporter);
  const reporters = new Reporters([keep, ...output, tableReporter((text) => void terminal.stdout.write(text))], ({ name }, error) =>
    terminal.stderr.write(`warning: the ${name} report is incomplete: ${(error as Error).message}\n`),
  );
  const implementations = [...new Set(again.actors.values())];
  await run(runRecord({ scripts: [script], implementations, cases: [again], seed: again.seed }), [again], {
    jobs: 1,
    reporters,
    keepSecrets: options.keepSecrets ?? false,
    ...(options.referee ? { matrix: new Matrix(nativeProvider(), implementations) } : {}),
  });
  return result!;
}

function comparison(before: CaseRecord, now: CaseRecord): string {
  const different = differences(before, now);
  if (different.length === 0) return `as in the record: ${before.observed ?? before.status}\n`;
  return ['different from the record:', ...different.map((line) => `  ${printable(oneBelowTheOther(line))}`), ''].join('\n');
}
