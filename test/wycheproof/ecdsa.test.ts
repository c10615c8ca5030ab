/** Wycheproof's ECDSA sets in DER (R-5.1.2-02) under uncompressed keys (R-5.1.1-03). All of their cases can be said in MLS. */
import { describe, expect, test } from 'vitest';
import { judge, unhex, wycheproof } from './sets.ts';

interface Group {
  readonly publicKey: { readonly uncompressed: string };
}
interface Fields {
  readonly msg: string;
  readonly sig: string;
}

describe.each([
  { name: 'ecdsa_secp256r1_sha256', suite: 2, valid: 174 },
  { name: 'ecdsa_secp384r1_sha384', suite: 7, valid: 194 },
  { name: 'ecdsa_secp521r1_sha512', suite: 5, valid: 232 },
])('$name', ({ name, suite: id, valid }) => {
  const set = wycheproof<Group, Fields>(name);

  test.skipIf(set.absent)('verifies what is valid and nothing else (R-5.1.2-02)', { timeout: 300_000 }, async () => {
    const counts = await judge(set, {
      ruling: ({ result }) => ({ outcome: result === 'valid' ? 'verified' : 'refused', heading: result }),
      async outcome({ publicKey: { uncompressed }, msg, sig }, provider) {
        const suite = provider.cipherSuite(id);
        const key = unhex(uncompressed);
        expect(suite.isSignaturePublicKey(key)).toBe(true);
        return (await suite.verify(key, unhex(msg), unhex(sig))) ? 'verified' : 'refused';
      },
    });
    expect(counts).toEqual({ valid, invalid: 310 });
  });
});
