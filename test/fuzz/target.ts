/** What can be fuzzed. */
import { MLSError, type ErrorCode } from '../../src/mls/errors.ts';
import type { Random } from '../../src/runner/random.ts';

/** `skipped`: nothing could be made of the input, so that nothing was tried. */
export type Verdict = 'accepted' | 'refused' | 'skipped';

/** A verdict, and what was special about this run beside the code that ran: which rule an input breaks, say. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly feature: string;
}

export interface Target {
  readonly name: string;
  /** URLs of the files whose blocks count. */
  readonly covers: RegExp;
  /** Valid inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** An input made of another's parts, or undefined when that has none. */
  restructured?(input: Uint8Array, by: { readonly random: Random; readonly other: Uint8Array }): Uint8Array | undefined;
  /** Tries one input. Whatever it throws is a finding. */
  run(input: Uint8Array): Promise<Outcome> | Outcome;
}

export const skipped: Outcome = { verdict: 'skipped', feature: '' };

/** Something is wrong though nothing was thrown. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Finding(what);
}

/** @throws what was thrown unless it is an error of the engine with one of these codes */
export function mustBeRefusal(error: unknown, codes: readonly ErrorCode[]): asserts error is MLSError {
  if (!(error instanceof MLSError) || !codes.includes(error.code)) throw error;
}
