/** Who may play whom: an implementation's declared limits keep it from some parts of some scripts. */
import type { Implementation } from '../implementation.ts';
import { limitFor, type Role } from '../implementations/limits.ts';
import type { Script } from '../script.ts';

/** Of a script on one suite in one wire mode. */
export interface Places {
  /** All who may play at least one actor. */
  readonly implementations: readonly Implementation[];
  /** For every actor, in the script's order, the indices of those who may play it, ascending. */
  readonly allowed: readonly (readonly number[])[];
  /** What keeps whom from where. */
  readonly limits: readonly { readonly label: string; readonly actor: string; readonly reason: string }[];
}

export function placesIn(script: Script, { suite, wire }: Pick<Role, 'suite' | 'wire'>, all: readonly Implementation[]): Places {
  const { listing, others } = ofOneNumber(suite, all.filter(({ suites }) => suites.has(suite)));
  const limits = listing
    .filter((implementation) => implementation.limits.length > 0)
    .flatMap((implementation) =>
      script.actors.flatMap((actor) => {
        const limit = limitFor(implementation, { script, suite, wire, actor });
        return limit === undefined ? [] : [{ label: implementation.label, actor, reason: limit.reason }];
      }),
    );
  const kept = new Set(limits.map(({ label, actor }) => `${label} ${actor}`));
  const implementations = listing.filter(({ label }) => script.actors.some((actor) => !kept.has(`${label} ${actor}`)));
  const allowed = script.actors.map((actor) => implementations.flatMap(({ label }, index) => (kept.has(`${label} ${actor}`) ? [] : [index])));
  return { implementations, allowed, limits: [...limits, ...others.flatMap((other) => script.actors.map((actor) => ({ ...other, actor })))] };
}

/** A suite's number is hashed into every group: only those that use the same one can be in one. The number that most use counts. */
function ofOneNumber(suite: number, listing: readonly Implementation[]) {
  const numberOf = ({ codePoints }: Implementation): number => codePoints.get(suite) ?? suite;
  const [most] = [...Map.groupBy(listing, numberOf).values()].sort((a, b) => b.length - a.length);
  const others = listing.filter((implementation) => !most!.includes(implementation));
  return {
    listing: most ?? [],
    others: others.map((other) => ({ label: other.label, reason: `it uses number ${numberOf(other)} for suite ${suite}, not ${numberOf(most![0]!)} as others do` })),
  };
}
