/** Validity of a Commit's proposal list (RFC 9420 §12.2) and its application to tree and extensions (§12.3). */
import { byteKey } from '../bytes.ts';
import { must, within } from '../errors.ts';
import { firstUnmet, supportsExtension, supportsProposal, typeName, validateAmongMembers } from '../tree/leaf-node-validation.ts';
import { addLeaf, leafAt, leafCount, leavesOfClient, replaceLeaf, truncate, type RatchetTree } from '../tree/ratchet-tree.ts';
import { supportOf } from '../tree/subtree.ts';
import { asLeafIndex, type LeafIndex } from '../tree/tree-math.ts';
import { validateInGroup } from '../tree/tree-validation.ts';
import { lists } from '../tree/type-list.ts';
import type { Extension } from '../wire/extension.ts';
import type { KeyPackage } from '../wire/leaf-node.ts';
import { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import { encode } from '../wire/presentation-language.ts';
import type { ExternalInit, Proposal, ReInit } from '../wire/proposal.ts';
import { mapInFlight, pause, sliceIsOver } from '../slices.ts';
import { requiredCapabilities } from './group-extensions.ts';
import { proposalName, validateProposal, type PskUsages, type SentProposal } from './proposal-validation.ts';
import type { PublicState } from './state.ts';

export type Committer = { readonly senderType: 'member'; readonly leafIndex: LeafIndex } | { readonly senderType: 'new_member_commit' };

export interface AddedMember {
  readonly leafIndex: LeafIndex;
  readonly keyPackage: KeyPackage;
}

/** What a valid proposal list does to a group. */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly added: readonly AddedMember[];
  /** Leaves that an Update replaced, with the reference of the Update. */
  readonly updated: ReadonlyMap<LeafIndex, Uint8Array | undefined>;
  readonly removed: readonly LeafIndex[];
  /** In the order of the list (R-8.4-03). */
  readonly psks: readonly PreSharedKeyID[];
  readonly externalInit: ExternalInit | undefined;
  readonly reinit: ReInit | undefined;
  readonly requiresPath: boolean;
}

export interface ProposalListCheck {
  readonly proposals: readonly SentProposal[];
  readonly committer: Committer;
  readonly pskUsages?: PskUsages;
}

/**
 * Validates the list and applies it, in the order of §12.3 (R-12.3-01). The leaves of the resulting tree are held against
 * each other by `validateResult`, once a path is merged.
 * @throws MLSError `invalid` with the id of the rule that is broken
 */
export async function applyProposals(state: PublicState, { proposals, committer, pskUsages }: ProposalListCheck): Promise<AppliedProposals> {
  const of = <T extends Proposal['proposalType']>(type: T) => proposals.filter((sent): sent is SentProposal & { proposal: Extract<Proposal, { proposalType: T }> } => sent.proposal.proposalType === type);
  const updates = of('update');
  const removes = of('remove');
  const adds = of('add');
  const psks = of('psk').map(({ proposal }) => proposal.psk);

  if (committer.senderType === 'member') validateRegularList(proposals, committer.leafIndex);
  else validateExternalList(proposals);
  validateLeafTargets(updates, removes);
  within(psks.length <= state.settings.limits.psks, `${psks.length} PSKs in one Commit, at most ${state.settings.limits.psks} are accepted`);
  must(new Set(psks.map((psk) => byteKey(encode(PreSharedKeyID, psk)))).size === psks.length, 'R-12.2-11');
  must(of('group_context_extensions').length <= 1, 'R-12.2-12');
  must(of('reinit').length === 0 || proposals.length === 1, 'R-12.2-13');
  await mapInFlight(proposals.filter((sent) => !sent.validated), (sent) => validateProposal(state, sent, pskUsages));

  // GroupContextExtensions first: the new list governs the checks of all others (R-12.3-02).
  const extensions = of('group_context_extensions')[0]?.proposal.extensions ?? state.groupContext.extensions;
  let { tree } = state;
  const updated = new Map<LeafIndex, Uint8Array | undefined>();
  for (const { proposal, sender, reference } of updates) {
    const leafIndex = asLeafIndex((sender as { leafIndex: number }).leafIndex);
    tree = replaceLeaf(tree, leafIndex, proposal.leafNode);
    updated.set(leafIndex, reference);
    if (sliceIsOver()) await pause();
  }
  const removed = removes.map(({ proposal }) => asLeafIndex(proposal.removed));
  for (const leafIndex of removed) {
    tree = replaceLeaf(tree, leafIndex, undefined);
    if (sliceIsOver()) await pause();
  }
  tree = truncate(tree);
  const remaining = tree;
  const added: AddedMember[] = [];
  for (const { proposal } of adds) {
    const { keyPackage } = proposal;
    // Held against the tree without those whom the same list removes (R-12.2-10).
    must(leavesOfClient(remaining, keyPackage.leafNode) === 0, 'R-12.2-09');
    must(leavesOfClient(tree, keyPackage.leafNode) === 0, 'R-12.2-08');
    const grown = addLeaf(tree, keyPackage.leafNode);
    within(leafCount(grown.tree) <= state.settings.limits.leaves, `the group would have more than ${state.settings.limits.leaves} leaves`);
    tree = grown.tree;
    added.push({ leafIndex: grown.leafIndex, keyPackage });
    if (sliceIsOver()) await pause();
  }
  validateCustomProposals(proposals, remaining);
  return {
    tree,
    extensions,
    added,
    updated,
    removed,
    psks,
    externalInit: of('external_init')[0]?.proposal,
    reinit: of('reinit')[0]?.proposal,
    requiresPath: proposals.length === 0 || proposals.some(({ proposal }) => requiresPath(state, proposal)),
  };
}

function validateRegularList(proposals: readonly SentProposal[], committer: LeafIndex): void {
  for (const { proposal, sender } of proposals) {
    must(proposal.proposalType !== 'external_init', 'R-12.2-15');
    const byCommitter = sender.senderType === 'member' && sender.leafIndex === committer;
    must(!(proposal.proposalType === 'update' && byCommitter), 'R-12.2-04');
    must(!(proposal.proposalType === 'remove' && proposal.removed === committer), 'R-12.2-05');
  }
}

const externalTypes: readonly string[] = ['external_init', 'remove', 'psk'];

function validateExternalList(proposals: readonly SentProposal[]): void {
  const count = (type: string) => proposals.filter(({ proposal }) => proposal.proposalType === type).length;
  for (const { proposal, reference } of proposals) {
    must(reference === undefined, 'R-12.4.3.2-04', () => proposalName(proposal));
    must(externalTypes.includes(proposal.proposalType), 'R-12.2-26', () => proposalName(proposal));
  }
  must(count('external_init') === 1, 'R-12.2-21', () => `${count('external_init')} ExternalInit proposals`);
  must(count('remove') <= 1, 'R-12.2-22', () => `${count('remove')} Remove proposals`);
}

/** No leaf is updated or removed twice (R-12.2-06). */
function validateLeafTargets(updates: readonly SentProposal[], removes: readonly { readonly proposal: { readonly removed: number } }[]): void {
  const targets = [...updates.map(({ sender }) => (sender.senderType === 'member' ? sender.leafIndex : -1)), ...removes.map(({ proposal }) => proposal.removed)];
  const seen = new Set<number>();
  for (const leafIndex of targets) {
    must(!seen.has(leafIndex), 'R-12.2-06', () => `leaf ${leafIndex}`);
    seen.add(leafIndex);
  }
}

/** A custom type needs the support of every member that processes the Commit: not of those it adds or removes (R-12.2-17). */
function validateCustomProposals(proposals: readonly SentProposal[], remaining: RatchetTree): void {
  for (const { proposal } of proposals) {
    if (proposal.proposalType !== 'custom') continue;
    must(supportsProposal(supportOf(remaining.root) ?? { proposals: [] }, proposal.customType), 'R-13.2-01', () => proposalName(proposal));
  }
}

/** R-12.4-12. */
function requiresPath(state: PublicState, proposal: Proposal): boolean {
  switch (proposal.proposalType) {
    case 'update':
    case 'remove':
    case 'external_init':
    case 'group_context_extensions':
      return true;
    case 'custom':
      return state.settings.customProposals.some(({ type, requiresPath }) => type === proposal.customType && requiresPath);
    default:
      return false;
  }
}

export interface ResultCheck {
  /** The tree after proposals and path. */
  readonly tree: RatchetTree;
  readonly applied: AppliedProposals;
  /** The committer's leaf when there is a path. */
  readonly pathLeaf: LeafIndex | undefined;
}

/**
 * Holds what a Commit changed against the tree it results in (R-12.2-18): changed leaves against the other members and
 * the new extensions, new extensions against all members.
 */
export async function validateResult(state: PublicState, { tree, applied, pathLeaf }: ResultCheck): Promise<void> {
  const { extensions, added, updated } = applied;
  const required = requiredCapabilities(extensions);
  const groupContext = { ...state.groupContext, extensions };
  const support = supportOf(tree.root)!;
  if (extensions !== state.groupContext.extensions) {
    for (const { keyPackage } of added) must(firstUnmet(keyPackage.leafNode.capabilities, required) === undefined, 'R-12.3-02', 'an added leaf lacks what the same Commit starts to require');
    for (const { extensionType } of extensions) must(supportsExtension(support, extensionType), 'R-13.4-07', () => `extension ${typeName(extensionType)}`);
    for (const type of required.extensionTypes) must(supportsExtension(support, type), 'R-12.1.7-01', () => `extension ${typeName(type)}`);
    for (const type of required.proposalTypes) must(supportsProposal(support, type), 'R-12.1.7-01', () => `proposal ${typeName(type)}`);
    for (const type of required.credentialTypes) must(lists(support.credentials, type), 'R-12.1.7-01', () => `credential ${typeName(type)}`);
  }
  const changed = [...added.map(({ leafIndex }) => leafIndex), ...updated.keys(), ...(pathLeaf === undefined ? [] : [pathLeaf])];
  for (const leafIndex of changed) {
    const leafNode = leafAt(tree, leafIndex)!;
    if (leafIndex === pathLeaf) must(firstUnmet(leafNode.capabilities, required) === undefined, 'R-7.5-02', 'the path leaf lacks what the group requires');
    validateInGroup(leafNode, { groupContext, required });
    validateAmongMembers(tree, leafNode);
    if (sliceIsOver()) await pause();
  }
}
