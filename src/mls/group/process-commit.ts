/** Processing a Commit of another member or of an external joiner (RFC 9420 §12.4.2, §12.4.3.2). */
import { sameBytes } from '../bytes.ts';
import { externalKey, receiveExternalInit, wipe } from '../epoch/key-schedule.ts';
import type { SignedContent, Verified } from '../epoch/sign-content.ts';
import { must, violation, within } from '../errors.ts';
import { leafAt, leafCount, withRoom } from '../tree/ratchet-tree.ts';
import { validateLeafNode } from '../tree/leaf-node-validation.ts';
import { hashInSlices } from '../tree/tree-hash.ts';
import { toNodeIndex, type LeafIndex } from '../tree/tree-math.ts';
import { hashCopathInSlices, keysInUse, mergeUpdatePath, openUpdatePath, type PrivateKeys } from '../tree/treekem.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import type { Commit, ProposalOrRef } from '../wire/proposal.ts';
import { nextState, provisionalContext, startEpoch } from './next-epoch.ts';
import { applyProposals, validateResult, type AppliedProposals, type Committer } from './proposal-list.ts';
import { validateReplacement, type SentProposal } from './proposal-validation.ts';
import { findPsks } from './psk.ts';
import { encodeContext, type GroupState, type PendingUpdate, type PublicState } from './state.ts';

/** A Commit whose signature, and membership tag or encryption, were verified. */
export interface VerifiedCommit {
  readonly signed: Verified<SignedContent>;
  readonly commit: Commit;
  readonly confirmationTag: Uint8Array;
  readonly committer: Committer;
}

export type ProcessedCommit = { readonly kind: 'commit'; readonly state: GroupState; readonly applied: AppliedProposals } | { readonly kind: 'removed'; readonly applied: AppliedProposals };

/**
 * Checks a Commit completely and gives the state it leads to, or `removed` when it removes this member (R-12.4.2-14).
 * @throws MLSError `invalid` with the id of the rule that is broken; nothing has changed then (R-12.4.2-10)
 */
export async function processCommit(state: GroupState, verified: VerifiedCommit): Promise<ProcessedCommit> {
  const { suite } = state.settings;
  const { commit, committer } = verified;

  // Verify and apply the proposals, by value as the committer's, by reference as their sender's (R-12.4-02).
  const proposals = commit.proposals.map((entry) => resolveProposal(state, entry, committer));
  const applied = await applyProposals(state, { proposals, committer });
  const { path } = commit;
  if (committer.senderType === 'new_member_commit') must(path !== undefined, 'R-12.4.3.2-03');
  must(path !== undefined || !applied.requiresPath, proposals.length === 0 ? 'R-12.4-10' : proposals.some(({ reference }) => reference !== undefined) ? 'R-12.4.2-04' : 'R-12.4-12', 'the Commit has no path');

  // Validate the path's leaf and merge the path.
  const sender = committer.senderType === 'member' ? committer.leafIndex : withRoom(applied.tree).leafIndex;
  if (path !== undefined) await validatePathLeaf(state, { leafNode: path.leafNode, sender, committer, applied });
  const added = new Set(applied.added.map(({ leafIndex }) => leafIndex));
  const received = path && { tree: applied.tree, sender, path, added };
  if (received !== undefined) await hashCopathInSlices(suite, applied.tree, sender);
  const merged = received && mergeUpdatePath(suite, received);
  const tree = merged?.tree ?? applied.tree;
  within(leafCount(tree) <= state.settings.limits.leaves, `the group would have more than ${state.settings.limits.leaves} leaves`);
  await validateResult(state, { tree, applied, pathLeaf: path && sender });
  if (applied.removed.includes(state.ownLeafIndex)) return { kind: 'removed', applied };
  const psks = findPsks(applied.psks, { store: state.settings.psks, groups: [state] }, 'R-12.4.2-03');

  // What only this Commit needs is wiped at its end; what it makes, unless it is accepted.
  using used = new DisposableStack();
  using undo = new DisposableStack();

  // Open the path secret under the provisional GroupContext.
  const own = ownKeysAfter(state, applied);
  let { privateKeys } = own;
  let commitSecret: Uint8Array = new Uint8Array(suite.nh);
  if (received !== undefined && merged !== undefined) {
    const treeHash = await hashInSlices(suite, tree.root);
    const context = encodeContext(provisionalContext(state.groupContext, { treeHash, extensions: applied.extensions }));
    ({ privateKeys, commitSecret } = await openUpdatePath(suite, { ...received, merged, context, leafIndex: state.ownLeafIndex, privateKeys }));
    used.adopt(commitSecret, wipe);
    const known = new Set(own.privateKeys.values());
    for (const key of privateKeys.values()) if (!known.has(key)) undo.adopt(key, () => key.dispose());
  }

  // Transcript, key schedule, confirmation tag.
  const initSecret = await initSecretFor(state, applied);
  if (applied.externalInit !== undefined) used.adopt(initSecret, wipe);
  const epoch = await startEpoch(suite, state, { tree, extensions: applied.extensions, signed: verified.signed, initSecret, commitSecret, psks });
  used.defer(() => wipe(epoch.joinerSecret, epoch.welcomeSecret));
  for (const secret of Object.values(epoch.secrets)) undo.use(secret);
  must(suite.equal(epoch.confirmationTag, verified.confirmationTag), applied.externalInit === undefined ? 'R-12.4.2-09' : 'R-8.3-02', 'the confirmation_tag differs');
  const next = nextState(state, epoch, { tree, privateKeys, signatureKey: own.signatureKey, reinit: applied.reinit });
  undo.move();
  return { kind: 'commit', applied, state: next };
}

function resolveProposal(state: GroupState, entry: ProposalOrRef, committer: Committer): SentProposal {
  if (entry.type === 'proposal') return { proposal: entry.proposal, sender: committer, reference: undefined, validated: false };
  const { reference } = entry;
  must(committer.senderType === 'member', 'R-12.4.3.2-04');
  const pending = state.pendingProposals.get(reference);
  if (pending === undefined) throw violation('R-12.2-20');
  return { ...pending, reference, validated: true };
}

interface PathLeafCheck {
  readonly leafNode: LeafNode;
  readonly sender: LeafIndex;
  readonly committer: Committer;
  readonly applied: AppliedProposals;
}

/** A path leaf meets every rule for an Update's leaf but the source (R-7.5-02). */
async function validatePathLeaf(state: GroupState, { leafNode, sender, committer, applied }: PathLeafCheck): Promise<void> {
  must(leafNode.leafNodeSource === 'commit', 'R-12.4.2-06', () => `the path leaf has source ${leafNode.leafNodeSource}`);
  if (committer.senderType === 'new_member_commit') return validateExternalLeaf(state, { leafNode, sender, removed: applied.removed[0] });
  const current = leafAt(state.tree, sender)!;
  must(!sameBytes(current.encryptionKey, leafNode.encryptionKey), 'R-12.4.2-07');
  await validateReplacement(state, { current, next: leafNode, leafIndex: sender, credentialRule: 'R-5.3.1-06' });
}

/** The leaf of an external joiner: a new member, or with a Remove the successor of a former self (R-12.2-23, R-12.2-24). */
async function validateExternalLeaf(state: PublicState, { leafNode, sender, removed }: { readonly leafNode: LeafNode; readonly sender: LeafIndex; readonly removed: number | undefined }): Promise<void> {
  const { suite, policy } = state.settings;
  const { groupContext } = state;
  const place = { groupId: groupContext.groupId, leafIndex: sender };
  // That key has signed the message, so that the place is what an honest newcomer can have got wrong; a bad signature looks the same.
  await validateLeafNode(suite, { leafNode, place, policy, groupContext, credentialRule: 'R-5.3.1-06', lifetimeRule: undefined, signatureRule: 'R-12.4.2-05' });
  must(await policy.allowExternalCommit({ leafNode, groupContext }), 'R-12.4.3.2-09', 'external Commits are refused');
  if (removed === undefined) return;
  const former = leafAt(state.tree, removed)!;
  must(!sameBytes(former.encryptionKey, leafNode.encryptionKey), 'R-12.2-23');
  must(await policy.isSuccessor({ current: former, next: leafNode }), 'R-12.2-24');
  must(await policy.allowResync({ removed: former, leafNode, groupContext }), 'R-12.4.3.2-09', 'resync is refused');
}

/** The own keys after the proposals: an own Update that was committed brings its leaf key (R-12.1.2-03). */
function ownKeysAfter(state: GroupState, applied: AppliedProposals): { readonly privateKeys: PrivateKeys; readonly signatureKey: GroupState['signatureKey'] } {
  const update = ownUpdate(state, applied);
  if (update === undefined) return { privateKeys: keysInUse(applied.tree, state.privateKeys), signatureKey: state.signatureKey };
  const privateKeys = new Map([...state.privateKeys, [toNodeIndex(state.ownLeafIndex), update.encryptionKey] as const]);
  return { privateKeys: keysInUse(applied.tree, privateKeys), signatureKey: update.signatureKey };
}

function ownUpdate(state: GroupState, applied: AppliedProposals): PendingUpdate | undefined {
  if (!applied.updated.has(state.ownLeafIndex)) return undefined;
  const encryptionKey = leafAt(applied.tree, state.ownLeafIndex)!.encryptionKey;
  const pending = [...state.pendingUpdates.values()].find((update) => sameBytes(update.encryptionKey.publicKey, encryptionKey));
  if (pending === undefined) throw violation('R-12.1.2-03', 'the Commit covers an Update of this member whose keys it does not have');
  return pending;
}

/** init_secret of the ending epoch, or the one an external Commit brings (R-12.4.3.2-06). */
async function initSecretFor(state: GroupState, { externalInit }: AppliedProposals): Promise<Uint8Array> {
  if (externalInit === undefined) return state.secrets.initSecret.expose();
  using key = await externalKey(state.settings.suite, state.secrets.externalSecret);
  return await receiveExternalInit(state.settings.suite, key, externalInit.kemOutput);
}

