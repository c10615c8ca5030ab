/** The engine's limits as options of the service, and what a caller sees past each; those around the calls are in calls.test.ts. */
import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { defaultLimits } from '../../src/service/options.ts';
import type { TestClient } from './support/client.ts';
import { bytes, commitAll, describe as described, groupOf, testService, text, type TestService } from './support/service.ts';

let service: TestService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

const serving = async (engine: Partial<typeof defaultLimits.engine>): Promise<TestClient> => {
  service = await testService({ limits: { engine: { ...defaultLimits.engine, ...engine } } });
  return service.client;
};
const messages = async ({ call }: TestClient, stateId: number, count: number): Promise<Uint8Array[]> => {
  const sent = [];
  for (let i = 0; i < count; i++) sent.push((await call('protect', { stateId, plaintext: bytes(String(i)) })).ciphertext);
  return sent;
};

test('--max-leaves: a group that would grow beyond it is RESOURCE_EXHAUSTED', async () => {
  const client = await serving({ leaves: 2 });
  const [alice] = (await groupOf(client, ['alice', 'bob'])) as [number];
  const { keyPackage } = await client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('carol') });

  expect(await client.failure('commit', { stateId: alice, byValue: [described('add', { keyPackage })] })).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    details: 'the group would have more than 2 leaves',
  });
});

test('--max-pending-proposals: one more is RESOURCE_EXHAUSTED, until a Commit begins an epoch', async () => {
  const client = await serving({ pendingProposals: 2 });
  const [alice] = (await groupOf(client, ['alice'])) as [number];
  for (const id of ['one', 'two']) await client.call('externalPskProposal', { stateId: alice, pskId: bytes(id) });

  expect(await client.failure('externalPskProposal', { stateId: alice, pskId: bytes('three') })).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    details: '2 proposals are pending already',
  });
  await commitAll(client, [alice]);
  await client.call('externalPskProposal', { stateId: alice, pskId: bytes('three') });
});

test('--max-forward-steps: a message too far ahead is refused, the next ones are not', async () => {
  const client = await serving({ forwardSteps: 3 });
  const [alice, bob] = (await groupOf(client, ['alice', 'bob'])) as [number, number];
  const sent = await messages(client, alice, 6);

  expect(await client.failure('unprotect', { stateId: bob, ciphertext: sent[5]! })).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: expect.stringMatching(/^R-15\.3-04: /) as string });
  for (const n of [3, 5]) expect(text((await client.call('unprotect', { stateId: bob, ciphertext: sent[n]! })).plaintext)).toBe(String(n));
});

test('--out-of-order-keys: the oldest keys of messages that have not come are dropped', async () => {
  const client = await serving({ outOfOrderKeys: 2 });
  const [alice, bob] = (await groupOf(client, ['alice', 'bob'])) as [number, number];
  const sent = await messages(client, alice, 5);
  await client.call('unprotect', { stateId: bob, ciphertext: sent[4]! });

  for (const n of [2, 3]) await client.call('unprotect', { stateId: bob, ciphertext: sent[n]! });
  for (const n of [0, 1]) {
    expect(await client.failure('unprotect', { stateId: bob, ciphertext: sent[n]! })).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^R-9\.1-05: /) as string });
  }
});

test('--past-epochs: a message of an epoch that is not kept is refused', async () => {
  const client = await serving({ pastEpochs: 1 });
  const ids = await groupOf(client, ['alice', 'bob']);
  const [alice, bob] = ids as [number, number];
  const [older] = await messages(client, alice, 1);
  await commitAll(client, ids);
  const [old] = await messages(client, alice, 1);
  await commitAll(client, ids);

  await client.call('unprotect', { stateId: bob, ciphertext: old! });
  expect(await client.failure('unprotect', { stateId: bob, ciphertext: older! })).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringMatching(/^R-6-08: epoch 1, this is epoch 3 and its keys are not kept/) as string,
  });
  expect(await client.failure('resumptionPskProposal', { stateId: bob, epochId: 1n })).toMatchObject({ code: status.FAILED_PRECONDITION });
});

test('the default message size has room for the Commit and the Welcome that add 10,000 members', async () => {
  // In the suite with the longest keys; the Welcome's share per member is constant, so 64 members tell.
  service = await testService({ suites: [5] });
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
});
