/** Steps of a script in a line. Keys are matched without regard to case, as runners do. */
import type { ScriptRecord } from '../../record/record.ts';

type Step = ScriptRecord['steps'][number];

/** What a step says beside its action and its actor, such as `members: bob, charlie`. */
export function parametersOf(step: Step | undefined): string {
  const others = Object.entries(step ?? {}).filter(([name]) => !['action', 'actor'].includes(name.toLowerCase()));
  return others.map(([name, value]) => `${name}: ${brief(value)}`).join(' · ');
}

function brief(value: unknown): string {
  if (Array.isArray(value)) return value.map(brief).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value).map(([name, each]) => `${name}: ${brief(each)}`).join(', ')}}`;
}
