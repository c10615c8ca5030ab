/**
 * docker/compose.yaml: what every service must have, that all of its fields are compose's, and its topology run as plain processes.
 * Whether an engine takes it is for the engine to say: `docker compose config`, run here where there is one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadExpectations } from '../../src/report/expectations/expectation-file.ts';
import { projectRoot } from '../support/data.ts';
import { composeFile, composeServices, runAsProcesses } from './as-processes.ts';

const services = composeServices();
const names = Object.keys(services);
const peers = ['mlspp', 'openmls', 'mls-rs', 'ts-mls'];
const docker = (name: string): string => readFileSync(join(projectRoot, 'docker', name), 'utf8');
const { implementations } = parse(docker('implementations.yaml')) as { readonly implementations: Record<string, { readonly reach: string; readonly version?: string }> };

const results = mkdtempSync(join(tmpdir(), 'mls-interop-results-'));
afterAll(() => rmSync(results, { recursive: true }));

test('our engine with both providers, four peers, and the runner', () => {
  expect(names.toSorted()).toEqual(['native', 'portable', 'runner', ...peers].toSorted());
});

test.each(names)('%s is confined', (name) => {
  expect(services[name]).toMatchObject({
    init: true,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    networks: ['matrix'],
    stop_grace_period: '20s',
    mem_limit: expect.any(String) as string,
    cpus: expect.any(Number) as number,
    pids_limit: expect.any(Number) as number,
  });
  expect(services[name]!['ports']).toBeUndefined();
});

/** Of what compose.yaml has; the whole specification is at https://github.com/compose-spec/compose-spec. */
const fields: Readonly<Record<string, readonly string[]>> = {
  service: ['build', 'cap_add', 'cap_drop', 'command', 'cpus', 'depends_on', 'entrypoint', 'environment', 'healthcheck', 'image', 'init', 'mem_limit', 'networks', 'pids_limit', 'profiles', 'read_only', 'restart', 'security_opt', 'stop_grace_period', 'tmpfs', 'user', 'volumes'],
  build: ['context', 'dockerfile'],
  healthcheck: ['disable', 'interval', 'retries', 'test', 'timeout'],
};

test.each(names)('%s has no field that compose does not know, and mounts nothing from outside this folder', (name) => {
  const service = services[name]!;
  expect(Object.keys(service).filter((key) => !fields['service']!.includes(key))).toEqual([]);
  for (const part of ['build', 'healthcheck'] as const) expect(Object.keys((service[part] ?? {}) as object).filter((key) => !fields[part]!.includes(key))).toEqual([]);
  for (const mount of (service['volumes'] ?? []) as string[]) expect(mount).toMatch(/^(\.\/|\$\{MLS_RESULTS:-\.\/results\}:)/);
  if (service['build'] !== undefined) expect(existsSync(join(projectRoot, 'docker', (service['build'] as { context: string }).context))).toBe(true);
});

test('whatever ends its server, no container but the runner ends the run', () => {
  for (const name of names) expect(services[name]!['restart'], name).toBe(['native', 'portable'].includes(name) ? 'on-failure' : 'no');
  for (const name of peers) expect(docker(`peers/${name}.Dockerfile`)).toMatch(/^ENTRYPOINT \["sh", "\/usr\/local\/bin\/serve-again\.sh", /m);
});

const compose = [['docker', 'compose'], ['docker-compose']].find(([program, ...args]) => spawnSync(program!, [...args, 'version'], { timeout: 20_000 }).status === 0);

test.skipIf(compose === undefined)('docker compose takes it, with all profiles', () => {
  const [program, ...args] = compose!;
  const { status, stderr, stdout } = spawnSync(program!, [...args, '--file', composeFile, '--profile', '*', 'config', '--services'], { encoding: 'utf8', timeout: 60_000 });
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split('\n').toSorted()).toEqual(names.toSorted());
});

test.each(names.filter((name) => name !== 'runner'))('the runner waits for the health of %s, and reaches it by its name', (name) => {
  const { healthcheck, profiles } = services[name]!;
  expect(healthcheck).toMatchObject({ test: expect.arrayContaining(['CMD']) as unknown });
  const dependency = (services['runner']!['depends_on'] as Record<string, unknown>)[name];
  expect(dependency).toEqual({ condition: 'service_healthy', ...(profiles === undefined ? {} : { required: false }) });
  expect(implementations[name]?.reach).toBe(`grpc://${name}:50051`);
});

describe.each(peers)('the peer %s', (name) => {
  const dockerfile = docker(`peers/${name}.Dockerfile`);

  test('is a profile of its own, built from a pinned commit of its repository, which the file of implementations names', () => {
    expect(services[name]).toMatchObject({ profiles: [name], build: { context: 'peers', dockerfile: `${name}.Dockerfile` } });
    const commit = /^ARG COMMIT=([0-9a-f]{40})$/m.exec(dockerfile)?.[1];
    expect(commit?.slice(0, 7)).toBe(implementations[name]!.version);
  });

  test('runs without privileges and says when it is healthy', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER 65534:65534$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
  });
});

test('what peers are expected to fail at can be read, is of this compose file, and says of which commit it is', () => {
  const files = loadExpectations(join(projectRoot, 'docker/expectations'));
  expect(files.map(({ name }) => name)).toEqual(['_all', ...peers].toSorted());
  for (const name of peers) expect(docker(`expectations/${name}.yaml`)).toContain(` at ${implementations[name]!.version}`);
  // Whatever excuses cases without limit says by which words they are known, and may pass.
  for (const entry of files.flatMap(({ entries }) => entries)) expect([entry.match !== undefined, entry.pattern !== '**' || entry.tolerant], entry.reason).toEqual([true, true]);
});

test('the topology as plain processes: healthy, a run with its reports, exit codes', { timeout: 300_000 }, async () => {
  const { run, services: ended, output } = await runAsProcesses({ peers: {}, run: '--suite 1 --run joining/welcome --transcripts failed', results });
  expect(output).toMatch(/(\d+) cases: \1 passed, 0 failed/);
  expect(run).toBe(0);
  expect(ended).toEqual({ native: 0, portable: 0 });
  for (const report of ['run.jsonl', 'run.html', 'junit.xml', 'summary.md']) expect(existsSync(join(results, report))).toBe(true);
});

/** The script of the runner in a folder of its own, with a program that says who runs it. */
function runMatrix(out: (folder: string) => void): { readonly status: number | null; readonly stderr: string; readonly reports: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-runner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const reports = join(folder, 'out');
  mkdirSync(reports);
  out(reports);
  writeFileSync(join(folder, 'run-matrix.sh'), docker('run-matrix.sh'));
  writeFileSync(join(folder, 'mls-interop'), '#!/bin/sh\necho "$(id -u):$(id -g):$(id -G)" >out/run.jsonl\n', { mode: 0o755 });
  mkdirSync(join(folder, 'tmp'));
  chmodSync(join(folder, 'tmp'), 0o1777);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, TMPDIR: join(folder, 'tmp'), ONLY: 'native' };
  const { status, stderr } = spawnSync('sh', ['run-matrix.sh'], { cwd: folder, encoding: 'utf8', env });
  return { status, stderr, reports };
}

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('the runner begins as root, becomes whoever owns the folder for the results, and the reports are theirs', () => {
  expect(services['runner']).toMatchObject({ user: '0:0', cap_drop: ['ALL'], cap_add: ['SETUID', 'SETGID'] });
  const { status, stderr, reports } = runMatrix((folder) => chownSync(folder, 12_345, 54_321));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(join(reports, 'run.jsonl'), 'utf8')).toBe('12345:54321:54321\n');
});

test('no service but the runner gets a capability', () => {
  expect(names.filter((name) => services[name]!['cap_add'] !== undefined)).toEqual(['runner']);
});

test('a folder for the results that cannot be written is said before anything runs', () => {
  const { status, stderr } = runMatrix((folder) => {
    // Root writes anywhere, and this script does not stay root.
    if (isRoot) chownSync(folder, 65_534, 65_534);
    chmodSync(folder, 0o555);
  });
  expect(stderr).toMatch(/^the folder for the results \(docker\/results, or MLS_RESULTS\) belongs to user (\d+), and user \1 of the runner cannot write it\n$/);
  expect(status).toBe(3);
});

test('the exit code of the runner is that of the run: a pattern that matches nothing is wrong usage', { timeout: 300_000 }, async () => {
  const { run, output } = await runAsProcesses({ peers: {}, run: '--suite 1 --run no/such/script', results });
  expect(output).toMatch(/no\/such\/script/);
  expect(run).toBe(2);
});

test('a server that crashes is started anew, and one that is stopped is not', async () => {
  const script = join(projectRoot, 'docker/peers/serve-again.sh');
  // One pipe for both outputs, so that they come in order.
  const child = spawn('sh', ['-c', 'exec sh "$0" "$@" 2>&1', script, 'sh', '-c', 'echo up; test -e "$0" || { touch "$0"; exit 7; }; trap "echo bye; exit 0" TERM; while :; do sleep 0.1; done', join(results, 'crashed')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const again = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (/again\nup\n/.test(said)) resolve();
    });
  });
  await again;
  await sleep(300);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, said]).toEqual([0, 'up\nthe server ended with 7 and is started again\nup\nbye\n']);
});
