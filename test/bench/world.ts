/**
 * The groups that every implementation joins, made by our native engine: a cold one, in which nobody has committed but the
 * creator, and a warm one, in which half of the members have.
 */
import { add, createClient, Group, type CryptoProvider } from '../../src/index.ts';
import type { HPKEPrivateKey, SignaturePrivateKey } from '../../src/mls/crypto/provider.ts';
import { asLeafIndex, toNodeIndex } from '../../src/mls/tree/tree-math.ts';
import type { PrivateKeys } from '../../src/mls/tree/treekem.ts';
import type { Member } from './engine.ts';
import { clientOf, clientOptions } from './ours.ts';

/** One epoch, at its first and its last member. */
export interface Stage {
  /** For the member at the last leaf. */
  readonly welcome: Uint8Array;
  readonly last: Member;
  readonly lastLeaf: number;
  /** The member at leaf 0, as a group of our native engine. */
  readonly first: Group;
  /** The first member again, with nothing received yet: it judges what the last member sends. */
  judge(): Promise<Group>;
  /** The first member's n-th update Commit and n-th message; all engines get the same ones in the same order. */
  update(n: number): Promise<PeerCommit>;
  message(n: number): Promise<Uint8Array>;
}

export interface PeerCommit {
  readonly commit: Uint8Array;
  /** Of the epoch it begins. */
  readonly epochAuthenticator: Uint8Array;
}

export interface World {
  readonly size: number;
  readonly cipherSuite: number;
  readonly creator: Member;
  /** KeyPackages of the `size` - 1 other members. */
  readonly others: readonly Uint8Array[];
  /** Not in the group. */
  readonly newcomer: Member;
  readonly cold: Stage;
  readonly warm: Stage;
}

/** What the application sends, 1 KiB. */
export const applicationData = new Uint8Array(1024).fill(0x61);

interface Identity extends Member {
  readonly leafKey: HPKEPrivateKey;
  readonly signer: SignaturePrivateKey;
}

/** @param size members of both groups, at least 3 */
export async function makeWorld(crypto: CryptoProvider, cipherSuite: number, size: number): Promise<World> {
  const identities: Identity[] = [];
  for (let i = 0; i <= size; i++) identities.push(await makeIdentity(crypto, cipherSuite, `member ${i}`));
  const [creator, newcomer] = [identities[0]!, identities.pop()!];
  const others = identities.slice(1);
  const client = await createClient({ ...clientOptions, crypto, cipherSuite, credential: 'member 0', signatureKey: creator.signer });
  const last = others.at(-1)!;

  const adding = await (await client.createGroup()).commit({ proposals: others.map(({ keyPackage }) => add(keyPackage)) });
  const cold = stage({ crypto, welcome: adding.welcome!, creator, last, lastLeaf: size - 1, first: adding.group });
  const warm = stage({ crypto, ...(await warmUp(await client.createGroup(), identities)) });
  return { size, cipherSuite, creator, others: others.map(({ keyPackage }) => keyPackage), newcomer, cold, warm };
}

async function makeIdentity(crypto: CryptoProvider, cipherSuite: number, name: string): Promise<Identity> {
  const client = await createClient({ ...clientOptions, crypto, cipherSuite, credential: name });
  const { message, initKey, encryptionKey } = await client.createKeyPackage();
  return {
    keyPackage: message,
    initKey: initKey.serialize(),
    encryptionKey: encryptionKey.serialize(),
    signatureKey: client.signatureKey.serialize(),
    signaturePublicKey: client.signatureKey.publicKey,
    leafKey: encryptionKey,
    signer: client.signatureKey,
  };
}

interface StageParts extends Pick<Stage, 'welcome' | 'lastLeaf' | 'first'> {
  readonly last: Identity;
  readonly creator: Identity;
  readonly crypto: CryptoProvider;
}

/**
 * All but the last member are added, every second one commits, the first of them last; then the one before the last leaf adds
 * the last member with a path, which leaves no parent with unmerged leaves: ts-mls refuses most trees that have some.
 */
async function warmUp(created: Group, identities: readonly Identity[]): Promise<Omit<StageParts, 'crypto'>> {
  const [creator, last] = [identities[0]!, identities.at(-1)!];
  const lastLeaf = identities.length - 1;
  const toAdd = identities.slice(1, lastLeaf).map(({ keyPackage }) => add(keyPackage));
  let { group } = await created.commit({ proposals: toAdd });
  const committers = bitReversed(lastLeaf - 1).filter((leaf) => leaf % 2 === 0 && leaf !== 0);
  for (const leaf of [...committers, 0]) group = (await asMember(group, leaf, identities[leaf]!).commit()).group;

  const adder = asMember(group, lastLeaf - 1, identities[lastLeaf - 1]!);
  const adding = await adder.commit({ proposals: [add(last.keyPackage)], forcePath: true });
  const received = await group.receive(adding.commit);
  if (received.kind !== 'commit') throw new Error(received.kind);
  const first = new Group({ ...received.group.state, settings: created.state.settings, pastEpochs: [] });
  return { welcome: adding.welcome!, creator, last, lastLeaf, first };
}

/** The numbers below `count`, far apart ones first: every Commit then warms up what the next ones encrypt to. */
function bitReversed(count: number): number[] {
  const bits = Math.ceil(Math.log2(count));
  const reversed = (n: number) => parseInt(n.toString(2).padStart(bits, '0').split('').reverse().join(''), 2);
  return Array.from({ length: 2 ** bits }, (_, n) => reversed(n)).filter((n) => n < count);
}

/**
 * The group as another member sees it. All members know the same secrets of an epoch; what differs is the leaf, its
 * signature key and, to receive a path, the private keys. So thousands of Commits need not be received by everybody. They
 * are public, because a secret tree serves one member.
 */
function asMember(group: Group, leaf: number, { signer, leafKey }: Identity, keys?: PrivateKeys): Group {
  const ownLeafIndex = asLeafIndex(leaf);
  const privateKeys = keys ?? new Map([[toNodeIndex(ownLeafIndex), leafKey]]);
  const settings = { ...group.state.settings, handshakeAs: 'public' as const };
  return new Group({ ...group.state, settings, ownLeafIndex, signatureKey: signer, privateKeys, pastEpochs: [] });
}

function stage(parts: StageParts): Stage {
  const { first, last, creator, crypto } = parts;
  return {
    ...parts,
    async judge() {
      const joined = await joinNatively(crypto, first.cipherSuite, last, parts.welcome);
      return asMember(joined, 0, creator, first.state.privateKeys);
    },
    update: inOrder(async () => {
      const { commit, group } = await first.commit();
      return { commit, epochAuthenticator: group.epochAuthenticator };
    }),
    message: inOrder(() => first.send(applicationData)),
  };
}

/** Joins with our engine as `member`. */
export async function joinNatively(crypto: CryptoProvider, cipherSuite: number, member: Member, welcome: Uint8Array): Promise<Group> {
  const client = await clientOf(crypto, cipherSuite, member);
  return client.join(welcome);
}

function inOrder<T>(make: () => Promise<T>): (n: number) => Promise<T> {
  const made: T[] = [];
  return async (n) => {
    while (made.length <= n) made.push(await make());
    return made[n]!;
  };
}
