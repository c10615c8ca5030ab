/** Framing, PublicMessage and PrivateMessage, sender ratchets: RFC 9420 §6, §9.1, §9.2, §15.3. */
import { describe, expect, test } from 'vitest';
import type { Group } from '../../src/index.ts';
import { concat, utf8 } from '../../src/mls/bytes.ts';
import type { ErrorCode } from '../../src/mls/errors.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import type { FramedContent } from '../../src/mls/wire/framing.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { contentBy, flipped, forgeApplication, forgeMessage, forgeSigned, type MessageForgery, type PrivateForgery } from '../../src/hostile/forge/forge-message.ts';
import { follows, judgeCommit, judgeProposal, refused } from './support.ts';
import { committed } from '../../src/hostile/people.ts';
import { history } from '../support/people.ts';

// Six members in eight leaves; Alice removes the fifth.
const start = await history(['alice', 'bob', 'charlie', 'diana', 'eve', 'frank']);
const removal = await start.groups[0]!.commit({ proposals: [{ kind: 'proposal', proposal: { proposalType: 'remove', removed: 4 } }] });
const groups: Group[] = [removal.group];
for (const index of [1, 2, 3, 5]) {
  const received = await start.groups[index]!.receive(removal.commit);
  if (received.kind !== 'commit') throw new Error(received.kind);
  groups.push(received.group);
}
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
const blankLeaf = 4;
const remove: Proposal = { proposalType: 'remove', removed: 3 };

const proposal = (forgery: MessageForgery = {}, edit?: (content: FramedContent) => FramedContent) => forgeMessage(a.state, contentBy(a.state, { proposal: remove }, edit), forgery);

/** A proposal in clear is refused, its twin accepted. */
const judgePublic = async (requirement: RequirementId, violating: Uint8Array, code: ErrorCode = 'invalid') => judgeProposal({ to: b, violating, twin: await proposal(), requirement, code });

describe('a PublicMessage is refused', () => {
  test('R-6-01: with application data, a valid signature and tag', async () => {
    await judgePublic('R-6-01', await forgeMessage(a.state, contentBy(a.state, { applicationData: utf8('hello') })));
  });

  test('R-6-08: of a foreign group', async () => judgePublic('R-6-08', await proposal({}, (content) => ({ ...content, groupId: utf8('another group') }))));

  test.each([blankLeaf, 8, 0xffffffff])('R-6-09: from leaf %s, where no member stands', async (leafIndex) =>
    judgePublic('R-6-09', await proposal({}, (content) => ({ ...content, sender: { senderType: 'member', leafIndex } }))));

  test('R-6.1-12: with one signature bit flipped', async () => judgePublic('R-6.1-12', await proposal({ signature: (signature) => flipped(signature, 10) })));
  test('R-6.2-05: with a right membership_tag around a wrong signature', async () => judgePublic('R-6.1-12', await proposal({ signature: () => new Uint8Array(64) })));
  test("R-6.1-05: signed with another member's key", async () => judgePublic('R-6.1-12', await proposal({ signatureKey: c.state.signatureKey })));

  test("R-6.1-04: signed over the previous epoch's GroupContext", async () => {
    const { signature } = await signedOver(start.groups[0]!);
    await judgePublic('R-6.1-12', await proposal({ signature: () => signature }));
  });

  test('R-6.1-03: with a content that was signed for a PrivateMessage', async () => judgePublic('R-6.1-12', await proposal({ signedFor: 'mls_private_message' })));

  test.each<[string, (tag: Uint8Array) => Uint8Array]>([
    ['altered', (tag) => flipped(tag)],
    ['empty', () => new Uint8Array(0)],
    ['all zero', () => new Uint8Array(32)],
    ['cut short', (tag) => tag.subarray(0, 31)],
  ])('R-6.2-04: whose membership_tag is %s', async (_, membershipTag) => judgePublic('R-6.2-04', await proposal({ membershipTag })));

  test('R-6.2-03: a Commit whose confirmation_tag was swapped after the membership_tag was made', async () => {
    await judgeCommit({ from: a, to: b, requirement: 'R-6.2-04', violating: { publicMessage: (message) => ({ ...message, auth: { ...message.auth, confirmationTag: flipped(message.auth.confirmationTag!) } }) } });
  });

  test('R-6-08, R-12.4.2-01: of a future epoch', async () => {
    await judgeCommit({ from: a, to: b, requirement: 'R-12.4.2-01', violating: { content: (content) => ({ ...content, epoch: content.epoch + 5n }) } });
  });

  function signedOver(group: Group) {
    return forgeSigned(a.state, contentBy(a.state, { proposal: remove }), { signedContext: group.state.contextBytes });
  }
});

let generation = 0;
/** The next unused key of Alice's application ratchet, as Charlie knows it too. */
const nextKey = () => {
  const { key, nonce } = c.state.secretTree.receiveKey(0, 'application', generation);
  return { key, nonce, generation: generation++ };
};

/** A PrivateMessage is refused and consumes nothing: the true message of the same generation still opens. */
async function judgePrivate(requirement: RequirementId, forgery: Omit<MessageForgery, 'as'>, code: ErrorCode = 'invalid'): Promise<void> {
  const key = nextKey();
  const of = (one: MessageForgery) => forgeApplication(a.state, 'hello', { ...one, private: { key: { ...key, key: key.key.slice(), nonce: key.nonce.slice() }, ...one.private } });
  await refused(b, await of(forgery), { requirement, code });
  const received = await b.receive(await of({}));
  expect(received.kind === 'application' && new TextDecoder().decode(received.data)).toBe('hello');
}
const hidden = (forgery: PrivateForgery): Omit<MessageForgery, 'as'> => ({ private: forgery });

describe('a PrivateMessage is refused', () => {
  test.each<[string, readonly number[]]>([
    ['ends in 0x01', [0, 0, 0, 1]],
    ['begins with 0x80', [0x80, 0, 0, 0]],
    ['is one byte', [7]],
  ])('R-6.3.1-03: whose padding %s', async (_, padding) => judgePrivate('R-6.3.1-03', hidden({ padding: Uint8Array.from(padding) }), 'malformed'));

  test('R-6.3.1-03: but zero padding of any length is accepted', async () => {
    for (const length of [1, 17, 5000]) expect((await b.receive(await forgeApplication(a.state, 'hello', hidden({ padding: new Uint8Array(length), key: nextKey() })))).kind).toBe('application');
  });

  test('R-6.3.1-09: whose authenticated_data was altered', async () => judgePrivate('R-6.3.1-09', hidden({ message: (message) => ({ ...message, authenticatedData: utf8('other') }) })));
  test('R-6.3.1-09: whose ciphertext was altered behind the sample', async () => judgePrivate('R-6.3.1-09', hidden({ message: (message) => ({ ...message, ciphertext: flipped(message.ciphertext, -1) }) })));
  test('R-6.3.2-05: whose content_type was altered', async () => judgePrivate('R-6.3.2-05', hidden({ message: (message) => ({ ...message, contentType: 'proposal' }) })));
  test('R-6.3.2-05: whose epoch was altered to one that is kept', async () => judgePrivate('R-6.3.2-05', hidden({ message: (message) => ({ ...message, epoch: message.epoch - 1n }) })));
  test('R-6.3.2-05: whose sample was altered', async () => judgePrivate('R-6.3.2-05', hidden({ message: (message) => ({ ...message, ciphertext: flipped(message.ciphertext) }) })));
  test('R-6.3.1-10: made by a member, with a bad inner signature', async () => judgePrivate('R-6.3.1-10', { signature: (signature) => flipped(signature) }));
  test("R-6.3.1-10: signed with another member's key", async () => judgePrivate('R-6.3.1-10', { signatureKey: c.state.signatureKey }));
  test('R-6.1-03: with a content that was signed for a PublicMessage', async () => judgePrivate('R-6.3.1-10', { signedFor: 'mls_public_message' }));
  test.each([11, 13])('R-6.3.2-02: whose sender data has %s bytes', async (length) => judgePrivate('R-6.3.2-02', hidden({ senderDataBytes: (bytes) => concat(bytes, new Uint8Array(1)).subarray(0, length) })));
  test.each([blankLeaf, 8, 2 ** 20, 0xffffffff])('R-6.3.2-06: whose sender is leaf %s, where no member stands', async (leafIndex) => judgePrivate('R-6.3.2-06', hidden({ senderData: (data) => ({ ...data, leafIndex }) })));
  test('R-6-08: of a foreign group', async () => judgePrivate('R-6-08', hidden({ message: (message) => ({ ...message, groupId: utf8('another group') }) })));
  test('R-6-08: of a future epoch', async () => judgePrivate('R-6-08', hidden({ message: (message) => ({ ...message, epoch: message.epoch + 1n }) })));
  test('R-15.3-04: with generation 0xffffffff', async () => judgePrivate('R-15.3-04', hidden({ senderData: (data) => ({ ...data, generation: 0xffffffff }) }), 'limit'));

  test('R-15.3-04: one generation further than allowed, and the ratchet has not moved', async () => {
    const { groups: [d, e, f] } = await history(['alice', 'bob', 'charlie'], { each: { bob: { limits: { forwardSteps: 10 } } } });
    const at = async (step: number) => forgeApplication(d!.state, `number ${step}`, hidden({ key: { ...f!.state.secretTree.receiveKey(0, 'application', step), generation: step } }));
    await refused(e!, await at(11), { requirement: 'R-15.3-04', code: 'limit' });
    for (const step of [10, 3, 0, 20]) expect((await e!.receive(await at(step))).kind).toBe('application');
    await refused(e!, await at(31 + 1), { requirement: 'R-15.3-04', code: 'limit' });
  });

  test('R-9.1-05: delivered twice, or after its key was dropped', async () => {
    const message = await forgeApplication(a.state, 'once', hidden({ key: nextKey() }));
    await b.receive(message);
    await refused(b, message, { requirement: 'R-9.1-05' });
    const { groups: [d, e] } = await history(['alice', 'bob'], { each: { bob: { limits: { outOfOrderKeys: 2 } } } });
    const sent: Uint8Array[] = [];
    for (let i = 0; i < 5; i++) sent.push(await d!.send(utf8(`${i}`)));
    await e!.receive(sent[4]!);
    await refused(e!, sent[1]!, { requirement: 'R-9.1-05' });
    expect((await e!.receive(sent[2]!)).kind).toBe('application');
    expect((await e!.receive(sent[3]!)).kind).toBe('application');
  });

  test('R-9.2-07: a failed decryption consumes nothing', async () => {
    const honest = await groups[3]!.send(utf8('true'));
    for (const position of [-1, -20, -40]) await refused(b, flipped(honest, position), { requirement: 'R-6.3.1-09' });
    expect((await b.receive(honest)).kind).toBe('application');
  });
});

test('R-9.1-05, R-9.2-07: a private Commit that is refused after its signature held has used its key, and no other', async () => {
  const { groups: [d, e, f] } = await history(['alice', 'bob', 'charlie'], { handshakeAs: 'private' });
  const bad = await forgeCommit(d!.state, { as: 'private', confirmationTag: (tag) => flipped(tag) });
  const before = [e!.epoch, e!.epochAuthenticator, e!.pendingProposals.length];
  await expect(e!.receive(bad.message)).rejects.toMatchObject({ requirement: 'R-12.4.2-09' });
  await refused(e!, bad.message, { requirement: 'R-9.1-05' });
  expect([e!.epoch, e!.epochAuthenticator, e!.pendingProposals.length]).toEqual(before);
  await follows(e!, await forgeCommit(d!.state, { as: 'private' }));
  expect((await f!.receive(await d!.send(utf8('hello')))).kind).toBe('application');
});

test('R-9.2-07: a message of an earlier epoch is opened after the group has moved on', async () => {
  const { groups: now } = await history(['alice', 'bob']);
  const late = await now[0]!.send(utf8('late'));
  const next = await committed(now, 1);
  const received = await next[1]!.receive(late);
  expect(received.kind === 'application' && received.epoch).toBe(now[0]!.epoch);
  await refused(next[1]!, late, { requirement: 'R-9.1-05' });
});
