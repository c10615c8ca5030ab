/** Proposals of members: AddProposal to GroupContextExtensionsProposal, and what the other rpcs share with them. */
import { sameBytes } from '../../mls/bytes.ts';
import { MLSError } from '../../mls/errors.ts';
import { add, externalPsk, groupContextExtensions, reInit, remove, resumptionPsk, update, type ProposalInput } from '../../mls/group/proposals.ts';
import type { Credential } from '../../mls/wire/credential.ts';
import type { ProposalDescription } from '../../generated/mls_client.ts';
import type { Call, Handlers, Response } from '../calls.ts';
import { memberState, type MemberState } from '../entries.ts';
import { extensionsOf, requireKind } from '../messages.ts';
import { requires } from '../status.ts';
import type { Context } from './context.ts';

type OfMembers =
  | 'addProposal'
  | 'updateProposal'
  | 'removeProposal'
  | 'externalPskProposal'
  | 'resumptionPskProposal'
  | 'groupContextExtensionsProposal';

export const proposalHandlers = (context: Context): Pick<Handlers, OfMembers> => ({
  addProposal: (request, call) => propose(context, call, { stateId: request.stateId, proposal: () => addOf(request.keyPackage) }),
  updateProposal: (request, call) => propose(context, call, { stateId: request.stateId, proposal: () => update() }),
  removeProposal: (request, call) => propose(context, call, { stateId: request.stateId, proposal: (state) => remove(leafOf(state.group.members, request.removedId)) }),
  externalPskProposal: (request, call) => propose(context, call, { stateId: request.stateId, proposal: () => externalPsk(request.pskId) }),
  resumptionPskProposal: (request, call) => propose(context, call, { stateId: request.stateId, proposal: () => resumptionPsk(request.epochId) }),
  groupContextExtensionsProposal: (request, call) =>
    propose(context, call, { stateId: request.stateId, proposal: () => groupContextExtensions(extensionsOf(request.extensions)) }),
});

interface Proposing {
  readonly stateId: number;
  readonly proposal: (state: MemberState) => ProposalInput;
}

/** Has a member send a proposal, which it remembers for a later Commit by reference. */
export const propose = ({ states }: Context, call: Call, { stateId, proposal }: Proposing): Promise<Response<'addProposal'>> =>
  states.transact(call, [stateId], async (changes) => {
    const state = memberState(changes, stateId);
    const { group, message } = await state.group.propose(proposal(state));
    changes.undo.defer(() => group.dispose(state.group));
    changes.replace(stateId, { ...state, group });
    return { proposal: message };
  });

function addOf(keyPackage: Uint8Array): ProposalInput {
  requireKind(keyPackage, 'mls_key_package', 'key_package');
  return add(keyPackage);
}

/** @throws ServiceError `request` for a cipher suite that its field in a ReInit cannot hold */
export function reInitOf({ groupId, cipherSuite, extensions }: Pick<ProposalDescription, 'groupId' | 'cipherSuite' | 'extensions'>): ProposalInput {
  requires(cipherSuite <= 0xffff, `cipher_suite is ${cipherSuite}, the highest is 65535`);
  return reInit({ groupId, cipherSuite, extensions: extensionsOf(extensions) });
}

interface Leaf {
  readonly leafIndex: number;
  readonly credential: Credential;
}

/** @throws MLSError `misuse` when no member has that identity */
export function leafOf(leaves: Iterable<Leaf>, identity: Uint8Array): number {
  for (const { leafIndex, credential } of leaves) {
    if (credential.credentialType === 'basic' && sameBytes(credential.identity, identity)) return leafIndex;
  }
  throw new MLSError('misuse', 'no member of the group has the identity removed_id');
}

/**
 * What a ProposalDescription describes.
 * @param leaves the group's members; asked only when one is to be removed
 * @throws MLSError `unsupported` for a word that the interface does not have
 */
export function describedProposal(description: ProposalDescription, leaves: () => Iterable<Leaf>): ProposalInput {
  const word = new TextDecoder().decode(description.proposalType);
  switch (word) {
    case 'add':
      return addOf(description.keyPackage);
    case 'remove':
      return remove(leafOf(leaves(), description.removedId));
    case 'externalPSK':
      return externalPsk(description.pskId);
    case 'resumptionPSK':
      return resumptionPsk(description.epochId);
    case 'groupContextExtensions':
      return groupContextExtensions(extensionsOf(description.extensions));
    case 'reinit':
      return reInitOf(description);
    default:
      throw new MLSError('unsupported', `proposal_type ${JSON.stringify(word.slice(0, 40))} is none of add, remove, externalPSK, resumptionPSK, groupContextExtensions, reinit`);
  }
}
