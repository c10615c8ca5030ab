/** Hash, HMAC and AEAD by node:crypto. */
import { createCipheriv, createDecipheriv, createHash, hash as oneShot, type CipherGCMTypes } from 'node:crypto';
import { empty } from '../../bytes.ts';
import type { AEAD, HashFunction } from '../primitives.ts';
import type { AEADName, HashName } from '../suites.ts';

/**
 * Inputs up to this many bytes are put together here and hashed in one call, which costs a third of a Hash object. All of
 * this is synchronous, so one buffer serves everybody.
 */
const scratch = new Uint8Array(8192);
const digestLengths = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 } as const;

/** Buffers have a `slice` of their own that does not copy; nothing outside this folder gets one. */
export const bytes = (buffer: Uint8Array<ArrayBuffer>): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

export function nativeHash(name: HashName): HashFunction {
  const algorithm = name.replace('-', '').toLowerCase();
  const blockLength = name === 'SHA-256' ? 64 : 128;

  /** Appends `parts` to `scratch`; undefined when they do not fit. */
  function gather(offset: number, parts: readonly Uint8Array[]): Uint8Array | undefined {
    let end = offset;
    for (const part of parts) {
      if (end + part.length > scratch.length) return undefined;
      scratch.set(part, end);
      end += part.length;
    }
    return scratch.subarray(0, end);
  }

  function digestOfLong(start: Uint8Array, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const hash = createHash(algorithm).update(start);
    for (const part of parts) hash.update(part);
    return hash.digest();
  }

  return {
    length: digestLengths[name],
    // What is hashed without a key is no secret, so it may become a string, which costs a third of a Buffer.
    digest(parts) {
      const text = parts.length === 1 ? parts[0]! : gather(0, parts);
      return text === undefined ? bytes(digestOfLong(empty, parts)) : fromLatin1(oneShot(algorithm, text, 'latin1'));
    },
    // RFC 2104: H(K xor opad, H(K xor ipad, text)), of two one-shot hashes; an Hmac object costs more than both.
    hmac(key, parts) {
      const k = key.length > blockLength ? oneShot(algorithm, key, 'buffer') : key;
      for (let i = 0; i < k.length; i++) scratch[i] = k[i]! ^ 0x36;
      scratch.fill(0x36, k.length, blockLength);
      const text = gather(blockLength, parts);
      const inner = text === undefined ? digestOfLong(scratch.subarray(0, blockLength), parts) : oneShot(algorithm, text, 'buffer');
      for (let i = 0; i < blockLength; i++) scratch[i]! ^= 0x36 ^ 0x5c;
      scratch.set(inner, blockLength);
      const mac = oneShot(algorithm, scratch.subarray(0, blockLength + inner.length), 'buffer');
      inner.fill(0);
      scratch.fill(0, 0, Math.max(text?.length ?? scratch.length, blockLength + inner.length));
      return bytes(mac);
    },
  };
}

function fromLatin1(text: string): Uint8Array {
  const output = new Uint8Array(text.length);
  for (let i = 0; i < output.length; i++) output[i] = text.charCodeAt(i);
  return output;
}

const ciphers = {
  'AES-128-GCM': 'aes-128-gcm',
  'AES-256-GCM': 'aes-256-gcm',
  'ChaCha20-Poly1305': 'chacha20-poly1305',
} as const;
const tagLength = 16;
const options = { authTagLength: tagLength };

export function nativeAEAD(name: AEADName): AEAD {
  // The types know the calls with these options for GCM only; ChaCha20-Poly1305 takes the same.
  const cipher = ciphers[name] as CipherGCMTypes;
  return {
    seal(key, nonce, aad, plaintext) {
      const context = createCipheriv(cipher, key, nonce, options);
      context.setAAD(aad);
      const sealed = new Uint8Array(plaintext.length + tagLength);
      sealed.set(context.update(plaintext));
      context.final();
      sealed.set(context.getAuthTag(), plaintext.length);
      return sealed;
    },
    open(key, nonce, aad, ciphertext) {
      const end = ciphertext.length - tagLength;
      const context = createDecipheriv(cipher, key, nonce, options);
      context.setAAD(aad);
      context.setAuthTag(ciphertext.subarray(end));
      const plaintext = context.update(ciphertext.subarray(0, end));
      try {
        context.final();
      } catch {
        plaintext.fill(0);
        return undefined;
      }
      return bytes(plaintext);
    },
  };
}
