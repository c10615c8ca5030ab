/** What the end of a run changes about its cases: verdicts in the light of all of them, and what is expected in the light of those. */
import type { CaseRecord, EndRecord, Expected } from '../report/record/record.ts';
import type { Tally } from '../report/record/tally.ts';
import type { Matrix } from './referee/matrix.ts';

/** What is made of a case in the light of what is expected of its implementations. */
export type Judge = (result: CaseRecord) => CaseRecord;

/** Keeps the cases whose verdicts may be revised, without their calls. */
export class Revision {
  readonly #judge: Judge;
  readonly #open = new Map<string, { readonly observed: CaseRecord; readonly judged: Expected }>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** @param observed the case before `judge` has had it */
  add({ calls: _, sights: __, ...observed }: CaseRecord, judged: CaseRecord): void {
    if (observed.verdict?.quarrel !== undefined) this.#open.set(observed.id, { observed, judged: expectedOf(judged) });
  }

  /** What the end of the record says of it, counted in `tally`. */
  end(matrix: Pick<Matrix, 'revised'>, tally: Tally): Pick<EndRecord, 'revised' | 'restated'> {
    const revised = matrix.revised();
    const restated = Object.entries(revised).flatMap(([id, verdict]) => {
      const { observed, judged } = this.#open.get(id) ?? {};
      if (observed === undefined || judged === undefined) return [];
      const now = expectedOf(this.#judge({ ...observed, verdict }));
      if (JSON.stringify(now) === JSON.stringify(judged)) return [];
      tally.restate(judged.status, now.status);
      return [[id, now] as const];
    });
    return { ...(Object.keys(revised).length === 0 ? {} : { revised }), ...(restated.length === 0 ? {} : { restated: Object.fromEntries(restated) }) };
  }
}

const expectedOf = ({ status, observed, expectation, notes }: CaseRecord): Expected => ({
  status,
  ...(observed === undefined ? {} : { observed }),
  ...(expectation === undefined ? {} : { expectation }),
  notes,
});
