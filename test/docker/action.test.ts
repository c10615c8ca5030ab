/** The composite action: its inputs, and its steps run as GitHub would, with this checkout in place of the published image. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../support/data.ts';

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(projectRoot, 'action.yml'), 'utf8')) as Action;
const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { readonly version: string };
const steps = action.runs.steps.filter(({ run }) => run !== undefined);

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-action-'));
afterAll(() => rmSync(folder, { recursive: true }));
const program = join(folder, 'mls-interop');
writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'src/cli/main.ts')}' "$@"\n`);
chmodSync(program, 0o755);

interface Outcome {
  /** Of the steps that ran, the last one first to be stopped; undefined when none failed. */
  readonly failed: { readonly step: number; readonly code: number } | undefined;
  readonly output: string;
  /** What the steps left. */
  readonly outputs: string;
  readonly summary: string;
  readonly results: string;
}

let jobs = 0;

/** A job of its own: the action's steps one after the other, the last one also after a failure. */
async function job(inputs: Readonly<Record<string, string>>): Promise<Outcome> {
  const workspace = join(folder, `job-${++jobs}`);
  const [outputs, summary] = [join(workspace, 'outputs'), join(workspace, 'summary')];
  mkdirSync(workspace);
  const given: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value])), through: 'command', ...inputs };
  const base = { ...process.env, GITHUB_ACTION_PATH: projectRoot, GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: workspace, PROGRAM: program, OWN_PORT: String(await freePort()) };

  let output = '';
  let failed: Outcome['failed'];
  for (const [index, { run, env = {} }] of steps.entries()) {
    if (failed !== undefined && index < steps.length - 1) continue;
    const values = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(/\$\{\{ inputs\.(\S+) \}\}/, (_, input: string) => given[input] ?? '')]));
    const child = spawn('bash', ['-eo', 'pipefail', '-c', run!], { cwd: workspace, env: { ...base, ...values }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) failed ??= { step: index, code };
  }
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return { failed, output, outputs: read(outputs), summary: read(summary), results: join(workspace, 'mls-interop-results') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.end();
  });

test('every input is described, has a default or is required, and reaches the steps', () => {
  const env = Object.values(steps[0]!.env!).join(' ');
  for (const [name, { description, default: value, required }] of Object.entries(action.inputs)) {
    expect(description.length).toBeGreaterThan(10);
    expect(value !== undefined || required === true).toBe(true);
    if (name !== 'artifact') expect(env).toContain(`\${{ inputs.${name} }}`);
  }
});

test('inputs are never written into a script, and other actions are pinned', () => {
  for (const { run } of steps) expect(run).not.toContain('${{');
  for (const { uses } of action.runs.steps) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
});

test('the image and the package are those of this version', () => {
  expect(action.inputs['image']?.default).toMatch(new RegExp(`:${version}$`));
  expect(action.inputs['package']?.default).toBe(`mls-interop@${version}`);
  for (const file of ['ci/gitlab.yml', 'ci/github-sharded.yml']) {
    const named = [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/mls-interop(?:@v?|:|\/v)(\d+\.\d+\.\d+)/g)].map(([, found]) => found);
    expect(new Set(named)).toEqual(new Set([version]));
  }
});

describe('the steps', () => {
  test('start an implementation, run the matrix, tell it, and stop what they started', async () => {
    const port = await freePort();
    const { failed, output, outputs, summary, results } = await job({
      name: 'mylib',
      address: `127.0.0.1:${port}`,
      start: `'${program}' serve --listen 127.0.0.1:${port} --crypto portable & wait`,
      options: '--suite 1 --run joining/welcome --transcripts failed',
      shard: '1/2',
    });
    expect(failed, output).toBeUndefined();
    expect(output).toMatch(/(\d+) cases: \1 passed, 0 failed/);
    expect(outputs).toBe('exit-code=0\nresults=mls-interop-results\n');
    expect(summary).toContain('mylib');
    for (const file of ['run.jsonl', 'report.html', 'junit.xml', 'mylib.log', 'mls-interop.log']) expect(existsSync(join(results, file)), file).toBe(true);
    for (let tries = 0; tries < 40 && (await isOpen(port)); tries++) await sleep(250);
    expect(await isOpen(port)).toBe(false);
  });

  test('are red with the exit code of the run, and stop all the same', async () => {
    const port = await freePort();
    const { failed, outputs } = await job({
      name: 'mylib',
      address: `127.0.0.1:${port}`,
      start: `'${program}' serve --listen 127.0.0.1:${port}`,
      options: '--suite 1 --run no/such/script',
    });
    expect(failed).toEqual({ step: 2, code: 2 });
    expect(outputs).toMatch(/^exit-code=2$/m);
    for (let tries = 0; tries < 40 && (await isOpen(port)); tries++) await sleep(250);
    expect(await isOpen(port)).toBe(false);
  });

  test('say it when the implementation ends before it listens, with what it wrote', async () => {
    const { failed, output } = await job({ name: 'mylib', address: `127.0.0.1:${await freePort()}`, start: 'echo cannot find my key; exit 3' });
    expect(failed).toEqual({ step: 1, code: 2 });
    expect(output).toMatch(/cannot find my key\n[^]*::error title=mls-interop::mylib ended before it listened on 127/);
  });

  test('say it when something else has the address', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { failed, output } = await job({ name: 'mylib', address: `127.0.0.1:${port}`, start: 'sleep 100' });
    expect(failed).toEqual({ step: 1, code: 2 });
    expect(output).toContain(`something listens on 127.0.0.1:${port} already`);
  });

  test.each([
    [{ name: 'my lib' }, "name: 'my lib' is no name"],
    [{ address: 'somewhere' }, "address: 'somewhere' is not HOST:PORT"],
    [{ shard: '1-4' }, "shard: '1-4' is not NUMBER/TOTAL"],
    [{ timeout: 'soon' }, "timeout: 'soon' is no number of seconds"],
    [{ through: 'magic' }, "through: 'magic' is neither image nor npx"],
    [{ name: 'a\n::warning::b' }, "name: 'a%0A::warning::b' is no name"],
  ])('refuse %j', async (wrong, message) => {
    const { failed, output } = await job({ name: 'mylib', ...wrong });
    expect(failed).toEqual({ step: 0, code: 2 });
    expect(output).toContain(`::error title=mls-interop::${message}`);
  });
});
