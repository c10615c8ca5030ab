/** Wycheproof's AEAD sets: RFC 9420 §5.1, with the keys of 128 and 256 bits and the nonces of 96 bits that the suites have. */
import { describe, expect, test } from 'vitest';
import { hex, judge, orRefused, outside, unhex, wycheproof, type Ruling, type Tally } from './sets.ts';

interface Group {
  readonly keySize: number;
  readonly ivSize: number;
}
interface Fields {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

interface Row {
  readonly name: string;
  /** The suite that tries keys of so many bits. */
  readonly suite: (keySize: number) => number;
  readonly tally: Tally;
}

const rows: readonly Row[] = [
  {
    name: 'aes_gcm',
    suite: (keySize) => (keySize === 256 ? 4 : 1),
    tally: {
      valid: 79,
      invalid: 54,
      'outside MLS: keys of 192 bits': 103,
      'outside MLS: nonces of other than 96 bits': 80,
    },
  },
  {
    name: 'chacha20_poly1305',
    suite: () => 3,
    tally: { valid: 256, invalid: 60, 'outside MLS: nonces of other than 96 bits': 9 },
  },
];

function rulingOf({ keySize, ivSize, result, msg, ct, tag }: Group & Fields & { readonly result: string }): Ruling {
  if (keySize === 192) return outside('keys of 192 bits');
  if (ivSize !== 96) return outside('nonces of other than 96 bits');
  return { outcome: result === 'valid' ? `opened ${msg} and sealed ${ct}${tag}` : 'not authentic', heading: result };
}

describe.each(rows)('$name', ({ name, suite: suiteFor, tally }) => {
  const set = wycheproof<Group, Fields>(name);

  test.skipIf(set.absent)('opens what is valid and seals it to the same bytes (R-5.1-01)', async () => {
    const counts = await judge(set, {
      ruling: rulingOf,
      outcome({ keySize, key, iv, aad, msg, ct, tag }, provider) {
        const suite = provider.cipherSuite(suiteFor(keySize));
        const [k, nonce, data] = [unhex(key), unhex(iv), unhex(aad)];
        return orRefused({ code: 'misuse' }, () => {
          const opened = suite.open(k, nonce, data, unhex(ct + tag));
          const sealed = hex(suite.seal(k, nonce, data, unhex(msg)));
          return opened === undefined && sealed !== ct + tag ? 'not authentic' : `opened ${opened === undefined ? 'nothing' : hex(opened)} and sealed ${sealed}`;
        });
      },
    });
    expect(counts).toEqual(tally);
  });
});
