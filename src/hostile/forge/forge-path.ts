/** Forging UpdatePaths: made step by step as §7.4 to §7.6 say, with a place to change every value before what depends on it. */
import { encryptWithLabel, deriveSecret } from '../../mls/crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { signLeafNode, type LeafPlace, type UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { chainParentHashes } from '../../mls/tree/parent-hash.ts';
import { filteredDirectPath, leafCount, mergePath, withRoom, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { encryptionKey, isLeaf, resolution, type Subtree } from '../../mls/tree/subtree.ts';
import { toLeafIndex, toNodeIndex, type LeafIndex, type NodeIndex } from '../../mls/tree/tree-math.ts';
import { treeHash } from '../../mls/tree/tree-hash.ts';
import type { LeafTemplate, PrivateKeys } from '../../mls/tree/treekem.ts';
import type { LeafNode } from '../../mls/wire/leaf-node.ts';
import type { UpdatePath, UpdatePathNode } from '../../mls/wire/proposal.ts';
import { same } from './forge-message.ts';

type Edit<T> = (honest: T) => T;

export interface PathForgery {
  /** Default: fresh. */
  readonly leafKey?: HPKEPrivateKey;
  /** Edits the leaf, which is then signed. */
  readonly leaf?: Edit<UnsignedLeafNode>;
  readonly leafSigner?: SignaturePrivateKey;
  /** The place the leaf is signed for. */
  readonly place?: Edit<LeafPlace>;
  /** Edits the signed leaf. */
  readonly signedLeaf?: Edit<LeafNode>;
  /** Edits the nodes' public keys before parent hashes follow from them. */
  readonly publicKeys?: Edit<readonly Uint8Array[]>;
  /** Edits which of them stands at which node of the new tree, once the parent hash that the leaf signs is made. */
  readonly placed?: Edit<readonly Uint8Array[]>;
  /** Edits the parent hash that the leaf signs. */
  readonly parentHash?: Edit<Uint8Array>;
  /** Edits the encoded HPKE context. */
  readonly context?: Edit<Uint8Array>;
  /** Edits whom the path secret of step i is encrypted to. */
  readonly recipients?: (honest: readonly Subtree[], step: number, wholeResolution: readonly Subtree[]) => readonly Subtree[];
  readonly label?: string;
  /** Edits the finished nodes. */
  readonly nodes?: Edit<readonly UpdatePathNode[]>;
}

export interface PathInput {
  readonly tree: RatchetTree;
  readonly leafIndex: LeafIndex;
  readonly leafNode: LeafTemplate;
  readonly signatureKey: SignaturePrivateKey;
  readonly groupId: Uint8Array;
  readonly added?: ReadonlySet<LeafIndex>;
  readonly contextFor?: (treeHash: Uint8Array) => Uint8Array;
}

export interface ForgedPath {
  readonly tree: RatchetTree;
  readonly path: UpdatePath;
  readonly privateKeys: PrivateKeys;
  readonly commitSecret: Uint8Array;
  readonly pathSecrets: ReadonlyMap<NodeIndex, Uint8Array>;
}

/** Another public key at one step than its path secret gives: all else follows from the secrets, as whoever opens one computes it. */
export async function anotherKeyAt(suite: CipherSuite, step: number): Promise<PathForgery> {
  const { publicKey } = await suite.generateHPKEKey();
  return { publicKeys: (keys) => keys.with(step, publicKey) };
}

export async function forgePath(suite: CipherSuite, from: PathInput, forgery: PathForgery = {}): Promise<ForgedPath> {
  const { leafIndex, groupId, added = new Set<LeafIndex>() } = from;
  const room = leafIndex < leafCount(from.tree) ? from.tree : { ...from.tree, root: withRoom(from.tree).root };
  const steps = filteredDirectPath(room, leafIndex);
  const leafKey = forgery.leafKey ?? (await suite.generateHPKEKey());
  const secrets = [suite.random(suite.nh)];
  for (let i = 0; i < steps.length; i++) secrets.push(deriveSecret(suite, secrets[i]!, 'path'));
  const commitSecret = secrets.pop()!;
  const keys = await Promise.all(secrets.map((secret) => suite.deriveHPKEKey(deriveSecret(suite, secret, 'node'))));

  const publicKeys = (forgery.publicKeys ?? same)(keys.map((key) => key.publicKey));
  const { leafParentHash } = chainParentHashes(suite, steps, publicKeys);
  const { parents } = chainParentHashes(suite, steps, (forgery.placed ?? same)(publicKeys));
  const parentHash = (forgery.parentHash ?? same)(leafParentHash);
  const unsigned = (forgery.leaf ?? same)({ ...from.leafNode, encryptionKey: leafKey.publicKey, leafNodeSource: 'commit', parentHash });
  const place = (forgery.place ?? same)({ groupId, leafIndex });
  const leafNode = (forgery.signedLeaf ?? same)(await signLeafNode(suite, forgery.leafSigner ?? from.signatureKey, { leafNode: unsigned, place }));
  const tree = mergePath(room, leafIndex, { leafNode, parents });

  const context = (forgery.context ?? same)(from.contextFor?.(treeHash(suite, tree.root)) ?? new Uint8Array(0));
  const nodes = await Promise.all(
    steps.map(async ({ copathChild }, i): Promise<UpdatePathNode> => {
      const whole = resolution(copathChild);
      const honest = whole.filter((node) => !(isLeaf(node) && added.has(toLeafIndex(node.nodeIndex))));
      const to = forgery.recipients?.(honest, i, whole) ?? honest;
      const encryptedPathSecret = await Promise.all(to.map((node) => encryptWithLabel(suite, encryptionKey(node)!, forgery.label ?? 'UpdatePathNode', context, secrets[i]!)));
      return { encryptionKey: publicKeys[i]!, encryptedPathSecret };
    }),
  );
  const privateKeys = new Map<NodeIndex, HPKEPrivateKey>([[toNodeIndex(leafIndex), leafKey]]);
  const pathSecrets = new Map<NodeIndex, Uint8Array>();
  steps.forEach(({ node }, i) => {
    privateKeys.set(node.nodeIndex, keys[i]!);
    pathSecrets.set(node.nodeIndex, secrets[i]!);
  });
  return { tree, path: { leafNode, nodes: (forgery.nodes ?? same)(nodes) }, privateKeys, commitSecret, pathSecrets };
}
