/** What the referee answers where RFC 9420 leaves it to the application: all that a script may ask of its actors is allowed. */
import { hex } from '../../mls/bytes.ts';
import type { LeafIdentity, Policy } from '../../mls/policy.ts';

/** Seconds by which the clocks of two implementations under test may differ. */
const clockSkew = 3_600n;

/** @param time at which lifetimes are judged, in seconds since the Unix epoch */
export const refereePolicy = (time: bigint): Policy => ({
  validateCredential: ({ credential }) => credential.credentialType === 'basic',
  isSuccessor: ({ current, next }) => clientOf(current) === clientOf(next),
  clientOf,
  authorizeProposal: () => true,
  allowExternalCommit: () => true,
  allowResync: ({ removed, leafNode }) => clientOf(removed) === clientOf(leafNode),
  maximumLifetime: 'unlimited',
  now: () => time,
  clockSkew,
  expiredMembers: 'accepted',
});

const clientOf = ({ credential, signatureKey }: LeafIdentity): string =>
  credential.credentialType === 'basic' ? hex(credential.identity) : `key ${hex(signatureKey)}`;
