/** Keys as node:crypto holds them: loaded from raw bytes (never DER, which costs up to ten times as much) and kept. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { inSlices } from '../../slices.ts';
import type { Keeper, LoadedKey } from '../primitives.ts';
import type { Curve, SignatureScheme } from '../suites.ts';
import { bytes } from './symmetric.ts';

/** How node:crypto names the type of a key. */
export interface KeyType {
  readonly asymmetricKeyType: 'x25519' | 'x448' | 'ed25519' | 'ed448' | 'ec';
  readonly namedCurve?: 'P-256' | 'P-384' | 'P-521';
}

export function keyType(name: Curve | SignatureScheme): KeyType {
  switch (name) {
    case 'X25519':
      return { asymmetricKeyType: 'x25519' };
    case 'X448':
      return { asymmetricKeyType: 'x448' };
    case 'Ed25519':
      return { asymmetricKeyType: 'ed25519' };
    case 'Ed448':
      return { asymmetricKeyType: 'ed448' };
    case 'P-256':
    case 'ECDSA-P-256':
      return { asymmetricKeyType: 'ec', namedCurve: 'P-256' };
    case 'P-384':
    case 'ECDSA-P-384':
      return { asymmetricKeyType: 'ec', namedCurve: 'P-384' };
    case 'P-521':
    case 'ECDSA-P-521':
      return { asymmetricKeyType: 'ec', namedCurve: 'P-521' };
  }
}

export function loadedKey(material: KeyObject, publicKey: KeyObject): LoadedKey<KeyObject> {
  return { material, publicKey: bytes(publicKey.export({ format: 'raw-public' })) };
}

/** OpenSSL computes the public key whenever it loads a private one, so asking for it afterwards costs 2 us. */
export function keeper(name: Curve | SignatureScheme): Keeper<KeyObject> {
  const type = keyType(name);
  return {
    name: `native ${name}`,
    load: (key) =>
      inSlices(() => {
        const material = createPrivateKey({ key, format: 'raw-private', ...type });
        return loadedKey(material, createPublicKey(material));
      }),
    serialize: (material) => bytes(material.export({ format: 'raw-private' })),
    // OpenSSL overwrites the key when the last reference to the KeyObject is gone.
    wipe() {},
  };
}

export const loadPublicKey = (type: KeyType, key: Uint8Array): KeyObject => createPublicKey({ key, format: 'raw-public', ...type });

const cacheSize = 256;

/**
 * Public keys that come back, such as those of the members who speak: loading one for Ed25519 takes 8% of a verification,
 * for P-256 a quarter. Keyed by value; what was used among the last 256 to 512 is still there.
 */
export function publicKeyCache(type: KeyType): (key: Uint8Array) => KeyObject {
  let young = new Map<string, KeyObject>();
  let old = new Map<string, KeyObject>();
  return (key) => {
    const name = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
    let loaded = young.get(name);
    if (loaded !== undefined) return loaded;
    loaded = old.get(name) ?? loadPublicKey(type, key);
    if (young.size >= cacheSize) {
      old = young;
      young = new Map();
    }
    young.set(name, loaded);
    return loaded;
  };
}
