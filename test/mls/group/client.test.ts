import { describe, expect, it } from 'vitest';
import { add, createClient, externalPsk, nativeProvider, type Client } from '../../../src/index.ts';
import { openPolicy, policyWith } from '../../../src/hostile/open-policy.ts';

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

  it.each([true, false])('R-9.1-04: an epoch that was left is not entered again by its Welcome (last resort: %s)', async (lastResort) => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const bundle = await bob.createKeyPackage({ lastResort });
    const copy = { keyPackage: bundle.keyPackage, signatureKey: bundle.signatureKey, initKey: await bob.suite.importHPKEKey(bundle.initKey.serialize()), encryptionKey: await bob.suite.importHPKEKey(bundle.encryptionKey.serialize()) };
    const { welcome } = await (await alice.createGroup()).commit({ proposals: [add(bundle.message)] });
    (await bob.join(welcome!)).dispose();
    bob.addKeyPackage(copy.keyPackage, copy);
    await expect(bob.join(welcome!)).rejects.toMatchObject({ code: 'misuse', requirement: 'R-9.1-04' });
  });

  it('R-12.4.3-05: of two Welcomes into one group at the same time, the one that comes too late keeps its KeyPackage', async () => {
    const [alice, bob] = [await client('alice'), await client('bob')];
    const group = await alice.createGroup();
    const welcomes: Uint8Array[] = [];
    for (let i = 0; i < 2; i++) welcomes.push((await group.commit({ proposals: [add((await bob.createKeyPackage()).message)] })).welcome!);
    const joins = await Promise.allSettled(welcomes.map((welcome) => bob.join(welcome)));
    expect(joins.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = joins.findIndex(({ status }) => status === 'rejected');
    expect(joins[lost]).toMatchObject({ reason: { requirement: 'R-12.4.3-05' } });
    for (const join of joins) if (join.status === 'fulfilled') join.value.dispose();
    expect((await bob.join(welcomes[lost]!)).epoch).toBe(1n);
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
  });

  it('without a clock the leaf of a new group lasts for ever, or as long as it is told', async () => {
    const timeless = await createClient({ crypto, cipherSuite: 1, credential: 'carol', policy: policyWith({ now: () => undefined }) });
    const lifetime = { notBefore: 5n, notAfter: 7n };
    const group = await timeless.createGroup();
    const lifetimes = [group, await timeless.createGroup({ lifetime }), (await timeless.createBranch(group, { keyPackages: [], lifetime })).group].map(({ members }) => members[0]!.leafNode);
    expect(lifetimes).toMatchObject([{ lifetime: { notBefore: 0n, notAfter: 2n ** 64n - 1n } }, { lifetime }, { lifetime }]);
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
