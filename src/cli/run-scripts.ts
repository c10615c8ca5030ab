/** The work of `mls-interop run`. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppliedExpectations } from '../report/expectations/applied-expectations.ts';
import { loadExpectations } from '../report/expectations/expectation-file.ts';
import { staleExpectations, unknownNames, type ExpectationSet } from '../report/expectations/expectations.ts';
import { reasonOf } from '../report/file-errors.ts';
import { removeAtExit } from '../report/part-file.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { readRecord, recordReporter } from '../report/record/record-file.ts';
import type { CaseRecord, EndRecord, RunRecord } from '../report/record/record.ts';
import { replayRecord } from '../report/record/replay.ts';
import { Reporters, type Reporter } from '../report/reporter.ts';
import { progressReporter, tableReporter } from '../report/terminal.ts';
import type { Implementation } from '../runner/implementation.ts';
import type { Matrix } from '../runner/referee/matrix.ts';
import type { Judge } from '../runner/revise.ts';
import { run } from '../runner/run.ts';
import { runRecord } from '../runner/run-record.ts';
import type { Case } from '../runner/cases/schedule.ts';
import type { CaseOptions } from '../runner/drive.ts';
import type { CaseResult } from '../runner/outcome.ts';
import { CommandError } from './command-error.ts';
import { chosenScripts } from './evolution.ts';
import { expectationsOf } from './expect.ts';
import { openParticipants } from './participants.ts';
import { withRecordErrors } from './record-errors.ts';
import { checkPaths, opened, reportersFor, type Terminal } from './reports.ts';
import type { RunOptions } from './run.ts';
import { selectCases, type SelectedCases } from './selection.ts';
import { stopOnSignals } from './stopping.ts';

const exitCodes = { asExpected: 0, unexpected: 1, usage: 2, infrastructure: 3 } as const;

/**
 * Runs, and gives the exit code.
 * @throws CommandError for wrong usage or a wrong file (2), an implementation that cannot be reached (3), nothing to run (4)
 */
export async function runScripts(paths: readonly string[], options: RunOptions, terminal: Terminal): Promise<number> {
  const warn = (message: string): void => void terminal.stderr.write(`warning: ${printable(oneBelowTheOther(message))}\n`);
  if (options.vectors !== undefined && !options.keepSecrets) throw new CommandError('--vectors needs --keep-secrets: vectors are private keys', { exitCode: exitCodes.usage });
  checkPaths(options);
  const hostile = options.hostile ? await import('./hostile.ts') : undefined;
  const scripts = hostile?.chosenViolations(paths, options) ?? (await chosenScripts(paths, options, warn));
  const expectations = await readExpectationFiles(options);
  const { implementations, close } = await openParticipants(options);
  try {
    const selected = hostile?.selectViolations(options, scripts, implementations) ?? selectCases(options, scripts, implementations);
    for (const note of selected.notes) terminal.stderr.write(`note: ${printable(note)}\n`);
    for (const line of unknownNames(expectations, implementations.map(({ label }) => label))) warn(line);
    const applied = new AppliedExpectations(expectations, new Date());
    const { end, incomplete } = await runSelected({ paths, implementations, selected, judge: applied.judge, options, ...(hostile === undefined ? {} : { runCase: hostile.runHostileCase }) }, terminal);
    const planned = selected.cases.map(plannedCase);
    const whole = isWhole(paths, options);
    const stale = staleExpectations(expectations, planned, whole ? planned : undefined);
    for (const { severity, message } of stale) if (severity === 'error') warn(`wrong expectation: ${message}`);
    // Of a part of the cases nothing follows, so that one line will do.
    for (const messages of [stale.filter(({ severity }) => severity === 'warning').map(({ message }) => message), applied.unneeded()]) {
      for (const message of whole ? messages : shortened(messages)) warn(message);
    }
    return incomplete && end.success ? exitCodes.infrastructure : exitCodeOf(end);
  } finally {
    await close();
  }
}

/** Whether nothing is left out that a run of these implementations could have. */
const isWhole = (paths: readonly string[], { suite, private: onlyPrivate, public: onlyPublic, run: include, skip, shard, only, random, assignments, self, evolve }: RunOptions): boolean =>
  self && paths.length === 0 && [suite, onlyPrivate, onlyPublic, include, skip, shard, only, random, assignments, evolve].every((option) => option === undefined);

const shortened = ([first, ...others]: readonly string[]): string[] => (first === undefined ? [] : [others.length === 0 ? first : `${first}; and ${others.length} more`]);

/** Where nothing went wrong but that cases could not run, it is not for an implementation to answer for. */
const exitCodeOf = ({ success, counts }: EndRecord): number => {
  if (success) return exitCodes.asExpected;
  return counts.failed + counts['unexpected-pass'] + counts.vacuous === 0 ? exitCodes.infrastructure : exitCodes.unexpected;
};

const usualExpectations = 'expectations';

async function readExpectationFiles({ expectations }: RunOptions): Promise<ExpectationSet> {
  if (expectations === false) return [];
  if (expectations !== undefined) return expectationsOf(expectations);
  return withRecordErrors(async () => loadExpectations(usualExpectations));
}

const plannedCase = ({ id, actors }: Case) => ({ id, actors: Object.fromEntries([...actors].map(([actor, { label }]) => [actor, label])) });

interface Prepared {
  readonly paths: readonly string[];
  readonly implementations: readonly Implementation[];
  readonly selected: SelectedCases;
  readonly judge: Judge;
  readonly options: RunOptions;
  readonly runCase?: (ofCase: Case, options: CaseOptions) => Promise<CaseResult>;
}

interface Ended {
  readonly end: EndRecord;
  /** Whether a report could not be written. */
  readonly incomplete: boolean;
}

/** Reporters that follow the run write as it goes; the others are made from its record when it has ended and all verdicts stand. */
async function runSelected(prepared: Prepared, terminal: Terminal): Promise<Ended> {
  const { options } = prepared;
  const { stderr } = terminal;
  let incomplete = false;
  const failed = (what: string, error: unknown): void => {
    incomplete = true;
    stderr.write(`warning: ${what} is incomplete: ${reasonOf(error)}\n`);
  };
  const reporters = (all: readonly Reporter[]): Reporters => new Reporters(all, ({ name }, error) => failed(`the ${name} report`, error));
  const derived = await reportersFor(options, terminal);
  const isRead = derived.length > 0 || options.vectors !== undefined;
  // A device, a pipe or the terminal takes a record and does not give it back.
  const folder = isRead && (options.record === undefined || !isPlainFile(options.record)) ? temporaryFolder() : undefined;
  const record = folder === undefined ? options.record : join(folder.path, 'run.jsonl');
  const records = [...new Set([options.record, record])];
  const stopping = stopOnSignals({
    say: (line) => stderr.write(`\n${line}\n`),
    first: 'stopping when what is under way has ended; once more to stop at once',
    second: () => {
      const kept = options.record === undefined ? 'nothing is kept' : `${printable(options.record)} has all cases that have ended`;
      return `stopped at once; ${kept}${derived.length > 0 ? ', and no other report is written' : ''}`;
    },
  });
  try {
    const progress = stderr.isTTY ? [progressReporter(stderr as NodeJS.WriteStream)] : [];
    const histories = options.evolve === undefined ? undefined : new (await import('./shrinking.ts')).FailedHistories();
    const table = tableReporter((text) => void terminal.stdout.write(text));
    const followers = [...progress, ...records.flatMap((path) => opened({ record: path }, 'record', recordReporter)), table, ...(histories === undefined ? [] : [histories.reporter])];
    const matrix = await matrixOf(prepared);
    const end = await runCases(prepared, { matrix, reporters: reporters(followers), stop: stopping.signal });
    if (histories !== undefined && !end.interrupted) await shrinkAll(histories.all, prepared, { stop: stopping.signal, terminal });
    if (derived.length > 0) await replayRecord(readRecord(record!), reporters(derived), end).catch((error: unknown) => failed('what derives from the record', error));
    if (options.vectors !== undefined) await (await import('./make-vectors.ts')).makeVectors(readRecord(record!), options.vectors, terminal);
    return { end, incomplete };
  } finally {
    stopping.end();
    folder?.remove();
  }
}

/** One that is there, or that will be. */
const isPlainFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() !== false;

/** Removed also when the program is made to end at once: it may hold secrets. */
function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'mls-interop-'));
  const removed = removeAtExit(path);
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
      removed();
    },
  };
}

/** The referee takes the whole engine. */
async function matrixOf({ implementations, options }: Prepared): Promise<Matrix | undefined> {
  if (!options.referee || options.hostile) return undefined;
  const [{ Matrix }, { nativeProvider }] = await Promise.all([import('../runner/referee/matrix.ts'), import('../mls/crypto/native/provider.ts')]);
  return new Matrix(nativeProvider(), implementations);
}

interface Surroundings {
  readonly stop: AbortSignal;
  readonly terminal: Terminal;
}

async function shrinkAll(failed: readonly CaseRecord[], prepared: Prepared, { stop, terminal }: Surroundings): Promise<void> {
  if (failed.length === 0) return;
  const matrix = await matrixOf(prepared);
  const { shrunk: folder, shrinkAttempts: attempts, keepSecrets = false } = prepared.options;
  const { shrinkHistories } = await import('./shrinking.ts');
  const running = matrix === undefined ? {} : { referee: matrix.referee };
  await shrinkHistories(failed, { cases: prepared.selected.cases, folder, attempts, keepSecrets, running, stop, terminal });
}

interface Following {
  readonly matrix: Matrix | undefined;
  readonly reporters: Reporters;
  readonly stop: AbortSignal;
}

function runCases({ paths, implementations, selected, judge, options, runCase }: Prepared, { matrix, reporters, stop }: Following): Promise<EndRecord> {
  const { jobs, retries, stepDeadline, caseDeadline, runDeadline, keepSecrets, transcripts } = options;
  return run(firstLine({ paths, implementations, selected, options }), selected.cases, {
    jobs,
    reporters,
    ...(matrix === undefined ? {} : { matrix }),
    ...(runCase === undefined ? {} : { runCase }),
    deadlines: inMilliseconds({ step: stepDeadline, case: caseDeadline, run: runDeadline }),
    ...(retries === undefined ? {} : { retries }),
    ...(keepSecrets === undefined ? {} : { keepSecrets }),
    transcripts,
    stop,
    judge,
  });
}

const inMilliseconds = <K extends string>(seconds: { readonly [key in K]: number | undefined }): { readonly [key in K]?: number } =>
  Object.fromEntries(Object.entries<number | undefined>(seconds).flatMap(([name, value]) => (value === undefined ? [] : [[name, value * 1000]]))) as { readonly [key in K]?: number };

function firstLine({ paths, implementations, selected: { cases, scripts, coverage }, options }: Omit<Prepared, 'judge'>): RunRecord {
  const { seed, shard, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations } = options;
  const { evolve, steps, maxMembers, without, hostile } = options;
  const evolution = evolve === undefined ? {} : { evolve, steps, maxMembers, without };
  return runRecord({
    scripts,
    implementations,
    cases,
    seed,
    options: withoutAbsent({ hostile, ...evolution, strength, all, random, self, assignments, run: include, skip, suite, private: onlyPrivate, public: onlyPublic, referee, retries, expectations }),
    ...(shard === undefined ? {} : { shard }),
    replay: replayWords(paths, options),
    coverage: coverage.map(({ text }) => text),
  });
}

/** What makes `replay` run the same: the record if there is one, else the scripts, and the implementations. */
function replayWords(paths: readonly string[], { record, seed, evolve, steps, maxMembers, without, replay, client = [], implementations, hostile }: RunOptions): string {
  const histories = evolve === undefined ? [] : ['--evolve', evolve, '--steps', steps, '--max-members', maxMembers, ...(without === undefined ? [] : ['--without', without.join()])];
  const what = hostile ? ['--hostile'] : record === undefined ? [...paths, '--seed', seed, ...histories] : ['--record', record];
  const who = [...client.flatMap(({ label, address }) => ['--client', `${label}=${address}`]), ...(implementations === undefined ? [] : ['--implementations', implementations])];
  return [...what.map((word) => quoted(String(word))), ...who.map(quoted), ...(replay === undefined ? [] : [replay])].join(' ');
}

const quoted = (word: string): string => (/^[\w./=:,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const withoutAbsent = (options: { readonly [name: string]: unknown }) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
