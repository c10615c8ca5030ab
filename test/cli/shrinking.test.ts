import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunOptions } from '../../src/cli/run.ts';
import { runScripts } from '../../src/cli/run-scripts.ts';
import { FailedHistories, shrinkHistories } from '../../src/cli/shrinking.ts';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import type { PassiveVector } from '../../src/report/passive-joiners.ts';
import { caseRecord } from '../../src/runner/case-record.ts';
import { runCase } from '../../src/runner/drive.ts';
import { evolutions } from '../../src/runner/evolve/evolutions.ts';
import { parseScripts } from '../../src/runner/script.ts';
import type { Handlers } from '../../src/service/calls.ts';
import { ServiceError } from '../../src/service/status.ts';
import { passiveClient } from '../../src/vectors/passive-client.ts';
import { verifyCases } from '../../src/vectors/verify.ts';
import { fixtureCase, fixtureEnd } from '../report/fixture.ts';
import { startBroken } from '../runner/referee/broken-service.ts';
import { testService } from '../service/support/service.ts';
import { caseOf, play } from '../support/mock-cases.ts';
import { Refusal } from '../support/mock-service.ts';

let folder: string;
const toStop: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-shrinking-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  for (const stop of toStop.splice(0)) await stop();
});

function terminal() {
  const said = { stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _, done) {
          said[stream] += chunk.toString();
          done();
        },
      }),
      { isTTY: true as const },
    );
  return { said, stdout: collect('stdout'), stderr: collect('stderr') };
}

/** Runs histories on an honest service and one with other handlers. */
async function evolved(handlers: (honest: Handlers) => Partial<Handlers>, options: Partial<RunOptions> = {}): Promise<string> {
  const [honest, broken] = [await testService({ log: false }), await startBroken({ handlers })];
  toStop.push(() => honest.stop(), () => broken.stop());
  const client = [{ label: 'honest', address: honest.address }, { label: 'broken', address: broken.address }];
  const { said, stdout, stderr } = terminal();
  const quiet = { stdout, stderr: Object.assign(stderr, { isTTY: false }) };
  const given = { client, seed: '5', evolve: 3, steps: 16, maxMembers: 4, suite: [1], public: true, strength: 2, assignments: 2, self: true, jobs: 1, transcripts: 'all', callDeadline: 60, connectDeadline: 60 } as const;
  await runScripts([], { ...given, expectations: false, referee: true, shrunk: join(folder, 'shrunk'), shrinkAttempts: 60, keepSecrets: true, ...options }, quiet);
  return said.stdout;
}

/** The epoch that a Commit is for. */
function epochOf(commit: Uint8Array): bigint {
  const message = decode(MLSMessage, new Uint8Array(commit), 'MLSMessage');
  return message.wireFormat === 'mls_public_message' ? message.publicMessage.content.epoch : 0n;
}

/** Refuses every Commit of an epoch after the first, at members who joined by a Welcome and have only listened since. */
function tooOld({ joinGroup, handleCommit }: Handlers): Partial<Handlers> {
  const listening = new Set<number>();
  return {
    joinGroup: async (request, call) => {
      const joined = await joinGroup(request, call);
      listening.add(joined.stateId);
      return joined;
    },
    handleCommit: async (request, call) => {
      const listens = listening.has(request.stateId);
      if (listens && epochOf(request.commit) >= 2n) throw new ServiceError('request', 'too old for this');
      const entered = await handleCommit(request, call);
      if (listens) listening.add(entered.stateId);
      return entered;
    },
  };
}

const line = /as a passive-client vector, which our engine follows and broken does not: (.*\.json)\n/;

test('where a member refuses a Commit that is right, the smallest history is a passive-client vector too, which ends with that Commit', async () => {
  const said = await evolved(tooOld);
  const file = line.exec(said)![1]!;
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as PassiveVector[];
  expect(vectors).toHaveLength(1);
  expect(epochOf(Buffer.from(vectors[0]!.epochs.at(-1)!.commit, 'hex'))).toBe(2n);
  expect(await verifyCases(passiveClient, vectors, { provider: nativeProvider(), accept: new Set(), now: undefined })).toMatchObject({ passed: 1, failed: 0 });
  // The folder can be given to `run`.
  const scripts = readdirSync(join(folder, 'shrunk')).filter((name) => name.endsWith('.json'));
  expect(scripts.length).toBeGreaterThan(0);
  for (const name of scripts) expect(parseScripts(name, readFileSync(join(folder, 'shrunk', name), 'utf8')).scripts).toHaveLength(1);
});

test('a vector is private keys: without --keep-secrets there is none', async () => {
  const said = await evolved(tooOld, { keepSecrets: false });
  expect(said).toContain('shrunk: evolve/');
  expect(said).not.toContain('vector');
  expect(existsSync(join(folder, 'shrunk', 'vectors'))).toBe(false);
});

test('what fails anywhere else is no vector, which is said', async () => {
  const refusing = (): Partial<Handlers> => ({
    protect: () => {
      throw new ServiceError('request', 'too shy');
    },
  });
  expect(await evolved(refusing)).toContain('not as a passive-client vector: it is not a Welcome or a Commit at which it fails\n');
});

test('one history of every kind is shrunk, of those that the end of the run leaves failed', () => {
  const failed = (suite: number, message: string) => fixtureCase({ script: 'evolve/one', alice: 'native', bob: 'mlspp', suite, status: 'failed', failure: { step: 1, cause: 'refused', message } });
  const verdict = { finding: 'unknown', step: 1, summary: 'undecided', evidence: [] } as const;
  const [first, alike, other] = [failed(1, 'a'), failed(2, 'a'), { ...failed(3, 'b'), verdict }];
  const open = { ...failed(4, 'c'), status: 'expected-failure', observed: 'failed', verdict } as const;
  const histories = new FailedHistories();
  for (const each of [first, alike, other, open, fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', status: 'failed' })]) histories.reporter.caseFinished!(each);
  const restated = { [other.id]: { status: 'expected-failure', observed: 'failed', notes: [] }, [open.id]: { status: 'failed', notes: [] } } as const;
  histories.reporter.runFinished!({ ...fixtureEnd(), restated });
  expect(histories.all.map(({ id }) => id)).toEqual([first.id, open.id]);
});

test('a person at a terminal sees how far it is', async () => {
  const shy = await play('shy', {
    intercept(rpc, answer) {
      if (rpc === 'protect') throw new Refusal(status.INVALID_ARGUMENT, 'too shy');
      return answer();
    },
  });
  const script = evolutions({ count: 20, seed: '1', steps: 12 }).find(({ steps }) => steps.some(({ action }) => action === 'protect'))!;
  const played = caseOf(script, shy);
  const record = caseRecord(await runCase(played), { withCalls: false, keepSecrets: false });
  const { said, stdout, stderr } = terminal();
  await shrinkHistories([record], { cases: [played], folder, attempts: 100, keepSecrets: false, running: {}, terminal: { stdout, stderr } });
  expect(said.stderr).toContain(`shrinking ${script.id}: 2 of 12 steps, attempt `);
  // The line is gone when what was found is told.
  expect(said.stderr).toMatch(/\u001b\[2K\u001b\[1G$/);
  expect(said.stdout).toContain('  12 to 2 steps in ');
});

test('nothing is shrunk any more after a signal', async () => {
  const { said, stdout, stderr } = terminal();
  const stop = AbortSignal.abort();
  await shrinkHistories([fixtureCase({ script: 'evolve/one', alice: 'native', bob: 'mlspp', status: 'failed' })], { cases: [], folder, attempts: 1, keepSecrets: false, running: {}, stop, terminal: { stdout, stderr } });
  expect(said).toEqual({ stdout: '', stderr: '' });
});
