/**
 * The secret tree of an epoch (RFC 9420 §9): from encryption_secret to the key and nonce of every message, and the deletion
 * of each as soon as it was used (§9.2). The one mutable part of a group's state.
 *
 * A tree serves one member: it sends for one leaf and receives from all others. Secrets are derived when first needed and
 * take memory for the senders that were heard, not for the width of the tree.
 */
import { empty, utf8 } from '../bytes.ts';
import { expandWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must, usage, within } from '../errors.ts';
import { Secret } from '../secret.ts';
import { asNodeIndex, left, level, right, root, type NodeIndex } from '../tree/tree-math.ts';
import { checkForwardSteps, HashRatchet, type KeyAndNonce, type RatchetLimits } from './hash-ratchet.ts';
import { wipe } from './key-schedule.ts';
import { decodeSecretTree, encodeSecretTree } from './secret-tree-state.ts';

/** Handshake messages (Proposal, Commit) and application messages have ratchets of their own (R-6.3.1-04). */
export type RatchetType = 'handshake' | 'application';

export type SecretTreeLimits = RatchetLimits;

/**
 * 4,096 steps: a sender that was restored from storage begins up to 1,024 generations later than it left off, and some
 * restarts and lost messages in a row must not cut it off; a forged message costs at most 4,096 hashes, about 12 ms.
 * 1,024 keys, because the same jump is made out of order when the last messages before it arrive late: 150 kB at most.
 */
export const defaultSecretTreeLimits: SecretTreeLimits = { forwardSteps: 4096, outOfOrderKeys: 1024 };

export interface SecretTreeOptions {
  readonly suite: CipherSuite;
  /** Moved into the tree: disposed of by the constructor. */
  readonly encryptionSecret: Secret;
  /** Leaves of the epoch's ratchet tree, blank ones counted: a power of two (R-9-01). */
  readonly leafCount: number;
  readonly limits?: SecretTreeLimits;
  /**
   * Whether nothing may be sent before the first `encode`. For every epoch of a client that stores its groups: were it
   * restored to an older state, it would come to this epoch again and send under the same keys (R-6.3.1-05).
   */
  readonly encodeBeforeSend?: boolean;
}

export interface SendKey extends KeyAndNonce {
  readonly generation: number;
}

export interface ReceiveKey extends KeyAndNonce {
  /**
   * Burns the key, once the message has been opened and its signature verified.
   * @throws MLSError `invalid` R-9.1-05 when another copy of the message was consumed in between
   */
  consume(): void;
}

type LeafRatchets = Readonly<Record<RatchetType, HashRatchet>>;

/** How many senders' look-ups may be pending at once before the oldest is forgotten, to be derived again if consumed. */
const pendingLeaves = 16;
const leftLabel = utf8('left');
const rightLabel = utf8('right');

export class SecretTree {
  readonly #suite: CipherSuite;
  readonly #limits: SecretTreeLimits;
  readonly #leafCount: number;
  /** Secrets of the nodes none of whose leaves is in `#leaves`, and whose parent has none any more. */
  readonly #nodes = new Map<NodeIndex, Uint8Array>();
  /** Ratchets of the leaves of which a key was used. */
  readonly #leaves = new Map<number, LeafRatchets>();
  /** Ratchets of the leaves looked up last, by no means all in `#leaves`; what they hold can be derived again. */
  readonly #pending = new Map<number, LeafRatchets>();
  /** The one leaf this tree sends for, once known. */
  #sender: number | undefined;
  /** The generations from which on sending waits for the next `encode`; undefined when it need not. */
  #ceilings: Readonly<Record<RatchetType, number>> | undefined;
  #disposed = false;

  constructor({ suite, encryptionSecret, leafCount, limits = defaultSecretTreeLimits, encodeBeforeSend = false }: SecretTreeOptions) {
    usage(Number.isInteger(Math.log2(leafCount)) && leafCount <= 2 ** 30, `a secret tree has 2^d leaves, not ${leafCount}`);
    this.#suite = suite;
    this.#leafCount = leafCount;
    this.#limits = limits;
    this.#nodes.set(root(leafCount), encryptionSecret.expose().slice());
    encryptionSecret.dispose();
    if (encodeBeforeSend) this.#ceilings = { handshake: 0, application: 0 };
  }

  /**
   * The tree that `encode` stored. It sends only after it was encoded and stored again, for the same bytes may be restored
   * twice (R-6.3.1-05).
   * @throws MLSError `malformed` for other bytes, or for those of another suite
   */
  static restore({ suite, bytes, limits }: { readonly suite: CipherSuite; readonly bytes: Uint8Array; readonly limits?: SecretTreeLimits }): SecretTree {
    const { leafCount, sender, nodes, leaves } = decodeSecretTree(bytes, suite);
    const noRoot = new Secret(new Uint8Array(suite.nh));
    const tree = new SecretTree({ suite, encryptionSecret: noRoot, leafCount, encodeBeforeSend: true, ...(limits && { limits }) });
    tree.#nodes.clear();
    tree.#sender = sender;
    for (const { nodeIndex, secret } of nodes) tree.#nodes.set(asNodeIndex(nodeIndex), secret.slice());
    for (const { leafIndex, handshake, application } of leaves) {
      tree.#leaves.set(leafIndex, { handshake: HashRatchet.restore(suite, handshake), application: HashRatchet.restore(suite, application) });
    }
    return tree;
  }

  /** Whether this tree was encoded or restored, so that its client stores its groups: see `encodeBeforeSend`. */
  get isStored(): boolean {
    return this.#ceilings !== undefined;
  }

  /**
   * The key of the next message of the sender's own leaf. It is used up by this call, whatever becomes of the message: no
   * generation is ever given twice (R-9.1-04).
   * @throws MLSError `limit` when the reserved generations are used up, or all 2^32
   */
  takeSendKey(leafIndex: number, type: RatchetType): SendKey {
    this.#sendFor(leafIndex);
    const ratchet = this.#started(leafIndex)[type];
    within(
      this.#ceilings === undefined || ratchet.generation < this.#ceilings[type],
      'no reserved generation is left: encode the group and store it before it sends more',
      'R-6.3.1-05',
    );
    return ratchet.take();
  }

  /**
   * Looks up the key of a received message. Nothing changes until `consume`, so that a forged message costs nothing and the
   * true one still opens (R-9.2-07).
   * @throws MLSError `invalid` R-9.1-05 when the generation was used or dropped, R-6.3.2-06 when
   *   there is no such leaf; `limit` R-15.3-04 when it is too far ahead
   */
  receiveKey(leafIndex: number, type: RatchetType, generation: number): ReceiveKey {
    this.#checkAlive();
    usage(leafIndex !== this.#sender, 'the messages of this leaf are sent with this tree, not received');
    must(leafIndex < this.#leafCount, 'R-6.3.2-06', () => `leaf ${leafIndex} of ${this.#leafCount}`);
    const { key, nonce } = this.#lookedUp(leafIndex, generation)[type].lookUp(generation, this.#limits);
    return { key, nonce, consume: () => this.#consume(leafIndex, type, generation) };
  }

  /**
   * The bytes to store, from which `restore` continues. They keep `reserve` generations of both ratchets of the own leaf
   * for this tree, which may send that many more before it has to be encoded again; the restored tree starts after them.
   * The first time this hashes twice `reserve` times (1,024: about 6 ms), later only as often as messages were sent since.
   */
  encode(leafIndex: number, reserve: number): Uint8Array {
    const { bytes, release } = this.prepareEncoding(leafIndex, reserve);
    release();
    return bytes;
  }

  /**
   * As `encode`, in two steps: the tree sends no more than before until `release`, which is called once the bytes are part of
   * what is given out. Otherwise it would use generations that the bytes stored last begin with (R-6.3.1-05).
   */
  prepareEncoding(leafIndex: number, reserve: number): { readonly bytes: Uint8Array; readonly release: () => void } {
    usage(Number.isInteger(reserve) && reserve >= 0, `${reserve} generations cannot be reserved`);
    this.#sendFor(leafIndex);
    const own = this.#started(leafIndex);
    const ceilings = { handshake: own.handshake.generation + reserve, application: own.application.generation + reserve };
    const bytes = encodeSecretTree({
      cipherSuite: this.#suite.id,
      leafCount: this.#leafCount,
      sender: leafIndex,
      nodes: Array.from(this.#nodes, ([nodeIndex, secret]) => ({ nodeIndex, secret })),
      leaves: Array.from(this.#leaves, ([leaf, { handshake, application }]) => {
        const reserved = leaf === leafIndex ? reserve : 0;
        return { leafIndex: leaf, handshake: handshake.state(reserved), application: application.state(reserved) };
      }),
    });
    return { bytes, release: () => void (this.#ceilings = ceilings) };
  }

  /** Wipes every secret of the tree. */
  dispose(): void {
    this.#disposed = true;
    wipe(...this.#nodes.values());
    for (const ratchets of [...this.#pending.values(), ...this.#leaves.values()]) disposeBoth(ratchets);
    this.#nodes.clear();
    this.#pending.clear();
    this.#leaves.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #consume(leafIndex: number, type: RatchetType, generation: number): void {
    this.#checkAlive();
    this.#started(leafIndex)[type].use(generation, this.#limits);
  }

  #sendFor(leafIndex: number): void {
    this.#checkAlive();
    usage(Number.isInteger(leafIndex) && leafIndex >= 0 && leafIndex < this.#leafCount, `there is no leaf ${leafIndex}`);
    usage(this.#sender === undefined || this.#sender === leafIndex, `this tree sends for leaf ${this.#sender}, not ${leafIndex}`);
    this.#sender = leafIndex;
  }

  #checkAlive(): void {
    usage(!this.#disposed, 'this secret tree was deleted');
  }

  /** The ratchets of a leaf one of whose keys is being used: the secrets above it give way to those beside its path (R-9.2-04). */
  #started(leafIndex: number): LeafRatchets {
    const known = this.#leaves.get(leafIndex);
    if (known !== undefined) return known;
    let node = this.#deepestSecret(leafIndex);
    while (level(node) > 0) {
      const secret = this.#take(node);
      this.#nodes.set(left(node)!, this.#childSecret(secret, leftLabel));
      this.#nodes.set(right(node)!, this.#childSecret(secret, rightLabel));
      wipe(secret);
      node = childTowards(node, leafIndex);
    }
    const leafSecret = this.#take(node);
    const ratchets = this.#pending.get(leafIndex) ?? this.#ratchets(leafSecret);
    wipe(leafSecret);
    this.#leaves.set(leafIndex, ratchets);
    return ratchets;
  }

  /** The ratchets of a leaf to look something up in, which are not yet part of the tree's state if no key of it was used. */
  #lookedUp(leafIndex: number, generation: number): LeafRatchets {
    let ratchets = this.#leaves.get(leafIndex) ?? this.#pending.get(leafIndex);
    if (ratchets === undefined) {
      checkForwardSteps(generation, 0, this.#limits);
      ratchets = this.#unstarted(leafIndex);
    }
    this.#pending.delete(leafIndex);
    this.#pending.set(leafIndex, ratchets);
    if (this.#pending.size > pendingLeaves) this.#forgetOldest();
    return ratchets;
  }

  #unstarted(leafIndex: number): LeafRatchets {
    let node = this.#deepestSecret(leafIndex);
    let secret = this.#nodes.get(node)!.slice();
    while (level(node) > 0) {
      const child = childTowards(node, leafIndex);
      const next = this.#childSecret(secret, child < node ? leftLabel : rightLabel);
      wipe(secret);
      [node, secret] = [child, next as Uint8Array<ArrayBuffer>];
    }
    const ratchets = this.#ratchets(secret);
    wipe(secret);
    return ratchets;
  }

  #forgetOldest(): void {
    const [leafIndex, ratchets] = this.#pending.entries().next().value!;
    this.#pending.delete(leafIndex);
    if (!this.#leaves.has(leafIndex)) return disposeBoth(ratchets);
    ratchets.handshake.forget();
    ratchets.application.forget();
  }

  /** The node nearest to the root, on the way to a leaf that was not started, whose secret is at hand. */
  #deepestSecret(leafIndex: number): NodeIndex {
    let node = root(this.#leafCount);
    while (!this.#nodes.has(node)) node = childTowards(node, leafIndex);
    return node;
  }

  #take(node: NodeIndex): Uint8Array {
    const secret = this.#nodes.get(node)!;
    this.#nodes.delete(node);
    return secret;
  }

  #childSecret(secret: Uint8Array, side: Uint8Array): Uint8Array {
    return expandWithLabel(this.#suite, secret, 'tree', side, this.#suite.nh);
  }

  /** The two ratchets that start from a leaf's secret (R-9-03). */
  #ratchets(leafSecret: Uint8Array): LeafRatchets {
    const start = (type: RatchetType) => new HashRatchet(this.#suite, expandWithLabel(this.#suite, leafSecret, type, empty, this.#suite.nh));
    return { handshake: start('handshake'), application: start('application') };
  }
}

const childTowards = (node: NodeIndex, leafIndex: number): NodeIndex => (2 * leafIndex > node ? right(node)! : left(node)!);

function disposeBoth({ handshake, application }: LeafRatchets): void {
  handshake.dispose();
  application.dispose();
}
