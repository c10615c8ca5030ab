/** `mls-interop interop`: starts our own service once per crypto provider and drives the two against each other. */
import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { runCommand } from './run.ts';

const providers = ['native', 'portable'] as const;

/** The portable provider is many times slower: with a process per core it keeps up. */
const processes = { native: 1, portable: Math.min(4, availableParallelism()) } as const;

const examples = `
All arguments and options are those of \`mls-interop run\`, which see; only --client is given already.

Examples:
  $ mls-interop interop
  $ mls-interop interop --assignments 16 --json out/interop.json
  $ mls-interop interop my-script.json --suite 1 --private`;

export function interopCommand(): Command {
  return new Command('interop')
    .summary('drive our own two crypto providers against each other')
    .description('Starts the service once per crypto provider, in processes of its own, and runs scripts on both.')
    .usage('[script...] [options of run]')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', examples)
    .action(async (args: string[]) => interop(args));
}

async function interop(args: readonly string[]): Promise<void> {
  const services: ChildProcess[] = [];
  const stopAll = () => services.forEach((service) => service.kill());
  process.once('exit', stopAll);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopAll();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  try {
    const starting = providers.flatMap((crypto) => Array.from({ length: processes[crypto] }, async () => ['--client', `${crypto}=${await startService(crypto, services)}`]));
    const clients = (await Promise.all(starting)).flat();
    await runCommand().exitOverride().parseAsync([...args, ...clients], { from: 'user' });
  } finally {
    stopAll();
  }
}

/** The address of a service that has started on a free port of the loopback interface. */
function startService(crypto: string, services: ChildProcess[]): Promise<string> {
  const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url));
  const service = spawn(process.execPath, [program, 'serve', '--listen', '127.0.0.1:0', '--crypto', crypto, '--name', `mls-interop ${crypto}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  services.push(service);
  return new Promise((resolve, reject) => {
    service.once('error', (cause) => reject(new CommandError(`the ${crypto} service did not start: ${cause.message}`, { exitCode: 3, cause })));
    service.once('exit', (code) => reject(new CommandError(`the ${crypto} service stopped with exit code ${code}`, { exitCode: 3 })));
    createInterface(service.stdout).on('line', (line) => {
      const address = /^listening on (.+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
