/**
 * People in one group and a Delivery Service between them, driven by any list of steps. Handshake messages have one order, which
 * everybody follows at a pace of their own; the first Commit of an epoch wins; application data arrives whenever, or never.
 */
import { add, externalPsk, groupContextExtensions, remove, update, type Client, type Group, type ProposalInput } from '../../src/index.ts';
import { byteKey, hex, sameBytes, utf8 } from '../../src/mls/bytes.ts';
import { MLSError } from '../../src/mls/errors.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import { seeded } from '../../src/runner/random.ts';
import { mutatedMessage } from '../fuzz/mutate-messages.ts';
import { pskId, worldClient } from '../fuzz/world.ts';

/** One step: what to do, by whom, and with whom or what; numbers are taken modulo what there is. */
export interface Step {
  readonly act: Act;
  readonly by: number;
  readonly to: number;
}
export const acts = [
  ...(['propose update', 'propose remove', 'propose add', 'propose psk', 'propose extensions'] as const),
  ...(['commit', 'commit by value', 'commit with path', 'deliver', 'deliver all'] as const),
  ...(['send', 'read', 'restore', 'join from outside', 'resync', 'attack'] as const),
];
export type Act = (typeof acts)[number];

const mostMembers = 6;

/** A handshake message in its place in the order. */
interface Ordered {
  readonly message: Uint8Array;
  readonly epoch: bigint;
  readonly isCommit: boolean;
  /** Whom it lets in, and with what: they follow from here on. */
  readonly joiners: readonly { readonly name: string; readonly client: Client; readonly welcome: Uint8Array }[];
  /** Who made it from outside: that one goes on with its own group. */
  readonly outsider?: Person;
}

interface Sent {
  readonly message: Uint8Array;
  readonly data: Uint8Array;
  readonly epoch: bigint;
  readonly sender: string;
  readonly readBy: Set<string>;
}

/** A member, or somebody who will be one when the order comes to its Commit. */
interface Person {
  readonly name: string;
  client: Client;
  group: Group;
  /** How much of the order it has followed. */
  position: number;
  /** Its own Commit that may yet lose. */
  own: Own | undefined;
  /** Whether it was ever stored: then it sends in an epoch once it was stored there. */
  isStored: boolean;
}

interface Own {
  readonly commit: Uint8Array;
  /** The group after it, or what was stored of that. */
  readonly next: Group | Uint8Array;
}

interface Proposing {
  readonly input: ProposalInput;
  readonly joiner?: { readonly name: string; readonly client: Client };
}

export class GroupMachine {
  /** How often each act did something. */
  readonly done = new Map<string, number>();
  readonly #order: Ordered[] = [];
  readonly #sent: Sent[] = [];
  #people: Person[] = [];
  /** The epoch that the order has come to. */
  #epoch = 0n;
  #names = 0;
  /** What all who come to an epoch must agree on. */
  readonly #agreed = new Map<bigint, string>();
  /** Those who were proposed, by KeyPackage: a Commit that covers the proposal lets them in. */
  readonly #waiting: { readonly name: string; readonly client: Client }[] = [];

  static async create(): Promise<GroupMachine> {
    const machine = new GroupMachine();
    const name = machine.#newName();
    const client = await person(name);
    machine.#people = [{ name, client, group: await client.createGroup({ groupId: utf8('machine') }), position: 0, own: undefined, isStored: false }];
    await machine.take({ act: 'commit by value', by: 0, to: 0 });
    await machine.take({ act: 'deliver all', by: 0, to: 0 });
    return machine;
  }

  /** Does a step if it is possible, and checks that everybody agrees. */
  async take(step: Step): Promise<void> {
    const by = this.#people[step.by % this.#people.length]!;
    const did = await this.#take(step, by);
    if (did) this.done.set(step.act, (this.done.get(step.act) ?? 0) + 1);
  }

  async #take({ act, to }: Step, by: Person): Promise<boolean> {
    switch (act) {
      case 'propose update':
        return this.#propose(by, { input: update() });
      case 'propose remove': {
        const others = by.group.members.filter(({ leafIndex }) => leafIndex !== by.group.ownLeafIndex);
        return others.length > 0 && this.#propose(by, { input: remove(others[to % others.length]!.leafIndex) });
      }
      case 'propose add':
        return this.#isRoom() && this.#propose(by, await this.#newcomer());
      case 'propose psk':
        return this.#propose(by, { input: externalPsk(pskId) });
      case 'propose extensions':
        return this.#propose(by, { input: groupContextExtensions([]) });
      case 'commit':
        return this.#commit(by, {});
      case 'commit with path':
        return this.#commit(by, { forcePath: true });
      case 'commit by value':
        return this.#isRoom() && this.#commit(by, { newcomer: await this.#newcomer() });
      case 'deliver':
        return this.#follow(by, 1);
      case 'deliver all':
        return this.#follow(by, Infinity);
      case 'send':
        return this.#send(by);
      case 'read':
        return this.#read(by, to);
      case 'restore':
        return this.#restore(by);
      case 'join from outside':
        return this.#isRoom() && this.#joinFromOutside(by, undefined);
      case 'resync':
        return this.#joinFromOutside(by, this.#people[to % this.#people.length]!);
      case 'attack':
        return this.#attack(by, to);
    }
  }

  /** Everybody follows to the end, reads what is left, and has come to one epoch. */
  async settle(): Promise<void> {
    for (let last = -1; last !== this.#order.length; ) {
      last = this.#order.length;
      for (const one of [...this.#people]) await this.#follow(one, Infinity);
    }
    for (const one of this.#people) for (let i = 0; i < this.#sent.length; i++) await this.#read(one, i);
    const epochs = new Set(this.#people.map(({ group }) => `${group.epoch} ${hex(group.epochAuthenticator)}`));
    if (epochs.size !== 1) throw new Error(`in the end they are in ${[...epochs].join(' and ')}`);
  }

  #isRoom(): boolean {
    return this.#people.length + this.#waiting.length < mostMembers;
  }

  #newName(): string {
    return `person ${this.#names++}`;
  }

  async #newcomer(): Promise<Proposing> {
    const name = this.#newName();
    const client = await person(name);
    const { message } = await client.createKeyPackage();
    return { input: add(message), joiner: { name, client } };
  }

  async #propose(by: Person, { input, joiner }: Proposing): Promise<boolean> {
    const { group, message } = await by.group.propose(input);
    // Too late for the epoch that the order is in: nobody would take it.
    if (by.group.epoch !== this.#epoch) return false;
    by.group = group;
    if (joiner !== undefined) this.#waiting.push(joiner);
    this.#order.push({ message, epoch: this.#epoch, isCommit: false, joiners: [] });
    return true;
  }

  /** The Delivery Service takes the first Commit of an epoch; the others have lost, and their makers learn it when they follow. */
  async #commit(by: Person, { newcomer, forcePath = false }: { readonly newcomer?: Proposing; readonly forcePath?: boolean }): Promise<boolean> {
    // Which of two is in force, only who follows the order knows.
    if (by.own !== undefined) return false;
    const made = await by.group.commit({ proposals: newcomer === undefined ? [] : [newcomer.input], forcePath });
    by.own = { commit: made.commit, next: made.group };
    if (by.group.epoch !== this.#epoch) return true;
    const members = new Set(made.group.members.map(({ credential }) => byteKey((credential as { identity: Uint8Array }).identity)));
    const candidates = [...this.#waiting, ...(newcomer?.joiner ? [newcomer.joiner] : [])];
    const joiners = candidates.filter(({ name }) => members.has(byteKey(utf8(name)))).map((joiner) => ({ ...joiner, welcome: made.welcome! }));
    this.#won({ message: made.commit, epoch: this.#epoch, isCommit: true, joiners });
    return true;
  }

  #won(commit: Ordered): void {
    this.#order.push(commit);
    this.#epoch++;
    // Proposals of the epoch that nobody committed are gone.
    this.#waiting.length = 0;
  }

  async #follow(one: Person, most: number): Promise<boolean> {
    const begun = one.position;
    for (let left = most; left > 0 && one.position < this.#order.length && this.#people.includes(one); left--) await this.#takeIn(one, this.#order[one.position++]!);
    return one.position > begun;
  }

  async #takeIn(one: Person, ordered: Ordered): Promise<void> {
    const { message, isCommit } = ordered;
    if (isCommit && one.own !== undefined && sameBytes(one.own.commit, message)) {
      const { next } = one.own;
      if (next instanceof Uint8Array) await this.#goOnFrom(one, next);
      else this.#enter(one, next);
      await this.#letIn(ordered, one.position);
      return;
    }
    const received = await one.group.receive(message);
    if (received.kind === 'removed') {
      one.group.dispose();
      this.#people = this.#people.filter((other) => other !== one);
    } else if (received.kind === 'commit') {
      this.#enter(one, received.group);
    } else if (received.kind === 'proposal') {
      one.group = received.group;
    }
    if (isCommit) await this.#letIn(ordered, one.position);
  }

  #enter(one: Person, group: Group): void {
    const former = one.group;
    one.group = group;
    former.dispose(group);
    const own = one.own?.next;
    if (own !== undefined && own !== group && !(own instanceof Uint8Array)) own.dispose(group);
    one.own = undefined;
    if (one.isStored) group.encode({ reserve: 64 });
    this.#mustAgree(group);
  }

  #mustAgree(group: Group): void {
    const view = [group.epochAuthenticator, group.ratchetTree(), group.export({ label: 'machine', context: utf8('x'), length: 16 })].map(hex).join(' ');
    const agreed = this.#agreed.get(group.epoch);
    if (agreed !== undefined && agreed !== view) throw new Error(`members disagree on epoch ${group.epoch}`);
    this.#agreed.set(group.epoch, view);
  }

  /** Those who join do so once, when the first member comes to the Commit. */
  async #letIn({ joiners, outsider }: Ordered, position: number): Promise<void> {
    for (const { name, client, welcome } of joiners) {
      if (this.#people.some((other) => other.name === name)) continue;
      if (this.#joined.has(name)) continue;
      this.#joined.add(name);
      const group = await client.join(welcome);
      this.#mustAgree(group);
      this.#people.push({ name, client, group, position, own: undefined, isStored: false });
    }
    if (outsider !== undefined && !this.#joined.has(outsider.name)) {
      this.#joined.add(outsider.name);
      this.#mustAgree(outsider.group);
      this.#people.push({ ...outsider, position });
    }
  }
  readonly #joined = new Set<string>();

  async #send(by: Person): Promise<boolean> {
    const data = utf8(`message ${this.#sent.length}`);
    this.#sent.push({ message: await by.group.send(data), data, epoch: by.group.epoch, sender: by.name, readBy: new Set([by.name]) });
    return true;
  }

  /** Who was in the epoch of a message opens it once, however late. */
  async #read(by: Person, which: number): Promise<boolean> {
    const sent = this.#sent[which % Math.max(1, this.#sent.length)];
    if (sent === undefined || sent.readBy.has(by.name)) return false;
    const knows = sent.epoch === by.group.epoch || by.group.state.pastEpochs.some(({ epoch }) => epoch === sent.epoch);
    const opened = await by.group.receive(sent.message).catch((error: unknown) => {
      if (!(error instanceof MLSError) || knows) throw error;
    });
    if (opened === undefined) return false;
    if (opened.kind !== 'application' || !sameBytes(opened.data, sent.data)) throw new Error(`message ${which} was opened as something else`);
    sent.readBy.add(by.name);
    // Once only.
    const again = await by.group.receive(sent.message).catch((error: unknown) => error);
    if (!(again instanceof MLSError)) throw new Error(`message ${which} was opened twice`);
    return true;
  }

  /** Somebody changes a message on its way: it is refused, and nothing has changed. */
  async #attack(by: Person, which: number): Promise<boolean> {
    const genuine = [...this.#order, ...this.#sent].map(({ message }) => message);
    const message = genuine.at(-1 - (which % genuine.length))!;
    const mutated = mutatedMessage(message, seeded('attack', which, genuine.length), genuine[which % genuine.length]);
    if (genuine.some((one) => sameBytes(one, mutated))) return false;
    // Looking at a group in this way is storing it.
    by.isStored = true;
    const before = encodeGroup(by.group.state, 64);
    const outcome = await by.group.receive(mutated).catch((error: unknown) => error);
    if (!(outcome instanceof MLSError)) throw new Error(`not refused: ${hex(mutated)} in the place of ${hex(message)}`, { cause: outcome });
    if (!sameBytes(before, encodeGroup(by.group.state, 64))) throw new Error(`a refused message has changed the group: ${hex(mutated)}`);
    return true;
  }

  /** A crash of somebody: it goes on from what was stored, of a Commit that may yet win too. */
  async #restore(by: Person): Promise<boolean> {
    const { own } = by;
    const next = own && (own.next instanceof Uint8Array ? own.next : own.next.encode({ reserve: 4 }));
    await this.#goOnFrom(by, by.group.encode({ reserve: 4 }));
    by.own = own && { commit: own.commit, next: next! };
    return true;
  }

  async #goOnFrom(by: Person, stored: Uint8Array): Promise<void> {
    by.client = await person(by.name, by.client);
    by.group = await by.client.restore(stored);
    by.group.encode({ reserve: 64 });
    by.isStored = true;
    by.own = undefined;
    this.#mustAgree(by.group);
  }

  /** @param former who comes back in the place of its old leaf */
  async #joinFromOutside(by: Person, former: Person | undefined): Promise<boolean> {
    if (by.group.epoch !== this.#epoch || by === former) return false;
    if (former !== undefined && !by.group.members.some(({ leafNode }) => sameBytes(leafNode.signatureKey, former.client.signatureKey.publicKey))) return false;
    const name = former?.name ?? this.#newName();
    const client = await person(name, former?.client);
    const { group, commit } = await client.joinByExternalCommit(await by.group.groupInfo(), { resync: former !== undefined, externalPsks: former === undefined ? [] : [pskId] });
    if (former !== undefined) {
      former.group.dispose();
      this.#people = this.#people.filter((other) => other !== former);
      this.#joined.delete(name);
      for (const sent of this.#sent) sent.readBy.add(name);
    }
    this.#won({ message: commit, epoch: this.#epoch, isCommit: true, joiners: [], outsider: { name, client, group, position: 0, own: undefined, isStored: false } });
    // The Commit from outside is in force: its maker is a member from now on, and the others follow.
    await this.#letIn(this.#order.at(-1)!, this.#order.length);
    return true;
  }
}

const person = (name: string, former?: Client): Promise<Client> =>
  worldClient(name, { allowDataWithPendingProposals: true, handshakeAs: name.length % 2 === 0 ? 'public' : 'private', ...(former && { signatureKey: former.signatureKey }) });
