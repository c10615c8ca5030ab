/** Finds few entries that excuse what an implementation fails at. */
import { coveringPatterns } from './expectation-patterns.ts';
import type { ExpectationEntry } from './expectations.ts';
import { headline } from '../summary/kinds.ts';
import { compilePattern } from './pattern.ts';
import type { CaseRecord } from '../record/record.ts';

export interface Failure {
  readonly result: CaseRecord;
  /** The same for all that fail in the same way. */
  readonly kind: string;
}

/**
 * Entries that take in all of `failures`, which have one status, and none of `avoid`. Each way of failing has entries of its
 * own where they can be told apart by a few patterns; in a script where they cannot, all ways share them.
 */
export function entriesThatExcuse(failures: readonly Failure[], avoid: readonly CaseRecord[]): ExpectationEntry[] {
  const scripts = [...Map.groupBy(failures, ({ result }) => result.script)];
  const mixed = new Set(scripts.filter(([script, own]) => areMixed(own, avoid.filter((each) => each.script === script))).map(([script]) => script));
  const groups = Map.groupBy(failures, ({ result, kind }) => (mixed.has(result.script) ? 'mixed' : kind));
  const entries = [...groups.values()].flatMap((group) => {
    const own = new Set(group);
    const others = failures.filter((failure) => !own.has(failure)).map(({ result }) => result);
    return patternsOf(group, [...avoid, ...others]).map((pattern) => entryOf(pattern, group));
  });
  return entries.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

const patternsOf = (failures: readonly Failure[], avoid: readonly CaseRecord[]): string[] => coveringPatterns(failures.map(({ result }) => result), avoid);

/** Whether telling the ways apart in a script takes more than one more pattern for each further way. */
function areMixed(failures: readonly Failure[], avoid: readonly CaseRecord[]): boolean {
  const kinds = [...Map.groupBy(failures, ({ kind }) => kind)];
  if (kinds.length === 1) return false;
  const apart = kinds.flatMap(([kind, own]) => patternsOf(own, [...avoid, ...failures.filter((failure) => failure.kind !== kind).map(({ result }) => result)]));
  return apart.length > patternsOf(failures, avoid).length + kinds.length - 1;
}

/** The reason is what went wrong in most of the cases that the pattern matches. */
function entryOf(pattern: string, failures: readonly Failure[]): ExpectationEntry {
  const matches = compilePattern(pattern);
  const ways = [...Map.groupBy(failures.filter(({ result: { id } }) => matches(id)), ({ kind }) => kind).values()].sort((a, b) => b.length - a.length || (first(a).id < first(b).id ? -1 : 1));
  const example = first(ways[0]!);
  const more = ways.length > 1 ? ` (and ${ways.length - 1} other ${ways.length === 2 ? 'way' : 'ways'})` : '';
  return { pattern, reason: `${headline(example)}${more}`, status: example.status === 'vacuous' ? 'vacuous' : 'failed' };
}

const first = (failures: readonly Failure[]): CaseRecord => failures.reduce((least, { result }) => (result.id < least.id ? result : least), failures[0]!.result);
