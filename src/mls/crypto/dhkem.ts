/**
 * DHKEM (RFC 9180 §4.1) over the five curves of the suites: DeriveKeyPair, GenerateKeyPair, Encap and Decap. Encoding and
 * curve of every received key are checked here (RFC 9420 R-5.1.1-04).
 */
import { copyOf, empty } from '../bytes.ts';
import { usage, violation } from '../errors.ts';
import { labelledKDF, type LabelledKDF } from './labelled-kdf.ts';
import { isPoint, isScalar, nistCurveOf, nistCurves } from './nist-curve.ts';
import type { DiffieHellman, HashFunction, LoadedKey } from './primitives.ts';
import { PrivateKeyHandle } from './private-key.ts';
import type { HPKEPrivateKey, RandomBytes } from './provider.ts';
import type { CipherSuiteParameters } from './suites.ts';

export interface DHKEM {
  generate(): Promise<HPKEPrivateKey>;
  derive(ikm: Uint8Array): Promise<HPKEPrivateKey>;
  load(bytes: Uint8Array): Promise<HPKEPrivateKey>;
  isPublicKey(publicKey: Uint8Array): boolean;
  encap(publicKey: Uint8Array): Promise<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array }>;
  decap(enc: Uint8Array, key: HPKEPrivateKey): Promise<Uint8Array>;
}

export interface DHKEMParts<Material> {
  readonly hash: HashFunction;
  readonly dh: DiffieHellman<Material>;
  readonly random: RandomBytes;
  /** Fresh keys come from `random`, even where the library's own generator is faster. */
  readonly reproducible: boolean;
}

export function dhkem<Material>(suite: CipherSuiteParameters, { hash, dh, random, reproducible }: DHKEMParts<Material>): DHKEM {
  const kdf = labelledKDF(hash, Uint8Array.of(0x4b, 0x45, 0x4d, suite.kemId >> 8, suite.kemId)); // "KEM" and its id
  const curve = nistCurveOf(suite.curve);
  const isPublicKey = (bytes: Uint8Array): boolean => (curve === undefined ? bytes.length === suite.npk : isPoint(curve, bytes));
  const isPrivateKey = (bytes: Uint8Array): boolean => (curve === undefined ? bytes.length === suite.nsk : isScalar(curve, bytes));
  const handle = (loaded: LoadedKey<Material>): HPKEPrivateKey => new PrivateKeyHandle('hpke', dh, loaded);

  const load = async (bytes: Uint8Array): Promise<LoadedKey<Material>> => {
    try {
      return await dh.load(bytes);
    } finally {
      bytes.fill(0);
    }
  };
  const derive = (ikm: Uint8Array): Promise<LoadedKey<Material>> => load(derivePrivateKey(kdf, suite, ikm));
  // RFC 9180 §4: GenerateKeyPair may be DeriveKeyPair of random bytes.
  const generate = (): Promise<LoadedKey<Material>> => {
    if (!reproducible && dh.generate !== undefined) return dh.generate();
    const ikm = random(suite.nsk);
    const deriving = derive(ikm);
    ikm.fill(0);
    return deriving;
  };
  const extractAndExpand = (secret: Uint8Array, enc: Uint8Array, publicKey: Uint8Array): Uint8Array => {
    const prk = kdf.labeledExtract(empty, 'eae_prk', secret);
    secret.fill(0);
    const shared = kdf.labeledExpand(prk, 'shared_secret', [enc, publicKey], suite.nh);
    prk.fill(0);
    return shared;
  };

  return {
    isPublicKey,
    generate: async () => handle(await generate()),
    derive: async (ikm) => handle(await derive(ikm)),
    async load(bytes) {
      usage(isPrivateKey(bytes), `these ${bytes.length} bytes are no private key of ${suite.curve}`);
      return handle(await load(copyOf(bytes)));
    },
    async encap(publicKey) {
      if (!isPublicKey(publicKey)) throw violation('R-5.1.1-04', `not a public key of ${suite.curve}`);
      const ephemeral = await generate();
      const secret = await dh.agree(ephemeral.material, publicKey, true).finally(() => dh.wipe(ephemeral.material));
      if (secret === undefined) throw violation('R-5.1.1-04', 'the public key gives an all-zero Diffie-Hellman result');
      return { sharedSecret: extractAndExpand(secret, ephemeral.publicKey, publicKey), enc: ephemeral.publicKey };
    },
    async decap(enc, key) {
      if (!isPublicKey(enc)) throw violation('R-5.1.1-04', `kem_output is no public key of ${suite.curve}`);
      const secret = await dh.agree(PrivateKeyHandle.material(key, dh), enc, false);
      if (secret === undefined) throw violation('R-5.1.1-04', 'kem_output gives an all-zero Diffie-Hellman result');
      return extractAndExpand(secret, enc, key.publicKey);
    },
  };
}

/** The private half of RFC 9180 §7.1.3 DeriveKeyPair. */
function derivePrivateKey(kdf: LabelledKDF, suite: CipherSuiteParameters, ikm: Uint8Array): Uint8Array {
  const prk = kdf.labeledExtract(empty, 'dkp_prk', ikm);
  const curve = nistCurveOf(suite.curve);
  if (curve === undefined) {
    const key = kdf.labeledExpand(prk, 'sk', [], suite.nsk);
    prk.fill(0);
    return key;
  }
  for (let counter = 0; counter < 256; counter++) {
    const candidate = kdf.labeledExpand(prk, 'candidate', [Uint8Array.of(counter)], suite.nsk);
    candidate[0]! &= nistCurves[curve].bitmask;
    if (isScalar(curve, candidate)) {
      prk.fill(0);
      return candidate;
    }
  }
  // One candidate in 2^32 fails on P-256, so no caller will ever see this.
  throw new Error('DeriveKeyPair found no key in 256 candidates');
}
