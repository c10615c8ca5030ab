/** A member's view of one epoch of a group, as a value: every operation gives the next one (RFC 9420 §14, R-14-03). */
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../crypto/provider.ts';
import type { EpochSecrets } from '../epoch/key-schedule.ts';
import type { SecretTree } from '../epoch/secret-tree.ts';
import type { Policy } from '../policy.ts';
import type { Secret } from '../secret.ts';
import { leafAt, signatureKeyChanges, type RatchetTree } from '../tree/ratchet-tree.ts';
import { toNodeIndex, type LeafIndex } from '../tree/tree-math.ts';
import type { PrivateKeys } from '../tree/treekem.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import { encode } from '../wire/presentation-language.ts';
import type { DecodeOptions } from '../wire/cursor.ts';
import { GroupContext } from '../wire/group-info.ts';
import type { ReInit } from '../wire/proposal.ts';
import type { GrowingMap } from './growing-map.ts';
import type { Limits } from './limits.ts';
import type { PendingProposals } from './pending-proposals.ts';

/** Where the pre-shared keys of an application are. Nothing is ever written through this interface. */
export interface PskStore {
  /** The value of an external PSK, or undefined when the client does not have it. */
  external(pskId: Uint8Array): Secret | undefined;
  /** The resumption PSK of an epoch of another group, or undefined. The group's own epochs are not asked for here. */
  resumption(groupId: Uint8Array, epoch: bigint): Secret | undefined;
}

/** A proposal type of the application's own (§12.1, §17.4). */
export interface CustomProposalType {
  readonly type: number;
  /** Whether a Commit that covers it needs a path (R-12.4-13). */
  readonly requiresPath: boolean;
  /** Whether an external sender may propose it (R-12.1.8-05). */
  readonly external: boolean;
}

/** What stays the same for a member over all epochs. */
export interface Settings {
  readonly suite: CipherSuite;
  readonly policy: Policy;
  readonly limits: Limits;
  readonly psks: PskStore;
  /** How this member's Proposals and Commits travel (R-6-02, R-6-03). */
  readonly handshakeAs: 'public' | 'private';
  /** Whether unknown numbers are mixed into what is sent (§13.5). */
  readonly grease: boolean;
  /** Accepts GREASE in a KeyPackage's extensions that the leaf's capabilities do not list (R-10-10). */
  readonly acceptUnlistedGrease: boolean;
  /** Extension types that this client really supports, beyond the default ones (R-13.5-12). */
  readonly supportedExtensions: readonly number[];
  readonly customProposals: readonly CustomProposalType[];
  /** How many zero bytes to append to a content of that many bytes when it is encrypted (§15.1). */
  readonly padding: (contentLength: number) => number;
  /** Lets application data be sent while a proposal is pending, against R-12.4-04. */
  readonly allowDataWithPendingProposals: boolean;
  /** Called when something was accepted that a strict client refuses. */
  readonly onAccepted: (finding: { readonly requirement: string; readonly detail: string }) => void;
}

/** The keys of an own Update until a Commit settles which leaf is in force (R-12.1.2-03). */
export interface PendingUpdate {
  readonly encryptionKey: HPKEPrivateKey;
  readonly signatureKey: SignaturePrivateKey;
}

/** What is kept of an epoch to open its late messages and to resume from it. */
export interface PastEpoch {
  readonly epoch: bigint;
  readonly contextBytes: Uint8Array;
  /** Where the members' signature keys differ from those of the next younger epoch; undefined for a leaf that was blank. */
  readonly signatureKeyChanges: ReadonlyMap<number, Uint8Array | undefined>;
  readonly secretTree: SecretTree;
  readonly senderDataSecret: Secret;
  readonly resumptionPsk: Secret;
}

export interface GroupState {
  readonly settings: Settings;
  readonly groupContext: GroupContext;
  /** The encoding of `groupContext`. */
  readonly contextBytes: Uint8Array;
  readonly tree: RatchetTree;
  readonly ownLeafIndex: LeafIndex;
  readonly privateKeys: PrivateKeys;
  readonly signatureKey: SignaturePrivateKey;
  readonly secrets: EpochSecrets;
  /** Mutable: keys are used up (§9.2). Shared by all values of one epoch. */
  readonly secretTree: SecretTree;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
  readonly pendingProposals: PendingProposals;
  /** References of own proposals by `byteKey` of the message's digest: an own PrivateMessage cannot be opened. */
  readonly ownMessages: GrowingMap<Uint8Array>;
  /** By `byteKey` of the reference of the own Update. */
  readonly pendingUpdates: GrowingMap<PendingUpdate>;
  /** Youngest first. */
  readonly pastEpochs: readonly PastEpoch[];
  /** The ReInit whose Commit began this epoch: the group is over (§11.2). */
  readonly reinit: ReInit | undefined;
}

/** The part of a state that outsiders know too: a joiner before its Commit, an observer. */
export type PublicState = Pick<GroupState, 'settings' | 'groupContext' | 'tree'>;

export const ownLeaf = (state: GroupState): LeafNode => leafAt(state.tree, state.ownLeafIndex)!;

/** How to decode what was stored here and may hold a proposal of the application's own types. */
export const decodeOptions = ({ customProposals }: Pick<Settings, 'customProposals'>): DecodeOptions => ({
  maxElements: Infinity,
  maxExtensions: Infinity,
  ...(customProposals.length > 0 && { customProposalTypes: new Set(customProposals.map(({ type }) => type)) }),
});

/** How to decode what a peer sent. */
export const messageOptions = (settings: Pick<Settings, 'customProposals' | 'limits'>): DecodeOptions => ({
  ...decodeOptions(settings),
  maxElements: settings.limits.messageElements,
  maxExtensions: settings.limits.extensions,
});

/** The private key of the own leaf. */
export const leafKeyOf = (state: GroupState): HPKEPrivateKey => state.privateKeys.get(toNodeIndex(state.ownLeafIndex))!;

export const encodeContext = (groupContext: GroupContext): Uint8Array => encode(GroupContext, groupContext);

/** An epoch as it is kept when the one with the tree `next` begins. */
export const asPastEpoch = (state: GroupState, next: RatchetTree): PastEpoch => ({
  epoch: state.groupContext.epoch,
  contextBytes: state.contextBytes,
  signatureKeyChanges: signatureKeyChanges(state.tree, next),
  secretTree: state.secretTree,
  senderDataSecret: state.secrets.senderDataSecret,
  resumptionPsk: state.secrets.resumptionPsk,
});

/** The signature key of a member in the current or a kept epoch, or undefined when that leaf was blank. */
export function signatureKeyIn(state: GroupState, epoch: bigint, leafIndex: number): Uint8Array | undefined {
  const at = epoch === state.groupContext.epoch ? -1 : state.pastEpochs.findIndex((past) => past.epoch === epoch);
  for (let i = at; i >= 0; i--) {
    const { signatureKeyChanges } = state.pastEpochs[i]!;
    if (signatureKeyChanges.has(leafIndex)) return signatureKeyChanges.get(leafIndex);
  }
  return leafAt(state.tree, leafIndex)?.signatureKey;
}
