/** The composite action: its inputs, and its steps run as GitHub would, with this checkout in place of the published image. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../src/runner/implementations/ports.ts';
import { projectRoot } from '../support/data.ts';
import { installCommand, isOpen } from './processes.ts';

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
const program = installCommand(folder);

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
  const given: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value])), through: 'command', timeout: '300', ...inputs };
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

async function closed(port: number): Promise<void> {
  while (await isOpen(port)) await sleep(100);
}

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

test('the image and the package are those of this version, and so is whatever the documentation has people name', () => {
  expect(action.inputs['image']?.default).toMatch(new RegExp(`:${version}$`));
  expect(action.inputs['package']?.default).toBe(`mls-interop@${version}`);
  const named = /(?:mls-interop\/mls-interop@v|mls-interop\/mls-interop\/v|mls-interop\/mls-interop:|\bmls-interop@)(\d+\.\d+\.\d+)/g;
  const files = ['README.md', ...['ci', 'docs', 'docs/guides', 'docker'].flatMap((name) => readdirSync(join(projectRoot, name)).map((file) => `${name}/${file}`)).filter((file) => /\.(md|ya?ml)$/.test(file))];
  const found = files.flatMap((file) => [...readFileSync(join(projectRoot, file), 'utf8').matchAll(named)].map(([text, of]) => ({ file, text, of })));
  expect(found.filter(({ of }) => of !== version)).toEqual([]);
  for (const file of ['README.md', 'ci/README.md', 'ci/gitlab.yml', 'ci/github-sharded.yml']) expect(found.map((each) => each.file), file).toContain(file);
});

describe('the steps', { timeout: 300_000 }, () => {
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
    await closed(port);
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
    await closed(port);
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
    // That, and nothing of the step that stops what was never started.
    expect(output.trimEnd()).toMatch(/^::error .*$/);
    expect(output).toContain(`::error title=mls-interop::${message}`);
  });
});
