/** `mls-interop run`: drives implementations through scripts against each other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadExpectations } from '../report/expectations/expectation-file.ts';
import { applyExpectations, staleExpectations, type ExpectationSet } from '../report/expectations/expectations.ts';
import { readRecord, recordReporter, reasonOf } from '../report/record/record-file.ts';
import type { EndRecord, RunRecord } from '../report/record/record.ts';
import { replayRecord } from '../report/record/replay.ts';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { progressReporter } from '../report/terminal.ts';
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import type { Implementation } from '../runner/implementation.ts';
import { Matrix } from '../runner/referee/matrix.ts';
import { run } from '../runner/run.ts';
import { runRecord } from '../runner/run-record.ts';
import type { Case } from '../runner/cases/schedule.ts';
import type { Script } from '../runner/script.ts';
import { CommandError } from './command-error.ts';
import { addEvolutionOptions, chosenScripts, type EvolutionOptions } from './evolution.ts';
import { addParticipantOptions, openParticipants, seconds, type ParticipantOptions } from './participants.ts';
import { withRecordErrors } from './record-errors.ts';
import { addReportOptions, opened, reportersFor, table, type ReportOptions, type Terminal } from './reports.ts';
import { addSelectionOptions, patternHelp, selectCases, wholeNumber, type SelectedCases, type SelectionOptions } from './selection.ts';
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
  readonly expectations: string | false;
  /** False after `--no-referee`. */
  readonly referee: boolean;
  readonly record?: string;
  readonly keepSecrets?: boolean;
}

const exitCodes = { asExpected: 0, unexpected: 1, usage: 2, infrastructure: 3 } as const;

export function runCommand(): Command {
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
    .option('--retries <N>', 'how often a case that fails is tried again; one that passes then is flaky', wholeNumber)
    .option('--expectations <FOLDER>', 'the files of expected failures', 'expectations')
    .option('--no-expectations', 'expect every case to pass')
    .option('--no-referee', 'judge only what is public, which is quicker')
    .option('--record <FILE>', 'write the record of the run, from which every report can be made later; .gz is gzip');
  return addReportOptions(command)
    .option('--keep-secrets', 'leave private keys and PSKs readable in the record')
    .addHelpText('after', examples)
    .action(async (scripts: string[], options: RunOptions) => {
      process.exitCode = await runScripts(scripts, options, process);
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
3 an implementation could not be reached or the run was stopped, 4 nothing is selected.
`;

/**
 * Runs, and gives the exit code.
 * @throws CommandError for wrong usage or a wrong file (2), an implementation that cannot be reached (3), nothing to run (4)
 */
export async function runScripts(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const warn = (message: string): void => void terminal.stderr.write(`warning: ${message}\n`);
  if (options.vectors !== undefined && !options.keepSecrets) throw new CommandError('--vectors needs --keep-secrets: vectors are private keys', { exitCode: exitCodes.usage });
  const scripts = chosenScripts(paths, options, warn);
  const expectations = await readExpectationFiles(options);
  const { implementations, close } = await openParticipants(options);
  try {
    const selected = selectCases(options, scripts, implementations);
    for (const note of selected.notes) terminal.stderr.write(`note: ${note}\n`);
    const end = await runSelected({ scripts, implementations, selected, expectations, options }, terminal);
    const planned = selected.cases.map(plannedCase);
    for (const { severity, message } of staleExpectations(expectations, planned, isWhole(paths, options) ? planned : undefined)) {
      warn(severity === 'error' ? `wrong expectation: ${message}` : message);
    }
    return exitCodeOf(end);
  } finally {
    await close();
  }
}

/** Whether nothing is left out that a run of these implementations could have. */
const isWhole = (paths: readonly string[], { suite, private: onlyPrivate, public: onlyPublic, run: include, skip, shard, only, random, assignments }: RunOptions): boolean =>
  paths.length === 0 && [suite, onlyPrivate, onlyPublic, include, skip, shard, only, random, assignments].every((option) => option === undefined);

const exitCodeOf = ({ success, interrupted, counts }: EndRecord): number => {
  if (success) return exitCodes.asExpected;
  return interrupted && counts.failed + counts['unexpected-pass'] + counts.vacuous === 0 ? exitCodes.infrastructure : exitCodes.unexpected;
};

async function readExpectationFiles({ expectations }: RunOptions): Promise<ExpectationSet> {
  return expectations === false ? [] : withRecordErrors(async () => loadExpectations(expectations));
}

const plannedCase = ({ id, actors }: Case) => ({ id, actors: Object.fromEntries([...actors].map(([actor, { label }]) => [actor, label])) });

const stopSignals = ['SIGINT', 'SIGTERM'] as const;

interface Prepared {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly selected: SelectedCases;
  readonly expectations: ExpectationSet;
  readonly options: RunOptions;
}

/** Reporters that follow the run write as it goes; the others are made from its record when it has ended and all verdicts stand. */
async function runSelected(prepared: Prepared, terminal: Terminal): Promise<EndRecord> {
  const { options } = prepared;
  const incomplete = ({ name }: Reporter, error: unknown): void => void terminal.stderr.write(`warning: the ${name} report is incomplete: ${reasonOf(error)}\n`);
  const derived = reportersFor(options, terminal);
  const folder = options.record === undefined && derived.length > 0 ? mkdtempSync(join(tmpdir(), 'mls-interop-')) : undefined;
  const record = options.record ?? (folder && join(folder, 'run.jsonl'));
  try {
    const { stderr } = terminal;
    const progress = stderr.isTTY ? [progressReporter(stderr as NodeJS.WriteStream)] : [];
    const histories = new FailedHistories();
    const live = [...progress, ...opened({ record }, 'record', recordReporter), table(terminal), histories.reporter];
    const end = await runUntilStopped(prepared, new Reporters(live, incomplete), terminal);
    if (!end.interrupted) await shrinkAll(histories, prepared, terminal);
    if (derived.length > 0) await replayRecord(readRecord(record!), new Reporters(derived, incomplete), end.revised);
    return end;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}

async function shrinkAll({ all }: FailedHistories, { implementations, selected, options }: Prepared, { stdout }: Terminal): Promise<void> {
  const running = options.referee ? { referee: new Matrix(nativeProvider(), implementations).referee } : {};
  const { shrunk: folder, shrinkAttempts: attempts } = options;
  await shrinkHistories(all, { cases: selected.cases, folder, attempts, running, say: (line) => void stdout.write(`${line}\n`) });
}

async function runUntilStopped({ scripts, implementations, selected, expectations, options }: Prepared, reporters: Reporters, { stderr }: Terminal): Promise<EndRecord> {
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
    return await run(firstLine({ scripts, implementations, selected, options }), selected.cases, {
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

function firstLine({ scripts, implementations, selected: { cases, coverage }, options }: Omit<Prepared, 'expectations'>): RunRecord {
  const { seed, shard, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations } = options;
  const { evolve, steps, maxMembers, without } = options;
  const evolution = evolve === undefined ? {} : { evolve, steps, maxMembers, without };
  const used = new Set(cases.map(({ script }) => script));
  return runRecord({
    scripts: scripts.filter((script) => used.has(script)),
    implementations,
    cases,
    seed,
    options: withoutAbsent({ ...evolution, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations }),
    ...(shard === undefined ? {} : { shard }),
    coverage: coverage.map(({ text }) => text),
  });
}

const withoutAbsent = (options: { readonly [name: string]: unknown }) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
