/** The provider on node:crypto (OpenSSL). */
import { randomFillSync, timingSafeEqual } from 'node:crypto';
import { cryptoProvider } from '../cipher-suite.ts';
import type { CryptoProvider, RandomBytes } from '../provider.ts';
import type { Curve, SignatureScheme } from '../suites.ts';
import { nativeDiffieHellman, nativeSignature } from './public-key.ts';
import { nativeAEAD, nativeHash } from './symmetric.ts';

export interface NativeOptions {
  /**
   * Where all randomness comes from but that of ECDSA signatures, which OpenSSL draws itself; by default the operating
   * system's generator.
   */
  readonly random?: RandomBytes;
}

// Shared by all suites and providers made here, so that a key loaded through one of them is good for the others.
const curves: Partial<Record<Curve, ReturnType<typeof nativeDiffieHellman>>> = {};
const schemes: Partial<Record<SignatureScheme, ReturnType<typeof nativeSignature>>> = {};

/** All seven suites on node:crypto; public-key operations asked for together run in its thread pool. */
export function nativeProvider({ random }: NativeOptions = {}): CryptoProvider {
  return cryptoProvider({
    name: 'native',
    random: random ?? ((size) => randomFillSync(new Uint8Array(size))),
    reproducible: random !== undefined,
    hash: nativeHash,
    aead: nativeAEAD,
    diffieHellman: (curve) => (curves[curve] ??= nativeDiffieHellman(curve)),
    signature: (scheme) => (schemes[scheme] ??= nativeSignature(scheme)),
    equal: timingSafeEqual,
  });
}
