/** Proposal lists of regular Commits: RFC 9420 §11.2, §12.1.7, §12.2, §12.3, §12.4, §13. */
import { describe, expect, test } from 'vitest';
import type { Extension } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { forgeCommit, type CommitForgery, type Entry } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeUpdate } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { judgeCommit, refused, refuses } from './support.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { delivered } from '../../src/hostile/people.ts';
import { capabilities, history, keyPackageOf, suite } from '../support/people.ts';

const { clients, groups: base } = await history(['alice', 'bob', 'charlie', 'diana', 'eve']);
for (const client of clients) client.storePsk(utf8('id'), utf8('value'));
const [dora, finn] = [await keyPackageOf('dora'), await keyPackageOf('finn')];

// Alice, Bob and Diana have sent Updates, which everybody knows of; Diana two.
let groups = [...base];
const references: Record<string, { readonly proposal: Proposal; readonly reference: Uint8Array; readonly sender: number }> = {};
for (const [name, index] of [['alice', 0], ['bob', 1], ['diana', 3], ['diana again', 3]] as const) {
  const proposing = await groups[index]!.propose({ kind: 'update', leaf: {} });
  groups = await Promise.all(groups.map((group, i) => (i === index ? proposing.group : delivered(group, proposing.message))));
  references[name] = { proposal: proposing.group.pendingProposals.at(-1)!.proposal, reference: proposing.reference, sender: index };
}
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];

const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });
const psk: Proposal = { proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } };
const otherNonce: Proposal = { proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } };
const reinit: Proposal = { proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: 1, extensions: [] };
const extensionsOf = (...extensions: Extension[]): Proposal => ({ proposalType: 'group_context_extensions', extensions });
const extension = (extensionType: number): Extension => ({ extensionType, extensionData: new Uint8Array(0) });
const twoOfOneClient = await keyPackageOf('dora', { signatureKey: dora.signatureKey });
const sameKey = await keyPackageOf('finn', { signatureKey: dora.signatureKey });
const bobAgain = await keyPackageOf('bob');
const aliceUpdate = await forgeUpdate(a.state);

interface Row {
  readonly id: RequirementId;
  readonly name: string;
  readonly reported?: RequirementId;
  readonly proposals: readonly Entry[];
  readonly twin?: readonly Entry[];
}

const rows: Row[] = [
  { id: 'R-12.2-02', name: 'any invalid proposal list', reported: 'R-12.2-05', proposals: [addOf(dora), remove(0)], twin: [addOf(dora)] },
  { id: 'R-12.2-03', name: 'one invalid proposal among valid ones', reported: 'R-12.1.3-01', proposals: [addOf(dora), remove(7), psk], twin: [addOf(dora), psk] },
  { id: 'R-12.2-04', name: 'an Update by value', proposals: [aliceUpdate] },
  { id: 'R-12.2-04', name: "the committer's own Update by reference", proposals: [references['alice']!] },
  { id: 'R-12.2-05', name: 'a Remove of its committer', proposals: [remove(0)] },
  { id: 'R-12.2-06', name: 'Update and Remove of one leaf', proposals: [references['bob']!, remove(1)], twin: [references['bob']!] },
  { id: 'R-12.4-05', name: 'Update and Remove of one member, whichever side checks', reported: 'R-12.2-06', proposals: [remove(3), references['diana']!], twin: [remove(3)] },
  { id: 'R-12.2-06', name: 'two Removes of one leaf', proposals: [remove(3), remove(3)], twin: [remove(3)] },
  { id: 'R-12.2-06', name: 'two Updates of one leaf', proposals: [references['diana']!, references['diana again']!], twin: [references['diana']!] },
  { id: 'R-12.2-08', name: 'two Adds of one client', proposals: [addOf(dora), addOf(twoOfOneClient)], twin: [addOf(dora), addOf(finn)] },
  { id: 'R-7.3-13', name: 'two Adds with one signature key', proposals: [addOf(dora), addOf(sameKey)], twin: [addOf(sameKey)] },
  { id: 'R-12.2-09', name: 'an Add of a client already in the group', proposals: [addOf(bobAgain)], twin: [remove(1), addOf(bobAgain)] },
  { id: 'R-12.2-11', name: 'one PSK id and nonce twice', proposals: [psk, psk], twin: [psk, otherNonce] },
  { id: 'R-12.2-12', name: 'two GroupContextExtensions', proposals: [extensionsOf(), extensionsOf()], twin: [extensionsOf()] },
  { id: 'R-12.2-13', name: 'ReInit and Add', proposals: [reinit, addOf(dora)], twin: [reinit] },
  { id: 'R-12.2-13', name: 'two ReInits', proposals: [reinit, reinit], twin: [reinit] },
  { id: 'R-12.2-15', name: 'an inline ExternalInit', proposals: [{ proposalType: 'external_init', kemOutput: new Uint8Array(32).fill(9) }] },
  { id: 'R-12.4.3.2-07', name: 'an ExternalInit and sender type member', reported: 'R-12.2-15', proposals: [{ proposalType: 'external_init', kemOutput: new Uint8Array(32).fill(9) }] },
  { id: 'R-12.2-20', name: 'an unknown ProposalRef', proposals: [{ proposal: remove(3), reference: new Uint8Array(32), sender: 0 }], twin: [remove(3)] },
  { id: 'R-12.4.2-03', name: 'a PSK that the receiver lacks', proposals: [{ proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('only alice'), pskNonce: new Uint8Array(32) } }], twin: [psk] },
  { id: 'R-13.4-07', name: 'GroupContextExtensions with a type that not all members list', proposals: [extensionsOf(extension(0xf001))], twin: [extensionsOf(extension(0x000a))] },
  { id: 'R-13.5-08', name: 'GREASE in GroupContextExtensions', reported: 'R-13.4-07', proposals: [extensionsOf(extension(0x4a4a))], twin: [extensionsOf()] },
  { id: 'R-12.1.7-01', name: 'GroupContextExtensions that require an extension type which a member lacks', proposals: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [0xf001], proposalTypes: [], credentialTypes: [] }))], twin: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [0x000a], proposalTypes: [], credentialTypes: [] }))] },
  { id: 'R-12.1.7-01', name: 'GroupContextExtensions that require a proposal type which a member lacks', proposals: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [0xf002], credentialTypes: [] }))], twin: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [1, 7], credentialTypes: [] }))] },
  { id: 'R-12.1.7-01', name: 'GroupContextExtensions that require a credential type which a member lacks', proposals: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [3] }))], twin: [extensionsOf(knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [1, 2] }))] },
];
clients[0]!.storePsk(utf8('only alice'), utf8('value'));

describe('a Commit is refused with', () => {
  test.each(rows)('$id: $name', async ({ id, reported = id, proposals, twin = [] }) => {
    await judgeCommit({ from: a, to: c, requirement: reported, violating: { proposals }, twin: { proposals: twin } });
  });

  test('R-12.2-18: an Update and an Add that introduce one encryption_key', async () => {
    const clash = await keyPackageOf('dora');
    const update = await forgeUpdate(b.state, { leaf: (leaf) => ({ ...leaf, encryptionKey: clash.encryptionKey.publicKey }) });
    const message = await forgeProposal(b.state, update);
    const [from, to] = [await delivered(a, message), await delivered(c, message)];
    const { reference } = from.pendingProposals.at(-1)!;
    const entry = { proposal: update, reference, sender: 1 };
    await judgeCommit({ from, to, requirement: 'R-7.3-14', violating: { proposals: [entry, addOf(clash)] }, twin: { proposals: [entry] } });
  });

  test('R-12.3-02, R-12.1.7-01: an Add lacking what the same Commit starts to require', async () => {
    const { groups: [d, e] } = await history(['alice', 'bob'], { extensions: [0xf001] });
    const required = extensionsOf(knownExtension('required_capabilities', { extensionTypes: [0xf001], proposalTypes: [], credentialTypes: [] }));
    const capable = await keyPackageOf('dora', { capabilities: { ...capabilities, extensions: [0xf001] } });
    await judgeCommit({ from: d!, to: e!, requirement: 'R-12.3-02', violating: { proposals: [addOf(finn), required] }, twin: { proposals: [addOf(capable), required] } });
  });

  test('R-12.1.7-01: members that the same Commit removes do not count', async () => {
    const { groups: [d, , f] } = await history(['alice', 'bob', 'charlie'], { extensions: [0xf001], each: { bob: { extensions: [] } } });
    const required = extensionsOf(knownExtension('required_capabilities', { extensionTypes: [0xf001], proposalTypes: [], credentialTypes: [] }));
    await judgeCommit({ from: d!, to: f!, requirement: 'R-12.1.7-01', violating: { proposals: [required] }, twin: { proposals: [required, remove(1)] } });
  });

  test('R-12.2-16, R-13.2-01: a custom proposal that one member does not support', async () => {
    const own = { customProposals: [{ type: 0xf002, requiresPath: false, external: false }] };
    const { groups: [d, , f] } = await history(['alice', 'bob', 'charlie'], { ...own, each: { bob: { customProposals: [] } } });
    const custom: Proposal = { proposalType: 'custom', customType: 0xf002, body: utf8('body') };
    await judgeCommit({ from: d!, to: f!, requirement: 'R-13.2-01', violating: { proposals: [custom] }, twin: { proposals: [custom, remove(1)] } });
    await refuses(() => d!.commit({ proposals: [{ kind: 'proposal', proposal: custom }] }), { requirement: 'R-13.2-01' });
  });

  test('R-12.2-19: an Add by a member whom the application refuses', async () => {
    const policy = policyWith({ authorizeProposal: ({ proposal, sender }) => proposal.proposalType !== 'add' || sender.senderType !== 'member' || sender.leafIndex !== 1 });
    const { groups: [d, e, f] } = await history(['alice', 'bob', 'charlie'], { policy });
    await refused(f!, (await forgeCommit(e!.state, { proposals: [addOf(dora)] })).message, { requirement: 'R-12.2-19' });
    await judgeCommit({ from: e!, to: f!, requirement: 'R-12.2-19', violating: { proposals: [addOf(dora)] } });
    await judgeCommit({ from: d!, to: f!, requirement: 'R-12.2-05', violating: { proposals: [remove(0)] }, twin: { proposals: [addOf(dora)] } });
  });
});

describe('a Commit without a path is refused', () => {
  const without = (proposals: readonly Entry[]): CommitForgery => ({ proposals, path: 'none' });
  test.each<[RequirementId, string, readonly Entry[]]>([
    ['R-12.4-10', 'that has no proposals', []],
    ['R-12.4-12', 'that has only GroupContextExtensions', [extensionsOf()]],
    ['R-12.4-12', 'that has a Remove', [remove(3)]],
    ['R-12.4-12', 'that has an Add and a Remove', [addOf(dora), remove(3)]],
    ['R-12.4.2-04', 'that references an Update', [references['bob']!]],
  ])('%s: %s', async (requirement, _, proposals) => {
    await judgeCommit({ from: a, to: c, requirement, violating: without(proposals), twin: { proposals } });
  });

  test.each<[string, readonly Entry[]]>([
    ['an Add', [addOf(dora)]],
    ['a PreSharedKey', [psk]],
    ['a ReInit', [reinit]],
  ])('R-12.4-12: but not with %s', async (_, proposals) => {
    await judgeCommit({ from: a, to: c, requirement: 'R-12.4-10', violating: without([]), twin: without(proposals) });
  });
});

test('R-12.2-05, R-12.2-09, R-12.2-13: the engine does not commit such a list itself', async () => {
  const before = [a.epoch, a.pendingProposals.length];
  for (const [requirement, proposals] of [
    ['R-12.2-05', [remove(0)]],
    ['R-12.2-09', [addOf(bobAgain)]],
    ['R-12.2-13', [reinit, addOf(dora)]],
  ] as const) {
    await refuses(() => a.commit({ proposals: proposals.map((proposal) => ({ kind: 'proposal', proposal })), references: [] }), { requirement });
  }
  expect([a.epoch, a.pendingProposals.length]).toEqual(before);
});
