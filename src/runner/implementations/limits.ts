/** Known limits of an implementation: cases that it is kept away from, each with a reason that reports can show. */
import { compilePattern } from '../../report/expectations/pattern.ts';
import type { WireMode } from '../../report/record/record.ts';
import type { Script } from '../script.ts';
import type { Feature } from './features.ts';
import { needs } from './needs.ts';

/** Applies to what meets all of its conditions; one that has none applies to everything. */
export interface Limit {
  readonly reason: string;
  readonly issue?: string;
  /** On any of these suites, in our numbers. */
  readonly suites?: readonly number[];
  readonly wire?: WireMode;
  /** In a script whose id one of these patterns matches. */
  readonly scripts?: readonly string[];
  /** As an actor that has to do any of these. */
  readonly features?: readonly Feature[];
}

/** A place that an implementation could take in a case. */
export interface Role {
  readonly script: Script;
  readonly suite: number;
  readonly wire: WireMode;
  /** Any of them when absent. */
  readonly actor?: string;
}

/** The limit that keeps an implementation from playing `role`; undefined when it may. */
export function limitFor({ limits }: { readonly limits: readonly Limit[] }, { script, suite, wire, actor }: Role): Limit | undefined {
  const actors = actor === undefined ? script.actors : [actor];
  return limits.find(
    (limit) =>
      (limit.suites?.includes(suite) ?? true) &&
      (limit.wire ?? wire) === wire &&
      (limit.scripts?.some((pattern) => compilePattern(pattern)(script.id)) ?? true) &&
      (limit.features?.some((feature) => actors.some((each) => needs(script).get(each)?.has(feature) === true)) ?? true),
  );
}
