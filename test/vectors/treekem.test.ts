/** Vectors of treekem.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('treekem', {
  type: 'treekem',
  officialCases: 77,
  mutations: [
    { name: 'a path secret is another', change: ({ update_paths: [path] }) => (path.path_secrets[1] = flipped(path.path_secrets[1])), path: '.update_paths[0].path_secrets[1]' },
    { name: 'the commit secret is another', change: ({ update_paths: [path] }) => (path.commit_secret = flipped(path.commit_secret)), path: '.update_paths[0].path_secrets[1]' },
    { name: 'the tree after is another', change: ({ update_paths: [path] }) => (path.tree_hash_after = flipped(path.tree_hash_after)), path: '.update_paths[0].tree_hash_after' },
    { name: 'a leaf key does not fit', change: ({ leaves_private: [leaf] }) => (leaf.encryption_priv = `11${leaf.encryption_priv.slice(2)}`), path: '.leaves_private[0].encryption_priv' },
    { name: 'a path secret is said of a blank node', change: ({ leaves_private: [leaf] }) => leaf.path_secrets.push({ node: 1, path_secret: '00' }), path: '.leaves_private[0].path_secrets[0].node' },
  ],
});
