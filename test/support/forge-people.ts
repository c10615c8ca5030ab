/** Honest people for the tests of the requirements: clients, and groups whose trees have no blank parents. */
import { add, createClient, nativeProvider, type Client, type ClientOptions, type Extension, type Group } from '../../src/index.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import { makeKeyPackage, type KeyPackageContents } from '../../src/mls/group/key-package.ts';
import { trueCapabilities } from '../../src/mls/group/capabilities.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import type { Capabilities } from '../../src/mls/wire/leaf-node.ts';
import { openPolicy } from './policy.ts';

export const provider = nativeProvider();
export const suite = provider.cipherSuite(1);

/** A client of suite 1 that sends its handshake messages in clear and no GREASE, so that what is forged differs in one thing. */
export const person = (credential: ClientOptions['credential'], options: Partial<ClientOptions> = {}): Promise<Client> =>
  createClient({ crypto: provider, cipherSuite: 1, credential, policy: openPolicy, handshakeAs: 'public', grease: false, ...options });

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

/** A group of these people in which everybody has committed once: no parent is blank. */
export async function history(names: readonly string[], { groupExtensions = [], each = {}, ...options }: HistoryOptions = {}): Promise<History> {
  const clients = await Promise.all(names.map((name) => person(name, { ...options, ...each[name] })));
  const creator = await clients[0]!.createGroup({ extensions: groupExtensions });
  if (clients.length === 1) return { clients, groups: [creator] };
  const keyPackages = await Promise.all(clients.slice(1).map((client) => client.createKeyPackage()));
  const adding = await creator.commit({ proposals: keyPackages.map(({ message }) => add(message)) });
  const joined = await Promise.all(clients.slice(1).map((client) => client.join(adding.welcome!)));
  let groups = [adding.group, ...joined];
  for (let i = 0; i < groups.length; i++) groups = await committed(groups, i);
  return { clients, groups };
}

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

export const capabilities: Capabilities = trueCapabilities({ cipherSuites: provider.cipherSuiteIds, extensions: [0x000a], proposals: [] });

/** A KeyPackage with any contents, well formed and signed. */
export async function keyPackageOf(name: string, contents: Partial<KeyPackageContents> = {}, cipherSuite = suite): Promise<KeyPackageBundle> {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return makeKeyPackage(cipherSuite, {
    credential: { credentialType: 'basic', identity: utf8(name) },
    signatureKey: contents.signatureKey ?? (await cipherSuite.generateSignatureKey()),
    capabilities,
    lifetime: { notBefore: now - 3600n, notAfter: now + 86_400n },
    leafExtensions: [],
    extensions: [],
    ...contents,
  });
}
