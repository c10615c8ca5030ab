/** `mls-interop replay` of what is not there. */
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { replay, replayCommand, type ReplayOptions } from '../../src/cli/replay.ts';
import { readScripts } from '../../src/cli/script-files.ts';
import { startMock } from '../support/mock-service.ts';

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });

async function complaint(id: string, ...args: string[]): Promise<unknown> {
  const mock = await startMock({ name: 'mock' });
  onTestFinished(() => mock.stop());
  let found: Promise<number> | undefined;
  const command = replayCommand().exitOverride();
  command.action((given: string, scripts: string[], options: ReplayOptions) => void (found = replay(given, { ...options, scripts }, { stdout: silent, stderr: silent })));
  command.parse([id, '--client', `a=${mock.address}`, ...args], { from: 'user' });
  return found!.then(() => undefined, (error: unknown) => error);
}

test('a script that the project does not carry is to be named by its file', async () => {
  const id = 'commit/add/suite:1/wire:private/alice=a,bob=a';
  expect(await complaint(id)).toMatchObject({
    exitCode: 2,
    message: 'there is no script commit/add among those that the project carries; name its file after the case, or give a record with --record',
  });
  const carried = new URL('../../src/runner/scripts/commits.json', import.meta.url).pathname;
  expect(await complaint(id, carried)).toMatchObject({ exitCode: 2, message: 'there is no script commit/add' });
});

test('the first example of --help is of a script that the project carries', () => {
  let help = '';
  const command = replayCommand().exitOverride().configureOutput({ writeOut: (text) => (help += text) });
  expect(() => command.parse(['--help'], { from: 'user' })).toThrow();
  const [, script, cast] = /replay (\S+)\/suite:1\/wire:private\/(\S+)/.exec(help)!;
  const carried = readScripts([]).find(({ id }) => id === script);
  expect(cast!.split(',').map((part) => part.split('=')[0])).toEqual(carried!.actors);
});
