/** Creating a Commit and its Welcome (RFC 9420 §12.4.1). The state it is made from stays as it is (R-14-03). */
import type { SignaturePrivateKey } from '../crypto/provider.ts';
import { wipe } from '../epoch/key-schedule.ts';
import { protectPrivateMessage } from '../epoch/private-message.ts';
import { protectPublicMessage } from '../epoch/public-message.ts';
import { signFramedContent, type SignedContent } from '../epoch/sign-content.ts';
import { usage } from '../errors.ts';
import { pause } from '../slices.ts';
import { createUpdatePath, keysInUse, type CreatedUpdatePath } from '../tree/treekem.ts';
import type { FramedContent } from '../wire/framing.ts';
import type { ProposalOrRef } from '../wire/proposal.ts';
import { encodeTreeInSlices, makeGroupInfo, type TreePlace } from './group-info.ts';
import { nextState, provisionalContext, startEpoch } from './next-epoch.ts';
import { applyProposals, validateResult, type AppliedProposals } from './proposal-list.ts';
import { validateReplacement, type PskUsages, type SentProposal } from './proposal-validation.ts';
import type { LeafChange } from './proposals.ts';
import { findPsks } from './psk.ts';
import { encodeContext, ownLeaf, type GroupState } from './state.ts';
import { makeWelcome } from './welcome.ts';

export interface CommitInput {
  readonly proposals: readonly SentProposal[];
  /** Adds a path even when no proposal requires one. */
  readonly forcePath: boolean;
  /** New contents of the committer's leaf; adds a path. */
  readonly leaf: LeafChange | undefined;
  readonly authenticatedData: Uint8Array;
  readonly ratchetTree: TreePlace;
  /** Resumption PSKs that only the first Commit of a successor or subgroup may name, and where to find them. */
  readonly resumes?: { readonly usages: PskUsages; readonly from: GroupState } | undefined;
}

export interface CreatedCommit {
  /** The committer's state in the next epoch, to be used once the Commit is known to be accepted (R-3.2-03). */
  readonly state: GroupState;
  /** The Commit as an encoded MLSMessage. */
  readonly commit: Uint8Array;
  /** One Welcome for all added members as an encoded MLSMessage, when there are any. */
  readonly welcome: Uint8Array | undefined;
  /** The tree of the new epoch, when it does not travel in the Welcome. */
  readonly ratchetTree: Uint8Array | undefined;
}

/** @throws MLSError `invalid` when the proposal list is not valid (R-12.2-01), `misuse` when the group is over or a PSK is not at hand (R-12.4.2-03) */
export async function createCommit(state: GroupState, input: CommitInput): Promise<CreatedCommit> {
  usage(state.reinit === undefined, 'this group was reinitialized: it sends no more messages', 'R-12.4.2-11');
  const { suite } = state.settings;

  // Verify that the list of proposals is valid, and apply it.
  const { proposals, resumes } = input;
  const applied = await applyProposals(state, {
    proposals,
    committer: { senderType: 'member', leafIndex: state.ownLeafIndex },
    ...(resumes && { pskUsages: resumes.usages }),
  });
  const psks = findPsks(applied.psks, { store: state.settings.psks, groups: resumes === undefined ? [state] : [state, resumes.from], asked: true }, 'R-12.4.2-03');

  // What only this Commit needs is wiped at its end; what it makes, unless it comes about.
  using used = new DisposableStack();
  using undo = new DisposableStack();

  // Populate the path if it is required or wanted.
  const withPath = applied.requiresPath || input.forcePath || input.leaf !== undefined;
  const path = withPath ? await makePath(state, applied, input.leaf) : undefined;
  if (path !== undefined) {
    used.defer(() => wipe(path.commitSecret, ...path.pathSecrets.values()));
    const known = new Set(state.privateKeys.values());
    for (const key of path.privateKeys.values()) if (!known.has(key)) undo.adopt(key, () => key.dispose());
  }
  const tree = path?.tree ?? applied.tree;
  if (path !== undefined && input.leaf !== undefined) {
    await validateReplacement(state, { current: ownLeaf(state), next: path.path.leafNode, leafIndex: state.ownLeafIndex, credentialRule: 'R-5.3.1-06' });
  }
  await validateResult(state, { tree, applied, pathLeaf: path && state.ownLeafIndex });
  const commitSecret = path?.commitSecret ?? new Uint8Array(suite.nh);

  await pause();

  // Sign the Commit under the old GroupContext with the key of the old epoch (R-12.4.1-07).
  const signed = await signCommit(state, { proposals: proposals.map(asProposalOrRef), path: path?.path }, input.authenticatedData);
  const initSecret = state.secrets.initSecret.expose();
  const epoch = await startEpoch(suite, state, { tree, extensions: applied.extensions, signed, initSecret, commitSecret, psks });
  used.defer(() => wipe(epoch.joinerSecret, epoch.welcomeSecret));
  for (const secret of Object.values(epoch.secrets)) undo.use(secret);
  await pause();
  const commit = protectHandshake(state, signed, epoch.confirmationTag);
  await pause();

  const next = nextState(state, epoch, {
    tree,
    privateKeys: path === undefined ? keysInUse(tree, state.privateKeys) : path.privateKeys,
    signatureKey: input.leaf?.signatureKey ?? state.signatureKey,
    reinit: applied.reinit,
  });
  undo.use(next.secretTree);

  // The Welcome covers every added member (R-12.4.1-15).
  let welcome: Uint8Array | undefined;
  if (applied.added.length > 0) {
    await pause();
    const groupInfo = await makeGroupInfo(next, { ratchetTree: input.ratchetTree, externalPub: false });
    const pathSecrets = path?.pathSecrets ?? new Map();
    const { joinerSecret, welcomeSecret } = epoch;
    welcome = await makeWelcome(suite, { groupInfo, added: applied.added, committer: state.ownLeafIndex, joinerSecret, welcomeSecret, pathSecrets, psks: applied.psks });
  }
  const ratchetTree = input.ratchetTree === 'apart' ? await encodeTreeInSlices(tree) : undefined;
  undo.move();
  return { state: next, commit, welcome, ratchetTree };
}

function makePath(state: GroupState, applied: AppliedProposals, leaf: LeafChange = {}): Promise<CreatedUpdatePath> {
  const { groupContext, settings } = state;
  const { signatureKey: currentKey, credential, capabilities, extensions } = ownLeaf(state);
  return createUpdatePath(settings.suite, {
    tree: applied.tree,
    leafIndex: state.ownLeafIndex,
    leafNode: {
      signatureKey: leaf.signatureKey?.publicKey ?? currentKey,
      credential: leaf.credential ?? credential,
      capabilities: leaf.capabilities ?? capabilities,
      extensions: leaf.extensions ?? extensions,
    },
    signatureKey: leaf.signatureKey ?? state.signatureKey,
    groupId: groupContext.groupId,
    added: new Set(applied.added.map(({ leafIndex }) => leafIndex)),
    contextFor: (treeHash) => encodeContext(provisionalContext(groupContext, { treeHash, extensions: applied.extensions })),
  });
}

const asProposalOrRef = ({ proposal, reference }: SentProposal): ProposalOrRef =>
  reference === undefined ? { type: 'proposal', proposal } : { type: 'reference', reference };

type CommitContent = Extract<FramedContent, { contentType: 'commit' }>['commit'];

function signCommit(state: GroupState, commit: CommitContent, authenticatedData: Uint8Array): Promise<SignedContent> {
  const { groupId, epoch } = state.groupContext;
  return signAsMember(state, state.signatureKey, {
    groupId,
    epoch,
    sender: { senderType: 'member', leafIndex: state.ownLeafIndex },
    authenticatedData,
    contentType: 'commit',
    commit,
  });
}

/** Signs a Proposal or Commit for the carrier this member sends them in. */
export const signAsMember = (state: GroupState, key: SignaturePrivateKey, content: FramedContent): Promise<SignedContent> =>
  signFramedContent({
    suite: state.settings.suite,
    key,
    wireFormat: state.settings.handshakeAs === 'private' ? 'mls_private_message' : 'mls_public_message',
    content,
    groupContext: state.contextBytes,
  });

/** Protects a handshake message with the keys of the epoch it is sent in (R-12.4.1-09). */
export function protectHandshake(state: GroupState, signed: SignedContent, confirmationTag?: Uint8Array): Uint8Array {
  const { suite } = state.settings;
  if (signed.wireFormat === 'mls_private_message') {
    return protectPrivateMessage({ suite, secretTree: state.secretTree, senderDataSecret: state.secrets.senderDataSecret, signed, confirmationTag, paddingLength: state.settings.padding(signed.contentBytes.length) });
  }
  return protectPublicMessage({ suite, signed, confirmationTag, membershipKey: state.secrets.membershipKey, groupContext: state.contextBytes });
}
