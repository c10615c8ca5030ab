/**
 * Every operation is made to fail at each of the places where it can fail on the way (a draw of random numbers, an AEAD, a
 * Diffie-Hellman, a signature, a key to be loaded), one after another until it succeeds. What it had made by then is wiped.
 */
import { describe, expect, it } from 'vitest';
import { externalPsk, update, type Client, type Group } from '../../../src/index.ts';
import { addOf, Deletion, madeSince, pair, quiescence, scene, text, unwiped, type Scene } from './scene.ts';

type Operation = () => Promise<unknown>;
interface Case {
  readonly what: string;
  /** At how many places it can fail, at least. */
  readonly places: number;
  prepare(stage: Scene): Promise<Operation>;
}

async function withPsk(stage: Scene): Promise<{ readonly alice: Client; readonly bob: Client; readonly a: Group; readonly b: Group }> {
  const { alice, bob, a, b } = await pair(stage, { handshakeAs: 'public' });
  for (const client of [alice, bob]) client.storePsk(text('psk'), text('a pre-shared key'));
  return { alice, bob, a, b };
}

const cases: readonly Case[] = [
  {
    what: 'making a KeyPackage',
    places: 6,
    async prepare(stage) {
      const alice = await stage.client('alice');
      return async () => alice.forgetKeyPackage((await alice.createKeyPackage()).reference);
    },
  },
  {
    what: 'creating a group',
    places: 7,
    async prepare(stage) {
      const alice = await stage.client('alice');
      return async () => (await alice.createGroup()).dispose();
    },
  },
  {
    what: 'a Commit with path, PSK and Welcome, encrypted',
    places: 20,
    async prepare(stage) {
      const { alice, a } = await pair(stage);
      alice.storePsk(text('psk'), text('a pre-shared key'));
      const bundle = await (await stage.client('carol')).createKeyPackage();
      return async () => (await a.commit({ forcePath: true, proposals: [addOf(bundle), externalPsk(text('psk'))] })).group.dispose(a);
    },
  },
  {
    what: 'processing a Commit with path and PSK',
    places: 4,
    async prepare(stage) {
      const { a, b } = await withPsk(stage);
      const { group, commit } = await a.commit({ forcePath: true, proposals: [externalPsk(text('psk'))] });
      // What the maker has in common with the others is not what this looks for.
      group.dispose(a);
      return () => receiving(b, commit);
    },
  },
  {
    what: 'joining by a Welcome with a path secret',
    places: 6,
    async prepare(stage) {
      const { a } = await withPsk(stage);
      const carol = await stage.client('carol');
      carol.storePsk(text('psk'), text('a pre-shared key'));
      const { group, welcome } = await a.commit({ forcePath: true, proposals: [addOf(await carol.createKeyPackage()), externalPsk(text('psk'))] });
      group.dispose(a);
      return async () => (await carol.join(welcome!)).dispose();
    },
  },
  {
    what: 'joining with a last-resort KeyPackage',
    places: 6,
    async prepare(stage) {
      const { a } = await pair(stage);
      const carol = await stage.client('carol');
      const { group, welcome } = await a.commit({ forcePath: true, proposals: [addOf(await carol.createKeyPackage({ lastResort: true }))] });
      group.dispose(a);
      return async () => (await carol.join(welcome!)).dispose();
    },
  },
  {
    what: 'joining by an external Commit',
    places: 15,
    async prepare(stage) {
      const { a } = await withPsk(stage);
      const carol = await stage.client('carol');
      carol.storePsk(text('psk'), text('a pre-shared key'));
      const info = await a.groupInfo();
      return async () => (await carol.joinByExternalCommit(info, { externalPsks: [text('psk')] })).group.dispose();
    },
  },
  {
    what: 'processing an external Commit',
    places: 6,
    async prepare(stage) {
      const { a } = await withPsk(stage);
      const { group, commit } = await (await stage.client('carol')).joinByExternalCommit(await a.groupInfo());
      group.dispose();
      return () => receiving(a, commit);
    },
  },
  {
    what: 'proposing an Update',
    places: 4,
    async prepare(stage) {
      const { a } = await withPsk(stage);
      return async () => (await a.propose(update())).group.dispose(a);
    },
  },
  {
    what: 'making a GroupInfo with external_pub',
    places: 2,
    async prepare(stage) {
      const { a } = await pair(stage);
      return () => a.groupInfo();
    },
  },
  {
    what: 'sending',
    places: 4,
    async prepare(stage) {
      const { a } = await pair(stage);
      return () => a.send(text('hello'));
    },
  },
  {
    what: 'receiving application data',
    places: 3,
    async prepare(stage) {
      const { a, b } = await pair(stage);
      const message = await a.send(text('hello'));
      return () => b.receive(message);
    },
  },
  {
    what: 'branching',
    places: 20,
    async prepare(stage) {
      const { alice, bob, a } = await pair(stage);
      const { message } = await bob.createKeyPackage();
      return async () => (await alice.createBranch(a, { keyPackages: [message], forcePath: true })).group.dispose();
    },
  },
  {
    what: 'restoring a group with a pending Update',
    places: 4,
    async prepare(stage) {
      const { b } = await withPsk(stage);
      const { group } = await b.propose(update());
      const stored = group.encode();
      group.dispose();
      stage.atEnd(() => stored.fill(0));
      return async () => (await (await clientOf(stage)).restore(stored)).dispose();
    },
  },
];

/** Not made while an operation may fail. */
const clients = new WeakMap<Scene, Promise<Client>>();
function clientOf(stage: Scene): Promise<Client> {
  if (!clients.has(stage)) clients.set(stage, stage.client('bob'));
  return clients.get(stage)!;
}

async function receiving(group: Group, commit: Uint8Array): Promise<void> {
  const received = await group.receive(commit);
  if (received.kind === 'commit') received.group.dispose(group);
}

describe.each([1, 2])('in cipher suite %i', (suite) => {
  it.each(cases)('$what leaves nothing behind, wherever it fails', async ({ places, prepare }) => {
    const stage = scene({ suite });
    await clientOf(stage);
    const operation = await prepare(stage);
    const gone = new Deletion();
    let failures = 0;
    for (;;) {
      const mark = stage.trace.mark;
      stage.failAfter(failures);
      const succeeded = await operation().then(() => true, (error: Error) => expect(error.message).toMatch(/was made to fail/));
      await quiescence();
      stage.heal();
      const made = madeSince(stage, mark);
      expect({ failures, unwiped: unwiped(made) }).toEqual({ failures, unwiped: [] });
      gone.expect(made, 0);
      if (succeeded === true) break;
      failures++;
    }
    expect(failures).toBeGreaterThanOrEqual(places);
    stage.end();
    await gone.everywhere();
  });
});
