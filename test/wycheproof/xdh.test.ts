/**
 * Wycheproof's X25519 and X448 sets, and every encoding of the points of small order. What the sets leave open is decided
 * here; all of their cases can be said in MLS.
 */
import { describe, expect, test } from 'vitest';
import { agreement, expectUnusable, type AgreementFields } from './key-agreement.ts';
import { decide, judge, native, portable, unhex, wycheproof, type Decision } from './sets.ts';

const decisions: readonly Decision[] = [
  { flag: 'ZeroSharedSecret', outcome: 'refused', because: 'RFC 9180 §7.1.4: an all-zero result is an error' },
  // Three cases of x448: the low-order coordinates with bit 447 set, which X448 does not mask, so that they are other points.
  { flag: 'LowOrderPublic', outcome: 'agreed', because: 'the result is not zero' },
  { flag: 'NonCanonicalPublic', outcome: 'agreed', because: 'RFC 7748 §5: reduced modulo p' },
  { flag: 'Twist', outcome: 'agreed', because: 'RFC 7748 §5: every coordinate is a point of the curve or of its twist' },
];

const heading = (flag: string): string => decide({ tcId: 0, comment: '', flags: [flag], result: 'acceptable' }, decisions).heading;

describe.each([
  { name: 'x25519', suite: 1, tally: { valid: 264, [heading('ZeroSharedSecret')]: 31, [heading('NonCanonicalPublic')]: 13, [heading('Twist')]: 210 } },
  {
    name: 'x448',
    suite: 4,
    tally: { valid: 253, invalid: 12, [heading('ZeroSharedSecret')]: 11, [heading('LowOrderPublic')]: 3, [heading('NonCanonicalPublic')]: 4, [heading('Twist')]: 227 },
  },
])('$name', ({ name, suite: id, tally }) => {
  const set = wycheproof<object, AgreementFields>(name);

  test.skipIf(set.absent)('agrees on every secret but those that are all zero (R-5.1.1-04)', { timeout: 300_000 }, async () => {
    const counts = await judge(set, {
      ruling: (one) => (one.result === 'acceptable' ? decide(one, decisions) : { outcome: one.result === 'valid' ? 'agreed' : 'refused', heading: one.result }),
      outcome: (one, provider) => agreement(provider.cipherSuite(id), one),
    });
    expect(counts).toEqual(tally);
  });
});

const order8 = ['e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'];

describe.each([native, portable])('$name', (provider) => {
  describe.each([
    {
      suite: 1,
      // 0, 1, two of order 8, p - 1, p, p + 1; the bit above the coordinate does not count.
      small: ['00'.repeat(32), `01${'00'.repeat(31)}`, ...order8, ...['ec', 'ed', 'ee'].map((low) => `${low}${'ff'.repeat(30)}7f`)].flatMap((u) => [
        u,
        u.slice(0, 62) + (Number.parseInt(u.slice(62), 16) | 0x80).toString(16),
      ]),
      others: [`02${'00'.repeat(31)}`, `09${'00'.repeat(31)}`, `eb${'ff'.repeat(30)}7f`, `ef${'ff'.repeat(30)}7f`, 'ff'.repeat(32)],
    },
    {
      suite: 4,
      // 0, 1, p - 1, p, p + 1.
      small: ['00'.repeat(56), `01${'00'.repeat(55)}`, ...['fe', 'ff'].map((low) => `${low}${'ff'.repeat(27)}fe${'ff'.repeat(27)}`), `${'00'.repeat(28)}${'ff'.repeat(28)}`],
      others: [`02${'00'.repeat(55)}`, `05${'00'.repeat(55)}`, `fd${'ff'.repeat(27)}fe${'ff'.repeat(27)}`, `01${'00'.repeat(27)}${'ff'.repeat(28)}`, 'ff'.repeat(56)],
    },
  ])('suite $suite', ({ suite: id, small, others }) => {
    const suite = provider.cipherSuite(id);

    test('refuses every encoding of the points of small order, and none of their neighbours (R-5.1.1-04)', async () => {
      const key = await suite.generateHPKEKey();
      for (const u of small.map(unhex)) {
        expect(suite.isHPKEPublicKey(u)).toBe(true);
        expect(suite.isLowOrder(u)).toBe(true);
        await expectUnusable(suite, u, key);
      }
      const context = new Uint8Array(1);
      for (const u of others.map(unhex)) {
        expect(suite.isLowOrder(u)).toBe(false);
        expect((await suite.hpkeSeal(u, context, context, context)).kemOutput.length).toBe(suite.npk);
        expect((await suite.hpkeReceiveExport(key, u, context, context, 32)).length).toBe(32);
      }
    });
  });
});
