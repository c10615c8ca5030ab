/** Bytes in hex and the two providers, for the tests of this folder. */
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { portableProvider } from '../../../src/mls/crypto/portable/provider.ts';
import type { CryptoProvider } from '../../../src/mls/crypto/provider.ts';

export const hex = (bytes: Uint8Array | undefined): string => (bytes === undefined ? 'undefined' : Buffer.from(bytes).toString('hex'));
/** A Uint8Array and not a Buffer, whose `slice` would not copy. */
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

export const native = nativeProvider();
export const portable = portableProvider();
export const providers: readonly (readonly [string, CryptoProvider])[] = [
  ['native', native],
  ['portable', portable],
];
