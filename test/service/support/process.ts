/** Programs of the project as processes of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

export const program = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const running: ChildProcess[] = [];

/** To be called after each test. */
export function killAll(): void {
  for (const child of running.splice(0)) child.kill('SIGKILL');
}

export interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** The exit code, or the signal that ended it. */
  readonly end: Promise<number | string>;
}

/** @param command the program and its arguments */
export function startProcess([file, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, MLS_INTEROP_DEBUG: '', ...env } });
  running.push(child);
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (data: Buffer) => (output[stream] += data.toString()));
  const end = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, output, end };
}

/** The program `mls-interop` with these arguments. */
export const start = (...args: string[]): Started => startProcess([process.execPath, program, ...args]);

export interface Serving extends Started {
  readonly address: string;
}

export const serving = (...args: string[]): Promise<Serving> => listening(start('serve', '--listen', '127.0.0.1:0', ...args));

/** Once it says where it listens. */
export async function listening(started: Started): Promise<Serving> {
  await printed(started, 1);
  return { ...started, address: /^listening on (\S+)\n$/.exec(started.output.stdout)![1]! };
}

/** The lines on stdout once there are so many. */
export async function printed({ child, output }: Started, count: number): Promise<string[]> {
  for (;;) {
    const lines = output.stdout.split('\n').slice(0, -1);
    if (lines.length >= count) return lines;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${output.stderr}`);
    await sleep(20);
  }
}
