import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Unreachable } from '../../../src/runner/implementation.ts';
import { ConfigError } from '../../../src/runner/implementations/config-error.ts';
import { openImplementations, type OpenImplementations, type OpenOptions } from '../../../src/runner/implementations/open.ts';
import { patient, play } from '../../support/mock-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opened: OpenImplementations[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

async function open(options: Partial<OpenOptions>): Promise<OpenImplementations> {
  const all = await openImplementations({ clients: [], deadlines: patient, ...options });
  opened.push(all);
  return all;
}

function file(text: string): string {
  const path = join(folder, 'implementations.yaml');
  writeFileSync(path, text);
  return path;
}

const mock = JSON.stringify([process.execPath, fileURLToPath(new URL('../../support/mock-process.ts', import.meta.url))]);

test('programs are started, served ones connected to, and clients come after them', async () => {
  const [one, two, client] = [await play('one'), await play('two'), await play('client')];
  const { implementations, close } = await open({
    file: file(`
implementations:
  program:
    cmd: ${mock}
    processes: 2
    features: [branch]
    version: "1"
    jobs: 4
  served:
    reach: [grpc://${one.mock.address}, grpc://${two.mock.address}]
    engine: mls-interop
`),
    clients: [{ label: 'client', address: client.mock.address }],
  });

  expect(implementations.map(({ label, replicas }) => [label, replicas.length])).toEqual([['program', 1], ['served', 1], ['client', 0]]);
  const [program, served, third] = implementations;
  expect(program).toMatchObject({ reach: expect.stringMatching(/^cmd: .*mock-process\.ts$/), features: new Set(['branch']), version: '1', jobs: 4, ours: false });
  expect(served).toMatchObject({ reach: `grpc://${one.mock.address}, grpc://${two.mock.address}`, jobs: 1, ours: true, address: one.mock.address });
  expect(served!.restart).toBeUndefined();
  expect(third).toMatchObject({ reach: `grpc://${client.mock.address}`, ours: false });
  expect(third!.jobs).toBeUndefined();

  const processes = [program!, ...program!.replicas];
  expect(new Set(processes.map(({ address }) => address)).size).toBe(2);
  expect(await processes[1]!.call('name', {})).toEqual({ name: 'mock' });
  expect(processes.map(({ process }) => process!.alive())).toEqual([true, true]);
  await close();
  expect(processes.map(({ process }) => process!.alive())).toEqual([false, false]);
});

test('only those asked for are started', async () => {
  const path = file(`implementations:\n  bad: { cmd: [./nothing] }\n  good: { cmd: ${mock}, processes: 3 }\n`);
  const { implementations } = await open({ file: path, only: ['good'], processes: 1 });
  expect(implementations.map(({ label, replicas }) => [label, replicas.length])).toEqual([['good', 0]]);
});

test('when one cannot be reached the others are stopped', async () => {
  const marker = join(folder, 'pid');
  const path = file(`
implementations:
  good: { cmd: [sh, -c, 'echo $$ > ${marker}; exec ${JSON.parse(mock).join(' ')}'] }
  bad: { cmd: [sh, -c, 'until [ -s ${marker} ]; do sleep 0.1; done; exit 4'] }
`);
  await expect(open({ file: path })).rejects.toThrow(/^bad \(cmd: sh -c until .* exit 4, port \d+\): exited with code 4 before it answered$/);
  const pid = Number(readFileSync(marker, 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 60_000 });
});

test('a program that is slow has the time that its file gives it, and others that of the command line', async () => {
  const path = file(`implementations:\n  slow: { cmd: [sh, -c, 'sleep 1; exec "$@"', sh, ${mock.slice(1)}, ready: 120 }\n`);
  const deadlines = { connect: 300, call: patient.call };
  expect((await open({ file: path, deadlines })).implementations[0]!.name).toBe('mock');
  const error: unknown = await open({ clients: [{ label: 'gone', address: '127.0.0.1:1' }], deadlines }).catch((reason: unknown) => reason);
  expect(error).toEqual(new Unreachable('gone at 127.0.0.1:1: no connection within 0.3 s'));
});

test.each<[string, Partial<OpenOptions>, string]>([
  ['nobody at all', {}, 'no implementation is given'],
  ['a file without any', { file: 'implementations: {}' }, 'PATH: it has no implementations'],
  ['a name that nobody has', { file: 'implementations: { a: { cmd: [x] }, b: { cmd: [x] } }', only: ['a', 'c'] }, 'PATH: no implementation "c", only a, b'],
  ['a client of a name in the file', { file: 'implementations: { a: { cmd: [x] } }', clients: [{ label: 'a', address: 'x:1' }] }, 'a is in PATH and given as a client too; reports could not tell them apart'],
])('%s is a wrong setting', async (_, options, message) => {
  const path = options.file === undefined ? undefined : file(options.file);
  const error = await open({ ...options, file: path }).catch((reason: unknown) => reason);
  expect(error).toEqual(new ConfigError(message.replace('PATH', path ?? '')));
});
