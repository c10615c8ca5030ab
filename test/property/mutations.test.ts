/**
 * Every message there is, with any of five kinds of damage: refused, or taken as if it were whole. What single bytes do to the
 * common messages is in test/requirements/mutations.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, groupContextExtensions, MLSError, proposeFromOutside, reInit, remove, type Client, type Group } from '../../src/index.ts';
import { concat, empty, hex, sameBytes } from '../../src/mls/bytes.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import { seeded } from '../../src/runner/random.ts';
import { mutatedMessage } from '../fuzz/mutate-messages.ts';
import { honestMessages, makeWorld, suite, worldClient } from '../fuzz/world.ts';
import { bounded, testTimeout } from './runs.ts';

const world = await makeWorld();
const [alice, bob, carol] = world.groups as [Group, Group, Group];

type Damage = (bytes: Uint8Array, other: Uint8Array, numbers: { readonly at: number; readonly by: number }) => Uint8Array;
const damages: Readonly<Record<string, Damage>> = {
  'a bit flipped': (bytes, _other, { at, by }) => bytes.with(at % bytes.length, bytes[at % bytes.length]! ^ (1 << by % 8)),
  'cut short': (bytes, _other, { at }) => bytes.slice(0, at % bytes.length),
  'bytes after its end': (bytes, _other, { at, by }) => concat(bytes, new Uint8Array(1 + (at % 70)).fill(by)),
  'the rest of another message after its beginning': (bytes, other, { at, by }) => concat(bytes.subarray(0, at % bytes.length), other.subarray((at + by) % other.length)),
  'other contents, well formed': (bytes, other, { at }) => mutatedMessage(bytes, seeded('property', at), other),
};

/** A message, who takes it in, and what is left behind: equal when the damage did not matter. */
interface Delivery {
  readonly name: string;
  readonly message: Uint8Array;
  readonly take: (message: Uint8Array) => Promise<string>;
  /** What must be as it was after a refusal. */
  readonly state: () => Uint8Array;
}

const stateOfBob = (): Uint8Array => encodeGroup(bob.state, 2);

async function byBob(message: Uint8Array): Promise<string> {
  const received = await bob.receive(message);
  if (received.kind === 'commit') return hex(received.group.epochAuthenticator);
  if (received.kind === 'application') return hex(received.data);
  return received.kind === 'removed' ? 'removed' : hex(received.reference);
}

async function joiner(): Promise<Client> {
  const { initKey, encryptionKey, signatureKey, keyPackage } = world.keyPackage;
  const client = await worldClient('erin', { signatureKey });
  client.addKeyPackage(keyPackage, { initKey: await suite.importHPKEKey(initKey.serialize()), encryptionKey: await suite.importHPKEKey(encryptionKey.serialize()), signatureKey });
  return client;
}

const inEpochOf = ({ epochAuthenticator }: Group): string => hex(epochAuthenticator);
const noState = (): Uint8Array => empty;

async function deliveries(): Promise<Delivery[]> {
  const honest = await honestMessages(world);
  const toBob = (name: string, message: Uint8Array): Delivery => ({ name, message, take: byBob, state: stateOfBob });
  const adding = await alice.commit({ proposals: [add(world.keyPackage.message)], ratchetTree: 'apart' });
  const groupInfo = await alice.groupInfo({ ratchetTree: 'apart' });
  const tree = alice.ratchetTree();
  const outside = await proposeFromOutside({
    suite,
    signatureKey: world.externalKey,
    sender: { senderType: 'external', senderIndex: 0 },
    groupContext: alice.groupContext,
    proposal: { proposalType: 'remove', removed: 3 },
    authenticatedData: empty,
  });
  const fromOutside = await (await worldClient('frank')).joinByExternalCommit(await alice.groupInfo());
  const resync = await (await worldClient('dave', { signatureKey: world.clients[3]!.signatureKey })).joinByExternalCommit(await alice.groupInfo(), { resync: true });
  return [
    ...Object.entries(honest).map(([name, message]) => toBob(name, message)),
    toBob('a Commit that removes its receiver', (await alice.commit({ proposals: [remove(1)] })).commit),
    toBob('a ReInit', (await alice.propose(reInit({ groupId: alice.groupId, cipherSuite: 1, extensions: [] }))).message),
    toBob('a Commit of a ReInit', (await carol.commit({ proposals: [reInit({ groupId: alice.groupId, cipherSuite: 1, extensions: [] })] })).commit),
    toBob('a GroupContextExtensions proposal', (await carol.propose(groupContextExtensions([]))).message),
    toBob('a proposal of an external sender', outside),
    toBob('a proposal of a new member', (await (await worldClient('grace')).proposeJoin(await alice.groupInfo())).message),
    toBob('a Commit from outside', fromOutside.commit),
    toBob('a resync', resync.commit),
    { name: 'a Welcome', message: adding.welcome!, state: noState, take: async (welcome) => inEpochOf(await (await joiner()).join(welcome, { ratchetTree: adding.ratchetTree })) },
    { name: 'the tree beside a Welcome', message: adding.ratchetTree!, state: noState, take: async (ratchetTree) => inEpochOf(await (await joiner()).join(adding.welcome!, { ratchetTree })) },
    { name: 'a GroupInfo', message: groupInfo, state: noState, take: async (info) => String((await (await joiner()).joinByExternalCommit(info, { ratchetTree: tree })).group.epoch) },
    { name: 'the tree beside a GroupInfo', message: tree, state: noState, take: async (ratchetTree) => String((await (await joiner()).joinByExternalCommit(groupInfo, { ratchetTree })).group.epoch) },
    { name: 'a KeyPackage', message: world.keyPackage.message, state: () => encodeGroup(bob.state, 2), take: async (message) => hex((await bob.propose(add(message))).reference) },
  ];
}

const all = await deliveries();

describe.each(all)('$name', ({ message, take, state }) => {
  test.each(Object.entries(damages))('%s', async (_, damage) => {
    const before = state();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(all.length - 1), async (at, by, which) => {
        const other = all[which]!.message;
        const damaged = damage(message, other, { at, by });
        if (all.some((one) => sameBytes(one.message, damaged))) return;
        const outcome = await take(damaged).catch((error: unknown) => error);
        if (typeof outcome === 'string') expect(outcome).toBe(await take(message));
        else if (!(outcome instanceof MLSError)) throw outcome;
        else expect(['malformed', 'invalid', 'misuse', 'limit']).toContain(outcome.code);
      }),
      bounded(50),
    );
    expect(hex(state())).toBe(hex(before));
  }, testTimeout);

  test('is accepted when it is whole', async () => {
    expect(typeof (await take(message))).toBe('string');
  });
});
