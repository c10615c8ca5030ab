import { describe, expect, it } from 'vitest';
import { add, createClient, externalPsk, nativeProvider, type Client } from '../../../src/index.ts';
import { openPolicy, policyWith } from '../../support/policy.ts';

const crypto = nativeProvider();
const client = (credential: string): Promise<Client> => createClient({ crypto, cipherSuite: 1, credential, policy: openPolicy });

describe('a client and the groups it is in', () => {
  it('R-9.1-04: of two joins with one Welcome at the same time only one succeeds', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const { welcome } = await (await alice.createGroup()).commit({ proposals: [add((await bob.createKeyPackage()).message)] });
    const joins = await Promise.allSettled([bob.join(welcome!), bob.join(welcome!)]);
    expect(joins.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(joins.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'misuse' } });
  });

  it('two groups with one id are not created at the same time', async () => {
    const alice = await client('alice');
    const groupId = Uint8Array.of(1);
    const created = await Promise.allSettled([alice.createGroup({ groupId }), alice.createGroup({ groupId })]);
    expect(created.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('R-16.8-02: a last-resort KeyPackage still works after its first group has moved on', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const { message } = await bob.createKeyPackage({ lastResort: true });
    const first = await (await alice.createGroup()).commit({ proposals: [add(message)] });
    const joined = await bob.join(first.welcome!);
    joined.dispose((await joined.commit()).group);
    const second = await (await alice.createGroup()).commit({ proposals: [add(message)] });
    const again = await bob.join(second.welcome!);
    const { commit, group } = await second.group.commit();
    const received = await again.receive(commit);
    expect(received.kind === 'commit' && received.group.epochAuthenticator).toEqual(group.epochAuthenticator);
  });

  it('a group that was given up can be joined by a Welcome', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const group = await alice.createGroup();
    const lost = await bob.joinByExternalCommit(await group.groupInfo());
    lost.group.dispose();
    const { welcome } = await group.commit({ proposals: [add((await bob.createKeyPackage()).message)] });
    expect((await bob.join(welcome!)).epoch).toBe(1n);
  });

  it('R-12.4.2-03: a PSK that a committer does not have is its own fault, and the group goes on', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const group = await alice.createGroup();
    const pskId = Uint8Array.of(1, 2);
    const missing = { code: 'misuse', requirement: 'R-12.4.2-03' };
    await expect(group.commit({ proposals: [externalPsk(pskId)] })).rejects.toMatchObject(missing);
    const groupInfo = await group.groupInfo();
    await expect(bob.joinByExternalCommit(groupInfo, { externalPsks: [pskId] })).rejects.toMatchObject(missing);
    for (const one of [alice, bob]) one.storePsk(pskId, new Uint8Array(32));
    expect((await group.commit({ proposals: [externalPsk(pskId)] })).group.epoch).toBe(1n);
    expect((await bob.joinByExternalCommit(groupInfo, { externalPsks: [pskId] })).group.epoch).toBe(1n);
  });

  it('without a clock a KeyPackage has the lifetime it is given, and no other', async () => {
    const timeless = await createClient({ crypto, cipherSuite: 1, credential: 'carol', policy: policyWith({ now: () => undefined }) });
    const lifetime = { notBefore: 5n, notAfter: 7n };
    expect((await timeless.createKeyPackage({ lifetime })).keyPackage.leafNode).toMatchObject({ lifetime });
    await expect(timeless.createKeyPackage()).rejects.toMatchObject({ code: 'misuse' });
    await expect(timeless.createGroup()).rejects.toMatchObject({ code: 'misuse' });
  });

  it('a former self that learns of its resync leaves the new membership alone', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const adding = await (await alice.createGroup()).commit({ proposals: [add((await bob.createKeyPackage()).message)] });
    const former = await bob.join(adding.welcome!);
    const { commit } = await bob.joinByExternalCommit(await adding.group.groupInfo(), { resync: true });
    expect((await former.receive(commit)).kind).toBe('removed');
    await expect(bob.createGroup({ groupId: former.groupId })).rejects.toMatchObject({ requirement: 'R-12.4.3-05' });
  });
});
