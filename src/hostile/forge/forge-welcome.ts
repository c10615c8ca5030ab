/**
 * Forging Welcomes and GroupInfos for any tree. A joiner cannot see how a group came to be, so an epoch of a group that never
 * was, with secrets drawn at random, is as good as an honest one: only what the test changes is wrong.
 */
import { empty } from '../../mls/bytes.ts';
import { encryptWithLabel, makeKeyPackageRef, signWithLabel } from '../../mls/crypto/labelled.ts';
import type { CipherSuite, SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { externalKey, welcomeKeyAndNonce } from '../../mls/epoch/key-schedule.ts';
import { pskSecret, type PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import { knownExtension } from '../../mls/group/group-extensions.ts';
import { runSchedule, type Schedule } from '../../mls/group/next-epoch.ts';
import type { AddedMember } from '../../mls/group/proposal-list.ts';
import { encodeContext } from '../../mls/group/state.ts';
import { treeToNodes, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { treeHash } from '../../mls/tree/tree-hash.ts';
import { asLeafIndex, commonAncestor, type NodeIndex } from '../../mls/tree/tree-math.ts';
import { MLSMessage } from '../../mls/wire/framing.ts';
import { GroupInfo, GroupInfoTBS, GroupSecrets, type GroupContext, type Welcome } from '../../mls/wire/group-info.ts';
import { KeyPackage } from '../../mls/wire/leaf-node.ts';
import { encode } from '../../mls/wire/presentation-language.ts';
import { RatchetTreeNodes } from '../../mls/wire/tree-node.ts';
import { mls10 } from '../../mls/wire/registries.ts';
import { same } from './forge-message.ts';

type Edit<T> = (honest: T) => T;

export interface Signer {
  readonly leafIndex: number;
  readonly key: SignaturePrivateKey;
}

/** An epoch that a GroupInfo can tell of. */
export interface ForgedEpoch extends Schedule {
  readonly groupContext: GroupContext;
}

export interface EpochInput {
  readonly tree: RatchetTree;
  readonly groupId: Uint8Array;
  readonly psks?: readonly PreSharedKeyInput[];
  /** Edits the GroupContext before the key schedule runs over it. */
  readonly groupContext?: Edit<GroupContext>;
}

/** An epoch with that tree and random secrets. */
export function forgeEpoch(suite: CipherSuite, { tree, groupId, psks = [], groupContext: edit = same }: EpochInput): ForgedEpoch {
  const groupContext = edit({
    version: mls10,
    cipherSuite: suite.id,
    groupId,
    epoch: 1n,
    treeHash: treeHash(suite, tree.root),
    confirmedTranscriptHash: suite.random(suite.nh),
    extensions: [],
  });
  return { groupContext, ...runSchedule(suite, { joinerSecret: suite.random(suite.nh) }, { groupContext, contextBytes: encodeContext(groupContext), pskSecret: pskSecret(suite, psks) }) };
}

export interface GroupInfoForgery {
  /** The tree that travels along. Default: the one given; 'none' leaves it out. */
  readonly nodes?: Edit<RatchetTreeNodes> | 'none';
  readonly externalPub?: boolean;
  /** Edits what is signed. */
  readonly groupInfo?: Edit<GroupInfoTBS>;
  readonly signature?: Edit<Uint8Array>;
}

/** A GroupInfo of an epoch, signed. */
export async function forgeGroupInfo(suite: CipherSuite, from: { readonly epoch: ForgedEpoch; readonly tree: RatchetTree; readonly signer: Signer }, forgery: GroupInfoForgery = {}): Promise<GroupInfo> {
  const { epoch, signer } = from;
  const tree = forgery.nodes === 'none' ? [] : [knownExtension('ratchet_tree', (forgery.nodes ?? same)(treeToNodes(from.tree)))];
  const external = forgery.externalPub === true ? [knownExtension('external_pub', { externalPub: (await externalKey(suite, epoch.secrets.externalSecret)).publicKey })] : [];
  const unsigned = (forgery.groupInfo ?? same<GroupInfoTBS>)({
    groupContext: epoch.groupContext,
    extensions: [...tree, ...external],
    confirmationTag: epoch.confirmationTag,
    signer: signer.leafIndex,
  });
  const signature = await signWithLabel(suite, signer.key, 'GroupInfoTBS', encode(GroupInfoTBS, unsigned));
  return { ...unsigned, signature: (forgery.signature ?? same)(signature) };
}

export const groupInfoMessage = (groupInfo: GroupInfo): Uint8Array => encode(MLSMessage, { version: mls10, wireFormat: 'mls_group_info', groupInfo });

export interface WelcomeInput {
  readonly tree: RatchetTree;
  readonly epoch: ForgedEpoch;
  readonly signer: Signer;
  readonly added: readonly AddedMember[];
  readonly pathSecrets?: ReadonlyMap<NodeIndex, Uint8Array>;
  readonly psks?: readonly PreSharedKeyInput[];
}

export interface WelcomeForgery extends GroupInfoForgery {
  readonly secrets?: Edit<GroupSecrets>;
  /** Edits the encoded GroupSecrets. */
  readonly secretBytes?: Edit<Uint8Array>;
  readonly welcome?: Edit<Welcome>;
  /** Appended to the encoded GroupInfo. */
  readonly afterGroupInfo?: Uint8Array;
  readonly label?: string;
}

/** A Welcome as an encoded MLSMessage. */
export async function forgeWelcome(suite: CipherSuite, from: WelcomeInput, forgery: WelcomeForgery = {}): Promise<Uint8Array> {
  const groupInfo = await forgeGroupInfo(suite, from, forgery);
  const { key, nonce } = welcomeKeyAndNonce(suite, from.epoch.welcomeSecret);
  const encryptedGroupInfo = suite.seal(key, nonce, empty, Uint8Array.of(...encode(GroupInfo, groupInfo), ...(forgery.afterGroupInfo ?? empty)));
  const secrets = await Promise.all(
    from.added.map(async ({ keyPackage, leafIndex }) => {
      const pathSecret = from.pathSecrets?.get(commonAncestor(leafIndex, asLeafIndex(from.signer.leafIndex)));
      const honest: GroupSecrets = { joinerSecret: from.epoch.joinerSecret, pathSecret: pathSecret && { pathSecret }, psks: (from.psks ?? []).map(({ id }) => id) };
      const plaintext = (forgery.secretBytes ?? same)(encode(GroupSecrets, (forgery.secrets ?? same)(honest)));
      const encryptedGroupSecrets = await encryptWithLabel(suite, keyPackage.initKey, forgery.label ?? 'Welcome', encryptedGroupInfo, plaintext);
      return { newMember: makeKeyPackageRef(suite, encode(KeyPackage, keyPackage)), encryptedGroupSecrets };
    }),
  );
  const welcome = (forgery.welcome ?? same<Welcome>)({ cipherSuite: suite.id, secrets, encryptedGroupInfo });
  return encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome });
}

/** The nodes as the body of a ratchet_tree extension. */
export const encodeNodes = (nodes: RatchetTreeNodes): Uint8Array => encode(RatchetTreeNodes, nodes);
