/** Single proposals, by members, external senders and new members: RFC 9420 §6.1, §7.3, §12.1, §13.4. */
import { describe, expect, test } from 'vitest';
import type { Extension } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import type { UnsignedLeafNode } from '../../src/mls/tree/leaf-node.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import { leafKeyOf } from '../../src/mls/group/state.ts';
import type { FramedContent } from '../../src/mls/wire/framing.ts';
import type { PreSharedKeyID } from '../../src/mls/wire/pre-shared-key.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeUpdate, type UpdateForgery } from '../../src/hostile/forge/forge-leaf.ts';
import { contentBy, flipped, forgeFromOutside, forgeMessage, forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { follows, judgeProposal, refused } from './support.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, keyPackageOf, suite } from '../support/people.ts';

const sender = await suite.generateSignatureKey();
const dropped = await suite.generateSignatureKey();
const senderEntry = (key: { readonly publicKey: Uint8Array }, name: string) => ({ signatureKey: key.publicKey, credential: { credentialType: 'basic', identity: utf8(name) } }) as const;
const externalSenders = (...entries: ReturnType<typeof senderEntry>[]): Extension => knownExtension('external_senders', entries);
const { clients, groups } = await history(['alice', 'bob', 'charlie'], { groupExtensions: [externalSenders(senderEntry(sender, 'delivery'))] });
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
for (const client of clients) client.storePsk(utf8('id'), utf8('value'));
const charlie = await keyPackageOf('dora');

const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });
const pskOf = (psk: Partial<PreSharedKeyID>): Proposal => ({ proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh), ...psk } as PreSharedKeyID });
const reinit = (version: number, extensions: readonly Extension[] = []): Proposal => ({ proposalType: 'reinit', groupId: utf8('next'), version, cipherSuite: 1, extensions });
const extensionsOf = (...extensions: Extension[]): Proposal => ({ proposalType: 'group_context_extensions', extensions });
const resumption = (usage: 'reinit' | 'branch' | 'application'): Proposal => pskOf({ psktype: 'resumption', usage, pskGroupId: a.groupId, pskEpoch: a.epoch } as Partial<PreSharedKeyID>);
const extension = (extensionType: number): Extension => ({ extensionType, extensionData: new Uint8Array(0) });
const current = externalSenders(senderEntry(sender, 'delivery'));

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly violating: Proposal;
  readonly twin: Proposal;
}

const rows: Row[] = [
  { id: 'R-12.1.3-01', name: 'a Remove of a blank leaf', violating: remove(3), twin: remove(2) },
  { id: 'R-12.1.3-01', name: 'a Remove past the tree', violating: remove(0xffffffff), twin: remove(2) },
  { id: 'R-12.1.4-01', name: 'a PSK nonce of 16 bytes', violating: pskOf({ pskNonce: new Uint8Array(16) }), twin: pskOf({}) },
  { id: 'R-12.1.4-01', name: 'an empty PSK nonce', violating: pskOf({ pskNonce: new Uint8Array(0) }), twin: pskOf({}) },
  { id: 'R-12.1.4-01', name: 'a PSK nonce of 33 bytes', violating: pskOf({ pskNonce: new Uint8Array(33) }), twin: pskOf({}) },
  { id: 'R-11.2-06', name: 'a resumption PSK of usage reinit', violating: resumption('reinit'), twin: resumption('application') },
  { id: 'R-11.3-08', name: 'a resumption PSK of usage branch', violating: resumption('branch'), twin: resumption('application') },
  { id: 'R-12.1.5-01', name: 'a ReInit to version 0', violating: reinit(0), twin: reinit(1) },
  { id: 'R-13.4-04', name: 'a ReInit with two extensions of one type', violating: reinit(1, [extension(0x0a0a), extension(0x0a0a)]), twin: reinit(1, [extension(0x0a0a)]) },
  { id: 'R-13.4-04', name: 'GroupContextExtensions with two of one type', violating: extensionsOf(current, current), twin: extensionsOf(current) },
  { id: 'R-11.1-01', name: 'a required_capabilities with a byte too many', violating: extensionsOf({ extensionType: 3, extensionData: new Uint8Array(4) }), twin: extensionsOf({ extensionType: 3, extensionData: new Uint8Array(3) }) },
  { id: 'R-11.1-01', name: 'a required_capabilities cut short', violating: extensionsOf({ extensionType: 3, extensionData: new Uint8Array(2) }), twin: extensionsOf() },
  { id: 'R-12.1.8.1-01', name: 'an external_senders that does not parse', violating: extensionsOf({ extensionType: 5, extensionData: Uint8Array.of(1) }), twin: extensionsOf({ extensionType: 5, extensionData: Uint8Array.of(0) }) },
];

describe('refused as a proposal and in a Commit', () => {
  test.each(rows)('$id: $name', async ({ id, violating, twin }) => {
    await judgeProposal({ to: b, violating: await forgeProposal(a.state, violating), twin: await forgeProposal(a.state, twin), requirement: id });
    await refused(b, (await forgeCommit(a.state, { proposals: [violating] })).message, { requirement: id });
    await follows(b, await forgeCommit(a.state, { proposals: [twin] }));
  });
});

describe('an Update is refused', () => {
  const leafWith = (edit: (leaf: UnsignedLeafNode) => UnsignedLeafNode): UpdateForgery => ({ leaf: edit });
  const updates: { readonly id: RequirementId; readonly name: string; readonly reported?: RequirementId; readonly forgery: UpdateForgery }[] = [
    { id: 'R-7.3-12', name: 'that keeps the old encryption_key', forgery: leafWith((leaf) => ({ ...leaf, encryptionKey: leafKeyOf(a.state).publicKey })) },
    { id: 'R-7.3-11', name: 'with a leaf of source key_package', forgery: leafWith(({ encryptionKey, signatureKey, credential, capabilities, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities, extensions, leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 40n } })) },
    { id: 'R-7.3-11', name: 'with a leaf of source commit', forgery: leafWith(({ encryptionKey, signatureKey, credential, capabilities, extensions }) => ({ encryptionKey, signatureKey, credential, capabilities, extensions, leafNodeSource: 'commit', parentHash: new Uint8Array(0) })) },
    { id: 'R-7.3-06', name: "whose capabilities drop the group's suite", forgery: leafWith((leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, cipherSuites: [2] } })) },
    { id: 'R-7.3-02', name: 'with a flipped signature bit', forgery: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature) }) } },
    { id: 'R-7.2-13', name: 'signed for another group', reported: 'R-7.3-02', forgery: { place: { groupId: utf8('another'), leafIndex: asLeafIndex(0) } } },
    { id: 'R-7.2-13', name: 'signed for another slot', reported: 'R-7.3-02', forgery: { place: { groupId: a.groupId, leafIndex: asLeafIndex(1) } } },
    { id: 'R-5.3.1-08', name: 'that presents a valid credential for somebody else', forgery: leafWith((leaf) => ({ ...leaf, credential: { credentialType: 'basic', identity: utf8('bob') } })) },
  ];

  test.each(updates)('$id: $name', async ({ id, reported = id, forgery }) => {
    const violating = await forgeProposal(a.state, await forgeUpdate(a.state, forgery));
    const twin = await forgeProposal(a.state, await forgeUpdate(a.state));
    await judgeProposal({ to: b, violating, twin, requirement: reported });
  });
});

describe('the message around a proposal', () => {
  const message = (edit: (content: FramedContent) => FramedContent, proposal: Proposal = remove(2)) => forgeMessage(a.state, contentBy(a.state, { proposal }, edit));

  test('R-12.1-03: of the previous or of a future epoch', async () => {
    for (const step of [-1n, 1n, 2n ** 40n]) {
      await judgeProposal({ to: b, violating: await message((content) => ({ ...content, epoch: content.epoch + step })), twin: await message((content) => content), requirement: 'R-12.1-03' });
    }
  });

  test('R-12.1-02: with a bad signature under a right membership tag', async () => {
    const violating = await forgeProposal(a.state, remove(2), { signature: (signature) => flipped(signature) });
    await judgeProposal({ to: b, violating, twin: await forgeProposal(a.state, remove(2)), requirement: 'R-6.1-12' });
  });

  test('R-12.1.6-01: an ExternalInit by a member', async () => {
    await judgeProposal({ to: b, violating: await forgeProposal(a.state, { proposalType: 'external_init', kemOutput: new Uint8Array(32).fill(9) }), twin: await forgeProposal(a.state, remove(2)), requirement: 'R-12.1.6-01' });
  });

  test('R-12.1-04: a proposal of the epoch before is no longer known by its reference', async () => {
    const proposing = await a.propose({ kind: 'proposal', proposal: remove(2) });
    const knows = await delivered(b, proposing.message);
    const { commit, group } = await a.commit();
    const [next, other] = [await delivered(knows, commit), group];
    expect(next.pendingProposals).toEqual([]);
    const violating = await forgeCommit(other.state, { proposals: [{ proposal: remove(2), reference: proposing.reference, sender: 0 }] });
    await refused(next, violating.message, { requirement: 'R-12.2-20' });
    // In its own epoch the reference is good.
    await follows(knows, await forgeCommit(a.state, { proposals: [{ proposal: remove(2), reference: proposing.reference, sender: 0 }] }));
    await follows(next, await forgeCommit(other.state));
  });
});

describe('from an external sender', () => {
  const external = (proposal: Proposal, { key = sender, index = 0 } = {}) => forgeFromOutside(a.state, { senderType: 'external', senderIndex: index }, proposal, { signatureKey: key });
  const twin = () => external(remove(2));

  test('R-6.1-06: a sender_index past the list', async () => judgeProposal({ to: b, violating: await external(remove(2), { index: 1 }), twin: await twin(), requirement: 'R-6.1-06' }));
  test("R-6.1-06: a signature by another key than the entry's", async () => judgeProposal({ to: b, violating: await external(remove(2), { key: dropped }), twin: await twin(), requirement: 'R-6.1-06' }));

  test('R-6.1-02: a signature that covers the GroupContext', async () => {
    const violating = await forgeFromOutside(a.state, { senderType: 'external', senderIndex: 0 }, remove(2), { signatureKey: sender, signedContext: a.state.contextBytes });
    await judgeProposal({ to: b, violating, twin: await twin(), requirement: 'R-6.1-06' });
  });

  test('R-12.1.8-04: an Update or an ExternalInit', async () => {
    const update = await forgeUpdate(a.state);
    await judgeProposal({ to: b, violating: await external(update), twin: await twin(), requirement: 'R-12.1.8-04' });
    await judgeProposal({ to: b, violating: await external({ proposalType: 'external_init', kemOutput: new Uint8Array(32) }), twin: await twin(), requirement: 'R-12.1.8-04' });
  });

  test.each([
    ['an Add', () => addOf(charlie)],
    ['a PreSharedKey', () => pskOf({})],
    ['a ReInit', () => reinit(1)],
    ['GroupContextExtensions', () => extensionsOf(current)],
  ])('R-12.1.8-04: %s is accepted', async (_, proposal) => {
    expect((await b.receive(await external(proposal()))).kind).toBe('proposal');
  });

  test('R-6.1-07: a Commit or application data', async () => {
    const outside = { senderType: 'external', senderIndex: 0 } as const;
    const commit = await forgeCommit(a.state, { signatureKey: sender, content: (content) => ({ ...content, sender: outside }), signedContext: new Uint8Array(0) });
    await refused(b, commit.message, { requirement: 'R-6.1-07' });
    await follows(b, await forgeCommit(a.state));
  });

  test('R-12.1.8-01: in a group without external_senders', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob']);
    const violating = await forgeFromOutside(d!.state, { senderType: 'external', senderIndex: 0 }, addOf(charlie), { signatureKey: sender });
    await judgeProposal({ to: e!, violating, twin: await forgeProposal(d!.state, addOf(charlie)), requirement: 'R-12.1.8-01' });
  });

  test('R-12.1.8.1-02: by a sender that was dropped from the list since', async () => {
    const both = await history(['alice', 'bob'], { groupExtensions: [externalSenders(senderEntry(dropped, 'old'), senderEntry(sender, 'delivery'))] });
    const [d, e] = [both.groups[0]!, both.groups[1]!];
    expect((await e.receive(await forgeFromOutside(d.state, { senderType: 'external', senderIndex: 0 }, addOf(charlie), { signatureKey: dropped }))).kind).toBe('proposal');
    const { group, commit } = await d.commit({ proposals: [{ kind: 'proposal', proposal: extensionsOf(externalSenders(senderEntry(sender, 'delivery'))) }] });
    const next = await delivered(e, commit);
    const from = (key: typeof sender) => forgeFromOutside(group.state, { senderType: 'external', senderIndex: 0 }, addOf(charlie), { signatureKey: key });
    await judgeProposal({ to: next, violating: await from(dropped), twin: await from(sender), requirement: 'R-6.1-06' });
  });
});

describe('from a new member', () => {
  const join = (proposal: Proposal, key = charlie.signatureKey) => forgeFromOutside(a.state, { senderType: 'new_member_proposal' }, proposal, { signatureKey: key });

  test('R-6.1-10: a self-Add signed by a key that is not in its KeyPackage', async () => judgeProposal({ to: b, violating: await join(addOf(charlie), sender), twin: await join(addOf(charlie)), requirement: 'R-6.1-10' }));
  test('R-6.1-11: a Remove', async () => judgeProposal({ to: b, violating: await join(remove(1)), twin: await join(addOf(charlie)), requirement: 'R-6.1-11' }));

  test('R-6.1-11: a Commit', async () => {
    const violating = await forgeCommit(a.state, { signatureKey: sender, signedContext: new Uint8Array(0), content: (content) => ({ ...content, sender: { senderType: 'new_member_proposal' } }) });
    await refused(b, violating.message, { requirement: 'R-6.1-11' });
    await follows(b, await forgeCommit(a.state));
  });

  test('R-6.1-09: a proposal with sender type new_member_commit', async () => {
    const violating = await forgeMessage(a.state, contentBy(a.state, { proposal: addOf(charlie) }, (content) => ({ ...content, sender: { senderType: 'new_member_commit' } })), { signatureKey: charlie.signatureKey });
    await judgeProposal({ to: b, violating, twin: await join(addOf(charlie)), requirement: 'R-6.1-09' });
  });

  test('R-12.1.8-02: a self-Add by somebody whom the application refuses', async () => {
    const policy = policyWith({ authorizeProposal: ({ proposal, sender: by }) => by.senderType === 'member' || proposal.proposalType !== 'add' || proposal.keyPackage.leafNode.credential.credentialType !== 'basic' || proposal.keyPackage.leafNode.credential.identity[0] !== 0x6d });
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy });
    const mallory = await keyPackageOf('mallory');
    const from = (bundle: typeof mallory) => forgeFromOutside(d!.state, { senderType: 'new_member_proposal' }, addOf(bundle), { signatureKey: bundle.signatureKey });
    await judgeProposal({ to: e!, violating: await from(mallory), twin: await from(charlie), requirement: 'R-12.1.8-02' });
  });
});

describe('credentials', () => {
  const trusts = policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== 0x6d, isSuccessor: () => true });
  const mallory = { credentialType: 'basic', identity: utf8('mallory') } as const;

  test('R-5.3.1-04: an Add with an unacceptable credential', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: trusts });
    await judgeProposal({ to: e!, violating: await forgeProposal(d!.state, addOf(await keyPackageOf('mallory'))), twin: await forgeProposal(d!.state, addOf(charlie)), requirement: 'R-5.3.1-04' });
  });

  test('R-5.3.1-01, R-5.3.1-05: an Update that switches to an unacceptable identity', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: trusts });
    const update = (credential: typeof mallory) => forgeUpdate(d!.state, { leaf: (leaf) => ({ ...leaf, credential }) });
    await judgeProposal({ to: e!, violating: await forgeProposal(d!.state, await update(mallory)), twin: await forgeProposal(d!.state, await update({ ...mallory, identity: utf8('alice again') })), requirement: 'R-5.3.1-05' });
  });

  test('R-5.3.1-06: a path that switches to an unacceptable identity', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: trusts });
    await refused(e!, (await forgeCommit(d!.state, { path: { leaf: (leaf) => ({ ...leaf, credential: mallory }) } })).message, { requirement: 'R-5.3.1-06' });
    await follows(e!, await forgeCommit(d!.state, { path: { leaf: (leaf) => ({ ...leaf, credential: { ...mallory, identity: utf8('alice again') } }) } }));
  });

  test.each(['adding', 'swapping in'])('R-5.3.1-07: GroupContextExtensions %s an unacceptable external sender', async (way) => {
    const groupExtensions = way === 'adding' ? [] : [externalSenders(senderEntry(sender, 'delivery'))];
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: trusts, groupExtensions });
    const bad = extensionsOf(externalSenders(senderEntry(dropped, 'mallory')));
    await judgeProposal({ to: e!, violating: await forgeProposal(d!.state, bad), twin: await forgeProposal(d!.state, extensionsOf(externalSenders(senderEntry(dropped, 'delivery')))), requirement: 'R-5.3.1-07' });
  });

  test('R-5.3.1-08: a path that takes the identity of another member', async () => {
    await refused(c, (await forgeCommit(a.state, { path: { leaf: (leaf) => ({ ...leaf, credential: { credentialType: 'basic', identity: utf8('bob') } }) } })).message, { requirement: 'R-5.3.1-08' });
    await follows(c, await forgeCommit(a.state));
  });
});
