import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { passiveVectorCheck } from '../../src/cli/passive-vector-check.ts';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { failedJoiner, joinersOf, type PassiveVector } from '../../src/report/passive-joiners.ts';
import { describeVectors, writePassiveVectors } from '../../src/report/passive-vectors.ts';
import type { CallRecord, CaseRecord } from '../../src/report/record/record.ts';
import { caseRecord } from '../../src/runner/case-record.ts';
import { runCase } from '../../src/runner/drive.ts';
import { connect, type Implementation } from '../../src/runner/implementation.ts';
import { parseScripts, type Script } from '../../src/runner/script.ts';
import { passiveClient } from '../../src/vectors/passive-client.ts';
import { verifyCases, type FileReport } from '../../src/vectors/verify.ts';
import { testService, type TestService } from '../service/support/service.ts';
import { fixtureCase, fixtureCases, fixtureLines, streamed } from './fixture.ts';

let services: TestService[];
let implementations: Implementation[];
beforeAll(async () => {
  services = [await testService(), await testService()];
  implementations = await Promise.all(services.map(({ address }, i) => connect({ label: `ours${i}`, address }, { connect: 10_000, call: 10_000 })));
});
afterAll(async () => {
  for (const implementation of implementations) implementation.close();
  await Promise.all(services.map((service) => service.stop()));
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-vectors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scriptOf = (...steps: object[]): Script => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } })).scripts[0]!;

/** Runs a script on two real services in turns, and gives the record of it with secrets. */
async function played(script: Script, { suite = 1, encryptHandshake = false, keepSecrets = true } = {}): Promise<CaseRecord> {
  const actors = new Map(script.actors.map((actor, i) => [actor, implementations[i % 2]!]));
  const result = await runCase({ id: `${script.id}/x`, script, suite, encryptHandshake, actors, implementations, seed: '1' });
  expect(result).toMatchObject({ status: 'passed' });
  // As it would come out of a file.
  return JSON.parse(JSON.stringify(caseRecord(result, { withCalls: true, keepSecrets }))) as CaseRecord;
}

const vectorsOf = (record: CaseRecord): PassiveVector[] => joinersOf(record).flatMap(({ vector }) => (vector === undefined ? [] : [vector]));
const reasonsOf = (record: CaseRecord): string[] => joinersOf(record).flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
const verify = (vectors: readonly unknown[]): Promise<FileReport> => verifyCases(passiveClient, vectors, { provider: nativeProvider(), accept: new Set(), now: undefined });

const long = scriptOf(
  { action: 'createGroup', actor: 'alice', members: ['bob'] },
  { action: 'createKeyPackage', actor: 'carol' },
  { action: 'installExternalPSK', clients: ['alice', 'bob', 'carol'] },
  { action: 'addProposal', actor: 'alice', keyPackage: 1 },
  { action: 'externalPSKProposal', actor: 'alice', pskID: 2 },
  { action: 'fullCommit', actor: 'alice', byReference: [3, 4], members: ['bob'], joiners: ['carol'], external_tree: true },
  { action: 'updateProposal', actor: 'bob' },
  { action: 'fullCommit', actor: 'alice', byReference: [6], members: ['bob', 'carol'] },
  { action: 'installExternalPSK', clients: ['alice', 'bob', 'carol'] },
  { action: 'externalPSKProposal', actor: 'alice', pskID: 8 },
  { action: 'fullCommit', actor: 'alice', byReference: [9], members: ['bob', 'carol'] },
  { action: 'fullCommit', actor: 'carol', members: ['alice', 'bob'], force_path: true },
  { action: 'fullCommit', actor: 'alice', members: ['bob', 'carol'], force_path: true },
);

test.each([
  { suite: 1, encryptHandshake: false },
  { suite: 1, encryptHandshake: true },
  { suite: 5, encryptHandshake: false },
])('the vectors of a long history are followed by the engine: %j', async (how) => {
  const vectors = vectorsOf(await played(long, how));
  expect(vectors.map(({ ratchet_tree, external_psks, epochs }) => [ratchet_tree !== null, external_psks.length, epochs.map(({ proposals }) => proposals.length)])).toEqual([
    // Bob's ends where his own Update is committed, and holds the PSKs that he was given up to then.
    [false, 1, [2]],
    // Carol's ends where she commits.
    [true, 2, [1, 1]],
  ]);
  expect(await verify(vectors)).toMatchObject({ passed: 2, failed: 0 });
});

test('every value of a vector counts', async () => {
  const vectors = vectorsOf(await played(long));
  const changes: ((vector: any) => void)[] = [
    (vector) => (vector.external_psks = []),
    (vector) => vector.epochs[0].proposals.pop(),
    (vector) => vector.epochs.shift(),
    (vector) => (vector.ratchet_tree = null),
    (vector) => (vector.init_priv = vector.encryption_priv),
    (vector) => (vector.initial_epoch_authenticator = vector.epochs[0].epoch_authenticator),
  ];
  for (const change of changes) {
    const vector = structuredClone(vectors[1]);
    change(vector);
    expect(await verify([vector]), change.toString()).toMatchObject({ failed: 1 });
  }
});

/** The record as it would be had it ended at one actor's call of `rpc` at a step, refused or answered otherwise. */
function endedAt(record: CaseRecord, at: { readonly step: number; readonly actor: string; readonly rpc: string }, cause: 'refused' | 'disagreement'): CaseRecord {
  const index = record.calls!.findIndex(({ step, actor, rpc }) => step === at.step && actor === at.actor && rpc === at.rpc);
  const { response, ...call } = record.calls![index]!;
  const ended = cause === 'refused' ? { ...call, error: { code: 'INVALID_ARGUMENT', message: 'no' } } : { ...call, response: { ...response, epoch_authenticator: 'AAAA' } };
  const { rpc, ...where } = at;
  return { ...record, status: 'failed', failure: { ...where, cause, message: 'no', ...(cause === 'refused' ? { rpc } : {}) }, calls: [...record.calls!.slice(0, index), ended] };
}

test.each(['refused', 'disagreement'] as const)('who failed at a Welcome or a Commit (%s) has a vector with what it should have come to', async (cause) => {
  const record = await played(long);
  const [bob, carol] = vectorsOf(record);
  const atWelcome = failedJoiner(endedAt(record, { step: 5, actor: 'carol', rpc: 'JoinGroup' }, cause)).vector!;
  expect(atWelcome).toEqual({ ...carol!, epochs: [], external_psks: atWelcome.external_psks });
  const atCommit = failedJoiner(endedAt(record, { step: 7, actor: 'carol', rpc: 'HandleCommit' }, cause)).vector!;
  expect(atCommit).toEqual({ ...carol!, epochs: carol!.epochs.slice(0, 1), external_psks: atCommit.external_psks });
  const atFirst = failedJoiner(endedAt(record, { step: 5, actor: 'bob', rpc: 'HandleCommit' }, cause)).vector!;
  expect(atFirst).toEqual({ ...bob!, epochs: bob!.epochs.slice(0, 1), external_psks: atFirst.external_psks });
  expect(await verify([atWelcome, atCommit, atFirst])).toMatchObject({ passed: 3, failed: 0 });
});

test.each<[string, (record: CaseRecord) => CaseRecord, string]>([
  ['the founder', (record) => endedAt(record, { step: 11, actor: 'alice', rpc: 'HandleCommit' }, 'refused'), 'the member did not join by a Welcome or has acted itself since, or a PSK of an earlier epoch is needed'],
  ['one whose own Update is committed', (record) => endedAt(record, { step: 7, actor: 'bob', rpc: 'HandleCommit' }, 'refused'), 'the member did not join by a Welcome or has acted itself since, or a PSK of an earlier epoch is needed'],
  ['a sender', (record) => endedAt(record, { step: 5, actor: 'alice', rpc: 'Commit' }, 'refused'), 'it is not a Welcome or a Commit at which it fails'],
  ['nobody', (record) => record, 'it is not a Welcome or a Commit at which it fails'],
])('%s that failed has no vector', async (_, change, reason) => {
  expect(failedJoiner(change(await played(long)))).toEqual({ reason });
});

test('a new member that proposed itself has a vector, with the KeyPackage of its proposal', async () => {
  const script = scriptOf(
    { action: 'createGroup', actor: 'alice' },
    { action: 'newMemberAddProposal', actor: 'alice', joiner: 'bob' },
    { action: 'fullCommit', actor: 'alice', byReference: [1], joiners: ['bob'] },
  );
  expect(await verify(vectorsOf(await played(script)))).toMatchObject({ passed: 1, failed: 0 });
});

test('members follow a group into its reinit, but not into its successor', async () => {
  const script = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob', 'carol'] }, { action: 'reinit', proposer: 'alice', committer: 'carol', welcomer: 'carol', members: ['alice', 'bob'], changeGroupID: true });
  const record = await played(script);
  expect(vectorsOf(record).map(({ epochs }) => epochs.length)).toEqual([1, 0]);
  expect(await verify(vectorsOf(record))).toMatchObject({ passed: 2, failed: 0 });
  expect(reasonsOf(record)).toEqual(['they joined a successor of a reinit, with a PSK of the group before it', 'they joined a successor of a reinit, with a PSK of the group before it']);
});

test('who joins a branch has no vector', async () => {
  const script = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'branch', actor: 'alice', members: ['bob'] });
  expect(reasonsOf(await played(script))).toEqual(['they joined a branch, with a PSK of the group that it comes from']);
});

test('a resumption PSK that a vector cannot hold ends it, or keeps it from beginning', async () => {
  const script = scriptOf(
    { action: 'createGroup', actor: 'alice', members: ['bob'] },
    { action: 'resumptionPSKProposal', actor: 'alice', epochID: 1 },
    { action: 'fullCommit', actor: 'alice', byReference: [1], members: ['bob'] },
  );
  const [vector] = vectorsOf(await played(script));
  expect(vector!.epochs).toEqual([]);
  expect(await verify([vector])).toMatchObject({ passed: 1 });
});

test('without secrets there are no vectors, and that is said', async () => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }), { keepSecrets: false });
  expect(joinersOf(record)).toEqual([{ reason: 'the record has no secrets; run with --keep-secrets' }]);
});

test('without calls there are none either', () => {
  expect(joinersOf(fixtureCase({ script: 'a/b', alice: 'x', bob: 'y' }))).toEqual([{ reason: 'the record has no calls of their cases' }]);
});

/** The record with one field of one response changed. */
function withField(record: CaseRecord, { rpc, field, change }: { readonly rpc: string; readonly field: string; readonly change: (bytes: Buffer) => Buffer }): CaseRecord {
  const calls = record.calls!.map((call): CallRecord => {
    if (call.rpc !== rpc || call.response === undefined) return call;
    return { ...call, response: { ...call.response, [field]: change(Buffer.from(String(call.response[field]), 'base64')).toString('base64') } };
  });
  return { ...record, calls };
}

const header = Buffer.from('302e020100300506032b657004220420', 'hex');

test.each([
  ['an HPKE key with its length before it', 'init_priv', (key: Buffer) => Buffer.concat([Buffer.from([key.length]), key])],
  ['the other HPKE key with its length before it', 'encryption_priv', (key: Buffer) => Buffer.concat([Buffer.from([key.length]), key])],
  ['a signature key in PKCS #8', 'signature_priv', (key: Buffer) => Buffer.concat([header, key])],
])('%s, as some implementations return it, is written as vectors have it', async (_, field, change) => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }));
  expect(vectorsOf(withField(record, { rpc: 'CreateKeyPackage', field, change }))).toEqual(vectorsOf(record));
});

test.each([
  ['no private keys', 'CreateKeyPackage', 'init_priv', 'their implementation returns no private keys'],
  ['no epoch authenticator', 'JoinGroup', 'epoch_authenticator', 'their implementation returns no epoch authenticator'],
])('an implementation that returns %s has no vectors', async (_, rpc, field, reason) => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }));
  const calls = record.calls!.map((call) => (call.rpc === rpc ? { ...call, response: Object.fromEntries(Object.entries(call.response!).filter(([name]) => name !== field)) } : call));
  expect(joinersOf({ ...record, calls })).toEqual([{ reason }]);
});

test('a KeyPackage that does not decode is a reason, not an error', async () => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }));
  const broken = withField(record, { rpc: 'CreateKeyPackage', field: 'key_package', change: (bytes) => bytes.subarray(0, 20) });
  expect(reasonsOf(broken)).toEqual([expect.stringMatching(/^their KeyPackage does not decode: /)]);
});

test('one file for each script file, of the cases that passed only; the engine refuses what it cannot follow', async () => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob', 'carol'] }));
  const spoilt = withField(record, { rpc: 'JoinGroup', field: 'epoch_authenticator', change: (bytes) => bytes.fill(0) });
  const cases = [
    { ...record, id: '1' },
    { ...record, id: '2', script: 'other/one' },
    { ...record, id: '3', status: 'failed' as const },
    { ...record, id: '4', status: 'expected-failure' as const, observed: 'failed' as const },
    { ...record, id: '5', status: 'unexpected-pass' as const, observed: 'passed' as const },
    { ...spoilt, id: '6' },
  ];
  const check = passiveVectorCheck();
  const written = await writePassiveVectors(streamed(fixtureLines(cases)), folder, check.refuse);
  expect(written).toEqual({ vectors: 6, files: 2, without: new Map([['our engine does not follow: .initial_epoch_authenticator: ' + [...written.without.keys()][0]!.split(': ').slice(2).join(': '), 2]]) });
  expect(readdirSync(folder).sort()).toEqual(['demo.json', 'other.json']);
  const vectors = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as unknown[];
  expect(await verify(vectors)).toMatchObject({ passed: 4, failed: 0 });
});

test('it is said who has none', async () => {
  const cases = [await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] })), ...fixtureCases()];
  expect(describeVectors(await writePassiveVectors(streamed(fixtureLines(cases)), folder, async () => undefined), folder)).toEqual([`1 passive-client vector in 1 file of ${folder}`, expect.stringMatching(/^ {2}2 joiners have none: their KeyPackage does not decode: /), '  1 joiner has none: the record has no calls of their cases']);
});

test('a record that breaks off leaves no half of a file', async () => {
  const record = await played(scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }));
  async function* broken() {
    yield* fixtureLines([record]).slice(0, 3);
    throw new Error('broken');
  }
  await expect(writePassiveVectors(broken(), folder, async () => undefined)).rejects.toThrow('broken');
  expect(readdirSync(folder)).toEqual([]);
});
