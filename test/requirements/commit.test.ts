/** The Commit as a message and the epoch it begins: RFC 9420 §6, §8, §11, §12.4.1, §12.4.2. */
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { interimTranscriptHash } from '../../src/mls/epoch/transcript-hash.ts';
import { confirmationTag } from '../../src/mls/epoch/key-schedule.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { ownLeaf } from '../../src/mls/group/state.ts';
import { SecretTree } from '../../src/mls/epoch/secret-tree.ts';
import { Secret } from '../../src/mls/secret.ts';
import { forgeCommit, type CommitForgery } from '../../src/hostile/forge/forge-commit.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { fingerprint, follows, groupOf, judgeCommit, refused, refuses } from './support.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, person, suite } from '../support/people.ts';

const { groups } = await history(['alice', 'bob', 'charlie']);
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];

test.each([-1n, 1n])('R-12.4.2-01: a Commit for another epoch (%s) is refused', async (step) => {
  await judgeCommit({ from: a, to: b, requirement: 'R-12.4.2-01', violating: { content: (content) => ({ ...content, epoch: content.epoch + step }) } });
});

test('R-12.4.2-02: a Commit with a bad signature and a right membership_tag is refused before its proposals are looked at', async () => {
  const remove: Proposal = { proposalType: 'remove', removed: 77 };
  await judgeCommit({ from: a, to: b, requirement: 'R-6.1-12', violating: { proposals: [remove], signature: (signature) => flipped(signature) } });
});

test('R-12.4.2-09: an altered confirmation_tag with a membership_tag remade by an insider is refused', async () => {
  await judgeCommit({ from: a, to: b, requirement: 'R-12.4.2-09', violating: { confirmationTag: (tag) => flipped(tag) } });
  await judgeCommit({ from: a, to: b, requirement: 'R-12.4.2-09', violating: { confirmationTag: () => new Uint8Array(0) } });
});

test("R-12.4.1-09: a membership_tag made with the new epoch's key is refused", async () => {
  const next = await forgeCommit(a.state);
  await judgeCommit({ from: a, to: b, requirement: 'R-6.2-04', violating: { membershipKey: next.state.secrets.membershipKey } });
});

test('R-12.4.2-10: after any refused Commit the group is as it was, and the valid one for the same epoch works', async () => {
  const before = fingerprint(b);
  await refused(b, (await forgeCommit(a.state, { path: { pathSecret: (secret) => flipped(secret) } })).message, { requirement: 'R-7.5-11' });
  expect(fingerprint(b)).toBe(before);
  const { commit, group } = await a.commit();
  expect((await delivered(b, commit)).epochAuthenticator).toEqual(group.epochAuthenticator);
  expect(fingerprint(b)).toBe(before);
});

test('R-12.4.2-03: PSKs are looked for before the path is opened', async () => {
  const { clients, groups: own } = await history(['alice', 'bob']);
  clients[0]!.storePsk(utf8('id'), utf8('value'));
  const psk: Proposal = { proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } };
  const forged = await forgeCommit(own[0]!.state, { proposals: [psk] });
  await refused(own[1]!, forged.message, { requirement: 'R-12.4.2-03' });
  clients[1]!.storePsk(utf8('id'), utf8('another value'));
  await refused(own[1]!, forged.message, { requirement: 'R-12.4.2-09' });
  clients[1]!.storePsk(utf8('id'), utf8('value'));
  await follows(own[1]!, forged);
});

test('R-12.4.1-07: a Commit that changes the signature key is signed with the old one', async () => {
  const key = await suite.generateSignatureKey();
  const path = { leaf: (leaf: { readonly signatureKey: Uint8Array }) => ({ ...leaf, signatureKey: key.publicKey }) as never };
  await judgeCommit({ from: a, to: b, requirement: 'R-6.1-12', violating: { path, nextSignatureKey: key, signatureKey: key }, twin: { path, nextSignatureKey: key } });
  // And so does the engine; from then on the new key is in force.
  const changed = await a.commit({ leaf: { signatureKey: key } });
  const [nextB, nextC] = [await delivered(b, changed.commit), await delivered(c, changed.commit)];
  expect(changed.group.state.signatureKey).toBe(key);
  await judgeCommit({ from: changed.group, to: nextB, requirement: 'R-6.1-12', violating: { signatureKey: a.state.signatureKey } });
  expect((await nextC.receive(await changed.group.send(utf8('hello')))).kind).toBe('application');
});

test('R-11-07: at epoch 0 the confirmation_tag covers the empty confirmed hash and the interim hash is not empty', async () => {
  const { state } = await (await person('alice')).createGroup();
  expect(state.groupContext.confirmedTranscriptHash.length).toBe(0);
  const tag = confirmationTag(suite, state.secrets.confirmationKey, new Uint8Array(0));
  expect(hex(state.confirmationTag)).toBe(hex(tag));
  expect(hex(state.interimTranscriptHash)).toBe(hex(interimTranscriptHash(suite, new Uint8Array(0), tag)));
  expect(hex(state.interimTranscriptHash)).toBe(hex(suite.digest(Uint8Array.of(32), tag)));
});

test('R-12.4.2-10: a Commit refused at every stage leaves no trace in who follows the honest history', async () => {
  let group = b;
  let from = a;
  for (let i = 0; i < 3; i++) {
    await refused(group, (await forgeCommit(from.state, { confirmationTag: (tag) => flipped(tag) })).message, { requirement: 'R-12.4.2-09' });
    const forged = await forgeCommit(from.state);
    group = await follows(group, forged);
    from = groupOf(forged.state);
  }
});

test.each<[RequirementId, CommitForgery]>([
  ['R-12.2-05', { proposals: [{ proposalType: 'remove', removed: 0 }] }],
  ['R-12.4-10', { path: 'none' }],
  ['R-7.9.2-07', { path: { parentHash: (hash) => flipped(hash) } }],
  ['R-7.5-11', { path: { pathSecret: (secret) => flipped(secret) } }],
  ['R-12.4.2-08', { path: { publicKeys: (keys) => keys.with(0, ownLeaf(c.state).encryptionKey) } }],
  ['R-12.4.2-09', { confirmationTag: (tag) => flipped(tag) }],
])('%s: is refused in a PrivateMessage as well, which uses up its own key and nothing else', async (requirement, violating) => {
  const hidden = await history(['alice', 'bob', 'charlie'], { handshakeAs: 'private' });
  const [from, to] = [hidden.groups[0]!, hidden.groups[1]!];
  const later = await from.send(utf8('later'));
  // Everything but the receive keys, in whose place stand those of a tree that nothing was received with.
  const withoutKeys = () => fingerprint(groupOf({ ...to.state, pastEpochs: [], secretTree: new SecretTree({ suite, encryptionSecret: new Secret(new Uint8Array(suite.nh)), leafCount: 4 }) }));
  const before = withoutKeys();
  const usual = requirement === 'R-12.4.2-08' ? { path: { publicKeys: (keys: readonly Uint8Array[]) => keys.with(0, ownLeaf(hidden.groups[2]!.state).encryptionKey) } } : violating;
  await refuses(async () => to.receive((await forgeCommit(from.state, { ...usual, as: 'private' })).message), { requirement });
  expect(withoutKeys()).toBe(before);
  expect((await to.receive(later)).kind).toBe('application');
  await follows(to, await forgeCommit(from.state, { as: 'private' }));
});
