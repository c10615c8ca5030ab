/** Which of the pending proposals a Commit covers when the application leaves the choice to the engine (RFC 9420 §12.4). */
import { byteKey } from '../bytes.ts';
import { MLSError } from '../errors.ts';
import { leafAt, leavesOfClient, leavesWithKey, leavesWithSignatureKey, parentsWithKey } from '../tree/ratchet-tree.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
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
  return keepValid(chosen, (list) => isValid(state, [...list, ...byValue]));
}

// A list is checked whole, so that whoever sends many that spoil it could make each Commit quadratic in their number.
const mostChecks = 128;

/**
 * Those that go with all kept before them, when some do not go together in a way that only the whole list shows: found by
 * halving. Parts that are not known to be valid when `mostChecks` are used up are not kept.
 */
async function keepValid(candidates: readonly SentProposal[], isValidList: (list: readonly SentProposal[]) => Promise<boolean>): Promise<SentProposal[]> {
  const kept: SentProposal[] = [];
  const waiting = [candidates];
  let checks = 0;
  for (let part = waiting.pop(); part !== undefined && checks < mostChecks; part = waiting.pop()) {
    checks++;
    if (await isValidList([...kept, ...part])) {
      for (const sent of part) kept.push(sent);
    } else if (part.length > 1) {
      const half = part.length >> 1;
      waiting.push(part.slice(half), part.slice(0, half));
    }
  }
  return kept;
}

/** What a leaf must not share with another one (R-12.2-08, R-7.3-14, R-7.3-13). */
interface Marks {
  readonly client: string;
  readonly encryption: string;
  readonly signature: string;
}

/** Which Adds can stand beside the members that stay, and beside each other. */
class Newcomers {
  readonly #state: GroupState;
  readonly #leaving = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(state: GroupState, removed: Iterable<number>) {
    this.#state = state;
    for (const leafIndex of removed) {
      const leafNode = leafAt(state.tree, leafIndex);
      if (leafNode !== undefined && leafIndex !== state.ownLeafIndex) for (const mark of Object.values(this.#marksOf(leafNode))) this.#leaving.add(mark);
    }
  }

  /** Takes the leaf in unless it conflicts. */
  admit(leafNode: LeafNode): boolean {
    const { tree } = this.#state;
    const marks = this.#marksOf(leafNode);
    const stays = (count: number, mark: string) => count > 0 && !this.#leaving.has(mark);
    if (parentsWithKey(tree, leafNode.encryptionKey) > 0) return false;
    if (stays(leavesOfClient(tree, leafNode), marks.client) || stays(leavesWithKey(tree, leafNode.encryptionKey), marks.encryption)) return false;
    if (stays(leavesWithSignatureKey(tree, leafNode.signatureKey), marks.signature)) return false;
    if (Object.values(marks).some((mark) => this.#taken.has(mark))) return false;
    for (const mark of Object.values(marks)) this.#taken.add(mark);
    return true;
  }

  #marksOf(leafNode: LeafNode): Marks {
    const { clientOf } = this.#state.settings.policy;
    return { client: `c${clientOf(leafNode)}`, encryption: `l${byteKey(leafNode.encryptionKey)}`, signature: `s${byteKey(leafNode.signatureKey)}` };
  }
}

function withoutConflicts(state: GroupState, pending: readonly PendingProposal[], byValue: readonly SentProposal[]): PendingProposal[] {
  const onlyReInit = byValue.length === 0 && pending.every(({ proposal }) => proposal.proposalType === 'reinit');
  if (onlyReInit) return pending.slice(0, 1);
  const removed = new Set<number>();
  for (const { proposal } of [...byValue, ...pending]) if (proposal.proposalType === 'remove') removed.add(proposal.removed);
  const latestUpdate = new Map<number, PendingProposal>();
  for (const entry of pending) if (entry.proposal.proposalType === 'update' && entry.sender.senderType === 'member') latestUpdate.set(entry.sender.leafIndex, entry);
  const latestExtensions = pending.findLast(({ proposal }) => proposal.proposalType === 'group_context_extensions');
  let roomForPsks = state.settings.limits.psks - byValue.filter(({ proposal }) => proposal.proposalType === 'psk').length;
  const newcomers = new Newcomers(state, removed);
  for (const { proposal } of byValue) if (proposal.proposalType === 'add') newcomers.admit(proposal.keyPackage.leafNode);
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
        return !state.settings.suite.isLowOrder(leafNode.encryptionKey) && newcomers.admit(leafNode);
      }
      case 'group_context_extensions':
        return entry === latestExtensions;
      case 'psk':
        return isAtHand(state, proposal.psk) && roomForPsks-- > 0;
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
