/** What clients say of themselves, and what of others they put up with: RFC 9420 §2, §5.3, §7.2, §7.3, §10, §13. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { add, cipherSuites, createClient, externalPsk, groupContextExtensions, knownExtension, nativeProvider, update } from '../../src/index.ts';
import type { Client, ClientOptions, Credential, Extension, Group } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { ApplicationId } from '../../src/mls/wire/extension.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { KeyPackage, type LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import { extensionTypes, greaseValues } from '../../src/mls/wire/registries.ts';
import { delivered } from '../../src/hostile/people.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { addOf, forgeKeyPackage } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { capabilities, history, keyPackageOf, person, provider, suite } from '../support/people.ts';
import { x509Credential } from '../support/x509.ts';
import { follows, refuses } from './support.ts';

const isGrease = (type: number): boolean => greaseValues.includes(type);
const typesOf = (extensions: readonly Extension[]): number[] => extensions.map(({ extensionType }) => extensionType);
/** A client as an application gets it that sets nothing it need not set. */
const plainClient = (credential: string, options: Partial<ClientOptions> = {}): Promise<Client> => createClient({ crypto: nativeProvider(), cipherSuite: 1, credential, policy: openPolicy, ...options });
const identities = (group: Group): string[] => group.members.map(({ credential }) => (credential.credentialType === 'basic' ? new TextDecoder().decode(credential.identity) : 'x509'));

test('R-2-01: keys and secrets are in no message, and neither printing nor JSON nor the group shows them', async () => {
  const { clients, groups: [a, b] } = await history(['alice', 'bob']);
  for (const client of clients) client.storePsk(utf8('id'), utf8('a secret value of a psk'));
  const joiner = await person('charlie');
  const bundle = await joiner.createKeyPackage();
  const keys = [...a!.state.privateKeys.values(), bundle.initKey, bundle.encryptionKey, bundle.signatureKey].map((key) => key.serialize());
  const ofTheEpoch = Object.values(a!.state.secrets).filter((secret) => !secret.disposed).map((secret) => secret.expose());
  const secrets = [...ofTheEpoch, ...keys, utf8('a secret value of a psk')];
  expect(secrets.length).toBeGreaterThan(12);
  const { commit, welcome } = await a!.commit({ proposals: [add(bundle.message), externalPsk(utf8('id'))], forcePath: true });
  const sent = [bundle.message, commit, welcome!, await a!.groupInfo(), await a!.send(utf8('hello'))].map((message) => Buffer.from(message));
  for (const secret of secrets) expect(sent.some((message) => message.includes(secret))).toBe(false);
  const holders = [...Object.values(a!.state.secrets), ...a!.state.privateKeys.values(), bundle.initKey, bundle.signatureKey];
  const shown = holders.flatMap((one) => [inspect(one, { showHidden: true, depth: 5 }), JSON.stringify(one), String(one)]);
  const digits = secrets.flatMap((secret) => [hex(secret).slice(0, 16), [...secret.subarray(0, 5)].join(','), [...secret.subarray(0, 5)].join(', '), Buffer.from(secret).toString('base64').slice(0, 10)]);
  for (const text of shown) expect(digits.some((some) => text.includes(some))).toBe(false);
  expect((await delivered(b!, commit)).epoch).toBe(a!.epoch + 1n);
});

describe('capabilities', () => {
  test('R-7.2-02, R-7.2-03, R-7.2-04, R-13.4-01: list what the client supports and can do, without the default types', async () => {
    const client = await plainClient('alice', { grease: false, extensions: [0xf001], customProposals: [{ type: 0xf002, requiresPath: false, external: false }] });
    const listed = (await client.createKeyPackage()).keyPackage.leafNode.capabilities;
    expect(listed).toEqual({ versions: [1], cipherSuites: cipherSuites.map(({ id }) => id), extensions: [extensionTypes.last_resort, 0xf001], proposals: [0xf002], credentials: [1, 2] });
    for (const id of listed.cipherSuites) {
      const group = await (await plainClient('bob', { cipherSuite: id })).createGroup();
      expect((await group.commit()).group.epoch).toBe(1n);
    }
  });

  test('R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => plainClient('alice')));
    const packages = await Promise.all(clients.map(async (client) => (await client.createKeyPackage()).keyPackage));
    for (const { leafNode, extensions } of packages) {
      const { versions, cipherSuites: suites, extensions: types, proposals, credentials } = leafNode.capabilities;
      for (const list of [suites, types, proposals, credentials]) expect(list.some(isGrease)).toBe(true);
      expect(versions).toEqual([1]);
      for (const list of [leafNode.extensions, extensions]) expect(typesOf(list).some(isGrease)).toBe(true);
    }
    expect(new Set(packages.map(({ leafNode }) => leafNode.capabilities.cipherSuites.join())).size).toBeGreaterThan(1);
    const group = await clients[0]!.createGroup();
    const info = decode(MLSMessage, await group.groupInfo(), 'MLSMessage');
    expect(info.wireFormat === 'mls_group_info' && typesOf(info.groupInfo.extensions).some(isGrease)).toBe(true);
    expect(typesOf(group.extensions).some(isGrease)).toBe(false);
    const { keyPackage } = await (await plainClient('bob', { grease: false })).createKeyPackage();
    expect([...Object.values(keyPackage.leafNode.capabilities).flat(), ...typesOf(keyPackage.extensions), ...typesOf(keyPackage.leafNode.extensions)].some(isGrease)).toBe(false);
  });

  test('R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not', async () => {
    for (const unknown of [0x7777, 0x4a4a]) {
      const { groups: [a, b] } = await history(['alice', 'bob']);
      const strange = [{ extensionType: unknown, extensionData: utf8('anything') }];
      const listing = { versions: [1, unknown], cipherSuites: [1, unknown], extensions: [unknown], proposals: [unknown], credentials: [1, unknown] };
      const joiner = await person('charlie', { extensions: [unknown] });
      const made = await joiner.createKeyPackage();
      const bundle = await forgeKeyPackage(suite, made, { leaf: (leaf) => ({ ...leaf, capabilities: listing, extensions: strange }), keyPackage: (keyPackage) => ({ ...keyPackage, extensions: strange }) });
      joiner.addKeyPackage(bundle.keyPackage, bundle);
      const { group, commit, welcome } = await a!.commit({ proposals: [add(bundle.message)] });
      for (const one of [group, await delivered(b!, commit), await joiner.join(welcome!)]) expect(typesOf(one.members[2]!.leafNode.extensions)).toEqual([unknown]);
      // The same, not listed, is refused by one rule for both.
      const unlisted = await forgeKeyPackage(suite, await keyPackageOf('diana'), { keyPackage: (keyPackage) => ({ ...keyPackage, extensions: strange }) });
      await refuses(() => a!.commit({ proposals: [add(unlisted.message)] }), { requirement: 'R-10-10' });
    }
  });

  test('R-12.4.3-02, R-13.4-03: unknown extensions of a GroupInfo are passed over', async () => {
    const joiner = await person('charlie');
    const group = await (await plainClient('alice')).createGroup();
    const { welcome } = await group.commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
    expect(identities(await joiner.join(welcome!))).toEqual(['alice', 'charlie']);
    expect((await (await person('diana')).joinByExternalCommit(await group.groupInfo())).group.members.length).toBe(2);
  });

  test('R-13.5-12, R-13.5-13: GREASE that all members share by chance is support of nothing', async () => {
    const shared = { ...capabilities, extensions: [0x4a4a] };
    const client = await person('alice', { policy: openPolicy });
    const bundle = await keyPackageOf('alice', { capabilities: shared });
    const joining = client.addKeyPackage(bundle.keyPackage, bundle);
    const { groups: [a] } = await history(['bob', 'charlie'], { extensions: [0x4a4a] });
    const extended = await a!.commit({ proposals: [add(joining.message), groupContextExtensions([{ extensionType: 0x4a4a, extensionData: utf8('') }])] });
    await refuses(() => client.join(extended.welcome!), { requirement: 'R-12.4.3-04' });
  });

  test('R-11.1-02: what is required may be a default type that nobody lists, but no credential type', async () => {
    const required = knownExtension('required_capabilities', { extensionTypes: [1, 2, 3, 4, 5], proposalTypes: [1, 2, 3, 4, 5, 6, 7], credentialTypes: [1] });
    const group = await (await person('alice')).createGroup({ extensions: [required] });
    expect((await group.commit({ proposals: [add((await keyPackageOf('bob')).message)] })).group.members.length).toBe(2);
    const only = await keyPackageOf('bob', { capabilities: { ...capabilities, credentials: [1] } });
    const strict = await (await person('alice')).createGroup({ extensions: [knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [2] })] });
    await refuses(() => strict.commit({ proposals: [add(only.message)] }), { requirement: 'R-7.3-05' });
  });
});

describe('KeyPackages', () => {
  test('R-10-02, R-10-04: a client may have many, of any suite, each with keys of its own', async () => {
    const client = await person('alice');
    const [one, two] = await Promise.all([client.createKeyPackage(), client.createKeyPackage()]);
    const other = await (await person('alice', { cipherSuite: 3 })).createKeyPackage();
    const keys = [one, two, other].flatMap(({ keyPackage }) => [hex(keyPackage.initKey), hex(keyPackage.leafNode.encryptionKey)]);
    expect(new Set(keys).size).toBe(6);
    expect([one, two, other].map(({ keyPackage }) => keyPackage.cipherSuite)).toEqual([1, 1, 3]);
    for (const bundle of [two, one]) {
      const { welcome } = await (await (await person('bob')).createGroup()).commit({ proposals: [add(bundle.message)] });
      expect(identities(await client.join(welcome!))).toEqual(['bob', 'alice']);
    }
  });

  test('R-10-01, R-16.8-02: a KeyPackage serves one join, unless it says that it is a last resort', async () => {
    for (const lastResort of [false, true]) {
      const client = await person('alice');
      const { message } = await client.createKeyPackage({ lastResort });
      const welcomes = await Promise.all(['bob', 'charlie'].map(async (name) => (await (await (await person(name)).createGroup()).commit({ proposals: [add(message)] })).welcome!));
      await client.join(welcomes[0]!);
      if (lastResort) expect((await client.join(welcomes[1]!)).members.length).toBe(2);
      else await refuses(() => client.join(welcomes[1]!), { requirement: 'R-12.4.3.1-02' });
    }
  });

  test('R-12.1.1-04: a member has exactly the leaf of the KeyPackage that added it', async () => {
    const bundle = await (await plainClient('bob')).createKeyPackage();
    const { group } = await (await (await person('alice')).createGroup()).commit({ proposals: [add(bundle.message)] });
    expect(group.members[1]!.leafNode).toEqual(bundle.keyPackage.leafNode);
    expect(decode(KeyPackage, encode(KeyPackage, bundle.keyPackage), 'KeyPackage')).toEqual(bundle.keyPackage);
  });
});

describe('credentials', () => {
  const withId = (id: string): Extension => ({ extensionType: extensionTypes.application_id, extensionData: encode(ApplicationId, { applicationId: utf8(id) }) });

  test('R-5.3-04: a chain need not have the certificate of its issuer', async () => {
    const key = await suite.generateSignatureKey();
    const credential = x509Credential('bob', key.publicKey);
    expect(credential.credentialType === 'x509' && credential.certificates.length).toBe(1);
    const joiner = await person(credential, { signatureKey: key });
    const { welcome } = await (await (await person('alice')).createGroup()).commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
    expect(identities(await joiner.join(welcome!))).toEqual(['alice', 'x509']);
  });

  test('R-5.3.2-01, R-7.5-03: a member whose credential has expired may still bring a new one, by Update or path', async () => {
    const expired = new Set<string>();
    const validateCredential = ({ credential }: { readonly credential: Credential }) => credential.credentialType !== 'basic' || !expired.has(hex(credential.identity));
    const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie'], { policy: { ...openPolicy, validateCredential, isSuccessor: () => true } });
    for (const name of ['alice', 'bob']) expired.add(hex(utf8(name)));
    const renewed = async (identity: string) => ({ credential: { credentialType: 'basic', identity: utf8(identity) }, signatureKey: await suite.generateSignatureKey() }) as const;
    const proposed = await b!.propose(update(await renewed('bob, renewed')));
    const [atA, atC] = await Promise.all([a!, c!].map((group) => delivered(group, proposed.message)));
    const { group, commit } = await atA!.commit({ leaf: await renewed('alice, renewed') });
    const now = await delivered(atC!, commit);
    expect(identities(now)).toEqual(['alice, renewed', 'bob, renewed', 'charlie']);
    expect((await now.receive(await group.send(utf8('signed with the new key')))).kind).toBe('application');
    await refuses(() => now.commit({ leaf: { credential: { credentialType: 'basic', identity: utf8('bob') } } }), { requirement: 'R-5.3.1-06' });
  });

  test('R-5.3.3-01, R-5.3.3-02: application_id identifies nobody: two members may have the same, and neither is taken for the other', async () => {
    const clients = await Promise.all(['alice', 'bob'].map((name) => person(name, { leafExtensions: [withId('device 1')] })));
    const group = await clients[0]!.createGroup();
    const { group: both, welcome } = await group.commit({ proposals: [add((await clients[1]!.createKeyPackage()).message)] });
    const joined = await clients[1]!.join(welcome!);
    expect(both.members.map(({ leafNode }) => hex(leafNode.extensions[0]!.extensionData))).toEqual([1, 2].map(() => hex(encode(ApplicationId, { applicationId: utf8('device 1') }))));
    expect((await joined.receive(await both.send(utf8('hello')))).kind).toBe('application');
    // Who presents the id of a member without its credential does not replace it.
    const outsider = await person('mallory', { leafExtensions: [withId('device 1')] });
    await refuses(async () => outsider.joinByExternalCommit(await both.groupInfo(), { resync: true }), { code: 'misuse', requirement: undefined });
  });

  test('R-7.3-10: whether a member whose lifetime has ended may stand in a tree is for the policy to say', async () => {
    const now = BigInt(Math.floor(Date.now() / 1000));
    const short = await keyPackageOf('bob', { lifetime: { notBefore: now - 100n, notAfter: now + 100n } });
    const group = await (await person('alice')).createGroup();
    const { group: both } = await group.commit({ proposals: [add(short.message)] });
    for (const [expiredMembers, code] of [['refused', 'invalid'], ['accepted', undefined]] as const) {
      const joiner = await person('charlie', { policy: { ...openPolicy, clockSkew: 0n, expiredMembers, now: () => now + 200n } });
      const { welcome } = await both.commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
      if (code === undefined) expect((await joiner.join(welcome!)).members.length).toBe(3);
      else await refuses(() => joiner.join(welcome!), { requirement: 'R-7.3-10', code });
    }
  });
});

test('R-7.2-07: a leaf of another member may list what nobody knows, in a Commit too', async () => {
  const { groups: [a, b] } = await history(['alice', 'bob']);
  const odd: LeafNode['capabilities'] = { ...capabilities, cipherSuites: [1, 0xffff], proposals: [0xffff], credentials: [1, 0xffff] };
  await follows(b!, await forgeCommit(a!.state, { proposals: [addOf(await keyPackageOf('charlie', { capabilities: odd }))], path: { leaf: (leaf) => ({ ...leaf, capabilities: odd }) } }));
  expect(provider.cipherSuiteIds).not.toContain(0xffff);
});
