/** Every limit is an option, and past it a caller is told why and nothing has changed; docs/limits.md is made of the answers. */
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { limitRows, limitsOf } from '../../src/cli/serve-limits.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { createClient, defaultLimits as engineLimits, nativeProvider, type MLSError } from '../../src/index.ts';
import { defaultLimits } from '../../src/service/options.ts';
import { servicePolicy } from '../../src/service/policy.ts';
import { limitCases, type Failure } from './support/limit-cases.ts';
import { limitsPage } from './support/limits-page.ts';
import { bytes, describe as described, groupOf, testService } from './support/service.ts';

const statuses: Readonly<Record<string, number>> = {
  '--state-lifetime': status.NOT_FOUND,
  '--pending-join-lifetime': status.NOT_FOUND,
  '--max-call-seconds': status.DEADLINE_EXCEEDED,
  '--stop-grace-seconds': status.UNAVAILABLE,
  '--out-of-order-keys': status.INVALID_ARGUMENT,
  '--past-epochs': status.INVALID_ARGUMENT,
};

describe('past a limit', () => {
  const failures = new Map<string, Failure>();

  test.each(limitCases)('$flag $value is kept to, and the message says so', async ({ flag, past }) => {
    const failure = await past();

    expect(failure.code, failure.details).toBe(statuses[flag] ?? status.RESOURCE_EXHAUSTED);
    failures.set(flag, failure);
  });

  test('docs/limits.md says of each what a caller sees', async () => {
    const client = await createClient({ crypto: nativeProvider(), cipherSuite: 1, credential: 'alice', policy: servicePolicy(undefined), limits: { messageBytes: 10_000 } });
    const group = await client.createGroup();
    await expect(group.receive(new Uint8Array(10_000))).rejects.toMatchObject({ code: 'malformed' });
    const tooLong = await group.receive(new Uint8Array(10_001)).catch((error: unknown) => error as MLSError);

    expect(tooLong).toMatchObject({ code: 'limit' });
    const examples = limitCases.map(({ flag, value }) => ({ flag, value, failure: failures.get(flag)! }));
    await expect(limitsPage(examples, (tooLong as MLSError).message)).toMatchFileSnapshot('../../docs/limits.md');
  });
});

test('each limit has a case here, and its option of `serve` sets it', () => {
  expect(limitCases.map(({ flag }) => flag).toSorted()).toEqual(limitRows.map(({ flag }) => flag).toSorted());
  const command = serveCommand();
  const { messageBytes, ...engineDefaults } = engineLimits;
  expect(limitsOf(command.opts())).toEqual({ ...defaultLimits, engine: engineDefaults });
  expect(messageBytes).toBe(defaultLimits.maxMessageBytes);
  for (const [i, { flag }] of limitRows.entries()) command.setOptionValue(command.options.find(({ long }) => long === flag)!.attributeName(), i);
  const { engine, ...own } = limitsOf(command.opts());
  expect(Object.values({ ...own, ...engine })).toEqual([...limitRows.keys()]);
});

test('a member that was removed counts as a state until it is freed, and then no more', async () => {
  const service = await testService({ limits: { maxStates: 2 } });
  const { client } = service;
  const [alice, bob] = (await groupOf(client, ['alice', 'bob'])) as [number, number];
  const { commit } = await client.call('commit', { stateId: alice, byValue: [described('remove', { removedId: bytes('bob') })] });
  expect(await client.failure('handleCommit', { stateId: bob, commit })).toEqual({ code: status.FAILED_PRECONDITION, details: 'removed by this Commit' });

  expect(await client.failure('stateAuth', { stateId: bob })).toEqual({ code: status.FAILED_PRECONDITION, details: 'this member was removed from the group' });
  await expect(groupOf(client, ['carol'])).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  await client.call('free', { stateId: bob });
  await groupOf(client, ['carol']);
  await service.stop();
});

test('the default message size has room for the Commit and the Welcome that add 10,000 members', async () => {
  // In the suite with the longest keys; the Welcome's share per member is constant, so 64 members tell.
  const service = await testService({ suites: [5] });
  const { client } = service;
  const added = 64;
  const [alice] = (await groupOf(client, ['alice'], { suite: 5 })) as [number];
  const byValue = [];
  for (let i = 0; i < added; i++) {
    const { keyPackage } = await client.call('createKeyPackage', { cipherSuite: 5, identity: bytes(`an identity of thirty bytes ${i}`) });
    byValue.push(described('add', { keyPackage }));
  }
  const { commit, welcome, ratchetTree } = await client.call('commit', { stateId: alice, byValue, forcePath: true, externalTree: true });

  const perMember = (commit.length + welcome.length + ratchetTree.length) / added;
  expect(perMember * 10_000).toBeLessThan(defaultLimits.maxMessageBytes / 2);
  await service.stop();
});
