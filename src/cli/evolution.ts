/** The options that add random histories to the scripts of a run. */
import { InvalidArgumentError, type Command } from 'commander';
import { evolutionFeatures, type EvolutionFeature } from '../runner/evolve/draw.ts';
import type { Script } from '../runner/script.ts';
import { wholeNumber } from './selection.ts';

export interface EvolutionOptions {
  /** How many. */
  readonly evolve?: number;
  readonly steps: number;
  readonly maxMembers: number;
  readonly without?: readonly EvolutionFeature[];
  readonly seed: string;
}

/** For a command that has the options of selection, whose `--seed` decides the histories too. */
export function addEvolutionOptions(command: Command): Command {
  return command
    .option('--evolve <N>', 'play N random histories of a group, drawn from the seed', wholeNumber)
    .option('--steps <K>', 'steps of each history', steps, 30)
    .option('--max-members <N>', 'members that a history has at most at a time', members, 5)
    .option('--without <FEATURE>', `what histories must not have: ${evolutionFeatures.join(', ')}; repeat, or separate with commas`, features);
}

/**
 * The scripts of these files, or the carried ones, and the histories asked for. Whoever asks for histories and names no file
 * gets nothing else.
 * @throws CommandError (2)
 */
export async function chosenScripts(paths: readonly string[], options: EvolutionOptions, warn?: (warning: string) => void): Promise<readonly Script[]> {
  const evolved = await evolvedScripts(options);
  if (paths.length === 0 && evolved.length > 0) return evolved;
  const { readScripts } = await import('./script-files.ts');
  return [...readScripts(paths, warn), ...evolved];
}

/** The scripts `evolve/seed:S-1` and on; none without `--evolve`. */
async function evolvedScripts({ evolve: count, seed, steps, maxMembers, without = [] }: EvolutionOptions): Promise<Script[]> {
  if (count === undefined) return [];
  const { evolutions } = await import('../runner/evolve/evolutions.ts');
  return evolutions({ count, seed, steps, maxMembers, features: evolutionFeatures.filter((feature) => !without.includes(feature)) });
}

const steps = (value: string): number => atLeast(4, value);
const members = (value: string): number => atLeast(2, value);

function atLeast(least: number, value: string): number {
  const number = wholeNumber(value);
  if (number < least) throw new InvalidArgumentError(`It is at least ${least}.`);
  return number;
}

function features(value: string, previous: readonly EvolutionFeature[] = []): EvolutionFeature[] {
  const given = value.split(',');
  const unknown = given.find((word) => !(evolutionFeatures as readonly string[]).includes(word));
  if (unknown !== undefined) throw new InvalidArgumentError(`${JSON.stringify(unknown)} is none of ${evolutionFeatures.join(', ')}.`);
  return [...new Set([...previous, ...(given as EvolutionFeature[])])];
}
