/** Commits: made, entered by their maker, processed by the other members, joined by those they add. */
import type { CaseState } from '../case-state.ts';
import { StepError } from '../outcome.ts';
import type { StepOf } from '../steps.ts';
import { begunHere, joinRequest, pendingJoin } from './groups.ts';
import { describe, observeHandshake } from './proposals.ts';

export async function fullCommit(state: CaseState, step: StepOf<'fullCommit'>): Promise<void> {
  const made = await makeCommit(state, step);
  const epoch = await enterPending(state, step.actor);

  const proposal = referenced(state, step.byReference);
  for (const member of step.members) {
    const handled = await state.call(member, 'handleCommit', { stateId: state.stateId(member), proposal, commit: made.commit });
    state.arrive(member, epoch, handled);
  }
  for (const joiner of step.joiners) {
    const tree = step.external_tree ? { ratchetTree: made.ratchetTree } : {};
    const request = joinRequest(state, joiner, { transactionId: pendingJoin(state, joiner), welcome: made.welcome, ...tree });
    state.arrive(joiner, epoch, await state.call(joiner, 'joinGroup', request));
  }
}

export async function commit(state: CaseState, step: StepOf<'commit'>): Promise<void> {
  await makeCommit(state, step);
}

export async function handlePendingCommit(state: CaseState, { actor }: StepOf<'handlePendingCommit'>): Promise<void> {
  await enterPending(state, actor);
}

export async function handleCommit(state: CaseState, step: StepOf<'handleCommit'>): Promise<void> {
  const { actor } = step;
  const commit = state.message(step.commit, 'commit');
  const proposal = referenced(state, step.byReference);
  const handled = await state.call(actor, 'handleCommit', { stateId: state.stateId(actor), proposal, commit });
  state.arrive(actor, begunHere(state, [commit], state.seat(actor).epoch.group), handled);
}

async function makeCommit(state: CaseState, step: StepOf<'commit'> | StepOf<'fullCommit'>) {
  const { actor } = step;
  const seat = state.seat(actor);
  const made = await state.call(actor, 'commit', {
    stateId: seat.stateId,
    byReference: referenced(state, step.byReference),
    byValue: step.byValue.map((proposal) => describe(state, proposal)),
    forcePath: step.force_path,
    externalTree: step.external_tree,
  });
  state.store('commit', made.commit);
  state.store('welcome', made.welcome);
  state.sit(actor, { ...seat, pending: begunHere(state, [made.commit, made.welcome], seat.epoch.group) });

  observeHandshake(state, actor, made.commit);
  if (step.external_tree) state.observe(actor, `${state.who(actor)} gives the tree apart`, { seen: made.ratchetTree.length > 0 });
  if (step.force_path) state.claimOfCommit(actor, { text: `the Commit of ${state.who(actor)} has a path`, commit: made.commit, holds: ({ path }) => path });
  return made;
}

async function enterPending(state: CaseState, actor: string) {
  const { stateId, pending } = state.seat(actor);
  if (pending === undefined) throw new StepError('script', `${actor} has made no Commit in this epoch`, { actor });
  state.arrive(actor, pending, await state.call(actor, 'handlePendingCommit', { stateId }));
  return pending;
}

const referenced = (state: CaseState, steps: readonly number[]): Uint8Array[] => steps.map((step) => state.message(step, 'proposal'));
