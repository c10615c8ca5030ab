/** The commands of the program, to be compared with what pages and pipelines write. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from './data.ts';

export interface ProgramCommands {
  readonly names: readonly string[];
  /** Whether there is such a command, and it has all the options in the rest of its line. */
  readonly isThere: (name: string, rest: string) => boolean;
}

export async function programCommands(): Promise<ProgramCommands> {
  const names = [...readFileSync(join(projectRoot, 'src/cli/main.ts'), 'utf8').matchAll(/^ {2}'?([a-z]+)'?: \{$/gm)].map(([, name]) => name!);
  const commands = new Map<string, Command>();
  for (const name of names) {
    const module = (await import(join(projectRoot, `src/cli/${name}.ts`))) as Record<string, () => Command>;
    commands.set(name, module[`${name}Command`]!());
  }
  const isThere = (name: string, rest: string): boolean => {
    const command = commands.get(name);
    const below = command?.commands.find((one) => rest.startsWith(` ${one.name()}`)) ?? command;
    return [...rest.matchAll(/(?<=\s)--[a-z][a-z-]+/g)].every(([option]) => below?.options.some(({ long }) => long === option)) && command !== undefined;
  };
  return { names, isThere };
}
