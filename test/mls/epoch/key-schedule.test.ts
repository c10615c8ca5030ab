/** What the official vectors of the key schedule do not ask: wiping, external initialization, bounds. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/mls/bytes.ts';
import type { CipherSuite } from '../../../src/mls/crypto/provider.ts';
import { deriveEpochSecrets, externalKey, joinerSecret, mlsExporter, receiveExternalInit, sendExternalInit, wipe } from '../../../src/mls/epoch/key-schedule.ts';
import { pskSecret, pskSecretInSlices } from '../../../src/mls/epoch/psk-secret.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../../../src/mls/epoch/transcript-hash.ts';
import { expectFailure, secretOf, suite } from './support.ts';

const bytes = (byte: number) => new Uint8Array(suite.nh).fill(byte);

/** The suite, and everything that its KDF gave out. */
function watched(): { readonly suite: CipherSuite; readonly derived: Uint8Array[] } {
  const derived: Uint8Array[] = [];
  const watch = (secret: Uint8Array) => (derived.push(secret), secret);
  const extract = (...args: Parameters<CipherSuite['extract']>) => watch(suite.extract(...args));
  const expand = (...args: Parameters<CipherSuite['expand']>) => watch(suite.expand(...args));
  return { suite: { ...suite, extract, expand }, derived };
}
const isWiped = (secret: Uint8Array) => secret.every((byte) => byte === 0);

describe('the key schedule', () => {
  it('wipes what it derives on the way and leaves alone what it was given (R-9.2-03)', () => {
    const { suite: watching, derived } = watched();
    const inputs = { initSecret: bytes(1), commitSecret: bytes(2), groupContext: utf8('context') };
    const joiner = joinerSecret(watching, inputs);
    expect(derived.map(isWiped)).toEqual([true, false]);
    expect(joiner).toBe(derived[1]);
    expect(inputs).toEqual({ initSecret: bytes(1), commitSecret: bytes(2), groupContext: utf8('context') });
  });

  it('wipes the secret of an exporter label (R-8.5-01)', () => {
    const { suite: watching, derived } = watched();
    const exported = mlsExporter(watching, secretOf(3), { label: 'label', context: utf8('context'), length: 16 });
    expect(exported).toHaveLength(16);
    expect(derived.map(isWiped)).toEqual([true, false]);
  });

  it('gives every secret of an epoch bytes of its own', () => {
    const secrets = Object.values(deriveEpochSecrets(suite, bytes(4)));
    expect(new Set(secrets.map((secret) => Buffer.from(secret.expose()).toString('hex'))).size).toBe(9);
  });

  it('wipes several secrets at once and passes over absent ones', () => {
    const [a, b] = [bytes(1), bytes(2)];
    wipe(a, undefined, b);
    expect([a, b].map(isWiped)).toEqual([true, true]);
  });
});

describe('external initialization', () => {
  it('gives joiner and members one init_secret (R-8.3-01, R-8.3-02)', async () => {
    const key = await externalKey(suite, secretOf(5));
    const { kemOutput, initSecret } = await sendExternalInit(suite, key.publicKey);
    expect(initSecret).toHaveLength(suite.nh);
    expect(await receiveExternalInit(suite, key, kemOutput)).toEqual(initSecret);
    const otherEpoch = await externalKey(suite, secretOf(6));
    expect(await receiveExternalInit(suite, otherEpoch, kemOutput)).not.toEqual(initSecret);
  });

  it('refuses a kem_output that cannot be decapsulated (R-8.3-03)', async () => {
    const key = await externalKey(suite, secretOf(5));
    for (const kemOutput of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(32), new Uint8Array(33)]) {
      await expectFailure(() => receiveExternalInit(suite, key, kemOutput), 'invalid', 'R-8.3-03');
    }
  });

  it('passes on what is not the fault of the kem_output', async () => {
    const key = await externalKey(suite, secretOf(5));
    key.dispose();
    await expectFailure(() => receiveExternalInit(suite, key, new Uint8Array(32).fill(9)), 'misuse');
  });
});

describe('psk_secret', () => {
  const psk = (byte: number) => ({ id: { psktype: 'external', pskId: utf8(`psk ${byte}`), pskNonce: bytes(byte) } as const, psk: bytes(byte) });

  it('depends on the order of the PSKs and leaves them alone (R-8.4-03)', () => {
    const [one, two] = [psk(1), psk(2)];
    expect(pskSecret(suite, [one, two])).not.toEqual(pskSecret(suite, [two, one]));
    expect([one, two]).toEqual([psk(1), psk(2)]);
  });

  it('wipes all but its result', () => {
    const { suite: watching, derived } = watched();
    const secret = pskSecret(watching, [psk(1), psk(2)]);
    expect(derived.filter((value) => value !== secret).map(isWiped)).toEqual(Array(5).fill(true));
    expect(isWiped(secret)).toBe(false);
  });

  it('is the same in slices, and between them the event loop turns', async () => {
    const psks = Array.from({ length: 3_000 }, (_, i) => psk(i % 256));
    let turns = 0;
    const turning = setInterval(() => turns++);
    expect(await pskSecretInSlices(suite, psks)).toEqual(pskSecret(suite, psks));
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
  });

  it('takes no more PSKs than PSKLabel counts (R-8.4-07)', async () => {
    await expectFailure(() => pskSecret(suite, Array(0x10000).fill(psk(1))), 'invalid', 'R-8.4-07');
  });
});

describe('transcript hashes', () => {
  const inputs = { interimTranscriptHash: bytes(1), wireFormat: 'mls_public_message', contentBytes: utf8('content'), signature: utf8('signature') } as const;

  it('depend on the wire format that the Commit was sent in (R-8.2-03)', () => {
    expect(confirmedTranscriptHash(suite, { ...inputs, wireFormat: 'mls_private_message' })).not.toEqual(confirmedTranscriptHash(suite, inputs));
  });

  it('start from nothing at epoch 0 (R-8.2-04)', () => {
    const confirmed = confirmedTranscriptHash(suite, { ...inputs, interimTranscriptHash: new Uint8Array(0) });
    expect(confirmed).toEqual(suite.digest(Uint8Array.of(0, 1), inputs.contentBytes, Uint8Array.of(9), inputs.signature));
    expect(interimTranscriptHash(suite, confirmed, utf8('tag'))).toEqual(suite.digest(confirmed, Uint8Array.of(3), utf8('tag')));
  });
});
