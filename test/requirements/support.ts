/** How the tests of the requirements judge: refused with the id, nothing changed, and the honest twin still works. */
import { expect } from 'vitest';
import { Group, type Client } from '../../src/index.ts';
import { hex } from '../../src/mls/bytes.ts';
import { MLSError, type ErrorCode } from '../../src/mls/errors.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { forgeCommit, type CommitForgery, type ForgedCommit } from '../../src/hostile/forge/forge-commit.ts';

/** Everything a group is made of, secrets and receive keys included. */
export const fingerprint = (group: Group): string => hex(encodeGroup(group.state, 64));

/** The MLSError that `action` throws, or that its promise rejects with. */
export async function failure(action: () => unknown): Promise<MLSError> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof MLSError)) throw error;
    return error;
  }
  throw new Error('nothing was thrown');
}

export interface Expected {
  readonly requirement: RequirementId | undefined;
  readonly code?: ErrorCode;
}

/** @returns the error, for what else a test wants to know of it */
export async function refuses(action: () => unknown, { requirement, code = 'invalid' }: Expected): Promise<MLSError> {
  const error = await failure(action);
  expect({ code: error.code, requirement: error.requirement, message: error.message }).toEqual({ code, requirement, message: error.message });
  return error;
}

/** The group refuses the message and is as it was before. */
export async function refused(group: Group, message: Uint8Array, expected: Expected): Promise<MLSError> {
  const before = fingerprint(group);
  const error = await refuses(() => group.receive(message), expected);
  expect(fingerprint(group)).toBe(before);
  return error;
}

/** The group takes a Commit and comes to the epoch its maker is in. */
export async function follows(group: Group, forged: Pick<ForgedCommit, 'message' | 'state'>): Promise<Group> {
  const received = await group.receive(forged.message);
  if (received.kind !== 'commit') throw new Error(`a commit was expected, this is ${received.kind}`);
  expect(hex(received.group.epochAuthenticator)).toBe(hex(forged.state.secrets.epochAuthenticator.expose()));
  return received.group;
}

export interface CommitJudgement extends Expected {
  readonly from: Group;
  readonly to: Group;
  readonly violating: CommitForgery;
  /** The same without the violation. */
  readonly twin?: CommitForgery;
}

/** A violating Commit is refused; its twin for the same epoch is accepted afterwards (R-12.4.2-10). */
export async function judgeCommit({ from, to, violating, twin = {}, ...expected }: CommitJudgement): Promise<void> {
  await refused(to, (await forgeCommit(from.state, violating)).message, expected);
  await follows(to, await forgeCommit(from.state, twin));
}

export interface ProposalJudgement extends Expected {
  readonly to: Group;
  readonly violating: Uint8Array;
  readonly twin: Uint8Array;
}

/** A violating proposal message is refused and not kept; its twin is kept. */
export async function judgeProposal({ to, violating, twin, ...expected }: ProposalJudgement): Promise<void> {
  await refused(to, violating, expected);
  const received = await to.receive(twin);
  if (received.kind !== 'proposal') throw new Error(`a proposal was expected, this is ${received.kind}`);
  expect(received.group.pendingProposals.length).toBe(to.pendingProposals.length + 1);
}

export interface JoinJudgement extends Expected {
  readonly client: Client;
  readonly violating: Uint8Array;
  readonly twin: Uint8Array;
  readonly options?: Parameters<Client['join']>[1];
  readonly twinOptions?: Parameters<Client['join']>[1];
}

/** A violating Welcome creates nothing, and the same KeyPackage joins by its twin. */
export async function judgeJoin({ client, violating, twin, options, twinOptions = options, ...expected }: JoinJudgement): Promise<Group> {
  await refuses(() => client.join(violating, options), expected);
  return client.join(twin, twinOptions);
}

/** A group around a forged state, for a committer that goes on. */
export const groupOf = (state: Group['state']): Group => new Group(state);
