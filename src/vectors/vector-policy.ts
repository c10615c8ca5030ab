/** What the application decides about the histories in vectors: everybody is who they say they are, and may do what they do. */
import { hex } from '../mls/bytes.ts';
import type { Policy } from '../mls/policy.ts';
import { encode } from '../mls/wire/presentation-language.ts';
import { Credential } from '../mls/wire/credential.ts';

/** @param now seconds since the Unix epoch, or undefined to judge no lifetime */
export const vectorPolicy = (now: bigint | undefined): Policy => ({
  validateCredential: () => true,
  isSuccessor: () => true,
  // As in the interop service: one identity is one client.
  clientOf: ({ credential }) => hex(encode(Credential, credential)),
  authorizeProposal: () => true,
  allowExternalCommit: () => true,
  allowResync: () => true,
  maximumLifetime: 'unlimited',
  now: () => now,
  clockSkew: 0n,
  expiredMembers: now === undefined ? 'accepted' : 'refused',
});
