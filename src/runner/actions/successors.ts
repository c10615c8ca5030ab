/** Groups that come out of groups: reinitialisation (RFC 9420 §11.2) and branching (§11.3). */
import type { CaseState } from '../case-state.ts';
import { StepError } from '../outcome.ts';
import type { StepOf } from '../steps.ts';
import { begunHere, keyPackageOf, newGroupId } from './groups.ts';
import { observeHandshake, successorId, wireExtensions } from './proposals.ts';

export async function reinit(state: CaseState, step: StepOf<'reinit'>): Promise<void> {
  const { committer, welcomer } = step;
  const everybody = new Set([committer, welcomer, ...(step.proposer === '' ? [] : [step.proposer]), ...step.members]);
  const others = (actor: string): string[] => [...everybody].filter((member) => member !== actor);

  const proposal = await reinitProposal(state, step);
  const suspended = await suspend(state, { committer, others: others(committer), proposal });

  const created = await state.call(welcomer, 'reInitWelcome', {
    reinitId: suspended.get(welcomer)!.reinitId,
    keyPackage: others(welcomer).map((member) => suspended.get(member)!.keyPackage),
    forcePath: step.forcePath,
    externalTree: step.externalTree,
  });
  if (step.externalTree) state.observe(welcomer, `${state.who(welcomer)} gives the tree apart`, { seen: created.ratchetTree.length > 0 });
  const epoch = begunHere(state, [created.welcome]);
  state.arrive(welcomer, epoch, created);

  const ratchetTree = step.externalTree ? created.ratchetTree : new Uint8Array();
  for (const member of others(welcomer)) {
    const request = { reinitId: suspended.get(member)!.reinitId, welcome: created.welcome, ratchetTree };
    state.arrive(member, epoch, await state.call(member, 'handleReInitWelcome', request));
  }
}

export async function branch(state: CaseState, step: StepOf<'branch'>): Promise<void> {
  const { actor, members } = step;
  const joining: { readonly member: string; readonly transactionId: number; readonly keyPackage: Uint8Array; readonly parent: number }[] = [];
  for (const member of members) joining.push({ member, ...(await keyPackageOf(state, member)), parent: state.stateId(member) });

  const parent = state.stateId(actor);
  const created = await state.call(actor, 'createBranch', {
    stateId: parent,
    groupId: newGroupId(),
    extensions: wireExtensions(step.extensions),
    keyPackages: joining.map(({ keyPackage }) => keyPackage),
    forcePath: step.force_path,
    externalTree: step.external_tree,
  });
  if (step.external_tree) state.observe(actor, `${state.who(actor)} gives the tree apart`, { seen: created.ratchetTree.length > 0 });
  if (step.keepParent) ownState('CreateBranch', { actor, parent, stateId: created.stateId });
  if (step.keepParent) for (const member of [actor, ...members]) state.keepSeat(member);
  const epoch = begunHere(state, [created.welcome]);
  state.arrive(actor, epoch, created);

  const ratchetTree = step.external_tree ? created.ratchetTree : new Uint8Array();
  for (const { member, transactionId, parent } of joining) {
    const request = { stateId: parent, transactionId, welcome: created.welcome, ratchetTree };
    const joined = await state.call(member, 'handleBranch', request);
    ownState('HandleBranch', { actor: member, parent, stateId: joined.stateId });
    state.arrive(member, epoch, joined);
  }

  if (step.keepParent) return;
  for (const { member, parent } of joining) {
    await state.call(member, 'free', { stateId: parent });
    state.freed({ actor: member, stateId: parent });
  }
}

/** A state under the id of the parent group's is lost with that when it is freed, and the two cannot be told apart. @throws StepError */
function ownState(rpc: string, { actor, parent, stateId }: { readonly actor: string; readonly parent: number; readonly stateId: number }): void {
  if (stateId === parent) throw new StepError('contradiction', `the id of the parent group's state, ${parent}, instead of a new one`, { actor, rpc });
}

/** From here on these clients act in a group in which they kept a state. */
export async function switchGroup(state: CaseState, { clients, group }: StepOf<'switchGroup'>): Promise<void> {
  for (const client of clients) state.returnTo(group, client);
}

async function reinitProposal(state: CaseState, step: StepOf<'reinit'>): Promise<Uint8Array> {
  const groupId = successorId(state, step.changeGroupID);
  if (step.changeCipherSuite) state.changeSuite();
  if (step.proposer === '') return state.message(step.externalReinitProposal, 'proposal');

  const { proposal } = await state.call(step.proposer, 'reInitProposal', {
    stateId: state.stateId(step.proposer),
    cipherSuite: state.suite,
    groupId,
    extensions: wireExtensions(step.extensions),
  });
  observeHandshake(state, step.proposer, proposal);
  return proposal;
}

interface Suspended {
  readonly reinitId: number;
  readonly keyPackage: Uint8Array;
}

/** Commits the ReInit, at the committer first; what each member has for the successor group. */
async function suspend(
  state: CaseState,
  { committer, others, proposal }: { committer: string; others: readonly string[]; proposal: Uint8Array },
): Promise<Map<string, Suspended>> {
  const { stateId, epoch: before } = state.seat(committer);
  const made = await state.call(committer, 'reInitCommit', { stateId, byReference: [proposal], byValue: [], forcePath: false, externalTree: false });
  observeHandshake(state, committer, made.commit);
  const epoch = begunHere(state, [made.commit], before.group);

  const suspended = new Map<string, Suspended>();
  const own = await state.call(committer, 'handlePendingReInitCommit', { stateId });
  suspended.set(committer, own);
  state.agree(committer, epoch, own.epochAuthenticator);
  for (const member of others) {
    const handled = await state.call(member, 'handleReInitCommit', { stateId: state.stateId(member), proposal: [proposal], commit: made.commit });
    suspended.set(member, handled);
    state.agree(member, epoch, handled.epochAuthenticator);
  }
  return suspended;
}
