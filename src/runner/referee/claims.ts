/**
 * What was asked of a Commit or of a new group, held against what the shadows see of it. What the runner asks for too is said in its
 * words, so that it is said once.
 */
import { byteKey, hex, sameBytes } from '../../mls/bytes.ts';
import { extensionTypes, greaseValues } from '../../mls/wire/registries.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import type { Extension, ProposalDescription } from '../../generated/mls_client.ts';
import { sameInAnyOrder } from '../actions/groups.ts';
import type { RequestOf } from '../implementation.ts';
import type { CaseFile, Heard } from './case-file.ts';
import type { Message } from './findings.ts';

export interface MadeCommit {
  readonly commit: Message;
  readonly welcome: Message | undefined;
}

/** The proposals asked for are in the Commit, a path where one was forced, and the tree not in a Welcome that was to leave it out. */
export function claimOfCommit(file: CaseFile, { call, excused }: Heard, { commit, welcome }: MadeCommit): void {
  const { byReference, byValue, forcePath, externalTree } = call.request as RequestOf<'commit'>;
  const content = file.openedCommits.get(commit)?.signed.content;
  if (excused) return;
  const claim = claimsAbout(file, call);
  if (content?.contentType === 'commit') {
    const { proposals, path } = content.commit;
    const values = proposals.flatMap((entry) => (entry.type === 'proposal' ? [entry.proposal] : []));
    const what = `the Commit of ${file.who(call.actor)} at step ${call.step}`;
    if (forcePath) claim(`the Commit of ${file.who(call.actor)} has a path`, path !== undefined);
    claim(`${what} covers the ${byReference.length} proposals given by reference`, proposals.length - values.length >= new Set(byReference.map(byteKey)).size);
    for (const description of byValue) claim(`${what} has the ${word(description)} asked for by value`, values.some((value) => isAsked(value, description)));
  }
  if (externalTree && welcome !== undefined) claimTreeApart(file, call, welcome);
}

/** An external Commit injects the PSKs asked for, and removes the joiner's former leaf if that was asked for. */
export function claimOfExternalCommit(file: CaseFile, { call, excused }: Heard, commit: Message): void {
  const { psks, removePrior } = call.request as RequestOf<'externalJoin'>;
  const facts = file.commitFacts.get(byteKey(commit.bytes));
  if (facts === undefined || excused) return;
  const claim = claimsAbout(file, call);
  const injected = sameInAnyOrder(facts.externalPsks, psks.map(({ pskId }) => pskId));
  if (psks.length > 0) claim(`the external Commit of ${file.who(call.actor)} injects the PSKs`, injected);
  if (removePrior) claim(`the external Commit of ${file.who(call.actor)} removes its former leaf`, facts.removes === 1);
}

const claimsAbout =
  (file: CaseFile, { actor, step }: Heard['call']) =>
  (text: string, holds: boolean): void => {
    if (!holds) file.shortfalls.push({ actor, step, text });
  };

/** A new group has the extensions asked for. */
export function claimOfBranch(file: CaseFile, { call, excused }: Heard, welcome: Message): void {
  const { extensions, externalTree } = call.request as RequestOf<'createBranch'>;
  const groupInfo = file.groupInfos.get(byteKey(welcome.bytes));
  if (groupInfo === undefined || excused) return;
  const same = printable(groupInfo.groupContext.extensions) === printable(extensions);
  claimsAbout(file, call)(`the subgroup that ${file.who(call.actor)} makes at step ${call.step} has the extensions asked for`, same);
  if (externalTree) claimTreeApart(file, call, welcome);
}

function claimTreeApart(file: CaseFile, call: Heard['call'], welcome: Message): void {
  const groupInfo = file.groupInfos.get(byteKey(welcome.bytes));
  if (groupInfo === undefined) return;
  const inside = groupInfo.extensions.some(({ extensionType }) => extensionType === extensionTypes.ratchet_tree);
  claimsAbout(file, call)(`the Welcome of ${file.who(call.actor)} at step ${welcome.step} leaves the tree out`, !inside);
}

function isAsked(proposal: Proposal, description: ProposalDescription): boolean {
  switch (word(description)) {
    case 'add':
      // The KeyPackage is asked for in an MLSMessage: version and wire format come before it.
      return proposal.proposalType === 'add';
    case 'remove':
      return proposal.proposalType === 'remove';
    case 'externalPSK':
      return proposal.proposalType === 'psk' && proposal.psk.psktype === 'external' && sameBytes(proposal.psk.pskId, description.pskId);
    case 'resumptionPSK':
      return proposal.proposalType === 'psk' && proposal.psk.psktype === 'resumption' && proposal.psk.pskEpoch === BigInt(description.epochId);
    case 'groupContextExtensions':
      return proposal.proposalType === 'group_context_extensions' && printable(proposal.extensions) === printable(description.extensions);
    case 'reinit':
      return proposal.proposalType === 'reinit' && sameBytes(proposal.groupId, description.groupId) && proposal.cipherSuite === description.cipherSuite;
    default:
      return true;
  }
}

const word = ({ proposalType }: ProposalDescription): string => Buffer.from(proposalType).toString();

const printable = (extensions: readonly Extension[]): string =>
  extensions
    .filter(({ extensionType }) => !greaseValues.includes(extensionType))
    .map(({ extensionType, extensionData }) => `${extensionType}=${hex(extensionData)}`)
    .sort()
    .join();
