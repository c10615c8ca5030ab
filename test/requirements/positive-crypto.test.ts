/** What the engine computes, against the formulas of RFC 9420 §5, §6.1, §8 and §9 by hand, over node:crypto alone. */
import { describe, expect, test } from 'vitest';
import { add, externalPsk, groupContextExtensions, nativeProvider, portableProvider, type Group } from '../../src/index.ts';
import { concat, empty, hex, utf8 } from '../../src/mls/bytes.ts';
import { decryptWithLabel, encryptWithLabel, expandWithLabel as engineExpand, makeKeyPackageRef, makeProposalRef, signWithLabel, verifyWithLabel } from '../../src/mls/crypto/labelled.ts';
import { cipherSuites } from '../../src/mls/crypto/suites.ts';
import { sendExternalInit } from '../../src/mls/epoch/key-schedule.ts';
import { SecretTree } from '../../src/mls/epoch/secret-tree.ts';
import type { EpochSecrets } from '../../src/mls/epoch/key-schedule.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import { leafKeyOf } from '../../src/mls/group/state.ts';
import { Secret } from '../../src/mls/secret.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { GroupContext, GroupSecrets, type Welcome } from '../../src/mls/wire/group-info.ts';
import { KeyPackage, LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import { PreSharedKeyID } from '../../src/mls/wire/pre-shared-key.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, keyPackageOf, person, suite } from '../support/people.ts';
import * as hand from './by-hand.ts';

const zero = new Uint8Array(hand.nh);
const providers = [nativeProvider(), portableProvider()];
const message = (bytes: Uint8Array): MLSMessage => decode(MLSMessage, bytes, 'MLSMessage');

describe('the primitives', () => {
  test.each(providers)('R-5.1-01: a sealed text of $name is the ciphertext with the tag behind it', (provider) => {
    const [key, nonce] = [utf8('0123456789abcdef'), utf8('0123456789ab')];
    const { ciphertext, tag } = hand.seal(key, nonce, utf8('aad'), utf8('plaintext'));
    expect(provider.cipherSuite(1).seal(key, nonce, utf8('aad'), utf8('plaintext'))).toEqual(concat(ciphertext, tag));
  });

  // RFC 9180, A.1.1 and A.3.1: recipient's ikm and key.
  test.each([
    [1, '6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037', '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'],
    [2, '668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550', 'f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'],
  ])('R-5.1-02: DeriveKeyPair of suite %i gives the key of RFC 9180', async (id, ikm, privateKey) => {
    for (const provider of providers) expect(hex((await provider.cipherSuite(id).deriveHPKEKey(Buffer.from(ikm, 'hex'))).serialize())).toBe(privateKey);
  });

  test('R-5.1-02: for P-521 the candidate loses all but the last bit of its first byte', async () => {
    for (const provider of providers) {
      const first = await Promise.all(Array.from({ length: 16 }, async (_, i) => (await provider.cipherSuite(5).deriveHPKEKey(Uint8Array.of(i))).serialize()[0]!));
      expect(new Set(first)).toEqual(new Set([0, 1]));
    }
  });

  test.each(cipherSuites)('R-5.1.1-01, R-5.1.1-02: the public keys of suite $id are the strings of their curves', async ({ id, curve, signature }) => {
    const lengths = { X25519: 32, X448: 56, 'P-256': 65, 'P-384': 97, 'P-521': 133 };
    const signatureLengths = { Ed25519: 32, Ed448: 57, 'ECDSA-P-256': 65, 'ECDSA-P-384': 97, 'ECDSA-P-521': 133 };
    for (const provider of providers) {
      const one = provider.cipherSuite(id);
      const [hpke, signing] = [(await one.generateHPKEKey()).publicKey, (await one.generateSignatureKey()).publicKey];
      expect([hpke.length, signing.length]).toEqual([lengths[curve], signatureLengths[signature]]);
      if (curve.startsWith('P-')) expect([hpke[0], signing[0]]).toEqual([4, 4]);
    }
  });

  test.each(cipherSuites)('R-17.1-01, R-17.1-09: both providers have suite $id, whose MAC is HMAC at full length', ({ id, hash, nh }) => {
    for (const provider of providers) {
      const tag = provider.cipherSuite(id).hmac(utf8('key'), utf8('one '), utf8('text'));
      expect(tag.length).toBe(nh);
      if (hash === 'SHA-256') expect(hex(tag)).toBe(hex(hand.mac(utf8('key'), utf8('one text'))));
    }
  });

  test('R-5.1.2-03, R-5.1.2-05: a signature is made over label and content, and under a label of an extension holds under no other', async () => {
    const key = await suite.generateSignatureKey();
    const signature = await signWithLabel(suite, key, 'MyExtension', utf8('content'));
    expect(await suite.verify(key.publicKey, concat(hand.vec(utf8('MLS 1.0 MyExtension')), hand.vec(utf8('content'))), signature)).toBe(true);
    for (const label of ['FramedContentTBS', 'LeafNodeTBS', 'KeyPackageTBS', 'GroupInfoTBS']) expect(await verifyWithLabel(suite, key.publicKey, label, utf8('content'), signature)).toBe(false);
  });

  test('R-5.1.3-01, R-5.1.2-05: what is encrypted with a label opens by HPKE with label and context as info and no aad', async () => {
    const key = await suite.generateHPKEKey();
    const { kemOutput, ciphertext } = await encryptWithLabel(suite, key.publicKey, 'MyExtension', utf8('context'), utf8('plaintext'));
    const info = concat(hand.vec(utf8('MLS 1.0 MyExtension')), hand.vec(utf8('context')));
    expect(await suite.hpkeOpen(key, kemOutput, info, empty, ciphertext)).toEqual(utf8('plaintext'));
    expect(await decryptWithLabel(suite, key, 'Welcome', utf8('context'), kemOutput, ciphertext)).toBeUndefined();
  });

  test('R-8-01, R-8-02: ExpandWithLabel is HKDF-Expand over length, label and context', () => {
    for (const length of [1, 12, 32, 100]) expect(hex(engineExpand(suite, utf8('secret'), 'my label', utf8('context'), length))).toBe(hex(hand.expandWithLabel(utf8('secret'), 'my label', utf8('context'), length)));
  });

  test('R-5.2-01, R-5.2-02: a KeyPackageRef is the hash of label and bare KeyPackage', async () => {
    const { keyPackage, reference } = await keyPackageOf('alice');
    const bytes = encode(KeyPackage, keyPackage);
    expect(hex(reference)).toBe(hex(hand.hash(hand.vec(utf8('MLS 1.0 KeyPackage Reference')), hand.vec(bytes))));
    expect(makeKeyPackageRef(suite, bytes)).toEqual(reference);
  });

  test('R-10-07, R-17.6-01: a KeyPackage is signed by its leaf under KeyPackageTBS, over all fields before the signature', async () => {
    const { keyPackage, signatureKey } = await keyPackageOf('alice');
    const signed = encode(KeyPackage, keyPackage).subarray(0, -(keyPackage.signature.length + 2));
    expect(await suite.verify(signatureKey.publicKey, concat(hand.vec(utf8('MLS 1.0 KeyPackageTBS')), hand.vec(signed)), keyPackage.signature)).toBe(true);
    expect(hex(signed)).toContain(hex(encode(LeafNode, keyPackage.leafNode)));
  });
});

/** The lengths of what stands behind a Commit's content in a PublicMessage of suite 1. */
const [signatureLength, tagLength] = [2 + 64, 1 + 32];

describe('a Commit without a path, by hand', async () => {
  const { clients, groups: [a, b] } = (await history(['alice', 'bob'])) as { clients: Awaited<ReturnType<typeof history>>['clients']; groups: [Group, Group] };
  const ids = [utf8('first'), utf8('second')];
  for (const client of clients) for (const id of ids) client.storePsk(id, concat(utf8('value of '), id));
  const carol = await person('carol');
  const bundle = await carol.createKeyPackage();
  const { group: committer, commit, welcome } = await a.commit({ proposals: [...ids.map(externalPsk), add(bundle.message)] });
  const receiver = await delivered(b, commit);
  for (const id of ids) carol.storePsk(id, concat(utf8('value of '), id));
  // Before the join uses the keys up.
  const opened = await openWelcome(welcome!, bundle);
  const joiner = await carol.join(welcome!);

  const decoded = message(commit);
  if (decoded.wireFormat !== 'mls_public_message' || decoded.publicMessage.content.contentType !== 'commit') throw new Error(decoded.wireFormat);
  const { content, auth, membershipTag } = decoded.publicMessage;
  const psks = decoded.publicMessage.content.commit.proposals.flatMap((one) => (one.type === 'proposal' && one.proposal.proposalType === 'psk' ? [one.proposal.psk] : []));
  const contentBytes = commit.subarray(4, commit.length - 2 * tagLength - signatureLength);

  // §8.2, §8.4 and §8, from what is on the wire, the former epoch and the values of the PSKs.
  const confirmed = hand.hash(a.state.interimTranscriptHash, hand.u16(1), contentBytes, hand.vec(auth.signature));
  const context = concat(hand.u16(1), hand.u16(1), hand.vec(a.groupId), hand.u64(a.epoch + 1n), hand.vec(receiver.groupContext.treeHash), hand.vec(confirmed), hand.vec());
  const pskSecret = psks.reduce((folded, id, index) => {
    const value = concat(utf8('value of '), ids[index]!);
    const input = hand.expandWithLabel(hand.extract(zero, value), 'derived psk', concat(encode(PreSharedKeyID, id), hand.u16(index), hand.u16(psks.length)), hand.nh);
    return hand.extract(input, folded);
  }, zero as Uint8Array);
  const joinerSecret = hand.expandWithLabel(hand.extract(a.state.secrets.initSecret.expose(), zero), 'joiner', context, hand.nh);
  const member = hand.extract(joinerSecret, pskSecret);
  const epoch = hand.expandWithLabel(member, 'epoch', context, hand.nh);

  test('R-8.2-01, R-8.2-03, R-8.1-01, R-8-07: the GroupContext has the transcript of the Commit as it was sent', () => {
    for (const group of [committer, receiver, joiner]) expect(hex(encode(GroupContext, group.groupContext))).toBe(hex(context));
  });

  test('R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch', () => {
    expect(hex(receiver.epochAuthenticator)).toBe(hex(hand.deriveSecret(epoch, 'authentication')));
    expect(hex(joiner.epochAuthenticator)).toBe(hex(hand.deriveSecret(epoch, 'authentication')));
  });

  test('R-8-08, R-8-09: every secret of the epoch comes from epoch_secret by its label', () => {
    const labels: Readonly<Partial<Record<keyof EpochSecrets, string>>> = {
      senderDataSecret: 'sender data',
      exporterSecret: 'exporter',
      externalSecret: 'external',
      confirmationKey: 'confirm',
      membershipKey: 'membership',
      resumptionPsk: 'resumption',
      epochAuthenticator: 'authentication',
      initSecret: 'init',
    };
    for (const [name, label] of Object.entries(labels)) expect([name, hex(receiver.state.secrets[name as keyof EpochSecrets].expose())]).toEqual([name, hex(hand.deriveSecret(epoch, label))]);
  });

  test('R-8-10, R-8.3-01: the external key pair is derived from external_secret, and an external init runs over it', async () => {
    const key = await suite.deriveHPKEKey(hand.deriveSecret(epoch, 'external'));
    const { kemOutput, initSecret } = await sendExternalInit(suite, key.publicKey);
    expect(await suite.hpkeReceiveExport(key, kemOutput, empty, utf8('MLS 1.0 external init secret'), hand.nh)).toEqual(initSecret);
    expect(hex(await receiver.groupInfo())).toContain(hex(key.publicKey));
  });

  test('R-8-05, R-12.4.1-13, R-12.4.3.1-07, R-12.4.3.1-20: the Welcome has joiner_secret, and its GroupInfo opens under a key of welcome_secret', () => {
    const { secrets, group } = opened;
    expect(hex(secrets.joinerSecret)).toBe(hex(joinerSecret));
    const welcomeSecret = hand.deriveSecret(member, 'welcome');
    const [key, nonce] = [hand.expandWithLabel(welcomeSecret, 'key', empty, 16), hand.expandWithLabel(welcomeSecret, 'nonce', empty, 12)];
    expect(hex(hand.open(key, nonce, empty, group.encryptedGroupInfo))).toContain(hex(context));
  });

  test('R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length', async () => {
    expect(opened.secrets.psks).toEqual(psks);
    expect(psks.map((id) => id.psktype === 'external' && new TextDecoder().decode(id.pskId))).toEqual(['first', 'second']);
    const again = await Promise.all([1, 2].map(async () => (await a.propose(externalPsk(ids[0]!))).group.pendingProposals[0]!.proposal));
    const nonces = [...psks, ...again.map((proposal) => (proposal.proposalType === 'psk' ? proposal.psk : undefined)!)].map(({ pskNonce }) => pskNonce);
    expect(nonces.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
    expect(new Set(nonces.map(hex)).size).toBe(4);
  });

  test('R-6.1-14, R-8.2-02, R-6.1-13, R-12.4.1-10: confirmation_tag and interim hash follow from the confirmed hash', () => {
    const tag = hand.mac(hand.deriveSecret(epoch, 'confirm'), confirmed);
    expect(hex(auth.confirmationTag!)).toBe(hex(tag));
    for (const group of [committer, receiver]) expect(hex(group.state.interimTranscriptHash)).toBe(hex(hand.hash(confirmed, hand.vec(tag))));
  });

  test('R-8.2-05: the joiner has the same interim hash, from what its GroupInfo says', () => {
    expect(joiner.state.interimTranscriptHash).toEqual(receiver.state.interimTranscriptHash);
    expect(joiner.state.confirmationTag).toEqual(auth.confirmationTag);
  });

  test('R-6.1-01, R-12.4.1-07, R-17.6-01: the signature is over version, wire format, content and the old GroupContext', async () => {
    const signed = concat(hand.u16(1), hand.u16(1), contentBytes, a.state.contextBytes);
    expect(await suite.verify(a.members[0]!.leafNode.signatureKey, concat(hand.vec(utf8('MLS 1.0 FramedContentTBS')), hand.vec(signed)), auth.signature)).toBe(true);
  });

  test('R-6.2-01: membership_tag is the MAC over what is signed and the authentication data, by the key of the old epoch', () => {
    const tagged = concat(hand.u16(1), hand.u16(1), contentBytes, a.state.contextBytes, hand.vec(auth.signature), hand.vec(auth.confirmationTag!));
    expect(hex(membershipTag!)).toBe(hex(hand.mac(a.state.secrets.membershipKey.expose(), tagged)));
  });

  test('R-8.1-02, R-8.1-03, R-8.1-04: the epoch is one more, the tree hash new, and group id, version and suite are as they were', () => {
    expect([receiver.epoch, content.epoch]).toEqual([a.epoch + 1n, a.epoch]);
    expect(receiver.groupContext).toMatchObject({ version: 1, cipherSuite: 1, groupId: a.groupId });
    expect(receiver.groupContext.treeHash).not.toEqual(a.groupContext.treeHash);
  });

  test('R-8.5-01: the exporter is two steps from exporter_secret, over the hash of the context', () => {
    const secret = hand.deriveSecret(hand.deriveSecret(epoch, 'exporter'), 'my label');
    expect(hex(receiver.export({ label: 'my label', context: utf8('context'), length: 50 }))).toBe(hex(hand.expandWithLabel(secret, 'exported', hand.hash(utf8('context')), 50)));
  });

  test('R-8.5-03: an exported value is another one in the next epoch', () => {
    const exported = [a, b, committer, receiver].map((group) => hex(group.export({ label: 'my label', context: empty, length: 16 })));
    expect([exported[0] === exported[1], exported[2] === exported[3], exported[0] === exported[2]]).toEqual([true, true, false]);
  });

  test('R-8.7-01: the epoch authenticator is the same at all members, and another one after a fork', async () => {
    expect(new Set([committer, receiver, joiner].map((group) => hex(group.epochAuthenticator))).size).toBe(1);
    expect(hex((await b.commit()).group.epochAuthenticator)).not.toBe(hex(committer.epochAuthenticator));
  });

  test('R-9.2-03: what the epoch was made from is nowhere in a group', () => {
    for (const group of [receiver, joiner]) {
      const stored = Buffer.from(encodeGroup(group.state, 0));
      expect(stored.includes(hand.deriveSecret(epoch, 'init'))).toBe(true);
      for (const secret of [joinerSecret, pskSecret, member, epoch, hand.deriveSecret(epoch, 'encryption'), a.state.secrets.initSecret.expose()]) expect(stored.includes(secret)).toBe(false);
    }
  });

  test('R-5.2-03: a ProposalRef is the hash over the framed proposal, and differs with the carrier', async () => {
    const { group, message: sent, reference } = await a.propose(externalPsk(ids[0]!));
    const framed = sent.subarray(2, sent.length - tagLength);
    expect(hex(reference)).toBe(hex(hand.hash(hand.vec(utf8('MLS 1.0 Proposal Reference')), hand.vec(framed))));
    expect(makeProposalRef(suite, framed)).toEqual(group.pendingProposals[0]!.reference);
    expect(hex(makeProposalRef(suite, concat(hand.u16(2), framed.subarray(2))))).not.toBe(hex(reference));
  });
});

interface Opened {
  readonly secrets: GroupSecrets;
  readonly group: Welcome;
}

/** The secrets of a Welcome for the holder of a KeyPackage that a join has not used up. */
async function openWelcome(bytes: Uint8Array, { reference, initKey }: Awaited<ReturnType<typeof keyPackageOf>>): Promise<Opened> {
  const decoded = message(bytes);
  if (decoded.wireFormat !== 'mls_welcome') throw new Error(decoded.wireFormat);
  const { welcome } = decoded;
  const { kemOutput, ciphertext } = welcome.secrets.find(({ newMember }) => hex(newMember) === hex(reference))!.encryptedGroupSecrets;
  const info = concat(hand.vec(utf8('MLS 1.0 Welcome')), hand.vec(welcome.encryptedGroupInfo));
  return { secrets: decode(GroupSecrets, (await suite.hpkeOpen(initKey, kemOutput, info, empty, ciphertext))!, 'GroupSecrets'), group: welcome };
}

test('R-12.4.1-05: path secrets are encrypted for the new epoch, tree and extensions, and the old transcript', async () => {
  const { groups } = await history(['alice', 'bob']);
  const [a, b] = groups as [Group, Group];
  const { group, commit } = await a.commit({ proposals: [groupContextExtensions([{ extensionType: 5, extensionData: Uint8Array.of(0) }])] });
  const decoded = message(commit);
  if (decoded.wireFormat !== 'mls_public_message' || decoded.publicMessage.content.contentType !== 'commit') throw new Error(decoded.wireFormat);
  const { kemOutput, ciphertext } = decoded.publicMessage.content.commit.path!.nodes[0]!.encryptedPathSecret[0]!;
  const extensions = hand.vec(hand.u16(5), hand.vec(Uint8Array.of(0)));
  const provisional = concat(hand.u16(1), hand.u16(1), hand.vec(a.groupId), hand.u64(a.epoch + 1n), hand.vec(group.groupContext.treeHash), hand.vec(a.groupContext.confirmedTranscriptHash), extensions);
  const info = concat(hand.vec(utf8('MLS 1.0 UpdatePathNode')), hand.vec(provisional));
  const opened = await suite.hpkeOpen(leafKeyOf(b.state), kemOutput, info, empty, ciphertext);
  expect(opened?.length).toBe(32);
  expect((await suite.deriveHPKEKey(hand.deriveSecret(opened!, 'node'))).publicKey).toEqual(decoded.publicMessage.content.commit.path!.nodes[0]!.encryptionKey);
});

describe('a new group, by hand', async () => {
  const group = await (await person('alice')).createGroup();

  test('R-11-05, R-8.2-04: it has one leaf, epoch 0, the hash of that tree, an empty transcript and the extensions of its creator', () => {
    const leaf = hand.hash(Uint8Array.of(1), hand.u32(0), Uint8Array.of(1), encode(LeafNode, group.members[0]!.leafNode));
    expect(group.groupContext).toMatchObject({ epoch: 0n, confirmedTranscriptHash: empty, extensions: [] });
    expect(hex(group.groupContext.treeHash)).toBe(hex(leaf));
    expect(group.members.length).toBe(1);
  });

  test('R-11-07, R-11-08: confirmation_tag is over the empty transcript, in the GroupInfo too, and the interim hash over both', async () => {
    const tag = hand.mac(group.state.secrets.confirmationKey.expose(), empty);
    expect(hex(group.state.confirmationTag)).toBe(hex(tag));
    expect(hex(group.state.interimTranscriptHash)).toBe(hex(hand.hash(hand.vec(tag))));
    const info = message(await group.groupInfo());
    expect(info.wireFormat === 'mls_group_info' && hex(info.groupInfo.confirmationTag)).toBe(hex(tag));
  });

  test('R-11-06, R-11-03: its secrets and its id are fresh, the id of Nh bytes', async () => {
    const others = await Promise.all(['alice', 'alice'].map(async (name) => (await person(name)).createGroup()));
    const all = [group, ...others];
    expect(new Set(all.map(({ epochAuthenticator }) => hex(epochAuthenticator))).size).toBe(3);
    expect(new Set(all.map(({ groupId }) => hex(groupId))).size).toBe(3);
    expect(all.map(({ groupId }) => groupId.length)).toEqual([32, 32, 32]);
  });
});

describe('the secret tree, by hand', () => {
  const root = new Uint8Array(32).fill(5);
  const newTree = () => new SecretTree({ suite, encryptionSecret: new Secret(root.slice()), leafCount: 4 });
  /** Left or right at each level from the root. */
  const leafSecret = (...way: readonly ('left' | 'right')[]): Uint8Array => way.reduce<Uint8Array>((secret, side) => hand.expandWithLabel(secret, 'tree', utf8(side), 32), root);

  test.each([
    ['application', 0, ['left', 'left']],
    ['handshake', 1, ['left', 'right']],
    ['application', 2, ['right', 'left']],
    ['handshake', 3, ['right', 'right']],
  ] as const)('R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet', (type, leaf, way) => {
    const tree = newTree();
    let secret = hand.expandWithLabel(leafSecret(...way), type, empty, 32);
    for (let generation = 0; generation < 3; generation++) {
      const taken = tree.takeSendKey(leaf, type);
      expect({ generation: taken.generation, key: hex(taken.key), nonce: hex(taken.nonce) }).toEqual({
        generation,
        key: hex(hand.deriveTreeSecret(secret, 'key', generation, 16)),
        nonce: hex(hand.deriveTreeSecret(secret, 'nonce', generation, 12)),
      });
      secret = hand.deriveTreeSecret(secret, 'secret', generation, 32);
    }
  });
});
