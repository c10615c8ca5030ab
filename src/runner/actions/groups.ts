/** Ways into a group: create, join by Welcome, join by external Commit. */
import { randomUUID } from 'node:crypto';
import { ProposalDescription } from '../../generated/mls_client.ts';
import type { CaseState } from '../case-state.ts';
import { groupFacts, wireFormat, whether, type CommitFacts, type Seen } from '../observe.ts';
import { StepError } from '../outcome.ts';
import type { StepOf } from '../steps.ts';

/** An actor's name is the identity in its credential. */
export const identity = (actor: string): Uint8Array => Buffer.from(actor);

/** Fresh in every run, since peers may remember the groups of an earlier one. */
export const newGroupId = (): Uint8Array => Buffer.from(randomUUID());

export async function createGroup(state: CaseState, { actor, members }: StepOf<'createGroup'>): Promise<void> {
  const groupId = newGroupId();
  const { encryptHandshake } = state.case;
  const { stateId } = await state.call(actor, 'createGroup', { groupId, cipherSuite: state.suite, encryptHandshake, identity: identity(actor) });
  const first = state.epochs.begunBy([], { name: `epoch 0 of the group of step ${state.step}`, group: state.step });
  state.sit(actor, { stateId, epoch: first });
  state.store('group_id', groupId);
  if (members.length === 0) return;

  const joining: { readonly member: string; readonly transactionId: number; readonly keyPackage: Uint8Array }[] = [];
  for (const member of members) joining.push({ member, ...(await keyPackageOf(state, member)) });

  const byValue = joining.map(({ keyPackage }) => ProposalDescription.fromPartial({ proposalType: Buffer.from('add'), keyPackage }));
  const commit = await state.call(actor, 'commit', { stateId, byReference: [], byValue, forcePath: false, externalTree: false });
  const epoch = begunHere(state, [commit.commit, commit.welcome]);
  state.arrive(actor, epoch, await state.call(actor, 'handlePendingCommit', { stateId }));

  for (const { member, transactionId } of joining) {
    const joined = await state.call(member, 'joinGroup', joinRequest(state, member, { transactionId, welcome: commit.welcome }));
    state.arrive(member, epoch, joined);
  }
}

export async function createKeyPackage(state: CaseState, { actor }: StepOf<'createKeyPackage'>): Promise<void> {
  const { transactionId, keyPackage } = await keyPackageOf(state, actor);
  state.pendingJoins.set(actor, transactionId);
  state.store('key_package', keyPackage);
}

export async function joinGroup(state: CaseState, { actor, welcome: step }: StepOf<'joinGroup'>): Promise<void> {
  const welcome = state.message(step, 'welcome');
  const joined = await state.call(actor, 'joinGroup', joinRequest(state, actor, { transactionId: pendingJoin(state, actor), welcome }));
  state.arrive(actor, begunHere(state, [welcome]), joined);
}

export async function externalJoin(state: CaseState, step: StepOf<'externalJoin'>): Promise<void> {
  const { actor, joiner, externalTree } = step;
  const { groupInfo, ratchetTree } = await groupInfoOf(state, actor, externalTree);
  state.store('group_info', groupInfo);
  state.store('ratchet_tree', ratchetTree);

  const psks = step.psks.map((psk) => ({ pskId: state.message(psk, 'psk_id'), pskSecret: state.message(psk, 'psk_secret') }));
  const joined = await state.call(joiner, 'externalJoin', {
    groupInfo,
    ratchetTree,
    encryptHandshake: state.case.encryptHandshake,
    identity: identity(joiner),
    removePrior: step.removePrior,
    psks,
  });
  state.store('commit', joined.commit);
  const group = state.seat(actor).epoch.group;
  const epoch = state.epochs.begunBy([joined.commit], { name: begun(state), group });
  state.arrive(joiner, epoch, joined);
  observeExternalCommit(state, step, { commit: joined.commit, psks: psks.map(({ pskId }) => pskId) });

  for (const member of [...step.members, actor]) {
    const handled = await state.call(member, 'handleCommit', { stateId: state.stateId(member), proposal: [], commit: joined.commit });
    state.arrive(member, epoch, handled);
  }
}

export async function groupInfo(state: CaseState, { actor, externalTree }: StepOf<'groupInfo'>): Promise<void> {
  const { groupInfo, ratchetTree } = await groupInfoOf(state, actor, externalTree);
  state.store('group_info', groupInfo);
  state.store('ratchet_tree', ratchetTree);
}

export async function newMemberAddProposal(state: CaseState, { actor, joiner }: StepOf<'newMemberAddProposal'>): Promise<void> {
  const { groupInfo } = await groupInfoOf(state, actor, false);
  const { transactionId, proposal } = await state.call(joiner, 'newMemberAddProposal', { groupInfo, identity: identity(joiner) });
  state.pendingJoins.set(joiner, transactionId);
  state.store('proposal', proposal);
  state.observe(joiner, `the proposal of ${joiner}, who is no member, is a PublicMessage`, isFormat(proposal, 'PublicMessage'));
}

/** The epoch that a message of this step begins, in the group of whoever sent it. */
export function begunHere(state: CaseState, messages: readonly Uint8Array[], group = state.step) {
  return state.epochs.begunBy(messages, { name: begun(state), group });
}

/** @throws StepError */
export function pendingJoin(state: CaseState, actor: string): number {
  const transactionId = state.pendingJoins.get(actor);
  if (transactionId === undefined) throw new StepError('script', `${actor} has no KeyPackage to join with`, { actor });
  return transactionId;
}

/** The request by which `actor` joins; `ratchetTree` when the Welcome does not carry the tree. */
export function joinRequest(
  state: CaseState,
  actor: string,
  { ratchetTree = new Uint8Array(), ...join }: { transactionId: number; welcome: Uint8Array; ratchetTree?: Uint8Array },
) {
  return { ...join, ratchetTree, encryptHandshake: state.case.encryptHandshake, identity: identity(actor) };
}

/** A KeyPackage for the suite in force. It does not become the actor's pending join. */
export const keyPackageOf = (state: CaseState, actor: string) =>
  state.call(actor, 'createKeyPackage', { cipherSuite: state.suite, identity: identity(actor) });

export async function groupInfoOf(state: CaseState, actor: string, externalTree: boolean) {
  const response = await state.call(actor, 'groupInfo', { stateId: state.stateId(actor), externalTree });
  if (!externalTree) return response;
  const outside = whether(groupFacts(response.groupInfo), ({ members }) => members === undefined);
  state.observe(actor, `the GroupInfo of ${state.who(actor)} leaves the tree out`, outside);
  state.observe(actor, `${state.who(actor)} gives the tree apart`, { seen: response.ratchetTree.length > 0 });
  return response;
}

export const isFormat = (message: Uint8Array, format: string): Seen<boolean> => whether(wireFormat(message), (seen) => seen === format);

const begun = (state: CaseState): string => `the epoch that step ${state.step} began`;

function observeExternalCommit(
  state: CaseState,
  { joiner, removePrior }: StepOf<'externalJoin'>,
  { commit, psks }: { commit: Uint8Array; psks: readonly Uint8Array[] },
): void {
  const claim = (text: string, holds: (facts: CommitFacts) => boolean) =>
    state.claimOfCommit(joiner, { text: `the external Commit of ${state.who(joiner)} ${text}`, commit, holds });
  if (psks.length > 0) claim('injects the PSKs', ({ externalPsks }) => sameInAnyOrder(externalPsks, psks));
  if (removePrior) claim('removes its former leaf', ({ removes }) => removes === 1);
}

/** Whether two lists have the same byte strings: a Commit may name them in an order of its own (RFC 9420 §8.4). */
export function sameInAnyOrder(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  const sorted = (list: readonly Uint8Array[]): string => list.map((bytes) => Buffer.from(bytes).toString('hex')).sort().join();
  return sorted(left) === sorted(right);
}
