/**
 * An attacker who got hold of a stored group, has all that was ever sent, and knows nothing of the format: everything in the
 * stored bytes that could be a secret is taken for each kind of secret there is, and all is derived from it that the key schedule
 * (RFC 9420 §8), TreeKEM (§7.4) and the secret tree (§9) know.
 */
import { hex, utf8 } from '../../../src/mls/bytes.ts';
import { deriveSecret, deriveTreeSecret, expandWithLabel } from '../../../src/mls/crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey } from '../../../src/mls/crypto/provider.ts';
import type { Sealed } from './traced-provider.ts';

export interface Loot {
  readonly stored: Uint8Array;
  /** What was sealed to anybody. */
  readonly sealed: readonly Sealed[];
  /** The encoded GroupContexts of all epochs. */
  readonly contexts: readonly Uint8Array[];
}

export interface Reach {
  /** The highest generation that any ratchet was used up to. */
  readonly generations: number;
  /** Levels of the secret tree below its root. */
  readonly treeDepth: number;
  /** Nodes that a path has at most. */
  readonly pathLength: number;
}

const labels = ['welcome', 'epoch', 'sender data', 'encryption', 'exporter', 'external', 'confirm', 'membership', 'resumption', 'authentication', 'init', 'path', 'node'];

/** A private key opens secrets, which lead to private keys: this often. */
const rounds = 4;

/** Everything that the attacker comes to, in hex. */
export async function reproducible(suite: CipherSuite, { stored, sealed, contexts }: Loot, reach: Reach): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const first = candidates(suite, stored);
  let fresh = first;
  for (let round = 0; round < rounds && fresh.length > 0; round++) {
    // What was opened may be the path secret of a Commit, which goes with the init secret of the epoch before.
    const attack = new Attack(suite, { found, contexts, reach, initSecrets: round === 0 ? [] : first });
    const known = new Set(fresh.map(hex));
    for (const value of fresh) attack.on(value);
    const next: Uint8Array[] = [];
    for (const key of attack.keys) next.push(...(await opened(suite, key, sealed)));
    fresh = next.filter((value) => !known.has(hex(value)));
  }
  return found;
}

/** Whatever stands behind a byte that could be its length: secrets, and keys with their nonces. Public values are among them. */
function candidates(suite: CipherSuite, stored: Uint8Array): Uint8Array[] {
  const values = new Map<string, Uint8Array>();
  for (let at = 0; at < stored.length; at++) {
    const length = stored[at]!;
    if (at + 1 + length > stored.length) continue;
    const value = stored.subarray(at + 1, at + 1 + length);
    if (length === suite.nh) values.set(hex(value), value);
    if (length === suite.nk + suite.nn) values.set(hex(value), value.subarray(0, suite.nk));
  }
  return [...values.values()];
}

/** Opens what is sealed to `raw` as a private key: path secrets, and the joiner and path secrets of a Welcome. */
async function opened(suite: CipherSuite, raw: Uint8Array, sealed: readonly Sealed[]): Promise<Uint8Array[]> {
  using key: HPKEPrivateKey = await suite.importHPKEKey(raw);
  const secrets: Uint8Array[] = [];
  for (const { publicKey, info, kemOutput, ciphertext } of sealed) {
    if (hex(publicKey) !== hex(key.publicKey)) continue;
    const plaintext = await suite.hpkeOpen(key, kemOutput, info, new Uint8Array(0), ciphertext);
    if (plaintext === undefined) continue;
    // A path secret is bare; GroupSecrets begin with the joiner secret, and the path secret is behind a presence octet.
    secrets.push(...(plaintext.length === suite.nh ? [plaintext] : candidates(suite, plaintext)));
  }
  return secrets;
}

interface Attacked {
  readonly found: Set<string>;
  readonly contexts: readonly Uint8Array[];
  readonly reach: Reach;
  /** What may be the init secret that goes with a commit secret. */
  readonly initSecrets: readonly Uint8Array[];
}

class Attack {
  /** Raw private keys. */
  readonly keys: Uint8Array[] = [];
  readonly #suite: CipherSuite;
  readonly #attacked: Attacked;

  constructor(suite: CipherSuite, attacked: Attacked) {
    this.#suite = suite;
    this.#attacked = attacked;
  }

  /** Takes a value for everything that it can be. */
  on(value: Uint8Array): void {
    this.#attacked.found.add(hex(value));
    if (value.length !== this.#suite.nh) return;
    for (const label of labels) this.#found(deriveSecret(this.#suite, value, label));
    this.#asTreeNode(deriveSecret(this.#suite, value, 'encryption'), this.#attacked.reach.treeDepth);
    this.#asTreeNode(value, this.#attacked.reach.treeDepth);
    for (let generation = 0; generation <= this.#attacked.reach.generations; generation++) this.#asRatchet(value, generation);
    this.#asPathSecret(value);
    this.#asInitSecret(value, new Uint8Array(this.#suite.nh));
    for (const context of this.#attacked.contexts) this.#asJoinerSecret(value, context);
    if (this.#suite.nsk === value.length) this.keys.push(value);
  }

  #found(value: Uint8Array): Uint8Array {
    this.#attacked.found.add(hex(value));
    return value;
  }

  #asTreeNode(secret: Uint8Array, depth: number): void {
    this.#found(secret);
    for (const ratchet of ['handshake', 'application']) this.#asRatchet(this.#found(deriveSecret(this.#suite, secret, ratchet)), 0);
    if (depth === 0) return;
    for (const side of ['left', 'right']) this.#asTreeNode(expandWithLabel(this.#suite, secret, 'tree', utf8(side), this.#suite.nh), depth - 1);
  }

  #asRatchet(start: Uint8Array, from: number): void {
    const { nk, nh } = this.#suite;
    let secret = start;
    for (let generation = from; generation <= this.#attacked.reach.generations; generation++) {
      this.#found(deriveTreeSecret(this.#suite, secret, 'key', generation, nk));
      secret = this.#found(deriveTreeSecret(this.#suite, secret, 'secret', generation, nh));
    }
  }

  #asPathSecret(start: Uint8Array): void {
    let secret = start;
    for (let node = 0; node <= this.#attacked.reach.pathLength; node++) {
      this.keys.push(this.#privateKeyOf(deriveSecret(this.#suite, secret, 'node')));
      secret = this.#found(deriveSecret(this.#suite, secret, 'path'));
      // Above the last node it is the commit secret.
      for (const init of this.#attacked.initSecrets) this.#asInitSecret(init, secret);
    }
  }

  #asInitSecret(init: Uint8Array, commitSecret: Uint8Array): void {
    const extracted = this.#suite.extract(init, commitSecret);
    for (const context of this.#attacked.contexts) this.#asJoinerSecret(expandWithLabel(this.#suite, extracted, 'joiner', context, this.#suite.nh), context);
  }

  #asJoinerSecret(joiner: Uint8Array, context: Uint8Array): void {
    this.#found(joiner);
    const member = this.#found(this.#suite.extract(joiner, new Uint8Array(this.#suite.nh)));
    this.#found(deriveSecret(this.#suite, member, 'welcome'));
    const epoch = this.#found(expandWithLabel(this.#suite, member, 'epoch', context, this.#suite.nh));
    for (const label of labels) this.#found(deriveSecret(this.#suite, epoch, label));
  }

  /** RFC 9180 §7.1.3 for the Montgomery curves. */
  #privateKeyOf(ikm: Uint8Array): Uint8Array {
    const suiteId = Uint8Array.of(...utf8('KEM'), this.#suite.kemId >> 8, this.#suite.kemId);
    const labelled = (label: string, ...rest: readonly Uint8Array[]): Uint8Array => Uint8Array.of(...utf8('HPKE-v1'), ...suiteId, ...utf8(label), ...rest.flatMap((part) => [...part]));
    const prk = this.#suite.extract(new Uint8Array(0), labelled('dkp_prk', ikm));
    return this.#found(this.#suite.expand(prk, Uint8Array.of(0, this.#suite.nsk, ...labelled('sk')), this.#suite.nsk));
  }
}
