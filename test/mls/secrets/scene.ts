/** Clients on a traced provider, and how the tests of deletion judge what is left of a secret. */
import { expect } from 'vitest';
import { createClient, type Client, type ClientOptions, type Group, type KeyPackageBundle, type ProposalInput, type Received } from '../../../src/index.ts';
import { hex, sameBytes, utf8 } from '../../../src/mls/bytes.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { liveMemory } from './live-memory.ts';
import { keyMaterial, tracedProvider, type Library, type Traced, type TracedProvider } from './traced-provider.ts';

export interface Scene extends TracedProvider {
  client(name: string, options?: Partial<ClientOptions>): Promise<Client>;
  /** Has something done by `end`. */
  atEnd(work: () => void): void;
  /** Wipes what the clients keep apart from their groups. */
  end(): void;
}

export interface SceneOptions {
  readonly library?: Library;
  readonly suite?: number;
}

export function scene({ library = 'native', suite = 1 }: SceneOptions = {}): Scene {
  const traced = tracedProvider(library);
  const ends: (() => void)[] = [];
  return {
    ...traced,
    async client(name, options = {}) {
      const client = await createClient({ crypto: traced.crypto, cipherSuite: suite, credential: name, policy: openPolicy, grease: false, ...options });
      ends.push(() => client.dispose());
      return client;
    },
    atEnd: (work) => void ends.push(work),
    end() {
      for (const work of ends) work();
    },
  };
}

/** A group of alice and bob in epoch 1, and what they joined with. */
export interface Pair {
  readonly alice: Client;
  readonly bob: Client;
  readonly a: Group;
  readonly b: Group;
  readonly bundle: KeyPackageBundle;
}

export async function pair({ client }: Scene, options: Partial<ClientOptions> = {}): Promise<Pair> {
  const [alice, bob] = [await client('alice', options), await client('bob', options)];
  const bundle = await bob.createKeyPackage();
  const created = await alice.createGroup();
  const { group, welcome } = await created.commit({ proposals: [addOf(bundle)] });
  created.dispose(group);
  return { alice, bob, a: group, b: await bob.join(welcome!), bundle };
}

/** The group in the epoch that a Commit begins; what only the old one needed is wiped. */
export async function followed(group: Group, commit: Uint8Array): Promise<Group> {
  const next = committed(await group.receive(commit));
  group.dispose(next);
  return next;
}

export function committed(received: Received): Group {
  if (received.kind !== 'commit') throw new Error(`a Commit was received as ${received.kind}`);
  return received.group;
}

export function proposed(received: Received): Group {
  if (received.kind !== 'proposal') throw new Error(`a Proposal was received as ${received.kind}`);
  return received.group;
}

export const text = utf8;

/** Lets what was begun beside something that failed come to its end. */
export async function quiescence(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export const addOf = ({ keyPackage }: KeyPackageBundle): ProposalInput => ({ kind: 'proposal', proposal: { proposalType: 'add', keyPackage } });

/** The private key of a public one. */
export const keyOf = ({ trace }: Scene, publicKey: Uint8Array): Traced => trace.since().findLast(({ key }) => key !== undefined && sameBytes(key.publicKey, publicKey))!;
export const leafKeyOf = (stage: Scene, { members, ownLeafIndex }: Group): Traced => keyOf(stage, members.find(({ leafIndex }) => leafIndex === ownLeafIndex)!.leafNode.encryptionKey);

/** A fresh value that nothing in the memory holds. */
export function hiddenValue(): Traced {
  const masked = Array.from({ length: 32 }, () => Math.floor(256 * Math.random()));
  return { name: 'hidden', bytes: undefined, key: undefined, value: () => Uint8Array.from(masked) };
}

/** Collects what is to be gone: its arrays are looked at at once, the memory at the end, once for all. */
export class Deletion {
  readonly #gone: Traced[] = [];

  /** @param least how many there must be, so that a test that has lost sight of them fails */
  expect(secrets: readonly Traced[], least = 1): void {
    expect(secrets.length).toBeGreaterThanOrEqual(least);
    expect(unwiped(secrets)).toEqual([]);
    this.#gone.push(...secrets.filter(({ name }) => !keyMaterial.includes(name)));
  }

  async everywhere(): Promise<void> {
    expect(this.#gone.length).toBeGreaterThan(0);
    expect(await remaining(this.#gone)).toEqual([]);
  }
}

const described = (one: Traced): string => `${one.name} ${hex(one.value()).slice(0, 16)}`;

/** The arrays that still hold what they held when they were made, and the keys that still work. */
export const unwiped = (secrets: readonly Traced[]): string[] => secrets.filter((one) => (one.bytes === undefined ? !isDisposed(one) : one.bytes.some((byte) => byte !== 0))).map(described);

function isDisposed({ key }: Traced): boolean {
  try {
    key?.serialize().fill(0);
    return false;
  } catch {
    return true;
  }
}

/** The secrets of which a copy is still somewhere in the memory. */
export async function remaining(secrets: readonly Traced[]): Promise<string[]> {
  await quiescence();
  const now = liveMemory();
  return secrets.filter((one) => now.holders(one.value()) > 0).map(described);
}

/** Of the tree of the epoch that goes on, which remembers look-ups and takes a generation before anything can fail; and the client's PSKs. */
const staying = ['tree', 'handshake', 'application', 'secret', 'psk'];

/** What an operation has made since `mark` and nothing is to be left of when it comes to nothing. */
export const madeSince = ({ trace }: Pick<Scene, 'trace'>, mark: number): readonly Traced[] => {
  const asSecrets = new Set(['node', 'path', 'hpke dkp_prk'].flatMap((label) => trace.sourcesOf(label, mark)));
  // Random numbers that nothing was derived from are nonces, ids and the like.
  // A signature key is its client's.
  return trace.since(mark).filter(({ name, key }, i, all) => !staying.includes(name) && (name !== 'random' || asSecrets.has(all[i]!)) && key?.use !== 'signature');
};
