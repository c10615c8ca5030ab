/** What the referee finds wrong, before it is decided who is to be believed. */
import type { MLSError } from '../../mls/errors.ts';
import type { RequirementId } from '../../mls/requirements.ts';
import type { MessageKind } from '../../report/record/record.ts';

/** A message of the case, named by its bytes. */
export interface Message {
  readonly kind: MessageKind;
  readonly bytes: Uint8Array;
  /** The actor whose answer it was. */
  readonly sender: string;
  readonly step: number;
  /** Index of the call among the record's calls. */
  readonly call: number;
  /** Made inside of `expectFailure`: what is wrong with it is meant to be. */
  readonly excused: boolean;
  readonly reactions: Reaction[];
}

export const messageNames: Readonly<Record<MessageKind, string>> = {
  key_package: 'KeyPackage',
  proposal: 'Proposal',
  commit: 'Commit',
  welcome: 'Welcome',
  group_info: 'GroupInfo',
  application: 'application message',
};

/** What one actor did with a message. */
export interface Reaction {
  readonly actor: string;
  readonly step: number;
  readonly rpc: string;
  readonly accepted: boolean;
  /** In the actor's own words, of a refusal. */
  readonly says?: string;
  /** Whether a refusal is most likely about this message, and not about another of the same call. */
  readonly main: boolean;
}

/** A message that a shadow, or anybody who looks, has to refuse. */
export interface Objection {
  readonly message: Message;
  readonly requirement?: RequirementId | undefined;
  readonly differs?: string | undefined;
  /** What is wrong, as a clause: `the confirmation_tag differs`. */
  readonly says: string;
  /** Whose shadow refuses; undefined for what needs no secrets. */
  readonly by: string | undefined;
  /** Of a value recomputed otherwise that is exactly the one found: how. */
  readonly recomputed?: string | undefined;
  readonly field?: { readonly path: string; readonly offset: number } | undefined;
  /** Whether anybody can read it in the bytes, such as the length of a key: then it is not our engine's word. */
  readonly plain?: boolean;
}

/**
 * Whether it can be shown without our engine: by the bytes, or by recomputing a value that RFC 9420 defines, as whoever holds
 * the keys can. Anything else is how our engine applies the rules.
 */
export const isProof = ({ plain, field, recomputed, differs }: Objection): boolean => plain === true || field !== undefined || recomputed !== undefined || differs !== undefined;

/** An answer other than what a shadow computes. */
export interface Departure {
  readonly actor: string;
  readonly step: number;
  readonly rpc: string;
  readonly differs: string;
  readonly requirement: RequirementId;
  readonly found: Uint8Array;
  readonly right: Uint8Array;
  /** Whose shadow; undefined when the answer is wrong whatever the epoch is. */
  readonly by: string | undefined;
  readonly epoch: string;
  /** All who gave such an answer in that epoch, the departing ones included. */
  readonly holders: readonly { readonly actor: string; readonly value: Uint8Array }[];
  readonly recomputed?: string | undefined;
  readonly excused: boolean;
}

/** The value that is not what it must be when a rule is broken, where the rule is about one that can be recomputed or compared. */
const values: Partial<Record<RequirementId, string>> = {
  'R-5.1.1-03': 'signature_key',
  'R-5.1.2-01': 'signature_key',
  'R-5.1.2-02': 'signature',
  'R-6.1-02': 'signature',
  'R-6.1-03': 'signature',
  'R-6.1-04': 'signature',
  'R-6.1-06': 'signature',
  'R-6.1-08': 'signature',
  'R-6.1-10': 'signature',
  'R-6.1-12': 'signature',
  'R-6.2-04': 'membership tag',
  'R-6.3.1-03': 'padding',
  'R-6.3.1-10': 'signature',
  'R-7.5-11': 'path secret',
  'R-7.6-04': 'path secret',
  'R-7.9.2-01': 'parent hash',
  'R-7.9.2-04': 'parent hash',
  'R-7.9.2-07': 'parent hash',
  'R-8.3-02': 'confirmation tag',
  'R-9.1-04': 'generation',
  'R-10-06': 'signature',
  'R-11.2-01': 'GroupContext',
  'R-12.1.4-01': 'psk_nonce',
  'R-12.4.2-07': 'encryption_key of the path leaf',
  'R-12.4.2-08': 'encryption_key of the path',
  'R-12.4.2-09': 'confirmation tag',
  'R-12.4.3-06': 'signature',
  'R-12.4.3.1-10': 'tree hash',
  'R-12.4.3.1-15': 'leaf node',
  'R-12.4.3.1-18': 'path secret',
  'R-12.4.3.1-21': 'confirmation tag',
  'R-12.4.3.3-08': 'tree hash',
};

/** Rules that bind a receiver, with the rule that the sender must have broken for a receiver to come upon them. */
const ofTheSender: Partial<Record<RequirementId, RequirementId>> = {
  // Each message is taken in once, right after it was made: its key can have been used by nothing but another message.
  'R-9.1-05': 'R-9.1-04',
};

export function objectionTo(message: Message, error: MLSError, by: string | undefined): Objection {
  const requirement = error.requirement && (ofTheSender[error.requirement] ?? error.requirement);
  const field = error.path === undefined || error.offset === undefined ? undefined : { path: error.path, offset: error.offset };
  return { message, requirement, differs: requirement && values[requirement], says: withoutId(error), by, field };
}

const withoutId = ({ message, requirement }: MLSError): string => (requirement === undefined ? message : message.replace(`${requirement}: `, ''));
