/** Vectors of psk_secret.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('psk_secret', {
  type: 'psk_secret',
  officialCases: 77,
  mutations: [
    { name: 'the secret is another', change: (vector) => (vector.psk_secret = flipped(vector.psk_secret)), path: '.psk_secret' },
    { name: 'there is one PSK more', change: (vector) => vector.psks.push({ psk_id: '', psk: '00', psk_nonce: '' }), path: '.psk_secret' },
  ],
});
