/** Proposal lists of regular Commits, as policies and own proposal types make them: RFC 9420 §12.1.7, §12.2, §12.4, §13.2. What else they can have wrong is in src/hostile/violations. */
import { describe, expect, test } from 'vitest';
import type { Extension, Group } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf } from '../../src/hostile/forge/forge-leaf.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { judgeCommit, refused, refuses } from './support.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { history, keyPackageOf, suite } from '../support/people.ts';

const { clients, groups } = await history(['alice', 'bob', 'charlie']);
for (const client of clients) client.storePsk(utf8('id'), utf8('value'));
const [a, , c] = groups as [Group, Group, Group];
const dora = await keyPackageOf('dora');

const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });
const psk: Proposal = { proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: suite.random(suite.nh) } };
const reinit: Proposal = { proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: 1, extensions: [] };
const extensionsOf = (...extensions: Extension[]): Proposal => ({ proposalType: 'group_context_extensions', extensions });
const bobAgain = await keyPackageOf('bob');

describe('a Commit is refused with', () => {
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

test.each<[string, readonly Proposal[]]>([
  ['an Add', [addOf(dora)]],
  ['a PreSharedKey', [psk]],
  ['a ReInit', [reinit]],
])('R-12.4-12: a Commit with nothing but %s needs no path', async (_, proposals) => {
  await judgeCommit({ from: a, to: c, requirement: 'R-12.4-10', violating: { path: 'none' }, twin: { proposals, path: 'none' } });
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
