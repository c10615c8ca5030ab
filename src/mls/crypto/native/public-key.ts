/** Diffie-Hellman and signatures by node:crypto. */
import { diffieHellman, generateKeyPair, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { nistCurveOf } from '../nist-curve.ts';
import type { DiffieHellman, LoadedKey, SignatureAlgorithm } from '../primitives.ts';
import type { Curve, SignatureScheme } from '../suites.ts';
import { keeper, keyType, loadPublicKey, publicKeyCache } from './key-objects.ts';
import { publicKeyOperation, type Operation } from './pool.ts';
import { bytes } from './symmetric.ts';

/** OpenSSL has no special code for these curves; every operation takes milliseconds. */
const isSlow = (name: Curve | SignatureScheme): boolean => nistCurveOf(name) === 'P-384' || nistCurveOf(name) === 'P-521';

/**
 * From this length on, in bytes, hashing what is signed takes as long as a slow curve. The pool copies it, at a tenth of the
 * cost of one pass of a hash.
 */
const longMessage = 2 ** 18;

export function nativeDiffieHellman(curve: Curve): DiffieHellman<KeyObject> {
  const type = keyType(curve);
  const slow = isSlow(curve);
  const cached = publicKeyCache(type);
  return {
    ...keeper(curve),
    generate: () => publicKeyOperation({ slow, ...generator(curve) }),
    agree(privateKey, publicKey, publicKeyRecurs) {
      const keys = () => ({ privateKey, publicKey: publicKeyRecurs ? cached(publicKey) : loadPublicKey(type, publicKey) });
      return publicKeyOperation<Uint8Array | undefined>({
        slow,
        // The keys are known to be good, so what fails is an all-zero result (RFC 7748 §6.1), which OpenSSL refuses.
        now() {
          try {
            return bytes(diffieHellman(keys()));
          } catch {
            return undefined;
          }
        },
        later: (done) => diffieHellman(keys(), (error, secret) => done(null, error === null ? bytes(secret) : undefined)),
      });
    },
  };
}

const rawPublic = { publicKeyEncoding: { format: 'raw-public' } } as const;

interface RawPublicPair {
  readonly publicKey: Buffer<ArrayBuffer>;
  readonly privateKey: KeyObject;
}
type Generator = Pick<Operation<LoadedKey<KeyObject>>, 'now' | 'later'>;

/** generateKeyPair is overloaded by the type of key, and so has to be written once per type. */
function generator(curve: Curve): Generator {
  const loaded = ({ publicKey, privateKey }: RawPublicPair): LoadedKey<KeyObject> => ({ material: privateKey, publicKey: bytes(publicKey) });
  const finish =
    (done: (error: Error | null, key?: LoadedKey<KeyObject>) => void) =>
    (error: Error | null, publicKey: Buffer<ArrayBuffer>, privateKey: KeyObject): void =>
      error === null ? done(null, loaded({ publicKey, privateKey })) : done(error);
  switch (curve) {
    case 'X25519':
      return { now: () => loaded(generateKeyPairSync('x25519', rawPublic)), later: (done) => generateKeyPair('x25519', rawPublic, finish(done)) };
    case 'X448':
      return { now: () => loaded(generateKeyPairSync('x448', rawPublic)), later: (done) => generateKeyPair('x448', rawPublic, finish(done)) };
    default: {
      const ec = { namedCurve: curve, ...rawPublic };
      return { now: () => loaded(generateKeyPairSync('ec', ec)), later: (done) => generateKeyPair('ec', ec, finish(done)) };
    }
  }
}

export function nativeSignature(scheme: SignatureScheme): SignatureAlgorithm<KeyObject> {
  const type = keyType(scheme);
  const slow = isSlow(scheme);
  const cached = publicKeyCache(type);
  const hash = { Ed25519: null, Ed448: null, 'ECDSA-P-256': 'sha256', 'ECDSA-P-384': 'sha384', 'ECDSA-P-521': 'sha512' }[scheme];
  return {
    ...keeper(scheme),
    sign: (key, message) =>
      publicKeyOperation({
        slow: slow || message.length > longMessage,
        now: () => bytes(sign(hash, message, key)),
        later: (done) => sign(hash, message, key, (error, signature) => (error === null ? done(null, bytes(signature)) : done(error))),
      }),
    verify(publicKey, message, signature) {
      const key = () => ({ key: cached(publicKey), dsaEncoding: 'ieee-p1363' }) as const;
      return publicKeyOperation({
        slow: slow || message.length > longMessage,
        now: () => verify(hash, message, key(), signature),
        later: (done) => verify(hash, message, key(), signature, done),
      });
    },
  };
}
