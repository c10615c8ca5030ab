/**
 * What a run tells while it goes on. A reporter implements the events that it cares for; one that throws is dropped and
 * does not stop the others or the run.
 */
import type { Implementation } from './implementation.ts';
import type { CaseResult, Status } from './outcome.ts';
import type { Case } from './schedule.ts';
import type { Script } from './script.ts';

export interface Plan {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly cases: readonly Case[];
  readonly seed: string;
}

export interface Summary {
  readonly counts: { readonly [S in Status]: number };
  /** Whether no case failed, was vacuous or could not run. */
  readonly success: boolean;
  readonly milliseconds: number;
}

export interface Reporter {
  readonly name: string;
  runStarted?(plan: Plan): void;
  caseStarted?(started: Case): void;
  step?(running: Case, step: number): void;
  /** The only event that carries the transcript; what a reporter does not keep of it is gone. */
  caseFinished?(result: CaseResult): void;
  runFinished?(summary: Summary): void;
}

type Event = Exclude<keyof Reporter, 'name'>;

export class Reporters {
  readonly #reporters: Set<Reporter>;
  readonly #onError: (reporter: Reporter, error: unknown) => void;

  constructor(reporters: readonly Reporter[], onError: (reporter: Reporter, error: unknown) => void) {
    this.#reporters = new Set(reporters);
    this.#onError = onError;
  }

  tell<E extends Event>(event: E, ...details: Parameters<NonNullable<Reporter[E]>>): void {
    for (const reporter of this.#reporters) {
      try {
        (reporter[event] as ((...details: unknown[]) => void) | undefined)?.apply(reporter, details);
      } catch (error) {
        this.#reporters.delete(reporter);
        this.#onError(reporter, error);
      }
    }
  }
}
