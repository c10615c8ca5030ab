/** `mls-interop list`: the cases that a run would have. */
import { Command } from 'commander';
import { absent } from '../runner/implementations/absent.ts';
import type { Case } from '../runner/cases/schedule.ts';
import { CommandError } from './command-error.ts';
import { addEvolutionOptions, chosenScripts, type EvolutionOptions } from './evolution.ts';
import { addParticipantOptions, names, openParticipants, type ParticipantOptions } from './participants.ts';
import type { Terminal } from './reports.ts';
import { addSelectionOptions, patternHelp, selectCases, type SelectedCases, type SelectionOptions } from './selection.ts';

export interface ListOptions extends SelectionOptions, EvolutionOptions, ParticipantOptions {
  readonly as?: readonly string[];
  readonly count?: boolean;
  readonly json?: boolean;
}

const examples = `
With --as nobody is asked: whoever is named is taken to list the suites of --suite, or else 1 to 7. Else clients and the
implementations of the file (./implementations.yaml if there is one) are reached, and asked for their suites.
${patternHelp}

Examples:
  mls-interop list --as ours,mlspp,openmls --suite 1 --count
  mls-interop list commit.json --as a --as b --run '**/wire:private' --skip '**/alice=a,*'
  mls-interop list --as a,b --evolve 100 --steps 40 --without external-join-psk,resumption-psk --suite 1
  mls-interop list --client ours=127.0.0.1:50051 --client mlspp=127.0.0.1:50052 --json

Exit status: 0 listed, 2 wrong usage, a wrong script or a pattern that matches nothing, 3 a client could not be reached, 4 nothing is selected.
`;

export function listCommand(): Command {
  const command = new Command('list')
    .summary('list the cases that a run would have')
    .description('Prints the ids of the cases that a run with the same options would have, in its order, and what they cover.')
    .argument('[script...]', 'script files, or folders of them (default: the scripts that the project carries, unless --evolve)')
    .option('--as <NAME>', 'an implementation that need not be there; repeat, or separate with commas', names);
  return addEvolutionOptions(addSelectionOptions(addParticipantOptions(command)))
    .option('--count', 'print how many cases each script has on each suite instead')
    .option('--json', 'print cases, coverage with all that is missing, and notes as JSON')
    .addHelpText('after', examples)
    .action(async (scripts: string[], options: ListOptions) => list(scripts, options, process));
}

/** @throws CommandError */
export async function list(paths: readonly string[], options: ListOptions, terminal: Terminal): Promise<void> {
  const scripts = await chosenScripts(paths, options);
  const { implementations, close } = await participants(options);
  try {
    const selected = selectCases(options, scripts, implementations);
    print(selected, options, terminal);
  } finally {
    await close();
  }
}

async function participants(options: ListOptions) {
  const { as, client: clients = [], implementations: file, suite } = options;
  if (as === undefined) return openParticipants(options, { processes: 1 });
  if (clients.length > 0 || file !== undefined) throw new CommandError('--as asks nobody: --client and --implementations have no place beside it', { exitCode: 2 });
  return { implementations: as.map((label) => absent(label, suite ?? [1, 2, 3, 4, 5, 6, 7])), close: async () => {} };
}

function print({ cases, coverage, notes }: SelectedCases, { count, json, shard }: ListOptions, { stdout, stderr }: Terminal): void {
  if (json) {
    stdout.write(`${JSON.stringify({ cases: cases.map(caseJson), coverage, notes }, null, 2)}\n`);
    return;
  }
  for (const note of notes) stderr.write(`note: ${note}\n`);
  for (const { text } of coverage) stderr.write(`${shard === undefined ? '' : `all ${shard.count} shards together: `}${text}\n`);
  stdout.write(count ? countTable(cases) : cases.map(({ id }) => `${id}\n`).join(''));
}

const caseJson = ({ id, script, suite, encryptHandshake, actors, self }: Case) => ({
  id,
  script: script.id,
  suite,
  wire: encryptHandshake ? 'private' : 'public',
  actors: Object.fromEntries([...actors].map(([actor, { label }]) => [actor, label])),
  self: self === true,
});

/** Scripts in alphabetical order, suites ascending, and sums. */
function countTable(cases: readonly Case[]): string {
  const suites = [...new Set(cases.map(({ suite }) => suite))].sort((a, b) => a - b);
  const scripts = [...new Set(cases.map(({ script }) => script.id))].sort();
  const counts = new Map<string, number>();
  for (const { script, suite } of cases) for (const key of [`${script.id} ${suite}`, `${script.id} `, ` ${suite}`]) counts.set(key, (counts.get(key) ?? 0) + 1);
  const at = (script: string, suite: number | ''): string => String(counts.get(`${script} ${suite}`) ?? '-');

  const rows = [
    ['script', ...suites.map((suite) => `suite ${suite}`), 'all'],
    ...scripts.map((script) => [script, ...suites.map((suite) => at(script, suite)), at(script, '')]),
    ['all', ...suites.map((suite) => at('', suite)), String(cases.length)],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const padded = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map((row) => `${padded(row)}\n`).join('');
}
