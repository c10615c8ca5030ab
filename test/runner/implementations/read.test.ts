import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../../../src/runner/implementations/config-error.ts';
import { features } from '../../../src/runner/implementations/features.ts';
import { parseImplementations, readImplementations } from '../../../src/runner/implementations/read.ts';
import { jsonSchema } from '../../../src/runner/implementations/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

function complaint(text: string, environment = {}): string {
  try {
    parseImplementations('peers.yaml', text, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('no complaint');
}

/** The keys of one implementation, from line 3 on. */
const one = (...lines: string[]): string => ['implementations:', '  a:', ...lines.map((line) => `    ${line}`)].join('\n');

test('everything that a file can say of a program', () => {
  const [entry] = parseImplementations(
    '/peers/all.yaml',
    one(
      "cmd: ['${TOP}/server', --port, '{port}', '$${LATER}']",
      'version: "61e4d76"',
      'processes: 2',
      'jobs: 3',
      'features: [reinit, branch]',
      'limits:',
      '  - { reason: slow, suites: [5, 6], wire: private }',
      '  - { reason: panics, issue: "https://example.org/1", features: [branch], scripts: ["commit/*"] }',
      'code-points: { 8: 0x004E }',
      'environment: { RUST_LOG: debug, LEVEL: 3 }',
      'workdir: build',
      'ready: 2.5',
      'engine: mls-interop',
    ),
    { TOP: '/opt' },
  );
  const launch = { kind: 'cmd', command: ['/opt/server', '--port', '{port}', '${LATER}'], workdir: '/peers/build', environment: { RUST_LOG: 'debug', LEVEL: '3' } };
  expect(entry).toEqual({
    label: 'a',
    declared: {
      reach: 'cmd: ${TOP}/server --port {port} $${LATER}',
      version: '61e4d76',
      jobs: 3,
      features: new Set(['reinit', 'branch']),
      limits: [
        { reason: 'slow', suites: [5, 6], wire: 'private' },
        { reason: 'panics', issue: 'https://example.org/1', features: ['branch'], scripts: ['commit/*'] },
      ],
      codePoints: new Map([[8, 0x4e]]),
      ours: true,
    },
    places: [launch, launch],
    ready: 2500,
  });
});

test('one that is served already has a place for each address', () => {
  const [entry] = parseImplementations('i.yaml', one('reach: [grpc://127.0.0.1:1, "grpc://[::1]:2"]', 'features: all'));
  expect(entry!.places).toEqual([{ kind: 'address', address: '127.0.0.1:1' }, { kind: 'address', address: '[::1]:2' }]);
  expect(entry!.declared).toMatchObject({ reach: 'grpc://127.0.0.1:1, grpc://[::1]:2', jobs: 1, features: new Set(features), limits: [], ours: false });
});

test('what the environment knows is not in the way to reach it, which reports show', () => {
  const [entry] = parseImplementations(
    'i.yaml',
    one(
      "cmd: [env, 'API_KEY=${TOKEN}', 'KEY=in plain', ./x, '--token=${TOKEN}', '--again', written out in full, 'a b=c', 'cd y; KEY=z ./z']",
      'environment: { SAID: written out in full, LEVEL: debug }',
    ),
    { TOKEN: 'hunter2hunter2' },
  );
  expect(entry!.declared.reach).toBe('cmd: env API_KEY=... KEY=... ./x --token=${TOKEN} --again ${SAID} a b=c cd y; KEY=... ./z');
  expect(entry!.places).toMatchObject([{ command: expect.arrayContaining(['--token=hunter2hunter2']), withheld: new Map([['TOKEN', 'hunter2hunter2'], ['SAID', 'written out in full']]) }]);
  expect(parseImplementations('i.yaml', one('reach: grpc://${HOST}:1'), { HOST: 'secret.example' })[0]!.declared.reach).toBe('grpc://${HOST}:1');
});

test('a container has a port inside and time to be fetched', () => {
  const [entry] = parseImplementations('/i.yaml', one('image: example.org/x:1', "arguments: ['-p', '{port}']"));
  expect(entry).toMatchObject({ ready: 120_000, declared: { reach: 'image: example.org/x:1' }, places: [{ kind: 'image', containerPort: 50_051, arguments: ['-p', '{port}'] }] });
});

test.each<[string, string, string]>([
  ['no file of this kind', 'scripts: {}', 'peers.yaml:1: implementations is missing: wanted a mapping of names to implementations\npeers.yaml:1: scripts: no such key'],
  ['an empty file', '', 'peers.yaml:1: the file: wanted a mapping with the key implementations'],
  ['text that is no YAML', one('cmd: ["x'), 'peers.yaml:3: not YAML: Missing closing "quote'],
  ['two of one name', `${one('cmd: [x]')}\n  a: {}`, 'peers.yaml:4: not YAML: Map keys must be unique'],
  ['a name that a case id cannot have', 'implementations:\n  a/b: { cmd: [x] }', 'peers.yaml:2: implementations.a/b: wanted a name of letters, digits and . _ + -'],
  ['text where a mapping belongs', 'implementations:\n  a: x', 'peers.yaml:2: implementations.a: wanted a mapping that says how to reach it, not "x"'],
  ['no way to reach it', one('jobs: 1'), 'peers.yaml:2: implementations.a: wanted one of reach, cmd or image, not none'],
  ['two ways to reach it', one('reach: grpc://a:1', 'cmd: [x]'), 'peers.yaml:4: implementations.a.cmd: wanted one of reach, cmd or image, not reach and cmd'],
  ['an address without a scheme', one('reach: a:1'), 'peers.yaml:3: implementations.a.reach: wanted grpc://HOST:PORT, or a list of these, one for each process, not "a:1"'],
  ['one such among others', one('reach:', '  - grpc://a:1', '  - a:1'), 'peers.yaml:5: implementations.a.reach.1: wanted grpc://HOST:PORT, or a list of these, one for each process, not "a:1"'],
  ['a command line in one piece', one('cmd: ./x 5'), `peers.yaml:3: implementations.a.cmd: wanted a list of texts, such as [./server, '{port}'], not "./x 5"`],
  ['a number as an argument', one('cmd: [x, 5]'), 'peers.yaml:3: implementations.a.cmd.1: wanted text: put it in quotes, not 5'],
  ['a version that YAML reads as a number', one('cmd: [x]', 'version: 1.10'), 'peers.yaml:4: implementations.a.version: wanted text: put it in quotes, not 1.1'],
  ['processes of what others start', one('reach: grpc://a:1', 'processes: 2'), 'peers.yaml:4: implementations.a.processes: goes with cmd or image only, not with reach'],
  ['no jobs', one('cmd: [x]', 'jobs: 0'), 'peers.yaml:4: implementations.a.jobs: wanted at least 1, not 0'],
  ['a key that is misspelt', one('cmd: [x]', 'process: 2'), 'peers.yaml:4: implementations.a.process: no such key'],
  ['a feature that there is not', one('cmd: [x]', 'features: [psk]'), `peers.yaml:4: implementations.a.features.0: wanted one of ${features.join(', ')}, not "psk"`],
  ['a limit without a reason', one('cmd: [x]', 'limits:', '  - suites: [1]'), 'peers.yaml:5: implementations.a.limits.0.reason is missing: wanted text'],
  ['a limit about nothing', one('cmd: [x]', 'limits: [{ reason: y }]'), 'peers.yaml:4: implementations.a.limits.0: wanted suites, wire, scripts or features beside the reason: which cases it is about'],
  ['a limit with a pattern that is none', one('cmd: [x]', 'limits: [{ reason: y, scripts: [a//b] }]'), 'peers.yaml:4: implementations.a.limits.0.scripts.0: pattern "a//b": nothing between two slashes'],
  ['a code point that is none', one('cmd: [x]', 'code-points: { 8: 65536 }'), 'peers.yaml:4: implementations.a.code-points.8: wanted a suite of at most 65535, not 65536'],
  ['one code point for two suites', one('cmd: [x]', 'code-points: { 8: 9, 7: 9 }'), 'peers.yaml:4: implementations.a.code-points: wanted another number for each suite'],
  ['another engine by name', one('cmd: [x]', 'engine: other'), 'peers.yaml:4: implementations.a.engine: wanted mls-interop, or nothing for any other engine, not "other"'],
  ['an alias of nothing', one('cmd: [x, *y]'), 'peers.yaml:3: not YAML: nothing before it has the anchor &y'],
  ['a variable that is not set', one('cmd:', '  - x', '  - ${UNSET}'), 'peers.yaml:5: the environment has no variable UNSET'],
])('%s is refused with file, line, key and what was wanted', (_, text, message) => {
  const found = complaint(text);
  expect(found.slice(0, message.length)).toBe(message);
});

test('all complaints about a file come at once', () => {
  expect(complaint(one('cmd: []', 'jobs: x', 'ready: -1')).split('\n')).toEqual([
    'peers.yaml:3: implementations.a.cmd: wanted a program',
    'peers.yaml:4: implementations.a.jobs: wanted a whole number from 1 to 1024, not "x"',
    'peers.yaml:5: implementations.a.ready: wanted more than 0 seconds, not -1',
  ]);
});

test('a file is read from where it is, and one that is missing is named', () => {
  const file = join(folder, 'some.yaml');
  writeFileSync(file, one('cmd: [./x]'));
  expect(readImplementations(file)[0]!.places).toMatchObject([{ workdir: folder }]);
  expect(() => readImplementations('/nowhere.yaml')).toThrow(new ConfigError('/nowhere.yaml: no such file'));
});

test('the published schema is the one of the code (npx vitest run -u writes it anew)', async () => {
  await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../../schema/implementations.schema.json');
});
