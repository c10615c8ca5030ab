/** Points of small order: every point and both providers are in test/wycheproof/xdh.test.ts. */
import { expect, test } from 'vitest';
import { isLowOrder } from '../../../src/mls/crypto/low-order.ts';

test.each([
  ['X25519', 32],
  ['X448', 56],
] as const)('%s: what has not the length of a key is not of small order', (curve, length) => {
  expect(isLowOrder(curve, new Uint8Array(length))).toBe(true);
  for (const other of [0, 1, length - 1, length + 1, 2 * length]) expect(isLowOrder(curve, new Uint8Array(other))).toBe(false);
});
