/** The target has given a KeyPackage, and a forger invites it into a group that never was: a joiner cannot tell. */
import { utf8 } from '../mls/bytes.ts';
import type { PreSharedKeyInput } from '../mls/epoch/psk-secret.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { addLeaf, leafAt, leafCount, treeToNodes } from '../mls/tree/ratchet-tree.ts';
import { asLeafIndex, type LeafIndex } from '../mls/tree/tree-math.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import type { GroupContext } from '../mls/wire/group-info.ts';
import type { KeyPackage } from '../mls/wire/leaf-node.ts';
import { decode } from '../mls/wire/presentation-language.ts';
import type { RatchetTreeNodes } from '../mls/wire/tree-node.ts';
import { groveOf, pathBy, type Grove } from './forge/forge-tree.ts';
import { encodeNodes, forgeEpoch, forgeWelcome, type EpochInput, type ForgedEpoch, type WelcomeForgery } from './forge/forge-welcome.ts';
import type { SignaturePrivateKey } from '../mls/crypto/provider.ts';
import type { People } from './people.ts';
import type { Delivery, Target } from './target.ts';

export interface JoinerSetting {
  /** External PSKs that the target holds, by id, as text. */
  readonly psks?: Readonly<Record<string, string>>;
}

/** What is wrong with a Welcome, and with the group that it leads into. */
export interface InvitationForgery extends WelcomeForgery {
  readonly groupContext?: (context: GroupContext) => GroupContext;
  readonly psks?: readonly PreSharedKeyInput[];
  /** Whose key signs, and who it says it is. Default: leaf 0, which added the target. */
  readonly signer?: number;
  readonly signatureKey?: SignaturePrivateKey;
  readonly epoch?: ForgedEpoch;
  /** Makes another tree of the one before the target was added, with the target in it. */
  readonly tree?: (before: Grove, add: (to: Grove) => Grove) => Grove | Promise<Grove>;
  /** Edits the tree that travels apart. Default: none does. */
  readonly ratchetTree?: (nodes: RatchetTreeNodes) => RatchetTreeNodes;
}

export interface JoinerScene {
  readonly people: People;
  readonly keyPackage: KeyPackage;
  /** Alice, Bob, Charlie and Diana, each of whom has set a path; their keys. */
  readonly before: Grove;
  /** With the target at leaf 4 and a path by leaf 0. */
  readonly tree: Grove;
  /** The invitation of the target, by default an honest one. */
  invitation(forgery?: InvitationForgery): Promise<Delivery>;
}

export const joinerName = 'joiner';

export async function joinerScene(people: People, target: Target, { psks = {} }: JoinerSetting = {}): Promise<JoinerScene> {
  const { suite } = people;
  const message = decode(MLSMessage, await target.createKeyPackage(utf8(joinerName)), 'MLSMessage');
  if (message.wireFormat !== 'mls_key_package') throw new Error(`a KeyPackage was expected, this is ${message.wireFormat}`);
  const { keyPackage } = message;
  for (const [id, value] of Object.entries(psks)) await target.storePsk(utf8(id), utf8(value));

  const before = await people.fullGrove(['alice', 'bob', 'charlie', 'diana']);
  const withTarget = (to: Grove): Grove => ({ ...to, tree: addLeaf(to.tree, keyPackage.leafNode).tree, pathSecrets: new Map() });
  const tree = await pathBy(withTarget(before), 0, { added: [4] });

  return {
    people,
    keyPackage,
    before,
    tree,
    async invitation({ groupContext, psks: injected = [], signer = 0, signatureKey, epoch: given, tree: edit, ratchetTree, ...forgery } = {}) {
      const grown = edit === undefined ? tree : await edit(before, withTarget);
      const input: EpochInput = { ...grown, psks: injected, ...(groupContext && { groupContext }) };
      const epoch = given ?? forgeEpoch(suite, input);
      const key = signatureKey ?? grown.signatureKeys.get(signer) ?? grown.signatureKeys.get(0)!;
      const added = [{ keyPackage, leafIndex: leafOf(grown, keyPackage) }];
      const welcome = await forgeWelcome(suite, { ...grown, epoch, signer: { leafIndex: signer, key }, added, psks: injected }, forgery);
      return { to: 'JoinGroup', welcome, epochAuthenticator: epoch.secrets.epochAuthenticator.expose(), ...(ratchetTree && { ratchetTree: encodeNodes(ratchetTree(treeToNodes(grown.tree))) }) };
    },
  };
}

/** The people of another tree than that of `before`. */
export const groveWith = (people: People, bundles: readonly KeyPackageBundle[]): Grove => groveOf(people.suite, bundles);

/** Where the tree has the leaf of a KeyPackage; the last leaf when it has it nowhere. */
function leafOf({ tree }: Grove, { leafNode }: KeyPackage): LeafIndex {
  const count = leafCount(tree);
  for (let leaf = 0; leaf < count; leaf++) if (leafAt(tree, leaf)?.signature === leafNode.signature) return asLeafIndex(leaf);
  return asLeafIndex(count - 1);
}
