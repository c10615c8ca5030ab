/** The options that decide which cases there are: the same ones, and read the same way, wherever cases are run or listed. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { PatternError } from '../report/expectations/pattern.ts';
import type { Strength } from '../runner/cases/assignment.ts';
import { coverage, type Coverage } from '../runner/cases/coverage.ts';
import type { Implementation } from '../runner/implementation.ts';
import { listedSuites, schedule, type Case, type WireMode } from '../runner/cases/schedule.ts';
import type { Script } from '../runner/script.ts';
import { select } from '../runner/cases/select.ts';
import { inShard, parseShard, type Shard } from '../runner/cases/shard.ts';
import { CommandError } from './command-error.ts';

export interface SelectionOptions {
  readonly suite?: readonly number[];
  readonly private?: boolean;
  readonly public?: boolean;
  readonly seed: string;
  readonly strength: Strength;
  readonly all?: boolean;
  readonly random?: boolean;
  readonly assignments?: number;
  /** False after `--no-self`. */
  readonly self: boolean;
  readonly run?: readonly string[];
  readonly skip?: readonly string[];
  readonly shard?: Shard;
}

export function addSelectionOptions(command: Command): Command {
  return command
    .option('--suite <N>', 'only this cipher suite; repeat, or separate with commas (default: all that anybody lists)', suites)
    .option('--private', 'only with handshake messages as PrivateMessage')
    .option('--public', 'only with handshake messages as PublicMessage')
    .option('--run <PATTERN>', 'only cases whose id this matches; repeat for more', repeated)
    .option('--skip <PATTERN>', 'no case whose id this matches; repeat for more', repeated)
    .option('--shard <I/N>', 'only part I of N, which together are all cases', shard)
    .addOption(
      new Option('--strength <T>', 'how many actors at a time are played by all combinations of implementations: 1, 2 or 3').default(2).argParser(strength),
    )
    .addOption(new Option('--all', 'every assignment of implementations to actors').conflicts('random'))
    .option('--random', 'draw one assignment per script, suite and wire mode')
    .option('--assignments <N>', 'at most this many assignments per script, suite and wire mode, the best first', wholeNumber)
    .option('--no-self', 'leave out cases that one implementation plays alone')
    .option('--seed <S>', 'decides whatever is drawn; the same seed gives the same cases in the same order', '1');
}

/** For the help of a command that has these options. */
export const patternHelp = `
A case id is script/suite/wire/cast, such as commit/add/suite:1/wire:private/alice=openmls,bob=mlspp. In a PATTERN * stands for
anything within one part between slashes, ** for any number of parts; a pattern may end early: commit/add is all below it.`;

export interface SelectedCases {
  /** In an order that depends on the seed only. */
  readonly cases: readonly Case[];
  /** Of all shards together. */
  readonly scripts: readonly Script[];
  /** Of all shards together. */
  readonly coverage: readonly Coverage[];
  /** What a user should know about what is not there, one sentence each. */
  readonly notes: readonly string[];
}

/** @throws CommandError for a pattern that is wrong or matches nothing (2), and when nothing is selected (4); a shard may be empty */
export function selectCases(options: SelectionOptions, scripts: readonly Script[], implementations: readonly Implementation[]): SelectedCases {
  const { seed, strength, all = false, self, assignments, random = false } = options;
  const suites = options.suite ?? listedSuites(implementations);
  const scheduled = schedule({ scripts, implementations, suites, wireModes: wireModes(options), seed, strength, all, self, assignments, random });
  const notes = [...absences(implementations, suites), ...scheduled.notes];
  if (scheduled.cases.length === 0) {
    const why = self ? 'nobody lists any of the cipher suites, or limits keep all out' : 'without those that one implementation plays alone no case is left';
    throw nothing([why, ...notes].join('; '));
  }

  const selected = selectedBy(options, scheduled.cases);
  if (selected.length === 0) throw nothing('--skip leaves none of what --run selects');
  const inThis = options.shard === undefined ? selected : selected.filter(({ id }) => inShard(id, options.shard!));
  if (inThis.length === 0) notes.push(`this shard has none of the ${selected.length} cases`);
  const used = new Set(selected.map(({ script }) => script));
  return { cases: inThis, scripts: scripts.filter((script) => used.has(script)), coverage: coverage(selected, { strength, self }), notes };
}

const nothing = (why: string): CommandError => new CommandError(`no case is selected: ${why}`, { exitCode: 4 });

function selectedBy({ run = [], skip = [] }: SelectionOptions, cases: readonly Case[]): Case[] {
  try {
    return select(cases, { run, skip });
  } catch (error) {
    throw error instanceof PatternError ? new CommandError(error.message, { exitCode: 2, cause: error }) : error;
  }
}

function absences(implementations: readonly Implementation[], suites: readonly number[]): string[] {
  return suites.flatMap((suite) => {
    const out = implementations.filter((implementation) => !implementation.suites.has(suite)).map(({ label }) => label);
    return out.length === 0 ? [] : [`suite ${suite} runs without ${out.join(', ')}: not listed there`];
  });
}

function wireModes(options: SelectionOptions): WireMode[] {
  if (options.private && !options.public) return ['private'];
  if (options.public && !options.private) return ['public'];
  return ['public', 'private'];
}

const repeated = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

function suites(value: string, previous: readonly number[] = []): number[] {
  const numbers = value.split(',').map(Number);
  const wrong = numbers.some((number) => !Number.isInteger(number) || number < 1 || number > 0xffff);
  if (wrong) throw new InvalidArgumentError('A cipher suite is a number from 1 to 65535.');
  return [...new Set([...previous, ...numbers])];
}

function strength(value: string): Strength {
  const number = Number(value);
  if (number !== 1 && number !== 2 && number !== 3) throw new InvalidArgumentError('It is 1, 2 or 3.');
  return number;
}

function shard(value: string): Shard {
  const parsed = parseShard(value);
  if (parsed === undefined) throw new InvalidArgumentError('It is not I/N with I from 1 to N.');
  return parsed;
}

/** A whole number of at least 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is not a whole number of at least 1.');
  return number;
}

/** A whole number of at least 0. */
export function count(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('It is not a whole number.');
  return number;
}
