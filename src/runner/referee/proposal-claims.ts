/** What was asked of a proposal, held against what it proposes, as far as somebody can look into it. */
import { byteKey, hex, sameBytes } from '../../mls/bytes.ts';
import { MLSError } from '../../mls/errors.ts';
import { externalSenders } from '../../mls/group/group-extensions.ts';
import { leafAt, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { ExternalSender } from '../../mls/wire/extension.ts';
import { MLSMessage } from '../../mls/wire/framing.ts';
import { encode } from '../../mls/wire/presentation-language.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { greaseValues, mls10 } from '../../mls/wire/registries.ts';
import { ProposalDescription, type Extension } from '../../generated/mls_client.ts';
import type { RequestOf } from '../implementation.ts';
import type { CaseFile, Heard } from './case-file.ts';
import type { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';

/** The proposal in a message is the one that its rpc asked for. @param epoch that it is for, if known */
export function claimOfProposal(file: CaseFile, { call, excused }: Heard, { message, epoch }: { readonly message: Message; readonly epoch: EpochSight | undefined }): void {
  const proposal = proposalIn(file, message);
  const asked = askedBy[call.rpc];
  if (excused || proposal === undefined || asked === undefined || asked(call.request, proposal, epoch?.view?.tree)) return;
  file.shortfalls.push({ actor: call.actor, step: call.step, text: `the Proposal of ${file.who(call.actor)} at step ${call.step} is what ${call.rpc} asks for` });
}

/** @param tree of the epoch that the proposal is for; without it the leaf of a Remove is taken at its word */
export function isAsked(proposal: Proposal, description: ProposalDescription, tree: RatchetTree | undefined): boolean {
  switch (proposalWord(description)) {
    case 'add':
      return proposal.proposalType === 'add' && sameBytes(encode(MLSMessage, { version: mls10, wireFormat: 'mls_key_package', keyPackage: proposal.keyPackage }), description.keyPackage);
    case 'remove':
      return proposal.proposalType === 'remove' && isLeafOf(tree, proposal.removed, description.removedId);
    case 'externalPSK':
      return proposal.proposalType === 'psk' && proposal.psk.psktype === 'external' && sameBytes(proposal.psk.pskId, description.pskId);
    case 'resumptionPSK':
      return proposal.proposalType === 'psk' && proposal.psk.psktype === 'resumption' && proposal.psk.pskEpoch === BigInt(description.epochId);
    case 'groupContextExtensions':
      return proposal.proposalType === 'group_context_extensions' && printableExtensions(proposal.extensions) === printableExtensions(description.extensions);
    case 'reinit':
      return (
        proposal.proposalType === 'reinit' &&
        sameBytes(proposal.groupId, description.groupId) &&
        proposal.cipherSuite === description.cipherSuite &&
        printableExtensions(proposal.extensions) === printableExtensions(description.extensions)
      );
    default:
      return true;
  }
}

/** The word by which a request calls a proposal. */
export const proposalWord = ({ proposalType }: ProposalDescription): string => Buffer.from(proposalType).toString();

/** Extensions in an order of ours, without GREASE, which nobody asks for. */
export const printableExtensions = (extensions: readonly Extension[]): string =>
  extensions
    .filter(({ extensionType }) => !greaseValues.includes(extensionType))
    .map(({ extensionType, extensionData }) => `${extensionType}=${hex(extensionData)}`)
    .sort()
    .join();

type Asked = (request: object, proposal: Proposal, tree: RatchetTree | undefined) => boolean;

/** The rpc that asks for what a description could ask for too. */
const described =
  (word: string): Asked =>
  (request, proposal, tree) =>
    isAsked(proposal, ProposalDescription.fromPartial({ ...request, proposalType: Buffer.from(word) }), tree);

const askedBy: Readonly<Record<string, Asked>> = {
  AddProposal: described('add'),
  UpdateProposal: (_, { proposalType }) => proposalType === 'update',
  RemoveProposal: described('remove'),
  ExternalPSKProposal: described('externalPSK'),
  ResumptionPSKProposal: described('resumptionPSK'),
  GroupContextExtensionsProposal: described('groupContextExtensions'),
  ReInitProposal: described('reinit'),
  AddExternalSigner: (request, proposal) => {
    const { externalSender } = request as RequestOf<'addExternalSigner'>;
    return proposal.proposalType === 'group_context_extensions' && sendersIn(proposal.extensions).some((sender) => sameBytes(encode(ExternalSender, sender), externalSender));
  },
  ExternalSignerProposal: (request, proposal, tree) => {
    const { description } = request as RequestOf<'externalSignerProposal'>;
    return description === undefined || isAsked(proposal, description, tree);
  },
  NewMemberAddProposal: (_, { proposalType }) => proposalType === 'add',
};

/** Senders that do not decode are for those to refuse who are handed them. */
function sendersIn(extensions: readonly Extension[]): readonly ExternalSender[] {
  try {
    return externalSenders(extensions) ?? [];
  } catch (error) {
    if (!(error instanceof MLSError)) throw error;
    return [];
  }
}

function isLeafOf(tree: RatchetTree | undefined, index: number, identity: Uint8Array): boolean {
  const credential = tree && leafAt(tree, index)?.credential;
  // Others than basic credentials have no identity that a script could name.
  return tree === undefined || (credential !== undefined && (credential.credentialType !== 'basic' || byteKey(credential.identity) === byteKey(identity)));
}

/** What a message proposes, once opened or for all to read. */
function proposalIn(file: CaseFile, message: Message): Proposal | undefined {
  const decoded = file.decoded(message);
  const content = file.openedProposals.get(message)?.signed.content ?? (decoded?.wireFormat === 'mls_public_message' ? decoded.publicMessage.content : undefined);
  return content?.contentType === 'proposal' ? content.proposal : undefined;
}
