/** The options that say which implementations take part, and the way to them: the same wherever cases are run or listed. */
import { InvalidArgumentError, type Command } from 'commander';
import type { ClientAddress } from '../runner/implementation.ts';
import type { OpenImplementations, OpenOptions } from '../runner/implementations/open.ts';
import type { Entry } from '../runner/implementations/read.ts';
import { CommandError } from './command-error.ts';

export interface ParticipantOptions {
  readonly client?: readonly ClientAddress[];
  readonly implementations?: string;
  readonly only?: readonly string[];
  /** No option: those that a command brings itself. */
  readonly entries?: readonly Entry[];
  /** In seconds, as is the next. */
  readonly callDeadline: number;
  readonly connectDeadline: number;
}

export function addParticipantOptions(command: Command): Command {
  return command
    .option('--client <NAME=HOST:PORT>', 'an implementation; repeat for more, or with the same NAME for more processes of one', client)
    .option('--implementations <FILE>', 'a file of implementations (default: ./implementations.yaml, if it exists and no --client is given)')
    .option('--only <NAME>', 'none but this implementation of the file; repeat, or separate with commas', names)
    .option('--call-deadline <SECONDS>', 'time for one call', seconds, 120)
    .option('--connect-deadline <SECONDS>', 'time for an implementation to become reachable', seconds, 10);
}

/** @throws CommandError for a file or a name that cannot be used (2) and for an implementation that cannot be reached (3) */
export async function openParticipants(options: ParticipantOptions, more: Pick<OpenOptions, 'processes'> = {}): Promise<OpenImplementations> {
  const [{ implementationsFile, openImplementations }, { ConfigError }, { Unreachable }] = await Promise.all([
    import('../runner/implementations/open.ts'),
    import('../runner/implementations/config-error.ts'),
    import('../runner/implementation.ts'),
  ]);
  const { client: clients = [], entries = [], callDeadline, connectDeadline, only } = options;
  const file = options.implementations ?? (clients.length + entries.length === 0 ? implementationsFile() : undefined);
  if (file === undefined && clients.length + entries.length === 0) throw new CommandError('no implementation is given: use --client or --implementations', { exitCode: 2 });
  try {
    return await openImplementations({ file, clients, entries, only, deadlines: { connect: connectDeadline * 1000, call: callDeadline * 1000 }, ...more });
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, { exitCode: 2, cause: error });
    throw error instanceof Unreachable ? new CommandError(error.message, { exitCode: 3, cause: error }) : error;
  }
}

export function client(value: string, previous: readonly ClientAddress[] = []): ClientAddress[] {
  const match = /^([\w.+-]+)=(.+)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('It is not NAME=HOST:PORT, with a name of letters, digits and . _ + -');
  return [...previous, { label: match[1]!, address: address(match[2]!) }];
}

/** Where something is served. */
export function address(value: string): string {
  const port = Number(/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(value)?.[1]);
  if (!(port >= 1 && port <= 65_535)) throw new InvalidArgumentError(`${JSON.stringify(value)} is not HOST:PORT, or [IPV6]:PORT, with a port from 1 to 65535.`);
  return value;
}

export function names(value: string, previous: readonly string[] = []): string[] {
  const given = value.split(',');
  const wrong = given.find((name) => !/^[\w.+-]+$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`${JSON.stringify(wrong)} is no name of letters, digits and . _ + -`);
  return [...new Set([...previous, ...given])];
}

const day = 86_400;

export function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0) || number > day) throw new InvalidArgumentError(`It is not a number of seconds up to ${day}.`);
  return number;
}
