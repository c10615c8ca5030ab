/** The service's own answers to what RFC 9420 leaves to the application: what a test runner needs, no more and no less. */
import { hex } from '../mls/bytes.ts';
import type { Policy } from '../mls/policy.ts';
import type { LeafNode } from '../mls/wire/leaf-node.ts';

/** Seconds by which the clocks of two implementations under test may differ. */
const clockSkew = 3_600n;

/**
 * Basic credentials, each taken at its word; equal identity bytes mean the same client and a valid successor; new members and
 * external senders may propose, and anyone may join by external Commit or take its own former place.
 * @param maxLifetime longest accepted lifetime of a KeyPackage in seconds; unlimited when undefined
 */
export const servicePolicy = (maxLifetime: bigint | undefined): Policy => ({
  validateCredential: ({ credential }) => credential.credentialType === 'basic',
  isSuccessor: ({ current, next }) => clientOf(current) === clientOf(next),
  clientOf,
  authorizeProposal: () => true,
  allowExternalCommit: () => true,
  allowResync: ({ removed, leafNode }) => clientOf(removed) === clientOf(leafNode),
  maximumLifetime: maxLifetime ?? 'unlimited',
  now: () => BigInt(Math.floor(Date.now() / 1000)),
  clockSkew,
  // A tree in a script may be older than its members' KeyPackages allow; judging it is the runner's business.
  expiredMembers: 'accepted',
});

/** Credentials other than basic are refused before this is asked; a key keeps them apart all the same. */
const clientOf = ({ credential, signatureKey }: LeafNode): string =>
  credential.credentialType === 'basic' ? hex(credential.identity) : `key ${hex(signatureKey)}`;
