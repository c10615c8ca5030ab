/** What a joiner checks of the tree it is given, as far as the catalogue of violations does not go: RFC 9420 §5.3.1, §7.9, appendices A and B. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/index.ts';
import { sameBytes } from '../../src/mls/bytes.ts';
import type { CipherSuite } from '../../src/mls/crypto/provider.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import { verifyParentHashes } from '../../src/mls/tree/parent-hash.ts';
import { leafAt, nodeAt, treeToNodes } from '../../src/mls/tree/ratchet-tree.ts';
import type { ParentSlot } from '../../src/mls/tree/subtree.ts';
import { treeHash, treeHashWithout } from '../../src/mls/tree/tree-hash.ts';
import { asLeafIndex, asNodeIndex } from '../../src/mls/tree/tree-math.ts';
import { encode } from '../../src/mls/wire/presentation-language.ts';
import { ParentHashInput, type ParentNode } from '../../src/mls/wire/tree-node.ts';
import { fell, pathBy, plant, withLeaf, withNodes, withSignedLeaf, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome, type WelcomeForgery } from '../../src/hostile/forge/forge-welcome.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { failure, refuses } from './support.ts';
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

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `member ${i}`);
const parentAt = (from: Grove, nodeIndex: number): ParentNode => (nodeAt(from.tree, asNodeIndex(nodeIndex)) as ParentSlot).parentNode!;

describe('parent hashes', () => {
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
