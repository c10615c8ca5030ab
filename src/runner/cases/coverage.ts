/** What a set of cases brings together, counted from the cases themselves. */
import { subsets } from './covering-array.ts';
import { exchangesOf, type MessageType } from './exchanges.ts';
import { placesIn, type Places } from './places.ts';
import type { Case } from './schedule.ts';
import type { Script } from '../script.ts';

export interface Coverage {
  /** Such as `every ordered pair of implementations in every pair of roles: 96 of 96`. */
  readonly text: string;
  readonly met: number;
  readonly of: number;
  /** What does not happen, as far as it can be listed, such as `external_commit from openmls to mlspp`. */
  readonly missing: readonly string[];
}

export interface CoverageOptions {
  readonly strength: number;
  /** Whether an implementation is to meet itself as well. */
  readonly self: boolean;
}

/** Of the scripts, suites and wire modes that the cases have: who could have met whom in them, and who does. */
export function coverage(cases: readonly Case[], { strength, self }: CoverageOptions): Coverage[] {
  const different = self ? '' : 'different ';
  const spaces = [...Map.groupBy(cases, ({ script, suite, encryptHandshake }) => `${script.id} ${suite} ${encryptHandshake}`).values()].map(spaceOf);
  return [
    line(`every ordered pair of ${different}implementations in every pair of roles`, inRoles(spaces, 2, self)),
    ...(strength === 3 ? [line(`every three ${self ? '' : 'not all equal '}implementations in every three roles`, inRoles(spaces, 3, self))] : []),
    line(`every ordered pair ${self ? '' : 'of different implementations '}exchanged every message type`, byMessageType(spaces, self)),
  ];
}

/** The cases of one script, suite and wire mode. */
interface Space {
  readonly script: Script;
  readonly labels: readonly string[];
  readonly allowed: Places['allowed'];
  /** Who plays whom, by index. */
  readonly rows: readonly Uint8Array[];
}

function spaceOf(cases: readonly Case[]): Space {
  const { script, suite, encryptHandshake, implementations } = cases[0]!;
  const { allowed } = placesIn(script, { suite, wire: encryptHandshake ? 'private' : 'public' }, implementations);
  const index = new Map(implementations.map((implementation, i) => [implementation, i]));
  const rows = cases.map(({ actors }) => Uint8Array.from(actors.values(), (implementation) => index.get(implementation)!));
  return { script, labels: implementations.map(({ label }) => label), allowed, rows };
}

interface Count {
  readonly met: number;
  readonly of: number;
  readonly missing?: readonly string[];
}

const line = (claim: string, { met, of, missing = [] }: Count): Coverage => ({ text: `${claim}: ${met} of ${of}`, met, of, missing });

function inRoles(spaces: readonly Space[], size: number, self: boolean): Count {
  const sets = new Map<number, Uint16Array>();
  const counts = spaces.map(({ labels, allowed, rows }): Count => {
    const columns = allowed.length;
    // Flat, since a script of hundreds of actors has hundreds of thousands of pairs.
    if (!sets.has(columns)) sets.set(columns, Uint16Array.from(subsets(columns, size).flat()));
    const set = sets.get(columns)!;
    const asked = { size, levels: labels.length, self };
    return { met: combinationsIn(rows, set, asked), of: possible(allowed, set, asked) };
  });
  return { met: sum(counts.map(({ met }) => met)), of: sum(counts.map(({ of }) => of)) };
}

/** How many combinations of levels the rows show, over all sets of `size` columns. */
function combinationsIn(rows: readonly Uint8Array[], set: Uint16Array, { size, levels, self }: { size: number; levels: number; self: boolean }): number {
  const perSet = levels ** size;
  // Codes of combinations of equal levels are the multiples of this.
  const equal = (perSet - 1) / Math.max(1, levels - 1);
  const seen = new Uint8Array((set.length / size) * perSet);
  let met = 0;
  for (const row of rows) {
    for (let start = 0, base = 0; start < set.length; start += size, base += perSet) {
      let code = 0;
      for (let i = start; i < start + size; i++) code = code * levels + row[set[i]!]!;
      if (seen[base + code] === 1 || (!self && code % equal === 0)) continue;
      seen[base + code] = 1;
      met++;
    }
  }
  return met;
}

/** How many there can be, limits allowing. */
function possible(allowed: Places['allowed'], set: Uint16Array, { size, levels, self }: { size: number; levels: number; self: boolean }): number {
  if (allowed.every(({ length }) => length === levels)) return (set.length / size) * (levels ** size - (self ? 0 : levels));
  let of = 0;
  for (let start = 0; start < set.length; start += size) {
    const choices = Array.from(set.subarray(start, start + size), (column) => allowed[column]!);
    const alike = self ? 0 : choices[0]!.filter((level) => choices.every((levels) => levels.includes(level))).length;
    of += choices.reduce((count, { length }) => count * length, 1) - alike;
  }
  return of;
}

/** Over all scripts, suites and wire modes together. */
function byMessageType(spaces: readonly Space[], self: boolean): Count {
  const byScript = new Map([...new Set(spaces.map(({ script }) => script))].map((script) => [script, exchangesBetween(script)]));
  const wanted = new Set<string>();
  const met = new Set<string>();
  for (const { script, labels, allowed, rows } of spaces) {
    for (const { type, from, to } of byScript.get(script)!) {
      const name = (sender: number, receiver: number): string => `${type} from ${labels[sender]} to ${labels[receiver]}`;
      for (const sender of allowed[from]!) for (const receiver of allowed[to]!) if (self || sender !== receiver) wanted.add(name(sender, receiver));
      for (const row of rows) if (self || row[from] !== row[to]) met.add(name(row[from]!, row[to]!));
    }
  }
  return { met: met.size, of: wanted.size, missing: [...wanted].filter((each) => !met.has(each)).sort() };
}

/** Enough to see who meets whom: more exchanges between hundreds of actors show nothing new. */
const mostOfOneType = 200;

/** The exchanges of a script between actors by number, each kind once. */
function exchangesBetween(script: Script): { readonly type: MessageType; readonly from: number; readonly to: number }[] {
  const number = new Map(script.actors.map((actor, i) => [actor, i]));
  const distinct = new Map(exchangesOf(script).map(({ type, from, to }) => [`${type} ${from} ${to}`, { type, from: number.get(from)!, to: number.get(to)! }]));
  return [...Map.groupBy(distinct.values(), ({ type }) => type).values()].flatMap((ofType) => ofType.slice(0, mostOfOneType));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
