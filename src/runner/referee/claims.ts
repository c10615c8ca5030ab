/**
 * What was asked of a Commit or of a new group, held against what the shadows see of it. What the runner asks for too is said in its
 * words, so that it is said once.
 */
import { byteKey } from '../../mls/bytes.ts';
import { leafAt } from '../../mls/tree/ratchet-tree.ts';
import type { Commit } from '../../mls/wire/proposal.ts';
import { extensionTypes } from '../../mls/wire/registries.ts';
import { sameInAnyOrder } from '../actions/groups.ts';
import type { RequestOf } from '../implementation.ts';
import type { CaseFile, Heard } from './case-file.ts';
import type { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';
import { isAsked, printableExtensions, proposalWord } from './proposal-claims.ts';

export interface MadeCommit {
  readonly commit: Message;
  readonly welcome: Message | undefined;
  /** The epoch in which it was made. */
  readonly before: EpochSight | undefined;
}

/** The proposals asked for are in the Commit, a path where one was forced, and the tree not in a Welcome that was to leave it out. */
export function claimOfCommit(file: CaseFile, { call, excused }: Heard, { commit, welcome, before }: MadeCommit): void {
  const { byValue, forcePath, externalTree } = call.request as RequestOf<'commit'>;
  const content = file.openedCommits.get(commit)?.signed.content;
  if (excused) return;
  const claim = claimsAbout(file, call);
  if (content?.contentType === 'commit') {
    const { proposals, path } = content.commit;
    const values = proposals.flatMap((entry) => (entry.type === 'proposal' ? [entry.proposal] : []));
    const what = `the Commit of ${file.who(call.actor)} at step ${call.step}`;
    if (forcePath) claim(`the Commit of ${file.who(call.actor)} has a path`, path !== undefined);
    claimOfReferences(file, call, { message: commit, commit: content.commit });
    for (const description of byValue) {
      claim(`${what} has the ${proposalWord(description)} asked for by value`, values.some((value) => isAsked(value, description, before?.view?.tree)));
    }
  }
  if (externalTree && welcome !== undefined) claimTreeApart(file, call, welcome);
}

/** A Commit covers the proposals given by reference, and no others: whoever is to take it in is handed those and no more. */
function claimOfReferences(file: CaseFile, { actor, step, request }: Heard['call'], { message, commit }: { readonly message: Message; readonly commit: Commit }): void {
  const asked = new Set((request as RequestOf<'commit'>).byReference.map(byteKey));
  const references = commit.proposals.flatMap((entry) => (entry.type === 'reference' ? [byteKey(entry.reference)] : []));
  const what = `the Commit of ${file.who(actor)} at step ${step}`;
  const covered = new Set(references.flatMap((reference) => file.proposals.get(reference) ?? []).map(({ bytes }) => byteKey(bytes)));
  // What was proposed where no shadow sees cannot be told from its reference: then they can only be counted.
  const known = covered.size === new Set(references).size;
  const missing = known ? [...asked].some((each) => !covered.has(each)) : references.length < asked.size;
  const extra = known ? [...covered].some((each) => !asked.has(each)) : references.length > asked.size;
  if (missing) file.shortfalls.push({ actor, step, text: `${what} covers the ${asked.size} proposals given by reference` });
  if (extra) file.shortfalls.push({ actor, step, text: `${what} covers only proposals that were given by reference`, untakable: message });
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
  const { extensions, externalTree, forcePath } = call.request as RequestOf<'createBranch'>;
  const groupInfo = file.groupInfos.get(byteKey(welcome.bytes));
  if (groupInfo === undefined || excused) return;
  const claim = claimsAbout(file, call);
  const subgroup = `the subgroup that ${file.who(call.actor)} makes at step ${call.step}`;
  claim(`${subgroup} has the extensions asked for`, printableExtensions(groupInfo.groupContext.extensions) === printableExtensions(extensions));
  const tree = file.epochBegunBy(welcome.bytes)?.view?.tree;
  const creator = tree && leafAt(tree, groupInfo.signer);
  // A path gives its sender a leaf that says so.
  if (forcePath && creator !== undefined) claim(`${subgroup} begins with a path`, creator.leafNodeSource === 'commit');
  if (externalTree) claimTreeApart(file, call, welcome);
}

function claimTreeApart(file: CaseFile, call: Heard['call'], welcome: Message): void {
  const groupInfo = file.groupInfos.get(byteKey(welcome.bytes));
  if (groupInfo === undefined) return;
  const inside = groupInfo.extensions.some(({ extensionType }) => extensionType === extensionTypes.ratchet_tree);
  claimsAbout(file, call)(`the Welcome of ${file.who(call.actor)} at step ${welcome.step} leaves the tree out`, !inside);
}
