/** What waits for its next call is given up after a while, wiped and told. */
import { expect, test, vi } from 'vitest';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { createClient } from '../../src/mls/group/client.ts';
import { Secret } from '../../src/mls/secret.ts';
import { copiedPsks, entryTable, newMember, wipeEntry, type Person } from '../../src/service/entries.ts';
import { defaultLimits } from '../../src/service/options.ts';
import { servicePolicy } from '../../src/service/policy.ts';
import { bytes, testService } from './support/service.ts';

const suite = nativeProvider().cipherSuite(1);
const patient = { ensureWanted: () => undefined };

async function signerIn(pendingJoinLifetime: number, clock: { now: number }) {
  const told: string[] = [];
  const states = entryTable({ ...defaultLimits, pendingJoinLifetime }, { now: () => clock.now, onExpired: (message) => told.push(message) });
  const signatureKey = await suite.generateSignatureKey();
  const id = await states.transact(patient, [], (changes) => changes.fill(changes.reserve('signer'), { kind: 'signer', cipherSuite: 1, signatureKey }));
  return { states, told, signatureKey, id };
}

test('an external signer that no call uses is given up after --pending-join-lifetime, and its key is wiped', async () => {
  const clock = { now: 0 };
  const { states, told, signatureKey, id } = await signerIn(60, clock);

  clock.now = 59_999;
  await states.transact(patient, [], () => undefined);
  expect([states.size, told]).toEqual([1, []]);
  clock.now = 60_000;
  await states.transact(patient, [], () => undefined);

  expect(states.size).toBe(0);
  expect(told).toEqual([`the external signer with id ${id} is given up: no call used it for 60 s (--pending-join-lifetime)`]);
  expect(() => signatureKey.serialize()).toThrow(expect.objectContaining({ code: 'misuse' }));
});

test('a group state that no call uses is given up after --state-lifetime, with its secrets, and so is what is left of a removed member', async () => {
  const clock = { now: 0 };
  const told: string[] = [];
  const states = entryTable({ ...defaultLimits, stateLifetime: 60, maxStates: 2 }, { now: () => clock.now, onExpired: (message) => told.push(message) });
  const client = await createClient({ crypto: nativeProvider(), cipherSuite: 1, credential: 'alice', policy: servicePolicy(undefined) });
  const group = await client.createGroup();
  const person: Person = { cipherSuite: 1, identity: bytes('alice'), psks: new Map() };
  const put = (entry: Parameters<typeof wipeEntry>[0]) => states.transact(patient, [], (changes) => changes.fill(changes.reserve('state'), entry));
  const id = await put(newMember(person, { client, group, handshakeAs: 'public' }));
  clock.now = 1_000;
  const removed = await put({ kind: 'removed' });

  clock.now = 60_000;
  await states.transact(patient, [removed], (changes) => changes.get(removed, 'removed'));
  expect(states.size).toBe(1);
  expect(() => group.epochAuthenticator).toThrow(expect.objectContaining({ code: 'misuse' }));
  clock.now = 120_000;
  // Both places are free again.
  for (let i = 0; i < 2; i++) await put({ kind: 'removed' });
  expect(told).toEqual([id, removed].map((one) => `the group state with id ${one} is given up: no call used it for 60 s (--state-lifetime)`));
});

test('a service that nobody calls gives up what has waited too long', async () => {
  const own = await testService({ limits: { pendingJoinLifetime: 0.05 } });
  await own.client.call('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });

  await vi.waitFor(() => expect(own.entries()).toBe(0), { timeout: 60_000 });

  await own.stop();
});

test('PSKs are wiped with their entry, and those of the entry that was copied stay', async () => {
  const pendingJoin = (psks: Person['psks']) => ({ kind: 'join', cipherSuite: 1, identity: bytes('bob'), psks, bundle }) as const;
  const client = await createClient({ crypto: nativeProvider(), cipherSuite: 1, credential: 'bob', policy: servicePolicy(undefined) });
  const bundle = await client.createKeyPackage();
  const psks = new Map([['id', { pskId: bytes('id'), psk: new Secret(bytes('secret')) }]]);
  const copies = copiedPsks(psks);

  wipeEntry(pendingJoin(copies));

  expect([copies.get('id')!.psk.disposed, psks.get('id')!.psk.disposed]).toEqual([true, false]);
});

test('with --pending-join-lifetime 0 it stays for ever', async () => {
  const clock = { now: 0 };
  const { states, told } = await signerIn(0, clock);

  clock.now = Number.MAX_SAFE_INTEGER;
  await states.transact(patient, [], () => undefined);

  expect([states.size, told]).toEqual([1, []]);
});
