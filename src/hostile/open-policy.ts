/** A policy for tests: basic credentials; equal identities are one client; everything an application may refuse is allowed. */
import type { Policy } from '../index.ts';
import type { LeafIdentity } from '../mls/policy.ts';
import { hex } from '../mls/bytes.ts';

const identityOf = ({ credential }: Pick<LeafIdentity, 'credential'>): string =>
  credential.credentialType === 'basic' ? hex(credential.identity) : hex(credential.certificates[0]?.certData ?? new Uint8Array(0));

export const openPolicy: Policy = {
  validateCredential: () => true,
  isSuccessor: ({ current, next }) => identityOf(current) === identityOf(next),
  clientOf: identityOf,
  authorizeProposal: () => true,
  allowExternalCommit: () => true,
  allowResync: () => true,
  maximumLifetime: 'unlimited',
  now: () => BigInt(Math.floor(Date.now() / 1000)),
  clockSkew: 3600n,
  expiredMembers: 'refused',
};

export const policyWith = (changes: Partial<Policy>): Policy => ({ ...openPolicy, ...changes });
