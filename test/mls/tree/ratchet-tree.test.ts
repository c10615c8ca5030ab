/** The ratchet tree as a value against the array form that RFC 9420 describes (§4.1, §7.7, §12.1.1 to §12.1.3, §12.4.3.3). */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hex, utf8 } from '../../../src/mls/bytes.ts';
import { addLeaf, directPath, filteredDirectPath, leafAt, leafCount, leavesOfClient, leavesWithKey, leavesWithSignatureKey, members, mergePath, nodeAt, parentsWithKey, replaceLeaf, signatureKeyChanges, singleLeafTree, treeFromNodes, treeToNodes, truncate, withRoom, type RatchetTree } from '../../../src/mls/tree/ratchet-tree.ts';
import { resolution, supportOf } from '../../../src/mls/tree/subtree.ts';
import { asLeafIndex, asNodeIndex, isUnder, level, parent, root, sibling, type NodeIndex } from '../../../src/mls/tree/tree-math.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import type { LeafNode } from '../../../src/mls/wire/leaf-node.ts';
import { RatchetTreeNodes, type ParentNode } from '../../../src/mls/wire/tree-node.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { keyPackageOf } from '../../support/people.ts';

let template: LeafNode;
beforeAll(async () => {
  template = (await keyPackageOf('template')).keyPackage.leafNode;
});

let fresh = 0;
const leaf = (): LeafNode => {
  const name = utf8(`leaf ${fresh++}`);
  return { ...template, encryptionKey: name, signatureKey: name, credential: { credentialType: 'basic', identity: name } };
};
const parentNode = (): ParentNode => ({ encryptionKey: utf8(`parent ${fresh++}`), parentHash: new Uint8Array(0), unmergedLeaves: [] });

/** The array form: leaves at even, parents at odd places, always 2^(d+1) - 1 of them. */
type Model = (LeafNode | ParentNode | undefined)[];
const leavesOf = (model: Model): number => (model.length + 1) / 2;
const pathOf = (model: Model, index: number): NodeIndex[] => {
  const path: NodeIndex[] = [];
  for (let at = parent(asNodeIndex(2 * index), leavesOf(model)); at !== undefined; at = parent(at, leavesOf(model))) path.push(at);
  return path;
};

function modelAdd(model: Model, leafNode: LeafNode): number {
  let index = 0;
  while (2 * index < model.length && model[2 * index] !== undefined) index++;
  if (2 * index >= model.length) model.push(...new Array<undefined>(model.length + 1));
  model[2 * index] = leafNode;
  for (const at of pathOf(model, index)) {
    const node = model[at] as ParentNode | undefined;
    if (node !== undefined) model[at] = { ...node, unmergedLeaves: [...node.unmergedLeaves, index].sort((a, b) => a - b) };
  }
  return index;
}
function modelReplace(model: Model, index: number, leafNode: LeafNode | undefined): void {
  model[2 * index] = leafNode;
  for (const at of pathOf(model, index)) model[at] = undefined;
}
function modelTruncate(model: Model): void {
  while (model.length > 1 && model.slice((model.length + 1) / 2).every((node, i) => i % 2 === 1 || node === undefined)) model.length = (model.length - 1) / 2;
}
function modelResolution(model: Model, at: NodeIndex): number[] {
  const node = model[at];
  if (level(at) === 0) return node === undefined ? [] : [at];
  if (node !== undefined) return [at, ...(node as ParentNode).unmergedLeaves.map((index) => 2 * index)];
  const half = 2 ** (level(at) - 1);
  return [...modelResolution(model, asNodeIndex(at - half)), ...modelResolution(model, asNodeIndex(at + half))];
}
const modelFiltered = (model: Model, index: number): NodeIndex[] => {
  let below = asNodeIndex(2 * index);
  return pathOf(model, index).filter((at) => {
    const beside = sibling(below, leavesOf(model))!;
    below = at;
    return modelResolution(model, beside).length > 0;
  });
};

const encoded = (model: Model): string =>
  hex(encode(RatchetTreeNodes, model.slice(0, model.findLastIndex((node) => node !== undefined) + 1).map((node, i) => (node === undefined ? undefined : i % 2 === 0 ? { nodeType: 'leaf', leafNode: node as LeafNode } : { nodeType: 'parent', parentNode: node as ParentNode }))));
const encodedTree = (tree: RatchetTree): string => hex(encode(RatchetTreeNodes, treeToNodes(tree)));

type Step = readonly ['add' | 'update' | 'remove' | 'path', number];
const steps = fc.array(fc.tuple(fc.constantFrom<Step[0][]>('add', 'add', 'add', 'update', 'remove', 'path'), fc.nat()), { maxLength: 40 });

/** Takes a step in both; who is meant is picked among the members. */
function take(tree: RatchetTree, model: Model, [what, which]: Step): RatchetTree {
  const present = [...members(tree)].map(([index]) => index);
  const index = present[which % present.length]!;
  switch (what) {
    case 'add': {
      const leafNode = leaf();
      const grown = addLeaf(tree, leafNode);
      expect(grown.leafIndex).toBe(modelAdd(model, leafNode));
      return grown.tree;
    }
    case 'update': {
      const leafNode = leaf();
      modelReplace(model, index, leafNode);
      return replaceLeaf(tree, index, leafNode);
    }
    case 'remove': {
      if (present.length === 1) return tree;
      modelReplace(model, index, undefined);
      modelTruncate(model);
      return truncate(replaceLeaf(tree, index, undefined));
    }
    case 'path': {
      const leafNode = leaf();
      const filtered = modelFiltered(model, index);
      expect(filteredDirectPath(tree, index).map(({ node }) => node.nodeIndex)).toEqual(filtered);
      const parents = new Map(filtered.map((at) => [at, parentNode()]));
      modelReplace(model, index, leafNode);
      for (const [at, node] of parents) model[at] = node;
      return mergePath(tree, index, { leafNode, parents });
    }
  }
}

function start(): { tree: RatchetTree; model: Model } {
  const first = leaf();
  return { tree: singleLeafTree(first, openPolicy.clientOf), model: [first] };
}

describe('a tree after any history', () => {
  test('equals the array form, and every tree before it is as it was', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let { tree, model } = start();
        const before: [RatchetTree, string][] = [];
        for (const step of history) {
          before.push([tree, encodedTree(tree)]);
          tree = take(tree, model, step);
          expect(encodedTree(tree)).toBe(encoded(model));
          expect(leafCount(tree)).toBe(leavesOf(model));
        }
        for (const [earlier, bytes] of before) expect(encodedTree(earlier)).toBe(bytes);
        expect(encodedTree(treeFromNodes(treeToNodes(tree), openPolicy.clientOf))).toBe(encodedTree(tree));
      }),
      { numRuns: 150 },
    );
  });

  test('has the resolutions, paths and leaves of the array form', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let { tree, model } = start();
        for (const step of history) tree = take(tree, model, step);
        for (let at = 0; at < model.length; at++) {
          expect(resolution(nodeAt(tree, asNodeIndex(at))).map(({ nodeIndex }) => nodeIndex)).toEqual(modelResolution(model, asNodeIndex(at)));
        }
        for (const [index, leafNode] of members(tree)) {
          expect(leafNode).toBe(model[2 * index]);
          expect(leafAt(tree, index)).toBe(leafNode);
          expect(directPath(tree, index).map(({ node }) => node.nodeIndex)).toEqual(pathOf(model, index));
          for (const { node, copathChild } of directPath(tree, index)) {
            expect(isUnder(index, node.nodeIndex) && !isUnder(index, copathChild.nodeIndex)).toBe(true);
            expect(parent(copathChild.nodeIndex, leafCount(tree))).toBe(node.nodeIndex);
          }
        }
        expect([leafAt(tree, leafCount(tree)), leafAt(tree, 0xffffffff)]).toEqual([undefined, undefined]);
        expect(tree.root.nodeIndex).toBe(root(leafCount(tree)));
        expect(tree.root.memberCount).toBe(model.filter((node, i) => i % 2 === 0 && node !== undefined).length);
      }),
      { numRuns: 100 },
    );
  });

  test('counts every key as often as it stands in it', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let { tree, model } = start();
        for (const step of history) tree = take(tree, model, step);
        model.forEach((node, i) => {
          if (node === undefined) return;
          const [leaves, parents] = [leavesWithKey(tree, node.encryptionKey), parentsWithKey(tree, node.encryptionKey)];
          expect([leaves, parents]).toEqual(i % 2 === 0 ? [1, 0] : [0, 1]);
          if (i % 2 === 0) expect([leavesWithSignatureKey(tree, (node as LeafNode).signatureKey), leavesOfClient(tree, node as LeafNode)]).toEqual([1, 1]);
        });
        const rebuilt = treeFromNodes(treeToNodes(tree), openPolicy.clientOf);
        for (let i = 0; i < fresh; i += 7) {
          for (const name of [utf8(`leaf ${i}`), utf8(`parent ${i}`)]) {
            expect([leavesWithKey(tree, name), parentsWithKey(tree, name)]).toEqual([leavesWithKey(rebuilt, name), parentsWithKey(rebuilt, name)]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('tells which signature keys have changed since any earlier tree', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (history, cut) => {
        let { tree, model } = start();
        const trees = [tree];
        for (const step of history) trees.push((tree = take(tree, model, step)));
        const older = trees[cut % trees.length]!;
        const changes = signatureKeyChanges(older, tree);
        for (let i = 0; i < Math.max(leafCount(older), leafCount(tree)); i++) {
          const [was, is] = [leafAt(older, i)?.signatureKey, leafAt(tree, i)?.signatureKey];
          expect(changes.has(i) ? changes.get(i) : is).toEqual(was);
        }
      }),
      { numRuns: 100 },
    );
  });
});

test('trees share every subtree that a change does not touch', () => {
  let { tree } = start();
  for (let i = 0; i < 255; i++) tree = addLeaf(tree, leaf()).tree;
  const next = replaceLeaf(tree, asLeafIndex(77), leaf());
  for (const { copathChild } of directPath(next, asLeafIndex(77))) expect(nodeAt(tree, copathChild.nodeIndex)).toBe(copathChild);
  const grown = addLeaf(next, leaf()).tree;
  expect(nodeAt(grown, next.root.nodeIndex)).toBe(next.root);
  expect(leafCount(grown)).toBe(512);
  expect(withRoom(next)).toMatchObject({ leafIndex: 256 });
});

test('what all members support follows every change', () => {
  const capable = (extensions: readonly number[], credentials: readonly number[] = [1, 2]): LeafNode => ({ ...leaf(), capabilities: { ...template.capabilities, extensions, credentials } });
  let tree = singleLeafTree(capable([1, 2, 3]), openPolicy.clientOf);
  tree = addLeaf(tree, capable([3, 2])).tree;
  tree = addLeaf(tree, capable([2, 9, 3], [1])).tree;
  expect(supportOf(tree.root)).toMatchObject({ extensions: [2, 3], credentials: [1], credentialsInUse: [1] });
  tree = replaceLeaf(tree, asLeafIndex(2), undefined);
  expect(supportOf(tree.root)).toMatchObject({ extensions: [2, 3], credentials: [1, 2] });
  tree = replaceLeaf(tree, asLeafIndex(1), { ...capable([3]), credential: { credentialType: 'x509', certificates: [{ certData: utf8('x') }] } });
  expect(supportOf(tree.root)).toMatchObject({ extensions: [3], credentialsInUse: [1, 2] });
});
