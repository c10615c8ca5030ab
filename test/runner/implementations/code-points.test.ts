import { expect, test } from 'vitest';
import { ProposalDescription } from '../../../src/generated/mls_client.ts';
import { connect, undeclared } from '../../../src/runner/implementation.ts';
import { suitesFrom, withCodePoints } from '../../../src/runner/implementations/code-points.ts';
import { play } from '../../support/mock-cases.ts';

test.each<[readonly number[], readonly [number, number][], readonly number[]]>([
  [[1, 2], [], [1, 2]],
  [[1, 0x4e], [[8, 0x4e]], [1, 8]],
  // Its 8 is something else than ours.
  [[8, 0x4e], [[8, 0x4e]], [8]],
  [[8], [[8, 0x4e]], []],
  [[8, 9], [[8, 9], [9, 8]], [9, 8]],
])('of the listed %j with code points %j we know %j', (listed, points, known) => {
  expect(suitesFrom(listed, new Map(points))).toEqual(known);
});

test('a request is translated wherever it names a suite, and nowhere else', () => {
  const points = new Map([[8, 0x4e]]);
  const groupId = Buffer.from([8]);
  expect(withCodePoints({ cipherSuite: 8, stateId: 8, groupId }, points)).toEqual({ cipherSuite: 0x4e, stateId: 8, groupId });
  expect(withCodePoints({ cipherSuite: 1 }, points)).toEqual({ cipherSuite: 1 });
  const byValue = [ProposalDescription.fromPartial({ cipherSuite: 8 })];
  expect(withCodePoints({ byValue }, points).byValue[0]!.cipherSuite).toBe(0x4e);
  expect(byValue[0]!.cipherSuite).toBe(8);
});

test('an implementation with numbers of its own is spoken to in those', async () => {
  const asked: object[] = [];
  const { mock } = await play('exotic', { suites: [1, 0x4e], intercept: (_, answer, request) => (asked.push(request), answer()) });
  const address = mock.address;
  const implementation = await connect({ label: 'exotic', address }, { connect: 5_000, call: 5_000 }, { ...undeclared(address), codePoints: new Map([[8, 0x4e]]) });
  expect([...implementation.suites]).toEqual([1, 8]);
  await implementation.call('createKeyPackage', { cipherSuite: 8, identity: Buffer.from('a') });
  expect(asked.at(-1)).toMatchObject({ cipherSuite: 0x4e });
  implementation.close();
});
