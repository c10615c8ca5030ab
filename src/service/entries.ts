/** What the ids of the service name. Entries are values: a call puts a new one in the place of the old. */
import type { SignaturePrivateKey } from '../mls/crypto/provider.ts';
import { usage } from '../mls/errors.ts';
import type { Client } from '../mls/group/client.ts';
import type { Group } from '../mls/group/group.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { Secret } from '../mls/secret.ts';
import type { ServiceLimits } from './options.ts';
import { StateTable, type Expiry, type Transaction } from './states.ts';

/** Who a state, a pending join or a suspended group belongs to. Each is a client of its own, with its own signature key. */
export interface Person {
  readonly cipherSuite: number;
  readonly identity: Uint8Array;
  /** External PSKs by `byteKey` of their id; they go along from join to state and to a successor group. No two entries share one. */
  readonly psks: ReadonlyMap<string, ExternalPsk>;
}

export interface ExternalPsk {
  readonly pskId: Uint8Array;
  readonly psk: Secret;
}

export type HandshakeAs = 'public' | 'private';

/** A member's view of a group. The id stays the same over all epochs, and over a reinitialization. */
export interface MemberState extends Person {
  readonly kind: 'state';
  readonly client: Client;
  readonly group: Group;
  readonly handshakeAs: HandshakeAs;
  /** The own Commit that HandlePendingCommit enters. */
  readonly pending: NextEpoch | undefined;
  /**
   * Another member's Commit that was processed in a call which then did not end well. Its receive key is used up, so a second
   * call with the same bytes continues from here.
   */
  readonly processed: NextEpoch | undefined;
  /** The entry of the successor to be, once the group was reinitialized. */
  readonly reinitId: number | undefined;
  /** References of the proposals received in this epoch, by the digest of their message: the key of a PrivateMessage opens only once. */
  readonly received: ReadonlyMap<string, Uint8Array>;
}

export interface NextEpoch {
  readonly commit: Uint8Array;
  readonly group: Group;
}

/** A member that was removed; nothing is left of it but the id, so that Free finds it. */
export interface RemovedMember {
  readonly kind: 'removed';
}

/** A KeyPackage that waits for a Welcome. */
export interface PendingJoin extends Person {
  readonly kind: 'join';
  readonly bundle: KeyPackageBundle;
}

/** A member whose group was reinitialized, with its KeyPackage for the successor. */
export interface SuspendedGroup extends Person {
  readonly kind: 'reinit';
  readonly old: Group;
  /** Where the old group is, and where the successor goes, unless that id has been freed. */
  readonly stateId: number;
  readonly handshakeAs: HandshakeAs;
  readonly bundle: KeyPackageBundle;
}

export interface ExternalSigner {
  readonly kind: 'signer';
  readonly cipherSuite: number;
  readonly signatureKey: SignaturePrivateKey;
}

export type Entry = MemberState | RemovedMember | PendingJoin | SuspendedGroup | ExternalSigner;
export type Changes = Transaction<Entry>;

const names = {
  state: 'group state',
  removed: 'group state',
  join: 'pending join',
  reinit: 'suspended group',
  signer: 'external signer',
} as const;

const waiting = ['join', 'reinit', 'signer'] as const;
const members = ['state', 'removed'] as const;

export interface EntryTableOptions {
  /** Milliseconds, from any moment on. */
  readonly now?: () => number;
  /** Told of each entry that is given up because nobody used it. */
  readonly onExpired?: (message: string) => void;
}

/**
 * Removed members count as states: their ids still answer that they were removed, and without a bound a peer that removes and
 * joins in turns would fill the table with them.
 */
export function entryTable({ maxStates, stateLifetime, maxPendingJoins, pendingJoinLifetime }: ServiceLimits, options: EntryTableOptions = {}): StateTable<Entry> {
  const { now = () => performance.now(), onExpired = () => undefined } = options;
  const givenUp = (kinds: readonly Entry['kind'][], seconds: number, option: string): Expiry<Entry>[] => {
    if (seconds === 0) return [];
    const expired = (id: number, entry: Entry): void => {
      wipeUnlessShared(entry, states);
      onExpired(`the ${names[entry.kind]} with id ${id} is given up: no call used it for ${seconds} s (${option})`);
    };
    return [{ kinds, after: seconds * 1000, now, expired }];
  };
  const states: StateTable<Entry> = new StateTable(
    names,
    [
      { kinds: members, max: maxStates, what: 'group states', option: '--max-states' },
      { kinds: waiting, max: maxPendingJoins, what: 'pending joins, suspended groups and external signers', option: '--max-pending-joins' },
    ],
    [...givenUp(members, stateLifetime, '--state-lifetime'), ...givenUp(waiting, pendingJoinLifetime, '--pending-join-lifetime')],
  );
  return states;
}

/**
 * The member's state that `id` names.
 * @throws ServiceError `unknown_id`; MLSError `misuse` for one that was removed from its group
 */
export function memberState(changes: Changes, id: number): MemberState {
  const entry = changes.get(id, 'state', 'removed');
  usage(entry.kind === 'state', 'this member was removed from the group');
  return entry;
}

/** A member at the beginning of an epoch. */
export const newMember = (person: Person, place: Pick<MemberState, 'client' | 'group' | 'handshakeAs'>): MemberState => ({
  kind: 'state',
  cipherSuite: person.cipherSuite,
  identity: person.identity,
  psks: person.psks,
  ...place,
  pending: undefined,
  processed: undefined,
  reinitId: undefined,
  received: new Map(),
});

/** PSKs for one more entry, which `undo` wipes. */
export const copiedPsks = (psks: Person['psks'], undo?: DisposableStack): Person['psks'] =>
  new Map(
    Array.from(psks, ([key, { pskId, psk }]) => {
      const copy = new Secret(psk.expose().slice());
      undo?.use(copy);
      return [key, { pskId, psk: copy }];
    }),
  );

/** Moves a state into its next epoch and wipes what only the old one needed. */
export function enterEpoch(changes: Changes, id: number, state: MemberState, group: Group): void {
  changes.replace(id, newMember(state, { ...state, group }));
  changes.afterwards(() => {
    for (const old of groupsOf(state)) if (old !== group) old.dispose(group);
  });
}

/** Wipes all that an entry holds, because nobody will use it again. */
export function wipeEntry(entry: Entry): void {
  switch (entry.kind) {
    case 'state':
      for (const group of groupsOf(entry)) group.dispose();
      entry.client.signatureKey.dispose();
      return wipePsks(entry);
    case 'join':
    case 'reinit':
      wipeJoinKeys(entry.bundle);
      entry.bundle.signatureKey.dispose();
      return wipePsks(entry);
    case 'signer':
      return entry.signatureKey.dispose();
    case 'removed':
  }
}

/** Wipes the keys of a KeyPackage that was joined with; its signature key is the member's now. */
export function wipeJoinKeys({ initKey, encryptionKey }: KeyPackageBundle): void {
  initKey.dispose();
  encryptionKey.dispose();
}

/** Wipes the PSKs of an entry that is given up, and those that its client knows. */
export function wipePsks(entry: MemberState | PendingJoin | SuspendedGroup): void {
  for (const { psk } of entry.psks.values()) psk.dispose();
  if (entry.kind === 'state') entry.client.dispose();
}

/** A suspended group is also in the entry of its successor to be: whichever of the two goes last wipes it. */
export function wipeUnlessShared(entry: Entry, states: StateTable<Entry>): void {
  const isShared = entry.kind === 'state' && entry.reinitId !== undefined && states.peek(entry.reinitId)?.kind === 'reinit';
  if (isShared) wipePsks(entry);
  else wipeEntry(entry);
  if (entry.kind === 'reinit' && states.peek(entry.stateId) === undefined) wipeOld(entry);
}

/** Wipes the group that was reinitialized, with the signature key that its member had there. */
export function wipeOld({ old }: SuspendedGroup): void {
  old.dispose();
  old.state.signatureKey.dispose();
}

const groupsOf = ({ group, pending, processed }: MemberState): Group[] => [group, ...[pending, processed].flatMap((next) => next?.group ?? [])];
