/** The files of CI systems: workflows of our own, those to be copied, and the GitLab template, whose jobs are run here as GitLab would. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { freePort } from '../../src/runner/implementations/ports.ts';
import { programCommands } from '../support/commands.ts';
import { projectRoot } from '../support/data.ts';
import { installCommand, isOpen, program } from './processes.ts';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface GitLabJob {
  readonly script: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const workflows = [...globSync('.github/workflows/*.yml', { cwd: projectRoot }), 'ci/github-sharded.yml'].sort();
const { inputs } = parse(read('action.yml')) as { readonly inputs: Readonly<Record<string, { readonly default?: string }>> };
const steps = workflows.flatMap((path) => {
  const { jobs } = parse(read(path)) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
  return Object.entries(jobs).flatMap(([job, { steps: own }]) => own.map((step) => ({ path, job, ...step })));
});
const gitlab = parse(read('ci/gitlab.yml')) as Readonly<Record<string, GitLabJob>>;

/** What a shell gets; an expression of the workflow is a word there. */
const shellOf = (run: string): string => run.replaceAll(/\$\{\{.*?\}\}/g, 'word');
const scripts: readonly (readonly [name: string, shell: string, text: string])[] = [
  ...steps.flatMap(({ path, job, run }, index) => (run === undefined ? [] : [[`${path}, ${job}, step ${index}`, 'bash', shellOf(run)] as const])),
  ...Object.entries(gitlab).map(([job, { script }]) => [`ci/gitlab.yml, ${job}`, 'sh', script.join('\n')] as const),
];

test.each([...workflows, 'ci/gitlab.yml', 'action.yml'])('%s is YAML without a warning', (path) => {
  const { errors, warnings } = parseDocument(read(path));
  expect([...errors, ...warnings]).toEqual([]);
});

test.each(scripts)('%s: its shell can read it', (_, shell, text) => {
  expect(spawnSync(shell, ['-n'], { encoding: 'utf8', input: text })).toMatchObject({ status: 0, stderr: '' });
});

test('commands of the program have the options that are written there', async () => {
  const { isThere } = await programCommands();
  const texts = [
    ...scripts.map(([name, , text]) => [name, text] as const),
    ...steps.flatMap(({ path, with: given, env }) => [
      [path, `mls-interop run ${String(given?.['options'] ?? '')}`] as const,
      [path, `mls-interop run ${env?.['MLS_RUN'] ?? ''}`] as const,
      [path, String(given?.['start'] ?? '')] as const,
    ]),
    ['action.yml', `mls-interop run ${inputs['options']!.default!}`] as const,
    ['ci/gitlab.yml', `mls-interop run ${gitlab['.mls-interop']!.variables!['MLS_OPTIONS']!}`] as const,
  ];
  const called = texts.flatMap(([where, text]) => [...text.matchAll(/(?:\bmls-interop(?:@[\d.]+|:latest)?|src\/cli\/main\.ts) ([a-z]+)\b([^\n;|&]*)/g)].map(([whole, name, rest]) => ({ where, whole, name: name!, rest: rest! })));
  expect(new Set(called.map(({ name }) => name))).toEqual(new Set(['run', 'serve', 'merge', 'report']));
  expect(called.filter(({ name, rest }) => !isThere(name, rest)).map(({ where, whole }) => `${where}: ${whole}`)).toEqual([]);
});

test('targets of make are there, other actions are pinned, and our own is given inputs that it has', () => {
  const targets = new Set([...read('Makefile').matchAll(/^([\w-]+):/gm)].map(([, target]) => target!));
  const made = steps.flatMap(({ run = '' }) => [...run.matchAll(/\bmake ([\w-]+)/g)].map(([, target]) => target!));
  expect(made.length).toBeGreaterThan(0);
  expect(made.filter((target) => !targets.has(target))).toEqual([]);
  const isOurs = (uses: string): boolean => uses === './' || uses.startsWith('mls-interop/mls-interop@');
  for (const { path, uses, with: given = {} } of steps.filter((step) => step.uses !== undefined)) {
    if (isOurs(uses!)) expect(Object.keys(given).filter((input) => !(input in inputs)), path).toEqual([]);
    else expect(uses, path).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  }
});

test('our own tests run on the oldest Node that the package allows', () => {
  const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } };
  const { jobs } = parse(read('.github/workflows/ci.yml')) as { readonly jobs: { readonly test: { readonly strategy: { readonly matrix: { readonly node: readonly string[] } } } } };
  expect(jobs.test.strategy.matrix.node).toContain(`${engines.node.replace('>=', '')}.0`);
});

/** The script of a job of the template in `folder`, line by line in one shell as GitLab has it: with the first that fails it ends. */
async function runJob(name: string, folder: string, variables: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly output: string }> {
  const { script, variables: own } = gitlab[name]!;
  // The service has a name in GitLab's network, and here an address; and our server gets a port of its own.
  const ownPort = await freePort();
  const text = script.join('\n').replaceAll('implementation:', '127.0.0.1:').replaceAll('50950', String(ownPort));
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, ...own, ...variables };
  const child = spawn('sh', ['-ec', text], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  try {
    // With its container all that a job has started ends.
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It has started nothing that still runs.
  }
  return { code, output };
}

test('the parallel jobs of the GitLab template divide the cases, and its other job joins them', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-gitlab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'bin'));
  installCommand(join(folder, 'bin'));
  const port = await freePort();
  const implementation = spawn(process.execPath, [program, 'serve', '--listen', `127.0.0.1:${port}`, '--crypto', 'portable'], { stdio: 'ignore' });
  onTestFinished(() => void implementation.kill());
  while (!(await isOpen(port))) {
    expect(implementation.exitCode).toBeNull();
    await sleep(100);
  }

  const variables = { MLS_NAME: 'mylib', MLS_PORT: String(port), MLS_OPTIONS: '--suite 1 --run joining/welcome* --transcripts failed', CI_NODE_TOTAL: '2' };
  for (const index of ['1', '2']) {
    const { code, output } = await runJob('.mls-interop', folder, { ...variables, CI_NODE_INDEX: index });
    expect(code, output).toBe(0);
    for (const file of ['run.jsonl', 'run.html', 'junit.xml', 'mls-interop.log']) expect(existsSync(join(folder, 'mls-interop-results', index, file)), file).toBe(true);
  }
  const joined = await runJob('.mls-interop-report', folder, {});
  expect(joined.output).toMatch(/(\d+) cases: \1 passed, 0 failed/);
  expect(joined.code).toBe(0);
  for (const file of ['run.jsonl', 'report.html']) expect(existsSync(join(folder, file)), file).toBe(true);

  // A job that left no record.
  rmSync(join(folder, 'mls-interop-results/2'), { recursive: true });
  expect((await runJob('.mls-interop-report', folder, {})).code).toBe(1);
});
