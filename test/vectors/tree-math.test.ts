/** Vectors of tree-math.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors } from './support.ts';

describeVectors('tree-math', {
  type: 'tree-math',
  officialCases: 10,
  mutations: [
    { name: 'a parent is another', change: (vector) => (vector.parent[0] = 3), path: '.parent[0]', message: 'expected 3, got null' },
    { name: 'a relation is left out', change: (vector) => vector.left.pop(), path: '.left.length' },
    { name: 'the root is another', change: (vector) => (vector.root = 9), path: '.root', message: 'expected 9, got 0' },
  ],
});
