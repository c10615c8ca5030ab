/** `mls-interop run`: drives implementations through scripts against each other. What does the work is loaded when there is some. */
import { Command } from 'commander';
import type { Entry } from '../runner/implementations/read.ts';
import { addEvolutionOptions, type EvolutionOptions } from './evolution.ts';
import { addParticipantOptions, seconds, type ParticipantOptions } from './participants.ts';
import { addReportOptions, type ReportOptions } from './reports.ts';
import { addSelectionOptions, patternHelp, count, wholeNumber, type SelectionOptions } from './selection.ts';

export interface RunOptions extends ParticipantOptions, SelectionOptions, EvolutionOptions, ReportOptions {
  readonly jobs: number;
  /** A folder for random histories that failed. */
  readonly shrunk: string;
  readonly shrinkAttempts: number;
  readonly retries?: number;
  /** In seconds, as are the next two. */
  readonly stepDeadline?: number;
  readonly caseDeadline?: number;
  readonly runDeadline?: number;
  /** A folder; false after `--no-expectations`. */
  readonly expectations?: string | false;
  /** No option: how `replay` gets the implementations that a command brings itself. */
  readonly replay?: string;
  /** False after `--no-referee`. */
  readonly referee: boolean;
  readonly record?: string;
  readonly hostile?: boolean;
  readonly keepSecrets?: boolean;
}

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
    .option('--hostile', 'no scripts: what a malicious member or Delivery Service would send, requirement by requirement')
    .option('--shrunk <FOLDER>', 'where the smallest history is written that fails as one of --evolve did, with --keep-secrets also as a vector if it can be one', 'shrunk')
    .option('--shrink-attempts <N>', 'runs that shrinking one history may take', wholeNumber, 300)
    .option('--jobs <N>', 'cases at a time per process of those that do not say; more than 1 only for servers that stand it', wholeNumber, 1)
    .option('--step-deadline <SECONDS>', 'time for the calls of one step together (default: that of the case)', seconds)
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
      const { runScripts } = await import('./run-scripts.ts');
      process.exitCode = await runScripts(scripts, { ...options, entries, ...(replay === undefined ? {} : { replay }) }, process);
    });
}

const examples = `${patternHelp}

Examples:
  mls-interop run --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052
  mls-interop run commit.json welcome_join.json --suite 1,2 --private --html out/run.html
  mls-interop run --implementations peers.yaml --run 'commit/**/wire:private' --record out/run.jsonl
  mls-interop run --evolve 100 --seed 7 --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052
  mls-interop run --hostile --client mlspp=127.0.0.1:50052 --suite 1 --html out/hostile.html
  mls-interop run deep_random.json --random --client a=127.0.0.1:50051 --client b=127.0.0.1:50052 --json out.json

Ctrl-C ends a run when the cases under way have ended, and makes its reports; once more stops at once: then the record has all
cases that have ended, and no other report is written. A server that hangs and that the run did not start costs one --call-deadline:
its further cases are probed for 2 s and could not run, until it answers again; after 5 probes it is given up.

Exit status: 0 all as expected, 1 a failure or a pass that was not expected, 2 wrong usage or a wrong file,
3 an implementation could not be reached, cases could not run, the run was stopped or a report could not be written, and nothing failed;
4 nothing is selected.
`;
