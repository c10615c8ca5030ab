import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { discover } from '../../../src/runner/doctor/discovery.ts';
import { examine } from '../../../src/runner/doctor/examine.ts';
import { allRpcs, harmlessRequest, probeAll, type Probe } from '../../../src/runner/doctor/probes.ts';
import { smokeAll } from '../../../src/runner/doctor/smoke.ts';
import { undeclared, type Implementation, type Rpc } from '../../../src/runner/implementation.ts';
import type { Feature } from '../../../src/runner/implementations/features.ts';
import { launch } from '../../../src/runner/implementations/launch.ts';
import { impatient, patient, play, playHanging } from '../../support/mock-cases.ts';
import { Refusal, type MockOptions } from '../../support/mock-service.ts';

/** Answers otherwise at some rpcs. */
const at = (instead: { readonly [R in Rpc]?: () => unknown }): MockOptions => ({ intercept: (rpc, answer) => (instead[rpc] ?? answer)() });
const refuse = (code: status, details = 'will not') => () => {
  throw new Refusal(code, details);
};
const found = (probes: readonly Probe[], answer: Probe['answer']) => probes.filter((probe) => probe.answer === answer).map(({ rpc }) => rpc);

test('probing leaves no state behind, and touches none that is there', async () => {
  const { mock, implementation } = await play('one');
  const { stateId } = await implementation.call('createGroup', { cipherSuite: 1, groupId: Buffer.from('g'), identity: Buffer.from('a'), encryptHandshake: false });
  const probes = await probeAll(implementation);
  expect(probes.map(({ rpc }) => rpc)).toEqual(allRpcs);
  expect(found(probes, 'yes')).toHaveLength(34);
  expect(mock.liveStates()).toEqual([stateId]);
});

test('a probe speaks of nobody, on a suite that is listed', () => {
  const of = (rpc: Rpc) => harmlessRequest(rpc, { suites: new Set([3]) });
  expect(of('commit')).toMatchObject({ stateId: 0x7fff_fff7, byReference: [] });
  expect(of('storePsk')).toMatchObject({ stateOrTransactionId: 0x7fff_fff7 });
  expect(of('reInitProposal')).toMatchObject({ stateId: 0x7fff_fff7, cipherSuite: 3 });
  expect(of('externalSignerProposal')).toMatchObject({ signerId: 0x7fff_fff7, description: { proposalType: Buffer.from('add') } });
});

test.each<[status, string, Probe['answer']]>([
  [status.INVALID_ARGUMENT, '', 'yes'],
  [status.NOT_FOUND, '', 'yes'],
  [status.UNKNOWN, '', 'yes'],
  [status.ABORTED, '', 'yes'],
  [status.INTERNAL, 'no such state', 'yes'],
  [status.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)', 'broken'],
  [status.UNIMPLEMENTED, '', 'no'],
  [status.CANCELLED, '', 'broken'],
  [status.UNAVAILABLE, '', 'broken'],
])('an rpc that ends with %i %j is taken as %s', async (code, details, answer) => {
  const { implementation } = await play('one', at({ export: refuse(code, details) }));
  const probes = await probeAll(implementation);
  expect(probes.find(({ rpc }) => rpc === 'export')!.answer).toBe(answer);
  expect(found(probes, 'yes')).toHaveLength(answer === 'yes' ? 34 : 33);
});

test('an rpc that gives no answer is broken, and those after it are asked all the same', async () => {
  const { implementation } = await playHanging('one', 'export');
  const probes = await probeAll(implementation);
  expect(found(probes, 'broken')).toEqual(['export']);
  expect(found(probes, 'yes')).toHaveLength(33);
});

test('of a server that answers nothing since a crash, nothing more is asked', async () => {
  let isPoisoned = false;
  const { mock, implementation } = await play('one', {
    intercept(rpc, answer) {
      isPoisoned ||= rpc === 'createBranch';
      return isPoisoned && rpc !== 'name' ? refuse(status.CANCELLED)() : answer();
    },
  });
  const probes = await probeAll(implementation);
  expect(found(probes, 'broken')).toEqual(['createBranch']);
  expect(found(probes, 'not asked')).toEqual(allRpcs.slice(allRpcs.indexOf('createBranch') + 1));
  expect(mock.calls).not.toContain('handleBranch');
});

test('a process of ours is started anew after each probe that breaks it', async () => {
  const command = [process.execPath, fileURLToPath(new URL('../../support/mock-process.ts', import.meta.url))] as const;
  const options = { label: 'it', declared: undeclared(''), deadlines: patient };
  for (const way of ['CRASH_AT', 'MUTE_AFTER']) {
    const environment = { [way]: 'createBranch' };
    const { implementation, stop } = await launch({ ...options, launch: { kind: 'cmd', command, workdir: '/', environment } });
    const probes = await probeAll(impatient(implementation, (rpc) => rpc === 'createBranch'));
    await stop();
    expect(found(probes, 'broken')).toEqual(['createBranch']);
    expect(found(probes, 'yes')).toHaveLength(33);
    expect(implementation.process!.starts).toBe(2);
    expect(probes.find(({ rpc }) => rpc === 'createBranch')!.output).toBe(way === 'CRASH_AT' ? 'panicked at createBranch' : undefined);
  }
});

test('the smoke case runs on every suite but those that a limit names', async () => {
  const { mock, implementation } = await play('one', { suites: [2, 1, 3] });
  const limits = [{ reason: 'takes hours', suites: [3] }];
  const smoke = await smokeAll({ ...implementation, limits });
  expect(smoke.map(({ suite, status: said, message }) => [suite, said, message])).toEqual([
    [1, 'passed', undefined],
    [2, 'passed', undefined],
    [3, 'kept away', 'takes hours'],
  ]);
  expect(mock.liveStates()).toEqual([]);
});

test('a smoke case that fails says at which step and with what', async () => {
  const { implementation } = await play('one', { suites: [1], ...at({ joinGroup: refuse(status.INVALID_ARGUMENT, 'no such KeyPackage') }) });
  expect(await smokeAll(implementation)).toMatchObject([{ suite: 1, status: 'failed', message: 'fullCommit: JoinGroup INVALID_ARGUMENT: no such KeyPackage' }]);
});

async function complaints(options: MockOptions, declared: Partial<Implementation> = {}): Promise<readonly string[]> {
  const { implementation } = await play('one', { suites: [1, 2], ...options });
  return (await examine({ ...implementation, ...declared }, patient.call)).complaints;
}

test('a healthy one has no complaints', async () => {
  expect(await complaints({})).toEqual([]);
});

test.each<[string, MockOptions, Partial<Implementation>, readonly string[]]>([
  ['what it lacks and does not declare is none', at({ createBranch: refuse(status.UNIMPLEMENTED) }), {}, []],
  ['what it lacks and declares', at({ createBranch: refuse(status.UNIMPLEMENTED) }), { features: new Set<Feature>(['branch']) }, ['CreateBranch: declared, and UNIMPLEMENTED']],
  ['what nobody can do without', at({ handleCommit: refuse(status.UNIMPLEMENTED) }), {}, ['it lacks HandleCommit, without which there is no case']],
  ['what breaks', at({ createBranch: refuse(status.CANCELLED) }), {}, ['1 rpc of 34 crashes or hangs when probed']],
  ['what breaks and is a known limit is none', at({ createBranch: refuse(status.CANCELLED) }), { limits: [{ reason: 'todo', features: ['branch'] }] }, []],
  ['a limit of some suites excuses nothing', at({ createBranch: refuse(status.CANCELLED) }), { limits: [{ reason: 'todo', features: ['branch'], suites: [1] }] }, ['1 rpc of 34 crashes or hangs when probed']],
  ['a smoke case that fails', at({ protect: refuse(status.INTERNAL) }), {}, ['the smoke case fails on every suite']],
  ['no suites', { suites: [] }, {}, ['it lists no suite']],
])('complaints: %s', async (_, options, declared, expected) => {
  expect(await complaints(options, declared)).toEqual(expected);
});

test('a server without health and reflection has none of them, and that is no complaint', async () => {
  const { mock } = await play('one');
  expect(await discover(mock.address, patient.call)).toEqual({ health: 'absent', reflection: 'absent' });
});
