/** What a service can be told, with the defaults. The command `serve` has an option for each. */
import type { CryptoProvider } from '../mls/crypto/provider.ts';
import { defaultLimits as engineDefaults, type Limits } from '../mls/group/limits.ts';

/** What protects the service's memory and time. Past any of them a caller gets RESOURCE_EXHAUSTED unless said otherwise. */
export interface ServiceLimits {
  /** Longest request accepted, in bytes. Responses have no limit here: the caller's own applies. */
  readonly maxMessageBytes: number;
  /** Fields in one request, counting repeated and nested ones: bounds what a small request can make of memory. */
  readonly maxFields: number;
  /** Groups inside groups in one request. No message of the interface has any: they come as fields that it does not know. */
  readonly maxNesting: number;
  /** External PSKs that one state or pending join may have. */
  readonly maxPsks: number;
  /** Group states alive at one time, those of removed members counted; one of a small group takes about 20 KB. */
  readonly maxStates: number;
  /** Seconds that a group state may go unused; then it is given up as a pending join is. 0: never. */
  readonly stateLifetime: number;
  /** Pending joins, suspended groups and external signers alive at one time, together; about 5 KB each. */
  readonly maxPendingJoins: number;
  /**
   * Seconds that a pending join, suspended group or external signer may go unused; then it is given up, and its id is unknown.
   * Callers that leave without Free would fill a long-lived service otherwise. 0: never.
   */
  readonly pendingJoinLifetime: number;
  /** Calls being worked on at one time, over all connections. */
  readonly maxConcurrentCalls: number;
  /** Seconds a call may take, waiting included; then DEADLINE_EXCEEDED, and the call changes nothing. */
  readonly maxCallSeconds: number;
  /** Seconds that calls in flight get to finish when the service stops; then they are cut off with UNAVAILABLE. */
  readonly stopGraceSeconds: number;
  /** The engine's own bounds: group size, elements and extensions of a message, pending proposals, PSKs, receive windows, past epochs. */
  readonly engine: Omit<Limits, 'messageBytes'>;
}

/**
 * A Welcome to 10,000 members, in the suite with the longest keys (5: P-521, SHA-512) and with identities of 30 bytes, takes
 *
 *   10,000 entries with kem_output, joiner and path secret:                                355 bytes each =  3.6 MB
 *   10,000 leaves with two keys, signature, credential, capabilities:                      516 bytes each =  5.2 MB
 *   up to 10,000 parent nodes with key, parent hash and on average half of 14 unmerged leaves: 240 bytes each =  2.4 MB
 *
 * together 11 MB. The longest request is the HandleCommit that tells a member of all these additions by reference: 10,000
 * framed Adds of 1,023 bytes and their references, 11 MB; by value 8 MB. The default leaves room for long identities and
 * extensions five times over.
 */
const defaultMaxMessageBytes = 64 * 1024 * 1024;

export const defaultLimits: ServiceLimits = {
  maxMessageBytes: defaultMaxMessageBytes,
  maxFields: 262_144,
  maxNesting: 100,
  maxPsks: 1_024,
  maxStates: 65_536,
  stateLifetime: 86_400,
  maxPendingJoins: 65_536,
  pendingJoinLifetime: 3_600,
  maxConcurrentCalls: 1_024,
  maxCallSeconds: 120,
  stopGraceSeconds: 30,
  engine: engineDefaults,
};

export interface TLSFiles {
  /** PEM files: the certificate chain and its private key. */
  readonly certificate: string;
  readonly key: string;
  /** PEM file of the authorities whose clients may call; when given, a client without a certificate is turned away. */
  readonly clientAuthorities?: string | undefined;
}

export interface ServiceOptions {
  /** HOST:PORT; port 0 takes a free one. Loopback by default: the rpcs hand out private keys. */
  readonly listen: string;
  /** What the rpc Name answers. */
  readonly name: string;
  readonly crypto: CryptoProvider;
  /** Numbers of the suites offered; all of the provider's by default. */
  readonly suites: readonly number[];
  /** Whether leaves, KeyPackages and groups made here carry GREASE values. */
  readonly grease: boolean;
  /** Whether KeyPackages with GREASE extensions that their leaf does not list are accepted (R-10-10, mlspp#470). */
  readonly acceptUnlistedGrease: boolean;
  /** Longest lifetime of a KeyPackage that is accepted, in seconds; unlimited when absent. */
  readonly maxLifetime?: bigint | undefined;
  readonly tls?: TLSFiles | undefined;
  readonly reflection: boolean;
  /** One line of JSON per rpc on stderr. Without it only bugs of ours and the first of each kind of warning are logged. */
  readonly log: boolean;
  readonly limits: ServiceLimits;
}

export const defaultOptions = {
  listen: '127.0.0.1:50051',
  name: 'mls-interop',
  grease: true,
  acceptUnlistedGrease: true,
  reflection: true,
  log: false,
  limits: defaultLimits,
} as const satisfies Partial<ServiceOptions>;
