/**
 * The topology of docker/compose.yaml as plain processes on the loopback interface, for machines without a container engine: the same
 * commands, health checks, file of implementations and run; a program of one's own stands for each peer.
 *
 *   node test/docker/as-processes.ts mlspp='./mlspp_client -live {port}' -- --suite 1
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { healthOf } from '../../src/runner/doctor/discovery.ts';
import { freePort } from '../../src/runner/implementations/ports.ts';
import { projectRoot } from '../support/data.ts';
import { installCommand, isOpen, program } from './processes.ts';

export interface ComposeService {
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export const composeFile = join(projectRoot, 'docker/compose.yaml');

export const composeServices = (): Readonly<Record<string, ComposeService>> =>
  (parse(readFileSync(composeFile, 'utf8'), { merge: true }) as { readonly services: Record<string, ComposeService> }).services;

export interface Topology {
  /** For each peer that takes part the command line that serves it; `{port}` is filled in. */
  readonly peers: Readonly<Record<string, string>>;
  /** What MLS_RUN is, as the shell splits it. */
  readonly run: string;
  /** Where the reports are to be. */
  readonly results: string;
}

export interface Ended {
  readonly run: number | null;
  /** Of our own services after SIGTERM. */
  readonly services: Readonly<Record<string, number | null>>;
  readonly output: string;
}

const inContainer = { listen: '0.0.0.0:50051', port: 50_051 };

/** Starts the services, waits for their health, runs the runner's entrypoint, and stops all. */
export async function runAsProcesses({ peers, run, results }: Topology): Promise<Ended> {
  const services = composeServices();
  const started = new Map<string, { readonly process: ChildProcess; readonly port: number; readonly isOurs: boolean }>();
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-compose-'));
  try {
    for (const [name, { command = [], profiles }] of Object.entries(services)) {
      if (name === 'runner' || (profiles !== undefined && peers[name] === undefined)) continue;
      const port = await freePort();
      const isOurs = profiles === undefined;
      const process = isOurs ? startOurs(command, port) : startPeer(peers[name]!, port);
      started.set(name, { process, port, isOurs });
    }
    for (const [name, { process, port, isOurs }] of started) await healthy(name, { process, check: () => (isOurs ? isServing(port) : isOpen(port)) });
    const ports = new Map([...started].map(([name, { port }]) => [name, port]));
    const ended = await runRunner(services['runner']!, { folder, ports, run, results });
    const codes = await Promise.all([...started].filter(([, { isOurs }]) => isOurs).map(async ([name, { process }]) => [name, await stop(process)] as const));
    return { ...ended, services: Object.fromEntries(codes) };
  } finally {
    for (const { process } of started.values()) process.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function startOurs(command: readonly string[], port: number): ChildProcess {
  const args = command.map((argument) => (argument === inContainer.listen ? `127.0.0.1:${port}` : argument));
  return spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
}

const startPeer = (command: string, port: number): ChildProcess => spawn('sh', ['-c', `exec ${command.replaceAll('{port}', String(port))}`], { stdio: 'ignore' });

interface RunnerOptions extends Pick<Topology, 'run' | 'results'> {
  readonly folder: string;
  readonly ports: ReadonlyMap<string, number>;
}

/** The runner's entrypoint in a folder as its container has it; there is no network whose names would tell who takes part. */
async function runRunner({ entrypoint = [] }: ComposeService, { folder, ports, run, results }: RunnerOptions): Promise<Pick<Ended, 'run' | 'output'>> {
  const reaches = readFileSync(join(projectRoot, 'docker/implementations.yaml'), 'utf8');
  writeFileSync(join(folder, 'implementations.yaml'), reaches.replace(/grpc:\/\/([\w.+-]+):50051/g, (reach, name: string) => (ports.has(name) ? `grpc://127.0.0.1:${ports.get(name)}` : reach)));
  const [bin, tmp] = [join(folder, 'bin'), join(folder, 'tmp')];
  for (const made of [bin, tmp]) mkdirSync(made);
  installCommand(bin);

  for (const mounted of ['run-matrix.sh', 'expectations']) cpSync(join(projectRoot, 'docker', mounted), join(folder, mounted), { recursive: true });
  symlinkSync(results, join(folder, 'out'));
  const [shell, ...args] = entrypoint;
  const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, TMPDIR: tmp, ONLY: [...ports.keys()].join(','), MLS_RUN: run };
  const child = spawn(shell!, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { run: code, output };
}

interface HealthCheck {
  readonly process: ChildProcess;
  readonly check: () => Promise<boolean>;
}

// Minutes: a machine that is busy starts programs slowly.
const mostTries = 480;
const millisecondsBetween = 500;

async function healthy(name: string, { process, check }: HealthCheck): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    if (await check()) return;
    if (process.exitCode !== null) throw new Error(`${name} ended with ${process.exitCode} before it was healthy`);
    await sleep(millisecondsBetween);
  }
  throw new Error(`${name} did not get healthy`);
}

const isServing = async (port: number): Promise<boolean> => (await healthOf(`127.0.0.1:${port}`, { deadline: 2_000 })) === 'serving';

async function stop(process: ChildProcess): Promise<number | null> {
  const end = once(process, 'exit');
  process.kill('SIGTERM');
  return ((await end) as [number | null])[0];
}

if (import.meta.main) {
  const [peers, run] = [process.argv.slice(2), [] as string[]];
  const divider = peers.indexOf('--');
  if (divider >= 0) run.push(...peers.splice(divider).slice(1));
  const results = join(projectRoot, 'docker/results');
  const ended = await runAsProcesses({ peers: Object.fromEntries(peers.map((peer) => [peer.slice(0, peer.indexOf('=')), peer.slice(peer.indexOf('=') + 1)])), run: run.join(' '), results });
  process.stdout.write(`${ended.output}\nrun ended with ${ended.run}, services with ${JSON.stringify(ended.services)}\n`);
  process.exitCode = ended.run ?? 1;
}
