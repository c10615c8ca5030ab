/** Hash, HMAC and AEAD by @noble/hashes and @noble/ciphers. */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { AEAD, HashFunction } from '../primitives.ts';
import type { AEADName, HashName } from '../suites.ts';

const hashes = { 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 } as const;

export function portableHash(name: HashName): HashFunction {
  const hash = hashes[name];
  return {
    length: hash.outputLen,
    digest(parts) {
      const state = hash.create();
      for (const part of parts) state.update(part);
      return state.digest();
    },
    hmac(key, parts) {
      const state = hmac.create(hash, key);
      for (const part of parts) state.update(part);
      return state.digest();
    },
  };
}

export function portableAEAD(name: AEADName): AEAD {
  const cipher = name === 'ChaCha20-Poly1305' ? chacha20poly1305 : gcm;
  return {
    seal: (key, nonce, aad, plaintext) => cipher(key, nonce, aad).encrypt(plaintext),
    open(key, nonce, aad, ciphertext) {
      // Lengths were checked, so all that noble can throw for is a tag that does not match.
      try {
        return cipher(key, nonce, aad).decrypt(ciphertext);
      } catch {
        return undefined;
      }
    },
  };
}
