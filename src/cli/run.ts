/** `mls-interop run`: drives implementations through scripts against each other. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadExpectations } from '../report/expectations/expectation-file.ts';
import { applyExpectations, staleExpectations, unknownNames, type ExpectationSet } from '../report/expectations/expectations.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { readRecord, recordReporter, reasonOf } from '../report/record/record-file.ts';
import type { EndRecord, RunRecord } from '../report/record/record.ts';
import { replayRecord } from '../report/record/replay.ts';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { progressReporter } from '../report/terminal.ts';
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import type { Implementation } from '../runner/implementation.ts';
import type { Entry } from '../runner/implementations/read.ts';
import { Matrix } from '../runner/referee/matrix.ts';
import { run } from '../runner/run.ts';
import { runRecord } from '../runner/run-record.ts';
import type { Case } from '../runner/cases/schedule.ts';
import { CommandError } from './command-error.ts';
import { addEvolutionOptions, chosenScripts, type EvolutionOptions } from './evolution.ts';
import { makeVectors } from './make-vectors.ts';
import { addParticipantOptions, openParticipants, seconds, type ParticipantOptions } from './participants.ts';
import { withRecordErrors } from './record-errors.ts';
import { addReportOptions, checkPaths, opened, reportersFor, table, type ReportOptions, type Terminal } from './reports.ts';
import { addSelectionOptions, patternHelp, selectCases, count, wholeNumber, type SelectedCases, type SelectionOptions } from './selection.ts';
import { FailedHistories, shrinkHistories } from './shrinking.ts';

export interface RunOptions extends ParticipantOptions, SelectionOptions, EvolutionOptions, ReportOptions {
  readonly jobs: number;
  /** A folder for random histories that failed. */
  readonly shrunk: string;
  readonly shrinkAttempts: number;
  readonly retries?: number;
  /** In seconds, as is the next. */
  readonly caseDeadline?: number;
  readonly runDeadline?: number;
  /** A folder; false after `--no-expectations`. */
  readonly expectations?: string | false;
  /** No option: how `replay` gets the implementations that a command brings itself. */
  readonly replay?: string;
  /** False after `--no-referee`. */
  readonly referee: boolean;
  readonly record?: string;
  readonly keepSecrets?: boolean;
}

const exitCodes = { asExpected: 0, unexpected: 1, usage: 2, infrastructure: 3 } as const;

/** What a command that runs something particular brings. */
export interface Brought {
  /** Implementations that take part besides those of the options. */
  readonly entries?: readonly Entry[];
  /** How `replay` gets them. */
  readonly replay?: string;
}

export function runCommand(brought: Brought = {}): Command {
  const command = new Command('run')
    .summary('drive implementations through scripts against each other')
    .description(
      'Drives MLS implementations (servers of mls_client.MLSClient) through mlswg scripts against each other, checks that they agree, ' +
        'and judges every step. Actors are played by all pairs of implementations, on every cipher suite and in both wire modes.',
    )
    .argument('[script...]', 'script files, or folders of them (default: the scripts that the project carries)');
  addEvolutionOptions(addSelectionOptions(addParticipantOptions(command)))
    .option('--shrunk <FOLDER>', 'where the smallest history is written that fails as one of --evolve did', 'shrunk')
    .option('--shrink-attempts <N>', 'runs that shrinking one history may take', wholeNumber, 300)
    .option('--jobs <N>', 'cases at a time per process of those that do not say; more than 1 only for servers that stand it', wholeNumber, 1)
    .option('--case-deadline <SECONDS>', 'time for one case', seconds, 600)
    .option('--run-deadline <SECONDS>', 'time for the whole run; what is left then could not run', seconds)
    .option('--retries <N>', 'how often a case that fails is tried again; one that passes then is flaky (default: 0)', count)
    .option('--expectations <FOLDER>', 'the files of expected failures (default: ./expectations, if it exists)')
    .option('--no-expectations', 'expect every case to pass')
    .option('--no-referee', 'judge only what is public, which is quicker')
    .option('--record <FILE>', 'write the record of the run, from which every report can be made later; .gz is gzip');
  return addReportOptions(command)
    .option('--keep-secrets', 'leave private keys and PSKs readable in the record')
    .addHelpText('after', examples)
    .action(async (scripts: string[], options: RunOptions) => {
      const { entries = [], replay } = brought;
      process.exitCode = await runScripts(scripts, { ...options, entries, ...(replay === undefined ? {} : { replay }) }, process);
    });
}

const examples = `${patternHelp}

Examples:
  mls-interop run --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052
  mls-interop run commit.json welcome_join.json --suite 1,2 --private --html out/run.html
  mls-interop run --implementations peers.yaml --run 'commit/**/wire:private' --record out/run.jsonl
  mls-interop run --evolve 100 --seed 7 --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052
  mls-interop run deep_random.json --random --client a=127.0.0.1:50051 --client b=127.0.0.1:50052 --json out.json

Exit status: 0 all as expected, 1 a failure or a pass that was not expected, 2 wrong usage or a wrong file,
3 an implementation could not be reached, cases could not run, the run was stopped or a report could not be written, and nothing failed;
4 nothing is selected.
`;

/**
 * Runs, and gives the exit code.
 * @throws CommandError for wrong usage or a wrong file (2), an implementation that cannot be reached (3), nothing to run (4)
 */
export async function runScripts(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const warn = (message: string): void => void terminal.stderr.write(`warning: ${printable(oneBelowTheOther(message))}\n`);
  if (options.vectors !== undefined && !options.keepSecrets) throw new CommandError('--vectors needs --keep-secrets: vectors are private keys', { exitCode: exitCodes.usage });
  checkPaths(options);
  const scripts = chosenScripts(paths, options, warn);
  const expectations = await readExpectationFiles(options);
  const { implementations, close } = await openParticipants(options);
  try {
    const selected = selectCases(options, scripts, implementations);
    for (const note of selected.notes) terminal.stderr.write(`note: ${printable(note)}\n`);
    for (const line of unknownNames(expectations, implementations.map(({ label }) => label))) warn(line);
    const { end, incomplete } = await runSelected({ paths, implementations, selected, expectations, options }, terminal);
    const planned = selected.cases.map(plannedCase);
    for (const { severity, message } of staleExpectations(expectations, planned, isWhole(paths, options) ? planned : undefined)) {
      warn(severity === 'error' ? `wrong expectation: ${message}` : message);
    }
    return incomplete && end.success ? exitCodes.infrastructure : exitCodeOf(end);
  } finally {
    await close();
  }
}

/** Whether nothing is left out that a run of these implementations could have. */
const isWhole = (paths: readonly string[], { suite, private: onlyPrivate, public: onlyPublic, run: include, skip, shard, only, random, assignments, self, evolve }: RunOptions): boolean =>
  self && paths.length === 0 && [suite, onlyPrivate, onlyPublic, include, skip, shard, only, random, assignments, evolve].every((option) => option === undefined);

/** Where nothing went wrong but that cases could not run, it is not for an implementation to answer for. */
const exitCodeOf = ({ success, counts }: EndRecord): number => {
  if (success) return exitCodes.asExpected;
  return counts.failed + counts['unexpected-pass'] + counts.vacuous === 0 ? exitCodes.infrastructure : exitCodes.unexpected;
};

const usualExpectations = 'expectations';

async function readExpectationFiles({ expectations }: RunOptions): Promise<ExpectationSet> {
  if (expectations === false) return [];
  if (expectations !== undefined && !existsSync(expectations)) throw new CommandError(`--expectations ${expectations}: no such folder`, { exitCode: exitCodes.usage });
  return withRecordErrors(async () => loadExpectations(expectations ?? usualExpectations));
}

const plannedCase = ({ id, actors }: Case) => ({ id, actors: Object.fromEntries([...actors].map(([actor, { label }]) => [actor, label])) });

const stopSignals = ['SIGINT', 'SIGTERM'] as const;

interface Prepared {
  readonly paths: readonly string[];
  readonly implementations: readonly Implementation[];
  readonly selected: SelectedCases;
  readonly expectations: ExpectationSet;
  readonly options: RunOptions;
}

interface Ended {
  readonly end: EndRecord;
  /** Whether a report could not be written. */
  readonly incomplete: boolean;
}

/** Reporters that follow the run write as it goes; the others are made from its record when it has ended and all verdicts stand. */
async function runSelected(prepared: Prepared, terminal: Terminal): Promise<Ended> {
  const { options } = prepared;
  let incomplete = false;
  const failed = (what: string, error: unknown): void => {
    incomplete = true;
    terminal.stderr.write(`warning: ${what} is incomplete: ${reasonOf(error)}\n`);
  };
  const reporters = (all: readonly Reporter[]): Reporters => new Reporters(all, ({ name }, error) => failed(`the ${name} report`, error));
  const derived = reportersFor(options, terminal);
  const folder = options.record === undefined && (derived.length > 0 || options.vectors !== undefined) ? temporaryFolder() : undefined;
  const record = options.record ?? (folder && join(folder.path, 'run.jsonl'));
  try {
    const { stderr } = terminal;
    const progress = stderr.isTTY ? [progressReporter(stderr as NodeJS.WriteStream)] : [];
    const histories = new FailedHistories();
    const end = await runUntilStopped(prepared, reporters([...progress, ...opened({ record }, 'record', recordReporter), table(terminal), histories.reporter]), terminal);
    if (!end.interrupted) await shrinkAll(histories, prepared, terminal);
    if (derived.length > 0) await replayRecord(readRecord(record!), reporters(derived), end.revised).catch((error: unknown) => failed('what derives from the record', error));
    if (options.vectors !== undefined) await makeVectors(readRecord(record!), options.vectors, terminal);
    return { end, incomplete };
  } finally {
    folder?.remove();
  }
}

/** Removed also when the program is made to end at once: it may hold secrets. */
function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'mls-interop-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

async function shrinkAll({ all }: FailedHistories, { implementations, selected, options }: Prepared, { stdout }: Terminal): Promise<void> {
  const running = options.referee ? { referee: new Matrix(nativeProvider(), implementations).referee } : {};
  const { shrunk: folder, shrinkAttempts: attempts } = options;
  await shrinkHistories(all, { cases: selected.cases, folder, attempts, running, say: (line) => void stdout.write(`${line}\n`) });
}

async function runUntilStopped({ paths, implementations, selected, expectations, options }: Prepared, reporters: Reporters, { stderr }: Terminal): Promise<EndRecord> {
  const stopping = new AbortController();
  const interrupt = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    stderr.write('\nstopping when the cases under way have ended; once more to stop at once\n');
    stopping.abort();
  };
  for (const signal of stopSignals) process.on(signal, interrupt);
  try {
    const today = new Date();
    const { jobs, retries, caseDeadline, runDeadline, keepSecrets, transcripts } = options;
    return await run(firstLine({ paths, implementations, selected, options }), selected.cases, {
      jobs,
      reporters,
      ...(options.referee ? { matrix: new Matrix(nativeProvider(), implementations) } : {}),
      deadlines: { ...(caseDeadline === undefined ? {} : { case: caseDeadline * 1000 }), ...(runDeadline === undefined ? {} : { run: runDeadline * 1000 }) },
      ...(retries === undefined ? {} : { retries }),
      ...(keepSecrets === undefined ? {} : { keepSecrets }),
      transcripts,
      stop: stopping.signal,
      judge: (result) => applyExpectations(expectations, result, today),
    });
  } finally {
    for (const signal of stopSignals) process.off(signal, interrupt);
  }
}

function firstLine({ paths, implementations, selected: { cases, scripts, coverage }, options }: Omit<Prepared, 'expectations'>): RunRecord {
  const { seed, shard, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations } = options;
  const { evolve, steps, maxMembers, without } = options;
  const evolution = evolve === undefined ? {} : { evolve, steps, maxMembers, without };
  return runRecord({
    scripts,
    implementations,
    cases,
    seed,
    options: withoutAbsent({ ...evolution, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations }),
    ...(shard === undefined ? {} : { shard }),
    replay: replayWords(paths, options),
    coverage: coverage.map(({ text }) => text),
  });
}

/** What makes `replay` run the same: the record if there is one, else the scripts, and the implementations. */
function replayWords(paths: readonly string[], { record, seed, evolve, steps, maxMembers, without, replay, client = [], implementations }: RunOptions): string {
  const histories = evolve === undefined ? [] : ['--evolve', evolve, '--steps', steps, '--max-members', maxMembers, ...(without === undefined ? [] : ['--without', without.join()])];
  const what = record === undefined ? [...paths, '--seed', seed, ...histories] : ['--record', record];
  const who = [...client.flatMap(({ label, address }) => ['--client', `${label}=${address}`]), ...(implementations === undefined ? [] : ['--implementations', implementations])];
  return [...what.map((word) => quoted(String(word))), ...who.map(quoted), ...(replay === undefined ? [] : [replay])].join(' ');
}

const quoted = (word: string): string => (/^[\w./=:,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const withoutAbsent = (options: { readonly [name: string]: unknown }) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
