/** psk_secret.json: external PSKs folded into one secret (RFC 9420 §8.4). */
import { pskSecret } from '../mls/epoch/psk-secret.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import type { z } from 'zod';
import { bytes, list, number, object, sameBytesAt, vectorType } from './vector-type.ts';

const schema = object({ cipher_suite: number, psks: list(object({ psk_id: bytes, psk: bytes, psk_nonce: bytes })), psk_secret: bytes });
type Case = z.output<typeof schema>;

export const pskSecretVectors = vectorType({
  name: 'psk_secret',
  schema,
  verify(vector, { provider }) {
    sameBytesAt('.psk_secret', vector.psk_secret, computed(provider.cipherSuite(vector.cipher_suite), vector.psks));
  },
  generate: {
    psk_secret: ({ suite }) =>
      [0, 1, 2, 5].map((count) => {
        const psks = Array.from({ length: count }, () => ({ psk_id: suite.random(24), psk: suite.random(suite.nh), psk_nonce: suite.random(suite.nh) }));
        return { cipher_suite: suite.id, psks, psk_secret: computed(suite, psks) };
      }),
  },
});

const computed = (suite: CipherSuite, psks: Case['psks']): Uint8Array =>
  pskSecret(suite, psks.map(({ psk_id, psk, psk_nonce }) => ({ id: { psktype: 'external', pskId: psk_id, pskNonce: psk_nonce }, psk })));
