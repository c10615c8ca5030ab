/** Ratchet trees for new vectors, grown as groups grow them: by adding, committing and removing (RFC 9420 §7.4, §7.7). */
import { utf8 } from '../mls/bytes.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { makeKeyPackage, type KeyPackageBundle } from '../mls/group/key-package.ts';
import { addLeaf, directPath, leafAt, replaceLeaf, singleLeafTree, truncate, type RatchetTree } from '../mls/tree/ratchet-tree.ts';
import { createUpdatePath, type ContextFor, type CreatedUpdatePath } from '../mls/tree/treekem.ts';
import type { LeafIndex, NodeIndex } from '../mls/tree/tree-math.ts';
import { GroupContext } from '../mls/wire/group-info.ts';
import { encode } from '../mls/wire/presentation-language.ts';
import { mls10 } from '../mls/wire/registries.ts';
import { clientOf } from './tree-bytes.ts';

/** What befalls a tree: leaf indices are those at that moment. */
export type Step = 'add' | { readonly commit: number } | { readonly remove: number };

export const adds = (count: number): Step[] => Array.from({ length: count }, () => 'add');

/** A fresh KeyPackage of somebody new, valid for ever. */
export async function sampleKeyPackage(suite: CipherSuite): Promise<KeyPackageBundle> {
  const signatureKey = await suite.generateSignatureKey();
  return makeKeyPackage(suite, {
    signatureKey,
    credential: { credentialType: 'basic', identity: utf8(`member ${Buffer.from(suite.random(4)).toString('hex')}`) },
    capabilities: { versions: [mls10], cipherSuites: [suite.id], extensions: [], proposals: [], credentials: [1] },
    lifetime: { notBefore: 0n, notAfter: 2n ** 64n - 1n },
    leafExtensions: [],
    extensions: [],
  });
}

/** A tree of which all private keys are known. */
export class SampleTree {
  readonly #suite: CipherSuite;
  readonly groupId: Uint8Array;
  tree: RatchetTree;
  /** What each member joined with, by leaf index; a key that was replaced since is in `encryptionKeys`. */
  readonly members = new Map<number, KeyPackageBundle>();
  /** Raw private encryption keys of the leaves. */
  readonly encryptionKeys = new Map<number, Uint8Array>();
  readonly #pathSecrets = new Map<NodeIndex, Uint8Array>();

  /** A tree of one member that `steps` have befallen. */
  static async grown(suite: CipherSuite, steps: readonly Step[]): Promise<SampleTree> {
    const sample = new SampleTree(suite, await sampleKeyPackage(suite));
    for (const step of steps) await sample.#take(step);
    return sample;
  }

  private constructor(suite: CipherSuite, creator: KeyPackageBundle) {
    this.#suite = suite;
    this.groupId = suite.random(16);
    this.tree = singleLeafTree(creator.keyPackage.leafNode, clientOf);
    this.#join(0, creator);
  }

  /** A new path of a member, which is not merged. */
  newPath(leafIndex: number, contextFor: ContextFor): Promise<CreatedUpdatePath> {
    const { tree, groupId } = this;
    const leafNode = leafAt(tree, leafIndex)!;
    const { signatureKey } = this.members.get(leafIndex)!;
    return createUpdatePath(this.#suite, { tree, leafIndex: leafIndex as LeafIndex, leafNode, signatureKey, groupId, added: new Set(), contextFor });
  }

  /** The path secrets that a member has: those of its ancestors with a key of which it is no unmerged leaf. */
  pathSecretsOf(leafIndex: number): { node: number; path_secret: Uint8Array }[] {
    return directPath(this.tree, leafIndex as LeafIndex)
      .filter(({ node }) => node.parentNode !== undefined && !node.parentNode.unmergedLeaves.includes(leafIndex))
      .map(({ node }) => ({ node: node.nodeIndex, path_secret: this.#pathSecrets.get(node.nodeIndex)! }));
  }

  async #take(step: Step): Promise<void> {
    if (step === 'add') {
      const bundle = await sampleKeyPackage(this.#suite);
      const { tree, leafIndex } = addLeaf(this.tree, bundle.keyPackage.leafNode);
      this.tree = tree;
      this.#join(leafIndex, bundle);
    } else if ('remove' in step) {
      this.tree = truncate(replaceLeaf(this.tree, step.remove as LeafIndex, undefined));
      this.members.delete(step.remove);
    } else {
      const leafIndex = step.commit;
      const { tree, privateKeys, pathSecrets } = await this.newPath(leafIndex, (treeHash) => sampleContext(this.#suite, { groupId: this.groupId, treeHash }));
      this.tree = tree;
      this.encryptionKeys.set(leafIndex, privateKeys.get((2 * leafIndex) as NodeIndex)!.serialize());
      for (const [node, secret] of pathSecrets) this.#pathSecrets.set(node, secret);
    }
  }

  #join(leafIndex: number, bundle: KeyPackageBundle): void {
    this.members.set(leafIndex, bundle);
    this.encryptionKeys.set(leafIndex, bundle.encryptionKey.serialize());
  }
}

/** An encoded GroupContext of which only the named fields matter. */
export const sampleContext = (suite: CipherSuite, fields: Pick<GroupContext, 'groupId' | 'treeHash'> & Partial<GroupContext>): Uint8Array =>
  encode(GroupContext, { version: mls10, cipherSuite: suite.id, epoch: 0n, confirmedTranscriptHash: new Uint8Array(suite.nh), extensions: [], ...fields });
