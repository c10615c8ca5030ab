import { describe, expect, it } from 'vitest';
import { add, createClient, externalPsk, nativeProvider, remove, resumptionPsk, update, type Client, type Group } from '../../../src/index.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';

const crypto = nativeProvider();
const client = (credential: string, options: Partial<Parameters<typeof createClient>[0]> = {}): Promise<Client> =>
  createClient({ crypto, cipherSuite: 1, credential, policy: openPolicy, ...options });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

/** Gives a handshake message to every group and the groups that come out. */
async function deliver(message: Uint8Array, groups: readonly Group[]): Promise<Group[]> {
  return Promise.all(
    groups.map(async (group) => {
      const received = await group.receive(message);
      if (received.kind !== 'commit' && received.kind !== 'proposal') throw new Error(received.kind);
      return received.group;
    }),
  );
}
const agree = (groups: readonly Group[]) => {
  const [first, ...others] = groups.map((group) => `${group.epoch} ${Buffer.from(group.epochAuthenticator).toString('hex')}`);
  for (const other of others) expect(other).toBe(first);
};

for (const cipherSuite of crypto.cipherSuiteIds) {
  for (const handshakeAs of ['public', 'private'] as const) {
    describe(`suite ${cipherSuite}, handshake as ${handshakeAs}`, () => {
      it('creates, adds, joins, updates, removes, joins from outside and talks', async () => {
        const options = { cipherSuite, handshakeAs };
        const [alice, bob, charlie, diana] = await Promise.all(['alice', 'bob', 'charlie', 'diana'].map((name) => client(name, options)));
        let a = await alice!.createGroup();
        const adding = await a.commit({ proposals: [add((await bob!.createKeyPackage()).message), add((await charlie!.createKeyPackage()).message)] });
        a = adding.group;
        let b = await bob!.join(adding.welcome!);
        let c = await charlie!.join(adding.welcome!);
        agree([a, b, c]);

        const received = await b.receive(await a.send(bytes('hello'), { authenticatedData: bytes('aad') }));
        expect(received.kind === 'application' && text(received.data)).toBe('hello');
        expect(text(received.authenticatedData)).toBe('aad');

        // An Update by reference, committed by another; then an empty Commit.
        const updating = await b.propose(update());
        b = updating.group;
        [a, c] = (await deliver(updating.message, [a, c])) as [Group, Group];
        const committing = await c.commit();
        [a, b] = (await deliver(committing.commit, [a, b])) as [Group, Group];
        c = committing.group;
        agree([a, b, c]);
        const empty = await b.commit();
        [a, c] = (await deliver(empty.commit, [a, c])) as [Group, Group];
        b = empty.group;
        agree([a, b, c]);

        // Joining from outside, and again as a resync.
        let { group: d, commit } = await diana!.joinByExternalCommit(await a.groupInfo());
        [a, b, c] = (await deliver(commit, [a, b, c])) as [Group, Group, Group];
        agree([a, b, c, d]);
        ({ group: d, commit } = await diana!.joinByExternalCommit(await b.groupInfo({ ratchetTree: 'apart' }), { resync: true, ratchetTree: b.ratchetTree() }));
        [a, b, c] = (await deliver(commit, [a, b, c])) as [Group, Group, Group];
        agree([a, b, c, d]);
        expect(a.members.length).toBe(4);

        // PSKs, then a Remove: who is removed learns of it.
        for (const who of [alice, bob, charlie, diana]) who!.storePsk(bytes('id'), bytes('value'));
        const resumed = await d.commit({ proposals: [externalPsk(bytes('id')), resumptionPsk(d.epoch)] });
        [a, b, c] = (await deliver(resumed.commit, [a, b, c])) as [Group, Group, Group];
        d = resumed.group;
        agree([a, b, c, d]);
        const removing = await a.commit({ proposals: [remove(b.ownLeafIndex)] });
        expect((await b.receive(removing.commit)).kind).toBe('removed');
        [c, d] = (await deliver(removing.commit, [c, d])) as [Group, Group];
        a = removing.group;
        agree([a, c, d]);
      });
    });
  }
}

it('copies what it is given, a Buffer too', async () => {
  const [alice, bob] = await Promise.all([client('alice'), client('bob')]);
  const adding = await (await alice.createGroup()).commit({ proposals: [add(Buffer.from((await bob.createKeyPackage()).message))] });
  const welcome = Buffer.from(adding.welcome!);
  const joined = await bob.join(welcome);
  welcome.fill(0xff);
  const again = await joined.commit({ forcePath: true });
  expect((await adding.group.receive(Buffer.from(again.commit))).kind).toBe('commit');
});
