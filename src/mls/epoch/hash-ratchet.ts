/**
 * A sender ratchet (RFC 9420 §9.1): a chain of secrets, each of which yields the key and nonce of one generation. Used
 * generations leave nothing behind; skipped ones leave their key and nonce only, never the secret that later generations
 * follow from (§9.2, R-9.2-05, R-9.2-06).
 */
import { deriveTreeSecret } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must, within } from '../errors.ts';
import { wipe } from './key-schedule.ts';
import type { RatchetState } from './secret-tree-state.ts';

export interface RatchetLimits {
  /** How many generations beyond the next expected one a message may be (R-15.3-03). */
  readonly forwardSteps: number;
  /** How many keys of skipped generations each ratchet keeps; the oldest are dropped first (R-15.3-02). */
  readonly outOfOrderKeys: number;
}

/** Key and nonce of one generation: AEAD.Nk and AEAD.Nn bytes, a copy that the receiver of it wipes. */
export interface KeyAndNonce {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** There are 2^32 generations; this one does not exist. */
const endOfGenerations = 2 ** 32;

/** @throws MLSError `limit` R-15.3-04 when `generation` is too far from the next expected one, before anything is derived */
export function checkForwardSteps(generation: number, expected: number, { forwardSteps }: RatchetLimits): void {
  within(generation - expected <= forwardSteps, `generation ${generation} with ${expected} expected, ${forwardSteps} steps are allowed`, 'R-15.3-04');
}

export class HashRatchet {
  readonly #suite: CipherSuite;
  /** The first generation that has not been used or skipped, and its secret. */
  #generation: number;
  #secret: Uint8Array;
  /** key || nonce of skipped generations, oldest first. */
  readonly #skipped = new Map<number, Uint8Array>();
  /** Secrets of the generations after `#generation`, derived to look something up and not yet needed otherwise. */
  #ahead: Uint8Array[] = [];
  /** Secret of the generation after a reservation, so that the next `reserve` continues from there. */
  #reserved: { readonly generation: number; readonly secret: Uint8Array } | undefined;

  /** Takes ownership of `secret`, which is that of `generation`. */
  constructor(suite: CipherSuite, secret: Uint8Array, generation = 0) {
    this.#suite = suite;
    this.#secret = secret;
    this.#generation = generation;
  }

  static restore(suite: CipherSuite, state: RatchetState): HashRatchet {
    const ratchet = new HashRatchet(suite, state.secret.slice(), Number(state.generation));
    for (const { generation, keyAndNonce } of state.skipped) ratchet.#skipped.set(generation, keyAndNonce.slice());
    return ratchet;
  }

  /** The generation that a sender uses next. */
  get generation(): number {
    return this.#generation;
  }

  /** Uses the next generation up: nothing of it stays here. For senders. */
  take(): KeyAndNonce & { readonly generation: number } {
    const generation = this.#generation;
    within(generation < endOfGenerations, 'all 2^32 generations of this ratchet are used; a Commit starts new ones', 'R-9.1-04');
    const taken = { generation, ...this.#derive(this.#secret, generation) };
    this.#moveTo(generation + 1);
    return taken;
  }

  /**
   * The key of `generation`, without using it up. The steps to it are remembered until `forget`, so that looking up many
   * generations before one is used costs one step each.
   * @throws MLSError `invalid` R-9.1-05 when it was used or dropped, `limit` R-15.3-04 when it is too far ahead
   */
  lookUp(generation: number, limits: RatchetLimits): KeyAndNonce {
    if (generation < this.#generation) return this.#split(this.#skippedKey(generation));
    checkForwardSteps(generation, this.#generation, limits);
    return this.#derive(this.#secretAt(generation), generation);
  }

  /**
   * Uses `generation` up, keeping key and nonce of those it skips.
   * @throws MLSError `invalid` R-9.1-05 when it was used or dropped since it was looked up
   */
  use(generation: number, { outOfOrderKeys }: RatchetLimits): void {
    if (generation < this.#generation) {
      wipe(this.#skippedKey(generation));
      this.#skipped.delete(generation);
      return;
    }
    this.#secretAt(generation);
    for (let skipped = Math.max(this.#generation, generation - outOfOrderKeys); skipped < generation; skipped++) {
      const { key, nonce } = this.#derive(this.#secretAt(skipped), skipped);
      this.#skipped.set(skipped, joined(key, nonce));
    }
    this.#dropOldest(outOfOrderKeys);
    this.#moveTo(generation + 1);
  }

  /** Forgets the steps of look-ups that came to nothing. */
  forget(): void {
    wipe(...this.#ahead);
    this.#ahead = [];
  }

  /**
   * The state of this ratchet as it will be after `count` more generations: nothing in it leads back to them.
   * @param count 0 for a ratchet that only receives
   */
  state(count: number): RatchetState {
    const skipped = Array.from(this.#skipped, ([generation, keyAndNonce]) => ({ generation, keyAndNonce }));
    if (count === 0) return { generation: BigInt(this.#generation), secret: this.#secret, skipped };
    const { generation, secret } = this.#reserve(Math.min(this.#generation + count, endOfGenerations));
    return { generation: BigInt(generation), secret, skipped };
  }

  dispose(): void {
    this.forget();
    wipe(this.#secret, this.#reserved?.secret, ...this.#skipped.values());
    this.#skipped.clear();
    this.#generation = endOfGenerations;
  }

  /** Walks to `target` beside the ratchet, from the last reservation where that is possible. */
  #reserve(target: number): { readonly generation: number; readonly secret: Uint8Array } {
    const usable = this.#reserved !== undefined && this.#reserved.generation >= this.#generation && this.#reserved.generation <= target;
    let { generation, secret } = usable ? this.#reserved! : { generation: this.#generation, secret: this.#secret };
    secret = secret.slice();
    for (; generation < target; generation++) secret = replaced(secret, this.#next(secret, generation));
    wipe(this.#reserved?.secret);
    this.#reserved = { generation, secret };
    return this.#reserved;
  }

  /** Secret of `generation`, which is not before the current one; remembers the secrets in between. */
  #secretAt(generation: number): Uint8Array {
    if (generation === this.#generation) return this.#secret;
    let at = this.#generation + this.#ahead.length;
    let secret = this.#ahead.at(-1) ?? this.#secret;
    for (; at < generation; at++) this.#ahead.push((secret = this.#next(secret, at)));
    return this.#ahead[generation - this.#generation - 1]!;
  }

  /** Makes `generation` the current one and wipes every secret before it. */
  #moveTo(generation: number): void {
    const steps = generation - this.#generation;
    const secret = this.#ahead[steps - 1] ?? this.#next(this.#secretAt(generation - 1), generation - 1);
    wipe(this.#secret, ...this.#ahead.splice(0, steps).filter((passed) => passed !== secret));
    this.#secret = secret;
    this.#generation = generation;
    if (this.#reserved !== undefined && this.#reserved.generation < generation) {
      wipe(this.#reserved.secret);
      this.#reserved = undefined;
    }
  }

  /** ratchet_secret_[N]_[generation + 1] (R-9.1-02). */
  #next(secret: Uint8Array, generation: number): Uint8Array {
    return deriveTreeSecret(this.#suite, secret, 'secret', generation, this.#suite.nh);
  }

  #derive(secret: Uint8Array, generation: number): KeyAndNonce {
    const { nk, nn } = this.#suite;
    return {
      key: deriveTreeSecret(this.#suite, secret, 'key', generation, nk),
      nonce: deriveTreeSecret(this.#suite, secret, 'nonce', generation, nn),
    };
  }

  #skippedKey(generation: number): Uint8Array {
    const keyAndNonce = this.#skipped.get(generation);
    must(keyAndNonce !== undefined, 'R-9.1-05', () => `generation ${generation} was used or dropped`);
    return keyAndNonce;
  }

  #split(keyAndNonce: Uint8Array): KeyAndNonce {
    return { key: keyAndNonce.slice(0, this.#suite.nk), nonce: keyAndNonce.slice(this.#suite.nk) };
  }

  #dropOldest(kept: number): void {
    for (const [generation, keyAndNonce] of this.#skipped) {
      if (this.#skipped.size <= kept) return;
      wipe(keyAndNonce);
      this.#skipped.delete(generation);
    }
  }
}

function joined(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const both = new Uint8Array(key.length + nonce.length);
  both.set(key);
  both.set(nonce, key.length);
  wipe(key, nonce);
  return both;
}

function replaced(old: Uint8Array, next: Uint8Array): Uint8Array {
  wipe(old);
  return next;
}
