/**
 * Handles of private keys. The key material stays in a private field, in the form that the provider's library takes, so
 * that it is loaded once; printing or serialising a handle shows its public half only (RFC 9420 §2, R-2-01).
 */
import { MLSError, usage } from '../errors.ts';
import type { Keeper, LoadedKey } from './primitives.ts';
import type { PrivateKey } from './provider.ts';

export class PrivateKeyHandle<Use extends 'hpke' | 'signature', Material> implements PrivateKey {
  readonly use: Use;
  readonly publicKey: Uint8Array;
  readonly #keeper: Keeper<Material>;
  #material: Material | undefined;

  constructor(use: Use, keeper: Keeper<Material>, loaded: LoadedKey<Material>) {
    this.use = use;
    this.publicKey = loaded.publicKey;
    this.#keeper = keeper;
    this.#material = loaded.material;
  }

  /**
   * What `keeper` loaded `key` into.
   * @throws MLSError `misuse` for a key of another provider or algorithm, and after `dispose`
   */
  static material<Material>(key: PrivateKey, keeper: Keeper<Material>): Material {
    usage(key instanceof PrivateKeyHandle && key.#keeper === keeper, `this is not a private key of ${keeper.name}`);
    return key.#expose() as Material;
  }

  serialize(): Uint8Array {
    return this.#keeper.serialize(this.#expose());
  }

  dispose(): void {
    if (this.#material !== undefined) this.#keeper.wipe(this.#material);
    this.#material = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    const publicKey = Array.from(this.publicKey, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `[${this.#keeper.name} ${this.use} private key${this.#material === undefined ? ', deleted' : ''} of ${publicKey}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #expose(): Material {
    if (this.#material === undefined) throw new MLSError('misuse', 'this private key was deleted');
    return this.#material;
  }
}
