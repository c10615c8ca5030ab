/**
 * Processes that the runner starts. Each leads a process group of its own, so that what it starts in turn ends with it, and
 * none outlives the runner: neither when that ends by itself or by an exception, nor when SIGINT, SIGTERM or SIGHUP ends it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Tail } from './tail.ts';

export interface ProcessOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly workdir: string;
  /** Beside that of the runner. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets what it writes to stdout and stderr. */
  readonly tail: Tail;
  /** Ends what signals to the process do not reach; synchronous, and to be quick. */
  readonly afterwards?: () => void;
}

export interface RunningProcess {
  /** How it ended, such as `exited with code 1`. */
  readonly exit: Promise<string>;
  readonly exited: string | undefined;
  /** SIGTERM, and SIGKILL if it still lives after the grace time. */
  stop(): Promise<void>;
  kill(): void;
}

const graceMilliseconds = 5_000;
// Of a process that has ended, how long its last words may take to come through the pipe.
const lastWordsMilliseconds = 500;

export function startProcess({ command: [program, ...args], workdir, environment, tail, afterwards }: ProcessOptions): RunningProcess {
  const child = spawn(program, args, { cwd: workdir, env: { ...process.env, ...environment }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (bytes: Buffer) => tail.write(bytes));

  let exited: string | undefined;
  const exit = new Promise<string>((resolve) => {
    const ended = (how: string): void => {
      exited ??= how;
      unguard(running);
      resolve(exited);
    };
    child.once('error', (error) => ended(`cannot be started: ${startFailure(error, { program, workdir })}`));
    child.once('exit', (code, signal) => {
      exited = signal === null ? `exited with code ${code}` : `killed by ${signal}`;
      // What it left behind in its group would hold the pipes open.
      signalGroup(child, 'SIGKILL');
      const late = setTimeout(ended, lastWordsMilliseconds, exited);
      child.once('close', () => {
        clearTimeout(late);
        ended(exited!);
      });
    });
  });

  const running: RunningProcess = {
    exit,
    get exited() {
      return exited;
    },
    async stop() {
      if (exited === undefined) signalGroup(child, 'SIGTERM');
      const late = setTimeout(() => running.kill(), graceMilliseconds);
      await exit;
      clearTimeout(late);
    },
    kill() {
      // Once it is gone its number may be somebody else's.
      if (exited !== undefined) return;
      signalGroup(child, 'SIGKILL');
      afterwards?.();
    },
  };
  guard(running);
  return running;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: nobody is left in the group. EPERM is what macOS says of a group of zombies.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code!)) throw error;
  }
}

/** Node says ENOENT of the program also when it is the folder that is missing. */
function startFailure(error: NodeJS.ErrnoException, { program, workdir }: { readonly program: string; readonly workdir: string }): string {
  if (error.code === 'ENOENT') return existsSync(workdir) ? `no program ${program}` : `no folder ${workdir}`;
  return error.code === 'EACCES' ? `${program} may not be executed` : error.message;
}

const guarded = new Set<RunningProcess>();
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function guard(running: RunningProcess): void {
  if (guarded.size === 0) {
    process.on('exit', killAll);
    for (const signal of endings) process.on(signal, endedBySignal);
  }
  guarded.add(running);
}

function unguard(running: RunningProcess): void {
  if (!guarded.delete(running) || guarded.size > 0) return;
  process.off('exit', killAll);
  for (const signal of endings) process.off(signal, endedBySignal);
}

function killAll(): void {
  for (const running of guarded) running.kill();
}

let ending = false;

/** To listen to a signal takes its effect away: unless somebody else listens too, it is for us to end the runner. */
function endedBySignal(signal: (typeof endings)[number]): void {
  if (process.listenerCount(signal) > 1) return;
  const exit = (): void => process.exit(128 + constants.signals[signal]);
  if (ending) return exit();
  ending = true;
  void Promise.all([...guarded].map((running) => running.stop())).then(exit);
}
