/** GroupInfo (RFC 9420 §12.4.3): making it, and checking it as a joiner. */
import { concat, sameBytes } from '../bytes.ts';
import { signedStruct, verifyWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { externalKey } from '../epoch/key-schedule.ts';
import { must, violation } from '../errors.ts';
import { pause } from '../slices.ts';
import { noRepeatedExtension, supportsExtension, typeName, validateSignatureKey } from '../tree/leaf-node-validation.ts';
import { leafAt, leafCount, treeFromNodesInSlices, type RatchetTree } from '../tree/ratchet-tree.ts';
import { encodeInSlices, TreeNodes } from '../tree/tree-encoding.ts';
import { hashInSlices } from '../tree/tree-hash.ts';
import { validateTree } from '../tree/tree-validation.ts';
import type { Extension } from '../wire/extension.ts';
import { messageHeader } from '../wire/framing.ts';
import { GroupInfoTBS, type GroupInfo } from '../wire/group-info.ts';
import { encode } from '../wire/presentation-language.ts';
import { extensionTypes, mls10 } from '../wire/registries.ts';
import { decodeTreeInSlices } from '../wire/tree-node.ts';
import { greaseExtension, greaseValue } from './capabilities.ts';
import { knownExtension, requiredCapabilities, validateGroupExtensions } from './group-extensions.ts';
import type { GroupState, Settings } from './state.ts';

/** Whether the ratchet tree travels in the GroupInfo or by another way (§12.4.3.3). */
export type TreePlace = 'inside' | 'apart';

export interface GroupInfoOptions {
  /** Default: inside. */
  readonly ratchetTree?: TreePlace | undefined;
  /** Whether outsiders may join with it by external Commit. */
  readonly externalPub: boolean;
}

/** An encoded, signed GroupInfo of the state's epoch (R-12.4.1-10, R-12.4.1-11). */
export async function makeGroupInfo(state: GroupState, { ratchetTree = 'inside', externalPub }: GroupInfoOptions): Promise<Uint8Array> {
  const { suite, grease } = state.settings;
  const extensions: Extension[] = [];
  if (ratchetTree === 'inside') {
    extensions.push({ extensionType: extensionTypes.ratchet_tree, extensionData: await encodeTreeInSlices(state.tree) });
    await pause();
  }
  if (externalPub) {
    using key = await externalKey(suite, state.secrets.externalSecret);
    extensions.push(knownExtension('external_pub', { externalPub: key.publicKey }));
  }
  if (grease) extensions.push(greaseExtension(suite.random, greaseValue(suite.random)));
  const unsigned: GroupInfoTBS = { groupContext: state.groupContext, extensions, confirmationTag: state.confirmationTag, signer: state.ownLeafIndex };
  return signedStruct(suite, state.signatureKey, 'GroupInfoTBS', (w) => GroupInfoTBS.write(w, unsigned));
}

/** An encoded GroupInfo as an encoded MLSMessage. */
export const groupInfoMessage = (groupInfo: Uint8Array): Uint8Array => concat(messageHeader('mls_group_info'), groupInfo);

/** The tree as the body of a ratchet_tree extension, for joiners who get it apart. */
export const encodeTree = (tree: RatchetTree): Uint8Array => encode(TreeNodes, tree);

/** The same in slices, for trees that have not been encoded yet. */
export async function encodeTreeInSlices(tree: RatchetTree): Promise<Uint8Array> {
  await encodeInSlices(tree);
  return encodeTree(tree);
}

/** The tree that goes with a GroupInfo. @throws MLSError `invalid` R-12.4.3.1-01 when there is none */
async function treeOf(groupInfo: GroupInfo, apart: Uint8Array | undefined, settings: Settings): Promise<RatchetTree> {
  const encoded = apart ?? groupInfo.extensions.find(({ extensionType }) => extensionType === extensionTypes.ratchet_tree)?.extensionData;
  if (encoded === undefined) throw violation('R-12.4.3.1-01', 'the GroupInfo has no ratchet_tree and none was supplied');
  await pause();
  const { leaves, messageElements, extensions } = settings.limits;
  const nodes = await decodeTreeInSlices(encoded, { most: 2 * leaves - 1, maxElements: messageElements, maxExtensions: extensions });
  return treeFromNodesInSlices(nodes, settings.policy.clientOf);
}

/**
 * Checks a GroupInfo and its tree as every joiner does (§12.4.3.1, §12.4.3.2).
 * @returns the tree, every node of it checked
 * @throws MLSError `invalid` with the id of the rule that is broken first
 */
export async function validateGroupInfo(groupInfo: GroupInfo, settings: Settings, treeApart: Uint8Array | undefined): Promise<RatchetTree> {
  const { suite, policy } = settings;
  const { groupContext } = groupInfo;
  must(groupContext.version === mls10, 'R-8.1-02', () => `version ${groupContext.version}`);
  noRepeatedExtension(groupInfo.extensions, 'GroupInfo');
  const tree = await treeOf(groupInfo, treeApart, settings);

  // The signer is a member, and the signature is its own.
  await verifyGroupInfoSignature(suite, groupInfo, tree);

  // The joiner supports what the group uses; the tree is the one that was signed, and sound.
  for (const { extensionType } of groupContext.extensions) {
    must(supportsExtension({ extensions: settings.supportedExtensions }, extensionType), 'R-12.4.3-04', () => `extension ${typeName(extensionType)}`);
  }
  await validateGroupExtensions(suite, { extensions: groupContext.extensions, known: [], policy, groupContext });
  const treeHash = await hashInSlices(suite, tree.root);
  must(sameBytes(treeHash, groupContext.treeHash), treeApart === undefined ? 'R-12.4.3.1-10' : 'R-12.4.3.3-08');
  await validateTree(suite, tree, { groupContext, required: requiredCapabilities(groupContext.extensions), policy });
  return tree;
}

/** @throws MLSError `invalid` R-12.4.3.1-08 when the signer is no member, R-12.4.3-06 when the signature is not its own */
export async function verifyGroupInfoSignature(suite: CipherSuite, groupInfo: GroupInfo, tree: RatchetTree): Promise<void> {
  const signer = leafAt(tree, groupInfo.signer);
  must(signer !== undefined, 'R-12.4.3.1-08', () => `leaf ${groupInfo.signer} of ${leafCount(tree)}`);
  validateSignatureKey(suite, signer.signatureKey);
  const { signature, ...unsigned } = groupInfo;
  must(await verifyWithLabel(suite, signer.signatureKey, 'GroupInfoTBS', encode(GroupInfoTBS, unsigned), signature), 'R-12.4.3-06');
}
