/**
 * Wycheproof's EdDSA sets (R-5.1.1-02, R-5.1.2-02), all of whose cases can be said in MLS, and a set of our own for what they
 * lack: components of small order, and encodings of points that are not canonical.
 */
import { describe, expect, test } from 'vitest';
import type { CryptoProvider } from '../../src/mls/crypto/provider.ts';
import { judge, ownSet, unhex, wycheproof, type Case, type Ruling } from './sets.ts';

interface Fields {
  readonly msg: string;
  readonly sig: string;
}

const byResult = ({ result }: Case): Ruling => ({ outcome: result === 'valid' ? 'verified' : 'refused', heading: result });
const verdict = async (provider: CryptoProvider, id: number, [key, message, signature]: readonly [string, string, string]): Promise<string> =>
  (await provider.cipherSuite(id).verify(unhex(key), unhex(message), unhex(signature))) ? 'verified' : 'refused';

describe.each([
  { name: 'ed25519', suite: 1, tally: { valid: 88, invalid: 63 } },
  { name: 'ed448', suite: 4, tally: { valid: 17, invalid: 70 } },
])('$name', ({ name, suite: id, tally }) => {
  const set = wycheproof<{ readonly publicKey: { readonly pk: string } }, Fields>(name);

  test.skipIf(set.absent)('verifies what is valid and nothing else (R-5.1.2-02)', async () => {
    const counts = await judge(set, {
      ruling: byResult,
      outcome({ publicKey: { pk }, msg, sig }, provider) {
        expect(provider.cipherSuite(id).isSignaturePublicKey(unhex(pk))).toBe(true);
        return verdict(provider, id, [pk, msg, sig]);
      },
    });
    expect(counts).toEqual(tally);
  });
});

describe('eddsa-edges', () => {
  const set = ownSet<{ readonly algorithm: 'Ed25519' | 'Ed448' }, Fields & { readonly pk: string }>('eddsa-edges');
  const suites = { Ed25519: 1, Ed448: 4 } as const;
  // Keys off the curve pass the cheap check, as the provider interface says, and verify nothing.
  const badKeys = ['SmallOrderKey', 'NonCanonicalKey'];

  test('both providers check one equation, refuse small order, and decode canonical encodings only', async () => {
    const counts = await judge(set, {
      ruling: ({ algorithm, flags, ...one }) => ({ ...byResult({ flags, ...one }), heading: `${one.result} ${algorithm} ${flags.join()}` }),
      outcome({ algorithm, flags, pk, msg, sig }, provider) {
        const id = suites[algorithm];
        expect(provider.cipherSuite(id).isSignaturePublicKey(unhex(pk)), pk).toBe(!flags.some((flag) => badKeys.includes(flag)));
        return verdict(provider, id, [pk, msg, sig]);
      },
    });
    expect(counts).toEqual({
      'valid Ed25519 Honest': 1,
      'invalid Ed25519 MixedOrderR': 3,
      'invalid Ed25519 MixedOrderKey': 1,
      'valid Ed25519 MixedOrderKeyVanishes': 1,
      'invalid Ed25519 SmallOrderKey': 4,
      'invalid Ed25519 SmallOrderR': 4,
      'invalid Ed25519 NonCanonicalS': 2,
      'invalid Ed25519 NonCanonicalKey': 4,
      'invalid Ed25519 NonCanonicalR': 4,
      'invalid Ed25519 OffCurve': 2,
      'valid Ed448 Honest': 1,
      'valid Ed448 MixedOrderR': 2,
      'valid Ed448 MixedOrderKey': 1,
      'valid Ed448 MixedOrderKeyVanishes': 1,
      'invalid Ed448 SmallOrderKey': 3,
      'invalid Ed448 SmallOrderR': 3,
      'invalid Ed448 NonCanonicalS': 2,
      'invalid Ed448 NonCanonicalKey': 5,
      'invalid Ed448 NonCanonicalR': 5,
      'invalid Ed448 OffCurve': 2,
    });
  });
});
