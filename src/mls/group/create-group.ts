/** Group creation (RFC 9420 §11): a group of one member at epoch 0. */
import { confirmationTag, deriveEpochSecrets, wipe } from '../epoch/key-schedule.ts';
import { interimTranscriptHash } from '../epoch/transcript-hash.ts';
import { usage, within } from '../errors.ts';
import { firstUnmet, supportsExtension, typeName } from '../tree/leaf-node-validation.ts';
import { singleLeafTree } from '../tree/ratchet-tree.ts';
import { treeHash } from '../tree/tree-hash.ts';
import { asLeafIndex, toNodeIndex } from '../tree/tree-math.ts';
import { empty } from '../bytes.ts';
import { tooManyExtensions, type Extension } from '../wire/extension.ts';
import type { GroupContext } from '../wire/group-info.ts';
import { mls10 } from '../wire/registries.ts';
import { requiredCapabilities, validateGroupExtensions } from './group-extensions.ts';
import type { KeyPackageBundle } from './key-package.ts';
import { newState } from './next-epoch.ts';
import { encodeContext, type GroupState, type Settings } from './state.ts';

export interface NewGroup {
  readonly settings: Settings;
  readonly groupId: Uint8Array;
  readonly extensions: readonly Extension[];
  /** The creator's own KeyPackage: its leaf becomes the group's only one. Its init key is wiped; without a group, so is its leaf's. */
  readonly bundle: KeyPackageBundle;
}

/** @throws MLSError `misuse` when the creator itself does not support the extensions; `invalid` when one is not well formed */
export async function createGroupState({ settings, groupId, extensions, bundle }: NewGroup): Promise<GroupState> {
  const { suite, policy } = settings;
  const { leafNode } = bundle.keyPackage;
  // Nobody sends the creator a Welcome.
  bundle.initKey.dispose();
  using undo = new DisposableStack();
  undo.use(bundle.encryptionKey);
  const most = settings.limits.extensions;
  within(extensions.length <= most, tooManyExtensions(most));
  await validateGroupExtensions(suite, { extensions, known: [], policy, groupContext: undefined });
  for (const { extensionType } of extensions) {
    usage(supportsExtension(leafNode.capabilities, extensionType), `the creator does not support extension ${typeName(extensionType)}`, 'R-13.4-07');
  }
  const unmet = firstUnmet(leafNode.capabilities, requiredCapabilities(extensions));
  usage(unmet === undefined, `the creator does not support what it requires: ${unmet?.detail}`, unmet?.rule);

  const tree = singleLeafTree(leafNode, policy.clientOf);
  const groupContext: GroupContext = {
    version: mls10,
    cipherSuite: suite.id,
    groupId,
    epoch: 0n,
    treeHash: treeHash(suite, tree.root),
    confirmedTranscriptHash: empty,
    extensions,
  };
  const epochSecret = suite.random(suite.nh);
  const secrets = deriveEpochSecrets(suite, epochSecret);
  wipe(epochSecret);
  const tag = confirmationTag(suite, secrets.confirmationKey, empty);
  const epoch = { groupContext, contextBytes: encodeContext(groupContext), secrets, confirmationTag: tag, interimTranscriptHash: interimTranscriptHash(suite, empty, tag) };
  const ownLeafIndex = asLeafIndex(0);
  const privateKeys = new Map([[toNodeIndex(ownLeafIndex), bundle.encryptionKey]]);
  undo.move();
  return newState(settings, epoch, { tree, ownLeafIndex, privateKeys, signatureKey: bundle.signatureKey });
}
