/** The engine's bounds: each is an option with a default. */
import { defaultSecretTreeLimits, type SecretTreeLimits } from '../epoch/secret-tree.ts';

export interface Limits extends SecretTreeLimits {
  /** How many epochs back application messages are still opened and resumption PSKs are kept (R-8.6-01). Default 32. */
  readonly pastEpochs: number;
  /** Longest message that is taken in, in bytes. Default 64 MiB: a Welcome with the tree for 100,000 members fits. */
  readonly messageBytes: number;
  /** Proposals kept for the current epoch. Default 16,384. */
  readonly pendingProposals: number;
  /** Most leaves, blank ones counted, of a group that is joined or grows. Default 2^20. */
  readonly leaves: number;
}

export const defaultLimits: Limits = {
  ...defaultSecretTreeLimits,
  pastEpochs: 32,
  messageBytes: 64 * 2 ** 20,
  pendingProposals: 16_384,
  leaves: 2 ** 20,
};
