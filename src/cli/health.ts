/** `mls-interop health`: asks a server for its health (grpc.health.v1); the HEALTHCHECK of the image. */
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { address, seconds } from './participants.ts';

interface HealthFlags {
  /** In seconds. */
  readonly deadline: number;
  readonly tls: boolean;
}

const examples = `
Examples:
  $ mls-interop health 127.0.0.1:50051
  $ mls-interop health 127.0.0.1:50051 --tls --deadline 1

Exit codes: 0 it is serving, 1 it is not, or nobody answers, or it has no grpc.health.v1, 2 wrong usage.`;

export function healthCommand(): Command {
  return new Command('health')
    .summary('ask a server for its health, as a container does')
    .description('Asks a server for its health (grpc.health.v1) and prints it. For all else that can be known of a server: doctor.')
    .argument('<HOST:PORT>', 'where it is served', address)
    .option('--deadline <SECONDS>', 'time for the answer', seconds, 5)
    .option('--tls', 'speak TLS; any certificate will do, as nothing secret is said', false)
    .addHelpText('after', examples)
    .action(health);
}

async function health(target: string, { deadline, tls }: HealthFlags): Promise<void> {
  const { healthOf } = await import('../runner/doctor/discovery.ts');
  const found = await healthOf(target, { deadline: deadline * 1000, tls });
  if (found === 'serving') return void process.stdout.write(`${target} is serving\n`);
  if (found === 'not serving') throw new CommandError(`${target} is not serving`);
  if (found === 'absent') throw new CommandError(`${target} answers, but has no grpc.health.v1`);
  // gRPC ends some of its messages with a note that is empty.
  throw new CommandError(`${target} did not say how it is: ${found.error.replace(/\.? Resolution note: $/, '')}`);
}
