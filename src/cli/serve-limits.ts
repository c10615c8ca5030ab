/** The options of `serve` that bound what callers and peers can take: one for each limit of the service and of its engine. */
import { Option } from 'commander';
import { defaultLimits, type ServiceLimits } from '../service/options.ts';

export interface LimitOption {
  readonly flag: string;
  readonly meaning: string;
  /** The lowest value that makes sense; 1 when absent. */
  readonly least?: number;
}

type OwnLimit = Exclude<keyof ServiceLimits, 'engine'>;
type EngineLimit = keyof ServiceLimits['engine'];

const own: { readonly [limit in OwnLimit]: LimitOption } = {
  maxMessageBytes: { flag: '--max-message-bytes', meaning: 'longest request in bytes; the default has room for a Welcome to 10,000 members five times over' },
  maxFields: { flag: '--max-fields', meaning: 'fields in one request, repeated and nested ones counted' },
  maxNesting: { flag: '--max-nesting', meaning: 'groups inside groups in one request, as unknown fields may have them', least: 0 },
  maxPsks: { flag: '--max-psks', meaning: 'external PSKs that one state or pending join may have' },
  maxStates: { flag: '--max-states', meaning: 'group states alive at one time, also those of members that were removed or superseded and that nobody has freed' },
  stateLifetime: { flag: '--state-lifetime', meaning: 'seconds that a group state may go unused before it is given up; 0: for ever', least: 0 },
  maxPendingJoins: { flag: '--max-pending-joins', meaning: 'pending joins, suspended groups and external signers alive at one time' },
  pendingJoinLifetime: { flag: '--pending-join-lifetime', meaning: 'seconds that a pending join, suspended group or external signer may go unused before it is given up; 0: for ever', least: 0 },
  maxConcurrentCalls: { flag: '--max-concurrent-calls', meaning: 'calls being worked on at one time' },
  maxCallSeconds: { flag: '--max-call-seconds', meaning: 'time a call may take, waiting included' },
  stopGraceSeconds: { flag: '--stop-grace-seconds', meaning: 'time that calls in flight get when the service stops' },
};

const engine: { readonly [limit in EngineLimit]: LimitOption } = {
  leaves: { flag: '--max-leaves', meaning: 'leaves of a group, blank ones counted' },
  messageElements: { flag: '--max-message-elements', meaning: 'elements of lists in one MLS message or ratchet tree; of numbers 16 count as one' },
  extensions: { flag: '--max-extensions', meaning: 'extensions in one list: of a group, GroupInfo, KeyPackage, leaf or ReInit' },
  pendingProposals: { flag: '--max-pending-proposals', meaning: 'proposals kept for one epoch of a group' },
  pendingProposalBytes: { flag: '--max-pending-proposal-bytes', meaning: 'their length together' },
  psks: { flag: '--max-commit-psks', meaning: 'PSKs that one Commit mixes in' },
  forwardSteps: { flag: '--max-forward-steps', meaning: 'how far ahead of the last one from its sender a message may be' },
  outOfOrderKeys: { flag: '--out-of-order-keys', meaning: 'keys kept, per sender, of messages that have not come yet', least: 0 },
  pastEpochs: { flag: '--past-epochs', meaning: 'epochs whose late messages are opened and whose resumption PSKs are kept', least: 0 },
};

export interface LimitRow extends LimitOption {
  readonly value: number;
  /** What it is called in ServiceLimits, or in the engine's Limits. */
  readonly limit: OwnLimit | EngineLimit;
  readonly of: 'service' | 'engine';
}

/** All of them with their defaults, those of the service first. */
export const limitRows: readonly LimitRow[] = [
  ...entriesOf(own).map(([limit, option]): LimitRow => ({ ...option, limit, of: 'service', value: defaultLimits[limit] })),
  ...entriesOf(engine).map(([limit, option]): LimitRow => ({ ...option, limit, of: 'engine', value: defaultLimits.engine[limit] })),
];

/** The limits that the flags of a command line set, by the names that commander gives them. */
export const limitsOf = (flags: Readonly<Record<string, unknown>>): ServiceLimits => ({ ...chosen(own, flags), engine: chosen(engine, flags) });

const chosen = <L extends string>(options: { readonly [limit in L]: LimitOption }, flags: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(entriesOf(options).map(([limit, { flag }]) => [limit, flags[new Option(flag).attributeName()]])) as { readonly [limit in L]: number };

function entriesOf<L extends string>(options: { readonly [limit in L]: LimitOption }): readonly (readonly [L, LimitOption])[] {
  return Object.entries(options) as [L, LimitOption][];
}
