/** Implementations as real processes: started, crashed, started anew, stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { CallError, undeclared, Unreachable } from '../../../src/runner/implementation.ts';
import { launch, type Launched } from '../../../src/runner/implementations/launch.ts';
import { patient } from '../../support/mock-cases.ts';

const mockProcess = fileURLToPath(new URL('../../support/mock-process.ts', import.meta.url));
const program = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

const launched: Launched[] = [];
afterEach(async () => {
  await Promise.all(launched.splice(0).map((each) => each.stop()));
});

interface Settings {
  readonly command?: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly connect?: number;
  readonly withheld?: ReadonlyMap<string, string>;
}

async function start({ command = [process.execPath, mockProcess], environment = {}, workdir = '/', connect = patient.connect, withheld = new Map() }: Settings) {
  const started = await launch({
    label: 'it',
    launch: { kind: 'cmd', command, workdir, environment, withheld },
    declared: { ...undeclared(''), reach: 'cmd: it' },
    deadlines: { connect, call: patient.call },
  });
  launched.push(started);
  return { ...started, process: started.implementation.process! };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(25);
}

const failure = (promise: Promise<unknown>): Promise<Error> => promise.then(() => expect.fail('it succeeded'), (error: Error) => error);

describe('one that works', () => {
  test('our own service is started on a free port, answers, and stops', async () => {
    const { implementation, process: own, stop } = await start({ command: [process.execPath, program, 'serve', '--listen', '{host}:{port}', '--name', 'mls-interop x'] });

    expect(implementation).toMatchObject({ label: 'it', name: 'mls-interop x', reach: 'cmd: it', ours: true });
    expect([...implementation.suites]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(own.output()).toBe(`listening on ${implementation.address}\n`);
    expect(own.alive()).toBe(true);

    await stop();
    expect(own.alive()).toBe(false);
    expect(own.exited).toBe('exited with code 0');
    expect(await failure(implementation.call('name', {}))).toMatchObject({ code: status.UNAVAILABLE, details: 'the process is not running: exited with code 0' });
    expect(await failure(implementation.restart!())).toBeInstanceOf(Unreachable);
  });

  test('mls-interop is the program itself where the PATH has none, as in a checkout', async () => {
    const { implementation } = await start({ command: ['mls-interop', 'serve', '--listen', '{host}:{port}', '--suites', '3'], environment: { PATH: '/nowhere' } });
    expect(implementation).toMatchObject({ ours: true, suites: new Set([3]) });
  });

  test('mls-interop is the one of the PATH where that has one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mls-interop-launch-'));
    writeFileSync(join(folder, 'mls-interop'), `#!/bin/sh\nexec '${process.execPath}' '${mockProcess}'\n`, { mode: 0o755 });
    const { implementation } = await start({ command: ['mls-interop', 'serve'], environment: { PATH: folder, NAME: 'another' } });
    rmSync(folder, { recursive: true });
    expect(implementation.name).toBe('another');
  });

  test('its environment is filled in, and has the port too', async () => {
    const { implementation } = await start({ environment: { NAME: 'mock at {host}:{port}' } });
    expect(implementation.name).toBe(`mock at ${implementation.address}`);
    expect(implementation.ours).toBe(false);
  });

  test('one that does not heed SIGTERM is killed', async () => {
    const { process: own, stop } = await start({ environment: { DEAF: '1' } });
    await stop();
    expect(own.exited).toBe('killed by SIGKILL');
    expect(own.output()).toContain('not now');
  });

  test('what it started goes with it', async () => {
    const { process: own, stop } = await start({ environment: { CHILD: '1' } });
    const pid = Number(/child (\d+)/.exec(own.output())![1]);
    expect(isAlive(pid)).toBe(true);
    await stop();
    await gone(pid);
  });
});

describe('one that crashes', () => {
  test('is seen to be dead, leaves its last words, and works again under the same object', async () => {
    const { implementation, process: own } = await start({ environment: { CRASH_AT: 'createBranch' } });
    const from = own.written;
    const group = { cipherSuite: 1, groupId: Buffer.from('g'), identity: Buffer.from('a'), encryptHandshake: false };
    const { stateId } = await implementation.call('createGroup', group);

    const crash = await failure(implementation.call('createBranch', { stateId, groupId: Buffer.from('h'), extensions: [], keyPackages: [], forcePath: false, externalTree: false }));
    expect(crash).toBeInstanceOf(CallError);
    while (own.alive()) await sleep(20);
    expect(own.exited).toBe('exited with code 101');
    await vi.waitFor(() => expect(own.output(from)).toBe('panicked at createBranch\n'), { timeout: 60_000 });
    expect(own.starts).toBe(1);

    await implementation.restart!();
    expect(own).toMatchObject({ starts: 2, exited: undefined });
    expect((await implementation.call('createGroup', group)).stateId).toBe(stateId);
    expect(await failure(implementation.call('stateAuth', { stateId: 77 }))).toMatchObject({ code: status.NOT_FOUND });
  });

  test('that does not start again can be asked once more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mls-interop-launch-'));
    const flag = join(folder, 'broken');
    const { implementation, process: own } = await start({ command: ['sh', '-c', `[ -e ${flag} ] && echo out of order && exit 4; exec ${process.execPath} ${mockProcess}`] });
    writeFileSync(flag, '');
    const refused = await failure(implementation.restart!());
    expect(refused).toBeInstanceOf(Unreachable);
    expect(refused.message).toMatch(/: exited with code 4 before it answered\n {2}\| out of order$/);
    expect(await failure(implementation.call('name', {}))).toMatchObject({ code: status.UNAVAILABLE, details: 'the process is not running: exited with code 4' });
    rmSync(folder, { recursive: true });
    await implementation.restart!();
    expect(await implementation.call('name', {})).toEqual({ name: 'mock' });
    expect(own.starts).toBe(3);
  });

  test('asked twice at once it is started anew once, and calls wait for that', async () => {
    const { implementation, process: own } = await start({});
    const [, , answer] = await Promise.all([implementation.restart!(), implementation.restart!(), implementation.call('name', {})]);
    expect(answer).toEqual({ name: 'mock' });
    expect(own.starts).toBe(2);
  });

  test('stopped while it is being started anew, it stays stopped', async () => {
    const { implementation, process: own, stop } = await start({});
    const restarted = failure(implementation.restart!());
    await stop();
    expect(await restarted).toBeInstanceOf(Unreachable);
    expect(own.alive()).toBe(false);
  });
});

describe('one that cannot be reached says why', () => {
  test.each<[string, Settings, RegExp]>([
    ['a program that is not there', { command: ['./nothing'] }, /^it \(cmd: it, port \d+\): cannot be started: no program \.\/nothing$/],
    ['a folder that is not there', { workdir: '/nowhere' }, /cannot be started: no folder \/nowhere$/],
    ['a file that is no program', { command: ['/etc/passwd'] }, /cannot be started: \/etc\/passwd may not be executed$/],
    ['one that ends at once', { command: ['sh', '-c', 'echo trying $PORT; echo no luck >&2; exit 4'] }, /: exited with code 4 before it answered\n {2}\| trying \d+\n {2}\| no luck$/],
    ['one that says what it should not', { command: ['sh', '-c', 'echo my token is hunter2; exit 4'], withheld: new Map([['TOKEN', 'hunter2']]) }, /\| my token is \$\{TOKEN\}$/],
    ['one that never listens', { command: ['sleep', '1000'], connect: 500 }, /: no connection within 0\.5 s$/],
  ])('%s', async (_, settings, message) => {
    const error = await failure(start(settings));
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.message).toMatch(message);
  });

  test('one that listens and does not answer', async () => {
    let said = '';
    // It has to listen before the time is over, and how long that takes is not known.
    for (let connect = 2_000; !said.includes('DEADLINE_EXCEEDED'); connect *= 2) said = (await failure(start({ environment: { HANG_AT: 'name' }, connect }))).message;
    expect(said).toMatch(/: DEADLINE_EXCEEDED: .*\n {2}\| listening on \d+$/s);
  });
});

const imports = `
  const { launch } = await import(${JSON.stringify(new URL('../../../src/runner/implementations/launch.ts', import.meta.url).href)});
  const { undeclared } = await import(${JSON.stringify(new URL('../../../src/runner/implementation.ts', import.meta.url).href)});
`;

test.each<[string, readonly string[]]>([
  ['is not there', ['./nothing']],
  ['may not be executed', ['/etc/passwd']],
  ['ends at once', ['sh', '-c', 'exit 4']],
])('a runner whose program %s ends without waiting the connect deadline out', async (_, command) => {
  const code = `${imports}
    await launch({
      label: 'it', launch: { kind: 'cmd', command: ${JSON.stringify(command)}, workdir: '/', environment: {} },
      declared: undeclared(''), deadlines: { connect: 3600000, call: 3600000 },
    }).catch(() => (process.exitCode = 3));
  `;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  onTestFinished(() => void runner.kill());
  expect(await once(runner, 'exit')).toEqual([3, null]);
});

describe('when the runner ends, so does what it started', () => {
  const code = (end: string) => `${imports}
    const { implementation } = await launch({
      label: 'it', launch: { kind: 'cmd', command: [process.execPath, ${JSON.stringify(mockProcess)}], workdir: '/', environment: { CHILD: '1' } },
      declared: undeclared(''), deadlines: { connect: 120000, call: 120000 },
    });
    console.log(implementation.process.output());
    ${end}
  `;

  test.each<[string, string, NodeJS.Signals | undefined, number]>([
    ['SIGINT', '', 'SIGINT', 130],
    ['SIGTERM', '', 'SIGTERM', 143],
    ['an exception', 'throw new Error("bug");', undefined, 1],
    ['process.exit', 'process.exit(7);', undefined, 7],
  ])('by %s', async (_, end, signal, exitCode) => {
    const runner = spawn(process.execPath, ['--input-type=module', '-e', code(end)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(runner, 'exit') as Promise<[number]>;
    const [said] = (await Promise.race([once(runner.stdout, 'data'), ended.then(([status]) => expect.fail(`it ended early with ${status}`))])) as [Buffer];
    const pid = Number(/child (\d+)/.exec(said.toString())![1]);
    if (signal !== undefined) runner.kill(signal);
    expect((await ended)[0]).toBe(exitCode);
    await gone(pid);
  });
});
