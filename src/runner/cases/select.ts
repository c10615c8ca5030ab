/** Which of the cases run: those that a pattern of `--run` matches and none of `--skip`. */
import { compilePattern, nearPatterns, PatternError } from '../../report/expectations/pattern.ts';

export { compilePattern, PatternError };

export interface Selection {
  /** All when empty. */
  readonly run: readonly string[];
  readonly skip: readonly string[];
}

/**
 * The cases selected, in the order given.
 * @throws PatternError for a pattern that is none or matches no case
 */
export function select<T extends { readonly id: string }>(cases: readonly T[], { run, skip }: Selection): T[] {
  const wanted = run.map((pattern) => matching(cases, pattern));
  const unwanted = skip.map((pattern) => matching(cases, pattern));
  return cases.filter(({ id }) => (wanted.length === 0 || wanted.some((matches) => matches(id))) && !unwanted.some((matches) => matches(id)));
}

function matching(cases: readonly { readonly id: string }[], pattern: string): (id: string) => boolean {
  const matches = compilePattern(pattern);
  if (cases.some(({ id }) => matches(id))) return matches;
  const near = nearPatterns(pattern, cases.map(({ id }) => id));
  const hint = near.length === 0 ? '' : `; near it: ${near.join(' ')}`;
  throw new PatternError(`pattern ${JSON.stringify(pattern)} matches none of the ${cases.length} cases${hint}`);
}
