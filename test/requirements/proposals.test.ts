/** Single proposals, as far as the catalogue of violations does not go: what the application decides (RFC 9420 §5.3.1, §12.1.8). */
import { describe, expect, test } from 'vitest';
import type { Extension } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeUpdate } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeFromOutside, forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { follows, judgeProposal, refused } from './support.ts';
import { history, keyPackageOf, suite } from '../support/people.ts';

const [sender, another] = [await suite.generateSignatureKey(), await suite.generateSignatureKey()];
const senderEntry = (key: { readonly publicKey: Uint8Array }, name: string) => ({ signatureKey: key.publicKey, credential: { credentialType: 'basic', identity: utf8(name) } }) as const;
const externalSenders = (...entries: ReturnType<typeof senderEntry>[]): Extension => knownExtension('external_senders', entries);
const extensionsOf = (...extensions: Extension[]): Proposal => ({ proposalType: 'group_context_extensions', extensions });
const { groups } = await history(['alice', 'bob', 'charlie'], { groupExtensions: [externalSenders(senderEntry(sender, 'delivery'))] });
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];
const dora = await keyPackageOf('dora');

test.each<[string, () => Proposal]>([
  ['an Add', () => addOf(dora)],
  ['a PreSharedKey', () => ({ proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } })],
  ['a ReInit', () => ({ proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: 1, extensions: [] })],
  ['GroupContextExtensions', () => extensionsOf(externalSenders(senderEntry(sender, 'delivery')))],
])('R-12.1.8-04: %s of an external sender is accepted', async (_, proposal) => {
  const message = await forgeFromOutside(a.state, { senderType: 'external', senderIndex: 0 }, proposal(), { signatureKey: sender });
  expect((await b.receive(message)).kind).toBe('proposal');
});

test('R-12.1.8-02: a self-Add by somebody whom the application refuses', async () => {
  const policy = policyWith({ authorizeProposal: ({ proposal, sender: by }) => by.senderType === 'member' || proposal.proposalType !== 'add' || proposal.keyPackage.leafNode.credential.credentialType !== 'basic' || proposal.keyPackage.leafNode.credential.identity[0] !== 0x6d });
  const { groups: [d, e] } = await history(['alice', 'bob'], { policy });
  const mallory = await keyPackageOf('mallory');
  const from = (bundle: typeof mallory) => forgeFromOutside(d!.state, { senderType: 'new_member_proposal' }, addOf(bundle), { signatureKey: bundle.signatureKey });
  await judgeProposal({ to: e!, violating: await from(mallory), twin: await from(dora), requirement: 'R-12.1.8-02' });
});

describe('credentials', () => {
  const trusts = policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== 0x6d, isSuccessor: () => true });
  const mallory = { credentialType: 'basic', identity: utf8('mallory') } as const;

  test('R-5.3.1-04: an Add with an unacceptable credential', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { policy: trusts });
    await judgeProposal({ to: e!, violating: await forgeProposal(d!.state, addOf(await keyPackageOf('mallory'))), twin: await forgeProposal(d!.state, addOf(dora)), requirement: 'R-5.3.1-04' });
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
    const bad = extensionsOf(externalSenders(senderEntry(another, 'mallory')));
    await judgeProposal({ to: e!, violating: await forgeProposal(d!.state, bad), twin: await forgeProposal(d!.state, extensionsOf(externalSenders(senderEntry(another, 'delivery')))), requirement: 'R-5.3.1-07' });
  });

  test('R-5.3.1-08: an Update or a path that presents a valid credential for somebody else', async () => {
    const asBob = <T extends object>(leaf: T) => ({ ...leaf, credential: { credentialType: 'basic', identity: utf8('bob') } }) as const;
    await judgeProposal({ to: c, violating: await forgeProposal(a.state, await forgeUpdate(a.state, { leaf: asBob })), twin: await forgeProposal(a.state, await forgeUpdate(a.state)), requirement: 'R-5.3.1-08' });
    await refused(c, (await forgeCommit(a.state, { path: { leaf: asBob } })).message, { requirement: 'R-5.3.1-08' });
    await follows(c, await forgeCommit(a.state));
  });
});
