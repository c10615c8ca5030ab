/** What one provider makes the other reads, in all seven suites; key handles; the reproducible random source. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { portableProvider } from '../../../src/mls/crypto/portable/provider.ts';
import type { CipherSuite, RandomBytes } from '../../../src/mls/crypto/provider.ts';
import { cipherSuites } from '../../../src/mls/crypto/suites.ts';
import { hex, native, portable, providers, unhex } from './support.ts';

const bytes = (length: number, seed = 1): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17) & 0xff);
const suiteIds = cipherSuites.map(({ id }) => id);
const directions = suiteIds.flatMap((id) => [
  [id, 'native', 'portable', native.cipherSuite(id), portable.cipherSuite(id)] as const,
  [id, 'portable', 'native', portable.cipherSuite(id), native.cipherSuite(id)] as const,
]);

describe.each(directions)('in suite %i what %s makes %s reads', (_, __, ___, maker, reader) => {
  test('hashes, MACs and HKDF are the same bytes, in one part or several, short or long', () => {
    for (const length of [0, 1, 63, 64, 127, 128, 129, 1000, 8192, 9000, 100_000]) {
      const text = bytes(length);
      expect(maker.digest(text)).toEqual(reader.digest(text.subarray(0, length >> 1), new Uint8Array(0), text.subarray(length >> 1)));
      expect(maker.hmac(bytes(32), text)).toEqual(reader.hmac(bytes(32), text.subarray(0, 3), text.subarray(3)));
    }
    for (const keyLength of [0, 1, 63, 64, 65, 127, 128, 129, 200]) expect(maker.hmac(bytes(keyLength), bytes(10))).toEqual(reader.hmac(bytes(keyLength), bytes(10)));
    expect(maker.extract(new Uint8Array(0), bytes(9))).toEqual(reader.extract(new Uint8Array(0), bytes(9)));
    for (const length of [0, 1, maker.nk, maker.nh, maker.nh + 1, 255 * maker.nh]) {
      const expanded = maker.expand(bytes(maker.nh), bytes(5), length);
      expect(expanded).toEqual(reader.expand(bytes(maker.nh), bytes(5), length));
      expect(expanded.length).toBe(length);
    }
    expect(() => maker.expand(bytes(maker.nh), bytes(5), 255 * maker.nh + 1)).toThrow(expect.objectContaining({ code: 'misuse' }));
  });

  test('a sealed text opens, and nothing else does', () => {
    const [key, nonce, aad] = [bytes(maker.nk), bytes(maker.nn), bytes(20)];
    for (const length of [0, 1, 1024, 70_000]) {
      const sealed = maker.seal(key, nonce, aad, bytes(length));
      expect(sealed).toEqual(reader.seal(key, nonce, aad, bytes(length)));
      expect(sealed.length).toBe(length + 16);
      expect(reader.open(key, nonce, aad, sealed)).toEqual(bytes(length));
      sealed[length >> 1]! ^= 1;
      expect(reader.open(key, nonce, aad, sealed)).toBeUndefined();
    }
    expect(reader.open(key, nonce, bytes(19), maker.seal(key, nonce, aad, bytes(3)))).toBeUndefined();
    for (const length of [0, 1, 15]) expect(reader.open(key, nonce, aad, bytes(length))).toBeUndefined();
    expect(() => maker.seal(bytes(maker.nk - 1), nonce, aad, aad)).toThrow(expect.objectContaining({ code: 'misuse' }));
    expect(() => maker.open(key, bytes(maker.nn + 1), aad, bytes(30))).toThrow(expect.objectContaining({ code: 'misuse' }));
  });

  test('results own their bytes and are no Buffers', () => {
    const results = [maker.digest(bytes(3)), maker.hmac(bytes(3), bytes(3)), maker.expand(bytes(maker.nh), bytes(3), 16), maker.seal(bytes(maker.nk), bytes(maker.nn), bytes(0), bytes(3)), maker.random(5)];
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      const copy = result.slice();
      copy.fill(0);
      expect(result).not.toEqual(copy);
    }
    const before = hex(results[0]);
    maker.digest(bytes(4), bytes(5));
    expect(hex(results[0])).toBe(before);
  });

  test('an HPKE ciphertext opens, and nothing else does', async () => {
    const key = await reader.generateHPKEKey();
    const other = await reader.generateHPKEKey();
    const [info, aad, plaintext] = [bytes(40), bytes(7), bytes(64)];
    const { kemOutput, ciphertext } = await maker.hpkeSeal(key.publicKey, info, aad, plaintext);
    expect(kemOutput.length).toBe(maker.npk);
    expect(ciphertext.length).toBe(plaintext.length + 16);
    expect(await reader.hpkeOpen(key, kemOutput, info, aad, ciphertext)).toEqual(plaintext);
    expect(await reader.hpkeOpen(other, kemOutput, info, aad, ciphertext)).toBeUndefined();
    expect(await reader.hpkeOpen(key, kemOutput, bytes(41), aad, ciphertext)).toBeUndefined();
    expect(await reader.hpkeOpen(key, kemOutput, info, bytes(8), ciphertext)).toBeUndefined();
    expect(await reader.hpkeOpen(key, kemOutput, info, aad, ciphertext.subarray(1))).toBeUndefined();
    expect(await reader.hpkeOpen(key, kemOutput, info, aad, ciphertext.subarray(0, 15))).toBeUndefined();
  });

  test('both sides of an HPKE export agree', async () => {
    const key = await reader.generateHPKEKey();
    const label = new TextEncoder().encode('MLS 1.0 external init secret');
    const { kemOutput, exported } = await maker.hpkeSendExport(key.publicKey, new Uint8Array(0), label, maker.nh);
    expect(exported.length).toBe(maker.nh);
    expect(await reader.hpkeReceiveExport(key, kemOutput, new Uint8Array(0), label, maker.nh)).toEqual(exported);
    expect(await reader.hpkeReceiveExport(key, kemOutput, new Uint8Array(0), label.subarray(1), maker.nh)).not.toEqual(exported);
    await expect(maker.hpkeSendExport(key.publicKey, new Uint8Array(0), new Uint8Array(8193), 32)).rejects.toMatchObject({ code: 'misuse' });
  });

  test('keys derived from one secret are equal, and an exported key is the same key again', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const made = await maker.deriveHPKEKey(bytes(maker.nh, seed));
      const derived = await reader.deriveHPKEKey(bytes(maker.nh, seed));
      expect(hex(made.publicKey)).toBe(hex(derived.publicKey));
      expect(hex(made.serialize())).toBe(hex(derived.serialize()));
      expect(made.serialize().length).toBe(maker.nsk);
      expect(hex((await reader.importHPKEKey(made.serialize())).publicKey)).toBe(hex(made.publicKey));
      expect(reader.isHPKEPublicKey(made.publicKey)).toBe(true);
    }
  });

  test('a generated key and its signature hold', async () => {
    const key = await maker.generateSignatureKey();
    expect(key.publicKey.length).toBe(maker.signaturePublicKeyLength);
    expect(key.serialize().length).toBe(maker.signaturePrivateKeyLength);
    expect(reader.isSignaturePublicKey(key.publicKey)).toBe(true);
    const again = await reader.importSignatureKey(key.serialize());
    expect(hex(again.publicKey)).toBe(hex(key.publicKey));
    for (const length of [0, 100, 5000]) {
      const signature = await maker.sign(key, bytes(length));
      expect(await reader.verify(key.publicKey, bytes(length), signature)).toBe(true);
      expect(await reader.verify(key.publicKey, bytes(length + 1), signature)).toBe(false);
      expect(await reader.verify((await reader.generateSignatureKey()).publicKey, bytes(length), signature)).toBe(false);
    }
  });
});

describe.each(providers)('%s', (_, provider) => {
  test.each(suiteIds)('seals a large info for many as for one in suite %i', async (id) => {
    const suite = provider.cipherSuite(id);
    const { decryptWithLabel, encryptWithLabel } = await import('../../../src/mls/crypto/labelled.ts');
    const context = bytes(5000);
    const key = await suite.deriveHPKEKey(bytes(32));
    for (const label of ['Welcome', 'Welcome', 'UpdatePathNode']) {
      const { kemOutput, ciphertext } = await encryptWithLabel(suite, key.publicKey, label, context, bytes(10));
      expect(await decryptWithLabel(suite, key, label, context.slice(), kemOutput, ciphertext)).toEqual(bytes(10));
      expect(await decryptWithLabel(suite, key, 'other', context, kemOutput, ciphertext)).toBeUndefined();
    }
  });

  test.each(suiteIds)('refuses private keys of wrong length or value in suite %i', async (id) => {
    const suite = provider.cipherSuite(id);
    const misuse = { name: 'MLSError', code: 'misuse' };
    for (const length of [0, suite.nsk - 1, suite.nsk + 1]) await expect(suite.importHPKEKey(bytes(length))).rejects.toMatchObject(misuse);
    for (const length of [0, suite.signaturePrivateKeyLength - 1, suite.signaturePrivateKeyLength + 1]) {
      await expect(suite.importSignatureKey(bytes(length))).rejects.toMatchObject(misuse);
    }
    if (suite.signature === 'Ed25519' || suite.signature === 'Ed448') return;
    const order = orders[suite.signature];
    const above = unhex(order);
    const below = unhex(order);
    below[below.length - 1]! -= 1;
    for (const bad of [new Uint8Array(suite.nsk), above, new Uint8Array(suite.nsk).fill(0xff)]) {
      await expect(suite.importHPKEKey(bad)).rejects.toMatchObject(misuse);
      await expect(suite.importSignatureKey(bad)).rejects.toMatchObject(misuse);
    }
    expect(hex((await suite.importSignatureKey(below)).serialize())).toBe(hex(below));
    const least = new Uint8Array(suite.nsk);
    least[suite.nsk - 1] = 1;
    expect(hex((await suite.importHPKEKey(least)).serialize())).toBe(hex(least));
  });

  test.each(suiteIds)('keeps private keys out of logs and forgets them when told, in suite %i', async (id) => {
    const suite = provider.cipherSuite(id);
    const hpkeKey = await suite.generateHPKEKey();
    const signatureKey = await suite.generateSignatureKey();
    for (const key of [hpkeKey, signatureKey]) {
      const secret = hex(key.serialize());
      for (const shown of [inspect(key, { showHidden: true, depth: 9 }), inspect({ key }), JSON.stringify({ key }), String(key), `${Object.entries(key).join()}`]) {
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(Buffer.from(secret, 'hex').toString('base64url'));
        expect(shown).not.toContain([...Buffer.from(secret, 'hex')].join(', '));
      }
      expect(String(key)).toContain(hex(key.publicKey));
    }
    const { kemOutput, ciphertext } = await suite.hpkeSeal(hpkeKey.publicKey, bytes(1), bytes(1), bytes(1));
    const copy = hpkeKey.serialize();
    hpkeKey.dispose();
    {
      using _key = signatureKey;
    }
    const deleted = { name: 'MLSError', code: 'misuse', message: 'this private key was deleted' };
    await expect(suite.hpkeOpen(hpkeKey, kemOutput, bytes(1), bytes(1), ciphertext)).rejects.toMatchObject(deleted);
    await expect(suite.sign(signatureKey, bytes(1))).rejects.toMatchObject(deleted);
    expect(() => hpkeKey.serialize()).toThrow(expect.objectContaining(deleted));
    expect(() => hpkeKey.dispose()).not.toThrow();
    expect(hex(hpkeKey.publicKey).length).toBe(2 * suite.npk);
    expect(await suite.hpkeOpen(await suite.importHPKEKey(copy), kemOutput, bytes(1), bytes(1), ciphertext)).toEqual(bytes(1));
  });

  test.each([1, 2, 4])('finishes what was asked for before a key was deleted, in suite %i', async (id) => {
    const suite = provider.cipherSuite(id);
    const key = await suite.generateSignatureKey();
    const signatures = Array.from({ length: 12 }, (_, i) => suite.sign(key, bytes(i)));
    key.dispose();
    for (const [i, signature] of (await Promise.all(signatures)).entries()) expect(await suite.verify(key.publicKey, bytes(i), signature)).toBe(true);
  });

  test('refuses private keys of another suite, provider or make', async () => {
    const [one, two] = [provider.cipherSuite(1), provider.cipherSuite(2)];
    const other = (provider === native ? portable : native).cipherSuite(1);
    const misuse = { name: 'MLSError', code: 'misuse' };
    const message = bytes(3);
    for (const key of [await two.generateSignatureKey(), await other.generateSignatureKey(), { use: 'signature' } as never]) {
      await expect(one.sign(key, message)).rejects.toMatchObject(misuse);
    }
    const { kemOutput, ciphertext } = await one.hpkeSeal((await one.generateHPKEKey()).publicKey, message, message, message);
    for (const key of [await two.generateHPKEKey(), await other.generateHPKEKey(), { use: 'hpke' } as never]) {
      await expect(one.hpkeOpen(key, kemOutput, message, message, ciphertext)).rejects.toMatchObject(misuse);
    }
    // One curve, two suites: the key fits both.
    const key = await one.generateSignatureKey();
    const three = provider.cipherSuite(3);
    expect(await three.verify(key.publicKey, message, await three.sign(key, message))).toBe(true);
  });

  test('makes each suite once and refuses those it lacks', () => {
    expect(provider.cipherSuiteIds).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(provider.cipherSuite(3)).toBe(provider.cipherSuite(3));
    for (const id of [0, 8, 0xf000]) expect(() => provider.cipherSuite(id)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('compares strings of equal and different lengths', () => {
    const { equal } = provider.cipherSuite(1);
    expect(equal(bytes(32), bytes(32))).toBe(true);
    expect(equal(bytes(32), bytes(32, 2))).toBe(false);
    expect(equal(bytes(32), bytes(31))).toBe(false);
    expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});

/** A counter through SHA-256. */
function seeded(seed: string): RandomBytes {
  let block = 0;
  return (size) => {
    let drawn = Buffer.alloc(0);
    while (drawn.length < size) drawn = Buffer.concat([drawn, createHash('sha256').update(`${seed} ${block++}`).digest()]);
    return new Uint8Array(drawn.subarray(0, size));
  };
}

async function everythingRandom(suite: CipherSuite, withSignatures: boolean): Promise<string[]> {
  const key = await suite.generateHPKEKey();
  const signatureKey = await suite.generateSignatureKey();
  const sealed = await suite.hpkeSeal(key.publicKey, bytes(3), bytes(3), bytes(3));
  const sent = await suite.hpkeSendExport(key.publicKey, bytes(3), bytes(3), 32);
  const made = [suite.random(7), key.serialize(), key.publicKey, signatureKey.serialize(), signatureKey.publicKey, sealed.kemOutput, sealed.ciphertext, sent.kemOutput, sent.exported];
  if (withSignatures) made.push(await suite.sign(signatureKey, bytes(3)));
  return made.map(hex);
}

describe('with a seeded random source', () => {
  test.each(suiteIds)('portable makes the same bytes again in suite %i', async (id) => {
    const run = (seed: string) => everythingRandom(portableProvider({ random: seeded(seed) }).cipherSuite(id), true);
    expect(await run('a')).toEqual(await run('a'));
    expect(await run('a')).not.toEqual(await run('b'));
  });

  test.each(suiteIds)('native makes the same bytes as portable in suite %i, signatures of ECDSA apart', async (id) => {
    const suite = nativeProvider({ random: seeded('a') }).cipherSuite(id);
    const made = await everythingRandom(suite, suite.signature.startsWith('Ed'));
    const expected = await everythingRandom(portableProvider({ random: seeded('a') }).cipherSuite(id), suite.signature.startsWith('Ed'));
    expect(made).toEqual(expected);
  });
});

const orders = {
  'ECDSA-P-256': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'ECDSA-P-384': 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'ECDSA-P-521': `01${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
};

describe.each(suiteIds.map((id) => [id, native.cipherSuite(id), portable.cipherSuite(id)] as const))('in suite %i', (_, suite, other) => {
  test('a native signature over more than 256 KiB is made and verified off the main thread', async () => {
    const [key, message] = [await suite.generateSignatureKey(), bytes(2 ** 18 + 1)];
    const signature = await offThread(suite.sign(key, message));
    expect(await offThread(suite.verify(key.publicKey, message, signature))).toBe(true);
    expect(await other.verify(key.publicKey, message, signature)).toBe(true);
  });
});

/** The result of work that is not done before the event loop turns: what runs at once takes microtasks only. */
async function offThread<T>(work: Promise<T>): Promise<T> {
  let done = false;
  void work.then(() => (done = true));
  for (let i = 0; i < 1000; i++) await undefined;
  expect(done).toBe(false);
  return work;
}
