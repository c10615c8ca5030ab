/** Proposals, of members and of external senders. Each is left for later steps to commit. */
import { ProposalDescription } from '../../generated/mls_client.ts';
import type { CaseState } from '../case-state.ts';
import type { ScriptExtension, ScriptProposal, StepOf } from '../steps.ts';
import { groupInfoOf, identity, isFormat } from './groups.ts';

export async function addProposal(state: CaseState, { actor, keyPackage }: StepOf<'addProposal'>): Promise<void> {
  const request = { stateId: state.stateId(actor), keyPackage: state.message(keyPackage, 'key_package') };
  keep(state, actor, await state.call(actor, 'addProposal', request));
}

export async function updateProposal(state: CaseState, { actor }: StepOf<'updateProposal'>): Promise<void> {
  keep(state, actor, await state.call(actor, 'updateProposal', { stateId: state.stateId(actor) }));
}

export async function removeProposal(state: CaseState, { actor, removed }: StepOf<'removeProposal'>): Promise<void> {
  keep(state, actor, await state.call(actor, 'removeProposal', { stateId: state.stateId(actor), removedId: identity(removed) }));
}

export async function externalPSKProposal(state: CaseState, { actor, pskID }: StepOf<'externalPSKProposal'>): Promise<void> {
  const request = { stateId: state.stateId(actor), pskId: state.message(pskID, 'psk_id') };
  keep(state, actor, await state.call(actor, 'externalPskProposal', request));
}

export async function resumptionPSKProposal(state: CaseState, { actor, epochID }: StepOf<'resumptionPSKProposal'>): Promise<void> {
  const request = { stateId: state.stateId(actor), epochId: BigInt(epochID) };
  keep(state, actor, await state.call(actor, 'resumptionPskProposal', request));
}

export async function groupContextExtensionsProposal(state: CaseState, step: StepOf<'groupContextExtensionsProposal'>): Promise<void> {
  const request = { stateId: state.stateId(step.actor), extensions: wireExtensions(step.extensions) };
  keep(state, step.actor, await state.call(step.actor, 'groupContextExtensionsProposal', request));
}

export async function addExternalSigner(state: CaseState, { actor, signer }: StepOf<'addExternalSigner'>): Promise<void> {
  const created = await state.call(signer, 'createExternalSigner', { cipherSuite: state.suite, identity: identity(signer) });
  state.signers.set(signer, created.signerId);
  const request = { stateId: state.stateId(actor), externalSender: created.externalSender };
  keep(state, actor, await state.call(actor, 'addExternalSigner', request));
}

export async function externalSignerProposal(state: CaseState, { actor, member, description }: StepOf<'externalSignerProposal'>): Promise<void> {
  const { groupInfo, ratchetTree } = await groupInfoOf(state, member, true);
  const { proposal } = await state.call(actor, 'externalSignerProposal', {
    signerId: state.signers.get(actor) ?? 0,
    // Implementations find the index by the signer's key: no rpc tells it to a runner.
    signerIndex: 0,
    groupInfo,
    ratchetTree,
    description: describe(state, description),
  });
  state.store('proposal', proposal);
  state.observe(actor, `the proposal of ${actor}, who is no member, is a PublicMessage`, isFormat(proposal, 'PublicMessage'));
}

/** A member's handshake message must travel the way the group was told to send it. */
export function observeHandshake(state: CaseState, actor: string, message: Uint8Array): void {
  const format = state.case.encryptHandshake ? 'PrivateMessage' : 'PublicMessage';
  state.observe(actor, `what ${actor} sends is a ${format}`, isFormat(message, format));
}

/** The proposal as a request wants it. A reinit that changes the suite does so for all later steps too. */
export function describe(state: CaseState, proposal: ScriptProposal): ProposalDescription {
  const proposalType = Buffer.from(proposal.proposalType);
  const extensions = wireExtensions(proposal.extensions);
  switch (proposal.proposalType) {
    case 'add':
      return ProposalDescription.fromPartial({ proposalType, keyPackage: state.message(proposal.keyPackage, 'key_package') });
    case 'remove':
      return ProposalDescription.fromPartial({ proposalType, removedId: identity(proposal.removed) });
    case 'externalPSK':
      return ProposalDescription.fromPartial({ proposalType, pskId: state.message(proposal.pskID, 'psk_id') });
    case 'resumptionPSK':
      return ProposalDescription.fromPartial({ proposalType, epochId: BigInt(proposal.epochID) });
    case 'groupContextExtensions':
      return ProposalDescription.fromPartial({ proposalType, extensions });
    case 'reinit':
      if (proposal.changeCipherSuite) state.changeSuite();
      return ProposalDescription.fromPartial({ proposalType, extensions, cipherSuite: state.suite, groupId: successorId(state, proposal.changeGroupID) });
  }
}

/** The id of a successor group: the first group's, or that with `++` after it. */
export function successorId(state: CaseState, changed: boolean): Uint8Array {
  const first = state.message(0, 'group_id');
  return changed ? Buffer.concat([first, Buffer.from('++')]) : first;
}

export const wireExtensions = (extensions: readonly ScriptExtension[]) =>
  extensions.map(({ extension_type, extension_data }) => ({ extensionType: extension_type, extensionData: extension_data }));

function keep(state: CaseState, actor: string, { proposal }: { readonly proposal: Uint8Array }): void {
  state.store('proposal', proposal);
  observeHandshake(state, actor, proposal);
}
