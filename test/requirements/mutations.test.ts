/** Any byte of any message changed: refused with an error of ours, and nothing has changed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, externalPsk, groupContextExtensions, MLSError, remove, update, type Group } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { forgeUpdate } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { fingerprint } from './support.ts';
import { history, keyPackageOf, person } from '../support/people.ts';

const { clients, groups } = await history(['alice', 'bob', 'charlie', 'diana']);
const hidden = await history(['alice', 'bob', 'charlie', 'diana'], { handshakeAs: 'private' });
for (const client of [...clients, ...hidden.clients]) client.storePsk(utf8('id'), utf8('value'));
const eve = await keyPackageOf('eve');

/** One way to damage a message: a byte changed, a piece cut out, bytes put in. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('change' as const), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), by: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), by: fc.integer({ min: 0, max: 255 }) }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Uint8Array, { kind, at, by }: Damage): Uint8Array {
  const position = at % bytes.length;
  if (kind === 'change') return bytes.with(position, bytes[position]! ^ by);
  if (kind === 'cut') return Uint8Array.of(...bytes.subarray(0, position), ...bytes.subarray(position + by));
  return Uint8Array.of(...bytes.subarray(0, position), by, ...bytes.subarray(position));
}

/** Also near the ends and in the first bytes, where the structure is. */
async function refusesDamaged(bytes: Uint8Array, take: (message: Uint8Array) => Promise<unknown>, before: () => string): Promise<void> {
  const state = before();
  await fc.assert(
    fc.asyncProperty(damage, async (one) => {
      const message = damaged(bytes, one);
      if (Buffer.from(message).equals(bytes)) return;
      try {
        await take(message);
      } catch (error) {
        expect(error).toBeInstanceOf(MLSError);
        expect(['malformed', 'invalid', 'misuse']).toContain((error as MLSError).code);
        return;
      }
      throw new Error(`accepted after ${JSON.stringify(one)}`);
    }),
    { numRuns: 120 },
  );
  expect(before()).toBe(state);
}

const messages: [string, Group, () => Promise<Uint8Array>][] = [];
for (const [where, { groups: [a, b] }] of [['in clear', { groups }], ['encrypted', hidden]] as const) {
  messages.push(
    [`an empty Commit ${where}`, b!, async () => (await a!.commit()).commit],
    [`a Commit of many proposals ${where}`, b!, async () => (await a!.commit({ proposals: [add(eve.message), remove(3), externalPsk(utf8('id')), groupContextExtensions([])] })).commit],
    [`an Update ${where}`, b!, async () => (await a!.propose(update())).message],
    [`application data ${where}`, b!, () => a!.send(utf8('hello'), { authenticatedData: utf8('aad'), padding: 20 })],
  );
}
messages.push(['a forged and valid proposal', groups[1]!, async () => forgeProposal(groups[0]!.state, await forgeUpdate(groups[0]!.state))]);
messages.push(['an external Commit', groups[1]!, async () => (await (await person('eve')).joinByExternalCommit(await groups[0]!.groupInfo())).commit]);

test.each(messages)('R-2.1-04, R-6.1-12: %s', async (_, receiver, make) => {
  const message = await make();
  await refusesDamaged(message, (one) => receiver.receive(one), () => fingerprint(receiver));
  expect((await receiver.receive(message)).kind).toMatch(/application|proposal|commit/);
});

test('R-12.4.3.1-04: a Welcome, and the KeyPackage still joins', async () => {
  const joiner = await person('frank');
  const { welcome } = await groups[0]!.commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
  await refusesDamaged(welcome!, (one) => joiner.join(one), () => '');
  expect((await joiner.join(welcome!)).members.length).toBe(5);
});

test('R-12.4.3.2-02: a GroupInfo, and nothing is joined', async () => {
  const joiner = await person('grace');
  const groupInfo = await groups[0]!.groupInfo();
  await refusesDamaged(groupInfo, (one) => joiner.joinByExternalCommit(one), () => '');
  expect((await joiner.joinByExternalCommit(groupInfo)).group.members.length).toBe(5);
});

test('R-10-06: a KeyPackage that is to be added', async () => {
  await refusesDamaged(eve.message, async (one) => groups[0]!.commit({ proposals: [add(one)] }), () => fingerprint(groups[0]!));
});
