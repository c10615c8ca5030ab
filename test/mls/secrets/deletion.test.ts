/**
 * RFC 9420 §9.2 and the key schedule say when a secret is to be gone. Gone means here: the array it was made in holds zeros, and
 * no other array, buffer or private key that anything in this process refers to holds its value.
 */
import { describe, expect, it } from 'vitest';
import { externalPsk, update, type Group } from '../../../src/index.ts';
import { addOf, committed, Deletion, followed, hiddenValue, keyOf, leafKeyOf, pair, proposed, remaining, scene, text, unwiped } from './scene.ts';
import { ofEpoch, ofWindow, transient, type Library } from './traced-provider.ts';

const libraries: readonly Library[] = ['native', 'portable'];

describe.each(libraries)('with %s cryptography', (library) => {
  it('the search finds what is in use, so that it can be trusted for what is not', async () => {
    const stage = scene({ library });
    const { a, b } = await pair(stage);
    const inUse = [...stage.trace.named([...ofEpoch, ...ofWindow]).slice(-2 * (ofEpoch.length + ofWindow.length)), leafKeyOf(stage, a), leafKeyOf(stage, b)];
    expect(await remaining(inUse)).toHaveLength(inUse.length);
  });

  it('a Commit with path, PSK and Welcome leaves nothing of what only it needed, at its maker, a member and a joiner', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { alice, bob, a, b } = await pair(stage);
    const carol = await stage.client('carol');
    const bundle = await carol.createKeyPackage();
    for (const client of [alice, bob, carol]) client.storePsk(text('psk'), text('a pre-shared key'));
    const making = stage.trace.mark;
    const { commit, welcome } = await a.commit({ forcePath: true, proposals: [addOf(bundle), externalPsk(text('psk'))] });
    gone.expect(stage.trace.named(transient, making), 20);
    // The first path secret is drawn.
    gone.expect(stage.trace.sourcesOf('node', making), 2);

    const receiving = stage.trace.mark;
    committed(await b.receive(commit));
    gone.expect(stage.trace.named(transient, receiving), 15);

    const joining = stage.trace.mark;
    await carol.join(welcome!);
    gone.expect(stage.trace.named(transient, joining), 15);
    gone.expect([keyOf(stage, bundle.keyPackage.initKey)]);
    await gone.everywhere();
  });

  it('an epoch that has ended takes its secrets and the keys that were replaced along', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a, b } = await pair(stage, { limits: { pastEpochs: 1 } });
    const [leafOfA, leafOfB] = [leafKeyOf(stage, a), leafKeyOf(stage, b)];
    const before = stage.trace.mark;
    const first = await a.commit({ forcePath: true });
    a.dispose(first.group);
    const b2 = await followed(b, first.commit);
    const between = stage.trace.mark;
    gone.expect(stage.trace.named(ofEpoch, 0, before), 2 * ofEpoch.length);
    gone.expect([leafOfA]);
    expect(unwiped([leafOfB])).toHaveLength(1);

    // The path key above both leaves is replaced by the next path; epoch 1 leaves the window of one.
    const second = await b2.commit({ forcePath: true });
    b2.dispose(second.group);
    const a3 = await followed(first.group, second.commit);
    gone.expect([leafOfB, ...stage.trace.named(ofWindow, 0, before)], 1 + 2 * ofWindow.length);
    const inUse = new Set<unknown>([a3, second.group].flatMap((group) => [...group.state.privateKeys.values()]));
    gone.expect(stage.trace.named(['private key'], before, between).filter(({ key }) => !inUse.has(key)), 2);
    await gone.everywhere();
  });

  it('a message key is gone once it was used, and so is all that it was derived from', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a, b } = await pair(stage);
    const encryption = stage.trace.named(['encryption']).slice(-2);
    const sending = stage.trace.mark;
    const messages = [await a.send(text('0')), await a.send(text('1')), await a.send(text('2'))];
    const sent = stage.trace.mark;
    // What stays: the secret of the generation to come, the other ratchet of this leaf, the tree beside it.
    const ofSender = stage.trace.since(sending).slice(0, sent - sending).filter(({ name }) => name !== 'random');
    const kept = ofSender.filter((one) => unwiped([one]).length > 0);
    expect(kept.map(({ name }) => name).sort()).toEqual(['handshake', 'secret', 'tree']);
    gone.expect(ofSender.filter((one) => !kept.includes(one)), 15);

    // Received out of order: of what was skipped the key and the nonce stay, until they are used.
    await b.receive(messages[2]!);
    const skipped = ofSender.filter(({ name, bytes }) => name === 'key' && bytes!.length === 16)[0]!;
    expect(await remaining([skipped])).toHaveLength(1);
    expect(unwiped(stage.trace.named(['secret', 'application'], sent))).toHaveLength(1);
    await b.receive(messages[0]!);
    await b.receive(messages[1]!);
    gone.expect(stage.trace.named(['key', 'nonce'], sent), 12);
    gone.expect(encryption);
    await gone.everywhere();
  });

  it('the keys of skipped messages are gone when the bound on kept ones drops them', async () => {
    const stage = scene({ library });
    const { a, b } = await pair(stage, { limits: { outOfOrderKeys: 1 } });
    const sending = stage.trace.mark;
    for (const word of ['0', '1']) await a.send(text(word));
    const last = await a.send(text('2'));
    // Of each message the key of the content comes before that of the sender data.
    const [first, , second] = stage.trace.named(['key'], sending).filter(({ bytes }) => bytes!.length === 16);
    await b.receive(last);
    expect([await remaining([first!]), (await remaining([second!])).length]).toEqual([[], 1]);
  });

  it('the key of an own Update takes the place of the old one when it is committed, and is gone with the epoch when it is not', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a, b } = await pair(stage);
    const old = leafKeyOf(stage, b);
    const updating = await b.propose(update());
    const fresh = stage.trace.named(['private key']).at(-1)!;
    const a2 = proposed(await a.receive(updating.message));
    const [without, covering] = [await a2.commit({ references: [] }), await a2.commit()];

    // A Commit that was looked at and given up costs neither key.
    const losing = committed(await updating.group.receive(without.commit));
    losing.dispose(updating.group);
    expect(unwiped([fresh, old])).toHaveLength(2);
    const winning = await followed(updating.group, covering.commit);
    gone.expect([old]);
    expect(await remaining([fresh])).toHaveLength(1);

    const again = await winning.propose(update());
    const uncovered = stage.trace.named(['private key']).at(-1)!;
    await followed(again.group, (await covering.group.commit({ references: [] })).commit);
    gone.expect([uncovered]);
    await gone.everywhere();
  });

  it('a Commit that lost the race is dropped with all its secrets, and the group goes on', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a, b } = await pair(stage);
    const mark = stage.trace.mark;
    const dropped = await a.commit({ forcePath: true });
    dropped.group.dispose(a);
    // The message was encrypted in the epoch that goes on.
    const ofRunningEpoch = ['random', 'tree', 'application', 'secret'];
    gone.expect(stage.trace.since(mark).filter(({ name }) => !ofRunningEpoch.includes(name)), 40);
    gone.expect(stage.trace.sourcesOf('node', mark));
    await gone.everywhere();
    const { commit } = await b.commit();
    expect((await followed(a, commit)).epoch).toBe(2n);
  });

  it('external initialization leaves nothing on either side', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a } = await pair(stage);
    const carol = await stage.client('carol');
    const info = await a.groupInfo();
    const joining = stage.trace.mark;
    const { commit } = await carol.joinByExternalCommit(info);
    gone.expect(stage.trace.named(transient, joining), 15);
    gone.expect(stage.trace.sourcesOf('node', joining));
    const receiving = stage.trace.mark;
    const next = committed(await a.receive(commit));
    gone.expect(stage.trace.named(transient, receiving), 15);
    // The key pair of external_pub is made for each use; the others are those of the path.
    const inUse = new Set<unknown>(next.state.privateKeys.values());
    gone.expect(stage.trace.named(['private key'], receiving).filter(({ key }) => !inUse.has(key)));
    await gone.everywhere();
  });

  it('pre-shared keys are gone when they are forgotten or their client ends', async () => {
    const stage = scene({ library });
    const { alice, a } = await pair(stage);
    const value = hiddenValue();
    alice.storePsk(text('psk'), value.value());
    const { group } = await a.commit({ proposals: [externalPsk(text('psk'))] });
    expect(await remaining([value])).toHaveLength(1);
    alice.forgetPsk(text('psk'));
    group.dispose(a);

    alice.storePsk(text('another'), value.value());
    alice.keepResumptionPsk(a);
    const resumption = stage.trace.named(['resumption']).find(({ bytes }) => bytes === a.state.secrets.resumptionPsk.expose())!;
    a.dispose();
    expect(await remaining([value, resumption])).toHaveLength(2);
    alice.dispose();
    // Bob has the same one.
    expect(unwiped([resumption])).toEqual([]);
    expect(await remaining([value])).toEqual([]);
  });

  it('an exporter gives its value and keeps nothing of it', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a } = await pair(stage);
    const mark = stage.trace.mark;
    a.export({ label: 'the test', context: text('of exporters'), length: 40 }).fill(0);
    gone.expect(stage.trace.named(['the test', 'exported'], mark), 3);
    await gone.everywhere();
  });

  it('a group that was encoded keeps no copy beside the bytes that it gave, and one that was restored none of those', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { a, b } = await pair(stage);
    const secrets = [...stage.trace.named([...ofEpoch, ...ofWindow]).slice(-ofEpoch.length - ofWindow.length), leafKeyOf(stage, b)];
    a.dispose();
    const stored = b.encode();
    const restored = await (await stage.client('bob')).restore(stored);
    stored.fill(0);
    b.dispose();
    expect(await remaining(secrets)).toHaveLength(secrets.length);
    restored.dispose();
    gone.expect(secrets);
    await gone.everywhere();
  });

  it('when all groups and clients have ended, nothing is left of any secret that was ever made', async () => {
    const stage = scene({ library });
    const gone = new Deletion();
    const { alice, bob, a, b } = await pair(stage);
    for (const client of [alice, bob]) client.storePsk(text('psk'), text('a pre-shared key'));
    const carol = await stage.client('carol');
    const updating = await b.propose(update());
    const withProposal = proposed(await a.receive(updating.message));
    const first = await withProposal.commit({ forcePath: true, proposals: [externalPsk(text('psk'))] });
    withProposal.dispose(first.group);
    const b2 = await followed(updating.group, first.commit);
    await b2.receive(await first.group.send(text('hello')));
    const joining = await carol.joinByExternalCommit(await b2.groupInfo());
    const ends: Group[] = [await followed(first.group, joining.commit), await followed(b2, joining.commit), joining.group];
    await ends[0]!.receive(await ends[2]!.send(text('hello')));
    const branch = await alice.createBranch(ends[0]!, { keyPackages: [(await bob.createKeyPackage()).message] });
    const bobs = await bob.join(branch.welcome!, { branchOf: ends[1]! });
    await carol.createKeyPackage();
    for (const group of [...ends, branch.group, bobs]) group.dispose();
    for (const client of [alice, bob, carol]) {
      client.dispose();
      client.signatureKey.dispose();
    }
    // Random numbers that are sent, and those that became a secret under another name, are told apart by their use.
    gone.expect(stage.trace.since().filter(({ name }) => name !== 'random'), 300);
    gone.expect([...stage.trace.sourcesOf('node'), ...stage.trace.sourcesOf('hpke dkp_prk'), ...stage.trace.sourcesOf('init')], 5);
    await gone.everywhere();
  }, 120_000);
});
