/** Brings the implementations of a run within reach: starts those that are to be started, connects to all. */
import { existsSync } from 'node:fs';
import { connect, grouped, undeclared, type ClientAddress, type Deadlines, type Implementation } from '../implementation.ts';
import { ConfigError } from './config-error.ts';
import { launch } from './launch.ts';
import { readImplementations, type Entry } from './read.ts';

export interface OpenOptions {
  /** A file of implementations. */
  readonly file?: string | undefined;
  /** Beside those of the file, and of `clients`. */
  readonly entries?: readonly Entry[] | undefined;
  /** Beside those of the file. */
  readonly clients: readonly ClientAddress[];
  readonly deadlines: Deadlines;
  /** None but those of these names are started or connected to. */
  readonly only?: readonly string[] | undefined;
  /** No more than this many processes of each. */
  readonly processes?: number;
}

export interface OpenImplementations {
  readonly implementations: readonly Implementation[];
  /** Closes the connections, ends the processes that were started, and waits for their end. */
  close(): Promise<void>;
}

const usualFile = 'implementations.yaml';

/** The file that is meant when none is named: the one in the present folder, if there is one. */
export const implementationsFile = (): string | undefined => (existsSync(usualFile) ? usualFile : undefined);

/**
 * @throws ConfigError for a file or a name that cannot be used
 * @throws Unreachable of the first that is; all others are closed and stopped
 */
export async function openImplementations(options: OpenOptions): Promise<OpenImplementations> {
  const entries = chosen(options);
  const limit = options.processes ?? Infinity;
  const attempts = await Promise.allSettled(
    entries.flatMap((entry) => entry.places.slice(0, limit).map((_, index) => openProcess(entry, index, options.deadlines))),
  );
  const opened = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const close = async (): Promise<void> => void (await Promise.all(opened.map((process) => process.stop())));

  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  if (failed === undefined) return { implementations: grouped(opened.map(({ implementation }) => implementation)), close };
  await close();
  throw failed.reason;
}

function chosen({ file, clients, entries = [], only }: OpenOptions): Entry[] {
  const fromFile = file === undefined ? [] : readImplementations(file);
  const twice = clients.find(({ label }) => fromFile.some((entry) => entry.label === label));
  if (twice !== undefined) throw new ConfigError(`${twice.label} is in ${file} and given as a client too; reports could not tell them apart`);

  const all = [...entries, ...fromFile, ...clients.map(clientEntry)];
  if (all.length === 0) throw new ConfigError(file === undefined ? 'no implementation is given' : `${file}: it has no implementations`);
  const names = [...new Set(all.map(({ label }) => label))];
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ConfigError(`${file === undefined ? '' : `${file}: `}no implementation ${JSON.stringify(unknown)}, only ${names.join(', ')}`);
  return all.filter(({ label }) => only?.includes(label) ?? true);
}

const clientEntry = ({ label, address }: ClientAddress): Entry => ({
  label,
  declared: undeclared(address),
  places: [{ kind: 'address', address }],
  ready: undefined,
});

async function openProcess({ label, declared, places, ready }: Entry, index: number, deadlines: Deadlines) {
  const place = places[index]!;
  const within = { ...deadlines, connect: ready ?? deadlines.connect };
  if (place.kind !== 'address') return launch({ label, launch: place, declared, deadlines: within });
  const implementation = await connect({ label, address: place.address }, within, declared);
  return { implementation, stop: async () => implementation.close() };
}
