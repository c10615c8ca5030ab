/** `mls-interop doctor`: whether an implementation is healthy, in one screen. */
import { Command } from 'commander';
import type { Implementation } from '../runner/implementation.ts';
import { implementationsFile, type OpenImplementations } from '../runner/implementations/open.ts';
import { examine } from '../runner/doctor/examine.ts';
import { CommandError } from './command-error.ts';
import { openParticipants, seconds } from './participants.ts';
import { examinationJson, examinationScreen } from './doctor-screen.ts';

export interface DoctorOptions {
  readonly implementations?: string;
  readonly json?: boolean;
  /** In seconds, as is the next. */
  readonly callDeadline: number;
  readonly connectDeadline: number;
}

const exitCodes = { healthy: 0, notHealthy: 1, usage: 2, unreachable: 3 } as const;

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('say in one screen whether an implementation is healthy')
    .description(
      'Reaches an implementation, asks for its name, suites, health and reflection, runs one small case per suite in which it ' +
        'plays both actors, and probes each of the 34 rpcs with a request that it can only refuse.',
    )
    .argument('<NAME|HOST:PORT>', 'a name in the file of implementations, or where one is served')
    .option('--implementations <FILE>', 'the file of implementations (default: ./implementations.yaml)')
    .option('--json', 'print all that was found as JSON')
    .option('--call-deadline <SECONDS>', 'time for one call', seconds, 10)
    .option('--connect-deadline <SECONDS>', 'time to become reachable', seconds, 10)
    .addHelpText('after', help)
    .action(async (target: string, options: DoctorOptions) => {
      process.exitCode = await doctor(target, options, process);
    });
}

const help = `
Examples:
  mls-interop doctor 127.0.0.1:50051
  mls-interop doctor mlspp
  mls-interop doctor openmls --implementations peers.yaml --json

A file of implementations says for each how it is reached, and what is known of it:

  implementations:
    mlspp:
      cmd: [./mlspp_client, -live, '{port}']      # started on a free port, stopped at the end
      processes: 2
      version: "61e4d76"
    openmls:
      reach: grpc://127.0.0.1:50052               # served already; a list for more processes
      features: [basics, application, external-join]
      limits:
        - reason: the server panics at these rpcs
          features: [branch, external-signer]
    other:
      image: ghcr.io/example/mls-interop:latest   # docker or podman
      container-port: 50051
      code-points: { 8: 0x004E }                  # our suite numbers: its own

All keys: schema/implementations.schema.json. \${NAME} in a text is a variable of the environment.

An rpc is there when it answers, be it with a refusal; UNIMPLEMENTED says that it is not; a dropped call or none within the
deadline is broken. A process of ours that breaks is started anew for the next probe. Of what the probes make, a KeyPackage
and an external signer stay at the server.

Exit status: 0 healthy, 1 not healthy, 2 wrong usage or a wrong file, 3 it could not be reached.
`;

/**
 * Examines and prints; gives the exit code.
 * @throws CommandError for wrong usage (2) or an implementation that cannot be reached (3)
 */
export async function doctor(target: string, options: DoctorOptions, { stdout }: { readonly stdout: NodeJS.WritableStream }): Promise<number> {
  const before = performance.now();
  const opened = await open(target, options);
  const reachedIn = performance.now() - before;
  try {
    const implementation = opened.implementations[0] as Implementation;
    const examination = await examine(implementation, options.callDeadline * 1000);
    const found = { implementation, reachedIn, ...examination };
    stdout.write(options.json ? `${JSON.stringify(examinationJson(found), null, 2)}\n` : examinationScreen(found));
    return examination.complaints.length === 0 ? exitCodes.healthy : exitCodes.notHealthy;
  } finally {
    await opened.close();
  }
}

async function open(target: string, { implementations, ...deadlines }: DoctorOptions): Promise<OpenImplementations> {
  if (/:\d{1,5}$/.test(target)) return openParticipants({ client: [{ label: target, address: target.replace(/^grpc:\/\//, '') }], ...deadlines });
  const file = implementations ?? implementationsFile();
  if (file === undefined) {
    throw new CommandError(`${target} is no HOST:PORT, and there is no ./implementations.yaml to look it up in; name a file with --implementations`, { exitCode: exitCodes.usage });
  }
  // One process is as good as another.
  return openParticipants({ implementations: file, only: [target], ...deadlines }, { processes: 1 });
}
