/** treekem.json: private state of members, and paths of each of them opened by all others (RFC 9420 §7.4 to §7.6). */
import type { z } from 'zod';
import { deriveSecret } from '../mls/crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../mls/crypto/provider.ts';
import { mapInFlight } from '../mls/slices.ts';
import { verifyLeafSignature } from '../mls/tree/leaf-node.ts';
import { leafAt, leafCount, members, nodeAt, type RatchetTree } from '../mls/tree/ratchet-tree.ts';
import { encryptionKey } from '../mls/tree/subtree.ts';
import { treeHash } from '../mls/tree/tree-hash.ts';
import { asLeafIndex, asNodeIndex, isUnder, nodeWidth, toNodeIndex, type LeafIndex, type NodeIndex } from '../mls/tree/tree-math.ts';
import { createUpdatePath, mergeUpdatePath, openUpdatePath, type MergedUpdatePath, type PrivateKeys } from '../mls/tree/treekem.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { UpdatePath } from '../mls/wire/proposal.ts';
import { importHPKEKey, importSignatureKey } from './private-key.ts';
import { adds, sampleContext, SampleTree, type Step } from './sample-tree.ts';
import { decodeTree, encodeTree } from './tree-bytes.ts';
import { at, bytes, holdsAt, inOrder, list, number, object, orNull, sameAt, sameBytesAt, uint64, vectorType } from './vector-type.ts';

const leafPrivate = object({
  index: number,
  encryption_priv: bytes,
  signature_priv: bytes,
  path_secrets: list(object({ node: number, path_secret: bytes })),
});
const updatePath = object({ sender: number, update_path: bytes, path_secrets: list(orNull(bytes)), commit_secret: bytes, tree_hash_after: bytes });
const schema = object({
  cipher_suite: number,
  group_id: bytes,
  epoch: uint64,
  confirmed_transcript_hash: bytes,
  ratchet_tree: bytes,
  leaves_private: list(leafPrivate),
  update_paths: list(updatePath),
});
type Case = z.output<typeof schema>;
type GivenPath = z.output<typeof updatePath>;

/** One case, loaded. */
interface Group {
  readonly suite: CipherSuite;
  readonly vector: Pick<Case, 'group_id' | 'epoch' | 'confirmed_transcript_hash'>;
  readonly tree: RatchetTree;
  readonly members: ReadonlyMap<LeafIndex, Member>;
}
interface Member {
  readonly signatureKey: SignaturePrivateKey;
  readonly privateKeys: PrivateKeys;
}

export const treekem = vectorType({
  name: 'treekem',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const tree = await at('.ratchet_tree', () => decodeTree(vector.ratchet_tree));
    const loaded = new Map<LeafIndex, Member>();
    for (const [i, leaf] of vector.leaves_private.entries()) {
      loaded.set(asLeafIndex(leaf.index), await at(`.leaves_private[${i}]`, () => loadMember(suite, tree, leaf)));
    }
    sameAt('.leaves_private', [...members(tree)].map(([leafIndex]) => leafIndex).join(), [...loaded.keys()].sort((a, b) => a - b).join());
    const group = { suite, vector, tree, members: loaded };
    for (const [i, given] of vector.update_paths.entries()) {
      await at(`.update_paths[${i}]`, () => verifyGivenPath(group, given));
      await at(`.update_paths[${i}].sender`, () => verifyNewPath(group, asLeafIndex(given.sender)));
    }
  },
  generate: { treekem: ({ suite }) => inOrder(histories, (steps) => generate(suite, steps)) },
});

/** The private keys of a leaf, each compared with the public key in the tree. */
async function loadMember(suite: CipherSuite, tree: RatchetTree, leaf: Case['leaves_private'][number]): Promise<Member> {
  const leafNode = leafAt(tree, leaf.index);
  holdsAt('.index', leafNode !== undefined, `leaf ${leaf.index} is blank or outside the tree`);
  const signatureKey = await at('.signature_priv', () => importSignatureKey(suite, leaf.signature_priv));
  sameBytesAt('.signature_priv', leafNode.signatureKey, signatureKey.publicKey);
  const leafKey = await at('.encryption_priv', () => importHPKEKey(suite, leaf.encryption_priv));
  sameBytesAt('.encryption_priv', leafNode.encryptionKey, leafKey.publicKey);
  const privateKeys = new Map<NodeIndex, HPKEPrivateKey>([[toNodeIndex(asLeafIndex(leaf.index)), leafKey]]);
  for (const [i, { node, path_secret }] of leaf.path_secrets.entries()) {
    holdsAt(`.path_secrets[${i}].node`, node < nodeWidth(leafCount(tree)), `node ${node} is outside the tree`);
    const inTree = encryptionKey(nodeAt(tree, asNodeIndex(node)));
    holdsAt(`.path_secrets[${i}].node`, inTree !== undefined, `node ${node} is blank`);
    const key = await nodeKey(suite, path_secret);
    sameBytesAt(`.path_secrets[${i}].path_secret`, inTree, key.publicKey);
    privateKeys.set(asNodeIndex(node), key);
  }
  return { signatureKey, privateKeys };
}

/** The key pair of the node whose path secret it is (R-7.4-04). */
const nodeKey = (suite: CipherSuite, pathSecret: Uint8Array): Promise<HPKEPrivateKey> => suite.deriveHPKEKey(deriveSecret(suite, pathSecret, 'node'));

async function verifyGivenPath(group: Group, given: GivenPath): Promise<void> {
  const { suite, tree } = group;
  const sender = asLeafIndex(given.sender);
  const path = await at('.update_path', () => decode(UpdatePath, given.update_path, 'UpdatePath'));
  const merged = await at('.update_path', () => mergePath(group, sender, path));
  sameBytesAt('.tree_hash_after', given.tree_hash_after, treeHash(suite, merged.tree.root));
  sameAt('.path_secrets.length', given.path_secrets.length, leafCount(tree));
  await mapInFlight(given.path_secrets, (pathSecret, i) =>
    at(`.path_secrets[${i}]`, async () => {
      const receiver = asLeafIndex(i);
      sameAt('', pathSecret === null, i === sender || !group.members.has(receiver));
      if (pathSecret === null) return;
      // Opening compares the key derived from what was decrypted with the path's, so that the secrets are equal when this is too.
      const step = merged.steps.findIndex(({ node }) => isUnder(receiver, node.nodeIndex));
      sameBytesAt('', path.nodes[step]!.encryptionKey, (await nodeKey(suite, pathSecret)).publicKey);
      sameBytesAt('', given.commit_secret, await openPath(group, { sender, path, merged, receiver }));
    }),
  );
}

/** A path that this engine makes leads all other members to its own commit secret. */
async function verifyNewPath(group: Group, sender: LeafIndex): Promise<void> {
  const { suite, tree, vector } = group;
  const { signatureKey } = group.members.get(sender)!;
  const created = await createUpdatePath(suite, {
    tree,
    leafIndex: sender,
    leafNode: leafAt(tree, sender)!,
    signatureKey,
    groupId: vector.group_id,
    added: new Set(),
    contextFor: (treeHash) => contextOf(group, treeHash),
  });
  const path = decode(UpdatePath, encode(UpdatePath, created.path), 'UpdatePath');
  const merged = await mergePath(group, sender, path);
  sameBytesAt('', treeHash(suite, created.tree.root), treeHash(suite, merged.tree.root));
  const receivers = [...group.members.keys()].filter((leafIndex) => leafIndex !== sender);
  await mapInFlight(receivers, async (receiver) => sameBytesAt('', created.commitSecret, await openPath(group, { sender, path, merged, receiver })));
}

async function mergePath({ suite, tree, vector }: Group, sender: LeafIndex, path: UpdatePath): Promise<MergedUpdatePath> {
  await verifyLeafSignature(suite, path.leafNode, { place: { groupId: vector.group_id, leafIndex: sender } });
  return mergeUpdatePath(suite, { tree, sender, path, added: new Set() });
}

interface OpenPath {
  readonly sender: LeafIndex;
  readonly path: UpdatePath;
  readonly merged: MergedUpdatePath;
  readonly receiver: LeafIndex;
}

/** The commit secret that a member finds in a path. */
async function openPath(group: Group, { sender, path, merged, receiver }: OpenPath): Promise<Uint8Array> {
  const { suite, tree } = group;
  const context = contextOf(group, treeHash(suite, merged.tree.root));
  const { privateKeys } = group.members.get(receiver)!;
  const { commitSecret } = await openUpdatePath(suite, { tree, sender, path, added: new Set(), merged, context, leafIndex: receiver, privateKeys });
  return commitSecret;
}

const contextOf = ({ suite, vector }: Pick<Group, 'suite' | 'vector'>, treeHash: Uint8Array): Uint8Array =>
  sampleContext(suite, { groupId: vector.group_id, epoch: vector.epoch, confirmedTranscriptHash: vector.confirmed_transcript_hash, treeHash });

const histories: readonly (readonly Step[])[] = [
  ['add'],
  [...adds(2), { commit: 1 }, { commit: 2 }],
  [...adds(3), { commit: 0 }, { remove: 1 }, { commit: 2 }, ...adds(2)],
];

async function generate(suite: CipherSuite, steps: readonly Step[]): Promise<Case> {
  const sample = await SampleTree.grown(suite, steps);
  const vector = { group_id: sample.groupId, epoch: 31n, confirmed_transcript_hash: suite.random(suite.nh) };
  const leaves = [...sample.members.keys()].sort((a, b) => a - b);
  return {
    cipher_suite: suite.id,
    ...vector,
    ratchet_tree: encodeTree(sample.tree),
    leaves_private: leaves.map((index) => ({
      index,
      encryption_priv: sample.encryptionKeys.get(index)!,
      signature_priv: sample.members.get(index)!.signatureKey.serialize(),
      path_secrets: sample.pathSecretsOf(index),
    })),
    update_paths: await inOrder(leaves, (sender) => generatePath(suite, { sample, sender, vector })),
  };
}

async function generatePath(suite: CipherSuite, from: { readonly sample: SampleTree; readonly sender: number; readonly vector: Group['vector'] }): Promise<GivenPath> {
  const { sample, sender, vector } = from;
  const { tree, path, commitSecret, pathSecrets } = await sample.newPath(sender, (treeHash) => contextOf({ suite, vector }, treeHash));
  const lowestAbove = (leaf: number) => [...pathSecrets].find(([node]) => isUnder(asLeafIndex(leaf), node))![1];
  return {
    sender,
    update_path: encode(UpdatePath, path),
    path_secrets: Array.from({ length: leafCount(sample.tree) }, (_, leaf) => (leaf === sender || !sample.members.has(leaf) ? null : lowestAbove(leaf))),
    commit_secret: commitSecret,
    tree_hash_after: treeHash(suite, tree.root),
  };
}
