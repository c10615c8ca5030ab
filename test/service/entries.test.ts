/** What waits for its next call is given up after a while, wiped and told. */
import { expect, test } from 'vitest';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { entryTable } from '../../src/service/entries.ts';
import { defaultLimits } from '../../src/service/options.ts';

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

test('with --pending-join-lifetime 0 it stays for ever', async () => {
  const clock = { now: 0 };
  const { states, told } = await signerIn(0, clock);

  clock.now = Number.MAX_SAFE_INTEGER;
  await states.transact(patient, [], () => undefined);

  expect([states.size, told]).toEqual([1, []]);
});
