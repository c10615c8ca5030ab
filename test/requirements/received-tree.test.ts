/** What a joiner checks of the tree it is given: RFC 9420 §7.1, §7.3, §7.9, §12.4.3.1, §12.4.3.3, appendices A and B. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/index.ts';
import { sameBytes } from '../../src/mls/bytes.ts';
import type { CipherSuite } from '../../src/mls/crypto/provider.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { verifyParentHashes } from '../../src/mls/tree/parent-hash.ts';
import { leafAt, nodeAt, treeToNodes } from '../../src/mls/tree/ratchet-tree.ts';
import type { ParentSlot } from '../../src/mls/tree/subtree.ts';
import { treeHash, treeHashWithout } from '../../src/mls/tree/tree-hash.ts';
import { asLeafIndex, asNodeIndex } from '../../src/mls/tree/tree-math.ts';
import { encode } from '../../src/mls/wire/presentation-language.ts';
import { ParentHashInput, type ParentNode, type RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { fell, pathBy, plant, withLeaf, withNodes, withParent, withSignedLeaf, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { encodeNodes, forgeEpoch, forgeWelcome, type WelcomeForgery } from '../../src/hostile/forge/forge-welcome.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { failure, judgeJoin, refuses } from './support.ts';
import { keyPackageOf, person, suite, fullGrove, grove } from '../support/people.ts';

interface Planted {
  readonly joiner: Client;
  readonly bundle: KeyPackageBundle;
  readonly honest: Grove;
  readonly leafIndex: number;
}

/** The grove with a joiner planted at its leftmost blank leaf; whoever is to mutate it starts from here. */
async function planted(from: Grove, options: Parameters<typeof person>[1] = {}): Promise<Planted> {
  const joiner = await person('joiner', options);
  const bundle = await joiner.createKeyPackage();
  const { grove: honest, leafIndex } = plant(from, bundle);
  return { joiner, bundle, honest, leafIndex };
}

/** A Welcome of the leftmost member into that tree for the joiner, without a path secret. */
async function welcomeInto({ bundle, leafIndex }: Planted, tree: Grove, forgery: WelcomeForgery = {}): Promise<Uint8Array> {
  const [signer, key] = tree.signatureKeys.entries().next().value!;
  const epoch = forgeEpoch(suite, tree);
  return forgeWelcome(suite, { ...tree, epoch, signer: { leafIndex: signer, key }, added: [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(leafIndex) }] }, forgery);
}

/** The tampered tree is refused with that id, and the same KeyPackage joins by the honest one. */
async function judgeTree(start: Planted, tampered: Grove, requirement: RequirementId, code: 'invalid' | 'malformed' = 'invalid'): Promise<void> {
  await judgeJoin({ client: start.joiner, violating: await welcomeInto(start, tampered), twin: await welcomeInto(start, start.honest), requirement, code });
}

const listing = (...unmergedLeaves: number[]) => (parent: ParentNode): ParentNode => ({ ...parent, unmergedLeaves });
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `member ${i}`);
const parentAt = (from: Grove, nodeIndex: number): ParentNode => (nodeAt(from.tree, asNodeIndex(nodeIndex)) as ParentSlot).parentNode!;

/** As `judgeTree`, of a tree whose parent hashes all hold. */
async function judgeUnmerged(start: Planted, tampered: Grove, requirement: RequirementId): Promise<void> {
  await verifyParentHashes(suite, tampered.tree.root);
  await judgeTree(start, tampered, requirement);
}

describe('unmerged leaves', () => {
  test('R-12.4.3.1-11: a parent that lists a blank leaf is refused', async () => {
    // Leaf 6 is blank; the chain to the root comes from the left, so no other rule notices.
    const start = await planted(await pathBy(fell(await fullGrove(names(8)), 5, 6), 0));
    expect(start.leafIndex).toBe(5);
    await judgeUnmerged(start, withParent(start.honest, 7, listing(5, 6)), 'R-12.4.3.1-11');
  });

  test('R-12.4.3.1-12: a parent that lists a leaf outside its subtree is refused', async () => {
    const start = await planted(await pathBy(await fullGrove(names(7)), 0));
    await judgeTree(start, withParent(start.honest, 3, listing(6)), 'R-12.4.3.1-12');
  });

  test('R-12.4.3.1-12: a root that lists a leaf outside the tree is refused', async () => {
    const start = await planted(await pathBy(await fullGrove(names(7)), 0));
    await judgeUnmerged(start, withParent(start.honest, 7, listing(7, 8)), 'R-12.4.3.1-12');
  });

  test('R-12.4.3.1-13: a leaf listed by the upper parent and not by the lower one is refused', async () => {
    // The right half sets its path while leaf 5 is there; then leaf 0 sets the root in a tree without it.
    const bundle = await keyPackageOf('member 5 again');
    const right = await pathBy(plant(fell(await grove(names(8)), 5), bundle).grove, 6);
    const { grove: without, joiner, bundle: own, leafIndex } = await withoutLeaf(right, 5);
    const set = await pathBy(without, 0);
    const nodes = treeToNodes(set.tree);
    const whole = (root: number[], inner: number[]) =>
      withParent(withParent(withLeaf({ ...set, signatureKeys: right.signatureKeys }, 5, own.keyPackage.leafNode), 7, listing(...root)), 11, listing(...inner));
    expect(nodes[11]).toBeDefined();
    const start: Planted = { joiner, bundle: own, leafIndex, honest: plant(await pathBy(fell(right, 5), 0), own).grove };
    await judgeUnmerged(start, whole([5], []), 'R-12.4.3.1-13');
  });

  test.each([
    ['out of order', [6, 5]],
    ['twice', [5, 5, 6]],
  ])('R-7.1-02: unmerged leaves %s are refused', async (_, unmerged) => {
    const gap = await pathBy(fell(await fullGrove(names(8)), 5, 6), 0);
    const start = await planted(plant(gap, await keyPackageOf('again')).grove);
    expect(parentAt(start.honest, 7).unmergedLeaves).toEqual([5, 6]);
    await judgeUnmerged(start, withParent(start.honest, 7, listing(...unmerged)), 'R-7.1-02');
  });

  /** The tree without a leaf, all parents kept, and a joiner who is to stand there. */
  async function withoutLeaf(from: Grove, leaf: number) {
    const joiner = await person('joiner');
    const bundle = await joiner.createKeyPackage();
    // The right half was set with the joiner's own leaf in it, so that it fits the parent hashes there.
    const first = withLeaf(from, leaf, bundle.keyPackage.leafNode);
    const set = await pathBy(first, 6);
    return { grove: withLeaf(set, leaf, undefined), joiner, bundle, leafIndex: leaf };
  }
});

describe('parent hashes', () => {
  test('R-7.9.2-02: a non-blank node between a parent and the node below it that was not there when the parent was set', async () => {
    // Leaf 1 was blank when leaf 0 set the root; now it is there and the root does not list it.
    const start = await planted(await pathBy(fell(await grove(names(4)), 1), 0));
    expect([start.leafIndex, parentAt(start.honest, 3).unmergedLeaves]).toEqual([1, [1]]);
    await judgeTree(start, withParent(start.honest, 3, listing()), 'R-7.9.2-02');
  });

  test('R-7.9.2-03: parents that link to each other and to no leaf', async () => {
    const start = await planted(await pathBy(await grove(names(3)), 0));
    const { lifetime } = (await keyPackageOf('someone')).keyPackage.leafNode as { lifetime: { notBefore: bigint; notAfter: bigint } };
    const tampered = await withSignedLeaf(start.honest, 0, ({ encryptionKey, signatureKey, credential, capabilities, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities, extensions, leafNodeSource: 'key_package', lifetime }));
    await judgeTree(start, tampered, 'R-7.9.2-03');
  });

  test("R-7.9.2-04: a parent whose key an attacker replaced, with the tree hash recomputed", async () => {
    const start = await planted(await pathBy(await grove(names(3)), 0));
    const { publicKey } = await suite.generateHPKEKey();
    await judgeTree(start, withParent(start.honest, 1, (parent) => ({ ...parent, encryptionKey: publicKey })), 'R-7.9.2-04');
  });

  test("R-7.9.2-01: a parent whose parent_hash was changed, with the tree hash recomputed", async () => {
    const start = await planted(await pathBy(await grove(names(3)), 0));
    await judgeTree(start, withParent(start.honest, 1, (parent) => ({ ...parent, parentHash: flipped(parent.parentHash) })), 'R-7.9.2-01');
  });

  test('R-7.9.2-05: a parent that two nodes below it link to is refused', async () => {
    // With a true hash such a tree cannot be made: each of the two links covers the other. A hash that is always the same can.
    const { tree } = await pathBy(await grove(names(2)), 0);
    const both = await withSignedLeaf({ ...(await grove(names(2))), tree }, 1, ({ encryptionKey, signatureKey, credential, capabilities, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities, extensions, leafNodeSource: 'commit', parentHash: new Uint8Array(32) }));
    const constant: CipherSuite = Object.create(suite, { digest: { value: () => new Uint8Array(32) } });
    const zeroed = withNodes(both, (nodes) => {
      const leaf = nodes[0]!;
      if (leaf.nodeType === 'leaf') nodes[0] = { nodeType: 'leaf', leafNode: { ...leaf.leafNode, parentHash: new Uint8Array(32) } as typeof leaf.leafNode };
    });
    await refuses(() => verifyParentHashes(constant, zeroed.tree.root), { requirement: 'R-7.9.2-05' });
    const one = withLeaf(zeroed, 1, (await keyPackageOf('plain')).keyPackage.leafNode);
    await verifyParentHashes(constant, one.tree.root);
  });

  test('R-7.9-04: the original sibling tree hash leaves out the unmerged leaves, and every mention of them', async () => {
    // Leaves 5 and 6 come after the root was set; node 11 lists them too.
    const before = await pathBy(await pathBy(fell(await fullGrove(names(8)), 5, 6), 4), 0);
    const after = plant(plant(before, await keyPackageOf('five')).grove, await keyPackageOf('six')).grove;
    const [old, now] = [before, after].map(({ tree }) => nodeAt(tree, asNodeIndex(11)));
    expect(parentAt(after, 11).unmergedLeaves).toEqual([5, 6]);
    expect(sameBytes(treeHash(suite, old!), treeHash(suite, now!))).toBe(false);
    expect(treeHashWithout(suite, now!, [5, 6])).toEqual(treeHash(suite, old!));
    expect(treeHashWithout(suite, now!, [0, 7])).not.toEqual(treeHash(suite, old!));
  });

  test('R-7.9-05: a tree with unmerged leaves below the sibling is accepted, and a stored hash over the present sibling is not', async () => {
    const before = await pathBy(fell(await fullGrove(names(8)), 5, 6), 0);
    const start = await planted(plant(before, await keyPackageOf('five')).grove);
    expect(parentAt(start.honest, 7).unmergedLeaves).toEqual([5, 6]);
    // Node 3 below the root stores the hash over the sibling as it is now: what an implementation without this rule expects.
    const root = nodeAt(start.honest.tree, asNodeIndex(7)) as ParentSlot;
    const { encryptionKey, parentHash } = root.parentNode!;
    const present = suite.digest(encode(ParentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash: treeHash(suite, root.right) }));
    const three = withParent(start.honest, 3, (parent) => ({ ...parent, parentHash: present }));
    await judgeTree(start, three, 'R-7.9.2-01');
  });

  test('R-7.9-02: at the root, and at the topmost filtered node below it, the parent_hash input is empty', async () => {
    // The right half is blank, so the root of eight leaves is no part of the filtered path.
    const full = await pathBy(await grove(names(4)), 0);
    expect(parentAt(full, 3).parentHash.length).toBe(0);
    const wide = await pathBy(fell(await grove(names(5)), 0, 1, 2), 4);
    expect(treeToNodes(wide.tree)[7]).toMatchObject({ parentNode: { parentHash: new Uint8Array(0) } });
    const start = await planted(wide);
    await start.joiner.join(await welcomeInto(start, start.honest));
  });
});

describe('keys, leaves and shape', () => {
  test('R-12.4.3.1-14: two parents with one key', async () => {
    // Leaf 0 sets node 1 and the root with one key; its parent hashes are right.
    const base = await grove(names(3));
    const start = await planted(await pathBy(base, 0));
    const again = await pathBy(base, 0, { publicKeys: (keys) => keys.map(() => keys[0]!) });
    await judgeTree(start, plant(again, start.bundle).grove, 'R-12.4.3.1-14');
  });

  test('R-12.4.3.1-14: a parent and a leaf with one key, though the parent has unmerged leaves', async () => {
    const base = await grove(names(3));
    const start = await planted(await pathBy(base, 0));
    const again = await pathBy(base, 0, { publicKeys: (keys) => keys.with(1, leafAt(base.tree, 2)!.encryptionKey) });
    const tampered = plant(again, start.bundle).grove;
    expect(parentAt(tampered, 3).unmergedLeaves).toEqual([3]);
    await judgeTree(start, tampered, 'R-12.4.3.1-14');
  });

  test('R-12.4.3.1-15: a tree without the exact leaf of the KeyPackage', async () => {
    const start = await planted(await fullGrove(names(3)));
    const other = await keyPackageOf('joiner', { signatureKey: start.bundle.signatureKey });
    await judgeTree(start, withLeaf(start.honest, 3, other.keyPackage.leafNode), 'R-12.4.3.1-15');
  });

  test.each<[RequirementId, string, RequirementId]>([
    ['R-7.3-01', 'a badly signed leaf far from the joiner', 'R-7.3-02'],
    ['R-7.2-14', 'a leaf edited after it was signed', 'R-7.3-02'],
  ])('%s: %s', async (_, what, reported) => {
    const start = await planted(await grove(names(3)));
    const leaf = leafAt(start.honest.tree, 1)!;
    const changed = what.startsWith('a badly') ? { ...leaf, signature: flipped(leaf.signature) } : { ...leaf, capabilities: { ...leaf.capabilities, proposals: [0xf001] } };
    await judgeTree(start, withLeaf(start.honest, 1, changed), reported);
  });

  test('R-12.4.3.1-10: a tree with one leaf exchanged, under the GroupContext of the honest one', async () => {
    const start = await planted(await grove(names(3)));
    const { keyPackage } = await keyPackageOf('mallory');
    const nodes = treeToNodes(withLeaf(start.honest, 1, keyPackage.leafNode).tree);
    await judgeJoin({ client: start.joiner, violating: await welcomeInto(start, start.honest, { nodes: () => nodes }), twin: await welcomeInto(start, start.honest), requirement: 'R-12.4.3.1-10' });
  });

  test('R-12.4.3.3-08: a tree from elsewhere that does not fit the GroupInfo', async () => {
    const start = await planted(await grove(names(3)));
    const { keyPackage } = await keyPackageOf('mallory');
    const welcome = await welcomeInto(start, start.honest, { nodes: 'none' });
    const other = encodeNodes(treeToNodes(withLeaf(start.honest, 1, keyPackage.leafNode).tree));
    const honest = encodeNodes(treeToNodes(start.honest.tree));
    await judgeJoin({ client: start.joiner, violating: welcome, twin: welcome, requirement: 'R-12.4.3.3-08', options: { ratchetTree: other }, twinOptions: { ratchetTree: honest } });
  });

  test.each<[RequirementId, string, (nodes: RatchetTreeNodes) => RatchetTreeNodes]>([
    ['R-12.4.3.3-04', 'a blank last entry', (nodes) => [...nodes, undefined]],
    ['R-12.4.3.3-04', 'no entries', () => []],
    ['R-12.4.3.3-02', 'a parent where a leaf stands', (nodes) => nodes.with(2, nodes[1])],
    ['R-12.4.3.3-02', 'a leaf where a parent stands', (nodes) => nodes.with(1, nodes[2])],
  ])('%s: a ratchet_tree with %s', async (requirement, _, nodes) => {
    const start = await planted(await pathBy(await grove(names(3)), 0));
    await judgeJoin({ client: start.joiner, violating: await welcomeInto(start, start.honest, { nodes }), twin: await welcomeInto(start, start.honest), requirement });
  });

  test('R-5.3.1-03: a tree with one unacceptable credential', async () => {
    const mallory = { identity: new TextEncoder().encode('member 1') };
    const policy = policyWith({ validateCredential: ({ credential }) => credential.credentialType !== 'basic' || !sameBytes(credential.identity, mallory.identity) || trusted });
    let trusted = false;
    const start = await planted(await grove(names(3)), { policy });
    const welcome = await welcomeInto(start, start.honest);
    expect((await failure(() => start.joiner.join(welcome))).requirement).toBe('R-5.3.1-03');
    trusted = true;
    await start.joiner.join(welcome);
  });
});

describe('histories of the appendices', () => {
  const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
  const blank = (from: Grove): number[] => treeToNodes(from.tree).flatMap((node, i) => (node === undefined ? [i] : []));

  test('R-A-01: F commits, G removes C and D, B commits: the full tree of figure full-tree, which a joiner accepts', async () => {
    let tree = await pathBy(await grove(letters), 5);
    expect([9, 11, 7].every((i) => treeToNodes(tree.tree)[i] !== undefined)).toBe(true);
    tree = await pathBy(fell(tree, 2, 3), 6);
    tree = await pathBy(tree, 1);
    // W = 7 the root, T = 1, Y = 11, X = 9; U = 3 and V = 5 blank with C and D; G alone below 13, so that is blank too.
    expect(blank(tree)).toEqual([3, 4, 5, 6]);
    const start = await planted(tree);
    expect(start.leafIndex).toBe(2);
    await start.joiner.join(await welcomeInto(start, start.honest));
  });

  test('R-A-02: A removes F, E commits, F is added: F is unmerged at W and Y, and a joiner accepts the tree', async () => {
    let tree = await pathBy(fell(await grove(letters), 5), 0);
    tree = await pathBy(tree, 4);
    const start = await planted(tree);
    expect([start.leafIndex, parentAt(start.honest, 7).unmergedLeaves, parentAt(start.honest, 11).unmergedLeaves]).toEqual([5, [5], [5]]);
    expect(blank(start.honest)).toEqual([5, 9]);
    await start.joiner.join(await welcomeInto(start, start.honest));
  });

  test("R-B-01: A adds B, B adds C and D, C commits: B' to X' and C' to Z' to Y' are valid, X' to Y' is stale, the tree is accepted", async () => {
    let tree = await pathBy(plant(await grove(['A']), await keyPackageOf('B')).grove, 0, { added: [1] });
    tree = plant(plant(tree, await keyPackageOf('C')).grove, await keyPackageOf('D')).grove;
    tree = await pathBy(tree, 1, { added: [2, 3] });
    tree = await pathBy(tree, 2);
    const link = (parent: number, sibling: number) => {
      const { encryptionKey, parentHash } = parentAt(tree, parent);
      return suite.digest(encode(ParentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash: treeHash(suite, nodeAt(tree.tree, asNodeIndex(sibling))) }));
    };
    const stored = (leaf: number) => (leafAt(tree.tree, leaf) as { parentHash: Uint8Array }).parentHash;
    expect(stored(1)).toEqual(link(1, 0));
    expect(stored(2)).toEqual(link(5, 6));
    expect(parentAt(tree, 5).parentHash).toEqual(link(3, 1));
    expect(parentAt(tree, 1).parentHash).not.toEqual(link(3, 5));
    expect(stored(0)).not.toEqual(link(1, 2));
    await verifyParentHashes(suite, tree.tree.root);
    const start = await planted(tree);
    await start.joiner.join(await welcomeInto(start, start.honest));
  });
});
