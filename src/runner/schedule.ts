/** The cases of a run: script x cipher suite x wire mode x assignment, each with an id that stays the same between runs. */
import { createHash } from 'node:crypto';
import { assignments, randomAssignment } from './assignment.ts';
import type { Implementation } from './implementation.ts';
import { seeded } from './random.ts';
import type { Script } from './script.ts';

export interface Case {
  /** Such as `commit/add/suite:1/wire:private/alice=openmls,bob=mlspp`. */
  readonly id: string;
  readonly script: Script;
  readonly suite: number;
  /** Whether handshake messages travel as PrivateMessage. */
  readonly encryptHandshake: boolean;
  readonly actors: ReadonlyMap<string, Implementation>;
  /** All who take part in the script on this suite: what an actor may be assigned to. */
  readonly implementations: readonly Implementation[];
  /** Of the run, for the choices that the case itself has to make. */
  readonly seed: string;
}

export interface ScheduleOptions {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly suites: readonly number[];
  readonly wireModes: readonly WireMode[];
  /** At most this many assignments per script, suite and wire mode. */
  readonly assignments: number;
  /** One assignment drawn per script, suite and wire mode, for scripts with more actors than a product can have. */
  readonly random: boolean;
  readonly seed: string;
}

export type WireMode = 'public' | 'private';

/** All cases of a run, in an order that depends on the seed only. */
export function schedule(options: ScheduleOptions): Case[] {
  const cases = options.scripts.flatMap((script) =>
    options.suites.flatMap((suite) => options.wireModes.flatMap((wire) => casesOf(script, { suite, wire, options }))),
  );
  return seeded(options.seed, 'order').shuffle(cases);
}

/** The suites that any of the implementations lists, ascending. */
export const listedSuites = (implementations: readonly Implementation[]): number[] =>
  [...new Set(implementations.flatMap(({ suites }) => [...suites]))].sort((a, b) => a - b);

interface Coordinates {
  readonly suite: number;
  readonly wire: WireMode;
  readonly options: ScheduleOptions;
}

function casesOf(script: Script, { suite, wire, options }: Coordinates): Case[] {
  const implementations = options.implementations.filter(({ suites }) => suites.has(suite));
  if (implementations.length === 0) return [];
  const random = seeded(options.seed, 'assignments', script.id, suite, wire);
  const space = { actors: script.actors.length, implementations: implementations.length, random };
  const chosen = options.random ? [randomAssignment(space)] : assignments({ ...space, limit: options.assignments });

  return chosen.map((assignment): Case => {
    const actors = new Map(script.actors.map((actor, i) => [actor, implementations[assignment[i]!]!]));
    return {
      id: `${script.id}/suite:${suite}/wire:${wire}/${cast(actors)}`,
      script,
      suite,
      encryptHandshake: wire === 'private',
      actors,
      implementations,
      seed: options.seed,
    };
  });
}

/** A cast of hundreds is named by its hash. */
const longestCast = 400;

function cast(actors: ReadonlyMap<string, Implementation>): string {
  const full = [...actors].map(([actor, { label }]) => `${actor}=${label}`).join();
  return full.length <= longestCast ? full : `cast:${createHash('sha256').update(full).digest('hex').slice(0, 16)}`;
}
