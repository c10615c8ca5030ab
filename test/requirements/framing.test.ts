/** What a refused PrivateMessage uses up, and what the limits of a ratchet are: RFC 9420 §6.3.1, §9.1, §9.2, §15.3. What messages can have wrong is in src/hostile/violations. */
import { describe, expect, test } from 'vitest';
import type { Group } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { flipped, forgeApplication, type MessageForgery, type PrivateForgery } from '../../src/hostile/forge/forge-message.ts';
import { follows, refused } from './support.ts';
import { committed } from '../../src/hostile/people.ts';
import { history } from '../support/people.ts';

const { groups } = await history(['alice', 'bob', 'charlie']);
const [a, b, c] = groups as [Group, Group, Group];

let generation = 0;
/** The next unused key of Alice's application ratchet, as Charlie knows it too. */
const nextKey = () => {
  const { key, nonce } = c.state.secretTree.receiveKey(0, 'application', generation);
  return { key, nonce, generation: generation++ };
};
const hidden = (forgery: PrivateForgery): Omit<MessageForgery, 'as'> => ({ private: forgery });

test.each<[RequirementId, string, Omit<MessageForgery, 'as'>]>([
  ['R-6.3.1-09', 'whose ciphertext was altered', hidden({ message: (message) => ({ ...message, ciphertext: flipped(message.ciphertext, -1) }) })],
  ['R-6.3.2-05', 'whose content_type was altered', hidden({ message: (message) => ({ ...message, contentType: 'proposal' }) })],
  ['R-6.3.1-10', 'with a bad inner signature', { signature: (signature) => flipped(signature) }],
])('%s: a PrivateMessage %s uses up nothing: the true message of its generation still opens', async (requirement, _, forgery) => {
  const key = nextKey();
  const of = (one: MessageForgery) => forgeApplication(a.state, 'hello', { ...one, private: { key: { ...key, key: key.key.slice(), nonce: key.nonce.slice() }, ...one.private } });
  await refused(b, await of(forgery), { requirement });
  const received = await b.receive(await of({}));
  expect(received.kind === 'application' && new TextDecoder().decode(received.data)).toBe('hello');
});

test('R-6.3.1-03: zero padding of any length is accepted', async () => {
  for (const length of [1, 17, 5000]) expect((await b.receive(await forgeApplication(a.state, 'hello', hidden({ padding: new Uint8Array(length), key: nextKey() })))).kind).toBe('application');
});

test('R-9.2-07: a failed decryption consumes nothing', async () => {
  const honest = await c.send(utf8('true'));
  for (const position of [-1, -20, -40]) await refused(b, flipped(honest, position), { requirement: 'R-6.3.1-09' });
  expect((await b.receive(honest)).kind).toBe('application');
});

test("R-6.1-04: a message signed over the GroupContext of the epoch before its own is refused as that, in a kept epoch as in the current one", async () => {
  const { groups: first } = await history(['alice', 'bob'], { each: { bob: { limits: { pastEpochs: 2 } } } });
  const second = await committed(first, 0);
  const third = await committed(second, 0);
  const [oldest, kept, current] = [first, second, third].map(([sender]) => sender!.state);
  const signedOver = (sender: typeof oldest, other: typeof oldest) => forgeApplication(sender!, 'hello', { signedContext: other!.contextBytes });

  await refused(third[1]!, await signedOver(current, kept), { requirement: 'R-6.1-04' });
  await refused(third[1]!, await signedOver(kept, oldest), { requirement: 'R-6.1-04' });
  // What came before it is not kept, and what came after it no sender can have taken by mistake.
  await refused(third[1]!, await signedOver(oldest, kept), { requirement: 'R-6.3.1-10' });
});

describe('a ratchet', () => {
  test('R-15.3-04: does not move for a message one generation further than allowed', async () => {
    const { groups: [d, e, f] } = await history(['alice', 'bob', 'charlie'], { each: { bob: { limits: { forwardSteps: 10 } } } });
    const at = async (step: number) => forgeApplication(d!.state, `number ${step}`, hidden({ key: { ...f!.state.secretTree.receiveKey(0, 'application', step), generation: step } }));
    await refused(e!, await at(11), { requirement: 'R-15.3-04', code: 'limit' });
    for (const step of [10, 3, 0, 20]) expect((await e!.receive(await at(step))).kind).toBe('application');
    await refused(e!, await at(31 + 1), { requirement: 'R-15.3-04', code: 'limit' });
  });

  test('R-9.1-05: drops the keys of messages that are too late', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { each: { bob: { limits: { outOfOrderKeys: 2 } } } });
    const sent: Uint8Array[] = [];
    for (let i = 0; i < 5; i++) sent.push(await d!.send(utf8(`${i}`)));
    await e!.receive(sent[4]!);
    await refused(e!, sent[1]!, { requirement: 'R-9.1-05' });
    expect((await e!.receive(sent[2]!)).kind).toBe('application');
    expect((await e!.receive(sent[3]!)).kind).toBe('application');
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
