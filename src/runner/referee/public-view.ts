/**
 * What somebody without any secret can follow of a group: GroupContext, tree and transcript, from a GroupInfo on and through
 * Commits whose content is known. Left out is all that only a member can check: membership and confirmation tags, what a path
 * encrypts, whether PSKs are at hand.
 */
import { sameBytes } from '../../mls/bytes.ts';
import { makeProposalRef } from '../../mls/crypto/labelled.ts';
import { authenticatedContentBytes, coversGroupContext, verifyFramedContent, type SignedContent } from '../../mls/epoch/sign-content.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../../mls/epoch/transcript-hash.ts';
import { must, violation } from '../../mls/errors.ts';
import { externalSenders } from '../../mls/group/group-extensions.ts';
import { validateGroupInfo } from '../../mls/group/group-info.ts';
import { provisionalContext } from '../../mls/group/next-epoch.ts';
import { PendingProposals } from '../../mls/group/pending-proposals.ts';
import { applyProposals, validateResult, type AppliedProposals, type Committer } from '../../mls/group/proposal-list.ts';
import { validateProposal, validateReplacement, type SentProposal } from '../../mls/group/proposal-validation.ts';
import { encodeContext, type GroupState, type Settings } from '../../mls/group/state.ts';
import { validateLeafNode, validateSignatureKey } from '../../mls/tree/leaf-node-validation.ts';
import { leafAt, withRoom, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { hashInSlices } from '../../mls/tree/tree-hash.ts';
import { asLeafIndex, type LeafIndex } from '../../mls/tree/tree-math.ts';
import { mergeUpdatePath, type MergedUpdatePath, type ReceivedUpdatePath } from '../../mls/tree/treekem.ts';
import type { FramedContent } from '../../mls/wire/framing.ts';
import type { GroupInfo } from '../../mls/wire/group-info.ts';
import type { LeafNode } from '../../mls/wire/leaf-node.ts';
import type { Commit, ProposalOrRef } from '../../mls/wire/proposal.ts';

/** The part of a member's state that is no secret. */
export type PublicView = Pick<GroupState, 'settings' | 'groupContext' | 'contextBytes' | 'tree' | 'interimTranscriptHash' | 'pendingProposals'>;

/** @throws MLSError as for somebody who is about to join by external Commit */
export async function viewOfGroupInfo(settings: Settings, groupInfo: GroupInfo, ratchetTree: Uint8Array | undefined): Promise<PublicView> {
  const { groupContext, confirmationTag } = groupInfo;
  const listed = groupContext.extensions.map(({ extensionType }) => extensionType);
  const open = { ...settings, supportedExtensions: [...settings.supportedExtensions, ...listed] };
  return {
    settings,
    groupContext,
    contextBytes: encodeContext(groupContext),
    tree: await validateGroupInfo(groupInfo, open, ratchetTree),
    interimTranscriptHash: interimTranscriptHash(settings.suite, groupContext.confirmedTranscriptHash, confirmationTag),
    pendingProposals: PendingProposals.none,
  };
}

/** Checks the signature of a content of the view's epoch. @throws MLSError `invalid` */
export async function verifySignature(view: PublicView, signed: SignedContent): Promise<void> {
  const { suite } = view.settings;
  const { content } = signed;
  const publicKey = senderKey(view, content);
  if (content.sender.senderType !== 'member') validateSignatureKey(suite, publicKey);
  await verifyFramedContent({ suite, publicKey, signed, groupContext: coversGroupContext(content.sender) ? view.contextBytes : undefined });
}

function senderKey({ tree, groupContext }: PublicView, content: FramedContent): Uint8Array {
  const { sender } = content;
  switch (sender.senderType) {
    case 'member': {
      const leafNode = leafAt(tree, sender.leafIndex);
      must(leafNode !== undefined, 'R-6-09', () => `leaf ${sender.leafIndex}`);
      return leafNode.signatureKey;
    }
    case 'external': {
      const found = externalSenders(groupContext.extensions)?.[sender.senderIndex];
      must(found !== undefined, 'R-6.1-06', () => `external sender ${sender.senderIndex}`);
      return found.signatureKey;
    }
    case 'new_member_proposal':
      if (content.contentType !== 'proposal' || content.proposal.proposalType !== 'add') throw violation('R-6.1-11');
      return content.proposal.keyPackage.leafNode.signatureKey;
    case 'new_member_commit':
      if (content.contentType !== 'commit' || content.commit.path === undefined) throw violation('R-12.4.3.2-03');
      return content.commit.path.leafNode.signatureKey;
  }
}

/** The view that knows of a proposal whose signature was verified. @throws MLSError `invalid` when it is not valid */
export async function withProposal(view: PublicView, signed: SignedContent): Promise<PublicView> {
  const { content } = signed;
  if (content.contentType !== 'proposal') return view;
  const { proposal, sender } = content;
  const reference = makeProposalRef(view.settings.suite, authenticatedContentBytes(signed));
  if (view.pendingProposals.get(reference) !== undefined) return view;
  await validateProposal(view, { proposal, sender });
  return { ...view, pendingProposals: view.pendingProposals.with({ proposal, sender, reference }) };
}

/** What a Commit makes of tree and extensions. */
export interface Course {
  readonly proposals: readonly SentProposal[];
  readonly applied: AppliedProposals;
  readonly tree: RatchetTree;
  readonly received: ReceivedUpdatePath | undefined;
  readonly merged: MergedUpdatePath | undefined;
}

/** @throws MLSError `invalid` with the rule that the Commit breaks, as far as that can be seen without secrets */
export async function courseOf(view: PublicView, content: FramedContent, commit: Commit): Promise<Course> {
  const { suite } = view.settings;
  const committer = committerOf(content);
  const { path } = commit;
  const proposals = commit.proposals.map((entry) => resolved(view, entry, committer));
  const applied = await applyProposals(view, { proposals, committer });
  must(path !== undefined || !applied.requiresPath, proposals.length === 0 ? 'R-12.4-10' : 'R-12.4-12', 'the Commit has no path');
  const sender = committer.senderType === 'member' ? committer.leafIndex : withRoom(applied.tree).leafIndex;
  if (path === undefined) {
    await validateResult(view, { tree: applied.tree, applied, pathLeaf: undefined });
    return { proposals, applied, tree: applied.tree, received: undefined, merged: undefined };
  }
  await validatePathLeaf(view, { leafNode: path.leafNode, sender, committer });
  const received = { tree: applied.tree, sender, path, added: new Set(applied.added.map(({ leafIndex }) => leafIndex)) };
  const merged = mergeUpdatePath(suite, received);
  await validateResult(view, { tree: merged.tree, applied, pathLeaf: sender });
  return { proposals, applied, tree: merged.tree, received, merged };
}

/** The view of the epoch that a Commit begins, its confirmation tag taken at its word. @throws MLSError `invalid` */
export async function viewAfter(view: PublicView, signed: SignedContent, confirmationTag: Uint8Array): Promise<PublicView> {
  const { content } = signed;
  if (content.contentType !== 'commit') throw violation('R-6.1-09');
  const { suite } = view.settings;
  const { tree, applied } = await courseOf(view, content, content.commit);
  const confirmed = confirmedTranscriptHash(suite, { interimTranscriptHash: view.interimTranscriptHash, ...signed });
  const groupContext = {
    ...provisionalContext(view.groupContext, { treeHash: await hashInSlices(suite, tree.root), extensions: applied.extensions }),
    confirmedTranscriptHash: confirmed,
  };
  return {
    settings: view.settings,
    groupContext,
    contextBytes: encodeContext(groupContext),
    tree,
    interimTranscriptHash: interimTranscriptHash(suite, confirmed, confirmationTag),
    pendingProposals: PendingProposals.none,
  };
}

function committerOf({ sender }: FramedContent): Committer {
  if (sender.senderType === 'new_member_commit') return sender;
  if (sender.senderType !== 'member') throw violation('R-6.1-07', 'a Commit from outside');
  return { senderType: 'member', leafIndex: asLeafIndex(sender.leafIndex) };
}

function resolved({ pendingProposals }: PublicView, entry: ProposalOrRef, committer: Committer): SentProposal {
  if (entry.type === 'proposal') return { proposal: entry.proposal, sender: committer, reference: undefined, validated: false };
  const pending = pendingProposals.get(entry.reference);
  if (pending === undefined) throw violation('R-12.2-20');
  return { ...pending, validated: true };
}

async function validatePathLeaf(view: PublicView, { leafNode, sender, committer }: { readonly leafNode: LeafNode; readonly sender: LeafIndex; readonly committer: Committer }): Promise<void> {
  const { settings, tree, groupContext } = view;
  must(leafNode.leafNodeSource === 'commit', 'R-12.4.2-06', () => `the path leaf has source ${leafNode.leafNodeSource}`);
  const current = committer.senderType === 'member' ? leafAt(tree, sender) : undefined;
  if (current !== undefined) must(!sameBytes(current.encryptionKey, leafNode.encryptionKey), 'R-12.4.2-07');
  if (current !== undefined) return validateReplacement(view, { current, next: leafNode, leafIndex: sender, credentialRule: 'R-5.3.1-06' });
  const { policy } = settings;
  const place = { groupId: groupContext.groupId, leafIndex: sender };
  // As of a member that processes it: a leaf signed for another place cannot be told from a badly signed one.
  const rules = { credentialRule: 'R-5.3.1-06', lifetimeRule: undefined, signatureRule: 'R-12.4.2-05' } as const;
  await validateLeafNode(settings.suite, { leafNode, place, policy, groupContext, ...rules });
}
