/** What others can make a member keep and compute is bounded, and past a bound nothing has changed. */
import { expect, it } from 'vitest';
import { add, externalPsk, groupContextExtensions, knownExtension, proposeFromOutside, type Client, type Group } from '../../../src/index.ts';
import { concat, utf8 } from '../../../src/mls/bytes.ts';
import { encode, opaque } from '../../../src/mls/wire/presentation-language.ts';
import { delivered } from '../../../src/hostile/people.ts';
import { capabilities, history, keyPackageOf, person, suite } from '../../support/people.ts';

/** A PublicMessage with a Commit of `count` empty references. */
function floodOf(count: number, groupId: Uint8Array): Uint8Array {
  const head = [0, 1, 0, 1, groupId.length, ...groupId, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3];
  const references = new Uint8Array(2 * count).map((_, i) => (i % 2 === 0 ? 2 : 0));
  return concat(Uint8Array.from(head), encode(opaque, references), new Uint8Array(4));
}

interface Outsider {
  readonly authenticatedData?: Uint8Array;
  readonly contents?: Parameters<typeof keyPackageOf>[1];
}

async function fromOutside(group: Group, name: string, { authenticatedData = new Uint8Array(0), contents = {} }: Outsider = {}): Promise<Uint8Array> {
  const { keyPackage, signatureKey } = await keyPackageOf(name, contents);
  const proposal = { proposalType: 'add', keyPackage } as const;
  return proposeFromOutside({ suite, signatureKey, sender: { senderType: 'new_member_proposal' }, groupContext: group.groupContext, proposal, authenticatedData });
}

async function alone(limits: NonNullable<Parameters<typeof person>[1]>['limits'] = {}): Promise<{ alice: Client; group: Group }> {
  const alice = await person('alice', { limits });
  return { alice, group: await alice.createGroup() };
}

it('a flood of elements is refused before anything is made of it, and the group goes on', async () => {
  const { group } = await alone();
  await expect(group.receive(floodOf(2 ** 21, group.groupContext.groupId))).rejects.toMatchObject({ code: 'limit', message: 'MLSMessage has more than 524288 elements in its vectors' });
  expect((await group.commit()).group.epoch).toBe(1n);
});

it.each([[0, 'invalid'], [1, 'invalid'], [2, 'limit']] as const)('with messageElements 1, a Commit of %i references is %s', async (count, code) => {
  const { group } = await alone({ messageElements: 1 });
  await expect(group.receive(floodOf(count, group.groupContext.groupId))).rejects.toMatchObject({ code });
});

it('a Commit mixes in no more PSKs than are accepted', async () => {
  const { alice, group } = await alone({ psks: 2 });
  alice.storePsk(utf8('id'), utf8('value'));
  const psk = externalPsk(utf8('id'));
  expect((await group.commit({ proposals: [psk, psk] })).group.epoch).toBe(1n);
  await expect(group.commit({ proposals: [psk, psk, psk] })).rejects.toMatchObject({ code: 'limit', message: '3 PSKs in one Commit, at most 2 are accepted' });
});

it('pending proposals are bounded in bytes', async () => {
  const { group } = await alone({ pendingProposalBytes: 500 });
  const one = await delivered(group, await fromOutside(group, 'bob'));
  await expect(one.receive(await fromOutside(group, 'carol'))).rejects.toMatchObject({ code: 'limit', message: 'the pending proposals would take more than 500 bytes' });
  expect((await one.commit()).group.members.length).toBe(2);
});

it('a pending proposal does not keep the message that brought it', async () => {
  const { group } = await alone();
  const { state } = await delivered(group, await fromOutside(group, 'bob', { authenticatedData: new Uint8Array(100_000) }));
  for (const { proposal } of state.pendingProposals) {
    if (proposal.proposalType !== 'add') throw new Error(proposal.proposalType);
    expect(proposal.keyPackage.leafNode.signatureKey.buffer.byteLength).toBeLessThan(1_000);
  }
});

it('a tree does not keep the Commits that changed it', async () => {
  const { groups } = await history(['alice', 'bob']);
  const { keyPackage } = await keyPackageOf('carol');
  const { commit } = await groups[0]!.commit({ proposals: [add(keyPackage)], authenticatedData: new Uint8Array(100_000), forcePath: true });
  const { tree } = (await delivered(groups[1]!, commit)).state;
  const buffers = (value: unknown): number[] =>
    value instanceof Uint8Array ? [value.buffer.byteLength] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffers) : [];
  expect(Math.max(...buffers(tree.root))).toBeLessThan(10_000);
});

it.each(['public', 'private'] as const)('an own proposal that comes back, sent as %s, has its authenticated data', async (handshakeAs) => {
  const alice = await person('alice', { handshakeAs });
  const proposed = await (await alice.createGroup()).propose(externalPsk(utf8('id')), { authenticatedData: utf8('data') });
  expect(await proposed.group.receive(proposed.message)).toMatchObject({ kind: 'proposal', authenticatedData: utf8('data') });
});

it('of pending Adds a Commit leaves out those that conflict, wherever they stand', async () => {
  const { group } = await alone();
  let receiving = group;
  for (const name of ['alice', 'bob', 'carol', 'bob', 'alice', 'diana']) receiving = await delivered(receiving, await fromOutside(group, name));
  const { members } = (await receiving.commit()).group;
  expect(members.length).toBe(4);
});

it('of pending proposals that only together are invalid a Commit keeps each that goes with those before it', async () => {
  const { group } = await alone();
  const required = knownExtension('required_capabilities', { extensionTypes: [0x000a], proposalTypes: [], credentialTypes: [] });
  let receiving = (await group.propose(groupContextExtensions([required]))).group;
  for (const [name, extensions] of [['bob', [0x000a]], ['carol', []], ['diana', [0x000a]], ['erin', []]] as const) {
    receiving = await delivered(receiving, await fromOutside(group, name, { contents: { capabilities: { ...capabilities, extensions } } }));
  }
  const { members, groupContext } = (await receiving.commit()).group;
  expect([members.length, groupContext.extensions]).toEqual([3, [required]]);
});
