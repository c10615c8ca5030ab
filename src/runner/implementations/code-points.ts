/**
 * Suites beyond the standard ones have no settled numbers: one implementation's 8 is another's 0x4E. The runner speaks of
 * them in numbers of its own and translates at the edge. The number is hashed into every group, so only implementations that
 * use the same one can share a group.
 */

/** The suites that an implementation lists, in our numbers. One of its own that stands for something else with us is left out. */
export const suitesFrom = (listed: readonly number[], codePoints: ReadonlyMap<number, number>): number[] => {
  const ours = new Map([...codePoints].map(([own, theirs]) => [theirs, own]));
  return listed.flatMap((suite) => ours.get(suite) ?? (codePoints.has(suite) ? [] : suite));
};

/** A request as the implementation is to get it: with its own number in every field `cipherSuite`, however deep. */
export function withCodePoints<T>(request: T, codePoints: ReadonlyMap<number, number>): T {
  if (codePoints.size === 0) return request;
  const translated = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(translated);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, content]) => [field, field === 'cipherSuite' ? (codePoints.get(content as number) ?? content) : translated(content)]),
    );
  };
  return translated(request) as T;
}
