/** Wycheproof's HKDF sets: KDF.Extract and KDF.Expand of RFC 9420 §5.1 and §8. */
import { describe, expect, test } from 'vitest';
import { hex, judge, orRefused, unhex, wycheproof } from './sets.ts';

interface Fields {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

describe.each([
  { hash: 'sha256', suite: 1, valid: 83 },
  { hash: 'sha384', suite: 7, valid: 80 },
  { hash: 'sha512', suite: 4, valid: 80 },
])('hkdf_$hash', ({ hash, suite: id, valid }) => {
  const set = wycheproof<object, Fields>(`hkdf_${hash}`);

  test.skipIf(set.absent)('derives the keys of the set and refuses to derive more than 255 blocks', async () => {
    const counts = await judge(set, {
      ruling: ({ result, okm }) => ({ outcome: result === 'valid' ? okm : 'refused', heading: result }),
      outcome({ ikm, salt, info, size }, provider) {
        const suite = provider.cipherSuite(id);
        return orRefused({ code: 'misuse' }, () => hex(suite.expand(suite.extract(unhex(salt), unhex(ikm)), unhex(info), size)));
      },
    });
    expect(counts).toEqual({ valid, invalid: 3 });
  });
});
