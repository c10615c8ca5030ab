/**
 * Who plays whom. An assignment gives every actor of a script one of the implementations; all of them are tried as long as
 * there are few, else a sample of distinct ones in which every pair of actors meets every pair of implementations as soon
 * as possible, and everybody plays every part.
 */
import type { Random } from './random.ts';

/** For every actor, in the script's order, the index of its implementation. */
export type Assignment = readonly number[];

export interface AssignmentOptions {
  readonly actors: number;
  readonly implementations: number;
  /** At most this many. */
  readonly limit: number;
  readonly random: Random;
}

/** The whole product, in order, when it has at most `limit` assignments; else `limit` distinct ones. */
export function assignments(options: AssignmentOptions): Assignment[] {
  const { actors, implementations, limit } = options;
  if (implementations ** actors <= limit) return product(implementations, actors);
  return sample(options);
}

/** One assignment, every actor's implementation drawn on its own. */
export const randomAssignment = ({ actors, implementations, random }: Omit<AssignmentOptions, 'limit'>): Assignment =>
  Array.from({ length: actors }, () => random.below(implementations));

function product(implementations: number, actors: number): Assignment[] {
  return Array.from({ length: implementations ** actors }, (_, n) =>
    Array.from({ length: actors }, (_, actor) => Math.floor(n / implementations ** (actors - 1 - actor)) % implementations),
  );
}

function sample(options: AssignmentOptions): Assignment[] {
  const { implementations, limit, random } = options;
  const cover = new Cover(options);
  const chosen = new Map<string, Assignment>();
  while (chosen.size < limit) {
    let best = bestOf(candidatesPerRow, () => cover.extend(random));
    // A full cover draws at random and may draw again what it has; the next free assignment will do.
    while (chosen.has(best.join())) best = successor(best, implementations);
    chosen.set(best.join(), best);
    cover.add(best);
  }
  return [...chosen.values()];
}

/** More candidates give fewer rows until all pairs have met; beyond a handful there is little to win. */
const candidatesPerRow = 5;
/** Pairs grow with the square of the actors; beyond this many only single parts are balanced. */
const maxActorsForPairs = 64;

interface Candidate {
  readonly assignment: Assignment;
  readonly newPairs: number;
}

function bestOf(count: number, make: () => Candidate): Assignment {
  let best = make();
  for (let i = 1; i < count; i++) {
    const other = make();
    if (other.newPairs > best.newPairs) best = other;
  }
  return best.assignment;
}

/** The assignment that follows in counting order, back to the first after the last. */
function successor(assignment: Assignment, implementations: number): Assignment {
  const next = [...assignment];
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = (next[i]! + 1) % implementations;
    if (next[i] !== 0) break;
  }
  return next;
}

/** What a sample has covered so far: who played whom how often, and which pairs met in which parts. */
class Cover {
  readonly #actors: number;
  readonly #implementations: number;
  readonly #pairsCount: boolean;
  readonly #played: number[][];
  readonly #met = new Set<number>();

  constructor({ actors, implementations }: AssignmentOptions) {
    this.#actors = actors;
    this.#implementations = implementations;
    this.#pairsCount = actors <= maxActorsForPairs;
    this.#played = Array.from({ length: actors }, () => new Array<number>(implementations).fill(0));
  }

  /** A new assignment, built part by part: most new pairs first, then who has played the part least. */
  extend(random: Random): Candidate {
    const assignment = new Array<number>(this.#actors).fill(-1);
    const placed: number[] = [];
    let newPairs = 0;
    for (const actor of random.shuffle(Array.from({ length: this.#actors }, (_, i) => i))) {
      let choice = { implementation: 0, pairs: -1, played: Infinity };
      for (const implementation of random.shuffle(Array.from({ length: this.#implementations }, (_, i) => i))) {
        const pairs = this.#pairsCount ? placed.filter((other) => !this.#met.has(this.#pair(actor, implementation, other, assignment[other]!))).length : 0;
        const played = this.#played[actor]![implementation]!;
        if (pairs > choice.pairs || (pairs === choice.pairs && played < choice.played)) choice = { implementation, pairs, played };
      }
      assignment[actor] = choice.implementation;
      newPairs += choice.pairs;
      placed.push(actor);
    }
    return { assignment, newPairs };
  }

  add(assignment: Assignment): void {
    assignment.forEach((implementation, actor) => {
      this.#played[actor]![implementation]!++;
      if (!this.#pairsCount) return;
      for (let other = 0; other < actor; other++) this.#met.add(this.#pair(actor, implementation, other, assignment[other]!));
    });
  }

  #pair(actor: number, implementation: number, other: number, otherImplementation: number): number {
    const one = actor * this.#implementations + implementation;
    const two = other * this.#implementations + otherImplementation;
    return Math.max(one, two) * this.#actors * this.#implementations + Math.min(one, two);
  }
}
