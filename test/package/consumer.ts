/** What somebody writes who has installed the package: check-pack.sh runs it and checks its types against the packed declarations. */
import { add, createClient, MLSError, nativeProvider, type Group, type Policy, type Received } from 'mls-interop';

const policy: Policy = {
  validateCredential: ({ credential }) => credential.credentialType === 'basic',
  isSuccessor: () => false,
  clientOf: ({ credential }) => (credential.credentialType === 'basic' ? new TextDecoder().decode(credential.identity) : ''),
  authorizeProposal: () => true,
  allowExternalCommit: () => false,
  allowResync: () => false,
  maximumLifetime: 90n * 86_400n,
  now: () => BigInt(Math.floor(Date.now() / 1000)),
  clockSkew: 3600n,
  expiredMembers: 'refused',
};
const crypto = nativeProvider();
const alice = await createClient({ crypto, cipherSuite: 1, credential: 'alice', policy });
const bob = await createClient({ crypto, cipherSuite: 1, credential: 'bob', policy });

const { group, welcome } = await (await alice.createGroup()).commit({ proposals: [add((await bob.createKeyPackage()).message)] });
const joined: Group = await bob.join(welcome!);
const received: Received = await group.receive(await joined.send(new TextEncoder().encode('hello')));
if (received.kind !== 'application') throw new Error(`unexpected ${received.kind}`);
console.log(`${new TextDecoder().decode(received.data)} at epoch ${joined.epoch}`);

const refusal: unknown = await bob.join(new Uint8Array(3)).catch((error: unknown) => error);
if (!(refusal instanceof MLSError) || refusal.code !== 'malformed') throw new Error('an octet string that is no message was not refused as such');
