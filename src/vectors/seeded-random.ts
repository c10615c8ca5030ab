/** Random bytes that follow from a seed: for vectors that anybody can make again, never for keys that protect something. */
import { chacha20 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../mls/bytes.ts';
import type { RandomBytes } from '../mls/crypto/provider.ts';

/** A stream of its own for each seed: ChaCha20 under the seed's hash, a new nonce for each call. */
export function seededRandom(seed: string): RandomBytes {
  const key = sha256(utf8(seed));
  const nonce = new Uint8Array(12);
  const counter = new DataView(nonce.buffer);
  let calls = 0;
  return (size) => {
    counter.setUint32(0, calls++);
    return chacha20(key, nonce, new Uint8Array(size));
  };
}
