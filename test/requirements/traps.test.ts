/**
 * Faults that a well-tested engine had, each reproduced against ours. Those that one message shows are violations of the
 * catalogue: a sender outside the tree (2, R-6.3.2-06), a foreign Remove in an external Commit (3, R-12.2-24), replays of an
 * external sender's proposal (4, R-6-08, R-12.1-03), a wrong path secret (11, R-12.4.3.1-18), sloppy encodings (12, R-2.1-02 on).
 */
import { expect, test } from 'vitest';
import { add, externalPsk, remove, update, type Group } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { deriveTreeSecret } from '../../src/mls/crypto/labelled.ts';
import { decodeSecretTree } from '../../src/mls/epoch/secret-tree-state.ts';
import { encryptionKey } from '../../src/mls/tree/subtree.ts';
import { nodeAt } from '../../src/mls/tree/ratchet-tree.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeKeyPackage } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeFromOutside, forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { delivered } from '../../src/hostile/people.ts';
import { fingerprint, follows, groupOf, judgeProposal, refuses } from './support.ts';
import { capabilities, history, keyPackageOf, suite } from '../support/people.ts';

const text = async (group: Group, message: Uint8Array): Promise<string> => {
  const received = await group.receive(message);
  return received.kind === 'application' ? new TextDecoder().decode(received.data) : received.kind;
};

test('trap 1: a skipped generation keeps its key and nonce and nothing from which later ones follow', async () => {
  const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie']);
  const keys = Array.from({ length: 6 }, (_, i) => c!.state.secretTree.receiveKey(0, 'application', i));
  const sent: Uint8Array[] = [];
  for (let i = 0; i < 6; i++) sent.push(await a!.send(utf8(`${i}`)));
  expect(await text(b!, sent[4]!)).toBe('4');

  // Whoever takes Bob's state now has the keys of 0 to 3 and those from 5 on, and no way to number 4.
  const { leaves, nodes } = decodeSecretTree(b!.state.secretTree.encode(b!.ownLeafIndex, 0), suite);
  const { application } = leaves.find(({ leafIndex }) => leafIndex === 0)!;
  expect(application.generation).toBe(5n);
  expect(application.skipped.map(({ generation, keyAndNonce }) => [generation, hex(keyAndNonce)])).toEqual([0, 1, 2, 3].map((i) => [i, hex(keys[i]!.key) + hex(keys[i]!.nonce)]));
  const used = hex(keys[4]!.key);
  const kept = [...nodes.map(({ secret }) => secret), ...leaves.flatMap(({ handshake, application: own }) => [handshake.secret, own.secret, ...own.skipped.flatMap(({ keyAndNonce }) => [keyAndNonce.slice(0, 16), keyAndNonce])])];
  for (const secret of kept) for (let i = 0; i < 6; i++) expect(hex(deriveTreeSecret(suite, secret, 'key', i, suite.nk)) === used && i === 4).toBe(false);
  expect(await text(b!, sent[2]!)).toBe('2');
  await refuses(() => b!.receive(sent[4]!), { requirement: 'R-9.1-05' });
});

test('trap 5: a stored proposal that cannot be committed blocks nothing, and can be dropped', async () => {
  const { clients, groups } = await history(['alice', 'bob', 'charlie']);
  clients[0]!.storePsk(utf8('only alice'), utf8('value'));
  const bad: Group[] = [...groups];
  for (const input of [externalPsk(utf8('only alice')), add((await keyPackageOf('bob')).message), remove(1)]) {
    const proposing = await bad[0]!.propose(input);
    [bad[0], bad[1], bad[2]] = [proposing.group, await delivered(bad[1]!, proposing.message), await delivered(bad[2]!, proposing.message)];
  }
  // Bob lacks the PSK, is a member already, and is not to remove himself: his Commit covers none of it.
  expect(bad[1]!.pendingProposals.length).toBe(3);
  const { commit, group } = await bad[1]!.commit();
  const next = await delivered(bad[2]!, commit);
  expect([next.epochAuthenticator, next.pendingProposals]).toEqual([group.epochAuthenticator, []]);
  expect(next.members.length).toBe(3);
  expect(await text(next, await group.send(utf8('hello')))).toBe('hello');
  // Dropped by hand, it no longer stands in the way of application data.
  await refuses(() => bad[2]!.send(utf8('hello')), { requirement: 'R-12.4-04', code: 'misuse' });
  let charlie = bad[2]!;
  for (const { reference } of charlie.pendingProposals) charlie = charlie.withoutProposal(reference);
  expect(await text(bad[0]!, await charlie.send(utf8('hello')))).toBe('hello');
});

test('trap 5: an Add whose init_key nobody can encrypt to never becomes pending, so it blocks no Commit', async () => {
  const { groups: [a, b] } = await history(['alice', 'bob']);
  const outside = await keyPackageOf('mallory');
  const zero = await forgeKeyPackage(suite, outside, { keyPackage: (honest) => ({ ...honest, initKey: new Uint8Array(32) }) });
  const message = await forgeFromOutside(a!.state, { senderType: 'new_member_proposal' }, addOf(zero), { signatureKey: outside.signatureKey });
  await expect(b!.receive(message)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-10-03' });
  const { commit, group } = await b!.commit();
  expect((await delivered(a!, commit)).epochAuthenticator).toEqual(group.epochAuthenticator);
});

test("trap 6: after a lost race the winner's Commit still opens", async () => {
  const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie']);
  const before = fingerprint(a!);
  const lost = await a!.commit({ forcePath: true });
  expect(fingerprint(a!)).toBe(before);
  const won = await b!.commit();
  const next = await delivered(a!, won.commit);
  expect(next.epochAuthenticator).toEqual(won.group.epochAuthenticator);
  expect(next.epochAuthenticator).not.toEqual(lost.group.epochAuthenticator);
  const after = await next.commit();
  expect((await delivered(await delivered(c!, won.commit), after.commit)).epochAuthenticator).toEqual(after.group.epochAuthenticator);
});

test('trap 7: lifetimes are enforced, on both ends and in the total', async () => {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const { groups: [a, b] } = await history(['alice', 'bob']);
  const of = async (notBefore: bigint, notAfter: bigint) => forgeProposal(a!.state, addOf(await keyPackageOf('charlie', { lifetime: { notBefore, notAfter } })));
  const twin = await of(now - 10n, now + 10n);
  await judgeProposal({ to: b!, violating: await of(0n, now - 7200n), twin, requirement: 'R-7.3-10' });
  await judgeProposal({ to: b!, violating: await of(now + 7200n, now + 9000n), twin, requirement: 'R-7.3-10' });
  await judgeProposal({ to: b!, violating: await of(now + 10n, now - 10n), twin, requirement: 'R-7.2-10' });
});

test('trap 8: Remove and re-Add of one client in one Commit is judged on the tree after the removal', async () => {
  const { groups: [a, b] } = await history(['alice', 'bob', 'charlie']);
  const again = add((await keyPackageOf('charlie')).message);
  await refuses(() => a!.commit({ proposals: [again] }), { requirement: 'R-12.2-09' });
  const { group, commit } = await a!.commit({ proposals: [again, remove(2)] });
  expect((await delivered(b!, commit)).epochAuthenticator).toEqual(group.epochAuthenticator);
});

test('trap 9: two Adds that share an encryption key are not committed', async () => {
  const { groups: [a] } = await history(['alice', 'bob']);
  const [dora, eve] = [await keyPackageOf('dora'), await keyPackageOf('eve')];
  const sharing = await forgeKeyPackage(suite, eve, { leaf: (leaf) => ({ ...leaf, encryptionKey: dora.encryptionKey.publicKey }) });
  await refuses(() => a!.commit({ proposals: [add(dora.message), add(sharing.message)] }), { requirement: 'R-7.3-14' });
  await a!.commit({ proposals: [add(dora.message), add(eve.message)] });
});

test('trap 10: an Add of a client that lacks an extension of the group is not committed', async () => {
  const extension = { extensionType: 0xf001, extensionData: new Uint8Array(0) };
  const { groups: [a] } = await history(['alice', 'bob'], { extensions: [0xf001], groupExtensions: [extension] });
  const [lacking, capable] = [await keyPackageOf('dora'), await keyPackageOf('dora', { capabilities: { ...capabilities, extensions: [0xf001] } })];
  await refuses(() => a!.commit({ proposals: [add(lacking.message)] }), { requirement: 'R-13.4-05' });
  await a!.commit({ proposals: [add(capable.message)] });
});

test('trap 13: concurrent sends use different generations', async () => {
  for (const handshakeAs of ['private', 'public'] as const) {
    const { groups: [a, b] } = await history(['alice', 'bob'], { handshakeAs });
    const messages = await Promise.all(Array.from({ length: 20 }, (_, i) => a!.send(utf8(`${i}`))));
    const heard = await Promise.all(messages.map((message) => text(b!, message)));
    expect(heard.sort()).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`).sort());
    // Two proposals of one group value at once, and a Commit.
    const [one, two, three] = await Promise.all([a!.propose(update()), a!.propose(update()), a!.commit()]);
    for (const sent of [one!.message, two!.message, three!.commit]) expect((await b!.receive(sent)).kind).toMatch(/proposal|commit/);
  }
});

test('trap 13: private keys of blanked nodes are not kept, and a removed member can erase everything', async () => {
  const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie', 'diana']);
  const removing = await a!.commit({ proposals: [remove(3)] });
  for (const group of [removing.group, await delivered(b!, removing.commit), await delivered(c!, removing.commit)]) {
    for (const [nodeIndex, key] of group.state.privateKeys) expect(hex(encryptionKey(nodeAt(group.state.tree, nodeIndex))!)).toBe(hex(key.publicKey));
  }
  // Without a path in between: an Update of Bob blanks what is above him.
  const updating = await b!.propose(update());
  const committing = await forgeCommit((await delivered(a!, updating.message)).state, { proposals: [{ proposal: updating.group.pendingProposals[0]!.proposal, reference: updating.reference, sender: 1 }] });
  const after = await follows(await delivered(c!, updating.message), committing);
  for (const [nodeIndex, key] of after.state.privateKeys) expect(hex(encryptionKey(nodeAt(after.state.tree, nodeIndex))!)).toBe(hex(key.publicKey));

  const diana = (await history(['alice', 'bob'])).groups;
  const gone = await diana[0]!.commit({ proposals: [remove(1)] });
  expect((await diana[1]!.receive(gone.commit)).kind).toBe('removed');
  diana[1]!.dispose();
  for (const secret of Object.values(diana[1]!.state.secrets)) expect(secret.disposed).toBe(true);
  for (const key of diana[1]!.state.privateKeys.values()) expect(() => key.serialize()).toThrow();
  await expect(diana[1]!.send(utf8('hello'))).rejects.toMatchObject({ code: 'misuse' });
  expect(groupOf(diana[0]!.state).members.length).toBe(2);
});

test('trap 13: an own Update that no Commit took up leaves no key behind when its group is disposed of', async () => {
  const { groups: [a, b] } = await history(['alice', 'bob']);
  const { group } = await b!.propose(update());
  const [pending] = group.state.pendingUpdates.values();
  const { commit } = await a!.commit();
  const next = await delivered(group, commit);
  group.dispose(next);
  expect(() => pending!.encryptionKey.serialize()).toThrow();
  expect(() => next.state.signatureKey.serialize()).not.toThrow();
});
