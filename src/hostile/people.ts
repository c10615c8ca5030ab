/** Honest people around a forger: clients of one suite, and groups whose trees have no blank parents. */
import { add, createClient, type Client, type ClientOptions, type CryptoProvider, type Extension, type Group } from '../index.ts';
import { utf8 } from '../mls/bytes.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { trueCapabilities } from '../mls/group/capabilities.ts';
import { makeKeyPackage, type KeyPackageBundle, type KeyPackageContents } from '../mls/group/key-package.ts';
import type { Capabilities } from '../mls/wire/leaf-node.ts';
import { groveOf, pathBy, type Grove } from './forge/forge-tree.ts';
import { openPolicy } from './open-policy.ts';

export interface History {
  readonly clients: readonly Client[];
  /** One per client, at the same epoch; the group of client i has leaf i. */
  readonly groups: readonly Group[];
}

export interface HistoryOptions extends Partial<ClientOptions> {
  readonly groupExtensions?: readonly Extension[];
  /** Options of single clients, by name. */
  readonly each?: Readonly<Record<string, Partial<ClientOptions>>>;
}

export interface People {
  readonly suite: CipherSuite;
  /** The same in another suite. */
  inSuite(cipherSuite: number): People;
  readonly capabilities: Capabilities;
  /** A client that sends its handshake messages in clear and no GREASE, so that what is forged differs in one thing. */
  person(credential: ClientOptions['credential'], options?: Partial<ClientOptions>): Promise<Client>;
  /** A group of these people in which everybody has committed once: no parent is blank. */
  history(names: readonly string[], options?: HistoryOptions): Promise<History>;
  /** A KeyPackage with any contents, well formed and signed. */
  keyPackageOf(name: string, contents?: Partial<KeyPackageContents>): Promise<KeyPackageBundle>;
  /** A tree of these people's KeyPackage leaves; all parents are blank. */
  grove(names: readonly string[]): Promise<Grove>;
  /** A tree in which everybody has set a path. */
  fullGrove(names: readonly string[]): Promise<Grove>;
}

/** @param usual options of all clients */
export function peopleOf(crypto: CryptoProvider, cipherSuite: number, usual: Partial<ClientOptions> = {}): People {
  const suite = crypto.cipherSuite(cipherSuite);
  const capabilities = trueCapabilities({ cipherSuites: crypto.cipherSuiteIds, extensions: [0x000a], proposals: [] });
  const people: People = {
    suite,
    inSuite: (other) => peopleOf(crypto, other, usual),
    capabilities,
    person: (credential, options = {}) => createClient({ crypto, cipherSuite, credential, policy: openPolicy, handshakeAs: 'public', grease: false, ...usual, ...options }),

    async history(names, { groupExtensions = [], each = {}, ...options } = {}) {
      const clients = await Promise.all(names.map((name) => people.person(name, { ...options, ...each[name] })));
      const creator = await clients[0]!.createGroup({ extensions: groupExtensions });
      if (clients.length === 1) return { clients, groups: [creator] };
      const keyPackages = await Promise.all(clients.slice(1).map((client) => client.createKeyPackage()));
      const adding = await creator.commit({ proposals: keyPackages.map(({ message }) => add(message)) });
      const joined = await Promise.all(clients.slice(1).map((client) => client.join(adding.welcome!)));
      let groups = [adding.group, ...joined];
      for (let i = 0; i < groups.length; i++) groups = await committed(groups, i);
      return { clients, groups };
    },

    async keyPackageOf(name, contents = {}) {
      const now = BigInt(Math.floor(Date.now() / 1000));
      return makeKeyPackage(suite, {
        credential: { credentialType: 'basic', identity: utf8(name) },
        signatureKey: contents.signatureKey ?? (await suite.generateSignatureKey()),
        capabilities,
        lifetime: { notBefore: now - 3600n, notAfter: now + 86_400n },
        leafExtensions: [],
        extensions: [],
        ...contents,
      });
    },

    grove: async (names) => groveOf(suite, await Promise.all(names.map((name) => people.keyPackageOf(name)))),

    async fullGrove(names) {
      let grown = await people.grove(names);
      for (let leaf = 0; leaf < names.length; leaf++) grown = await pathBy(grown, leaf);
      return grown;
    },
  };
  return people;
}

/** People whose keys are on other curves. */
export const strangers = (people: People): People => people.inSuite(people.suite.id === 2 ? 1 : 2);

/** People of another suite, whose keys are on the same curves where there is such a suite. */
export const neighbours = (people: People): People => people.inSuite({ 1: 3, 2: 1, 3: 1, 4: 6, 5: 2, 6: 4, 7: 2 }[people.suite.id]);

/** The groups after an empty Commit of the one at `index`. */
export async function committed(groups: readonly Group[], index: number): Promise<Group[]> {
  const { group, commit } = await groups[index]!.commit();
  return Promise.all(groups.map((other, i) => (i === index ? group : delivered(other, commit))));
}

/** The group after a handshake message that it must accept. */
export async function delivered(group: Group, message: Uint8Array): Promise<Group> {
  const received = await group.receive(message);
  if (received.kind === 'application' || received.kind === 'removed') throw new Error(`a handshake message was expected, this is ${received.kind}`);
  return received.group;
}

/** An identity as a leaf has it. */
export const basic = (people: Pick<People, 'capabilities'>, name: string) =>
  ({ credential: { credentialType: 'basic', identity: utf8(name) }, capabilities: people.capabilities, extensions: [] }) as const;

