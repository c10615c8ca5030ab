/** Vectors of crypto-basics.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('crypto-basics', {
  type: 'crypto-basics',
  officialCases: 7,
  mutations: [
    { name: 'a hash is another', change: (vector) => (vector.ref_hash.out = flipped(vector.ref_hash.out)), path: '.ref_hash.out', message: 'expected' },
    { name: 'a label is another', change: (vector) => (vector.derive_secret.label = 'other'), path: '.derive_secret.out' },
    { name: 'a signature is wrong', change: ({ sign_with_label: sign }) => (sign.signature = flipped(sign.signature)), path: '.sign_with_label.signature', message: 'does not verify' },
    { name: 'a ciphertext is wrong', change: ({ encrypt_with_label: encrypt }) => (encrypt.ciphertext = flipped(encrypt.ciphertext)), path: '.encrypt_with_label.ciphertext', message: 'does not open' },
    { name: 'a private key does not fit', change: ({ encrypt_with_label: encrypt }) => (encrypt.priv = `11${encrypt.priv.slice(2)}`), path: '.encrypt_with_label.pub' },
    { name: 'a value is not hexadecimal', change: (vector) => (vector.derive_secret.secret = 'xyz'), path: '.derive_secret.secret', message: 'is not hexadecimal' },
  ],
});
