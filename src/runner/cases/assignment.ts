/**
 * Who plays whom. An assignment gives every actor of a script one of the implementations. The whole product grows with the
 * power of the actors (917,504 cases for one script of eight actors and four implementations); a covering array has every
 * ordered pair of implementations in every pair of parts with a few dozen, and disagreements are between two.
 */
import { coveringArray, mostColumnsOf, product, subsets, type Row } from './covering-array.ts';
import type { Random } from '../random.ts';

/** For every actor, in the script's order, the index of its implementation. */
export type Assignment = readonly number[];

/** How many actors at a time must have been played by all combinations of implementations. */
export type Strength = 1 | 2 | 3;

export interface Players {
  /** For every actor, the indices of the implementations that may play it, ascending; at least one. */
  readonly allowed: readonly (readonly number[])[];
  /** Whether all actors may be played by one implementation. */
  readonly self: boolean;
  readonly random: Random;
}

export interface AssignmentOptions extends Players {
  readonly strength: Strength;
  /** The whole product instead. */
  readonly all: boolean;
  /** At most this many, the best first; all that the strength asks for when absent. */
  readonly limit?: number | undefined;
}

export interface Assignments {
  readonly assignments: readonly Assignment[];
  /** Why they are fewer than was asked for. */
  readonly note?: string;
}

export function assignments(options: AssignmentOptions): Assignments {
  const { allowed, strength, all, limit = Infinity, random } = options;
  const affordable = allowed.length <= mostColumnsOf(strength) ? strength : 2;
  const wanted = (row: Row): boolean => options.self || !isSelf(row);
  const covering = bestFirst(coveringRows(options, affordable).filter(wanted), limit, random);

  const size = allowed.reduce((count, { length }) => count * length, 1);
  if (all && size <= largestProduct) {
    const covered = new Set(covering.map(String));
    const others = random.shuffle(product(allowed)).filter((row) => wanted(row) && !covered.has(String(row)));
    return { assignments: [...covering, ...others].slice(0, limit) };
  }
  if (all) return { assignments: covering, note: `all assignments to ${allowed.length} actors are more than ${largestProduct}; those of strength ${affordable} run` };
  if (affordable === strength) return { assignments: covering };
  return { assignments: covering, note: `strength ${strength} takes too long to arrange for ${allowed.length} actors; strength ${affordable} it is` };
}

/** One assignment, every actor's implementation drawn on its own; none when only a self-only one could be and may not. */
export function randomAssignment({ allowed, self, random }: Players): Assignment | undefined {
  const selfOnly = allowed.length === 1 || new Set(allowed.flat()).size === 1;
  if (!self && selfOnly) return undefined;
  for (;;) {
    const drawn = allowed.map((levels) => random.pick(levels));
    if (self || !isSelf(drawn)) return drawn;
  }
}

/** Whether one implementation plays everybody. */
export const isSelf = (assignment: Assignment): boolean => assignment.every((implementation) => implementation === assignment[0]);

/** Each is a case to run; of more nobody would see the end. */
const largestProduct = 65_536;

/** Comparing all pairs of more actors takes longer than it gains: any few rows then show about the same number of them. */
const mostActorsCompared = 64;

/**
 * A covering array with actors and implementations put into places of the seed's choosing: so suites and wire modes differ
 * in who meets whom beyond pairs. An implementation where it may not be makes room for another: what it would have shown
 * there is not asked for, and the rest of its row stays.
 */
function coveringRows({ allowed, random }: Players, strength: number): Row[] {
  const present = [...new Set(allowed.flat())].sort((a, b) => a - b);
  const array = coveringArray({ columns: allowed.length, levels: present.length, strength });
  const columns = random.shuffle([...allowed.keys()]);
  const levels = random.shuffle(present);
  const rows = random.shuffle(array.map((row) => columns.map((column) => levels[row[column]!]!)));
  if (allowed.every(({ length }) => length === present.length)) return rows;

  const possible = rows.map((row) => row.map((level, column) => (allowed[column]!.includes(level) ? level : random.pick(allowed[column]!))));
  const distinct = [...new Map(possible.map((row) => [String(row), row])).values()];
  return allowed.length <= mostActorsCompared ? withoutIdle(distinct, subsets(allowed.length, Math.min(strength, allowed.length))) : distinct;
}

/** Without the rows that show nothing that others do not show. */
function withoutIdle(rows: readonly Row[], sets: readonly (readonly number[])[]): Row[] {
  const shown = new Map<string, number>();
  const combinations = (row: Row): string[] => sets.map((set) => set.map((column) => `${column}=${row[column]}`).join());
  for (const combination of rows.flatMap(combinations)) shown.set(combination, (shown.get(combination) ?? 0) + 1);
  return rows.filter((row) => {
    const own = combinations(row);
    if (own.some((combination) => shown.get(combination) === 1)) return true;
    for (const combination of own) shown.set(combination, shown.get(combination)! - 1);
    return false;
  });
}

/** What a limit leaves: the assignments that bring together most pairs that have not met, mixed ones before others. */
function bestFirst(rows: readonly Row[], limit: number, random: Random): Row[] {
  if (limit >= rows.length) return [...rows];
  const mixed = (row: Row): number => new Set(row).size;
  if (rows[0]!.length > mostActorsCompared) return random.shuffle(rows).sort((one, other) => mixed(other) - mixed(one)).slice(0, limit);

  const met = new Set<string>();
  const waiting = new Map(rows.map((row) => [row, pairs(row)]));
  return Array.from({ length: limit }, () => {
    const ranked = [...waiting].map(([row, ofRow]) => ({ row, fresh: ofRow.filter((pair) => !met.has(pair)).length, mixed: mixed(row) }));
    const { row } = ranked.reduce((best, next) => (next.fresh > best.fresh || (next.fresh === best.fresh && next.mixed > best.mixed) ? next : best));
    for (const pair of waiting.get(row)!) met.add(pair);
    waiting.delete(row);
    return row;
  });
}

const pairs = (row: Row): string[] => row.flatMap((level, column) => row.slice(0, column).map((other, before) => `${before}=${other},${column}=${level}`));
