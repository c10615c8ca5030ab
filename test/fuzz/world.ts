/**
 * A group that is the same, to the last byte, in every process: the inputs kept in the corpus are messages of it. All its
 * randomness comes from a seed, its clock stands still, and its people act one after another.
 */
import { add, createClient, externalPsk, nativeProvider, update, type Client, type ClientOptions, type Group, type Policy, type SignaturePrivateKey } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { delivered } from '../../src/hostile/people.ts';
import { seededRandom } from '../../src/vectors/seeded-random.ts';

/** Seconds since 1970. */
export const worldTime = 1_800_000_000n;

const crypto = nativeProvider({ random: seededRandom('the fuzzed world') });
export const suite = crypto.cipherSuite(1);
const policy: Policy = { ...openPolicy, now: () => worldTime };

export const pskId = utf8('psk');

/** A client of the world, which knows its PSK. */
export async function worldClient(credential: string, options: Partial<ClientOptions> = {}): Promise<Client> {
  const client = await createClient({ crypto, cipherSuite: 1, credential, policy, handshakeAs: 'public', grease: false, ...options });
  client.storePsk(pskId, utf8('the value of the psk'));
  return client;
}

export interface World {
  readonly clients: readonly Client[];
  /** Of alice, bob, carol and dave, at leaves 0 to 3, in one epoch; nobody's parents are blank. */
  readonly groups: readonly Group[];
  /** Of the group's external sender. */
  readonly externalKey: SignaturePrivateKey;
  /** Of erin, who is in no group. */
  readonly keyPackage: KeyPackageBundle;
}

const names = ['alice', 'bob', 'carol', 'dave'] as const;

export async function makeWorld(): Promise<World> {
  const clients: Client[] = [];
  for (const name of names) clients.push(await worldClient(name));
  const externalKey = await suite.generateSignatureKey();
  const senders = knownExtension('external_senders', [{ signatureKey: externalKey.publicKey, credential: { credentialType: 'basic', identity: utf8('signer') } }]);
  const [alice, ...others] = clients as [Client, ...Client[]];
  const created = await alice.createGroup({ groupId: utf8('fuzzed'), extensions: [senders] });
  const keyPackages: Uint8Array[] = [];
  for (const client of others) keyPackages.push((await client.createKeyPackage()).message);
  const { group, welcome } = await created.commit({ proposals: keyPackages.map((keyPackage) => add(keyPackage)) });
  let groups = [group];
  for (const client of others) groups.push(await client.join(welcome!));
  for (let i = 0; i < groups.length; i++) {
    const next = await groups[i]!.commit();
    const all: Group[] = [];
    for (const [j, other] of groups.entries()) all.push(i === j ? next.group : await delivered(other, next.commit));
    groups = all;
  }
  const keyPackage = await (await worldClient('erin')).createKeyPackage();
  return { clients, groups, externalKey, keyPackage };
}

/** Messages of alice that every other member accepts, by name. */
export async function honestMessages({ groups, keyPackage }: World): Promise<Readonly<Record<string, Uint8Array>>> {
  const alice = groups[0]!;
  const encrypted = await (await worldClient('alice', { handshakeAs: 'private' })).restore(alice.encode({ reserve: 2 }));
  const proposals = [add(keyPackage.message), externalPsk(pskId)];
  return {
    commit: (await alice.commit()).commit,
    commitOfMany: (await alice.commit({ proposals })).commit,
    proposal: (await alice.propose(update())).message,
    data: await alice.send(utf8('hello'), { authenticatedData: utf8('aad'), padding: 8 }),
    encryptedProposal: (await encrypted.propose(add(keyPackage.message))).message,
    encryptedCommit: (await encrypted.commit({ proposals })).commit,
  };
}
