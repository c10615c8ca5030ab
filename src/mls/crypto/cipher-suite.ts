/**
 * Makes a CipherSuite of a provider's primitives. Every length, point and encoding is checked here, once for all providers,
 * so that two members of one group never disagree because their providers differ.
 */
import { usage } from '../errors.ts';
import { dhkem } from './dhkem.ts';
import { hpke } from './hpke.ts';
import { isLowOrder } from './low-order.ts';
import { hkdfExpand } from './labelled-kdf.ts';
import type { AEAD, Primitives } from './primitives.ts';
import type { CipherSuite, CryptoProvider } from './provider.ts';
import { signatures } from './signatures.ts';
import { cipherSuiteParameters, cipherSuites, type CipherSuiteParameters } from './suites.ts';

/** Length of an AEAD tag in bytes, the same for all suites. */
const tagLength = 16;

export function cryptoProvider<DH, S>(primitives: Primitives<DH, S>): CryptoProvider {
  const made = new Map<number, CipherSuite>();
  return {
    name: primitives.name,
    cipherSuiteIds: cipherSuites.map(({ id }) => id),
    cipherSuite(id) {
      let suite = made.get(id);
      if (suite === undefined) made.set(id, (suite = cipherSuite(cipherSuiteParameters(id), primitives)));
      return suite;
    },
  };
}

function cipherSuite<DH, S>(suite: CipherSuiteParameters, primitives: Primitives<DH, S>): CipherSuite {
  const { random, reproducible } = primitives;
  const hash = primitives.hash(suite.hash);
  const aead = checkedAEAD(suite, primitives.aead(suite.aead));
  const kem = dhkem(suite, { hash, dh: primitives.diffieHellman(suite.curve), random, reproducible });
  const hybrid = hpke(suite, { hash, aead, dhkem: kem });

  return {
    ...suite,
    provider: primitives.name,
    random,
    digest: (...parts) => hash.digest(parts),
    hmac: (key, ...parts) => hash.hmac(key, parts),
    extract: (salt, ikm) => hash.hmac(salt, [ikm]),
    expand: (prk, info, length) => hkdfExpand(hash, prk, [info], length),
    seal: aead.seal,
    open: aead.open,
    equal: (a, b) => a.length === b.length && primitives.equal(a, b),

    generateHPKEKey: kem.generate,
    deriveHPKEKey: kem.derive,
    importHPKEKey: kem.load,
    isHPKEPublicKey: kem.isPublicKey,
    isLowOrder: (publicKey) => isLowOrder(suite.curve, publicKey),
    hpkeSeal: hybrid.seal,
    hpkeOpen: hybrid.open,
    hpkeSendExport: hybrid.sendExport,
    hpkeReceiveExport: hybrid.receiveExport,

    ...signatures(suite, primitives.signature(suite.signature), random),
  };
}

/** Wrong lengths of key or nonce are the caller's fault; a ciphertext too short for a tag just does not authenticate. */
function checkedAEAD({ aead: name, nk, nn }: CipherSuiteParameters, aead: AEAD): AEAD {
  const check = (key: Uint8Array, nonce: Uint8Array): void => {
    usage(key.length === nk && nonce.length === nn, `a key or nonce of ${name} has the wrong length`);
  };
  return {
    seal(key, nonce, aad, plaintext) {
      check(key, nonce);
      return aead.seal(key, nonce, aad, plaintext);
    },
    open(key, nonce, aad, ciphertext) {
      check(key, nonce);
      return ciphertext.length < tagLength ? undefined : aead.open(key, nonce, aad, ciphertext);
    },
  };
}
