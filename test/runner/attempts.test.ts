/** What happens around a case: deadlines, retries, restarts, a referee's objection, and what the record keeps. */
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import type { CaseRecord, EndRecord } from '../../src/report/record/record.ts';
import { Reporters } from '../../src/report/reporter.ts';
import { publicFacts } from '../../src/runner/case-state.ts';
import type { Judgement } from '../../src/runner/referee/evidence.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import { run, type RunOptions } from '../../src/runner/run.ts';
import type { Case } from '../../src/runner/cases/schedule.ts';
import { caseOf, crowd, play, playHanging, scriptOf } from '../support/mock-cases.ts';
import { Refusal } from '../support/mock-service.ts';

const pair = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] });

async function results(cases: readonly Case[], options: Partial<RunOptions> = {}): Promise<{ records: CaseRecord[]; end: EndRecord }> {
  const records: CaseRecord[] = [];
  const reporters = new Reporters([{ name: 'test', caseFinished: (result) => records.push(result) }], (_, error) => {
    throw error;
  });
  const implementations = [...new Set(cases.flatMap(({ actors }) => [...actors.values()]))];
  const end = await run(runRecord({ scripts: [pair], implementations, cases, seed: '1' }), cases, { jobs: 1, reporters, ...options });
  return { records, end };
}

/** Refuses JoinGroup the first `times` times. */
const refusingFirst = (times: number) => ({
  intercept(rpc: string, answer: () => object) {
    if (rpc === 'joinGroup' && times-- > 0) throw new Refusal(status.INVALID_ARGUMENT, 'not yet');
    return answer();
  },
});

test('a case that passes when tried again is flaky; one that never does has failed as often as it was tried', async () => {
  const { records: [flaky], end } = await results([caseOf(pair, await play('one', refusingFirst(1)))], { retries: 2 });
  expect(flaky).toMatchObject({ status: 'passed', retries: 1, earlier: [{ status: 'failed', failure: { rpc: 'JoinGroup', message: 'not yet' } }] });
  expect(end).toMatchObject({ flaky: 1, success: true });

  const { records: [failed] } = await results([caseOf(pair, await play('one', refusingFirst(9)))], { retries: 2 });
  expect(failed).toMatchObject({ status: 'failed', retries: 2 });
});

test('a pass that was not expected is not tried again until it fails as expected', async () => {
  let runs = 0;
  const { records: [record] } = await results([caseOf(pair, await play('one'))], {
    retries: 3,
    judge(result) {
      runs++;
      return { ...result, status: 'unexpected-pass', observed: 'passed' };
    },
  });
  expect(record).toMatchObject({ status: 'unexpected-pass' });
  expect(runs).toBe(1);
});

test('whoever is not there at its first call could not run, whatever part it plays', async () => {
  const gone = await play('gone');
  gone.mock.stop();
  const there = await play('there');
  for (const actor of ['alice', 'bob']) {
    const { records: [record] } = await results([caseOf(pair, there, { [actor]: gone })]);
    expect(record).toMatchObject({ status: 'could-not-run', failure: { cause: 'unreachable', implementation: 'gone' } });
  }
});

test('a fault of the runner costs one case and says whose it is', async () => {
  const broken = async () => {
    throw new TypeError('undefined is not a function');
  };
  const { records: [record], end } = await results([caseOf(pair, await play('one'))], { matrix: { referee: broken, add: () => {}, revised: () => ({}) } });
  expect(record).toMatchObject({ status: 'could-not-run', failure: { message: 'a fault of the runner: undefined is not a function' } });
  expect(end.counts['could-not-run']).toBe(1);
});

test('nothing is tried again unless asked for', async () => {
  const { records: [record], end } = await results([caseOf(pair, await play('one', refusingFirst(1)))]);
  expect(record).toMatchObject({ status: 'failed' });
  expect(record).not.toHaveProperty('retries');
  expect(end).toMatchObject({ flaky: 0, success: false });
});

test('when the time of the run is over, what is left could not run', async () => {
  const one = await play('one');
  const { records, end } = await results([caseOf(pair, one), caseOf(pair, one)], { deadlines: { run: 0 } });
  expect(records.map(({ status: each }) => each)).toEqual(['could-not-run', 'could-not-run']);
  expect(records[0]!.failure).toMatchObject({ cause: 'unreachable', message: 'the 0 s of the run were over' });
  expect(end.counts).toMatchObject({ passed: 0, 'could-not-run': 2 });
});

test('a case whose time is over ends at the step it has reached', async () => {
  const { records: [record] } = await results([caseOf(pair, await play('one'))], { deadlines: { case: -1 } });
  expect(record).toMatchObject({ status: 'failed', failure: { step: 0, cause: 'timeout' } });
});

test('a call that hangs in a process that does not is told apart', async () => {
  const hanging = await playHanging('hanging', 'joinGroup');
  const { records: [record] } = await results([caseOf(pair, hanging)]);
  expect(record).toMatchObject({ status: 'failed', failure: { cause: 'timeout' } });
  expect(record!.notes).toContain('after the deadline hanging still answers Name: the call hangs, the process does not');
});

test.each([
  ['goes on where others use it too', 2, 0],
  ['is started anew where nobody else does', 1, 1],
])('a process of our own in which a call hangs is asked its name once, and %s', async (_, jobs, expected) => {
  const hanging = await playHanging('hanging', 'joinGroup');
  let restarts = 0;
  const process = { starts: 1, exited: undefined, written: 0, alive: () => true, output: () => '' };
  const own = {
    ...hanging,
    implementation: { ...hanging.implementation, jobs, process, restart: async () => void restarts++ },
  };
  const asked = hanging.mock.calls.length;
  await results([caseOf(pair, own)]);
  expect(hanging.mock.calls.slice(asked).filter((rpc) => rpc === 'name')).toHaveLength(1);
  expect(restarts).toBe(expected);
});

test('a process that went away is started again before the next case', async () => {
  const gone = await play('gone', {
    intercept(rpc, answer) {
      if (rpc === 'joinGroup') throw new Refusal(status.UNAVAILABLE, 'connection reset');
      return answer();
    },
  });
  let restarts = 0;
  const process = { starts: 1, exited: 'killed by SIGSEGV', written: 0, alive: () => false, output: () => 'listening\npanic: out of cheese\n' };
  const restartable = { ...gone, implementation: { ...gone.implementation, process, restart: async () => void restarts++ } };
  const { records } = await results([caseOf(pair, restartable), caseOf(pair, restartable)]);
  expect(restarts).toBe(2);
  expect(records[0]!.notes).toContain('gone killed by SIGSEGV; it was started anew; its last words:\nlistening\npanic: out of cheese');
});

test('one that crashed and that others start anew is waited for before the next case', async () => {
  let state: 'up' | 'down' | 'back' = 'up';
  let asked = 0;
  const supervised = await play('supervised', {
    intercept(rpc, answer) {
      if (rpc === 'joinGroup' && state === 'up') state = 'down';
      if (state === 'down' && rpc === 'name' && ++asked === 3) state = 'back';
      if (state === 'down') throw new Refusal(status.UNAVAILABLE, 'connection reset');
      return answer();
    },
  });
  const { records } = await results([caseOf(pair, supervised), caseOf(pair, supervised)]);
  expect(records.map((record) => record.status)).toEqual(['failed', 'passed']);
  expect(records[0]!.notes).toContain(`supervised at ${supervised.mock.address} went away and answers again`);
});

test('an implementation may say itself how many cases it stands at once', async () => {
  const together = crowd(2);
  const watched = await play('watched', together);
  const roomy = { ...watched, implementation: { ...watched.implementation, jobs: 2 } };
  await results(Array.from({ length: 4 }, () => caseOf(pair, roomy)), { jobs: 1 });
  expect(together.most()).toBe(2);
});

test('a case in which all calls succeed fails when the referee names a culprit', async () => {
  const judgement: Judgement = {
    verdict: {
      finding: 'culprit',
      culprit: { actor: 'bob', implementation: 'one' },
      step: 0,
      requirement: 'R-7.9.2-02',
      summary: 'one, as bob, sent a wrong parent hash',
      evidence: [],
    },
    sights: [],
    judged: { steps: 3, of: 4 },
    unjudged: ['the Commit of step 7: encrypted'],
    vacuous: [],
    notes: [],
    facts: publicFacts,
  };
  const { records: [record], end } = await results([caseOf(pair, await play('one'))], { matrix: { referee: async () => judgement, add: () => {}, revised: () => ({}) } });
  expect(record).toMatchObject({
    status: 'failed',
    failure: { step: 0, cause: 'contradiction', message: 'one, as bob, sent a wrong parent hash', actor: 'bob', implementation: 'one' },
    verdict: { requirement: 'R-7.9.2-02' },
    unjudged: ['the Commit of step 7: encrypted'],
  });
  expect(end.judged).toEqual({ steps: 3, of: 4 });
});

test('private keys are not in the record unless asked for', async () => {
  const one = await play('one', {
    intercept: async (rpc, answer) => (rpc === 'createKeyPackage' ? { ...(await answer()), initPriv: Buffer.from('initial'), signaturePriv: Buffer.from('signing') } : answer()),
  });
  const keyPackage = ({ calls }: CaseRecord) => calls!.find(({ rpc }) => rpc === 'CreateKeyPackage')!.response!;
  const { records: [shut] } = await results([caseOf(pair, one)]);
  expect(keyPackage(shut!)).toMatchObject({ init_priv: '[secret]', signature_priv: '[secret]' });
  expect(JSON.stringify(shut)).not.toContain(Buffer.from('signing').toString('base64'));

  const { records: [open] } = await results([caseOf(pair, one)], { keepSecrets: true });
  expect(keyPackage(open!)['init_priv']).toBe(Buffer.from('initial').toString('base64'));
});

test('what is expected of the implementations decides the status', async () => {
  const { records: [record], end } = await results([caseOf(pair, await play('one', refusingFirst(9)))], {
    retries: 3,
    judge: (result) => ({ ...result, status: 'expected-failure', observed: result.status }),
  });
  expect(record).toMatchObject({ status: 'expected-failure', observed: 'failed' });
  expect(record).not.toHaveProperty('retries');
  expect(end).toMatchObject({ success: true, counts: { 'expected-failure': 1 } });
});

test('a run that is stopped ends the cases under way and says that it was interrupted', async () => {
  const stopping = new AbortController();
  const one = await play('one', {
    intercept(rpc, answer) {
      if (rpc === 'joinGroup') stopping.abort();
      return answer();
    },
  });
  const { records, end } = await results([caseOf(pair, one), caseOf(pair, one), caseOf(pair, one)], { stop: stopping.signal });
  expect(records.map(({ status: each }) => each)).toEqual(['passed']);
  expect(end).toMatchObject({ interrupted: true, success: false, counts: { passed: 1 } });
});
