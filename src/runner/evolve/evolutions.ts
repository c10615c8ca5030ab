/** Random histories of a group, as ordinary scripts: a group that grows, changes, talks and shrinks for a number of steps. */
import { parseScripts, type Script } from '../script.ts';
import { seeded } from '../random.ts';
import type { Act } from './decision.ts';
import { checksOf, commit, creation, drawsOf, evolutionFeatures, type EvolutionFeature, type Wishes } from './draw.ts';
import { GroupModel, type RawStep } from './group-model.ts';

export interface EvolutionOptions {
  readonly seed: string;
  /** At least 4. */
  readonly steps: number;
  /** At most this many members at a time; 5 when absent. At least 2 stay once there were 2. */
  readonly maxMembers?: number | undefined;
  /** What histories may have in them; all when absent. */
  readonly features?: readonly EvolutionFeature[] | undefined;
}

/**
 * `count` scripts `evolve/seed:S-1` and on. Each depends on the seed, its number and the other options alone, so that a
 * larger count only adds scripts.
 */
export function evolutions({ count, ...options }: EvolutionOptions & { readonly count: number }): Script[] {
  const named = Array.from({ length: count }, (_, i) => [evolutionName(options.seed, i + 1), evolve({ ...options, seed: `${options.seed}-${i + 1}` })] as const);
  // The model's steps pass the same checks as those of a file.
  return [...parseScripts('evolve.json', JSON.stringify({ scripts: Object.fromEntries(named) })).scripts];
}

/** A script's name has no slashes and stars, which mean something in ids and patterns. */
export const evolutionName = (seed: string, number: number): string => `seed:${encodeURIComponent(seed).replaceAll('*', '%2A')}-${number}`;

/** The steps of one script. */
export function evolve({ seed, steps, maxMembers = 5, features = evolutionFeatures }: EvolutionOptions): RawStep[] {
  const wishes: Wishes = { random: seeded(seed, 'evolve'), features: new Set(features) };
  const group = new GroupModel({ least: 2, most: maxMembers });
  const draws = drawsOf(wishes.features);
  // Decisions have the numbers of their steps.
  const admit = (act: Act): boolean => group.admit({ ...act, id: group.steps.length });

  admit(creation(wishes, maxMembers));
  // The end is reserved: one Commit of what is still proposed, then the checks.
  const checks = checksOf(wishes);
  const end = steps - 1 - checks.length;
  while (group.steps.length < end) {
    const room = end - group.steps.length;
    const acts = wishes.random.pick(draws)(group, wishes, group.steps.length);
    if (acts.length > room) continue;
    for (const act of acts) if (!admit(act)) break;
  }
  while (!admit(commit(group, wishes)));
  for (const what of checks) admit({ kind: 'check', actor: wishes.random.pick(group.members), what });
  return group.steps;
}

/** A file of the mlswg format that has the scripts, a line per step. */
export function scriptFile(scripts: readonly Pick<Script, 'name' | 'sources'>[]): string {
  const written = scripts.map(({ name, sources }) => `    ${JSON.stringify(name)}: [\n${sources.map((step) => `      ${step}`).join(',\n')}\n    ]`);
  return `{\n  "scripts": {\n${written.join(',\n')}\n  }\n}\n`;
}
