/**
 * The deletion schedule (RFC 9420 §9.2, R-9.2-01 to R-9.2-06) as a property of any history: from what a member stores afterwards,
 * with all that ever travelled, nothing that should be gone can be derived again, and what should still be there can.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeProvider, update, type Client, type Group } from '../../../src/index.ts';
import { hex } from '../../../src/mls/bytes.ts';
import { leafKeyOf } from '../../../src/mls/group/state.ts';
import { reproducible, type Loot } from './brute-force.ts';
import { addOf, committed, proposed, scene, text, type Scene } from './scene.ts';

const suite = nativeProvider().cipherSuite(1);
const pastEpochs = 2;
const names = ['alice', 'bob', 'carol'] as const;

interface Message {
  readonly bytes: Uint8Array;
  readonly epoch: bigint;
  readonly sender: number;
  /** The content key, in hex. */
  readonly key: string;
}

interface Member {
  group: Group;
  /** What was sent to it and not delivered. */
  readonly waiting: Message[];
  /** The keys of what it has sent or opened, its init key, the private keys of its leaf over time. */
  readonly used: string[];
}

/** Three members, the adversary's view of what they send, and the values of all that they should have deleted. */
class World {
  readonly stage: Scene;
  readonly members: Member[] = [];
  readonly contexts: Uint8Array[] = [];

  private constructor(stage: Scene) {
    this.stage = stage;
  }

  static async of(): Promise<World> {
    const world = new World(scene());
    const options = { handshakeAs: 'public', limits: { pastEpochs } } as const;
    const clients: Client[] = [];
    for (const name of names) clients.push(await world.stage.client(name, options));
    const [alice, ...others] = clients as [Client, ...Client[]];
    const bundles = await Promise.all(others.map((client) => client.createKeyPackage()));
    const created = await alice.createGroup();
    const { group, welcome } = await created.commit({ forcePath: true, proposals: bundles.map(addOf) });
    created.dispose(group);
    const initKeys = bundles.map(({ initKey }) => hex(initKey.serialize()));
    world.#enter([group, ...(await Promise.all(others.map((client) => client.join(welcome!))))]);
    world.members.slice(1).forEach(({ used }, i) => used.push(initKeys[i]!));
    return world;
  }

  #enter(groups: readonly Group[]): void {
    groups.forEach((group, i) => {
      const member = (this.members[i] ??= { group, waiting: [], used: [] });
      member.group = group;
      member.used.push(hex(leafKeyOf(group.state).serialize()));
    });
    this.contexts.push(groups[0]!.state.contextBytes.slice());
  }

  async send(sender: number): Promise<void> {
    const { group, used } = this.members[sender]!;
    const { trace } = this.stage;
    const mark = trace.mark;
    const bytes = await group.send(text('hello'));
    // The key of the content is derived first, that of the sender data after it.
    const key = hex(trace.named(['key'], mark).find((one) => one.value().length === 16)!.value());
    used.push(key);
    this.members.forEach(({ waiting }, i) => {
      if (i !== sender) waiting.push({ bytes, epoch: group.epoch, sender, key });
    });
  }

  /** Delivers one of the messages that wait, in whatever order; one that is too old opens no more. */
  async deliver(receiver: number, choice: number): Promise<void> {
    const { group, waiting, used } = this.members[receiver]!;
    if (waiting.length === 0) return;
    const [message] = waiting.splice(choice % waiting.length, 1);
    const isTooOld = group.epoch - message!.epoch > BigInt(pastEpochs);
    await group.receive(message!.bytes).then(
      () => expect(isTooOld).toBe(false),
      (error: Error) => expect([isTooOld, error.message]).toEqual([true, expect.stringContaining('R-6-08')]),
    );
    used.push(message!.key);
  }

  async commit(committer: number, { forcePath, updating }: { readonly forcePath: boolean; readonly updating: number | undefined }): Promise<void> {
    if (updating !== undefined && updating !== committer) await this.#update(updating);
    const before = this.members.map(({ group }) => group);
    const { group, commit } = await before[committer]!.commit({ forcePath });
    const after = await Promise.all(before.map(async (old, i) => (i === committer ? group : committed(await old.receive(commit)))));
    before.forEach((old, i) => old.dispose(after[i]));
    this.#enter(after);
  }

  async #update(updating: number): Promise<void> {
    const { group, message } = await this.members[updating]!.group.propose(update());
    for (const [i, member] of this.members.entries()) member.group = i === updating ? group : proposed(await member.group.receive(message));
  }

  loot({ group }: Member): Loot {
    return { stored: group.encode({ reserve: 2 }), sealed: this.stage.trace.sealed, contexts: this.contexts };
  }

  /**
   * What nobody keeps once an operation is over, and what ended with its epoch. Path secrets are not among it: those that were
   * sealed to a key which this member still has can be opened again until it updates (§16.6), and lead to no epoch by themselves.
   */
  deleted({ group, used }: Member): ReadonlySet<string> {
    const { secrets } = group.state;
    const kept = new Set([...Object.values(secrets).flatMap((secret) => (secret.disposed ? [] : [hex(secret.expose())])), hex(leafKeyOf(group.state).serialize())]);
    const values = this.stage.trace.named(['extracted', 'joiner', 'welcome', 'epoch', 'external', 'exporter', 'confirm', 'membership', 'authentication', 'init']);
    return new Set([...used, ...values.map((one) => hex(one.value()))].filter((value) => !kept.has(value)));
  }

  /** The keys of messages that may still come. */
  awaited({ group, waiting }: Member): readonly string[] {
    return waiting.filter(({ epoch }) => group.epoch - epoch <= BigInt(pastEpochs)).map(({ key }) => key);
  }
}

const reach = { generations: 12, treeDepth: 2, pathLength: 2 };

const who = fc.nat({ max: names.length - 1 });
const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), by: who }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), by: who, choice: fc.nat({ max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), by: who, forcePath: fc.boolean(), updating: fc.option(who, { nil: undefined }) }) },
  ),
  { minLength: 4, maxLength: 12 },
);

describe('what a member stores', () => {
  it('gives nothing back that should be gone, and all that is still awaited', async () => {
    await fc.assert(
      fc.asyncProperty(actions, who, async (history, victim) => {
        const world = await World.of();
        for (const action of history) {
          if (action.kind === 'send') await world.send(action.by);
          else if (action.kind === 'deliver') await world.deliver(action.by, action.choice);
          else await world.commit(action.by, action);
        }
        const member = world.members[victim]!;
        const loot = world.loot(member);
        const deleted = world.deleted(member);
        const derived = await reproducible(suite, loot, reach);
        expect(deleted.size).toBeGreaterThan(10);
        expect([...deleted].filter((value) => derived.has(value))).toEqual([]);
        expect(world.awaited(member).filter((key) => !derived.has(key))).toEqual([]);
      }),
      { numRuns: 10, seed: 9420 },
    );
  }, 300_000);
});

describe('the attacker', () => {
  it('comes from a state before a Commit with a path to the epoch that the Commit begins', async () => {
    const world = await World.of();
    const loot = world.loot(world.members[1]!);
    await world.commit(0, { forcePath: true, updating: undefined });
    const next = world.members[0]!.group.state.secrets;
    const derived = await reproducible(suite, { ...loot, contexts: world.contexts, sealed: world.stage.trace.sealed }, reach);
    for (const secret of [next.initSecret, next.confirmationKey, next.exporterSecret]) expect(derived).toContain(hex(secret.expose()));
  });

  it('comes from a state before a message was opened to the key of the message', async () => {
    const world = await World.of();
    await world.send(0);
    await world.send(0);
    const member = world.members[2]!;
    const before = world.loot(member);
    const key = member.waiting[1]!.key;
    await world.deliver(2, 1);
    expect(await reproducible(suite, before, reach)).toContain(key);
    expect(await reproducible(suite, world.loot(member), reach)).not.toContain(key);
  });
});
