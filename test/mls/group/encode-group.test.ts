import { describe, expect, it } from 'vitest';
import { add, createClient, nativeProvider, update, type Client, type Group } from '../../../src/index.ts';
import { encodeGroup } from '../../../src/mls/group/encode-group.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import { replaceLeaf } from '../../../src/mls/tree/ratchet-tree.ts';
import { asLeafIndex } from '../../../src/mls/tree/tree-math.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';

const crypto = nativeProvider();
const client = (credential: string): Promise<Client> => createClient({ crypto, cipherSuite: 1, credential, policy: openPolicy });
const bytes = (value: string) => new TextEncoder().encode(value);

async function pair(): Promise<{ alice: Client; bob: Client; a: Group; b: Group }> {
  const [alice, bob] = await Promise.all([client('alice'), client('bob')]);
  const adding = await (await alice!.createGroup()).commit({ proposals: [add((await bob!.createKeyPackage()).message)] });
  return { alice: alice!, bob: bob!, a: adding.group, b: await bob!.join(adding.welcome!) };
}

describe('a stored group', () => {
  it('continues where it was: receives, sends, commits', async () => {
    const { a, b } = await pair();
    const early = await a.send(bytes('early'));
    const restored = await (await client('bob')).restore(b.encode());
    expect(restored.epochAuthenticator).toEqual(b.epochAuthenticator);
    restored.encode();
    expect((await restored.receive(early)).kind).toBe('application');
    expect((await a.receive(await restored.send(bytes('after')))).kind).toBe('application');
    const committing = await restored.commit();
    await expect(committing.group.send(bytes('unsaved'))).rejects.toMatchObject({ code: 'limit', requirement: 'R-6.3.1-05' });
    committing.group.encode();
    await committing.group.send(bytes('saved'));
    const received = await a.receive(committing.commit);
    expect(received.kind === 'commit' && received.group.epochAuthenticator).toEqual(committing.group.epochAuthenticator);
  });

  it('keeps pending proposals, the keys of an own Update and past epochs', async () => {
    const { a, b } = await pair();
    const late = await a.send(bytes('late'));
    const updating = await b.propose(update());
    const proposed = await a.receive(updating.message);
    if (proposed.kind !== 'proposal') throw new Error(proposed.kind);
    const committing = await proposed.group.commit();
    const restored = await (await client('bob')).restore(updating.group.encode());
    const received = await restored.receive(committing.commit);
    if (received.kind !== 'commit') throw new Error(received.kind);
    const again = await (await client('bob')).restore(received.group.encode());
    expect(again.epochAuthenticator).toEqual(committing.group.epochAuthenticator);
    const opened = await again.receive(late);
    expect(opened.kind === 'application' && opened.epoch).toBe(1n);
  });

  it('never uses a generation twice, whichever of the two goes on', async () => {
    const { a, b } = await pair();
    const stored = b.encode({ reserve: 2 });
    const sent = [await b.send(bytes('1')), await b.send(bytes('2'))];
    await expect(b.send(bytes('3'))).rejects.toMatchObject({ code: 'limit', requirement: 'R-6.3.1-05' });
    const restored = await (await client('bob')).restore(stored);
    await expect(restored.send(bytes('unsaved'))).rejects.toMatchObject({ code: 'limit', requirement: 'R-6.3.1-05' });
    restored.encode();
    sent.push(await restored.send(bytes('3')));
    for (const message of sent) expect((await a.receive(message)).kind).toBe('application');
  });

  it('R-6.3.1-05: sends no more than before when it could not be encoded', async () => {
    const { b } = await pair();
    const { group } = await b.commit();
    group.encode({ reserve: 1 });
    await group.send(bytes('1'));
    // The oldest part is written last.
    group.state.pastEpochs[0]!.resumptionPsk.dispose();
    expect(() => group.encode()).toThrow(expect.objectContaining({ code: 'misuse' }));
    await expect(group.send(bytes('2'))).rejects.toMatchObject({ code: 'limit', requirement: 'R-6.3.1-05' });
  });

  it('is not restored beside the live one, which would send with the same keys', async () => {
    const { bob, b } = await pair();
    await expect(bob.restore(b.encode())).rejects.toMatchObject({ code: 'misuse', requirement: 'R-12.4.3-05' });
  });

  it('refuses bytes that are none', async () => {
    const { b } = await pair();
    const stored = b.encode();
    await expect((await client('bob')).restore(stored.subarray(0, 100))).rejects.toMatchObject({ code: 'malformed' });
    await expect((await client('bob')).restore(Uint8Array.of(0, 9, 9))).rejects.toMatchObject({ code: 'unsupported' });
  });

  it.each<[string, (state: GroupState) => Partial<GroupState> | Promise<Partial<GroupState>>]>([
    ["that says another's leaf is its own", () => ({ ownLeafIndex: asLeafIndex(0) })],
    ['in whose tree its leaf is blank', ({ tree }) => ({ tree: replaceLeaf(tree, asLeafIndex(1), undefined) })],
    ['with another signature key', async ({ settings: { suite } }) => ({ signatureKey: await suite.generateSignatureKey() })],
    ['without the private key of its leaf', () => ({ privateKeys: new Map() })],
  ])('refuses a group %s', async (_, wrong) => {
    const { b } = await pair();
    const stored = encodeGroup({ ...b.state, ...(await wrong(b.state)) }, 1);
    await expect((await client('bob')).restore(stored)).rejects.toMatchObject({ code: 'malformed' });
  });
});
