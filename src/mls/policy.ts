/**
 * What RFC 9420 leaves to the application, as one mandatory argument: there is no default that accepts anything.
 */
import type { Credential } from './wire/credential.ts';
import type { Sender } from './wire/framing.ts';
import type { GroupContext } from './wire/group-info.ts';
import type { LeafNode } from './wire/leaf-node.ts';
import type { Proposal } from './wire/proposal.ts';

type Answer = boolean | Promise<boolean>;

/** What tells whom a leaf belongs to. */
export type LeafIdentity = Pick<LeafNode, 'credential' | 'signatureKey' | 'capabilities' | 'extensions'>;

export interface CredentialCheck {
  readonly credential: Credential;
  /** The key the credential must speak for; for x509 the engine has compared it with the end-entity certificate. */
  readonly signatureKey: Uint8Array;
  /** The leaf that presents the credential, or undefined for an entry of external_senders. */
  readonly leafNode: LeafNode | undefined;
  readonly groupContext: GroupContext | undefined;
}

export interface ProposalCheck {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly groupContext: GroupContext;
}

export interface Policy {
  /** Asks the authentication service about a credential that enters a group (§5.3.1, R-5.3.1-01). */
  validateCredential(check: CredentialCheck): Answer;
  /** Whether `next` may take the place of `current` when a member changes its credential (R-5.3.1-08, R-12.2-24). */
  isSuccessor(change: { readonly current: LeafNode; readonly next: LeafNode }): Answer;
  /**
   * The client a leaf belongs to: two leaves are of one client exactly when the answers are equal (R-12.2-08, R-12.2-09,
   * R-11.3-06). A key instead of a comparison, so that adding n members costs n questions and not n squared. It is asked of
   * leaves that nobody has verified yet, so it answers whatever they hold.
   */
  clientOf(leafNode: LeafIdentity): string;
  /** Whether a proposal may be committed, by whoever sent it (R-12.1.8-02, R-12.2-19). */
  authorizeProposal(check: ProposalCheck): Answer;
  /** Whether `leafNode` may join by external Commit (R-12.4.3.2-09). */
  allowExternalCommit(joiner: { readonly leafNode: LeafNode; readonly groupContext: GroupContext }): Answer;
  /** Whether `leafNode` may take the place of `removed` by external Commit (R-12.4.3.2-09). */
  allowResync(change: { readonly removed: LeafNode; readonly leafNode: LeafNode; readonly groupContext: GroupContext }): Answer;
  /** Longest accepted not_after minus not_before of a KeyPackage's leaf, in seconds (R-7.2-10). */
  readonly maximumLifetime: bigint | 'unlimited';
  /**
   * The present time in seconds since the Unix epoch. Undefined: lifetimes are not judged (R-7.3-10), a KeyPackage is made only
   * with its lifetime given, and the leaf of a group's creator lasts for ever unless it is given one.
   */
  now(): bigint | undefined;
  /** How many seconds a lifetime may begin late or end early before it is refused: clocks differ. */
  readonly clockSkew: bigint;
  /** Whether a tree with members whose lifetime has ended may be joined (R-7.3-10, R-5.3.2-02). */
  readonly expiredMembers: 'accepted' | 'refused';
}
