/** Hashes, paths and proposals at the ratchet tree: RFC 9420 §4.2, §7.4 to §7.9, §12.1 to §12.3. */
import { describe, expect, test } from 'vitest';
import { add, groupContextExtensions, remove, type Group } from '../../src/index.ts';
import { empty, hex, utf8 } from '../../src/mls/bytes.ts';
import { leafAt, leafCount, nodeAt, treeFromNodes, treeToNodes, type RatchetTree } from '../../src/mls/tree/ratchet-tree.ts';
import { encryptionKey, isLeaf, type ParentSlot } from '../../src/mls/tree/subtree.ts';
import { asLeafIndex, asNodeIndex, isUnder } from '../../src/mls/tree/tree-math.ts';
import { treeHash } from '../../src/mls/tree/tree-hash.ts';
import { createUpdatePath, mergeUpdatePath, openUpdatePath } from '../../src/mls/tree/treekem.ts';
import { LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { encode } from '../../src/mls/wire/presentation-language.ts';
import { ParentNode } from '../../src/mls/wire/tree-node.ts';
import { fell, groveOf, pathBy, plant } from '../../src/hostile/forge/forge-tree.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { committed, delivered } from '../../src/hostile/people.ts';
import { fullGrove, grove, history, keyPackageOf, person, suite } from '../support/people.ts';
import * as hand from './by-hand.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const node = ({ tree }: { readonly tree: RatchetTree }, index: number) => nodeAt(tree, asNodeIndex(index));
const parent = (from: { readonly tree: RatchetTree }, index: number) => (node(from, index) as ParentSlot).parentNode;

describe('hashes', async () => {
  const full = plant(fell(await fullGrove(names), 2, 6), await keyPackageOf('i')).grove;
  const present = (value: Uint8Array | undefined): Uint8Array => (value === undefined ? Uint8Array.of(0) : new Uint8Array([1, ...value]));
  /** §7.8 by hand. */
  const byHand = (slot: RatchetTree['root']): Uint8Array =>
    isLeaf(slot)
      ? hand.hash(Uint8Array.of(1), hand.u32(slot.nodeIndex / 2), present(slot.leafNode && encode(LeafNode, slot.leafNode)))
      : hand.hash(Uint8Array.of(2), present(slot.parentNode && encode(ParentNode, slot.parentNode)), hand.vec(byHand(slot.left)), hand.vec(byHand(slot.right)));

  test('R-7.8-01, R-7.8-02, R-7.8-03, R-7.8-04: tree hashes are over index or children and the node, blank ones too', () => {
    for (let i = 0; i < 15; i++) expect([i, hex(treeHash(suite, node(full, i)))]).toEqual([i, hex(byHand(node(full, i)))]);
  });

  test('R-7.8-05: the GroupContext has the hash of the root', async () => {
    const { groups: [a] } = await history(['a', 'b', 'c']);
    expect(hex(a!.groupContext.treeHash)).toBe(hex(byHand(a!.state.tree.root)));
  });

  const storedIn = (slot: RatchetTree['root']): string | undefined => {
    if (!isLeaf(slot)) return slot.parentNode && hex(slot.parentNode.parentHash);
    return slot.leafNode?.leafNodeSource === 'commit' ? hex(slot.leafNode.parentHash) : undefined;
  };
  const parentHash = (slot: ParentSlot, sibling: RatchetTree['root']): string =>
    hex(hand.hash(hand.vec(slot.parentNode!.encryptionKey), hand.vec(slot.parentNode!.parentHash), hand.vec(byHand(sibling))));

  test('R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one', async () => {
    const tree = (await pathBy(await fullGrove(names), 2)).tree;
    const top = tree.root as ParentSlot;
    const [n3, n5] = [node({ tree }, 3) as ParentSlot, node({ tree }, 5) as ParentSlot];
    expect(storedIn(top)).toBe('');
    expect(storedIn(n3)).toBe(parentHash(top, top.right));
    expect(storedIn(n5)).toBe(parentHash(n3, n3.left));
    expect(storedIn(n5.left)).toBe(parentHash(n5, n5.right));
  });

  test('R-7.9-02, R-7.9.1-01: the topmost node of a filtered path has an empty parent hash below the root, and a link jumps over blanks', async () => {
    const tree = (await pathBy(fell(await grove(names), 3, 4, 5, 6, 7), 2)).tree;
    expect(leafCount(tree)).toBe(4);
    const top = tree.root as ParentSlot;
    expect([parent({ tree }, 5), storedIn(top)]).toEqual([undefined, '']);
    expect(storedIn(node({ tree }, 4))).toBe(parentHash(top, top.left));
  });

  test('R-7.9-06: the sibling hashes of a Commit cover the leaves that it adds', async () => {
    const { groups: [a] } = await history(['a', 'b', 'c']);
    const { group } = await a!.commit({ proposals: [add((await keyPackageOf('d')).message)], forcePath: true });
    const { tree } = group.state;
    const top = tree.root as ParentSlot;
    expect(group.members.length).toBe(4);
    expect(storedIn(node({ tree }, 1))).toBe(parentHash(top, top.right));
    expect(storedIn(node({ tree }, 1))).not.toBe(parentHash(top, (a!.state.tree.root as ParentSlot).right));
  });

  test('R-7.9-04, R-7.9-05, R-7.9.2-06: links that others have overtaken and leaves that came later are no fault to a joiner', async () => {
    const { groups } = await history(['a', 'b', 'c', 'd']);
    const grown = await groups[0]!.commit({ proposals: [remove(3)] });
    const refilled = await grown.group.commit({ proposals: [add((await keyPackageOf('e')).message)] });
    const { tree } = refilled.group.state;
    const top = tree.root as ParentSlot;
    // B's leaf still links to the node that A's path has replaced, and the root has an unmerged leaf on its right.
    expect(storedIn(node({ tree }, 2))).not.toBe(parentHash(node({ tree }, 1) as ParentSlot, node({ tree }, 0)));
    expect(top.parentNode!.unmergedLeaves).toEqual([3]);
    expect(storedIn(node({ tree }, 1))).not.toBe(parentHash(top, top.right));
    const joiner = await person('f');
    const { welcome } = await refilled.group.commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
    expect((await joiner.join(welcome!)).members.length).toBe(5);
  });
});

describe('paths', () => {
  const bundles = Promise.all(['a', 'b', 'c', 'd'].map((name) => keyPackageOf(name)));
  /** A path of leaf 0 in a tree of four leaves without parents. */
  async function created() {
    const all = await bundles;
    const { tree, groupId } = groveOf(suite, all);
    const { signatureKey, credential, capabilities, extensions } = leafAt(tree, 0)!;
    const made = await createUpdatePath(suite, { tree, leafIndex: asLeafIndex(0), leafNode: { signatureKey, credential, capabilities, extensions }, signatureKey: all[0]!.signatureKey, groupId, added: new Set(), contextFor: () => utf8('context') });
    return { all, tree, made };
  }
  const nodeKey = async (pathSecret: Uint8Array) => (await suite.deriveHPKEKey(hand.deriveSecret(pathSecret, 'node'))).publicKey;

  test('R-7.4-03, R-7.4-04, R-12.4.1-04: path secrets follow one from the other, keys from each, commit_secret from the last', async () => {
    const { made } = await created();
    const [first, second] = [made.pathSecrets.get(asNodeIndex(1))!, made.pathSecrets.get(asNodeIndex(3))!];
    expect([made.pathSecrets.size, first.length]).toEqual([2, 32]);
    expect(hex(second)).toBe(hex(hand.deriveSecret(first, 'path')));
    expect(hex(made.commitSecret)).toBe(hex(hand.deriveSecret(second, 'path')));
    expect(made.path.nodes.map((one) => hex(one.encryptionKey))).toEqual([hex(await nodeKey(first)), hex(await nodeKey(second))]);
  });

  test('R-7.4-02, R-7.5-01: the leaf key is new and follows from no path secret; the leaf is of source commit and signs its parent hash', async () => {
    const { all, made } = await created();
    const { leafNode } = made.path;
    const others = [...made.pathSecrets.values()].flatMap((secret) => [secret, hand.deriveSecret(secret, 'node'), hand.deriveSecret(secret, 'path')]);
    for (const secret of others) expect((await suite.deriveHPKEKey(secret)).publicKey).not.toEqual(leafNode.encryptionKey);
    expect(leafNode.encryptionKey).not.toEqual(all[0]!.keyPackage.leafNode.encryptionKey);
    expect(leafNode).toMatchObject({ leafNodeSource: 'commit', signatureKey: all[0]!.signatureKey.publicKey });
    const signed = hand.vec(encode(LeafNode, leafNode).subarray(0, -66), hand.vec(utf8('grove')), hand.u32(0));
    const content = new Uint8Array([...hand.vec(utf8('MLS 1.0 LeafNodeTBS')), ...signed]);
    expect(await suite.verify(leafNode.signatureKey, content, leafNode.signature)).toBe(true);
  });

  test('R-7.2-12: a leaf of a KeyPackage is signed without group and index', async () => {
    const { leafNode } = (await bundles)[1]!.keyPackage;
    const content = new Uint8Array([...hand.vec(utf8('MLS 1.0 LeafNodeTBS')), ...hand.vec(encode(LeafNode, leafNode).subarray(0, -66))]);
    expect(await suite.verify(leafNode.signatureKey, content, leafNode.signature)).toBe(true);
  });

  test('R-7.5-04, R-17.7-01: each path secret is encrypted once to each node of the resolution, in its order, under UpdatePathNode', async () => {
    const { all, made } = await created();
    const info = new Uint8Array([...hand.vec(utf8('MLS 1.0 UpdatePathNode')), ...hand.vec(utf8('context'))]);
    for (const [at, [step, readers]] of ([[0, [1]], [1, [2, 3]]] as const).entries()) {
      const { encryptedPathSecret } = made.path.nodes[step]!;
      expect(encryptedPathSecret.length).toBe(readers.length);
      for (const [i, reader] of readers.entries()) {
        const { kemOutput, ciphertext } = encryptedPathSecret[i]!;
        expect(await suite.hpkeOpen(all[reader]!.encryptionKey, kemOutput, info, empty, ciphertext)).toEqual(made.pathSecrets.get(asNodeIndex(at === 0 ? 1 : 3)));
        for (const other of [1, 2, 3].filter((one) => one !== reader)) expect(await suite.hpkeOpen(all[other]!.encryptionKey, kemOutput, info, empty, ciphertext)).toBeUndefined();
      }
    }
  });

  test('R-7.5-12, R-7.5-13: a receiver learns the keys of the common ancestors only, and wipes the secrets they came from', async () => {
    const { all, tree, made } = await created();
    const seen: Uint8Array[] = [];
    const watched: typeof suite = Object.create(suite, {
      hpkeOpen: {
        async value(...args: Parameters<typeof suite.hpkeOpen>) {
          const pathSecret = await suite.hpkeOpen(...args);
          if (pathSecret !== undefined) seen.push(pathSecret);
          return pathSecret;
        },
      },
      deriveHPKEKey: {
        value(nodeSecret: Uint8Array) {
          seen.push(nodeSecret);
          return suite.deriveHPKEKey(nodeSecret);
        },
      },
    });
    const received = { tree, sender: asLeafIndex(0), path: made.path, added: new Set<never>() };
    const privateKeys = new Map([[asNodeIndex(4), all[2]!.encryptionKey]]);
    const opened = await openUpdatePath(watched, { ...received, merged: mergeUpdatePath(watched, received), context: utf8('context'), leafIndex: asLeafIndex(2), privateKeys });
    expect([...opened.privateKeys.keys()]).toEqual([4, 3]);
    expect(opened.commitSecret).toEqual(made.commitSecret);
    expect([seen.length, seen.every((bytes) => bytes.every((byte) => byte === 0))]).toEqual([2, true]);
  });

  test('R-7.4-01, R-7.5-06: a path replaces its nodes, without unmerged leaves, and blanks those that filtering leaves out', async () => {
    const before = plant(fell(await fullGrove(names), 5), await keyPackageOf('i')).grove;
    expect(parent(before, 3)).toBeDefined();
    const without = fell(before, 1);
    const after = await pathBy({ ...without, tree: withStrayParent(without.tree) }, 0);
    expect(parent(after, 1)).toBeUndefined();
    for (const index of [3, 7]) {
      expect(parent(after, index)!.encryptionKey).not.toEqual(parent(before, index)?.encryptionKey);
      expect(parent(after, index)!.unmergedLeaves).toEqual([]);
    }
  });

  test('R-7.5-14, R-12.4.1-04: a lone member sets a path of no nodes with an empty parent hash, and enters a new epoch', async () => {
    const group = await (await person('alice')).createGroup();
    const { group: next } = await group.commit({ forcePath: true });
    expect(next.members[0]!.leafNode).toMatchObject({ leafNodeSource: 'commit', parentHash: empty });
    expect([next.epoch, hex(next.epochAuthenticator) === hex(group.epochAuthenticator)]).toEqual([1n, false]);
  });

  test('R-4.2-01, R-4.2-02, R-7.5-09, R-7.5-10: members have keys of their own ancestors only, and gaps do not stop them', async () => {
    const { groups } = await history(['a', 'b', 'c', 'd']);
    const clients = await Promise.all(['e', 'f'].map((name) => person(name)));
    const packages = await Promise.all(clients.map((client) => client.createKeyPackage()));
    const adding = await groups[0]!.commit({ proposals: [remove(2), ...packages.map(({ message }) => add(message))] });
    const others = await Promise.all([1, 3].map((i) => delivered(groups[i]!, adding.commit)));
    let all: Group[] = [adding.group, ...others, ...(await Promise.all(clients.map((client) => client.join(adding.welcome!))))];
    const held = (group: Group) => [...group.state.privateKeys.keys()];
    for (let i = 0; i < all.length; i++) {
      for (const group of all) {
        expect(held(group).every((index) => isUnder(group.ownLeafIndex, index))).toBe(true);
        for (const [index, key] of group.state.privateKeys) expect(encryptionKey(nodeAt(group.state.tree, index))).toEqual(key.publicKey);
      }
      all = await committed(all, i);
      expect(new Set(all.map((group) => hex(group.epochAuthenticator))).size).toBe(1);
    }
  });

  test('R-16.6-02, R-7.5-13: keys that a Commit replaced are wiped once the group before it is given up', async () => {
    const { groups } = await history(['a', 'b', 'c', 'd']);
    const before = groups[1]!;
    const after = await delivered(before, (await groups[0]!.commit()).commit);
    const replaced = [...before.state.privateKeys.values()].filter((key) => ![...after.state.privateKeys.values()].includes(key));
    expect(replaced.length).toBe(2);
    before.dispose(after);
    for (const key of replaced) expect(() => key.serialize()).toThrow('deleted');
    for (const key of after.state.privateKeys.values()) expect(key.serialize().length).toBe(32);
  });
});

/** The tree with a parent at node 1, although filtering leaves that out of the path of leaf 0. */
function withStrayParent(tree: RatchetTree): RatchetTree {
  const nodes = [...treeToNodes(tree)];
  nodes[1] = { nodeType: 'parent', parentNode: { encryptionKey: leafAt(tree, 3)!.encryptionKey, parentHash: empty, unmergedLeaves: [] } };
  return treeFromNodes(nodes, openPolicy.clientOf);
}

describe('proposals at the tree', () => {
  test('R-12.1.2-01: an Update changes the leaf of its sender, not of whoever commits it', async () => {
    const { groups: [a, b, c] } = await history(['a', 'b', 'c']);
    const { message } = await b!.propose({ kind: 'update', leaf: { extensions: [{ extensionType: 1, extensionData: utf8('new') }] } });
    const [aWith, cWith] = await Promise.all([a!, c!].map((group) => delivered(group, message)));
    const after = await delivered(cWith!, (await aWith!.commit()).commit);
    expect(after.members.map(({ leafNode }) => leafNode.extensions.length)).toEqual([0, 1, 0]);
    expect(after.members.map(({ leafNode }) => leafNode.leafNodeSource)).toEqual(['commit', 'update', 'commit']);
  });

  test('R-12.3-01, R-12.3-03, R-12.3-04: Removes free leaves before Adds take them, wherever they stand in the list, and Adds keep their order', async () => {
    const { groups: [a, b] } = await history(['a', 'b', 'c', 'd', 'e']);
    const [first, second, third] = await Promise.all(['f', 'g', 'h'].map((name) => keyPackageOf(name)));
    const proposed = await b!.propose(add(second!.message));
    const atA = await delivered(a!, proposed.message);
    const proposals = [add(first!.message), remove(4), add(third!.message), remove(2)];
    const { group, commit } = await atA.commit({ proposals, references: [proposed.reference] });
    const identities = (one: Group) => one.members.map(({ leafIndex, credential }) => `${leafIndex} ${credential.credentialType === 'basic' ? new TextDecoder().decode(credential.identity) : ''}`);
    // The reference comes first in the list; leaf 4 and the right half of the tree are gone before anybody is added.
    expect(identities(group)).toEqual(['0 a', '1 b', '2 g', '3 d', '4 f', '5 h']);
    expect(identities(await delivered(proposed.group, commit))).toEqual(identities(group));
  });

  test('R-12.3-01, R-12.2-17: GroupContextExtensions count before the Adds of the same Commit, and for who stays or comes', async () => {
    const { groups: [a, , c] } = await history(['a', 'b', 'c'], { extensions: [0xf001], each: { b: { extensions: [] } } });
    const required = groupContextExtensions([{ extensionType: 3, extensionData: new Uint8Array([2, 0xf0, 1, 0, 0]) }]);
    await expect(a!.commit({ proposals: [required] })).rejects.toMatchObject({ requirement: 'R-12.1.7-01' });
    const lacking = await keyPackageOf('d');
    await expect(a!.commit({ proposals: [add(lacking.message), remove(1), required] })).rejects.toMatchObject({ requirement: 'R-12.3-02' });
    const { commit } = await a!.commit({ proposals: [required, remove(1)] });
    expect((await delivered(c!, commit)).members.length).toBe(2);
  });
});
