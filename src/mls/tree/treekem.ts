/** TreeKEM: making and processing an UpdatePath (RFC 9420 §7.4 to §7.6). */
import { sameBytes } from '../bytes.ts';
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../crypto/provider.ts';
import { decryptWithLabel, deriveSecret, encryptWithLabel } from '../crypto/labelled.ts';
import { must, violation } from '../errors.ts';
import type { LeafIdentity } from '../policy.ts';
import { allOrNone } from '../secret.ts';
import { mapInFlight } from '../slices.ts';
import type { HPKECiphertext, UpdatePath } from '../wire/proposal.ts';
import { signLeafNode, type UnsignedLeafNode } from './leaf-node.ts';
import { chainParentHashes } from './parent-hash.ts';
import { filteredDirectPath, leafCount, leavesWithKey, mergePath, nodeAt, parentsWithKey, withRoom, type PathStep, type RatchetTree } from './ratchet-tree.ts';
import { encryptionKey, goesRight, isLeaf, resolution, type ParentSlot, type Subtree } from './subtree.ts';
import { hashInSlices } from './tree-hash.ts';
import { commonAncestor, isUnder, toLeafIndex, toNodeIndex, type LeafIndex, type NodeIndex } from './tree-math.ts';

/** The private keys a member holds: of its leaf and of some of its ancestors, by node index (R-4.2-01). */
export type PrivateKeys = ReadonlyMap<NodeIndex, HPKEPrivateKey>;

/** Gives the encoded provisional GroupContext for a tree hash (R-12.4.1-05): the HPKE context of every path secret. */
export type ContextFor = (treeHash: Uint8Array) => Uint8Array;

export interface CreateUpdatePath {
  /** The tree after the proposals. */
  readonly tree: RatchetTree;
  readonly leafIndex: LeafIndex;
  /** The committer's new leaf, all but its keys of the path. */
  readonly leafNode: LeafTemplate;
  readonly signatureKey: SignaturePrivateKey;
  readonly groupId: Uint8Array;
  /** Leaves added by the same Commit: no path secret is encrypted to them (R-7.5-05). */
  readonly added: ReadonlySet<LeafIndex>;
  readonly contextFor: ContextFor;
}

/** What a path leaf takes over from its maker; key, source, parent hash and signature are made with the path. */
export type LeafTemplate = LeafIdentity;

export interface CreatedUpdatePath {
  readonly tree: RatchetTree;
  readonly path: UpdatePath;
  /** The committer's new keys: its leaf and every node of the path. */
  readonly privateKeys: PrivateKeys;
  /** Nh bytes; the caller wipes it. */
  readonly commitSecret: Uint8Array;
  /** The path secret of each node of the path, for the Welcome (R-12.4.1-12); the caller wipes them. */
  readonly pathSecrets: ReadonlyMap<NodeIndex, Uint8Array>;
}

export async function createUpdatePath(suite: CipherSuite, from: CreateUpdatePath): Promise<CreatedUpdatePath> {
  const { leafIndex, groupId } = from;
  const room = withLeaf(from.tree, leafIndex);
  const steps = filteredDirectPath(room, leafIndex);
  // What is made is wiped, unless the path comes about.
  using undo = new DisposableStack();

  // A fresh leaf key (R-7.4-02), then one path secret and key pair per node (R-7.4-03, R-7.4-04).
  const leafKey = undo.use(await suite.generateHPKEKey());
  const secrets = [suite.random(suite.nh)];
  for (let i = 1; i < steps.length; i++) secrets.push(deriveSecret(suite, secrets[i - 1]!, 'path'));
  const commitSecret = steps.length === 0 ? secrets.pop()! : deriveSecret(suite, secrets.at(-1)!, 'path');
  for (const secret of [...secrets, commitSecret]) undo.adopt(secret, zero);
  const keys = await allOrNone(secrets.map((secret) => nodeKey(suite, secret)));
  for (const key of keys) undo.use(key);

  // Parent hashes from the top down, then the leaf that signs them (R-7.5-01, R-7.5-08).
  await hashCopathInSlices(suite, room, leafIndex);
  const publicKeys = keys.map((key) => key.publicKey);
  const { parents, leafParentHash } = chainParentHashes(suite, steps, publicKeys);
  const unsigned: UnsignedLeafNode = { ...from.leafNode, encryptionKey: leafKey.publicKey, leafNodeSource: 'commit', parentHash: leafParentHash };
  const leafNode = await signLeafNode(suite, from.signatureKey, { leafNode: unsigned, place: { groupId, leafIndex } });
  const tree = mergePath(room, leafIndex, { leafNode, parents });

  // Each path secret goes to the copath child's resolution, in its order (R-7.5-04).
  const context = from.contextFor(await hashInSlices(suite, tree.root));
  const encrypted = await Promise.all(
    steps.map(({ copathChild }, i) => encryptToAll(suite, { to: recipients(copathChild, from.added), context, pathSecret: secrets[i]! })),
  );
  const nodes = steps.map((_, i) => ({ encryptionKey: publicKeys[i]!, encryptedPathSecret: encrypted[i]! }));

  const privateKeys = new Map<NodeIndex, HPKEPrivateKey>([[toNodeIndex(leafIndex), leafKey]]);
  const pathSecrets = new Map<NodeIndex, Uint8Array>();
  steps.forEach(({ node }, i) => {
    privateKeys.set(node.nodeIndex, keys[i]!);
    pathSecrets.set(node.nodeIndex, secrets[i]!);
  });
  undo.move();
  return { tree, path: { leafNode, nodes }, privateKeys, commitSecret, pathSecrets };
}

/** Hashes what the parent hashes of a path from `leafIndex` need: after thousands of Adds that is nearly the whole tree. */
export async function hashCopathInSlices(suite: CipherSuite, tree: RatchetTree, leafIndex: LeafIndex): Promise<void> {
  for (const { copathChild } of filteredDirectPath(withLeaf(tree, leafIndex), leafIndex)) await hashInSlices(suite, copathChild);
}

export interface ReceivedUpdatePath {
  /** The tree after the proposals. */
  readonly tree: RatchetTree;
  readonly sender: LeafIndex;
  readonly path: UpdatePath;
  /** Leaves added by the same Commit. */
  readonly added: ReadonlySet<LeafIndex>;
}

export interface MergedUpdatePath {
  readonly tree: RatchetTree;
  /** The sender's filtered direct path in the tree after the proposals. */
  readonly steps: readonly PathStep[];
}

/**
 * Checks the shape, the keys and the parent hash of a path from another member and merges it: all that needs no private
 * key. Its leaf must have been validated (§7.3). In a large tree `hashCopathInSlices` goes before, or this takes long.
 * @throws MLSError `invalid`: R-7.5-07, R-7.6-01, R-5.1.1-04, R-16.7-01, R-12.4.2-08, R-7.9.2-07
 */
export function mergeUpdatePath(suite: CipherSuite, from: ReceivedUpdatePath): MergedUpdatePath {
  const { path, sender } = from;
  const room = withLeaf(from.tree, sender);
  const steps = filteredDirectPath(room, sender);
  must(path.nodes.length === steps.length, 'R-7.5-07', () => `${path.nodes.length} nodes for a filtered direct path of ${steps.length}`);
  path.nodes.forEach(({ encryptedPathSecret, encryptionKey }, i) => {
    const wanted = recipients(steps[i]!.copathChild, from.added).length;
    must(encryptedPathSecret.length === wanted, 'R-7.6-01', () => `${encryptedPathSecret.length} ciphertexts for ${wanted} recipients at node ${steps[i]!.node.nodeIndex}`);
    must(suite.isHPKEPublicKey(encryptionKey), 'R-5.1.1-04', () => `encryption_key of node ${steps[i]!.node.nodeIndex}`);
  });

  const publicKeys = path.nodes.map((node) => node.encryptionKey);
  checkKeysAreNew(room, sender, path);
  const { parents, leafParentHash } = chainParentHashes(suite, steps, publicKeys);
  const { leafNode } = path;
  const stored = leafNode.leafNodeSource === 'commit' ? leafNode.parentHash : undefined;
  must(stored !== undefined && sameBytes(stored, leafParentHash), 'R-7.9.2-07');
  return { tree: mergePath(room, sender, { leafNode, parents }), steps };
}

/** No key of the path stands twice in it (R-16.7-01) or in any other node of the new tree (R-12.4.2-08). */
function checkKeysAreNew(tree: RatchetTree, sender: LeafIndex, path: UpdatePath): void {
  const merged = mergePath(tree, sender, { leafNode: path.leafNode, parents: new Map() });
  const seen: Uint8Array[] = [];
  const keys = [path.leafNode.encryptionKey, ...path.nodes.map((node) => node.encryptionKey)];
  keys.forEach((key, i) => {
    must(!seen.some((other) => sameBytes(other, key)), 'R-16.7-01', 'two nodes of the path have one encryption_key');
    seen.push(key);
    const elsewhere = leavesWithKey(merged, key) + parentsWithKey(merged, key) - (i === 0 ? 1 : 0);
    must(elsewhere === 0, 'R-12.4.2-08', () => `the encryption_key of ${i === 0 ? 'the leaf' : `node ${i - 1}`} of the path stands elsewhere in the tree`);
  });
}

/** The tree with room for `leafIndex`: an external committer may stand one past the right edge (R-12.4.1-03). */
const withLeaf = (tree: RatchetTree, leafIndex: LeafIndex): RatchetTree =>
  leafIndex < leafCount(tree) ? tree : { ...tree, root: withRoom(tree).root };

/** The nodes a path secret is encrypted to: the resolution without the leaves added by the same Commit. */
const recipients = (copathChild: Subtree, added: ReadonlySet<LeafIndex>): Subtree[] =>
  added.size === 0 ? resolution(copathChild) : resolution(copathChild).filter((node) => !(isLeaf(node) && added.has(toLeafIndex(node.nodeIndex))));

const encryptToAll = (suite: CipherSuite, from: { readonly to: readonly Subtree[]; readonly context: Uint8Array; readonly pathSecret: Uint8Array }): Promise<HPKECiphertext[]> =>
  mapInFlight(from.to, async (node) => {
    must(!suite.isLowOrder(encryptionKey(node)!), 'R-5.1.1-04', () => `nobody can encrypt to the encryption_key of node ${node.nodeIndex}; remove that member`);
    return encryptWithLabel(suite, encryptionKey(node)!, 'UpdatePathNode', from.context, from.pathSecret);
  });

export interface OpenUpdatePath extends ReceivedUpdatePath {
  readonly merged: MergedUpdatePath;
  /** The encoded provisional GroupContext (R-12.4.1-05): the HPKE context of every path secret. */
  readonly context: Uint8Array;
  readonly leafIndex: LeafIndex;
  /** The receiver's keys, without those of nodes that the proposals blanked. */
  readonly privateKeys: PrivateKeys;
}

export interface OpenedUpdatePath {
  /** The receiver's keys in the new tree. */
  readonly privateKeys: PrivateKeys;
  /** Nh bytes; the caller wipes it. */
  readonly commitSecret: Uint8Array;
}

/**
 * Opens the path secret that is meant for this member and derives its new keys.
 * @throws MLSError `invalid`: R-7.6-04 when it does not open, R-7.5-11 when a key does not fit
 */
export async function openUpdatePath(suite: CipherSuite, from: OpenUpdatePath): Promise<OpenedUpdatePath> {
  const { steps } = from.merged;
  // The lowest node of the path that is an ancestor of both leaves (R-7.5-09, R-7.5-10).
  const at = steps.findIndex(({ node }) => isUnder(from.leafIndex, node.nodeIndex));
  if (at < 0) throw violation('R-7.5-07', 'no node of the path is an ancestor of this member');
  const pathSecret = await openPathSecret(suite, from, at);

  // Derive the keys of that node and of those above it, and compare their public halves (R-7.5-11, R-7.5-12).
  const { keys, commitSecret } = await derivePathKeys(suite, pathSecret, steps.length - at);
  using undo = disposal(keys, commitSecret);
  const privateKeys = new Map([...from.privateKeys].filter(([nodeIndex]) => !isUnder(from.sender, nodeIndex)));
  keys.forEach((key, i) => {
    const { nodeIndex } = steps[at + i]!.node;
    must(sameBytes(key.publicKey, from.path.nodes[at + i]!.encryptionKey), 'R-7.5-11', () => `node ${nodeIndex}`);
    privateKeys.set(nodeIndex, key);
  });
  undo.move();
  return { privateKeys, commitSecret };
}

async function openPathSecret(suite: CipherSuite, from: OpenUpdatePath, step: number): Promise<Uint8Array> {
  const { node, copathChild } = from.merged.steps[step]!;
  const nodes = recipients(copathChild, from.added);
  const at = nodes.findIndex(({ nodeIndex }) => isUnder(from.leafIndex, nodeIndex) && from.privateKeys.has(nodeIndex));
  if (at < 0) throw violation('R-7.5-09', 'no path secret is encrypted to a key of this member');
  const { kemOutput, ciphertext } = from.path.nodes[step]!.encryptedPathSecret[at]!;
  const key = from.privateKeys.get(nodes[at]!.nodeIndex)!;
  const pathSecret = await decryptWithLabel(suite, key, 'UpdatePathNode', from.context, kemOutput, ciphertext);
  must(pathSecret !== undefined, 'R-7.6-04', () => `the path secret for node ${node.nodeIndex} does not open`);
  using undo = disposal([], pathSecret);
  must(pathSecret.length === suite.nh, 'R-7.5-11', `a path secret of ${pathSecret.length} bytes`);
  undo.move();
  return pathSecret;
}

/** The keys of `count` nodes from the one of `pathSecret` upwards, and the secret above the last. Wipes the secrets. */
async function derivePathKeys(suite: CipherSuite, pathSecret: Uint8Array, count: number): Promise<{ readonly keys: HPKEPrivateKey[]; readonly commitSecret: Uint8Array }> {
  const keys: Promise<HPKEPrivateKey>[] = [];
  let secret = pathSecret;
  for (let i = 0; i < count; i++) {
    keys.push(nodeKey(suite, secret));
    const next = deriveSecret(suite, secret, 'path');
    secret.fill(0);
    secret = next;
  }
  using undo = disposal([], secret);
  const made = await allOrNone(keys);
  undo.move();
  return { keys: made, commitSecret: secret };
}

/** Wipes what was made, unless it is moved on. */
function disposal(keys: readonly HPKEPrivateKey[], secret: Uint8Array): DisposableStack {
  const undo = new DisposableStack();
  undo.adopt(secret, zero);
  for (const key of keys) undo.use(key);
  return undo;
}

const zero = (secret: Uint8Array): void => void secret.fill(0);

/** DeriveKeyPair(DeriveSecret(path_secret, "node")) (R-7.4-04). */
async function nodeKey(suite: CipherSuite, pathSecret: Uint8Array): Promise<HPKEPrivateKey> {
  const nodeSecret = deriveSecret(suite, pathSecret, 'node');
  return suite.deriveHPKEKey(nodeSecret).finally(() => zero(nodeSecret));
}

/**
 * The keys a joiner learns from the path secret in its Welcome: of the lowest common ancestor with the committer and of
 * the non-blank nodes above it (R-12.4.3.1-16, R-12.4.3.1-17).
 * @throws MLSError `invalid` R-12.4.3.1-18 when a derived key is not the one in the tree, R-12.4.1-12 when it is that of another node
 */
export async function keysFromPathSecret(suite: CipherSuite, tree: RatchetTree, from: { readonly pathSecret: Uint8Array; readonly leafIndex: LeafIndex; readonly committer: LeafIndex }): Promise<PrivateKeys> {
  const ancestor = commonAncestor(from.leafIndex, from.committer);
  const above: ParentSlot[] = [];
  for (let at = tree.root; !isLeaf(at) && at.nodeIndex !== ancestor; at = goesRight(at, from.leafIndex) ? at.right : at.left) above.unshift(at);
  const lowest = nodeAt(tree, ancestor);
  must(!isLeaf(lowest) && lowest.parentNode !== undefined, 'R-12.4.3.1-18', `node ${ancestor} has no key`);
  const nodes = [lowest, ...above.filter((node) => node.parentNode !== undefined)];
  const { keys, commitSecret } = await derivePathKeys(suite, from.pathSecret, nodes.length);
  using undo = disposal(keys, commitSecret);
  keys.forEach(({ publicKey }, i) => {
    const isOfNode = sameBytes(publicKey, nodes[i]!.parentNode!.encryptionKey);
    const rule = !isOfNode && i === 0 && parentsWithKey(tree, publicKey) > 0 ? 'R-12.4.1-12' : 'R-12.4.3.1-18';
    must(isOfNode, rule, () => `node ${nodes[i]!.nodeIndex}`);
  });
  undo.move();
  zero(commitSecret);
  return new Map(keys.map((key, i) => [nodes[i]!.nodeIndex, key]));
}

/** The keys a member still has use for: those of nodes that are not blank in `tree` (R-16.6-02). */
export function keysInUse(tree: RatchetTree, privateKeys: PrivateKeys): PrivateKeys {
  return new Map([...privateKeys].filter(([nodeIndex, key]) => {
    if (nodeIndex >= 2 * leafCount(tree) - 1) return false;
    const inTree = encryptionKey(nodeAt(tree, nodeIndex));
    return inTree !== undefined && sameBytes(inTree, key.publicKey);
  }));
}

