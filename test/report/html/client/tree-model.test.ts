import { beforeAll, expect, test } from 'vitest';
import { drawTree, treesOf, type DrawnTree, type TreeOfEpoch } from '../../../../src/report/html/client/tree-model.ts';
import { packDetails } from '../../../../src/report/html/pack.ts';
import { makeCase } from '../fixture.ts';
import { Story } from '../story.ts';

let trees: TreeOfEpoch[];
const names = (tree: DrawnTree, leaves: readonly number[]): string[] => leaves.map((leaf) => tree.identities.get(leaf)!);

beforeAll(async () => {
  const story = new Story({ alice: 'ours', bob: 'ours', charlie: 'ours', dave: 'ours', eve: 'ours' });
  await story.create('alice');
  await story.commit('alice', { joiners: ['bob', 'charlie', 'dave'] });
  await story.commit('bob', { removes: ['charlie'] });
  await story.commit('dave', { joiners: ['eve'] });
  trees = treesOf(packDetails(makeCase({ script: 'commits/tree_changes', status: 'passed', played: ['ours'], calls: story.calls, sights: [...story.sights, ...story.sights] })));
});

test('each tree is told once, with the tree of the epoch before it', () => {
  expect(trees.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(trees.map(({ before }) => before === undefined)).toEqual([true, false, false]);
  expect(trees[2]!.before).toBe(trees[1]!.tree);
});

test('a Commit with a path gives new keys to its sender\'s path and blanks what the removed member knew', () => {
  const drawn = drawTree(trees[1]!.tree, trees[1]!.before);
  const changes = Object.fromEntries(drawn.nodes.flatMap(({ index, change }) => (change === undefined ? [] : [[index, change]])));
  // Bob is leaf 1, node 2, under the parents 1 and 3; charlie is leaf 2, node 4, and no parent was there before.
  expect(changes).toEqual({ 1: 'filled', 2: 'new key', 3: 'filled', 4: 'blanked' });
  expect(names(drawn, drawn.nodes[3]!.holders)).toEqual(['alice', 'bob', 'dave']);
  expect(drawn.nodes[5]).toMatchObject({ isBlank: true, holders: [], resolution: [6], change: undefined });
  expect(drawn.nodes[4]).toMatchObject({ isBlank: true, identity: undefined, resolution: [] });
});

test('a member added without a path is unmerged, and cannot decrypt', () => {
  const drawn = drawTree(trees[2]!.tree, trees[2]!.before);
  const root = drawn.nodes[3]!;
  expect(drawn.identities.get(2)).toBe('eve');
  expect(root.change).toBe('unmerged');
  expect(root.unmerged).toEqual([2]);
  expect(names(drawn, root.holders)).toEqual(['alice', 'bob', 'dave']);
  expect(root.resolution).toEqual([3, 4]);
});

test('a tree alone has no changes', () => {
  expect(drawTree(trees[0]!.tree, undefined).nodes.filter(({ change }) => change !== undefined)).toEqual([]);
});

test('octets that are no tree are refused with the reason', () => {
  expect(() => drawTree('AA==', undefined)).toThrow(/the ratchet tree is empty/);
  expect(() => drawTree('AQI=', undefined)).toThrow(/R-2\.1\.1-02/);
});
