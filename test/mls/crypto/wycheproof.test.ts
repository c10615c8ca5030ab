/**
 * The Wycheproof sets for AEAD, MAC, KDF and signatures in the encodings that MLS uses: both providers give one verdict on
 * every case, and it is the set's.
 */
import { describe, expect, test } from 'vitest';
import { hex, unhex } from './support.ts';
import { cases, isValid, judge, suiteOf } from './wycheproof.ts';

interface AEADFields {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

describe.each([
  ['aes_gcm', 128, 1],
  ['aes_gcm', 256, 4],
  ['chacha20_poly1305', 256, 3],
] as const)('%s with keys of %i bits', (name, bits, id) => {
  const all = cases<{ keySize: number }, AEADFields>(name).filter(({ keySize }) => keySize === bits);

  test.skipIf(all.length === 0)('opens what is valid and seals it to the same bytes', async () => {
    await judge(
      all,
      ({ key, iv, aad, msg, ct, tag }, provider) => {
        const suite = suiteOf(provider, id);
        try {
          const opened = suite.open(unhex(key), unhex(iv), unhex(aad), unhex(ct + tag));
          if (opened === undefined) return false;
          return hex(opened) === msg && hex(suite.seal(unhex(key), unhex(iv), unhex(aad), unhex(msg))) === ct + tag;
        } catch (error) {
          return (error as { code: string }).code;
        }
      },
      // Other nonce lengths are valid GCM; MLS has none.
      ({ iv, result }) => (iv.length === 24 ? result === 'valid' : 'misuse'),
    );
  });
});

describe.each([
  ['sha256', 1],
  ['sha384', 7],
  ['sha512', 4],
] as const)('%s', (hash, id) => {
  const macs = cases<{ tagSize: number }, { key: string; msg: string; tag: string }>(`hmac_${hash}`);
  const derivations = cases<object, { ikm: string; salt: string; info: string; size: number; okm: string }>(`hkdf_${hash}`);

  test.skipIf(macs.length === 0)('gives the MACs of the set', async () => {
    await judge(macs, ({ key, msg, tag }, provider) => hex(suiteOf(provider, id).hmac(unhex(key), unhex(msg))).slice(0, tag.length) === tag, isValid);
  });

  test.skipIf(derivations.length === 0)('derives the keys of the set and refuses to derive more than 255 blocks', async () => {
    await judge(
      derivations,
      ({ ikm, salt, info, size, okm }, provider) => {
        const suite = suiteOf(provider, id);
        try {
          return hex(suite.expand(suite.extract(unhex(salt), unhex(ikm)), unhex(info), size)) === okm;
        } catch (error) {
          return (error as { code: string }).code;
        }
      },
      ({ result }) => result === 'valid' || 'misuse',
    );
  });
});

interface SignatureGroup {
  readonly publicKey: { readonly uncompressed?: string; readonly pk?: string };
}

describe.each([
  ['ed25519', 1],
  ['ed448', 4],
  ['ecdsa_secp256r1_sha256', 2],
  ['ecdsa_secp384r1_sha384', 7],
  ['ecdsa_secp521r1_sha512', 5],
] as const)('%s', (name, id) => {
  const all = cases<SignatureGroup, { msg: string; sig: string }>(name);

  test.skipIf(all.length === 0)('verifies what is valid and nothing else', { timeout: 300_000 }, async () => {
    await judge(
      all,
      ({ publicKey, msg, sig }, provider) => {
        const suite = suiteOf(provider, id);
        const key = unhex(publicKey.uncompressed ?? publicKey.pk!);
        expect(suite.isSignaturePublicKey(key)).toBe(true);
        return suite.verify(key, unhex(msg), unhex(sig));
      },
      isValid,
    );
  });
});
