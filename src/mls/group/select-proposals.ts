/** Which of the pending proposals a Commit covers when the application leaves the choice to the engine (RFC 9420 §12.4). */
import { MLSError } from '../errors.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import { applyProposals, validateResult } from './proposal-list.ts';
import type { SentProposal } from './proposal-validation.ts';
import { findPsk } from './psk.ts';
import type { PendingProposal } from './pending-proposals.ts';
import type { GroupState } from './state.ts';

/**
 * All pending proposals that can stand in one Commit together with `byValue` (R-12.4-06): of several for a leaf a Remove,
 * or else the latest Update (R-12.2-07); no ReInit beside others (R-12.2-14); none that would make the list invalid.
 */
export async function selectProposals(state: GroupState, byValue: readonly SentProposal[]): Promise<SentProposal[]> {
  if (state.pendingProposals.size === 0) return [];
  const candidates = withoutConflicts(state, [...state.pendingProposals], byValue);
  const chosen = candidates.map((pending): SentProposal => ({ ...pending, validated: true }));
  if (await isValid(state, [...chosen, ...byValue])) return chosen;
  // Some do not go together in a way that only the whole list shows: keep each that goes with those kept before it.
  const kept: SentProposal[] = [];
  for (const candidate of chosen) {
    if (await isValid(state, [...kept, candidate, ...byValue])) kept.push(candidate);
  }
  return kept;
}

function withoutConflicts(state: GroupState, pending: readonly PendingProposal[], byValue: readonly SentProposal[]): PendingProposal[] {
  const onlyReInit = byValue.length === 0 && pending.every(({ proposal }) => proposal.proposalType === 'reinit');
  if (onlyReInit) return pending.slice(0, 1);
  const removed = new Set<number>();
  for (const { proposal } of [...byValue, ...pending]) if (proposal.proposalType === 'remove') removed.add(proposal.removed);
  const latestUpdate = new Map<number, PendingProposal>();
  for (const entry of pending) if (entry.proposal.proposalType === 'update' && entry.sender.senderType === 'member') latestUpdate.set(entry.sender.leafIndex, entry);
  const latestExtensions = pending.findLast(({ proposal }) => proposal.proposalType === 'group_context_extensions');
  const { clientOf } = state.settings.policy;
  const seenClients = new Set(byValue.flatMap(({ proposal }) => (proposal.proposalType === 'add' ? [clientOf(proposal.keyPackage.leafNode)] : [])));
  const seenRemoves = new Set(byValue.flatMap(({ proposal }) => (proposal.proposalType === 'remove' ? [proposal.removed] : [])));
  return pending.filter((entry) => {
    const { proposal, sender } = entry;
    switch (proposal.proposalType) {
      case 'reinit':
        return false;
      case 'remove':
        if (proposal.removed === state.ownLeafIndex || seenRemoves.has(proposal.removed)) return false;
        seenRemoves.add(proposal.removed);
        return true;
      case 'update':
        return sender.senderType === 'member' && sender.leafIndex !== state.ownLeafIndex && !removed.has(sender.leafIndex) && latestUpdate.get(sender.leafIndex) === entry;
      case 'add': {
        const { leafNode } = proposal.keyPackage;
        const client = clientOf(leafNode);
        if (seenClients.has(client) || state.settings.suite.isLowOrder(leafNode.encryptionKey)) return false;
        seenClients.add(client);
        return true;
      }
      case 'group_context_extensions':
        return entry === latestExtensions;
      case 'psk':
        return isAtHand(state, proposal.psk);
      default:
        return true;
    }
  });
}

const isAtHand = (state: GroupState, psk: PreSharedKeyID): boolean => findPsk(psk, { store: state.settings.psks, groups: [state] }) !== undefined;

async function isValid(state: GroupState, proposals: readonly SentProposal[]): Promise<boolean> {
  try {
    const applied = await applyProposals(state, { proposals, committer: { senderType: 'member', leafIndex: state.ownLeafIndex } });
    await validateResult(state, { tree: applied.tree, applied, pathLeaf: undefined });
    return true;
  } catch (error) {
    // A boundary: the question is whether the list is valid, and only a broken rule answers it.
    if (error instanceof MLSError) return false;
    throw error;
  }
}

/** The pending proposals with these references, in this order. */
export function pendingByReference(state: GroupState, references: readonly Uint8Array[]): SentProposal[] {
  return references.map((reference) => {
    const pending = state.pendingProposals.get(reference);
    if (pending === undefined) throw new MLSError('misuse', 'no proposal with that reference is pending', { requirement: 'R-12.2-20' });
    return { ...pending, validated: true };
  });
}
