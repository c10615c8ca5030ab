import { describe, expect, it } from 'vitest';
import { add, createClient, groupContextExtensions, knownExtension, nativeProvider, proposeFromOutside, reInit, type Client, type Group } from '../../../src/index.ts';
import { signWithLabel } from '../../../src/mls/crypto/labelled.ts';
import { bundleOf } from '../../../src/mls/group/key-package.ts';
import { signLeafNode } from '../../../src/mls/tree/leaf-node.ts';
import { KeyPackageTBS } from '../../../src/mls/wire/leaf-node.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { keyPackageOf } from '../../support/people.ts';

const crypto = nativeProvider();
const client = (credential: string, cipherSuite = 1): Promise<Client> => createClient({ crypto, cipherSuite, credential, policy: openPolicy });

async function three(): Promise<{ clients: Client[]; groups: Group[] }> {
  const clients = await Promise.all(['alice', 'bob', 'charlie'].map((name) => client(name)));
  const packages = await Promise.all(clients.slice(1).map((each) => each.createKeyPackage()));
  const adding = await (await clients[0]!.createGroup()).commit({ proposals: packages.map(({ message }) => add(message)) });
  const joined = await Promise.all(clients.slice(1).map((each) => each.join(adding.welcome!)));
  return { clients, groups: [adding.group, ...joined] };
}

async function commitAt(group: Group, others: readonly Group[], commit: Awaited<ReturnType<Group['commit']>>): Promise<Group[]> {
  const received = await Promise.all(others.map((other) => other.receive(commit.commit)));
  return [commit.group, ...received.map((each) => (each.kind === 'commit' ? each.group : (undefined as never)))];
}

const required = knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [1] });

describe('groups that come out of another', () => {
  it('a ReInit by one member, committed by another, is finished by a third in another suite', async () => {
    const { groups } = await three();
    let [a, b, c] = groups as [Group, Group, Group];
    const proposing = await a.propose(reInit({ groupId: a.groupId, cipherSuite: 2, extensions: [required] }));
    a = proposing.group;
    [b, c] = (await Promise.all([b, c].map(async (group) => (await group.receive(proposing.message) as { group: Group }).group))) as [Group, Group];
    [b, a, c] = (await commitAt(b, [a, c], await b.commit())) as [Group, Group, Group];
    await expect(a.send(new Uint8Array(1))).rejects.toMatchObject({ requirement: 'R-12.4.2-11' });

    const next = await Promise.all(['alice', 'bob', 'charlie'].map((name) => client(name, 2)));
    const packages = await Promise.all(next.slice(0, 2).map((each) => each.createKeyPackage()));
    const successor = await next[2]!.createSuccessor(c, { keyPackages: packages.map(({ message }) => message), ratchetTree: 'apart' });
    const joined = await Promise.all([a, b].map((old, i) => next[i]!.join(successor.welcome!, { successorOf: old, ratchetTree: successor.ratchetTree })));
    for (const group of joined) expect(group.epochAuthenticator).toEqual(successor.group.epochAuthenticator);
    expect(successor.group.epoch).toBe(1n);
    expect(successor.group.extensions).toEqual([required]);
    await expect(next[0]!.join(successor.welcome!)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('a branch of some members leaves the group usable', async () => {
    const { clients, groups } = await three();
    const [a, b] = groups as [Group, Group];
    const { message } = await clients[1]!.createKeyPackage();
    const branch = await clients[0]!.createBranch(a, { keyPackages: [message], extensions: [required], forcePath: true });
    const joined = await clients[1]!.join(branch.welcome!, { branchOf: b });
    expect(joined.epochAuthenticator).toEqual(branch.group.epochAuthenticator);
    const received = await joined.receive(await branch.group.send(Uint8Array.of(1, 2)));
    expect(received.kind).toBe('application');
    await commitAt(a, groups.slice(1), await a.commit());
  });

  it('R-10-05: a branch takes no KeyPackage whose leaf nobody could encrypt to', async () => {
    const { clients, groups } = await three();
    const { suite } = clients[1]!;
    const honest = await suite.generateHPKEKey();
    const bob = await keyPackageOf('bob');
    const { signature: _, ...leaf } = bob.keyPackage.leafNode;
    const leafNode = await signLeafNode(suite, bob.signatureKey, { leafNode: { ...leaf, encryptionKey: new Uint8Array(honest.publicKey.length) } as never });
    const { signature: __, ...unsigned } = { ...bob.keyPackage, leafNode };
    const signature = await signWithLabel(suite, bob.signatureKey, 'KeyPackageTBS', encode(KeyPackageTBS, unsigned));
    const { message } = bundleOf(suite, { ...unsigned, signature }, bob);
    await expect(clients[0]!.createBranch(groups[0]!, { keyPackages: [message] })).rejects.toMatchObject({ code: 'invalid', requirement: 'R-10-05' });
  });

  it('an external sender and a new member propose, and a member commits both', async () => {
    const { clients, groups } = await three();
    let [a, b, c] = groups as [Group, Group, Group];
    const { suite } = clients[0]!;
    const signatureKey = await suite.generateSignatureKey();
    const sender = { signatureKey: signatureKey.publicKey, credential: { credentialType: 'basic', identity: new TextEncoder().encode('ds') } } as const;
    [a, b, c] = (await commitAt(a, [b, c], await a.commit({ proposals: [groupContextExtensions([knownExtension('external_senders', [sender])])] }))) as [Group, Group, Group];
    const removing = await proposeFromOutside({ suite, signatureKey, sender: { senderType: 'external', senderIndex: 0 }, groupContext: a.groupContext, proposal: { proposalType: 'remove', removed: 2 }, authenticatedData: new Uint8Array(0) });
    const diana = await client('diana');
    const { message: joining } = await diana.proposeJoin(await a.groupInfo());
    for (const message of [removing, joining]) [a, b, c] = (await Promise.all([a, b, c].map(async (group) => ((await group.receive(message)) as { group: Group }).group))) as [Group, Group, Group];
    const committing = await b.commit();
    expect((await c.receive(committing.commit)).kind).toBe('removed');
    [b, a] = (await commitAt(b, [a], committing)) as [Group, Group];
    const d = await diana.join(committing.welcome!);
    expect(d.epochAuthenticator).toEqual(a.epochAuthenticator);
    expect(d.members.map(({ leafIndex }) => leafIndex)).toEqual([0, 1, 2]);
  });

  it('after a lost race the winner is processed as by any member', async () => {
    const { groups } = await three();
    const [a, b, c] = groups as [Group, Group, Group];
    const lost = await a.commit({ forcePath: true });
    const won = await b.commit({ forcePath: true });
    const [, a2, c2] = (await commitAt(b, [a, c], won)) as [Group, Group, Group];
    expect(a2.epochAuthenticator).toEqual(won.group.epochAuthenticator);
    expect(c2.epochAuthenticator).toEqual(won.group.epochAuthenticator);
    expect(lost.group.epochAuthenticator).not.toEqual(a2.epochAuthenticator);
  });
});
