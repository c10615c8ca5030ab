/** Our HPKE against RFC 9180's own vectors and against @hpke/core with the KEM, KDF and AEAD that it brings along. */
import {
  Aes128Gcm,
  Aes256Gcm,
  CipherSuite as Core,
  DhkemP256HkdfSha256,
  DhkemP384HkdfSha384,
  DhkemP521HkdfSha512,
  DhkemX25519HkdfSha256,
  DhkemX448HkdfSha512,
  HkdfSha256,
  HkdfSha384,
  HkdfSha512,
} from '@hpke/core';
import { describe, expect, test } from 'vitest';
import { hex, providers, unhex } from './support.ts';

const cores = {
  1: () => new Core({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  2: () => new Core({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  4: () => new Core({ kem: new DhkemX448HkdfSha512(), kdf: new HkdfSha512(), aead: new Aes256Gcm() }),
  5: () => new Core({ kem: new DhkemP521HkdfSha512(), kdf: new HkdfSha512(), aead: new Aes256Gcm() }),
  7: () => new Core({ kem: new DhkemP384HkdfSha384(), kdf: new HkdfSha384(), aead: new Aes256Gcm() }),
};

/** RFC 9180 A.1.1 and A.3.1: base mode, the first encryption. */
const vectors = [
  {
    suite: 1,
    ikm: '6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037',
    privateKey: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
    publicKey: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    ciphertext: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  },
  {
    suite: 2,
    ikm: '668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550',
    privateKey: 'f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2',
    publicKey: '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
    enc: '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
    ciphertext: '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434',
  },
];
const info = unhex('4f6465206f6e2061204772656369616e2055726e');
const aad = unhex('436f756e742d30');
const plaintext = unhex('4265617574792069732074727574682c20747275746820626561757479');

describe.each(providers)('%s', (_, provider) => {
  test.each(vectors)('gives the keys and the plaintext of RFC 9180 for suite $suite', async ({ suite: id, ikm, privateKey, publicKey, enc, ciphertext }) => {
    const suite = provider.cipherSuite(id);
    const key = await suite.deriveHPKEKey(unhex(ikm));
    expect(hex(key.serialize())).toBe(privateKey);
    expect(hex(key.publicKey)).toBe(publicKey);
    expect(hex(await suite.hpkeOpen(key, unhex(enc), info, aad, unhex(ciphertext)))).toBe(hex(plaintext));
  });

  test.each([1, 2, 4, 5, 7] as const)('derives the keys, opens the ciphertexts and exports the secrets of @hpke/core in suite %i', async (id) => {
    const suite = provider.cipherSuite(id);
    const core = cores[id]();
    for (let seed = 0; seed < 3; seed++) {
      const ikm = new Uint8Array(suite.nsk).fill(seed);
      const pair = await core.kem.deriveKeyPair(ikm);
      const key = await suite.deriveHPKEKey(ikm);
      expect(hex(key.publicKey)).toBe(hex(new Uint8Array(await core.kem.serializePublicKey(pair.publicKey))));
      expect(hex(key.serialize())).toBe(hex(new Uint8Array(await core.kem.serializePrivateKey(pair.privateKey))));

      const ours = await suite.hpkeSeal(key.publicKey, info, aad, plaintext);
      expect(hex(new Uint8Array(await core.open({ recipientKey: pair, enc: ours.kemOutput, info }, ours.ciphertext, aad)))).toBe(hex(plaintext));
      const theirs = await core.seal({ recipientPublicKey: pair.publicKey, info }, plaintext, aad);
      expect(hex(await suite.hpkeOpen(key, new Uint8Array(theirs.enc), info, aad, new Uint8Array(theirs.ct)))).toBe(hex(plaintext));

      const sent = await suite.hpkeSendExport(key.publicKey, info, aad, 100);
      const recipient = await core.createRecipientContext({ recipientKey: pair, enc: sent.kemOutput, info });
      expect(hex(new Uint8Array(await recipient.export(aad, 100)))).toBe(hex(sent.exported));
      expect(hex(await suite.hpkeReceiveExport(key, sent.kemOutput, info, aad, 100))).toBe(hex(sent.exported));
    }
  });
});
