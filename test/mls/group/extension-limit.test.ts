/** How many extensions a list may have: from peers, in what the own application hands over, and in what it asks for. */
import { describe, expect, it } from 'vitest';
import { add, groupContextExtensions, proposeFromOutside, reInit, type ClientOptions, type Extension, type Group } from '../../../src/index.ts';
import { utf8 } from '../../../src/mls/bytes.ts';
import { delivered } from '../../../src/hostile/people.ts';
import { capabilities, keyPackageOf, person, suite } from '../../support/people.ts';

const most = 3;
const tooMany = { code: 'limit', message: `a list of more than ${most} extensions` };
const types = Array.from({ length: most + 1 }, (_, i) => 0xf000 + i);
const lists = (count: number): Extension[] => types.slice(0, count).map((extensionType) => ({ extensionType, extensionData: utf8('data') }));
const listing = { ...capabilities, extensions: [...capabilities.extensions, ...types] };

const options: Partial<ClientOptions> = { limits: { extensions: most }, extensions: types, grease: false };
const alone = async (): Promise<Group> => (await person('alice', options)).createGroup();

describe('of a KeyPackage and of its leaf', () => {
  it.each([
    ['extensions', 'by value', (count: number) => ({ extensions: lists(count) })],
    ['leafExtensions', 'by value', (count: number) => ({ leafExtensions: lists(count) })],
    ['extensions', 'in a message', (count: number) => ({ extensions: lists(count) })],
    ['leafExtensions', 'in a message', (count: number) => ({ leafExtensions: lists(count) })],
  ] as const)('as many %s as the limit are taken %s, and one more is refused', async (_, how, contents) => {
    const group = await alone();
    const enter = async (name: string, count: number): Promise<Group> => {
      const { keyPackage, signatureKey } = await keyPackageOf(name, { capabilities: listing, ...contents(count) });
      if (how === 'by value') return (await group.commit({ proposals: [add(keyPackage)] })).group;
      const proposal = { proposalType: 'add', keyPackage } as const;
      const sender = { senderType: 'new_member_proposal' } as const;
      return delivered(group, await proposeFromOutside({ suite, signatureKey, sender, groupContext: group.groupContext, proposal, authenticatedData: new Uint8Array(0) }));
    };

    await expect(enter('bob', most + 1)).rejects.toMatchObject(tooMany);
    await enter('bob', most);
    expect((await group.commit()).group.epoch).toBe(1n);
  });
});

it('of a group that is created, and of proposals for its extensions and its successor', async () => {
  const creating = async (count: number): Promise<Group> => (await person('alice', options)).createGroup({ extensions: lists(count) });
  await expect(creating(most + 1)).rejects.toMatchObject(tooMany);
  const group = await creating(most);

  for (const proposal of [groupContextExtensions, (extensions: readonly Extension[]) => reInit({ groupId: utf8('next'), cipherSuite: 1, extensions })]) {
    await expect(group.propose(proposal(lists(most + 1)))).rejects.toMatchObject(tooMany);
    await group.propose(proposal(lists(most)));
  }
});

it('of the GroupInfo that a joiner is given', async () => {
  const welcoming = async (count: number): Promise<{ readonly welcome: Uint8Array; readonly bob: Awaited<ReturnType<typeof person>> }> => {
    const bob = await person('bob', options);
    const alice = await person('alice', { ...options, limits: {} });
    const group = await alice.createGroup({ extensions: lists(count) });
    return { welcome: (await group.commit({ proposals: [add((await bob.createKeyPackage()).message)] })).welcome!, bob };
  };

  const { welcome, bob } = await welcoming(most + 1);
  await expect(bob.join(welcome)).rejects.toMatchObject(tooMany);
  const accepted = await welcoming(most);
  expect((await accepted.bob.join(accepted.welcome)).extensions).toHaveLength(most);
});
