/** Counts cases as they end: what the last line of a record says. */
import { failsRun, statuses, type CaseRecord, type EndRecord, type Status } from './record.ts';

export class Tally {
  readonly #counts = Object.fromEntries(statuses.map((status) => [status, 0])) as { [S in Status]: number };
  readonly #judged = { steps: 0, of: 0 };
  #flaky = 0;

  add({ status, judged, retries }: Pick<CaseRecord, 'status' | 'judged' | 'retries'>): void {
    this.#counts[status]++;
    if (isFlaky({ status, retries })) this.#flaky++;
    this.#judged.steps += judged.steps;
    this.#judged.of += judged.of;
  }

  /** A case that was added has another status now; neither is `passed`. */
  restate(from: Status, to: Status): void {
    this.#counts[from]--;
    this.#counts[to]++;
  }

  /** @param interrupted whether cases of the run are missing */
  end(milliseconds: number, interrupted = false): EndRecord {
    const success = !interrupted && statuses.every((status) => this.#counts[status] === 0 || !failsRun(status));
    const counted = { counts: { ...this.#counts }, flaky: this.#flaky, judged: { ...this.#judged } };
    return { type: 'end', ...counted, milliseconds, success, ...(interrupted ? { interrupted } : {}) };
  }
}

/** Whether a case passed only after it had failed. */
export const isFlaky = ({ status, retries = 0 }: Pick<CaseRecord, 'status' | 'retries'>): boolean => status === 'passed' && retries > 0;
