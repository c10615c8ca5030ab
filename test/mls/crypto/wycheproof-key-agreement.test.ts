/**
 * The Wycheproof sets for Diffie-Hellman in the encodings that MLS uses: both providers give one verdict on every case.
 * What the sets call acceptable is decided here: points are uncompressed only (R-5.1.1-04); X25519 and X448 take
 * non-canonical coordinates and points of the twist (RFC 7748 §5) and refuse an all-zero result (R-5.1.1-04).
 */
import { describe, expect, test } from 'vitest';
import { nativeDiffieHellman } from '../../../src/mls/crypto/native/public-key.ts';
import { portableDiffieHellman } from '../../../src/mls/crypto/portable/public-key.ts';
import type { DiffieHellman } from '../../../src/mls/crypto/primitives.ts';
import type { CipherSuite } from '../../../src/mls/crypto/provider.ts';
import { hex, unhex } from './support.ts';
import { cases, judge, suiteOf } from './wycheproof.ts';

interface AgreementFields {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

/** The shared secret that a provider comes to, or why it does not. */
async function agreed<Material>(suite: CipherSuite, dh: DiffieHellman<Material>, { public: publicKey, private: privateKey }: AgreementFields): Promise<string> {
  const key = unhex(publicKey);
  if (!suite.isHPKEPublicKey(key)) {
    await expect(suite.hpkeSeal(key, key, key, key)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-5.1.1-04' });
    return 'refused';
  }
  const { material } = await dh.load(unhex(privateKey));
  const secret = await dh.agree(material, key, false);
  if (secret !== undefined) return hex(secret);
  await expect(suite.hpkeSeal(key, key, key, key)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-5.1.1-04' });
  await expect(suite.hpkeOpen(await suite.importHPKEKey(unhex(privateKey)), key, key, key, key)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-5.1.1-04' });
  return 'all zero';
}

const agree = (id: number) => {
  const { curve } = suiteOf('native', id);
  const groups = { native: nativeDiffieHellman(curve), portable: portableDiffieHellman(curve) };
  return (one: AgreementFields, provider: 'native' | 'portable') =>
    provider === 'native' ? agreed(suiteOf('native', id), groups.native, one) : agreed(suiteOf('portable', id), groups.portable, one);
};

describe.each([
  ['x25519', 1, 32],
  ['x448', 4, 56],
] as const)('%s', (name, id, size) => {
  const all = cases<object, AgreementFields>(name);

  test.skipIf(all.length === 0)('agrees on every secret but those that are all zero', { timeout: 300_000 }, async () => {
    await judge(all, agree(id), ({ public: publicKey, shared }) => (publicKey.length !== 2 * size ? 'refused' : /^0*$/.test(shared) ? 'all zero' : shared));
  });
});

describe.each([
  ['secp256r1', 2, 32, '3059301306072a8648ce3d020106082a8648ce3d030107034200'],
  ['secp384r1', 7, 48, '3076301006072a8648ce3d020106052b81040022036200'],
  ['secp521r1', 5, 66, '30819b301006072a8648ce3d020106052b8104002303818600'],
] as const)('ecdh_%s', (name, id, size, prefix) => {
  const points = cases<object, AgreementFields>(`ecdh_${name}_ecpoint`);
  // The other set has the keys in ASN.1. Those with the usual header are points again, and most of them the same.
  const known = new Set(points.map((one) => one.public + one.private));
  const unwrapped = cases<object, AgreementFields>(`ecdh_${name}`)
    .filter((one) => one.public.startsWith(prefix))
    .map((one) => ({ ...one, public: one.public.slice(prefix.length) }))
    .filter((one) => !known.has(one.public + one.private));
  const all = [...points, ...unwrapped].map((one) => ({ ...one, private: one.private.padStart(2 * size, '0').slice(-2 * size) }));

  test.skipIf(all.length === 0)('agrees on every secret and refuses all but uncompressed points of the curve', { timeout: 300_000 }, async () => {
    await judge(all, agree(id), ({ result, shared }) => (result === 'valid' ? shared : 'refused'));
  });
});
