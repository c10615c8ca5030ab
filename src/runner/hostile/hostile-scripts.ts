/** The violations of the catalogue in the place of scripts, so that cases are chosen, numbered, recorded and reported like all others. */
import { catalogue } from '../../hostile/catalogue.ts';
import { acts } from '../../hostile/play.ts';
import type { Violation } from '../../hostile/violation.ts';
import type { Script } from '../script.ts';
import { targetActor } from './rpc-target.ts';

/** Of the script that stands for it. */
const violations = new Map<string, Violation>();

/** One script per violation, such as `R-12.1.3-01/a_Remove_of_a_blank_leaf`. */
export function hostileScripts(): Script[] {
  return catalogue.map((violation) => {
    const name = violation.name.replaceAll(/[^\p{L}\p{N}.]+/gu, '_').replaceAll(/^_|_$/g, '');
    const id = `${violation.id}/${name}`;
    violations.set(id, violation);
    const sources = acts.map((action) => JSON.stringify({ action, ...(action === 'violation' ? { violation: violation.name } : {}), actor: targetActor }));
    return { file: 'hostile', name, id, steps: [], sources, actors: [targetActor] };
  });
}

export function violationOf({ id }: Pick<Script, 'id'>): Violation {
  const violation = violations.get(id);
  if (violation === undefined) throw new Error(`there is no violation ${id}`);
  return violation;
}
