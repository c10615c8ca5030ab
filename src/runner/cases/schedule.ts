/** The cases of a run: script x cipher suite x wire mode x assignment, each with an id that stays the same between runs. */
import { createHash } from 'node:crypto';
import { assignments, isSelf, randomAssignment, type Assignments, type Strength } from './assignment.ts';
import type { Implementation } from '../implementation.ts';
import { placesIn, type Places } from './places.ts';
import { seeded } from '../random.ts';
import type { Script } from '../script.ts';

export interface Case {
  /** Such as `commit/add/suite:1/wire:private/alice=openmls,bob=mlspp`. */
  readonly id: string;
  readonly script: Script;
  readonly suite: number;
  /** Whether handshake messages travel as PrivateMessage. */
  readonly encryptHandshake: boolean;
  readonly actors: ReadonlyMap<string, Implementation>;
  /** One implementation plays everybody. */
  readonly self?: true;
  /** All who take part in the script on this suite in this wire mode: whom actors may be assigned to, their limits allowing. */
  readonly implementations: readonly Implementation[];
  /** Of the run, for the choices that the case itself has to make. */
  readonly seed: string;
}

export interface ScheduleOptions {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly suites: readonly number[];
  readonly wireModes: readonly WireMode[];
  readonly seed: string;
  /** 2 when absent. */
  readonly strength?: Strength;
  /** Every assignment that there is. */
  readonly all?: boolean;
  /** Whether an implementation also plays all parts by itself, as it does when absent. */
  readonly self?: boolean;
  /** At most this many assignments per script, suite and wire mode. */
  readonly assignments?: number;
  /** One assignment drawn per script, suite and wire mode, for scripts with more actors than anybody waits for. */
  readonly random?: boolean;
}

export interface Schedule {
  /** In an order that depends on the seed only. */
  readonly cases: readonly Case[];
  /** Where it is not what was asked for, and why. */
  readonly notes: readonly string[];
}

export type WireMode = 'public' | 'private';

export function schedule(options: ScheduleOptions): Schedule {
  const notes = new Notes();
  const cases = options.scripts.flatMap((script) =>
    options.suites.flatMap((suite) => options.wireModes.flatMap((wire) => casesOf(script, { suite, wire, options, notes }))),
  );
  return { cases: seeded(options.seed, 'order').shuffle(cases), notes: notes.lines() };
}

/** The suites that any of the implementations lists, ascending. */
export const listedSuites = (implementations: readonly Pick<Implementation, 'suites'>[]): number[] =>
  [...new Set(implementations.flatMap(({ suites }) => [...suites]))].sort((a, b) => a - b);

interface Coordinates {
  readonly suite: number;
  readonly wire: WireMode;
  readonly options: ScheduleOptions;
  readonly notes: Notes;
}

function casesOf(script: Script, { suite, wire, options, notes }: Coordinates): Case[] {
  const places = placesIn(script, { suite, wire }, options.implementations);
  const { implementations, allowed } = places;
  for (const { label, reason } of places.limits) notes.add(`is kept from parts by its limits (${reason})`, { who: label, where: script.id });
  if (implementations.length === 0) return [];
  const forNobody = script.actors.find((_, actor) => allowed[actor]!.length === 0);
  if (forNobody !== undefined) {
    notes.add(`limits leave nobody to play ${forNobody}`, { where: script.id });
    return [];
  }
  const chosen = chosenFor(script, allowed, { suite, wire, options });
  if (chosen.note !== undefined) notes.add(chosen.note, { where: script.id });

  return chosen.assignments.map((assignment): Case => {
    const actors = new Map(script.actors.map((actor, i) => [actor, implementations[assignment[i]!]!]));
    return {
      id: `${script.id}/suite:${suite}/wire:${wire}/${cast(actors)}`,
      script,
      suite,
      encryptHandshake: wire === 'private',
      actors,
      ...(isSelf(assignment) ? { self: true } : {}),
      implementations,
      seed: options.seed,
    };
  });
}

function chosenFor(script: Script, allowed: Places['allowed'], { suite, wire, options }: Omit<Coordinates, 'notes'>): Assignments {
  const { self = true, strength = 2, all = false, assignments: limit } = options;
  const random = seeded(options.seed, 'assignments', script.id, suite, wire);
  if (!options.random) return assignments({ allowed, self, random, strength, all, limit });
  const drawn = randomAssignment({ allowed, self, random });
  return { assignments: drawn === undefined ? [] : [drawn] };
}

/** One line for what is the same in many scripts. */
class Notes {
  readonly #scripts = new Map<string, Set<string>>();

  add(what: string, { who, where }: { readonly who?: string; readonly where: string }): void {
    const key = who === undefined ? what : `${who} ${what}`;
    this.#scripts.set(key, (this.#scripts.get(key) ?? new Set()).add(where));
  }

  lines(): string[] {
    return [...this.#scripts].map(([what, scripts]) => {
      const named = [...scripts].slice(0, 3).join(', ');
      return `${named}${scripts.size > 3 ? ` and ${scripts.size - 3} more` : ''}: ${what}`;
    });
  }
}

/** A cast of hundreds is named by its hash. */
const longestCast = 400;

function cast(actors: ReadonlyMap<string, Implementation>): string {
  const full = [...actors].map(([actor, { label }]) => `${actor}=${label}`).join();
  return full.length <= longestCast ? full : `cast:${createHash('sha256').update(full).digest('hex').slice(0, 16)}`;
}
