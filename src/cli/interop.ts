/** `mls-interop interop`: starts our own service once per crypto provider and drives the two against each other. */
import { Command } from 'commander';
import { ownServices } from './own-services.ts';
import { runCommand } from './run.ts';

const examples = `
All arguments and options are those of \`mls-interop run\`, which see; the two implementations are called native and portable.

Examples:
  $ mls-interop interop
  $ mls-interop interop --record out/run.jsonl --html out/run.html
  $ mls-interop interop my-script.json --suite 1 --private
  $ mls-interop interop --evolve 100 --seed 7 --suite 1`;

export function interopCommand(): Command {
  return new Command('interop')
    .summary('drive our own two crypto providers against each other')
    .description('Starts the service once per crypto provider, in processes of its own, and runs scripts on both.')
    .usage('[script...] [options of run]')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', examples)
    .action(async (args: string[]) => {
      await runCommand({ entries: ownServices(), replay: '--own' }).exitOverride().parseAsync(args, { from: 'user' });
    });
}
