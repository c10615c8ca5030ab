/** Vectors of tree-operations.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('tree-operations', {
  type: 'tree-operations',
  officialCases: 5,
  mutations: [
    { name: 'a hash before is another', change: (vector) => (vector.tree_hash_before = flipped(vector.tree_hash_before)), path: '.tree_hash_before' },
    { name: 'a tree after is another', change: (vector) => (vector.tree_after = vector.tree_before), path: '.tree_after', message: 'bytes in all' },
    { name: 'the proposal does not change a tree', change: (vector) => (vector.proposal = '000600'), path: '.proposal', message: 'external_init does not change the tree' },
    { name: 'the proposal removes nobody', change: (vector) => (vector.proposal = '000300000007'), path: '.proposal', message: 'leaf 7 is blank or outside the tree' },
  ],
});
