/** Messages and their keys: RFC 9420 §5.3, §6, §9.1, §9.2, §12.4, §15, with PrivateMessages opened by hand. */
import { describe, expect, test } from 'vitest';
import { add, remove, update, type Group } from '../../src/index.ts';
import { concat, hex, utf8 } from '../../src/mls/bytes.ts';
import { deriveTreeSecret } from '../../src/mls/crypto/labelled.ts';
import { cipherSuites } from '../../src/mls/crypto/suites.ts';
import type { RatchetType } from '../../src/mls/epoch/secret-tree.ts';
import { decodeSecretTree } from '../../src/mls/epoch/secret-tree-state.ts';
import { MLSMessage, SenderData, type PrivateMessage } from '../../src/mls/wire/framing.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import { committed, delivered } from '../../src/hostile/people.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { history, keyPackageOf, person, suite } from '../support/people.ts';
import * as hand from './by-hand.ts';
import { failure, refused } from './support.ts';

const contentTypes = { application: 1, proposal: 2, commit: 3 };
const wireFormatOf = (message: Uint8Array): string => decode(MLSMessage, message, 'MLSMessage').wireFormat;
function privateOf(message: Uint8Array): PrivateMessage {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_private_message') throw new Error(decoded.wireFormat);
  return decoded.privateMessage;
}
const said = async (group: Group, message: Uint8Array): Promise<string> => {
  const received = await group.receive(message);
  return received.kind === 'application' ? new TextDecoder().decode(received.data) : received.kind;
};

/** §6.3.1 and §6.3.2 by hand, with the epoch's secrets of a member who has not received the message. */
function opened({ groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext }: PrivateMessage, { state }: Group) {
  const header = concat(hand.vec(groupId), hand.u64(epoch), Uint8Array.of(contentTypes[contentType]));
  const sample = ciphertext.subarray(0, hand.nh);
  const senderDataSecret = state.secrets.senderDataSecret.expose();
  const [key, nonce] = [hand.expandWithLabel(senderDataSecret, 'key', sample, 16), hand.expandWithLabel(senderDataSecret, 'nonce', sample, 12)];
  const senderData = decode(SenderData, hand.open(key, nonce, header, encryptedSenderData), 'SenderData');
  const ratchet: RatchetType = contentType === 'application' ? 'application' : 'handshake';
  const taken = state.secretTree.receiveKey(senderData.leafIndex, ratchet, senderData.generation);
  const guarded = taken.nonce.map((byte, i) => byte ^ (senderData.reuseGuard[i] ?? 0));
  return { senderData, plaintext: hand.open(taken.key, guarded, concat(header, hand.vec(authenticatedData)), ciphertext) };
}

describe('PrivateMessages', async () => {
  const { groups } = await history(['alice', 'bob', 'charlie'], { handshakeAs: 'private' });
  const [a, b, c] = groups as [Group, Group, Group];

  test('R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent', async () => {
    const sent = await a.send(utf8('hello'), { authenticatedData: utf8('aad'), padding: 50 });
    const { senderData, plaintext } = opened(privateOf(sent), b);
    expect(senderData.leafIndex).toBe(0);
    expect(hex(plaintext.subarray(0, 6))).toBe(hex(hand.vec(utf8('hello'))));
    expect(hex(plaintext.subarray(6, 8))).toBe('4040');
    expect(hex(plaintext.subarray(8 + 64))).toBe('00'.repeat(50));
    expect(await said(b, sent)).toBe('hello');
  });

  test('R-6.3-02, R-6.1-01: the signature inside is over a FramedContent whose sender is the member of the sender data', async () => {
    const sent = await a.send(utf8('hello'), { authenticatedData: utf8('aad') });
    const { plaintext } = opened(privateOf(sent), b);
    const content = concat(hand.vec(a.groupId), hand.u64(a.epoch), Uint8Array.of(1), hand.u32(0), hand.vec(utf8('aad')), Uint8Array.of(1), hand.vec(utf8('hello')));
    const signed = concat(hand.u16(1), hand.u16(2), content, a.state.contextBytes);
    expect(await suite.verify(a.members[0]!.leafNode.signatureKey, concat(hand.vec(utf8('MLS 1.0 FramedContentTBS')), hand.vec(signed)), plaintext.subarray(8, 72))).toBe(true);
  });

  test('R-6.3.1-06: every message has a reuse guard of its own', async () => {
    const sent = await Promise.all(Array.from({ length: 8 }, () => a.send(utf8('same'))));
    const guards = sent.map((message) => hex(opened(privateOf(message), c).senderData.reuseGuard));
    expect(guards.every((guard) => guard.length === 8)).toBe(true);
    expect(new Set(guards).size).toBe(8);
  });

  test('R-6.3.1-04, R-9.1-03: handshake and application messages count from 0 apart, in every epoch anew', async () => {
    const { groups: [d, e] } = await history(['diana', 'eve'], { handshakeAs: 'private', allowDataWithPendingProposals: true });
    const proposed = await d!.propose(update());
    const sent = [await proposed.group.send(utf8('1')), proposed.message, await proposed.group.send(utf8('2'))];
    const next = await committed([d!, e!], 0);
    const later = await next[0]!.send(utf8('3'));
    const places = sent.map((message) => opened(privateOf(message), e!).senderData.generation);
    // The Commit by which Diana entered the epoch was of the one before.
    expect(places).toEqual([0, 0, 1]);
    expect(opened(privateOf(later), next[1]!).senderData.generation).toBe(0);
  });

  test('R-6-11: authenticated_data reaches the application as it was sent, of every kind of message, and only once it is authentic', async () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const sent = await a.send(utf8('hello'), { authenticatedData: data });
    expect((await b.receive(sent)).authenticatedData).toEqual(data);
    const at = Buffer.from(sent).indexOf(Buffer.from(data));
    await refused(c, sent.with(at + 9, 0xff), { requirement: 'R-6.3.1-09' });
    const proposed = await a.propose(update(), { authenticatedData: data });
    expect((await b.receive(proposed.message)).authenticatedData).toEqual(data);
    expect((await b.receive((await a.commit({ authenticatedData: data })).commit)).authenticatedData).toEqual(data);
  });

  test('R-6.3.1-11, R-15.2-01: what one key encrypts stays below the bounds of every AEAD, and no key encrypts twice', async () => {
    // AES-GCM takes 2^36 - 31 bytes, ChaCha20-Poly1305 2^38 - 64; no vector is longer than 2^30 - 1.
    expect(new Set(cipherSuites.map(({ aead }) => aead))).toEqual(new Set(['AES-128-GCM', 'AES-256-GCM', 'ChaCha20-Poly1305']));
    expect((await failure(() => a.send(new Uint8Array(2 ** 30)))).code).toBe('limit');
    const { groups: [d, e] } = await history(['diana', 'eve']);
    const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => d!.send(utf8(`${i}`))));
    const generations = sent.map((message) => opened(privateOf(message), e!).senderData.generation);
    expect(new Set(generations).size).toBe(20);
  });
});

describe('carriers', () => {
  test('R-6-02, R-6-03: Proposals and Commits are private unless the client says that they are to be seen', async () => {
    for (const [handshakeAs, wireFormat] of [[undefined, 'mls_private_message'], ['private', 'mls_private_message'], ['public', 'mls_public_message']] as const) {
      const client = await person('alice', handshakeAs === undefined ? { handshakeAs: undefined as never } : { handshakeAs });
      const group = await client.createGroup();
      const { message } = await group.propose(add((await keyPackageOf('bob')).message));
      const { commit } = await group.commit();
      expect([wireFormatOf(message), wireFormatOf(commit)]).toEqual([wireFormat, wireFormat]);
    }
  });

  test('R-6-10, R-12.1.8-03: whoever stands outside sends PublicMessages, whatever it prefers inside', async () => {
    const { groups: [a] } = await history(['alice', 'bob'], { handshakeAs: 'private' });
    const outside = await person('charlie', { handshakeAs: 'private' });
    const info = await a!.groupInfo();
    expect(wireFormatOf((await outside.proposeJoin(info)).message)).toBe('mls_public_message');
    expect(wireFormatOf((await outside.joinByExternalCommit(info)).commit)).toBe('mls_public_message');
  });
});

describe('deletion and late messages', () => {
  const stateOf = (group: Group) => decodeSecretTree(group.state.secretTree.encode(group.ownLeafIndex, 0), suite);
  /** Everything from which the member could still come to a key. */
  function kept(group: Group): Uint8Array[] {
    const { leaves, nodes } = stateOf(group);
    return [...nodes.map(({ secret }) => secret), ...leaves.flatMap(({ handshake, application }) => [handshake, application].flatMap(({ secret, skipped }) => [secret, ...skipped.map(({ keyAndNonce }) => keyAndNonce.subarray(0, 16))]))];
  }
  /** Whether a kept value is a key, or gives it as that of a generation. */
  const leadsTo = (values: readonly Uint8Array[], key: Uint8Array, generation: number): boolean =>
    values.some((value) => hex(value) === hex(key) || hex(deriveTreeSecret(suite, value, 'key', generation, 16)) === hex(key));

  test('R-9.2-01, R-9.2-05, R-9.2-06: the key of a message that was opened cannot be had again, by receiver or sender', async () => {
    const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie']);
    const keys = [0, 1, 2, 3].map((generation) => c!.state.secretTree.receiveKey(0, 'application', generation).key.slice());
    const sent = [await a!.send(utf8('0')), await a!.send(utf8('1')), await a!.send(utf8('2'))];
    expect(await said(b!, sent[2]!)).toBe('2');
    expect(keys.map((key, generation) => leadsTo(kept(b!), key, generation))).toEqual([true, true, false, true]);
    expect(await said(b!, sent[0]!)).toBe('0');
    expect(keys.map((key, generation) => leadsTo(kept(b!), key, generation))).toEqual([false, true, false, true]);
    expect(keys.map((key, generation) => leadsTo(kept(a!), key, generation))).toEqual([false, false, false, true]);
  });

  test('R-9.2-02, R-15.3-01: keys of skipped generations stay until their message comes, in any order', async () => {
    const { groups: [a, b] } = await history(['alice', 'bob']);
    const sent: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) sent.push(await a!.send(utf8(`${i}`)));
    for (const i of [5, 1, 3, 0, 4, 2]) expect(await said(b!, sent[i]!)).toBe(`${i}`);
  });

  test('R-15.3-02, R-15.3-03: how many keys are kept and how many steps are taken is for the application to say', async () => {
    const { groups: [a, b] } = await history(['alice', 'bob'], { each: { bob: { limits: { forwardSteps: 3, outOfOrderKeys: 1 } } } });
    const sent: Uint8Array[] = [];
    for (let i = 0; i < 6; i++) sent.push(await a!.send(utf8(`${i}`)));
    await refused(b!, sent[4]!, { requirement: 'R-15.3-04', code: 'limit' });
    expect(await said(b!, sent[3]!)).toBe('3');
    await refused(b!, sent[1]!, { requirement: 'R-9.1-05' });
    expect(await said(b!, sent[2]!)).toBe('2');
  });

  test('R-9.1-04: whatever becomes of a message, no generation is used for a second', async () => {
    const { groups: [a, b] } = await history(['alice', 'bob'], { handshakeAs: 'private' });
    const lost = [await a!.commit(), await a!.commit({ forcePath: true })].map(({ commit }) => opened(privateOf(commit), b!).senderData.generation);
    const proposed = await a!.propose(update());
    expect(new Set([...lost, opened(privateOf(proposed.message), b!).senderData.generation]).size).toBe(3);
  });

  test("R-5.3.3-03, R-5.3.2-02: a late message is its sender's in its own epoch, though somebody else stands at the leaf by now and the sender's credential has expired", async () => {
    let expired = false;
    const validateCredential = ({ credential }: { credential: { credentialType: string; identity?: Uint8Array } }) => !expired || hex(credential.identity!) !== hex(utf8('bob'));
    const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie'], { policy: { ...openPolicy, validateCredential } });
    const late = await b!.send(utf8('from bob'));
    const replacing = await a!.commit({ proposals: [remove(1), add((await keyPackageOf('diana')).message)] });
    const now = await delivered(c!, replacing.commit);
    expired = true;
    expect(now.members[1]!.credential).toMatchObject({ identity: utf8('diana') });
    expect(await now.receive(late)).toMatchObject({ kind: 'application', sender: 1, epoch: b!.epoch, data: utf8('from bob') });
  });

  test('R-12.4-04, R-15.2-02: application data waits until pending proposals are committed', async () => {
    const { groups: [a, b] } = await history(['alice', 'bob']);
    const proposed = await a!.propose(update());
    const waiting = await delivered(b!, proposed.message);
    for (const group of [waiting, proposed.group]) await expect(group.send(utf8('too early'))).rejects.toMatchObject({ code: 'misuse', requirement: 'R-12.4-04' });
    const { group, commit } = await waiting.commit();
    expect(await said(await delivered(proposed.group, commit), await group.send(utf8('now')))).toBe('now');
  });
});
