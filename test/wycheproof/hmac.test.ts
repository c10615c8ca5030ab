/** Wycheproof's HMAC sets: the MAC of the suites (R-17.1-09), which MLS never truncates. */
import { describe, expect, test } from 'vitest';
import { hex, judge, outside, unhex, wycheproof, type Ruling } from './sets.ts';

interface Group {
  /** In bits. */
  readonly tagSize: number;
}
interface Fields {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

describe.each([
  { hash: 'sha256', suite: 1, bits: 256 },
  { hash: 'sha384', suite: 7, bits: 384 },
  { hash: 'sha512', suite: 4, bits: 512 },
])('hmac_$hash', ({ hash, suite: id, bits }) => {
  const set = wycheproof<Group, Fields>(`hmac_${hash}`);

  function rulingOf({ tagSize, result }: Group & { readonly result: string }): Ruling {
    if (tagSize !== bits) return outside('truncated tags', result === 'valid' ? 'refused, though the start is right' : 'refused');
    return { outcome: result === 'valid' ? 'equal' : 'refused', heading: result };
  }

  test.skipIf(set.absent)('gives the MACs of the set and compares them at full length only (R-17.1-09)', async () => {
    const counts = await judge(set, {
      ruling: rulingOf,
      outcome({ key, msg, tag }, provider) {
        const suite = provider.cipherSuite(id);
        const mac = suite.hmac(unhex(key), unhex(msg));
        if (suite.equal(mac, unhex(tag))) return 'equal';
        return hex(mac).startsWith(tag) ? 'refused, though the start is right' : 'refused';
      },
    });
    expect(counts).toEqual({ valid: 33, invalid: 54, 'outside MLS: truncated tags': 87 });
  });
});
