/**
 * What the runner can see in messages without being a member: PublicMessages and GroupInfos. A PrivateMessage hides its
 * content and a Welcome its GroupInfo; what cannot be seen is said to be hidden, never taken for granted.
 */
import { MLSError } from '../mls/errors.ts';
import { ExternalSenders, type Extension } from '../mls/wire/extension.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import { decode } from '../mls/wire/presentation-language.ts';
import type { Commit } from '../mls/wire/proposal.ts';
import { extensionTypes, greaseValues } from '../mls/wire/registries.ts';
import { RatchetTreeNodes } from '../mls/wire/tree-node.ts';

export type Seen<T> = { readonly seen: T } | { readonly hidden: string };

const wireFormats = [undefined, 'PublicMessage', 'PrivateMessage', 'Welcome', 'GroupInfo', 'KeyPackage'] as const;

/** From the first four bytes; the rest need not decode. */
export function wireFormat(message: Uint8Array): Seen<string> {
  if (message.length < 4 || message[0] !== 0 || message[1] !== 1 || message[2] !== 0) return { hidden: 'not an MLSMessage of version mls10' };
  const format = wireFormats[message[3]!];
  return format === undefined ? { hidden: `wire format ${message[3]}` } : { seen: format };
}

/** What a script can ask about a Commit. */
export interface CommitFacts {
  readonly path: boolean;
  readonly byReference: number;
  readonly byValue: number;
  readonly removes: number;
  /** The ids of the external PSKs that it injects by value, in order. */
  readonly externalPsks: readonly Uint8Array[];
}

export function commitFacts(message: Uint8Array): Seen<CommitFacts> {
  return look<CommitFacts>(message, (decoded) => {
    if (decoded.wireFormat === 'mls_private_message') return { hidden: 'the Commit is encrypted' };
    if (decoded.wireFormat !== 'mls_public_message') return { hidden: 'not a Commit' };
    const { content } = decoded.publicMessage;
    if (content.contentType !== 'commit') return { hidden: 'not a Commit' };

    return { seen: factsOfCommit(content.commit) };
  });
}

export function factsOfCommit({ proposals, path }: Commit): CommitFacts {
  const values = proposals.flatMap((entry) => (entry.type === 'proposal' ? [entry.proposal] : []));
  return {
    path: path !== undefined,
    byReference: proposals.length - values.length,
    byValue: values.length,
    removes: values.filter(({ proposalType }) => proposalType === 'remove').length,
    externalPsks: values.flatMap((value) => (value.proposalType === 'psk' && value.psk.psktype === 'external' ? [value.psk.pskId] : [])),
  };
}

/** What a script can ask about a group, from the GroupInfo of a member. */
export interface GroupFacts {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly cipherSuite: number;
  /** Of the GroupContext, without GREASE. */
  readonly extensions: ReadonlyMap<number, Uint8Array>;
  readonly externalSenders: number;
  /** Whether it has external_pub, which an external join needs. */
  readonly externalPub: boolean;
  /** Absent without a ratchet_tree extension. */
  readonly members: number | undefined;
}

export function groupFacts(message: Uint8Array): Seen<GroupFacts> {
  return look<GroupFacts>(message, (decoded) => {
    if (decoded.wireFormat !== 'mls_group_info') return { hidden: 'not a GroupInfo' };
    const { groupContext } = decoded.groupInfo;
    const ofGroup = byType(groupContext.extensions);
    const own = byType(decoded.groupInfo.extensions);
    const tree = own.get(extensionTypes.ratchet_tree);
    const senders = ofGroup.get(extensionTypes.external_senders);
    const seen = {
      groupId: groupContext.groupId,
      epoch: groupContext.epoch,
      cipherSuite: groupContext.cipherSuite,
      extensions: ofGroup,
      externalSenders: senders === undefined ? 0 : decode(ExternalSenders, senders, 'external_senders').length,
      externalPub: own.has(extensionTypes.external_pub),
      members: tree === undefined ? undefined : decode(RatchetTreeNodes, tree, 'ratchet_tree').filter((node) => node?.nodeType === 'leaf').length,
    };
    return { seen };
  });
}

const byType = (extensions: readonly Extension[]): Map<number, Uint8Array> =>
  new Map(extensions.filter(({ extensionType }) => !greaseValues.includes(extensionType)).map(({ extensionType, extensionData }) => [extensionType, extensionData]));

/** What fails to decode is hidden, and says why. */
function look<T>(message: Uint8Array, see: (decoded: MLSMessage) => Seen<T>): Seen<T> {
  try {
    return see(decode(MLSMessage, message, 'MLSMessage'));
  } catch (error) {
    if (error instanceof MLSError) return { hidden: `does not decode: ${error.message}` };
    throw error;
  }
}

/** A question about something that may be hidden. */
export function whether<T>(seen: Seen<T>, holds: (value: T) => boolean): Seen<boolean> {
  return 'hidden' in seen ? seen : { seen: holds(seen.seen) };
}
