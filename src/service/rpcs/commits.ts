/** Commit, HandleCommit, HandlePendingCommit, and what a reinitialization shares with them. */
import { hash } from 'node:crypto';
import { empty, sameBytes } from '../../mls/bytes.ts';
import { MLSError, usage } from '../../mls/errors.ts';
import type { ProposalDescription } from '../../generated/mls_client.ts';
import type { Group, Member } from '../../mls/group/group.ts';
import type { ProposalInput } from '../../mls/group/proposals.ts';
import { pause, sliceIsOver } from '../../mls/slices.ts';
import type { Handlers, Request, Response } from '../calls.ts';
import { enterEpoch, memberState, wipeEntry, type Changes, type MemberState } from '../entries.ts';
import { requireKind } from '../messages.ts';
import type { Context } from './context.ts';
import { describedProposal } from './proposals.ts';

export const commitHandlers = ({ states }: Context): Pick<Handlers, 'commit' | 'handleCommit' | 'handlePendingCommit'> => ({
  commit: (request, call) => states.transact(call, [request.stateId], (changes) => createCommit(changes, request)),

  handleCommit: (request, call) =>
    states.transact(call, [request.stateId], async (changes) => {
      const { stateId } = request;
      const { state, group } = await processCommit(changes, request);
      enterEpoch(changes, stateId, state, group);
      return { stateId, epochAuthenticator: group.epochAuthenticator };
    }),

  handlePendingCommit: (request, call) =>
    states.transact(call, [request.stateId], (changes) => {
      const { stateId } = request;
      const { state, group } = pendingCommit(changes, stateId);
      enterEpoch(changes, stateId, state, group);
      return { stateId, epochAuthenticator: group.epochAuthenticator };
    }),
});

/** Makes a Commit; the state stays in its epoch and remembers the next one, in the place of any it remembered before. */
export async function createCommit(changes: Changes, request: Request<'commit'>, check: (next: Group) => void = () => {}): Promise<Response<'commit'>> {
  const { stateId, byReference, byValue, forcePath, externalTree } = request;
  const { state, references } = await receiveProposals(changes, { stateId, proposals: byReference, field: 'by_reference' });
  const committed = await state.group.commit({
    references,
    proposals: await describedProposals(byValue, state.group),
    forcePath,
    ratchetTree: externalTree ? 'apart' : 'inside',
  });
  const { group, commit, welcome = empty, ratchetTree = empty } = committed;
  changes.undo.defer(() => group.dispose(state.group));
  check(group);
  changes.replace(stateId, { ...state, pending: { commit, group } });
  changes.afterwards(() => state.pending?.group.dispose(state.group));
  return { commit, welcome, ratchetTree };
}

async function describedProposals(descriptions: readonly ProposalDescription[], group: Group): Promise<ProposalInput[]> {
  const proposals: ProposalInput[] = [];
  let members: Member[] | undefined;
  for (const description of descriptions) {
    proposals.push(describedProposal(description, () => (members ??= group.members)));
    if (sliceIsOver()) await pause();
  }
  return proposals;
}

interface Next {
  readonly state: MemberState;
  readonly group: Group;
}

/**
 * Takes in the proposals and the Commit of another member.
 * @returns the state and the group it becomes, which the caller puts in place
 * @throws MLSError `misuse` when the Commit removes this member; nothing but its id remains then
 */
export async function processCommit(changes: Changes, request: Request<'handleCommit'>): Promise<Next> {
  const { stateId, commit } = request;
  const before = memberState(changes, stateId);
  requireKind(commit, 'commit', 'commit');
  // A Delivery Service may hand a member its own Commit, and a caller may ask again.
  for (const next of [before.pending, before.processed]) {
    if (next !== undefined && sameBytes(next.commit, commit)) return { state: before, group: next.group };
  }
  const { state } = await receiveProposals(changes, { stateId, proposals: request.proposal, field: 'proposal' });
  const received = await state.group.receive(commit);
  if (received.kind === 'removed') {
    changes.keep(stateId, { kind: 'removed' });
    wipeEntry(state);
    throw new MLSError('misuse', 'removed by this Commit');
  }
  if (received.kind !== 'commit') throw new Error(`a Commit was received as ${received.kind}`);
  changes.keep(stateId, { ...state, processed: { commit: commit.slice(), group: received.group } });
  // That of another Commit, whose call did not end well either.
  state.processed?.group.dispose(state.group);
  return { state: memberState(changes, stateId), group: received.group };
}

/** @throws MLSError `misuse` when no own Commit is pending */
export function pendingCommit(changes: Changes, stateId: number): Next {
  const state = memberState(changes, stateId);
  usage(state.pending !== undefined, 'no own Commit is pending');
  return { state, group: state.pending.group };
}

interface Proposals {
  readonly stateId: number;
  readonly proposals: readonly Uint8Array[];
  /** The request's field, for messages. */
  readonly field: string;
}

/**
 * Takes in proposals, in order. Own ones and those seen before are known again by their bytes. What was taken in stays known
 * even if the call fails later: a PrivateMessage cannot be opened twice.
 */
async function receiveProposals(changes: Changes, { stateId, proposals, field }: Proposals): Promise<{ readonly state: MemberState; readonly references: readonly Uint8Array[] }> {
  let state = memberState(changes, stateId);
  const references: Uint8Array[] = [];
  const received = new Map(state.received);
  try {
    for (const [i, message] of proposals.entries()) {
      const digest = hash('sha256', message, 'base64');
      let reference = received.get(digest);
      if (reference === undefined) {
        requireKind(message, 'proposal', `${field}[${i}]`);
        const taken = await state.group.receive(message);
        if (taken.kind !== 'proposal') throw new Error(`a Proposal was received as ${taken.kind}`);
        ({ reference } = taken);
        received.set(digest, reference);
        state = { ...state, group: taken.group, received };
      }
      references.push(reference);
      if (sliceIsOver()) await pause();
    }
  } finally {
    changes.keep(stateId, state);
  }
  return { state, references };
}
