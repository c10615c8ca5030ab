/**
 * What is expected to go wrong: entries in `expectations/NAME.yaml`, where NAME is the label of an implementation or `_all`.
 * An entry applies to the cases in which NAME plays a part and whose id its pattern matches. It excuses NAME, and nobody else:
 * not a failure of which a verdict says that another is the culprit, nor what others leave undone. Entries of `_all` excuse everybody. What counts in the end is
 * the verdict that all cases of a run together leave: where it is another than the case's own, entries are applied anew.
 */
import { z } from 'zod';
import type { CaseRecord } from '../record/record.ts';
import { atFault } from '../summary/kinds.ts';

export const expectationEntry = z.strictObject({
  pattern: z.string().min(1).describe('Which cases, such as commit/*/suite:1/wire:private. * stands for anything within one component, ** for any number of components; a pattern may end before the id does.'),
  reason: z.string().min(1).describe('Why they fail, in one sentence.'),
  issue: z.url({ protocol: /^https?$/ }).optional().describe('Where that is dealt with.'),
  status: z.enum(['failed', 'vacuous']).optional().describe('Only cases that are this; otherwise either.'),
  match: z.string().min(1).optional().describe('A regular expression that the failure, the verdict or what is vacuous has to match; a case that fails otherwise stays failed.'),
  expires: z.iso.date().optional().describe('The last day, in UTC, on which the entry applies: YYYY-MM-DD.'),
  flaky: z.boolean().optional().describe('The outcome changes from run to run, so that passing is fine too.'),
  'may-pass': z.boolean().optional().describe('The pattern also takes in cases that pass.'),
}).meta({ id: 'expectation' });
export type ExpectationEntry = z.output<typeof expectationEntry>;

export const expectationEntries = z.array(expectationEntry);
export const expectationMapping = z.strictObject({
  flaky: expectationEntry.shape.flaky,
  'may-pass': expectationEntry.shape['may-pass'],
  expectations: expectationEntries,
});

/** JSON Schema of a file. */
export function expectationsJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(z.union([expectationEntries, expectationMapping]));
  return { $schema, title: 'Expectations of mls-interop', description: 'Which cases of a run are expected to fail, in expectations/NAME.yaml with NAME the label of an implementation or _all.', ...schema };
}

/** One entry, ready to be applied. */
export interface Expectation extends ExpectationEntry {
  /** Of its file: a label, or `_all`. */
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Whether `flaky` or `may-pass` is said of it or of its whole file. */
  readonly tolerant: boolean;
  readonly matches: (id: string) => boolean;
  readonly matchPattern: RegExp | undefined;
}

export interface ExpectationFile {
  /** A label, or `_all`. */
  readonly name: string;
  readonly file: string;
  readonly entries: readonly Expectation[];
}

export type ExpectationSet = readonly ExpectationFile[];

/** The file that speaks of every implementation. */
export const everybody = '_all';

/** What is known of a case before it runs. */
export type PlannedCase = Pick<CaseRecord, 'id' | 'actors'>;

/**
 * The case as its expectations have it; `observed` keeps what happened. What could not run and what is not supported is never touched.
 * @param today entries whose last day is before it do not apply
 */
export function applyExpectations(set: ExpectationSet, result: CaseRecord, today: Date): CaseRecord {
  const entries = entriesFor(set, result);
  if (entries.length === 0) return result;
  if (result.status === 'passed') return applyToPassed(entries, result, today);
  return result.status === 'failed' || result.status === 'vacuous' ? applyToFailed(entries, result, today) : result;
}

/** The entries whose pattern matches a case, expired ones among them. */
export const entriesFor = (set: ExpectationSet, { id, actors }: PlannedCase): Expectation[] =>
  set.filter(({ name }) => name === everybody || Object.values(actors).includes(name)).flatMap(({ entries }) => entries.filter(({ matches }) => matches(id)));

export const isExpired = ({ expires }: Pick<ExpectationEntry, 'expires'>, today: Date): boolean => expires !== undefined && expires < today.toISOString().slice(0, 10);

/** Why an entry does not excuse a case that failed or was vacuous; undefined when it does. */
export function whyNotExcused(entry: Expectation, result: CaseRecord, today: Date): string | undefined {
  const observed = result.observed ?? result.status;
  if (isExpired(entry, today)) return `expired on ${entry.expires}`;
  if (entry.status !== undefined && entry.status !== observed) return `is of ${entry.status} cases, this one is ${observed}`;
  if (entry.matchPattern !== undefined && !texts(result).some((text) => entry.matchPattern!.test(text))) return `nothing here matches /${entry.match}/`;
  const culprits = result.verdict === undefined && result.failure !== undefined ? [] : atFault(result);
  if (culprits.length > 0 && !culprits.includes(entry.name) && entry.name !== everybody) return `the culprit is ${culprits.join(' and ')}`;
  return undefined;
}

function applyToPassed(entries: readonly Expectation[], result: CaseRecord, today: Date): CaseRecord {
  const wrong = entries.find((entry) => !entry.tolerant && !isExpired(entry, today));
  if (wrong !== undefined) return { ...result, status: 'unexpected-pass', observed: 'passed', expectation: applied(wrong) };
  return withNotes(result, entries.filter((entry) => isExpired(entry, today)).map((entry) => note(entry, `expired on ${entry.expires}`)));
}

function applyToFailed(entries: readonly Expectation[], result: CaseRecord, today: Date): CaseRecord {
  const notes: string[] = [];
  for (const entry of entries) {
    const reason = whyNotExcused(entry, result, today);
    if (reason === undefined) return { ...result, status: 'expected-failure', observed: result.status, expectation: applied(entry) };
    notes.push(note(entry, reason));
  }
  return withNotes(result, notes);
}

const applied = ({ pattern, reason, issue }: Expectation): NonNullable<CaseRecord['expectation']> => ({ pattern, reason, ...(issue === undefined ? {} : { issue }) });

const noteStart = 'the expectation at';

const note = ({ file, line, reason }: Expectation, why: string): string => `${noteStart} ${file}:${line} (${reason}) does not apply: ${why}`;

/** Whether entries speak of a case that went wrong, so that another verdict may be another status. */
export const isTouched = ({ status, notes }: Pick<CaseRecord, 'status' | 'notes'>): boolean => status === 'expected-failure' || notes.some((text) => text.startsWith(noteStart));

/** The case as it was before expectations were applied. */
export const asObserved = ({ observed, expectation: _, ...result }: CaseRecord): CaseRecord => ({
  ...result,
  status: observed ?? result.status,
  notes: result.notes.filter((text) => !text.startsWith(noteStart)),
});

const withNotes = (result: CaseRecord, notes: readonly string[]): CaseRecord => (notes.length === 0 ? result : { ...result, notes: [...result.notes, ...notes] });

const texts = ({ failure, verdict, vacuous }: CaseRecord): string[] =>
  [failure?.message, verdict?.summary, verdict?.requirement, verdict?.differs, ...vacuous].filter((text) => text !== undefined);

export interface StaleExpectation {
  readonly entry: Expectation;
  /** `error` when the entry could not match in a full run either. */
  readonly severity: 'warning' | 'error';
  /** With file and line. */
  readonly message: string;
}

/**
 * A warning for each file that is of no implementation of a run: misspelt, or of one that is left out.
 * @param labels of the implementations of the run
 */
export function unknownNames(set: ExpectationSet, labels: readonly string[]): string[] {
  const unknown = set.filter(({ name }) => name !== everybody && !labels.includes(name));
  return unknown.map(({ name, file }) => `${file}: this run has no implementation ${name}, only ${labels.join(', ')}`);
}

/**
 * Entries that match no case. Of files whose implementation plays in none of the cases nothing is said.
 * @param cases those that were run, whatever became of them
 * @param full those that would be run if none were left out
 */
export function staleExpectations(set: ExpectationSet, cases: Iterable<PlannedCase>, full?: Iterable<PlannedCase>): StaleExpectation[] {
  const unmatched = unmatchedEntries(set, cases);
  const never = full === undefined ? new Set<Expectation>() : new Set(unmatchedEntries(set, full));
  return unmatched.map((entry) => {
    const severity = never.has(entry) ? 'error' : 'warning';
    const where = severity === 'error' ? 'matches no case, not even in a full run' : 'matches no case of this run';
    return { entry, severity, message: `${entry.file}:${entry.line}: pattern ${entry.pattern} ${where}` };
  });
}

function unmatchedEntries(set: ExpectationSet, cases: Iterable<PlannedCase>): Expectation[] {
  const waiting = new Map(set.map((file) => [file, new Set(file.entries)]));
  const playing = new Set<string>();
  for (const { id, actors } of cases) {
    const labels = new Set([everybody, ...Object.values(actors)]);
    for (const [file, entries] of waiting) {
      if (!labels.has(file.name)) continue;
      playing.add(file.name);
      for (const entry of entries) if (entry.matches(id)) entries.delete(entry);
    }
  }
  return set.filter(({ name }) => playing.has(name)).flatMap((file) => [...waiting.get(file)!]);
}
