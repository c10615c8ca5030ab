/** Content authentication, PublicMessage and PrivateMessage (RFC 9420 §6.1 to §6.3). */
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../src/mls/bytes.ts';
import { signWithLabel } from '../../../src/mls/crypto/labelled.ts';
import type { SignaturePrivateKey } from '../../../src/mls/crypto/provider.ts';
import { openPrivateMessage, protectPrivateMessage, senderDataKeyAndNonce, type OpenedPrivateMessage } from '../../../src/mls/epoch/private-message.ts';
import { checkMembershipTag, openPublicMessage, protectPublicMessage } from '../../../src/mls/epoch/public-message.ts';
import { SecretTree } from '../../../src/mls/epoch/secret-tree.ts';
import { authenticatedContentBytes, signFramedContent, verifyFramedContent, type ContentWireFormat, type SignedContent } from '../../../src/mls/epoch/sign-content.ts';
import {
  AuthenticatedContent,
  FramedContent,
  messageHeader,
  MLSMessage,
  SenderDataAAD,
  type PrivateMessage,
  type PublicMessage,
  type Sender,
} from '../../../src/mls/wire/framing.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { expectFailure, secretOf, suite } from './support.ts';

const member: Sender = { senderType: 'member', leafIndex: 1 };
const external: Sender = { senderType: 'external', senderIndex: 0 };
const newMemberCommit: Sender = { senderType: 'new_member_commit' };
const groupContext = utf8('an encoded GroupContext');
const [senderDataSecret, membershipKey] = [secretOf(1), secretOf(2)];
const newTree = () => new SecretTree({ suite, encryptionSecret: secretOf(3), leafCount: 2 });
const isMember = (leafIndex: number) => leafIndex < 2;
const confirmationTag = new Uint8Array(suite.nh).fill(9);

const header = (sender: Sender) => ({ groupId: utf8('group'), epoch: 5n, sender, authenticatedData: utf8('additional') });
const application = (sender: Sender = member): FramedContent => ({ ...header(sender), contentType: 'application', applicationData: utf8('hello') });
const proposal = (sender: Sender = member): FramedContent => ({ ...header(sender), contentType: 'proposal', proposal: { proposalType: 'remove', removed: 0 } });
const commit = (sender: Sender = member): FramedContent => ({ ...header(sender), contentType: 'commit', commit: { proposals: [], path: undefined } });

let key: SignaturePrivateKey;
beforeAll(async () => {
  key = await suite.generateSignatureKey();
});

const sign = (content: FramedContent, wireFormat: ContentWireFormat) => {
  const covered = content.sender.senderType === 'member' || content.sender.senderType === 'new_member_commit';
  return signFramedContent({ suite, key, wireFormat, content, groupContext: covered ? groupContext : undefined });
};
const tagOf = (content: FramedContent) => (content.contentType === 'commit' ? confirmationTag : undefined);
const verify = (signed: SignedContent, context: Uint8Array | undefined = groupContext) =>
  verifyFramedContent({ suite, publicKey: key.publicKey, signed, groupContext: context });

async function asPublic(content: FramedContent): Promise<Uint8Array> {
  const signed = await sign(content, 'mls_public_message');
  return protectPublicMessage({ suite, signed, confirmationTag: tagOf(content), membershipKey, groupContext });
}
async function asPrivate(content: FramedContent, { secretTree = newTree(), paddingLength = 0 } = {}): Promise<PrivateMessage> {
  const signed = await sign(content, 'mls_private_message');
  return privateMessage(protectPrivateMessage({ suite, secretTree, senderDataSecret, signed, confirmationTag: tagOf(content), paddingLength }));
}
function publicMessage(bytes: Uint8Array): PublicMessage {
  const message = decode(MLSMessage, bytes, 'MLSMessage');
  if (message.wireFormat !== 'mls_public_message') throw new Error(message.wireFormat);
  return message.publicMessage;
}
function privateMessage(bytes: Uint8Array): PrivateMessage {
  const message = decode(MLSMessage, bytes, 'MLSMessage');
  if (message.wireFormat !== 'mls_private_message') throw new Error(message.wireFormat);
  return message.privateMessage;
}
const open = (message: PrivateMessage, secretTree = newTree()) => openPrivateMessage({ suite, message, secretTree, senderDataSecret, isMember });
const checkTag = (message: PublicMessage) =>
  checkMembershipTag({ suite, ...openPublicMessage(message), membershipKey, groupContext, membershipTag: message.membershipTag });
const flipped = (bytes: Uint8Array, at = 0) => bytes.with(at, bytes[at]! ^ 1);

describe('content authentication', () => {
  it('signs for members and external committers over the GroupContext, and over its bytes alone (R-6.1-01, R-6.1-04)', async () => {
    for (const content of [proposal(), commit(newMemberCommit)]) {
      const signed = await sign(content, 'mls_public_message');
      await verify(signed);
      await expectFailure(() => verify(signed, utf8('another epoch')), 'invalid', 'R-6.1-12');
      await expectFailure(() => verifyFramedContent({ suite, publicKey: key.publicKey, signed }), 'misuse', 'R-6.1-01');
    }
  });

  it('signs for other senders without the GroupContext (R-6.1-02)', async () => {
    for (const content of [proposal(external), proposal({ senderType: 'new_member_proposal' })]) {
      const signed = await sign(content, 'mls_public_message');
      await verifyFramedContent({ suite, publicKey: key.publicKey, signed });
      await expectFailure(() => verify(signed), 'misuse', 'R-6.1-02');
      const options = { suite, key, wireFormat: 'mls_public_message', content, groupContext } as const;
      await expectFailure(() => signFramedContent(options), 'misuse', 'R-6.1-02');
    }
  });

  it('binds the signature to the carrier (R-6.1-03)', async () => {
    const signed = await sign(proposal(), 'mls_public_message');
    await expectFailure(() => verify({ ...signed, wireFormat: 'mls_private_message' }), 'invalid', 'R-6.1-03');
    await expectFailure(() => protectPrivateMessage({ suite, secretTree: newTree(), senderDataSecret, signed }), 'misuse', 'R-6.1-03');
    const other = await sign(proposal(), 'mls_private_message');
    await expectFailure(() => protectPublicMessage({ suite, signed: other, membershipKey, groupContext }), 'misuse', 'R-6.1-03');
  });

  it('refuses a wrong signature with the rule of its sender (R-6.1-12, R-6.1-06)', async () => {
    const signed = await sign(proposal(external), 'mls_public_message');
    const wrong = { ...signed, signature: flipped(signed.signature) };
    await expectFailure(() => verifyFramedContent({ suite, publicKey: key.publicKey, signed: wrong }), 'invalid', 'R-6.1-12');
    await expectFailure(() => verifyFramedContent({ suite, publicKey: key.publicKey, signed: wrong, requirement: 'R-6.1-06' }), 'invalid', 'R-6.1-06');
  });

  it('says so when a signature covers a GroupContext that it must not (R-6.1-04, R-6.1-02)', async () => {
    const options = { suite, publicKey: key.publicKey, requirement: 'R-6.1-06' } as const;
    const ofMember = await sign(proposal(), 'mls_public_message');
    const later = utf8('another epoch');
    await expectFailure(() => verifyFramedContent({ ...options, signed: ofMember, groupContext: later, otherContext: groupContext }), 'invalid', 'R-6.1-04');
    await expectFailure(() => verifyFramedContent({ ...options, signed: ofMember, groupContext: later, otherContext: later }), 'invalid', 'R-6.1-06');
    const content = proposal(external);
    const contentBytes = encode(FramedContent, content);
    const tbs = [messageHeader('mls_public_message'), contentBytes, groupContext];
    const signed = { wireFormat: 'mls_public_message', content, contentBytes, signature: await signWithLabel(suite, key, 'FramedContentTBS', tbs) } as const;
    await expectFailure(() => verifyFramedContent({ ...options, signed, otherContext: groupContext }), 'invalid', 'R-6.1-02');
    await expectFailure(() => verifyFramedContent({ ...options, signed, otherContext: later }), 'invalid', 'R-6.1-06');
  });

  it('looks for no such mistake in what a newcomer has signed', async () => {
    const signed = await sign(commit(newMemberCommit), 'mls_public_message');
    const elsewhere = { ...signed, wireFormat: 'mls_private_message' } as const;
    await expectFailure(() => verifyFramedContent({ suite, publicKey: key.publicKey, signed: elsewhere, groupContext, otherContext: groupContext }), 'invalid', 'R-6.1-12');
  });

  it('encodes the AuthenticatedContent from the bytes it has', async () => {
    for (const content of [proposal(), commit()]) {
      const signed = await sign(content, 'mls_public_message');
      const auth = { signature: signed.signature, confirmationTag: tagOf(content) };
      expect(authenticatedContentBytes(signed, tagOf(content))).toEqual(encode(AuthenticatedContent, { wireFormat: signed.wireFormat, content, auth }));
    }
  });
});

describe('PublicMessage', () => {
  it('carries what every kind of sender says', async () => {
    for (const content of [proposal(), commit(), proposal(external), proposal({ senderType: 'new_member_proposal' }), commit(newMemberCommit)]) {
      const bytes = await asPublic(content);
      const message = publicMessage(bytes);
      expect(message.membershipTag !== undefined).toBe(content.sender.senderType === 'member');
      const { signed, confirmationTag } = openPublicMessage(message);
      expect(signed.content).toEqual(content);
      expect(confirmationTag).toEqual(tagOf(content));
      expect(signed.contentBytes).toEqual(encode(FramedContent, content));
      expect(openPublicMessage(message, bytes)).toEqual({ signed, confirmationTag });
      checkTag(message);
    }
  });

  it('carries no application data (R-6-01)', async () => {
    await expectFailure(() => sign(application(), 'mls_public_message'), 'misuse', 'R-6-01');
    const signed = { ...(await sign(application(), 'mls_private_message')), wireFormat: 'mls_public_message' } as const;
    await expectFailure(() => protectPublicMessage({ suite, signed, membershipKey, groupContext }), 'misuse', 'R-6-01');
    const message: PublicMessage = { content: application(), auth: { signature: signed.signature }, membershipTag: confirmationTag };
    await expectFailure(() => openPublicMessage(message), 'invalid', 'R-6-01');
  });

  it('is refused when its membership tag is wrong, empty, absent or all zero (R-6.2-04)', async () => {
    const message = publicMessage(await asPublic(proposal()));
    checkTag(message);
    for (const membershipTag of [flipped(message.membershipTag!), new Uint8Array(0), new Uint8Array(suite.nh), undefined]) {
      await expectFailure(() => checkTag({ ...message, membershipTag }), 'invalid', 'R-6.2-04');
    }
  });

  it('is refused when the confirmation tag was swapped after the membership tag was made (R-6.2-03)', async () => {
    const message = publicMessage(await asPublic(commit()));
    const auth = { ...message.auth, confirmationTag: flipped(message.auth.confirmationTag!) };
    await expectFailure(() => checkTag({ ...message, auth }), 'invalid', 'R-6.2-04');
  });

  it('of a member is not made without the membership key (R-6.2-01)', async () => {
    const signed = await sign(proposal(), 'mls_public_message');
    await expectFailure(() => protectPublicMessage({ suite, signed, groupContext }), 'misuse', 'R-6.2-01');
  });

  it('has a confirmation tag exactly around a Commit (R-6.1-13)', async () => {
    const signed = await sign(proposal(), 'mls_public_message');
    await expectFailure(() => protectPublicMessage({ suite, signed, confirmationTag, membershipKey, groupContext }), 'misuse', 'R-6.1-13');
    const committed = await sign(commit(), 'mls_public_message');
    await expectFailure(() => protectPublicMessage({ suite, signed: committed, membershipKey, groupContext }), 'misuse', 'R-6.1-13');
  });
});

describe('PrivateMessage', () => {
  it.each([0, 1, 300])('carries every kind of content with %i bytes of padding', async (paddingLength) => {
    for (const content of [application(), proposal(), commit()]) {
      const opened = open(await asPrivate(content, { paddingLength }));
      expect(opened).toMatchObject({ leafIndex: 1, generation: 0, confirmationTag: tagOf(content) });
      expect(opened.signed.content).toEqual(content);
      expect(opened.signed.contentBytes).toEqual(encode(FramedContent, content));
      await verify(opened.signed);
    }
  });

  it('is padded by exactly that many bytes, and by no number that is none', async () => {
    const lengths = await Promise.all([0, 5].map(async (paddingLength) => (await asPrivate(application(), { paddingLength })).ciphertext.length));
    expect(lengths[1]! - lengths[0]!).toBe(5);
    for (const paddingLength of [-1, 0.5, Number.NaN]) await expectFailure(() => asPrivate(application(), { paddingLength }), 'misuse');
  });

  it('is sent by members only (R-6.3.2-01, R-6-10)', async () => {
    await expectFailure(() => sign(proposal(external), 'mls_private_message'), 'misuse', 'R-6-10');
    const signed = { ...(await sign(proposal(external), 'mls_public_message')), wireFormat: 'mls_private_message' } as const;
    await expectFailure(() => protectPrivateMessage({ suite, secretTree: newTree(), senderDataSecret, signed }), 'misuse', 'R-6.3.2-01');
  });

  it('takes its key from the ratchet of its content (R-6.3.1-04), a new generation each', async () => {
    const secretTree = newTree();
    const receiver = newTree();
    const generations = [];
    for (const content of [application(), proposal(), commit(), application()]) {
      const opened = open(await asPrivate(content, { secretTree }), receiver);
      opened.consume();
      generations.push(opened.generation);
    }
    expect(generations).toEqual([0, 0, 1, 1]);
  });

  it('uses a fresh reuse guard: equal content under an equal key differs (R-6.3.1-06)', async () => {
    const [a, b] = [await asPrivate(application()), await asPrivate(application())];
    expect(a.ciphertext).not.toEqual(b.ciphertext);
    expect(open(a).signed.content).toEqual(open(b).signed.content);
  });

  it('opens once, and nothing is used up before it is consumed (R-9.1-05, R-9.2-07)', async () => {
    const message = await asPrivate(application());
    const receiver = newTree();
    const forged = { ...message, ciphertext: flipped(message.ciphertext, message.ciphertext.length - 1) };
    await expectFailure(() => open(forged, receiver), 'invalid', 'R-6.3.1-09');
    open(message, receiver);
    const [first, second] = [open(message, receiver), open(message, receiver)];
    first.consume();
    await expectFailure(() => second.consume(), 'invalid', 'R-9.1-05');
    await expectFailure(() => open(message, receiver), 'invalid', 'R-9.1-05');
  });

  it.each<[string, (message: PrivateMessage) => Partial<PrivateMessage>, 'R-6.3.1-09' | 'R-6.3.2-05']>([
    ['authenticated_data', ({ authenticatedData }) => ({ authenticatedData: flipped(authenticatedData) }), 'R-6.3.1-09'],
    ['the end of the ciphertext', ({ ciphertext }) => ({ ciphertext: flipped(ciphertext, ciphertext.length - 1) }), 'R-6.3.1-09'],
    ['the sampled start of the ciphertext', ({ ciphertext }) => ({ ciphertext: flipped(ciphertext) }), 'R-6.3.2-05'],
    ['an empty ciphertext', () => ({ ciphertext: new Uint8Array(0) }), 'R-6.3.2-05'],
    ['the sender data', ({ encryptedSenderData }) => ({ encryptedSenderData: flipped(encryptedSenderData) }), 'R-6.3.2-05'],
    ['no sender data', () => ({ encryptedSenderData: new Uint8Array(0) }), 'R-6.3.2-05'],
    ['content_type', () => ({ contentType: 'proposal' }), 'R-6.3.2-05'],
    ['epoch', () => ({ epoch: 6n }), 'R-6.3.2-05'],
    ['group_id', () => ({ groupId: utf8('other') }), 'R-6.3.2-05'],
  ])('is refused when %s was changed, and opens unchanged afterwards', async (_, change, requirement) => {
    const message = await asPrivate(application());
    const receiver = newTree();
    const before = receiver.encode(0, 0);
    await expectFailure(() => open({ ...message, ...change(message) }, receiver), 'invalid', requirement);
    expect(receiver.encode(0, 0)).toEqual(before);
    expect(open(message, receiver).generation).toBe(0);
  });

  it('is refused when its sender data is not 12 bytes (R-6.3.2-02)', async () => {
    for (const length of [0, 11, 13]) {
      await expectFailure(() => open(withSenderData(message, new Uint8Array(length))), 'invalid', 'R-6.3.2-02');
    }
  });

  it('is refused when its leaf is blank or outside the tree, before any key is derived (trap 2, R-6.3.2-06)', async () => {
    for (const leafIndex of [2, 0x7fffffff, 0xffffffff]) {
      const data = Uint8Array.from([leafIndex >>> 24, leafIndex >>> 16, leafIndex >>> 8, leafIndex, 0, 0, 0, 0, 1, 2, 3, 4]);
      await expectFailure(() => open(withSenderData(message, data)), 'invalid', 'R-6.3.2-06');
      const trusting = () => openPrivateMessage({ suite, message: withSenderData(message, data), secretTree: newTree(), senderDataSecret, isMember: () => true });
      await expectFailure(trusting, 'invalid', 'R-6.3.2-06');
    }
  });

  it('is refused when its generation is far ahead (R-15.3-04)', async () => {
    const data = Uint8Array.from([0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
    await expectFailure(() => open(withSenderData(message, data)), 'limit', 'R-15.3-04');
  });

  it.each<[string, (content: Uint8Array) => Uint8Array]>([
    ['ends in a byte that is not zero', (content) => concat(content, Uint8Array.of(0, 0, 1))],
    ['starts with a byte that is not zero', (content) => concat(content, Uint8Array.of(1, 0))],
  ])('is malformed when its padding %s (R-6.3.1-03)', async (_, padded) => {
    const signed = await sign(application(), 'mls_private_message');
    const forged = withContent(padded(concat(signed.contentBytes.subarray(-6), Uint8Array.of(0x40, 64), signed.signature)));
    await expectFailure(() => open(forged), 'malformed', 'R-6.3.1-03');
  });

  it('is malformed when its content is not what content_type says', async () => {
    await expectFailure(() => open(withContent(Uint8Array.of(5, 1))), 'malformed', 'R-2.1.2-07');
  });

  it('with a wrong signature inside opens and is refused by its signature (R-6.3.1-10)', async () => {
    const signed = await sign(application(), 'mls_private_message');
    const forged = { ...signed, signature: flipped(signed.signature) };
    const opened: OpenedPrivateMessage = open(privateMessage(protectPrivateMessage({ suite, secretTree: newTree(), senderDataSecret, signed: forged })));
    await expectFailure(() => verify(opened.signed), 'invalid', 'R-6.1-12');
  });

  let message: PrivateMessage;
  beforeAll(async () => {
    message = await asPrivate(application());
  });

  function withSenderData(around: PrivateMessage, data: Uint8Array): PrivateMessage {
    const { key, nonce } = senderDataKeyAndNonce(suite, senderDataSecret, around.ciphertext);
    return { ...around, encryptedSenderData: suite.seal(key, nonce, encode(SenderDataAAD, around), data) };
  }

  /** A message of leaf 1, generation 0, that says `plaintext`. */
  function withContent(plaintext: Uint8Array): PrivateMessage {
    const { key, nonce } = newTree().takeSendKey(1, 'application');
    const aad = concat(Uint8Array.of(5), utf8('group'), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5, 1, 10), utf8('additional'));
    const around = { ...message, ciphertext: suite.seal(key, nonce, aad, plaintext) };
    return withSenderData(around, Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
  }
});
