import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCase } from '../../src/runner/drive.ts';
import { upstreamReporter, type Transcripts } from '../../src/report/upstream-json.ts';
import { caseRecord } from '../../src/runner/case-record.ts';
import type { CaseResult } from '../../src/runner/outcome.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import type { Script } from '../../src/runner/script.ts';
import { caseOf, play, scriptOf } from '../support/mock-cases.ts';
import { Refusal } from '../support/mock-service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-json-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const script = scriptOf(
  { action: 'createGroup', actor: 'alice', members: ['bob'] },
  { action: 'resumptionPSKProposal', actor: 'bob', epochID: 1 },
);

function written(scripts: readonly Script[], results: readonly CaseResult[], transcripts: Transcripts = 'all') {
  const file = join(folder, 'out.json');
  const reporter = upstreamReporter(file, transcripts);
  const implementations = [...new Set(results.flatMap((result) => [...result.case.actors.values()]))];
  reporter.runStarted!(runRecord({ scripts, implementations, cases: results.map((result) => result.case), seed: 's' }));
  for (const result of results) reporter.caseFinished!(caseRecord(result, { withCalls: true, keepSecrets: false }));
  reporter.runFinished!({} as never);
  expect(readdirSync(folder)).toEqual(['out.json']);
  return JSON.parse(readFileSync(file, 'utf8')) as { scripts: Record<string, Record<string, unknown>[]> };
}

test('a passed case has the fields of the mlswg runner', async () => {
  const result = await runCase(caseOf(script, await play('one', { name: 'Mock One' })));
  const [record] = written([script], [result]).scripts['one']!;

  expect(record).toMatchObject({ cipher_suite: 1, actors: { alice: 'Mock One', bob: 'Mock One' }, encrypt_flag: false, status: 'passed', id: 'demo/one/test' });
  expect(record).not.toHaveProperty('error');
  const calls = record!['transcript'] as { rpc: string; request: object; response: object }[];
  expect(calls.map(({ rpc }) => rpc)).toEqual(['CreateGroup', 'CreateKeyPackage', 'Commit', 'HandlePendingCommit', 'JoinGroup', 'ResumptionPSKProposal']);
  expect(calls[0]!.request).toEqual({ group_id: expect.stringMatching(/^[\w+/]+=*$/), cipher_suite: 1, identity: Buffer.from('alice').toString('base64') });
  expect(calls[5]!.request).toEqual({ state_id: expect.any(Number), epoch_id: 1 });
});

test('a failed case says what failed, in which step, and has the failed call', async () => {
  const bad = await play('bad', {
    intercept(rpc, answer) {
      if (rpc === 'resumptionPskProposal') throw new Refusal(status.NOT_FOUND, 'no such epoch');
      return answer();
    },
  });
  const [record] = written([script], [await runCase(caseOf(script, bad))]).scripts['one']!;
  expect(record).toMatchObject({ status: 'failed', error: 'no such epoch', failed_step: 1, failed_step_json: script.sources[1] });
  expect((record!['transcript'] as object[]).at(-1)).toMatchObject({ rpc: 'ResumptionPSKProposal', response: null, status: 'NOT_FOUND', message: 'no such epoch' });
});

test('a state that could not be freed is told with the number of steps, as upstream does', async () => {
  const clingy = await play('clingy', {
    intercept(rpc, answer) {
      if (rpc === 'free') throw new Refusal(status.INTERNAL, 'no');
      return answer();
    },
  });
  const [record] = written([script], [await runCase(caseOf(script, clingy))]).scripts['one']!;
  expect(record).toMatchObject({ failed_step: 2, failed_step_json: '' });
  expect((record!['transcript'] as { rpc: string }[]).at(-1)!.rpc).toBe('Free');
});

test('transcripts can be left out, of all cases or of those that passed', async () => {
  const result = await runCase(caseOf(script, await play('one')));
  expect(written([script], [result], 'failed').scripts['one']![0]).not.toHaveProperty('transcript');
  expect(written([script], [{ ...result, status: 'failed' }], 'failed').scripts['one']![0]).toHaveProperty('transcript');
  expect(written([script], [{ ...result, status: 'failed' }], 'none').scripts['one']![0]).not.toHaveProperty('transcript');
});

test('scripts of several files are told apart by their files', async () => {
  const other = { ...script, file: 'other.json', id: 'other/one' };
  const result = await runCase(caseOf(script, await play('one')));
  const otherResult = { ...result, case: { ...result.case, script: other } };
  expect(Object.keys(written([script, other], [result, otherResult, result]).scripts)).toEqual(['demo/one', 'other/one']);
});
