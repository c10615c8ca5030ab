/**
 * Forging Commits: any proposal list, any path, any leaf, by a member or by somebody from outside. Everything is computed as
 * an honest committer would compute it for that input, so that a receiver that checked nothing would follow.
 */
import type { SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { externalKey, sendExternalInit } from '../../mls/epoch/key-schedule.ts';
import type { PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import { newState, provisionalContext, startEpoch, type StartedEpoch } from '../../mls/group/next-epoch.ts';
import type { AddedMember } from '../../mls/group/proposal-list.ts';
import { findPsks } from '../../mls/group/psk.ts';
import { encodeContext, type GroupState } from '../../mls/group/state.ts';
import { addLeaf, leafAt, leafCount, replaceLeaf, truncate, withRoom, type RatchetTree } from '../../mls/tree/ratchet-tree.ts';
import { asLeafIndex, type LeafIndex, type NodeIndex } from '../../mls/tree/tree-math.ts';
import { keysInUse, type LeafTemplate, type PrivateKeys } from '../../mls/tree/treekem.ts';
import type { Extension } from '../../mls/wire/extension.ts';
import type { FramedContent } from '../../mls/wire/framing.ts';
import type { PreSharedKeyID } from '../../mls/wire/pre-shared-key.ts';
import type { Commit, Proposal, ProposalOrRef } from '../../mls/wire/proposal.ts';
import { contentBy, forgeCarrier, forgeSigned, same, type MessageForgery } from './forge-message.ts';
import { forgePath, type PathForgery } from './forge-path.ts';

type Edit<T> = (honest: T) => T;

/** A proposal of the list: by value, or by reference as its sender's. */
export type Entry = Proposal | { readonly proposal: Proposal; readonly reference: Uint8Array; readonly sender: number };

export interface Outsider {
  readonly leaf: LeafTemplate;
  readonly signatureKey: SignaturePrivateKey;
}

export interface CommitForgery extends Omit<MessageForgery, 'confirmationTag'> {
  readonly proposals?: readonly Entry[];
  /** Default: a path. */
  readonly path?: PathForgery | 'none';
  /** Somebody from outside: an ExternalInit is put before the proposals, unless `externalInit` says otherwise. */
  readonly by?: Outsider;
  /** Edits the kem_output, or leaves the ExternalInit out and goes on from the init_secret of the epoch, which members know. */
  readonly externalInit?: Edit<Uint8Array> | 'none';
  readonly commit?: Edit<Commit>;
  readonly content?: Edit<FramedContent>;
  readonly confirmationTag?: Edit<Uint8Array>;
  /** Edits the PSKs that go into the key schedule. */
  readonly psks?: Edit<readonly PreSharedKeyInput[]>;
  /** Signs with this key from the next epoch on; the leaf must be edited to hold it. */
  readonly nextSignatureKey?: SignaturePrivateKey;
  /** The leaf the committer claims to stand at. Default: its own. */
  readonly leafIndex?: number;
}

export interface ForgedCommit {
  readonly message: Uint8Array;
  /** The committer's state after it. */
  readonly state: GroupState;
  readonly epoch: StartedEpoch;
  readonly added: readonly AddedMember[];
  readonly pathSecrets: ReadonlyMap<NodeIndex, Uint8Array>;
  readonly psks: readonly PreSharedKeyInput[];
  /** Whether it covers a ReInit. */
  readonly endsGroup: boolean;
}

/** @param state a member's: the committer's own, or for a Commit from outside that of anyone who knows the group */
export async function forgeCommit(state: GroupState, forgery: CommitForgery = {}): Promise<ForgedCommit> {
  const { suite } = state.settings;
  const { groupContext } = state;
  const outside = forgery.by && (await externalInit(state, forgery.externalInit));
  const entries = [...(outside?.proposals ?? []), ...(forgery.proposals ?? [])];
  const applied = applyUnchecked(state, entries, asLeafIndex(forgery.leafIndex ?? state.ownLeafIndex));
  const psks = (forgery.psks ?? same)(findPsks(applied.psks, { store: state.settings.psks, groups: [state] }, 'R-12.4.2-03'));

  const leafIndex = forgery.by === undefined ? asLeafIndex(forgery.leafIndex ?? state.ownLeafIndex) : withRoom(applied.tree).leafIndex;
  const { signatureKey, leafNode } = committer(state, forgery, leafIndex);
  const path =
    forgery.path === 'none'
      ? undefined
      : await forgePath(
          suite,
          {
            tree: applied.tree,
            leafIndex,
            leafNode,
            signatureKey: forgery.nextSignatureKey ?? signatureKey,
            groupId: groupContext.groupId,
            added: new Set(applied.added.map((one) => one.leafIndex)),
            contextFor: (treeHash) => encodeContext(provisionalContext(groupContext, { treeHash, extensions: applied.extensions })),
          },
          forgery.path,
        );
  const tree = path?.tree ?? applied.tree;

  const sender: FramedContent['sender'] = forgery.by === undefined ? { senderType: 'member', leafIndex } : { senderType: 'new_member_commit' };
  const commit = (forgery.commit ?? same<Commit>)({ proposals: entries.map(asProposalOrRef), path: path?.path });
  const content = (forgery.content ?? same)(contentBy(state, { commit }, (honest) => ({ ...honest, sender })));
  const signed = await forgeSigned(state, content, { ...forgery, signatureKey: forgery.signatureKey ?? signatureKey });
  const epoch = await startEpoch(suite, state, {
    tree,
    extensions: applied.extensions,
    signed,
    initSecret: outside?.initSecret ?? state.secrets.initSecret.expose(),
    commitSecret: path?.commitSecret ?? new Uint8Array(suite.nh),
    psks,
  });
  const confirmationTag = (forgery.confirmationTag ?? same)(epoch.confirmationTag);
  const message = forgeCarrier(state, signed, { ...forgery, confirmationTag });
  const privateKeys: PrivateKeys = path?.privateKeys ?? keysInUse(tree, state.privateKeys);
  const next = newState(state.settings, epoch, { tree, ownLeafIndex: leafIndex, privateKeys, signatureKey: forgery.nextSignatureKey ?? signatureKey });
  const endsGroup = entries.some((entry) => (isByReference(entry) ? entry.proposal : entry).proposalType === 'reinit');
  return { message, state: next, epoch, added: applied.added, pathSecrets: path?.pathSecrets ?? new Map(), psks, endsGroup };
}

async function externalInit(state: GroupState, edit: CommitForgery['externalInit']): Promise<{ readonly proposals: readonly Proposal[]; readonly initSecret: Uint8Array }> {
  const { suite } = state.settings;
  if (edit === 'none') return { proposals: [], initSecret: state.secrets.initSecret.expose() };
  const external = await externalKey(suite, state.secrets.externalSecret);
  const { kemOutput, initSecret } = await sendExternalInit(suite, external.publicKey);
  return { proposals: [{ proposalType: 'external_init', kemOutput: (edit ?? same)(kemOutput) }], initSecret };
}

function committer(state: GroupState, forgery: CommitForgery, leafIndex: LeafIndex): Outsider & { readonly leafNode: LeafTemplate } {
  if (forgery.by !== undefined) return { ...forgery.by, leafNode: forgery.by.leaf };
  // Its leaf may be gone, or that of somebody who was added in its place.
  const { signatureKey, credential, capabilities, extensions } = leafAt(state.tree, leafIndex) ?? leafAt(state.tree, state.ownLeafIndex)!;
  const leaf = { signatureKey, credential, capabilities, extensions };
  return { leaf, leafNode: leaf, signatureKey: state.signatureKey };
}

const isByReference = (entry: Entry): entry is Exclude<Entry, Proposal> => 'reference' in entry && 'sender' in entry;

const asProposalOrRef = (entry: Entry): ProposalOrRef =>
  isByReference(entry) ? { type: 'reference', reference: entry.reference } : { type: 'proposal', proposal: entry };

interface Applied {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly added: readonly AddedMember[];
  readonly psks: readonly PreSharedKeyID[];
}

/** §12.3 without a single check: what does not apply is passed over. */
function applyUnchecked(state: GroupState, entries: readonly Entry[], committerLeaf: LeafIndex): Applied {
  const proposals = entries.map((entry) => (isByReference(entry) ? { proposal: entry.proposal, sender: entry.sender } : { proposal: entry, sender: committerLeaf as number }));
  let { tree } = state;
  let { extensions } = state.groupContext;
  const psks: PreSharedKeyID[] = [];
  for (const { proposal, sender } of proposals) {
    if (proposal.proposalType === 'group_context_extensions') extensions = proposal.extensions;
    if (proposal.proposalType === 'psk') psks.push(proposal.psk);
    if (proposal.proposalType === 'update' && sender < leafCount(tree)) tree = replaceLeaf(tree, asLeafIndex(sender), proposal.leafNode);
  }
  for (const { proposal } of proposals) {
    if (proposal.proposalType === 'remove' && proposal.removed < leafCount(tree)) tree = replaceLeaf(tree, asLeafIndex(proposal.removed), undefined);
  }
  tree = truncate(tree);
  const added: AddedMember[] = [];
  for (const { proposal } of proposals) {
    if (proposal.proposalType !== 'add') continue;
    const grown = addLeaf(tree, proposal.keyPackage.leafNode);
    tree = grown.tree;
    added.push({ leafIndex: grown.leafIndex, keyPackage: proposal.keyPackage });
  }
  return { tree, extensions, added, psks };
}

/** A leaf template and a fresh signature key for somebody from outside. */
export async function outsider(state: GroupState, leaf: Omit<LeafTemplate, 'signatureKey'>, key?: SignaturePrivateKey): Promise<Outsider> {
  const signatureKey = key ?? (await state.settings.suite.generateSignatureKey());
  return { signatureKey, leaf: { ...leaf, signatureKey: signatureKey.publicKey } };
}
