/** A run in numbers, gathered while its cases go by: what the summaries for people are written from. */
import { exchangesOf, failedExchange } from './exchanges.ts';
import { isOwnDoing, Kinds } from './kinds.ts';
import { isHostile, RequirementTally } from './requirement-table.ts';
import { statuses, type CaseRecord, type EndRecord, type RunRecord, type Status } from '../record/record.ts';
import type { Reporter } from '../reporter.ts';
import { isFlaky } from '../record/tally.ts';

/** The cases of one script in which one implementation plays. */
export interface MatrixCell {
  readonly cases: number;
  readonly passed: number;
  /** Cases of every other status that are this implementation's fault or, where nobody's is known, of all who play in them. */
  readonly troubles: ReadonlyMap<Status, number>;
}

/** Messages of one implementation that were given to another. */
export interface ExchangeCell {
  /** Cases in which that happened; undefined when the record lacks the calls of some. */
  readonly cases: number | undefined;
  /** Cases that failed on such a message, expected failures among them. */
  readonly failed: number;
}

export interface ExpectedFailures {
  readonly pattern: string;
  readonly reason: string;
  readonly issue: string | undefined;
  readonly cases: number;
}

export class Digest {
  readonly run: RunRecord;
  readonly kinds = new Kinds();
  /** Of a hostile run. */
  readonly requirements: RequirementTally | undefined;
  /** Cases that passed after failing. */
  readonly flaky: { readonly id: string; readonly retries: number }[] = [];
  #end: EndRecord | undefined;
  #cases = 0;
  #alone = 0;
  readonly #cells = new Map<string, { cases: number; passed: number; readonly troubles: Map<Status, number> }>();
  readonly #exchanged = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  #failedBetweenUnknown = 0;
  #hasAllCalls = true;
  readonly #expected = new Map<string, ExpectedFailures>();
  readonly #unjudged = new Map<string, number>();

  constructor(run: RunRecord) {
    this.run = run;
    this.requirements = isHostile(run) ? new RequirementTally(run) : undefined;
  }

  add(result: CaseRecord): void {
    this.#cases++;
    if (result.self === true) this.#alone++;
    this.kinds.add(result);
    this.requirements?.add(result);
    this.#addToMatrix(result);
    this.#addExchanges(result);
    if (isFlaky(result)) this.flaky.push({ id: result.id, retries: result.retries! });
    if (result.status === 'expected-failure' && result.expectation !== undefined) this.#addExpected(result.expectation);
    // What could not be seen is one thing for all cases; who it was about differs.
    for (const reason of new Set(result.unjudged.map((text) => text.slice(text.indexOf(': ') + 1).trim()))) this.#unjudged.set(reason, (this.#unjudged.get(reason) ?? 0) + 1);
  }

  finish(end: EndRecord): void {
    this.#end = end;
  }

  get end(): EndRecord {
    return this.#end!;
  }

  /** How many cases have ended. */
  get cases(): number {
    return this.#cases;
  }

  /** In how many of them one implementation plays everybody. */
  get alone(): number {
    return this.#alone;
  }

  /** Labels, in the order of the run. */
  get labels(): string[] {
    return this.run.implementations.map(({ label }) => label);
  }

  /** Ids of the scripts that have cases, in the order of the run. */
  get scripts(): string[] {
    return this.run.scripts.map(({ id }) => id).filter((id) => this.labels.some((label) => this.#cells.has(`${id}\n${label}`)));
  }

  cell(script: string, label: string): MatrixCell | undefined {
    return this.#cells.get(`${script}\n${label}`);
  }

  exchange(sender: string, receiver: string): ExchangeCell {
    const pair = `${sender}\n${receiver}`;
    return { cases: !this.#hasAllCalls ? undefined : (this.#exchanged.get(pair) ?? 0), failed: this.#failed.get(pair) ?? 0 };
  }

  /** Failed cases of which is not known whose message was handled. */
  get failedBetweenUnknown(): number {
    return this.#failedBetweenUnknown;
  }

  get expectedFailures(): ExpectedFailures[] {
    return [...this.#expected.values()].sort((a, b) => b.cases - a.cases || (a.pattern < b.pattern ? -1 : 1));
  }

  /** Why something was not judged, and in how many cases, the most frequent first. */
  get unjudged(): { readonly reason: string; readonly cases: number }[] {
    return [...this.#unjudged].map(([reason, cases]) => ({ reason, cases })).sort((a, b) => b.cases - a.cases || (a.reason < b.reason ? -1 : 1));
  }

  #addToMatrix(result: CaseRecord): void {
    for (const label of new Set(Object.values(result.actors))) {
      const key = `${result.script}\n${label}`;
      const cell = this.#cells.get(key) ?? { cases: 0, passed: 0, troubles: new Map<Status, number>() };
      cell.cases++;
      if (result.status === 'passed') cell.passed++;
      else if (isOwnDoing(result, label)) cell.troubles.set(result.status, (cell.troubles.get(result.status) ?? 0) + 1);
      this.#cells.set(key, cell);
    }
  }

  #addExchanges(result: CaseRecord): void {
    if (result.calls === undefined && result.status !== 'could-not-run') this.#hasAllCalls = false;
    for (const { sender, receiver } of exchangesOf(result)) increment(this.#exchanged, `${sender}\n${receiver}`);
    if ((result.observed ?? result.status) !== 'failed') return;
    const failed = failedExchange(result);
    if (failed === undefined) this.#failedBetweenUnknown++;
    else increment(this.#failed, `${failed.sender}\n${failed.receiver}`);
  }

  #addExpected({ pattern, reason, issue }: NonNullable<CaseRecord['expectation']>): void {
    const key = JSON.stringify([pattern, reason]);
    this.#expected.set(key, { pattern, reason, issue, cases: (this.#expected.get(key)?.cases ?? 0) + 1 });
  }
}

/** A reporter that gathers, and hands over the digest when the run has ended. */
export function digestReporter(name: string, write: (digest: Digest) => void): Reporter {
  let digest: Digest;
  return {
    name,
    runStarted(run) {
      digest = new Digest(run);
    },
    caseFinished: (result) => digest.add(result),
    runFinished(end) {
      digest.finish(end);
      write(digest);
    },
  };
}

/** The worst first. */
export const byStatus = (troubles: ReadonlyMap<Status, number>): [Status, number][] => statuses.flatMap((status) => (troubles.has(status) ? [[status, troubles.get(status)!] as [Status, number]] : []));

const increment = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
