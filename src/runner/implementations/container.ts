/** Containers: which program runs them, and the command line that does. */
import { spawnSync } from 'node:child_process';
import { ConfigError } from './config-error.ts';
import { loopback } from './ports.ts';
import { onPath } from './programs.ts';

export interface ContainerOptions {
  readonly image: string;
  /** After the image's name; `{port}` stands for the port inside. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Inside and outside. */
  readonly ports: { readonly container: number; readonly host: number };
}

export interface ContainerCommand {
  readonly command: readonly [program: string, ...args: string[]];
  /** The container is no child of the program that ran it: it may live on when that is killed. */
  remove(): void;
}

let started = 0;

export function containerCommand(engine: string, { image, arguments: args, environment, ports }: ContainerOptions): ContainerCommand {
  const name = `mls-interop-${process.pid}-${++started}`;
  const variables = Object.entries({ ...environment, PORT: String(ports.container) }).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  return {
    command: [engine, 'run', '--rm', '--name', name, '--publish', `${loopback}:${ports.host}:${ports.container}`, ...variables, image, ...args],
    remove: () => void spawnSync(engine, ['rm', '--force', name], { stdio: 'ignore', timeout: 10_000 }),
  };
}

/** @throws ConfigError when there is neither docker nor podman */
export function containerEngine(path = process.env['PATH'] ?? ''): string {
  for (const engine of ['docker', 'podman']) {
    const found = onPath(engine, path);
    if (found !== undefined) return found;
  }
  throw new ConfigError('image: needs docker or podman, and neither is on the PATH');
}
