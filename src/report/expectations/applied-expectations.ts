/** Expectations as they are applied to the cases of a run, and which of them the run shows no need for. */
import type { CaseRecord } from '../record/record.ts';
import { applyExpectations, entriesFor, type Expectation, type ExpectationSet } from './expectations.ts';

export class AppliedExpectations {
  readonly #set: ExpectationSet;
  readonly #today: Date;
  /** Of each entry the cases that it matches and that have run, and whether it speaks for the status of one. */
  readonly #entries = new Map<Expectation, { readonly cases: Set<string>; counts: boolean }>();

  constructor(set: ExpectationSet, today: Date) {
    this.#set = set;
    this.#today = today;
  }

  /** May be asked for a case again, with another verdict. */
  readonly judge = (result: CaseRecord): CaseRecord => {
    const judged = applyExpectations(this.#set, result, this.#today);
    if (!ran.has(result.status)) return judged;
    for (const entry of entriesFor(this.#set, result)) {
      const seen = this.#entries.get(entry) ?? { cases: new Set(), counts: false };
      seen.cases.add(result.id);
      seen.counts ||= judged.expectation?.pattern === entry.pattern && judged.expectation.reason === entry.reason;
      this.#entries.set(entry, seen);
    }
    return judged;
  };

  /**
   * A sentence for each entry that has excused nothing although its cases have run: what it speaks of may be mended. One that must not pass
   * is no such entry when its cases pass: that is a status of theirs.
   */
  unneeded(): string[] {
    return [...this.#entries].flatMap(([{ file, line, pattern, reason }, { cases: { size }, counts }]) =>
      counts ? [] : [`${file}:${line}: pattern ${pattern} (${reason}) excuses none of the ${size} cases of this run that it matches; it may not be needed any more`],
    );
  }
}

const ran: ReadonlySet<string> = new Set(['passed', 'failed', 'vacuous']);
