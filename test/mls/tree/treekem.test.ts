/** TreeKEM (RFC 9420 §7.4 to §7.6): after any history of adds, removals and paths, every member reads every path. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../../../src/mls/bytes.ts';
import type { HPKEPrivateKey } from '../../../src/mls/crypto/provider.ts';
import { verifyParentHashes } from '../../../src/mls/tree/parent-hash.ts';
import { leafAt, members, nodeAt, withRoom } from '../../../src/mls/tree/ratchet-tree.ts';
import { encryptionKey } from '../../../src/mls/tree/subtree.ts';
import { treeHash } from '../../../src/mls/tree/tree-hash.ts';
import { asLeafIndex, commonAncestor, toNodeIndex, type LeafIndex, type NodeIndex } from '../../../src/mls/tree/tree-math.ts';
import { createUpdatePath, keysFromPathSecret, keysInUse, mergeUpdatePath, openUpdatePath, type PrivateKeys } from '../../../src/mls/tree/treekem.ts';
import { fell, groveOf, plant, type Grove } from '../../../src/hostile/forge/forge-tree.ts';
import { keyPackageOf, suite } from '../../support/people.ts';

const context = new TextEncoder().encode('context');
const pool = await Promise.all(Array.from({ length: 24 }, (_, i) => keyPackageOf(`member ${i}`)));

interface World {
  grove: Grove;
  readonly keys: Map<LeafIndex, PrivateKeys>;
  next: number;
}

const own = (leafIndex: LeafIndex, key: HPKEPrivateKey): PrivateKeys => new Map([[toNodeIndex(leafIndex), key]]);

function world(count: number): World {
  const bundles = pool.slice(0, count);
  return { grove: groveOf(suite, bundles), keys: new Map(bundles.map((bundle, i) => [asLeafIndex(i), own(asLeafIndex(i), bundle.encryptionKey)])), next: count };
}

/** The member at `leaf` sets its path; everybody else opens it. */
async function commit(state: World, leaf: LeafIndex, added: readonly LeafIndex[] = []): Promise<void> {
  const { tree, groupId, signatureKeys } = state.grove;
  const { signatureKey, credential, capabilities, extensions } = leafAt(tree, leaf)!;
  const set = new Set(added);
  const created = await createUpdatePath(suite, { tree, leafIndex: leaf, leafNode: { signatureKey, credential, capabilities, extensions }, signatureKey: signatureKeys.get(leaf)!, groupId, added: set, contextFor: () => context });
  for (const [member] of members(tree)) {
    if (member === leaf) continue;
    const received = { tree, sender: leaf, path: created.path, added: set };
    const merged = mergeUpdatePath(suite, received);
    expect(hex(treeHash(suite, merged.tree.root))).toBe(hex(treeHash(suite, created.tree.root)));
    if (set.has(member)) {
      const ancestor = commonAncestor(member, leaf);
      const learnt = await keysFromPathSecret(suite, created.tree, { pathSecret: created.pathSecrets.get(ancestor)!.slice(), leafIndex: member, committer: leaf });
      state.keys.set(member, new Map([...state.keys.get(member)!, ...learnt]));
      continue;
    }
    const opened = await openUpdatePath(suite, { ...received, merged, context, leafIndex: member, privateKeys: keysInUse(tree, state.keys.get(member)!) });
    expect(hex(opened.commitSecret)).toBe(hex(created.commitSecret));
    state.keys.set(member, opened.privateKeys);
  }
  state.keys.set(leaf, created.privateKeys);
  state.grove = { ...state.grove, tree: created.tree };
}

/** Everyone holds exactly the keys of the nodes above it that it should: those whose public half is in the tree. */
function checkKeys({ grove: { tree }, keys }: World): void {
  for (const [member] of members(tree)) {
    for (const [nodeIndex, key] of keysInUse(tree, keys.get(member)!)) expect(hex(key.publicKey)).toBe(hex(encryptionKey(nodeAt(tree, nodeIndex))!));
    expect(keysInUse(tree, keys.get(member)!).has(toNodeIndex(member))).toBe(true);
  }
}

describe('every member reads every path', () => {
  test('in a group that grows, shrinks and updates at random', async () => {
    const step = fc.tuple(fc.constantFrom('commit', 'commit', 'add', 'remove', 'both'), fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.array(step, { minLength: 1, maxLength: 6 }), async (count, steps) => {
        const state = world(count);
        for (const [what, first, second] of steps) {
          const present = [...members(state.grove.tree)].map(([leaf]) => leaf);
          const committer = present[first % present.length]!;
          const victim = present[second % present.length]!;
          const added: LeafIndex[] = [];
          if ((what === 'remove' || what === 'both') && victim !== committer && present.length > 2) {
            state.grove = fell(state.grove, victim);
            state.keys.delete(victim);
          }
          if ((what === 'add' || what === 'both') && state.next < pool.length) {
            const bundle = pool[state.next++]!;
            const planted = plant(state.grove, bundle);
            state.grove = planted.grove;
            state.keys.set(planted.leafIndex, own(planted.leafIndex, bundle.encryptionKey));
            added.push(planted.leafIndex);
          }
          await commit(state, committer, added);
          checkKeys(state);
        }
        await verifyParentHashes(suite, state.grove.tree.root);
      }),
      { numRuns: 25 },
    );
  });

  test('with unmerged leaves that were added without a path', async () => {
    const state = world(4);
    for (const leaf of [0, 3]) await commit(state, asLeafIndex(leaf));
    for (let i = 0; i < 3; i++) {
      const bundle = pool[state.next++]!;
      const planted = plant(state.grove, bundle);
      state.grove = planted.grove;
      state.keys.set(planted.leafIndex, own(planted.leafIndex, bundle.encryptionKey));
    }
    for (const leaf of [1, 5, 6, 0]) {
      await commit(state, asLeafIndex(leaf));
      checkKeys(state);
      await verifyParentHashes(suite, state.grove.tree.root);
    }
  });
});

test('a sole member and a joiner past the right edge set paths as well', async () => {
  const alone = world(1);
  await commit(alone, asLeafIndex(0));
  expect([...alone.keys.get(asLeafIndex(0))!.keys()]).toEqual([0]);
  const full = world(4);
  const { leafIndex } = withRoom(full.grove.tree);
  expect(leafIndex).toBe(4);
  const { signatureKey, credential, capabilities, extensions } = pool[9]!.keyPackage.leafNode;
  const created = await createUpdatePath(suite, { tree: full.grove.tree, leafIndex, leafNode: { signatureKey, credential, capabilities, extensions }, signatureKey: pool[9]!.signatureKey, groupId: full.grove.groupId, added: new Set(), contextFor: () => context });
  expect(created.path.nodes.map(({ encryptedPathSecret }) => encryptedPathSecret.length)).toEqual([4]);
  const merged = mergeUpdatePath(suite, { tree: full.grove.tree, sender: leafIndex, path: created.path, added: new Set() });
  expect(hex(treeHash(suite, merged.tree.root))).toBe(hex(treeHash(suite, created.tree.root)));
});

test('keys of nodes that are blank, gone or set anew are not in use', async () => {
  const state = world(4);
  await commit(state, asLeafIndex(0));
  const before = state.keys.get(asLeafIndex(0))!;
  expect([...before.keys()].sort()).toEqual([0, 1, 3]);
  const removed = fell(state.grove, 1);
  expect([...keysInUse(removed.tree, before).keys()]).toEqual([0]);
  await commit(state, asLeafIndex(2));
  expect([...keysInUse(state.grove.tree, before).keys()].sort()).toEqual([0, 1]);
  expect(keysInUse(fell(state.grove, 2, 3).tree, new Map([[5 as NodeIndex, before.values().next().value!]])).size).toBe(0);
});
