/** The engine's bounds: each is an option with a default. */
import { defaultSecretTreeLimits, type SecretTreeLimits } from '../epoch/secret-tree.ts';
import { defaultMaxElements, defaultMaxExtensions } from '../wire/cursor.ts';

export interface Limits extends SecretTreeLimits {
  /** How many epochs back application messages are still opened and resumption PSKs are kept (R-8.6-01). Default 32. */
  readonly pastEpochs: number;
  /** Longest message that is taken in, in bytes. Default 64 MiB: a Welcome with the tree for 100,000 members fits. */
  readonly messageBytes: number;
  /** Most elements of vectors in a message, and in a ratchet tree; of numbers 16 count as one. Default 524,288: 100,000 members fit. */
  readonly messageElements: number;
  /** Most extensions in one list: of a GroupContext, GroupInfo, KeyPackage, leaf or ReInit. Default 256. */
  readonly extensions: number;
  /** Proposals kept for the current epoch. Default 16,384. */
  readonly pendingProposals: number;
  /** Their length together, in bytes. Default 64 MiB. */
  readonly pendingProposalBytes: number;
  /** PSKs that one Commit mixes in. Default 1,024. */
  readonly psks: number;
  /** Most leaves, blank ones counted, of a group that is joined or grows. Default 2^20. */
  readonly leaves: number;
}

export const defaultLimits: Limits = {
  ...defaultSecretTreeLimits,
  pastEpochs: 32,
  messageBytes: 64 * 2 ** 20,
  messageElements: defaultMaxElements,
  extensions: defaultMaxExtensions,
  pendingProposals: 16_384,
  pendingProposalBytes: 64 * 2 ** 20,
  psks: 1_024,
  leaves: 2 ** 20,
};
