/** Counts over the cases of a run: by status, by implementation and script, by sender and receiver. */
import type { Exchange } from '../../summary/exchanges.ts';
import { blameText, isOwnDoing } from '../../summary/kinds.ts';
import { failsRun, statuses, type Status } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';

export interface Tally {
  readonly passed: number;
  readonly run: number;
  readonly worst: Status;
}

export const tallyOf = (cases: readonly CaseRow[]): Tally => ({ passed: cases.filter(({ status }) => status === 'passed').length, run: cases.length, worst: worstOf(cases) });

function worstOf(cases: readonly CaseRow[]): Status {
  const present = new Set(cases.map(({ status }) => status));
  return statuses.find((status) => present.has(status)) ?? 'passed';
}

/** From worst to best, those that occur. */
export function countsOf(cases: readonly CaseRow[]): (readonly [Status, number])[] {
  const counts = Map.groupBy(cases, ({ status }) => status);
  return statuses.filter((status) => counts.has(status)).map((status) => [status, counts.get(status)!.length]);
}

export interface ImplementationTally extends Tally {
  /** The worst status of a case that is this implementation's fault, or whose fault is not known. */
  readonly ownWorst: Status;
}

/** Of a script: a tally for each implementation that some actor of it was. */
export function byImplementation(cases: readonly CaseRow[]): ReadonlyMap<string, ImplementationTally> {
  const groups = new Map<string, CaseRow[]>();
  for (const row of cases) {
    for (const label of new Set(Object.values(row.actors))) {
      const group = groups.get(label);
      if (group === undefined) groups.set(label, [row]);
      else group.push(row);
    }
  }
  return new Map([...groups].map(([label, group]) => [label, { ...tallyOf(group), ownWorst: worstOf(group.filter((row) => isOwnDoing(row, label))) }]));
}

export interface ExchangeTally {
  /** Cases in which messages went this way. */
  readonly cases: number;
  /** Those that failed at such a message, expected failures among them. */
  readonly broken: readonly CaseRow[];
  /** How many of the broken ones the referee lays at whose door; who is accused only, and `undecided`, are among them. */
  readonly blamed: readonly (readonly [string, number])[];
}

/** What happened to the messages of `sender` at `receiver`. */
export function exchangeTally(cases: readonly CaseRow[], { sender, receiver }: Exchange): ExchangeTally {
  const isThis = (exchange: Exchange | undefined): boolean => exchange?.sender === sender && exchange.receiver === receiver;
  const between = cases.filter(({ exchanges }) => exchanges.some(isThis));
  const broken = cases.filter(({ status, broke }) => isTrouble(status) && isThis(broke));
  const byFault = Map.groupBy(broken, ({ verdict }) => blameText({ verdict }) ?? 'undecided');
  return { cases: between.length, broken, blamed: [...byFault].map(([who, group]) => [who, group.length] as const).sort((a, b) => b[1] - a[1]) };
}

/** Expected failures are failures of somebody, too. */
export const isTrouble = (status: Status): boolean => failsRun(status) || status === 'expected-failure';
