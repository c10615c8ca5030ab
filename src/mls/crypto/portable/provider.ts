/** The provider on @noble/curves, @noble/ciphers and @noble/hashes: JavaScript only, no Node API. */
import { equalBytes, randomBytes } from '@noble/curves/utils.js';
import { cryptoProvider } from '../cipher-suite.ts';
import type { CryptoProvider, RandomBytes } from '../provider.ts';
import type { Curve, SignatureScheme } from '../suites.ts';
import { portableDiffieHellman, portableSignature } from './public-key.ts';
import { portableAEAD, portableHash } from './symmetric.ts';

export interface PortableOptions {
  /** Where all randomness comes from; by default the platform's generator. With a seeded one, everything is reproducible. */
  readonly random?: RandomBytes;
}

// Shared by all suites and providers made here, so that a key loaded through one of them is good for the others.
const curves: Partial<Record<Curve, ReturnType<typeof portableDiffieHellman>>> = {};
const schemes: Partial<Record<SignatureScheme, ReturnType<typeof portableSignature>>> = {};

/** All seven suites in JavaScript; public-key operations run in slices of 10 ms between turns of the event loop. */
export function portableProvider({ random }: PortableOptions = {}): CryptoProvider {
  return cryptoProvider({
    name: 'portable',
    random: random ?? randomBytes,
    reproducible: true,
    hash: portableHash,
    aead: portableAEAD,
    diffieHellman: (curve) => (curves[curve] ??= portableDiffieHellman(curve)),
    signature: (scheme) => (schemes[scheme] ??= portableSignature(scheme)),
    equal: equalBytes,
  });
}
