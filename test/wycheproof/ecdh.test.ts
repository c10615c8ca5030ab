/**
 * Wycheproof's ECDH sets for the NIST curves. MLS has uncompressed points only (R-5.1.1-04, RFC 9180 §7.1.1), so that the one
 * kind of case that the first sets leave open, compressed points, is refused. The second sets have the keys in ASN.1,
 * which MLS does not know: those strings are refused as they are, and the points inside are tried where they are new.
 */
import { describe, expect, test } from 'vitest';
import { agreement, type AgreementFields } from './key-agreement.ts';
import { decide, judge, outside, wycheproof, type Case, type Decision, type KnownAnswers } from './sets.ts';

type Agreement = AgreementFields & Case;

const decisions: readonly Decision[] = [{ flag: 'CompressedPoint', outcome: 'refused', because: 'R-5.1.1-04' }];

const tally = (valid: number, invalid: number) => ({ valid, invalid, 'acceptable and refused: CompressedPoint (R-5.1.1-04)': 1 });

describe.each([
  {
    curve: 'secp256r1',
    suite: 2,
    size: 32,
    header: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
    points: tally(330, 24),
    keys: { 'outside MLS: ASN.1 around a point of the other set': 346, 'outside MLS: ASN.1 around a point that is new': 4, 'outside MLS: other ASN.1': 262 },
  },
  {
    curve: 'secp384r1',
    suite: 7,
    size: 48,
    header: '3076301006072a8648ce3d020106052b81040022036200',
    points: tally(771, 18),
    keys: { 'outside MLS: ASN.1 around a point of the other set': 787, 'outside MLS: ASN.1 around a point that is new': 4, 'outside MLS: other ASN.1': 256 },
  },
  {
    curve: 'secp521r1',
    suite: 5,
    size: 66,
    header: '30819b301006072a8648ce3d020106052b8104002303818600',
    points: tally(632, 28),
    keys: { 'outside MLS: ASN.1 around a point of the other set': 648, 'outside MLS: ASN.1 around a point that is new': 4, 'outside MLS: other ASN.1': 264 },
  },
])('$curve', ({ curve, suite: id, size, header, points, keys }) => {
  // Private keys have full width in MLS; the sets write them as numbers.
  const fullWidth = (set: KnownAnswers<Agreement>): KnownAnswers<Agreement> => ({
    ...set,
    cases: set.cases.map((one) => ({ ...one, private: one.private.replace(/^(00)+/, '').padStart(2 * size, '0') })),
  });
  const pointSet = fullWidth(wycheproof<object, AgreementFields>(`ecdh_${curve}_ecpoint`));
  const keySet = fullWidth(wycheproof<object, AgreementFields>(`ecdh_${curve}`));
  const nameOf = (one: AgreementFields): string => [one.public, one.private, one.shared].join();
  const known = new Set(pointSet.cases.map(nameOf));
  /** The case with what stands in the BIT STRING of a SubjectPublicKeyInfo for the curve, if that is what it has. */
  const unwrapped = (one: Agreement): Agreement | undefined => (one.public.startsWith(header) ? { ...one, public: one.public.slice(header.length) } : undefined);

  test.skipIf(pointSet.absent)('agrees on every secret and refuses all but uncompressed points of the curve (R-5.1.1-04)', { timeout: 300_000 }, async () => {
    const counts = await judge(pointSet, {
      ruling: (one) => (one.result === 'acceptable' ? decide(one, decisions) : { outcome: one.result === 'valid' ? 'agreed' : 'refused', heading: one.result }),
      outcome: (one, provider) => agreement(provider.cipherSuite(id), one),
    });
    expect(counts).toEqual(points);
  });

  test.skipIf(keySet.absent)('takes no ASN.1 for a point', async () => {
    const counts = await judge(keySet, {
      ruling(one) {
        const point = unwrapped(one);
        if (point === undefined) return outside('other ASN.1');
        return outside(known.has(nameOf(point)) ? 'ASN.1 around a point of the other set' : 'ASN.1 around a point that is new');
      },
      // One private key serves, since none of these strings gets as far.
      outcome: (one, provider) => agreement(provider.cipherSuite(id), { ...one, private: keySet.cases[0]!.private }),
    });
    expect(counts).toEqual(keys);
  });

  test.skipIf(keySet.absent || pointSet.absent)('refuses the points that only the ASN.1 has: off the curve, (0,0), and longer ones', async () => {
    const cases = keySet.cases.flatMap((one) => unwrapped(one) ?? []).filter((one) => !known.has(nameOf(one)));
    const counts = await judge(
      { ...keySet, cases },
      {
        ruling: () => ({ outcome: 'refused', heading: 'points that only the ASN.1 has' }),
        outcome: (one, provider) => agreement(provider.cipherSuite(id), one),
      },
    );
    expect(counts).toEqual({ 'points that only the ASN.1 has': 4 });
  });
});
