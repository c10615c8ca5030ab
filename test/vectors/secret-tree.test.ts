/** Vectors of secret-tree.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('secret-tree', {
  type: 'secret-tree',
  officialCases: 21,
  mutations: [
    { name: 'a key is another', change: ({ leaves }) => (leaves[0][2].application_key = flipped(leaves[0][2].application_key)), path: '.leaves[0][2].application_key' },
    { name: 'a sender data nonce is another', change: ({ sender_data: data }) => (data.nonce = flipped(data.nonce)), path: '.sender_data.nonce' },
    { name: 'there are three leaves', change: ({ leaves }) => leaves.push(leaves[0], leaves[0]), path: '.leaves', message: '3 leaves' },
  ],
});
