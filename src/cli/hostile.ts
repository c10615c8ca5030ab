/** `run --hostile`: the violations of the catalogue in the place of scripts. */
import { requirementEvidence } from '../generated/requirement-evidence.ts';
import { notDriven } from '../hostile/not-driven.ts';
import { undrivenText } from '../report/summary/requirement-table.ts';
import type { Coverage } from '../runner/cases/coverage.ts';
import { hostileScripts, violationOf } from '../runner/hostile/hostile-scripts.ts';
import type { Implementation } from '../runner/implementation.ts';
import type { Script } from '../runner/script.ts';
import { CommandError } from './command-error.ts';
import { selectCases, type SelectedCases, type SelectionOptions } from './selection.ts';

export { runHostileCase } from '../runner/hostile/hostile-case.ts';

export interface HostileOptions extends SelectionOptions {
  readonly hostile?: boolean;
  readonly evolve?: number;
  readonly vectors?: string;
}

/** @throws CommandError (2) for what makes no sense with it */
export function chosenViolations(paths: readonly string[], { evolve, vectors }: HostileOptions): readonly Script[] {
  const senseless = [...(paths.length > 0 ? ['script files'] : []), ...(evolve === undefined ? [] : ['--evolve']), ...(vectors === undefined ? [] : ['--vectors'])];
  if (senseless.length > 0) throw new CommandError(`--hostile brings its own cases; it cannot be used with ${senseless.join(' and ')}`, { exitCode: 2 });
  return hostileScripts();
}

/** There is one actor, nobody whom it meets, and nothing that its wire mode would change; a violation may need one of some suites. */
export function selectViolations(options: SelectionOptions, scripts: readonly Script[], implementations: readonly Implementation[]): SelectedCases {
  const selected = selectCases({ ...options, public: true, private: false, self: true }, scripts, implementations);
  const played = selected.cases.filter(({ script, suite }) => violationOf(script).suites?.some((one) => one === suite) ?? true);
  return { ...selected, cases: played.map(({ self: _, ...rest }) => rest), coverage: coverage(selected) };
}

function coverage({ scripts }: Pick<SelectedCases, 'scripts'>): Coverage[] {
  const breakable = Object.entries(requirementEvidence).filter(([, { negative }]) => negative).map(([id]) => id);
  const chosen = new Set(scripts.map(({ id }) => id.split('/')[0]!));
  const met = breakable.filter((id) => chosen.has(id)).length;
  const undriven = Object.keys(notDriven);
  const text = `${counted(scripts.length, 'violation')} of ${counted(chosen.size, 'requirement')}, ${met} of the ${breakable.length} that a peer can break; ${undriven.length} of these cannot be driven through this interface`;
  const reasons = Map.groupBy(Object.entries(notDriven), ([, why]) => why);
  return [
    { text, met, of: breakable.length, missing: undriven },
    ...Array.from(reasons, ([why, rows]): Coverage => {
      const ids = rows.map(([id]) => id);
      return { text: undrivenText({ requirements: ids, why }), met: 0, of: ids.length, missing: ids };
    }),
  ];
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
