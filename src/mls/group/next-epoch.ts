/** From one epoch to the next: transcript hashes, key schedule and the state that follows (RFC 9420 §8, §12.4.1). */
import type { CipherSuite } from '../crypto/provider.ts';
import { confirmationTag, deriveEpochSecrets, epochSecret, joinerSecret, memberSecret, welcomeSecret, wipe, type EpochSecrets } from '../epoch/key-schedule.ts';
import { pskSecretInSlices, type PreSharedKeyInput } from '../epoch/psk-secret.ts';
import { SecretTree } from '../epoch/secret-tree.ts';
import type { SignedContent } from '../epoch/sign-content.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../epoch/transcript-hash.ts';
import { leafCount, type RatchetTree } from '../tree/ratchet-tree.ts';
import { hashInSlices } from '../tree/tree-hash.ts';
import type { GroupContext } from '../wire/group-info.ts';
import { GrowingMap } from './growing-map.ts';
import { PendingProposals } from './pending-proposals.ts';
import { asPastEpoch, encodeContext, type GroupState, type Settings } from './state.ts';

/** What the key schedule starts from: a Commit's secrets, or the joiner_secret of a Welcome. */
export type ScheduleInput =
  | { readonly initSecret: Uint8Array; readonly commitSecret: Uint8Array }
  | { readonly joinerSecret: Uint8Array };

export interface Schedule {
  readonly secrets: EpochSecrets;
  /** For Welcomes; the caller wipes both. */
  readonly joinerSecret: Uint8Array;
  readonly welcomeSecret: Uint8Array;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
}

/** Runs the key schedule for the final GroupContext of a new epoch (R-12.4.1-08). Wipes nothing it was given. */
export function runSchedule(suite: CipherSuite, input: ScheduleInput, from: { readonly groupContext: GroupContext; readonly contextBytes: Uint8Array; readonly pskSecret: Uint8Array }): Schedule {
  const { groupContext, contextBytes } = from;
  const joiner = 'joinerSecret' in input ? input.joinerSecret : joinerSecret(suite, { ...input, groupContext: contextBytes });
  const member = memberSecret(suite, joiner, from.pskSecret);
  const welcome = welcomeSecret(suite, member);
  const epoch = epochSecret(suite, member, contextBytes);
  const secrets = deriveEpochSecrets(suite, epoch);
  wipe(member, epoch);
  const tag = confirmationTag(suite, secrets.confirmationKey, groupContext.confirmedTranscriptHash);
  return {
    secrets,
    joinerSecret: joiner,
    welcomeSecret: welcome,
    confirmationTag: tag,
    interimTranscriptHash: interimTranscriptHash(suite, groupContext.confirmedTranscriptHash, tag),
  };
}

export interface CommittedChange {
  readonly tree: RatchetTree;
  readonly extensions: GroupContext['extensions'];
  /** The Commit, signed: it enters the transcript. */
  readonly signed: SignedContent;
  readonly initSecret: Uint8Array;
  readonly commitSecret: Uint8Array;
  readonly psks: readonly PreSharedKeyInput[];
}

export interface StartedEpoch extends Schedule {
  readonly groupContext: GroupContext;
  readonly contextBytes: Uint8Array;
}

/** The GroupContext and secrets of the epoch that a Commit begins (R-8.1-03, R-8.1-04). */
export async function startEpoch(suite: CipherSuite, before: Pick<GroupState, 'groupContext' | 'interimTranscriptHash'>, change: CommittedChange): Promise<StartedEpoch> {
  const groupContext: GroupContext = {
    ...provisionalContext(before.groupContext, { treeHash: await hashInSlices(suite, change.tree.root), extensions: change.extensions }),
    confirmedTranscriptHash: confirmedTranscriptHash(suite, { interimTranscriptHash: before.interimTranscriptHash, ...change.signed }),
  };
  const contextBytes = encodeContext(groupContext);
  const { initSecret, commitSecret, psks } = change;
  using used = new DisposableStack();
  const pskSecret = used.adopt(await pskSecretInSlices(suite, psks), wipe);
  return { groupContext, contextBytes, ...runSchedule(suite, { initSecret, commitSecret }, { groupContext, contextBytes, pskSecret }) };
}

/** New epoch, tree and extensions, old transcript (R-12.4.1-05). */
export const provisionalContext = (before: GroupContext, change: Pick<GroupContext, 'treeHash' | 'extensions'>): GroupContext => ({
  ...before,
  epoch: before.epoch + 1n,
  ...change,
});

/** What an epoch is to one member. */
export type OwnPart = Pick<GroupState, 'tree' | 'ownLeafIndex' | 'privateKeys' | 'signatureKey'>;

/**
 * Whether the epoch sends only after it was encoded and stored: a group that was stored once may be restored, come to the
 * same epoch again and use its first generations again (R-6.3.1-05).
 */
type Storing = { readonly encodeBeforeSend?: boolean };

/** The state of a member who enters the group with this epoch. */
export function newState(settings: Settings, epoch: Omit<StartedEpoch, 'joinerSecret' | 'welcomeSecret'>, own: OwnPart, { encodeBeforeSend = false }: Storing = {}): GroupState {
  const { groupContext, contextBytes, secrets, confirmationTag, interimTranscriptHash } = epoch;
  return {
    settings,
    groupContext,
    contextBytes,
    ...own,
    secrets,
    secretTree: new SecretTree({ suite: settings.suite, encryptionSecret: secrets.encryptionSecret, leafCount: leafCount(own.tree), limits: settings.limits, encodeBeforeSend }),
    confirmationTag,
    interimTranscriptHash,
    pendingProposals: PendingProposals.none,
    ownMessages: GrowingMap.none,
    pendingUpdates: GrowingMap.none,
    pastEpochs: [],
    reinit: undefined,
  };
}

/** The state of a member after a Commit. */
export const nextState = (before: GroupState, epoch: StartedEpoch, own: Omit<OwnPart, 'ownLeafIndex'> & Pick<GroupState, 'reinit'>): GroupState => ({
  ...newState(before.settings, epoch, { ...own, ownLeafIndex: before.ownLeafIndex }, { encodeBeforeSend: before.secretTree.isStored }),
  pastEpochs: [asPastEpoch(before, own.tree), ...before.pastEpochs].slice(0, before.settings.limits.pastEpochs),
  reinit: own.reinit,
});
