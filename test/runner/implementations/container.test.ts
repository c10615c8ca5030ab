import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { undeclared } from '../../../src/runner/implementation.ts';
import { ConfigError } from '../../../src/runner/implementations/config-error.ts';
import { containerCommand, containerEngine } from '../../../src/runner/implementations/container.ts';
import { launch } from '../../../src/runner/implementations/launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-container-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = process.env['PATH']!;
afterEach(() => {
  process.env['PATH'] = path;
});

function program(name: string, text: string): string {
  const bin = join(folder, `bin-${name}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

test('docker is taken before podman, and without either there is no container', () => {
  const [docker, podman] = [program('docker', '#!/bin/sh\n'), program('podman', '#!/bin/sh\n')];
  expect(containerEngine(`/nowhere:${podman}:${docker}`)).toBe(join(docker, 'docker'));
  expect(containerEngine(podman)).toBe(join(podman, 'podman'));
  expect(() => containerEngine('/nowhere')).toThrow(new ConfigError('image: needs docker or podman, and neither is on the PATH'));
});

test('the port is published on the loopback interface only, and no two containers have one name', () => {
  const options = { image: 'example.org/x:1', arguments: ['-p', '7'], environment: { LEVEL: '3' }, ports: { container: 7, host: 40_001 } };
  const [first, second] = [containerCommand('docker', options), containerCommand('docker', options)];
  const [name, other] = [first, second].map(({ command }) => command[command.indexOf('--name') + 1]!);
  expect(first.command).toEqual(
    ['docker', 'run', '--rm', '--name', name, '--publish', '127.0.0.1:40001:7', '--env', 'LEVEL=3', '--env', 'PORT=7', 'example.org/x:1', '-p', '7'],
  );
  expect(other).not.toBe(name);
});

/** Notes what it is told; as `run` it serves on the published port as a container would, and does not heed SIGTERM. */
const standIn = (log: string): string => `#!/bin/sh
echo "$@" >> ${log}
[ "$1" = run ] || exit 0
DEAF=1 PORT=$(echo "$6" | cut -d: -f2) NAME="container of $(eval echo \\\${$#})" exec ${process.execPath} ${fileURLToPath(new URL('../../support/mock-process.ts', import.meta.url))}
`;

test('a container is run, reached, and removed by name when it does not stop', async () => {
  const log = join(folder, 'log');
  process.env['PATH'] = `${program('docker', standIn(log))}:${path}`;
  const { implementation, stop } = await launch({
    label: 'it',
    launch: { kind: 'image', image: 'example.org/x:1', containerPort: 7, arguments: ['--listen', '{host}:{port}'], workdir: '/', environment: {} },
    declared: { ...undeclared(''), reach: 'image: example.org/x:1' },
    deadlines: { connect: 60_000, call: 60_000 },
  });
  const [, port] = implementation.address.split(':');
  await stop();
  expect(implementation.name).toBe('container of 0.0.0.0:7');

  const [run, removal] = readFileSync(log, 'utf8').trim().split('\n');
  expect(run).toMatch(new RegExp(`^run --rm --name (\\S+) --publish 127\\.0\\.0\\.1:${port}:7 --env PORT=7 example\\.org/x:1 --listen 0\\.0\\.0\\.0:7$`));
  expect(removal).toBe(`rm --force ${run!.split(' ')[3]}`);
});
