/** A small run in which everything happens that a record can tell, for the tests of reports. */
import { writeFileSync } from 'node:fs';
import { statuses, type CallRecord, type CaseRecord, type EndRecord, type RecordLine, type RunRecord, type Status } from '../../src/report/record/record.ts';
import { Tally } from '../../src/report/record/tally.ts';

const scripts = [
  { id: 'commit/add', file: 'commit.json', actors: ['alice', 'bob'], steps: [{ action: 'createGroup', actor: 'alice' }, { action: 'createKeyPackage', actor: 'bob' }, { action: 'fullCommit', actor: 'alice', joiners: ['bob'] }] },
  { id: 'commit/psk', file: 'commit.json', actors: ['alice', 'bob'], steps: [{ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'installExternalPSK', clients: ['alice', 'bob'] }, { action: 'fullCommit', actor: 'alice', members: ['bob'] }] },
  { id: 'messages/protect', file: 'messages.json', actors: ['alice', 'bob'], steps: [{ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'protect', actor: 'alice' }, { action: 'unprotect', actor: 'bob', ciphertext: 1 }] },
] as const;

export function fixtureRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    type: 'run',
    version: 1,
    tool: { name: 'mls-interop', version: '9.9.9', node: 'v26.0.0', platform: 'linux x64' },
    started: '2026-01-02T03:04:05.678Z',
    seed: '42',
    options: { strength: 2, suites: [1, 2] },
    scripts: scripts.map((script, i) => ({ ...script, digest: `${i}`.repeat(64) })),
    implementations: [
      { label: 'native', name: 'mls-interop native', reach: 'cmd: mls-interop serve', suites: [1, 2], features: [], ours: true, version: '9.9.9' },
      { label: 'openmls', name: 'OpenMLS', reach: 'grpc://127.0.0.1:50052', suites: [1, 2], features: [], ours: false, version: '79ebb5b' },
      { label: 'mlspp', name: 'mlspp', reach: 'grpc://127.0.0.1:50053', suites: [1], features: ['psk'], ours: false },
    ],
    cases: fixtureCases().length,
    coverage: ['every ordered pair of implementations in every pair of roles: 6 of 6'],
    ...changes,
  };
}

export interface CaseOptions extends Partial<Omit<CaseRecord, 'type' | 'actors'>> {
  readonly script: string;
  readonly alice: string;
  readonly bob: string;
}

/** A case that passed unless told otherwise. */
export function fixtureCase({ script, alice, bob, suite = 1, wire = 'private', ...changes }: CaseOptions): CaseRecord {
  return {
    type: 'case',
    id: `${script}/suite:${suite}/wire:${wire}/alice=${alice},bob=${bob}`,
    script,
    suite,
    wire,
    actors: { alice, bob },
    status: 'passed',
    vacuous: [],
    unjudged: [],
    notes: [],
    judged: { steps: 3, of: 3 },
    started: '2026-01-02T03:04:06.000Z',
    milliseconds: 12.5,
    ...changes,
  };
}

const bytes = (name: string, length = 60): string => Buffer.from(name.padEnd(length, '.')).toString('base64');

/** The calls of commit/add; `refusal` is what bob answers to the Welcome. */
function addCalls({ alice, bob }: { readonly alice: string; readonly bob: string }, refusal?: CallRecord['error']): CallRecord[] {
  const by = (actor: 'alice' | 'bob', step: number, rpc: string) => ({ step, actor, implementation: actor === 'alice' ? alice : bob, rpc, milliseconds: 1.25 });
  const keyPackage = bytes(`KeyPackage of ${bob}`);
  const welcome = bytes(`Welcome of ${alice}`, 90);
  return [
    { ...by('alice', 0, 'CreateGroup'), request: { group_id: bytes('group', 8), cipher_suite: 1, identity: bytes('alice', 5) }, response: { state_id: 1 } },
    { ...by('bob', 1, 'CreateKeyPackage'), request: { cipher_suite: 1, identity: bytes('bob', 3) }, response: { transaction_id: 7, key_package: keyPackage, init_priv: '[secret]' } },
    { ...by('alice', 2, 'Commit'), request: { state_id: 1, by_value: [{ proposal_type: bytes('add', 3), key_package: keyPackage }] }, response: { commit: bytes('Commit'), welcome } },
    { ...by('bob', 2, 'JoinGroup'), request: { transaction_id: 7, welcome }, ...(refusal === undefined ? { response: { state_id: 2, epoch_authenticator: bytes('authenticator', 32) } } : { error: refusal }) },
  ];
}

/** Control characters, markup of every kind, half a surrogate pair: what a peer may put into a message. */
export const nastyMessage = 'bad <tag attr="1"> & &lt; ]]> `code` | cell \u0000\u0007\u001b[31m \ufffe \ud800 **bold** \n::error::new line\r%0A 100%';

export function fixtureCases(): CaseRecord[] {
  const refusal = { code: 'INVALID_ARGUMENT', message: 'no ratchet tree in the Welcome' };
  const refused = (bob: string, suite: number): CaseRecord =>
    fixtureCase({
      script: 'commit/add',
      alice: 'openmls',
      bob,
      suite,
      status: 'failed',
      failure: { step: 2, cause: 'refused', message: refusal.message, actor: 'bob', implementation: bob, rpc: 'JoinGroup', code: refusal.code },
      verdict: {
        finding: 'culprit',
        culprit: { implementation: 'openmls', actor: 'alice' },
        step: 2,
        requirement: 'R-12.4.3.1-05',
        differs: 'tree hash',
        summary: 'openmls as alice made a Welcome at step 2 whose tree hash is not that of its tree',
        evidence: ['native and mlspp reject it alike', 'the shadow of bob finds another tree hash'],
      },
      unjudged: ["alice's Commit has a path: the Commit is encrypted"],
      judged: { steps: 1, of: 3 },
      calls: addCalls({ alice: 'openmls', bob }, refusal),
    });
  return [
    fixtureCase({ script: 'commit/add', alice: 'native', bob: 'openmls', calls: addCalls({ alice: 'native', bob: 'openmls' }) }),
    fixtureCase({
      script: 'commit/add',
      alice: 'native',
      bob: 'mlspp',
      retries: 1,
      verdict: {
        finding: 'culprit',
        culprit: { implementation: 'mlspp', actor: 'bob' },
        step: 1,
        requirement: 'R-10-10',
        summary: 'mlspp as bob made a KeyPackage at step 1 with an extension that its leaf does not list',
        evidence: ['the KeyPackage itself'],
      },
      calls: addCalls({ alice: 'native', bob: 'mlspp' }),
    }),
    refused('native', 1),
    refused('mlspp', 1),
    refused('native', 2),
    fixtureCase({
      script: 'commit/psk',
      alice: 'native',
      bob: 'openmls',
      status: 'expected-failure',
      observed: 'failed',
      failure: { step: 2, cause: 'disagreement', message: 'alice and bob have different epoch authenticators', actor: 'bob', implementation: 'openmls' },
      expectation: { pattern: 'commit/psk/**', reason: 'external PSKs are left out', issue: 'https://example.org/openmls/issues/17' },
    }),
    fixtureCase({ script: 'commit/psk', alice: 'mlspp', bob: 'native', status: 'unexpected-pass', observed: 'passed', expectation: { pattern: 'commit/psk/**', reason: 'external PSKs are left out' } }),
    fixtureCase({ script: 'commit/psk', alice: 'openmls', bob: 'mlspp', wire: 'public', status: 'vacuous', vacuous: ['not so: the PSK of step 1 is in the Commit'], vacuousBy: ['openmls'] }),
    fixtureCase({
      script: 'messages/protect',
      alice: 'mlspp',
      bob: 'openmls',
      status: 'not-supported',
      failure: { step: 1, cause: 'unsupported', message: 'not implemented', actor: 'alice', implementation: 'mlspp', rpc: 'Protect', code: 'UNIMPLEMENTED' },
    }),
    fixtureCase({ script: 'messages/protect', alice: 'native', bob: 'native', status: 'could-not-run', failure: { step: 0, cause: 'unreachable', message: 'no connection', actor: 'alice', implementation: 'native' } }),
    fixtureCase({
      script: 'messages/protect',
      alice: 'native',
      bob: 'mlspp',
      status: 'failed',
      failure: { step: 2, cause: 'crash', message: nastyMessage, actor: 'bob', implementation: 'mlspp', rpc: 'Unprotect', code: 'UNAVAILABLE' },
      notes: ['Free of the state of bob: connection refused'],
    }),
  ];
}

export function fixtureEnd(cases: readonly CaseRecord[] = fixtureCases()): EndRecord {
  const tally = new Tally();
  for (const each of cases) tally.add(each);
  return tally.end(2345.6);
}

/** A whole record; `cases` in the order in which they end. */
export function fixtureLines(cases: readonly CaseRecord[] = fixtureCases(), run: Partial<RunRecord> = {}): RecordLine[] {
  const begun = cases.map(({ id, script }): RecordLine => ({ type: 'started', id, script }));
  return [fixtureRun({ cases: cases.length, ...run }), ...cases.flatMap((each, i) => [begun[i]!, each]), fixtureEnd(cases)];
}

export const textOf = (lines: readonly RecordLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

export function writeRecord(file: string, lines: readonly RecordLine[] = fixtureLines()): string {
  writeFileSync(file, textOf(lines));
  return file;
}

export async function* streamed(lines: readonly RecordLine[]): AsyncGenerator<RecordLine, void, undefined> {
  yield* lines;
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Statuses that no case of the fixture has. */
export const missingStatuses = (): Status[] => statuses.filter((status) => fixtureCases().every((each) => each.status !== status));
