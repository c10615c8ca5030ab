/** docker/compose.yaml: what every service must have, and its topology run as plain processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../support/data.ts';
import { composeServices, runAsProcesses } from './as-processes.ts';

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

test('the topology as plain processes: healthy, a run with its reports, exit codes', async () => {
  const { run, services: ended, output } = await runAsProcesses({ peers: {}, run: '--suite 1 --run joining/welcome --transcripts failed', results });
  expect(output).toMatch(/(\d+) cases: \1 passed, 0 failed/);
  expect(run).toBe(0);
  expect(ended).toEqual({ native: 0, portable: 0 });
  for (const report of ['run.jsonl', 'run.html', 'junit.xml', 'summary.md']) expect(existsSync(join(results, report))).toBe(true);
});

test('the exit code of the runner is that of the run: a pattern that matches nothing is wrong usage', async () => {
  const { run, output } = await runAsProcesses({ peers: {}, run: '--suite 1 --run no/such/script', results });
  expect(output).toMatch(/no\/such\/script/);
  expect(run).toBe(2);
});
