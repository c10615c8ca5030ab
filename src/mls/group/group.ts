/** A group as its member sees it in one epoch: a value. Operations give the next one and leave this one as it is. */
import { copyOf, empty } from '../bytes.ts';
import { mlsExporter, type ExporterInputs } from '../epoch/key-schedule.ts';
import { mapInFlight } from '../slices.ts';
import { members } from '../tree/ratchet-tree.ts';
import type { LeafIndex } from '../tree/tree-math.ts';
import type { Credential } from '../wire/credential.ts';
import type { Extension } from '../wire/extension.ts';
import type { Sender } from '../wire/framing.ts';
import type { GroupContext } from '../wire/group-info.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import type { Proposal, ReInit } from '../wire/proposal.ts';
import { createCommit } from './create-commit.ts';
import { encodeGroup, encodeGroupInSlices } from './encode-group.ts';
import { encodeTree, groupInfoMessage, makeGroupInfo, type GroupInfoOptions, type TreePlace } from './group-info.ts';
import { byValue, propose, protectApplicationData } from './propose.ts';
import type { LeafChange, ProposalInput } from './proposals.ts';
import { receive } from './receive.ts';
import { pendingByReference, selectProposals } from './select-proposals.ts';
import type { PendingProposal } from './pending-proposals.ts';
import type { GroupState } from './state.ts';

export interface Member {
  readonly leafIndex: LeafIndex;
  readonly credential: Credential;
  readonly leafNode: LeafNode;
}

export interface CommitOptions {
  /** Proposals to make and put in by value, in this order. */
  readonly proposals?: readonly ProposalInput[];
  /** Pending proposals to cover, in this order; default: all that can be covered together (R-12.4-06). */
  readonly references?: readonly Uint8Array[];
  /** Adds a path, so new keys for this member, even when no proposal requires one. Default: false. */
  readonly forcePath?: boolean;
  /** New contents for this member's leaf; adds a path. */
  readonly leaf?: LeafChange;
  /** Sent in clear, authenticated. */
  readonly authenticatedData?: Uint8Array;
  /** Whether the Welcome carries the tree. Default: inside. */
  readonly ratchetTree?: TreePlace;
}

export interface Committed {
  /** This member's group in the next epoch; to be used once the Commit is known to be accepted. */
  readonly group: Group;
  /** The Commit, for all other members: an encoded MLSMessage. */
  readonly commit: Uint8Array;
  /** The Welcome, for all added members, once the Commit is accepted (R-14-04); undefined when none was added. */
  readonly welcome: Uint8Array | undefined;
  /** The tree for the added members, when it is not in the Welcome. */
  readonly ratchetTree: Uint8Array | undefined;
}

export type Received =
  | { readonly kind: 'application'; readonly group: Group; readonly sender: number; readonly epoch: bigint; readonly data: Uint8Array; readonly authenticatedData: Uint8Array }
  | { readonly kind: 'proposal'; readonly group: Group; readonly sender: Sender; readonly proposal: Proposal; readonly reference: Uint8Array; readonly authenticatedData: Uint8Array }
  | { readonly kind: 'commit'; readonly group: Group; readonly sender: Sender; readonly authenticatedData: Uint8Array }
  /** This member is out; what is left to do is to call `dispose` (R-12.4.2-13). */
  | { readonly kind: 'removed'; readonly sender: Sender; readonly authenticatedData: Uint8Array };

export class Group {
  /** The state behind it, for the layers of this library; its shape is no promise. */
  readonly state: GroupState;
  readonly #onLeft: () => void;

  /** @param onLeft called when this member was removed, or gives the group up */
  constructor(state: GroupState, onLeft: () => void = () => {}) {
    this.state = state;
    this.#onLeft = onLeft;
  }

  get groupId(): Uint8Array {
    return this.state.groupContext.groupId;
  }

  get epoch(): bigint {
    return this.state.groupContext.epoch;
  }

  get cipherSuite(): number {
    return this.state.groupContext.cipherSuite;
  }

  get groupContext(): GroupContext {
    return this.state.groupContext;
  }

  /** The extensions of the GroupContext. */
  get extensions(): readonly Extension[] {
    return this.state.groupContext.extensions;
  }

  get ownLeafIndex(): LeafIndex {
    return this.state.ownLeafIndex;
  }

  /** All members, from left to right. */
  get members(): Member[] {
    return Array.from(members(this.state.tree), ([leafIndex, leafNode]) => ({ leafIndex, leafNode, credential: leafNode.credential }));
  }

  /** A value that is the same at all members of this epoch and differs after a fork (§8.7); Nh bytes, a copy. */
  get epochAuthenticator(): Uint8Array {
    return this.state.secrets.epochAuthenticator.expose().slice();
  }

  /** The proposals of this epoch that await a Commit, in the order they came. */
  get pendingProposals(): PendingProposal[] {
    return [...this.state.pendingProposals];
  }

  /** The ReInit that ended this group, once its Commit was applied (§11.2). */
  get reinit(): ReInit | undefined {
    return this.state.reinit;
  }

  /**
   * Sends a proposal.
   * @returns the group that knows of it, and the message for the other members
   */
  async propose(proposal: ProposalInput, options: { readonly authenticatedData?: Uint8Array } = {}): Promise<{ readonly group: Group; readonly message: Uint8Array; readonly reference: Uint8Array }> {
    const { state, message, reference } = await propose(this.state, proposal, copyOf(options.authenticatedData ?? empty));
    return { group: this.#next(state), message, reference };
  }

  /** The group without a pending proposal, so that no Commit of this member covers it. */
  withoutProposal(reference: Uint8Array): Group {
    return this.#next({ ...this.state, pendingProposals: this.state.pendingProposals.without(reference) });
  }

  /** Commits proposals (§12.4.1). This group stays as it is; another member's Commit for the epoch can still win. */
  async commit(options: CommitOptions = {}): Promise<Committed> {
    const { state } = this;
    const values = await mapInFlight(options.proposals ?? [], (input) => byValue(state, input));
    const references = options.references === undefined ? await selectProposals(state, values) : pendingByReference(state, options.references);
    const created = await createCommit(state, {
      proposals: [...references, ...values],
      forcePath: options.forcePath ?? false,
      leaf: options.leaf,
      authenticatedData: copyOf(options.authenticatedData ?? empty),
      ratchetTree: options.ratchetTree ?? 'inside',
    });
    const { commit, welcome, ratchetTree } = created;
    return { group: this.#next(created.state), commit, welcome, ratchetTree };
  }

  /**
   * Takes in a PublicMessage or PrivateMessage: application data, a proposal, a Commit.
   * @param message an encoded MLSMessage; it is copied
   * @throws MLSError with the id of the broken rule; this group is unchanged then
   */
  async receive(message: Uint8Array): Promise<Received> {
    const received = await receive(this.state, message);
    const { sender, authenticatedData } = received;
    switch (received.kind) {
      case 'application': {
        const { epoch, data } = received;
        return { kind: 'application', group: this, sender: received.sender, epoch, data, authenticatedData };
      }
      case 'proposal': {
        const { proposal, reference } = received;
        return { kind: 'proposal', group: this.#next(received.state), sender: received.sender, proposal, reference, authenticatedData };
      }
      case 'commit':
        return { kind: 'commit', group: this.#next(received.state), sender: sender as Sender, authenticatedData };
      case 'removed':
        this.#onLeft();
        return { kind: 'removed', sender: sender as Sender, authenticatedData };
    }
  }

  /**
   * Encrypts application data for the group.
   * @param options.padding zero bytes to append; default: what the client's padding policy says
   * @throws MLSError `misuse` R-12.4-04 while a proposal is pending
   */
  send(data: Uint8Array, options: { readonly authenticatedData?: Uint8Array; readonly padding?: number } = {}): Promise<Uint8Array> {
    return protectApplicationData(this.state, data, { authenticatedData: copyOf(options.authenticatedData ?? empty), padding: options.padding });
  }

  /** MLS-Exporter (§8.5). */
  export(inputs: ExporterInputs): Uint8Array {
    return mlsExporter(this.state.settings.suite, this.state.secrets.exporterSecret, inputs);
  }

  /** A signed GroupInfo as an encoded MLSMessage; with external_pub by default, for external joins. */
  async groupInfo(options: Partial<GroupInfoOptions> = {}): Promise<Uint8Array> {
    return groupInfoMessage(await makeGroupInfo(this.state, { externalPub: true, ...options }));
  }

  /** The tree as the body of a ratchet_tree extension. */
  ratchetTree(): Uint8Array {
    return encodeTree(this.state.tree);
  }

  /**
   * This group as bytes, from which `Client.restore` continues after a restart. They hold every secret of the group.
   * A group that was encoded once sends in each later epoch only after it was encoded, and stored, in that epoch.
   * @param options.reserve generations of both own ratchets that this value may still use before it is encoded again; the
   *   restored group starts after them. Default 1,024.
   */
  encode(options: { readonly reserve?: number } = {}): Uint8Array {
    return encodeGroup(this.state, options.reserve ?? 1024);
  }

  /** As `encode`, in slices that let other work run in between. What this group sends meanwhile counts as sent. */
  encodeInSlices(options: { readonly reserve?: number } = {}): Promise<Uint8Array> {
    return encodeGroupInSlices(this.state, options.reserve ?? 1024);
  }

  /**
   * Wipes the secrets of this epoch that `successor` does not use (§9.2). The group cannot be used afterwards.
   * @param successor the group that continues; without it everything is wiped, kept epochs included, and the client is out
   */
  dispose(successor?: Group): void {
    if (successor === undefined) this.#onLeft();
    const { state } = this;
    const kept = successor?.state;
    const keysOf = (one: GroupState) => [...one.privateKeys.values(), ...Array.from(one.pendingUpdates.values(), ({ encryptionKey }) => encryptionKey)];
    const inUse = new Set(kept && keysOf(kept));
    for (const key of keysOf(state)) if (!inUse.has(key)) key.dispose();
    if (kept?.secrets === state.secrets) return;
    // What opens late messages and resumes from the epoch goes with the successor, as long as that keeps the epoch.
    const keeps = (secretTree: unknown) => kept?.secretTree === secretTree || (kept?.pastEpochs.some((past) => past.secretTree === secretTree) ?? false);
    const { senderDataSecret, resumptionPsk, ...current } = state.secrets;
    for (const secret of Object.values(current)) secret.dispose();
    for (const past of [{ secretTree: state.secretTree, senderDataSecret, resumptionPsk }, ...state.pastEpochs]) {
      if (keeps(past.secretTree)) continue;
      past.secretTree.dispose();
      past.senderDataSecret.dispose();
      past.resumptionPsk.dispose();
    }
  }

  #next(state: GroupState): Group {
    return state === this.state ? this : new Group(state, this.#onLeft);
  }
}
