/**
 * What a run tells while it goes on, in the lines of its record. A reporter implements the events that it cares for; one
 * that throws is dropped and does not stop the others or the run.
 */
import type { CaseRecord, EndRecord, RunRecord } from './record/record.ts';

export interface Reporter {
  readonly name: string;
  runStarted?(run: RunRecord): void;
  caseStarted?(id: string, script: string): void;
  step?(id: string, step: number): void;
  /** The only event that carries the calls; what a reporter does not keep of it is gone. */
  caseFinished?(result: CaseRecord): void;
  runFinished?(end: EndRecord): void;
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
