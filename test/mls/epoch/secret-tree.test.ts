/** SecretTree (RFC 9420 §9): deletion, lookup without effect, concurrency, limits, storage. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/mls/bytes.ts';
import { deriveTreeSecret, expandWithLabel } from '../../../src/mls/crypto/labelled.ts';
import type { KeyAndNonce } from '../../../src/mls/epoch/hash-ratchet.ts';
import { SecretTree, type SecretTreeOptions } from '../../../src/mls/epoch/secret-tree.ts';
import { expectFailure, failure, secretOf, suite } from './support.ts';

const newTree = (options: Partial<SecretTreeOptions> = {}) => new SecretTree({ suite, encryptionSecret: secretOf(7), leafCount: 8, ...options });
const own = 3;
const peer = 5;
/** What another tree stores is what it knows: equal bytes mean equal knowledge. */
const stored = (tree: SecretTree) => hex(tree.encode(own, 0));
const pair = ({ key, nonce }: KeyAndNonce) => hex(key) + hex(nonce);
const sent = (generation: number, leaf = peer) => {
  const tree = newTree();
  let taken = tree.takeSendKey(leaf, 'application');
  while (taken.generation < generation) taken = tree.takeSendKey(leaf, 'application');
  return pair(taken);
};
const contains = (bytes: Uint8Array, secret: Uint8Array) => Buffer.from(bytes).includes(secret);

describe('the keys of a secret tree', () => {
  it('are those of the RFC: down the tree, then along the ratchet', () => {
    const down = (secret: Uint8Array, side: string) => expandWithLabel(suite, secret, 'tree', new TextEncoder().encode(side), suite.nh);
    const leaf = down(down(down(secretOf(7).expose(), 'right'), 'left'), 'right');
    let secret = expandWithLabel(suite, leaf, 'handshake', new Uint8Array(0), suite.nh);
    for (let generation = 0; generation < 3; generation++) {
      const { key, nonce } = newTree().receiveKey(peer, 'handshake', generation);
      expect(key).toEqual(deriveTreeSecret(suite, secret, 'key', generation, suite.nk));
      expect(nonce).toEqual(deriveTreeSecret(suite, secret, 'nonce', generation, suite.nn));
      secret = deriveTreeSecret(suite, secret, 'secret', generation, suite.nh);
    }
  });

  it.each([1, 2, 4, 64])('are the same at sender and receiver in a tree of %i leaves', (leafCount) => {
    for (const leaf of new Set([0, leafCount >> 1, leafCount - 1])) {
      for (const type of ['handshake', 'application'] as const) {
        const [sender, receiver] = [newTree({ leafCount }), newTree({ leafCount })];
        for (let i = 0; i < 3; i++) {
          const taken = sender.takeSendKey(leaf, type);
          const looked = receiver.receiveKey(leaf, type, taken.generation);
          expect(pair(looked)).toBe(pair(taken));
          looked.consume();
        }
      }
    }
  });

  it('refuses a number of leaves that no tree has', async () => {
    for (const leafCount of [0, 3, 6, 2.5, -1]) await expectFailure(() => newTree({ leafCount }), 'misuse');
  });

  it('moves encryption_secret into the tree and wipes it where it came from', () => {
    const encryptionSecret = secretOf(7);
    const bytes = encryptionSecret.expose();
    newTree({ encryptionSecret });
    expect(encryptionSecret.disposed).toBe(true);
    expect(bytes).toEqual(new Uint8Array(suite.nh));
  });
});

describe('receiving', () => {
  it('opens generations in any order, each once (R-15.3-01, R-9.1-05)', async () => {
    const tree = newTree();
    for (const generation of [2, 0, 3, 1]) {
      const looked = tree.receiveKey(peer, 'application', generation);
      expect(pair(looked)).toBe(sent(generation));
      looked.consume();
    }
    const before = stored(tree);
    for (const generation of [0, 1, 2, 3]) {
      await expectFailure(() => tree.receiveKey(peer, 'application', generation), 'invalid', 'R-9.1-05');
    }
    expect(stored(tree)).toBe(before);
  });

  it('changes nothing by a look-up, near or far, of a new sender or a known one (R-9.2-07)', () => {
    const tree = newTree();
    tree.receiveKey(peer, 'application', 1).consume();
    const before = stored(tree);
    for (const leaf of [peer, 0, 7]) {
      for (const generation of [2, 900, 40]) tree.receiveKey(leaf, 'application', generation);
    }
    tree.receiveKey(peer, 'application', 0);
    expect(stored(tree)).toBe(before);
    expect(pair(tree.receiveKey(peer, 'application', 2))).toBe(sent(2));
  });

  it('refuses the second of two copies that were looked up before either was consumed (trap 13)', async () => {
    const tree = newTree();
    for (const generation of [4, 2]) {
      const [first, second] = [tree.receiveKey(peer, 'application', generation), tree.receiveKey(peer, 'application', generation)];
      first.consume();
      await expectFailure(() => second.consume(), 'invalid', 'R-9.1-05');
      await expectFailure(() => first.consume(), 'invalid', 'R-9.1-05');
    }
  });

  it('consumes look-ups that were made together in any order', () => {
    const tree = newTree();
    const looked = Array.from({ length: 30 }, (_, generation) => tree.receiveKey(peer, 'application', generation));
    for (let i = 0; i < looked.length; i++) looked[(i * 7) % 30]!.consume();
    const inOrder = newTree();
    for (let i = 0; i < 30; i++) inOrder.receiveKey(peer, 'application', i).consume();
    expect(stored(tree)).toBe(stored(inOrder));
  });

  it('consumes a look-up whose derivation was given up for those of many other senders', () => {
    const tree = newTree({ leafCount: 64 });
    const first = tree.receiveKey(peer, 'application', 9);
    for (let leaf = 6; leaf < 60; leaf++) tree.receiveKey(leaf, 'application', 3);
    first.consume();
    expect(pair(tree.receiveKey(peer, 'application', 8))).toBe(pair(newTree({ leafCount: 64 }).receiveKey(peer, 'application', 8)));
  });

  it('takes one hash per step for look-ups in a row, not one per generation and look-up', () => {
    let hashes = 0;
    const counting = { ...suite, expand: (...args: Parameters<typeof suite.expand>) => (hashes++, suite.expand(...args)) };
    const tree = new SecretTree({ suite: counting, encryptionSecret: secretOf(7), leafCount: 8 });
    const looked = Array.from({ length: 500 }, (_, generation) => tree.receiveKey(peer, 'application', generation));
    expect(hashes).toBeLessThan(500 * 3 + 20);
    for (const key of looked) key.consume();
    expect(hashes).toBeLessThan(500 * 4 + 20);
  });

  it('refuses a generation too far ahead before it derives anything (R-15.3-04)', async () => {
    const limits = { forwardSteps: 10, outOfOrderKeys: 10 };
    let hashes = 0;
    const counting = { ...suite, expand: (...args: Parameters<typeof suite.expand>) => (hashes++, suite.expand(...args)) };
    const tree = new SecretTree({ suite: counting, encryptionSecret: secretOf(7), leafCount: 8, limits });
    for (const generation of [11, 0xffffffff]) await expectFailure(() => tree.receiveKey(peer, 'application', generation), 'limit', 'R-15.3-04');
    expect(hashes).toBe(0);
    tree.receiveKey(peer, 'application', 10).consume();
    await expectFailure(() => tree.receiveKey(peer, 'application', 22), 'limit', 'R-15.3-04');
    expect(pair(tree.receiveKey(peer, 'application', 21))).toBe(sent(21));
    const { message } = await failure(() => tree.receiveKey(peer, 'application', 22));
    expect(message).toContain('generation 22 with 11 expected, 10 steps are allowed');
  });

  it('keeps so many skipped keys as it may and drops the oldest (R-15.3-02)', async () => {
    const tree = newTree({ limits: { forwardSteps: 20, outOfOrderKeys: 3 } });
    tree.receiveKey(peer, 'application', 6).consume();
    await expectFailure(() => tree.receiveKey(peer, 'application', 2), 'invalid', 'R-9.1-05');
    expect(pair(tree.receiveKey(peer, 'application', 3))).toBe(sent(3));
    tree.receiveKey(peer, 'application', 8).consume();
    await expectFailure(() => tree.receiveKey(peer, 'application', 3), 'invalid', 'R-9.1-05');
    for (const generation of [4, 5, 7]) expect(pair(tree.receiveKey(peer, 'application', generation))).toBe(sent(generation));
  });

  it('refuses a leaf outside the tree without taking memory for it (trap 2, R-6.3.2-06)', async () => {
    const tree = newTree();
    for (const leaf of [8, 0x7fffffff, 0xffffffff]) await expectFailure(() => tree.receiveKey(leaf, 'application', 0), 'invalid', 'R-6.3.2-06');
  });

  it('refuses to receive from the leaf it sends for', async () => {
    const tree = newTree();
    tree.takeSendKey(own, 'application');
    await expectFailure(() => tree.receiveKey(own, 'application', 1), 'misuse');
  });
});

describe('deletion', () => {
  it('keeps of a skipped generation its key and nonce, never the secret that later ones follow from (trap 1, R-9.2-06)', () => {
    const tree = newTree();
    tree.receiveKey(peer, 'application', 2).consume();
    const bytes = tree.encode(own, 0);
    let secret = ratchetRoot(peer);
    for (let generation = 0; generation <= 2; generation++) {
      expect(contains(bytes, secret)).toBe(false);
      const { key, nonce } = split(secret, generation);
      expect([contains(bytes, key), contains(bytes, nonce)]).toEqual(generation < 2 ? [true, true] : [false, false]);
      secret = deriveTreeSecret(suite, secret, 'secret', generation, suite.nh);
    }
    expect(contains(bytes, secret)).toBe(true);
  });

  it('keeps no secret above a leaf of which a key was used, and all beside its path (R-9.2-04)', () => {
    const tree = newTree();
    tree.receiveKey(peer, 'application', 0).consume();
    const bytes = tree.encode(own, 0);
    const root = secretOf(7).expose();
    const right = child(root, 'right');
    const rightLeft = child(right, 'left');
    for (const gone of [root, right, rightLeft, child(rightLeft, 'right')]) expect(contains(bytes, gone)).toBe(false);
    for (const kept of [child(right, 'right'), child(rightLeft, 'left')]) expect(contains(bytes, kept)).toBe(true);
  });

  it('leaves nothing of a generation that was sent', () => {
    const tree = newTree();
    const { key, nonce } = tree.takeSendKey(own, 'application');
    const bytes = tree.encode(own, 0);
    expect([contains(bytes, key), contains(bytes, nonce), contains(bytes, ratchetRoot(own))]).toEqual([false, false, false]);
  });

  it('answers nothing after it was disposed of, also to a look-up made before', async () => {
    const tree = newTree();
    const looked = tree.receiveKey(peer, 'application', 0);
    tree.dispose();
    for (const use of [
      () => tree.receiveKey(peer, 'application', 0),
      () => tree.takeSendKey(own, 'application'),
      () => tree.encode(own, 1),
      () => looked.consume(),
    ]) {
      await expectFailure(use, 'misuse');
    }
  });

  const child = (secret: Uint8Array, side: string) => expandWithLabel(suite, secret, 'tree', new TextEncoder().encode(side), suite.nh);
  const ratchetRoot = (leaf: number) => {
    let secret = secretOf(7).expose();
    for (const bit of [4, 2, 1]) secret = child(secret, (leaf & bit) === 0 ? 'left' : 'right') as Uint8Array<ArrayBuffer>;
    return expandWithLabel(suite, secret, 'application', new Uint8Array(0), suite.nh);
  };
  const split = (secret: Uint8Array, generation: number) => ({
    key: deriveTreeSecret(suite, secret, 'key', generation, suite.nk),
    nonce: deriveTreeSecret(suite, secret, 'nonce', generation, suite.nn),
  });
});

describe('sending', () => {
  it('counts generations from 0 in each ratchet and never gives one twice (R-9.1-03, R-9.1-04)', () => {
    const tree = newTree();
    const taken = Array.from({ length: 50 }, (_, i) => ({ type: i % 3 === 0 ? 'handshake' : 'application', ...tree.takeSendKey(own, i % 3 === 0 ? 'handshake' : 'application') }));
    expect(taken.filter(({ type }) => type === 'handshake').map(({ generation }) => generation)).toEqual(Array.from({ length: 17 }, (_, i) => i));
    expect(new Set(taken.map(pair)).size).toBe(50);
  });

  it('gives concurrent senders different generations (trap 13)', async () => {
    const tree = newTree();
    const send = async () => (await null, tree.takeSendKey(own, 'application').generation);
    expect((await Promise.all(Array.from({ length: 20 }, send))).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('sends for one leaf only, and one that exists', async () => {
    const tree = newTree();
    for (const leaf of [8, -1, 0.5]) await expectFailure(() => tree.takeSendKey(leaf, 'application'), 'misuse');
    tree.takeSendKey(own, 'application');
    await expectFailure(() => tree.takeSendKey(peer, 'application'), 'misuse');
    await expectFailure(() => tree.encode(peer, 5), 'misuse');
  });
});

describe('storage', () => {
  it('restores what was stored: skipped keys, ratchets, untouched subtrees', () => {
    const tree = newTree();
    tree.receiveKey(peer, 'application', 4).consume();
    tree.receiveKey(0, 'handshake', 1).consume();
    const restored = SecretTree.restore({ suite, bytes: tree.encode(own, 0) });
    for (const [leaf, type, generation] of [[peer, 'application', 2], [peer, 'application', 5], [0, 'handshake', 0], [7, 'application', 3]] as const) {
      expect(pair(restored.receiveKey(leaf, type, generation))).toBe(pair(tree.receiveKey(leaf, type, generation)));
    }
    expect(stored(restored)).toBe(stored(tree));
  });

  it('reserves generations: the running tree sends those, a restored one only later ones', async () => {
    const tree = newTree();
    tree.takeSendKey(own, 'application');
    const bytes = tree.encode(own, 3);
    const live = [1, 2, 3].map(() => tree.takeSendKey(own, 'application'));
    expect(live.map(({ generation }) => generation)).toEqual([1, 2, 3]);
    await expectFailure(() => tree.takeSendKey(own, 'application'), 'limit', 'R-6.3.1-05');
    expect(tree.takeSendKey(own, 'handshake').generation).toBe(0);

    const restored = SecretTree.restore({ suite, bytes });
    await expectFailure(() => restored.takeSendKey(own, 'application'), 'limit', 'R-6.3.1-05');
    restored.encode(own, 3);
    const later = restored.takeSendKey(own, 'application');
    expect(later.generation).toBe(4);
    expect(pair(later)).toBe(sent(4, own));
    expect(restored.takeSendKey(own, 'handshake').generation).toBe(3);
    tree.encode(own, 1);
    expect(tree.takeSendKey(own, 'application').generation).toBe(4);
  });

  it('stores nothing from which the reserved generations follow', () => {
    const tree = newTree();
    const bytes = tree.encode(own, 5);
    for (let i = 0; i < 5; i++) {
      const { key } = tree.takeSendKey(own, 'application');
      expect(contains(bytes, key)).toBe(false);
    }
    const reached = tree.encode(own, 0);
    expect(reached).not.toEqual(bytes);
    expect(SecretTree.restore({ suite, bytes }).encode(own, 0)).toHaveLength(reached.length);
  });

  it('reserves again at the cost of what was sent since', () => {
    let hashes = 0;
    const counting = { ...suite, expand: (...args: Parameters<typeof suite.expand>) => (hashes++, suite.expand(...args)) };
    const tree = new SecretTree({ suite: counting, encryptionSecret: secretOf(7), leafCount: 8 });
    tree.encode(own, 100);
    expect(hashes).toBeGreaterThan(200);
    hashes = 0;
    tree.takeSendKey(own, 'application');
    expect(SecretTree.restore({ suite, bytes: tree.encode(own, 100) }).encode(own, 0)).toHaveLength(tree.encode(own, 0).length);
    expect(hashes).toBeLessThan(10);
  });

  it('moves the reservation forwards and backwards', () => {
    const tree = newTree();
    tree.encode(own, 50);
    tree.takeSendKey(own, 'application');
    for (const reserve of [10, 2, 0, 7, 60]) {
      const restored = SecretTree.restore({ suite, bytes: tree.encode(own, reserve) });
      restored.encode(own, 1);
      const taken = restored.takeSendKey(own, 'application');
      expect(taken.generation).toBe(1 + reserve);
      expect(pair(taken)).toBe(sent(1 + reserve, own));
    }
  });

  it('sends nothing before it was encoded when told that the client stores its groups', async () => {
    const tree = newTree({ encodeBeforeSend: true });
    await expectFailure(() => tree.takeSendKey(own, 'handshake'), 'limit', 'R-6.3.1-05');
    tree.encode(own, 2);
    expect(tree.takeSendKey(own, 'handshake').generation).toBe(0);
    expect([tree, newTree()].map(({ isStored }) => isStored)).toEqual([true, false]);
  });

  it('ends at 2^32 generations (R-9.1-04)', async () => {
    const tree = newTree();
    tree.takeSendKey(own, 'application');
    const bytes = tree.encode(own, 0);
    const at = Buffer.from(bytes).indexOf(Buffer.from('0000000000000001', 'hex'));
    bytes.set(Buffer.from('00000000ffffffff', 'hex'), at);
    const restored = SecretTree.restore({ suite, bytes });
    restored.encode(own, 10);
    expect(restored.takeSendKey(own, 'application').generation).toBe(0xffffffff);
    await expectFailure(() => restored.takeSendKey(own, 'application'), 'limit', 'R-9.1-04');
    expect(SecretTree.restore({ suite, bytes: restored.encode(own, 10) }).encode(own, 0)).toHaveLength(bytes.length);
  });

  it.each([
    ['another suite', (bytes: Uint8Array) => bytes.with(3, 3)],
    ['another version', (bytes: Uint8Array) => bytes.with(1, 9)],
    ['a number of leaves that no tree has', (bytes: Uint8Array) => bytes.with(7, 7)],
    ['more leaves than secrets', (bytes: Uint8Array) => bytes.with(7, 16)],
    ['an own leaf without ratchets', (bytes: Uint8Array) => bytes.with(11, 6)],
    ['a byte too many', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0])],
    ['a byte too few', (bytes: Uint8Array) => bytes.slice(0, -1)],
  ])('does not restore bytes with %s', async (_, change) => {
    const bytes = newTree().encode(own, 0);
    await expect(failure(() => SecretTree.restore({ suite, bytes: change(bytes) }))).resolves.toMatchObject({ code: 'malformed' });
  });
});
