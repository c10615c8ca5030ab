import { expect, test } from 'vitest';
import type { CaseRecord } from '../../src/report/record/record.ts';
import { caseRecord } from '../../src/runner/case-record.ts';
import { runCase } from '../../src/runner/drive.ts';
import { CaseIdError, caseOfId, differences, recordedScripts } from '../../src/runner/replay.ts';
import { runRecord } from '../../src/runner/run-record.ts';
import { caseOf, play, scriptOf } from '../support/mock-cases.ts';

const pair = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] });

async function sources() {
  const [one, two] = [await play('one'), await play('two', { suites: [1] })];
  return { one, two, scripts: [pair], implementations: [one.implementation, two.implementation], seed: 's' };
}

test('a case id gives the case that it names', async () => {
  const from = await sources();
  const found = caseOfId('demo/one/suite:1/wire:private/alice=two,bob=one', from);
  expect(found).toMatchObject({ suite: 1, encryptHandshake: true, script: pair, seed: 's', implementations: [from.one.implementation, from.two.implementation] });
  expect([...found.actors]).toEqual([['alice', from.two.implementation], ['bob', from.one.implementation]]);
});

test.each([
  ['commit/add', 'commit/add is no case id, such as commit/add/suite:1/wire:private/alice=one,bob=two'],
  ['other/one/suite:1/wire:public/alice=one,bob=two', 'there is no script other/one'],
  ['demo/one/suite:1/wire:public/alice=one', 'demo/one/suite:1/wire:public/alice=one does not say who plays bob'],
  ['demo/one/suite:1/wire:public/alice=one,bob=three', 'there is no implementation three, which plays bob'],
  ['demo/one/suite:2/wire:public/alice=one,bob=two', 'two does not list suite 2'],
  ['demo/one/suite:1/wire:public/cast:0123', 'cast:0123 stands for a cast of many, which only a record has: give it with --record'],
])('%s cannot be run', async (id, message) => {
  const from = await sources();
  expect(() => caseOfId(id, from)).toThrow(new CaseIdError(message, message.startsWith('there is no script')));
});

test('a record has its scripts in it, and a cast too long for an id', async () => {
  const from = await sources();
  const [script] = recordedScripts(runRecord({ scripts: [pair], implementations: [], cases: [], seed: 's' }));
  expect(script).toEqual(pair);
  const actors = { alice: 'one', bob: 'two' };
  expect(caseOfId('demo/one/suite:1/wire:public/cast:0123', from, actors).actors.get('bob')).toBe(from.two.implementation);
});

async function recorded(): Promise<CaseRecord> {
  return caseRecord(await runCase(caseOf(pair, await play('one'))), { withCalls: true, keepSecrets: false });
}

test('two runs of one case do not differ, though all keys do', async () => {
  const [before, now] = [await recorded(), await recorded()];
  expect(before.calls).not.toEqual(now.calls);
  expect(differences(before, now)).toEqual([]);
});

test('a record has every call, the freeing of states too; to one that leaves it out that is no difference', async () => {
  const now = await recorded();
  expect(now.calls!.map(({ step, rpc }) => [step, rpc])).toContainEqual([pair.steps.length, 'Free']);
  const older = { ...now, calls: now.calls!.filter(({ rpc }) => rpc !== 'Free') };
  expect(differences(older, now)).toEqual([]);
  expect(differences(now, older)).toEqual([]);
});

test('what ended otherwise is told, and the first call that did', async () => {
  const before = await recorded();
  const failure = { step: 0, cause: 'refused', message: 'state 17 is not here', actor: 'bob', implementation: 'one', rpc: 'JoinGroup', code: 'NOT_FOUND' } as const;
  const calls = before.calls!.map((call, i) => (i === 4 ? { ...call, error: { code: 'NOT_FOUND', message: failure.message } } : call));
  const now: CaseRecord = { ...before, status: 'failed', failure, calls };
  expect(differences(before, now)).toEqual([
    'status: failed instead of passed',
    'failure, step: 0 instead of none',
    'failure, cause: refused instead of none',
    'failure, actor: bob instead of none',
    'failure, rpc: JoinGroup instead of none',
    'failure, code: NOT_FOUND instead of none',
    'failure, message: state N is not here instead of none',
    'call 4: step 0 JoinGroup at bob (one): NOT_FOUND instead of step 0 JoinGroup at bob (one): OK',
  ]);
  expect(differences(now, { ...now, failure: { ...failure, message: 'state 18 is not here' } })).toEqual([]);
  expect(differences({ ...now, status: 'expected-failure', observed: 'failed' }, now)).toEqual([]);
  expect(differences(before, { ...before, calls: before.calls!.slice(0, 4) })).toEqual(['call 4: none instead of step 0 JoinGroup at bob (one): OK']);
});
