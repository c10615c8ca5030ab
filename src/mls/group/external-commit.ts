/** Joining a group by an external Commit (RFC 9420 §12.4.3.2, §8.3). */
import type { SignaturePrivateKey } from '../crypto/provider.ts';
import { sendExternalInit, wipe } from '../epoch/key-schedule.ts';
import { protectPublicMessage } from '../epoch/public-message.ts';
import { signFramedContent } from '../epoch/sign-content.ts';
import { interimTranscriptHash } from '../epoch/transcript-hash.ts';
import { MLSError, must, violation } from '../errors.ts';
import { members, withRoom } from '../tree/ratchet-tree.ts';
import { createUpdatePath, type LeafTemplate } from '../tree/treekem.ts';
import type { GroupInfo } from '../wire/group-info.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { Proposal } from '../wire/proposal.ts';
import { extensionBody } from './group-extensions.ts';
import { validateGroupInfo } from './group-info.ts';
import { newState, provisionalContext, startEpoch } from './next-epoch.ts';
import { applyProposals, validateResult } from './proposal-list.ts';
import { findPsks } from './psk.ts';
import { encodeContext, type GroupState, type PublicState, type Settings } from './state.ts';

export interface ExternalJoinInput {
  readonly settings: Settings;
  readonly groupInfo: GroupInfo;
  readonly ratchetTree: Uint8Array | undefined;
  readonly leaf: LeafTemplate;
  readonly signatureKey: SignaturePrivateKey;
  /** Whether the leaf that this client has in the group is removed by the same Commit. */
  readonly resync: boolean;
  /** External PSKs to inject, in this order. */
  readonly externalPsks: readonly Uint8Array[];
  readonly authenticatedData: Uint8Array;
}

/** @throws MLSError `invalid` when GroupInfo or tree break a rule, `misuse` when there is no former leaf to remove or a PSK is not at hand */
export async function joinByExternalCommit(input: ExternalJoinInput): Promise<{ readonly state: GroupState; readonly commit: Uint8Array }> {
  const { settings, groupInfo, signatureKey } = input;
  const { suite } = settings;
  const { groupContext } = groupInfo;
  must(groupContext.cipherSuite === suite.id, 'R-8.1-02', () => `the group's cipher suite is ${groupContext.cipherSuite}, this client's ${suite.id}`);
  const tree = await validateGroupInfo(groupInfo, settings, input.ratchetTree);
  const external = extensionBody(groupInfo.extensions, 'external_pub');
  if (external === undefined) throw violation('R-12.4.3.2-01', 'the GroupInfo has no external_pub');

  // What only the Commit needs is wiped at its end; what it makes, unless it comes about.
  using used = new DisposableStack();
  using undo = new DisposableStack();

  // The proposals: ExternalInit, the former self's Remove, PSKs.
  const { kemOutput, initSecret } = await sendExternalInit(suite, external.externalPub);
  used.adopt(initSecret, wipe);
  const proposals: Proposal[] = [{ proposalType: 'external_init', kemOutput }];
  const before: PublicState = { settings, groupContext, tree };
  if (input.resync) proposals.push({ proposalType: 'remove', removed: formerLeaf(before, input.leaf) });
  for (const pskId of input.externalPsks) proposals.push({ proposalType: 'psk', psk: { psktype: 'external', pskId, pskNonce: suite.random(suite.nh) } satisfies PreSharedKeyID });
  const sender = { senderType: 'new_member_commit' } as const;
  const applied = await applyProposals(before, {
    proposals: proposals.map((proposal) => ({ proposal, sender, reference: undefined, validated: false })),
    committer: sender,
  });
  const psks = findPsks(applied.psks, { store: settings.psks, groups: [], asked: true }, 'R-12.4.2-03');

  // The path from the leftmost blank leaf (R-12.4.1-03).
  const ownLeafIndex = withRoom(applied.tree).leafIndex;
  const path = await createUpdatePath(suite, {
    tree: applied.tree,
    leafIndex: ownLeafIndex,
    leafNode: input.leaf,
    signatureKey,
    groupId: groupContext.groupId,
    added: new Set(),
    contextFor: (treeHash) => encodeContext(provisionalContext(groupContext, { treeHash, extensions: groupContext.extensions })),
  });
  used.defer(() => wipe(path.commitSecret, ...path.pathSecrets.values()));
  for (const key of path.privateKeys.values()) undo.use(key);
  await validateResult(before, { tree: path.tree, applied, pathLeaf: ownLeafIndex });

  const signed = await signFramedContent({
    suite,
    key: signatureKey,
    wireFormat: 'mls_public_message',
    groupContext: encodeContext(groupContext),
    content: {
      groupId: groupContext.groupId,
      epoch: groupContext.epoch,
      sender,
      authenticatedData: input.authenticatedData,
      contentType: 'commit',
      commit: { proposals: proposals.map((proposal) => ({ type: 'proposal', proposal })), path: path.path },
    },
  });
  const transcript = { groupContext, interimTranscriptHash: interimTranscriptHash(suite, groupContext.confirmedTranscriptHash, groupInfo.confirmationTag) };
  const epoch = await startEpoch(suite, transcript, { tree: path.tree, extensions: groupContext.extensions, signed, initSecret, commitSecret: path.commitSecret, psks });
  used.defer(() => wipe(epoch.joinerSecret, epoch.welcomeSecret));
  for (const secret of Object.values(epoch.secrets)) undo.use(secret);
  const state = newState(settings, epoch, { tree: path.tree, ownLeafIndex, privateKeys: path.privateKeys, signatureKey });
  undo.use(state.secretTree);
  const commit = protectPublicMessage({ suite, signed, confirmationTag: epoch.confirmationTag });
  undo.move();
  return { state, commit };
}

/** The leaf of the client that `leaf` is for. */
function formerLeaf({ tree, settings }: PublicState, leaf: LeafTemplate): number {
  const client = settings.policy.clientOf(leaf);
  for (const [leafIndex, leafNode] of members(tree)) if (settings.policy.clientOf(leafNode) === client) return leafIndex;
  throw new MLSError('misuse', 'this client has no leaf in the group to remove');
}
