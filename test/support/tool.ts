/** The command lines of the tools: --help shows how they are used, and of what is wrong with one it is said what. */
import { Command, CommanderError } from 'commander';

export interface Tool {
  /** As it is typed, such as `node test/bench/soak.ts`. */
  readonly program: string;
  readonly description: string;
  /** Complete command lines. */
  readonly examples: readonly string[];
}

/** A command that knows no options yet; to be given to `parsed` with them. */
export const tool = ({ program, description, examples }: Tool): Command =>
  new Command(program)
    .description(description)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}\n`).join('')}`)
    .showHelpAfterError('(try --help)')
    .exitOverride();

/** Reads the arguments of this process; ends it with 0 after the help, and with 2 when something is wrong with them. */
export function parsed<Options extends object>(command: Command): { readonly options: Options; readonly args: readonly string[] } {
  try {
    command.parse();
  } catch (error) {
    // commander has printed its message.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
  return { options: command.opts<Options>(), args: command.args };
}
