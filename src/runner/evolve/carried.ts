/**
 * The evolution that the project carries, so that a run without `--evolve` has one. Run as a program this prints its file:
 *
 *     node src/runner/evolve/carried.ts > src/runner/scripts/evolution.json
 */
import { evolve, scriptFile, type EvolutionOptions } from './evolutions.ts';

export const carriedEvolution: EvolutionOptions = { seed: '3', steps: 60, maxMembers: 5 };

export const carriedFile = (): string => scriptFile([{ name: 'sixty_steps', sources: evolve(carriedEvolution).map((step) => JSON.stringify(step)) }]);

if (import.meta.main) process.stdout.write(carriedFile());
