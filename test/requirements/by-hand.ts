/** RFC 9420's formulas over node:crypto alone, written from the text: what the engine computes must come out of these, too. */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { concat, utf8 } from '../../src/mls/bytes.ts';

/** Of suite 1: SHA-256, AES-128-GCM. */
const hashName = 'sha256';
export const nh = 32;

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
export const u32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
export const u64 = (value: bigint): Uint8Array => concat(u32(Number(value >> 32n)), u32(Number(value & 0xffff_ffffn)));

/** A vector with its length before it (§2.1.2), below 16,384 bytes. */
export const vec = (...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concat(...parts);
  return concat(content.length < 64 ? Uint8Array.of(content.length) : u16(0x4000 | content.length), content);
};

export const hash = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(createHash(hashName).update(concat(...parts)).digest());
export const mac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(createHmac(hashName, key).update(concat(...parts)).digest());

/** HKDF-Extract. */
export const extract = (salt: Uint8Array, ikm: Uint8Array): Uint8Array => mac(salt, ikm);

/** HKDF-Expand. */
export function expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  let okm: Uint8Array = new Uint8Array(0);
  let block: Uint8Array = okm;
  for (let i = 1; okm.length < length; i++) okm = concat(okm, (block = mac(prk, block, info, Uint8Array.of(i))));
  return okm.slice(0, length);
}

export const expandWithLabel = (secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array =>
  expand(secret, concat(u16(length), vec(utf8(`MLS 1.0 ${label}`)), vec(context)), length);
export const deriveSecret = (secret: Uint8Array, label: string): Uint8Array => expandWithLabel(secret, label, new Uint8Array(0), nh);
export const deriveTreeSecret = (secret: Uint8Array, label: string, generation: number, length: number): Uint8Array => expandWithLabel(secret, label, u32(generation), length);

/** AES-128-GCM with the tag behind the ciphertext; throws when it does not open. */
export function open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAAD(aad);
  decipher.setAuthTag(sealed.subarray(-16));
  return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]));
}

/** Ciphertext and tag of AES-128-GCM. */
export function seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): { readonly ciphertext: Uint8Array; readonly tag: Uint8Array } {
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(aad);
  const ciphertext = new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final()]));
  return { ciphertext, tag: new Uint8Array(cipher.getAuthTag()) };
}
