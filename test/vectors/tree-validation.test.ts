/** Vectors of tree-validation.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('tree-validation', {
  type: 'tree-validation',
  officialCases: 98,
  mutations: [
    { name: 'a resolution is another', change: ({ resolutions }) => (resolutions[0] = [2]), path: '.resolutions[0]', message: 'expected 2, got 0' },
    { name: 'a tree hash is another', change: ({ tree_hashes: hashes }) => (hashes[0] = flipped(hashes[0])), path: '.tree_hashes[0]' },
    { name: 'leaves were signed in another group', of: 1, change: (vector) => (vector.group_id = flipped(vector.group_id)), path: '.tree', message: 'R-7.3-02' },
  ],
});
