/** Which function does which step. */
import { status } from '@grpc/grpc-js';
import type { CaseState } from '../case-state.ts';
import { CallError } from '../implementation.ts';
import { StepError } from '../outcome.ts';
import type { Action, Step, StepOf } from '../steps.ts';
import * as commits from './commits.ts';
import * as expectations from './expectations.ts';
import * as groups from './groups.ts';
import * as messages from './messages.ts';
import * as proposals from './proposals.ts';
import * as successors from './successors.ts';

type Table = { readonly [A in Action]: (state: CaseState, step: StepOf<A>) => Promise<void> };

const table: Table = {
  createGroup: groups.createGroup,
  createKeyPackage: groups.createKeyPackage,
  joinGroup: groups.joinGroup,
  externalJoin: groups.externalJoin,
  installExternalPSK: messages.installExternalPSK,
  groupInfo: groups.groupInfo,
  addProposal: proposals.addProposal,
  updateProposal: proposals.updateProposal,
  removeProposal: proposals.removeProposal,
  externalPSKProposal: proposals.externalPSKProposal,
  resumptionPSKProposal: proposals.resumptionPSKProposal,
  groupContextExtensionsProposal: proposals.groupContextExtensionsProposal,
  fullCommit: commits.fullCommit,
  commit: commits.commit,
  handleCommit: commits.handleCommit,
  handlePendingCommit: commits.handlePendingCommit,
  protect: messages.protect,
  unprotect: messages.unprotect,
  reinit: successors.reinit,
  branch: successors.branch,
  newMemberAddProposal: groups.newMemberAddProposal,
  addExternalSigner: proposals.addExternalSigner,
  externalSignerProposal: proposals.externalSignerProposal,
  export: messages.exportSecret,
  stateAuth: messages.stateAuth,
  switchGroup: successors.switchGroup,
  expectGroupInfo: expectations.expectGroupInfo,
  expectCommit: expectations.expectCommit,
  expectFailure,
};

/** @throws StepError */
export const perform = <A extends Action>(state: CaseState, step: StepOf<A>): Promise<void> => table[step.action as A](state, step);

/** The inner step must be refused; what the implementations hold is then as it was before. */
async function expectFailure(state: CaseState, { step, codes }: StepOf<'expectFailure'>): Promise<void> {
  const refusal = await refusalOf(state, step);
  if (refusal === undefined) throw new StepError('contradiction', `${step.action} was accepted where it had to be refused`);
  const { code } = refusal.cause as CallError;
  if (codes !== undefined && !codes.some((name) => status[name] === code)) {
    throw new StepError('contradiction', `refused with ${status[code]} instead of ${codes.join(' or ')}: ${refusal.message}`, blame(refusal));
  }
  // A refusal all the same: whoever has no table of statuses, as most have not, answers INTERNAL or UNKNOWN to everything.
  if (code === status.INTERNAL) state.notes.push(`${state.implementation(refusal.actor!).label} refuses ${refusal.rpc} with INTERNAL, which stands for its own faults: ${refusal.message}`);
}

async function refusalOf(state: CaseState, step: Step): Promise<StepError | undefined> {
  try {
    await perform(state, step);
  } catch (error) {
    if (error instanceof StepError && error.reason === 'refused') return error;
    throw error;
  }
  return undefined;
}

const blame = ({ actor, rpc }: StepError) => ({ ...(actor === undefined ? {} : { actor }), ...(rpc === undefined ? {} : { rpc }) });
