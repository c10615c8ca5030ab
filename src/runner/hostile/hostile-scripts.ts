/** The violations of the catalogue in the place of scripts, so that cases are chosen, numbered, recorded and reported like all others. */
import { catalogue } from '../../hostile/catalogue.ts';
import { acts } from '../../hostile/play.ts';
import type { Violation } from '../../hostile/violation.ts';
import type { Script } from '../script.ts';
import { targetActor } from './rpc-target.ts';

/** By the id of the script that stands for it, such as `R-12.1.3-01/a_Remove_of_a_blank_leaf`. */
const violations: ReadonlyMap<string, Violation> = new Map(catalogue.map((violation) => [`${violation.id}/${scriptName(violation)}`, violation]));

function scriptName({ name }: Violation): string {
  return name.replaceAll(/[^\p{L}\p{N}.]+/gu, '_').replaceAll(/^_|_$/g, '');
}

/** One script per violation. */
export const hostileScripts = (): Script[] =>
  Array.from(violations, ([id, violation]) => {
    const sources = acts.map((action) => JSON.stringify({ action, ...(action === 'violation' ? { violation: violation.name } : {}), actor: targetActor }));
    return { file: 'hostile', name: scriptName(violation), id, steps: [], sources, actors: [targetActor] };
  });

export function violationOf({ id }: Pick<Script, 'id'>): Violation {
  const violation = violations.get(id);
  if (violation === undefined) throw new Error(`there is no violation ${id}`);
  return violation;
}
