import { expect, test } from 'vitest';
import { isLowOrder } from '../../../src/mls/crypto/low-order.ts';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { dataJson } from '../../support/data.ts';

interface Wycheproof {
  readonly testGroups: readonly { readonly tests: readonly { readonly public: string; readonly private: string; readonly shared: string }[] }[];
}

for (const [file, curve, id] of [['x25519', 'X25519', 1], ['x448', 'X448', 4]] as const) {
  const data = dataJson<Wycheproof>(`wycheproof/${file}_test.json`);
  test.runIf(data !== undefined)(`${curve}: exactly the points whose shared secret is zero are of small order`, () => {
    const { npk } = nativeProvider().cipherSuite(id);
    let low = 0;
    for (const { public: key, shared } of data!.testGroups.flatMap(({ tests }) => tests)) {
      const bytes = Buffer.from(key, 'hex');
      if (bytes.length !== npk) continue;
      const isZero = /^0+$/.test(shared);
      if (isZero) low++;
      expect(isLowOrder(curve, bytes), key).toBe(isZero);
    }
    expect(low).toBeGreaterThan(4);
  });
}
