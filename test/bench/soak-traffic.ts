/** What callers do with a service all day: one group after the other, each from its creation to its end. */
import type { ServiceError } from '@grpc/grpc-js';
import { byteKey } from '../../src/mls/bytes.ts';
import type { Request, Response, Rpc } from '../../src/service/calls.ts';
import type { TestClient } from '../service/support/client.ts';
import { bytes, describe, groupOf } from '../service/support/service.ts';

export class Traffic {
  calls = 0;
  refused = 0;
  /** Groups that came and went. */
  lives = 0;
  /** What went otherwise than it should. */
  readonly wrong: string[] = [];

  /** A group's life; what it does is drawn from `seed`. */
  async life(client: TestClient, seed: number): Promise<void> {
    const one = new Life(this, client, seed);
    try {
      await one.live();
      this.lives++;
    } catch (error) {
      this.wrong.push(`life ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

/** Numbers from a seed (xorshift): the same lives every time. */
class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
  }

  below(count: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % count;
  }
}

interface Member {
  readonly name: string;
  stateId: number;
}

const suites = [1, 2, 3] as const;
const mostMembers = 8;
const steps = 12;

class Life {
  readonly #traffic: Traffic;
  readonly #client: TestClient;
  readonly #draw: Draw;
  readonly #suite: number;
  readonly #encrypt: boolean;
  readonly #seed: number;
  readonly #members: Member[] = [];
  #names = 0;

  constructor(traffic: Traffic, client: TestClient, seed: number) {
    this.#traffic = traffic;
    this.#client = client;
    this.#seed = seed;
    this.#draw = new Draw(seed);
    this.#suite = suites[this.#draw.below(suites.length)]!;
    this.#encrypt = this.#draw.below(2) === 0;
  }

  async live(): Promise<void> {
    const names = [this.#name(), this.#name(), this.#name()];
    const counted = { call: this.#call.bind(this) } as Parameters<typeof groupOf>[0];
    const ids = await groupOf(counted, names, { suite: this.#suite, encrypt: this.#encrypt });
    ids.forEach((stateId, i) => this.#members.push({ name: names[i]!, stateId }));
    const doings = [() => this.#talk(), () => this.#update(), () => this.#add(), () => this.#remove(), () => this.#joinFromOutside(), () => this.#psk(), () => this.#garbage(), () => this.#branch(), () => this.#reInit()];
    for (let step = 0; step < steps; step++) await doings[this.#draw.below(doings.length)]!();
    await this.#agree();
    // One life in eight ends without Free, as those of runners that crash.
    if (this.#draw.below(8) === 0) return;
    for (const { stateId } of this.#members) await this.#call('free', { stateId });
  }

  #name = (): string => `member ${this.#seed}/${++this.#names}`;
  #any = (): Member => this.#members[this.#draw.below(this.#members.length)]!;
  #others = (one: Member): Member[] => this.#members.filter((member) => member !== one);

  async #call<R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<Response<R>> {
    this.#traffic.calls++;
    return this.#client.call(rpc, request);
  }

  async #refused<R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<void> {
    this.#traffic.calls++;
    const answer = await this.#client.call(rpc, request).then(() => 'succeeded', ({ code, details }: ServiceError) => (code === 13 ? `INTERNAL ${details}` : undefined));
    if (answer !== undefined) throw new Error(`${rpc} that should be refused: ${answer}`);
    this.#traffic.refused++;
  }

  /** Everybody's authenticators are the same. */
  async #agree(): Promise<void> {
    const values = [];
    for (const { stateId } of this.#members) values.push((await this.#call('stateAuth', { stateId })).stateAuthSecret);
    if (new Set(values.map(byteKey)).size !== 1) throw new Error('the members disagree');
  }

  /** A Commit that all who stay follow. */
  async #commit(by: Member, request: Partial<Request<'commit'>>, staying: readonly Member[] = this.#others(by)): Promise<Response<'commit'>> {
    const made = await this.#call('commit', { stateId: by.stateId, ...request });
    await this.#call('handlePendingCommit', { stateId: by.stateId });
    for (const { stateId } of staying) await this.#call('handleCommit', { stateId, commit: made.commit, proposal: request.byReference ?? [] });
    return made;
  }

  async #talk(): Promise<void> {
    const [sender, receiver] = [this.#any(), this.#any()];
    if (sender === receiver) return;
    for (let i = 0; i < 5; i++) {
      const plaintext = new Uint8Array(this.#draw.below(2_000)).fill(i);
      const { ciphertext } = await this.#call('protect', { stateId: sender.stateId, plaintext, authenticatedData: bytes('data') });
      const opened = await this.#call('unprotect', { stateId: receiver.stateId, ciphertext });
      if (opened.plaintext.length !== plaintext.length) throw new Error('another plaintext');
      if (i === 0) await this.#refused('unprotect', { stateId: receiver.stateId, ciphertext });
    }
  }

  async #update(): Promise<void> {
    const [by, proposer] = [this.#any(), this.#any()];
    if (by === proposer) return void (await this.#commit(by, { forcePath: true }));
    const { proposal } = await this.#call('updateProposal', { stateId: proposer.stateId });
    await this.#commit(by, { byReference: [proposal] });
  }

  async #add(): Promise<void> {
    if (this.#members.length >= mostMembers) return;
    const name = this.#name();
    const { keyPackage, transactionId } = await this.#call('createKeyPackage', { cipherSuite: this.#suite, identity: bytes(name) });
    const apart = this.#draw.below(2) === 0;
    const { welcome, ratchetTree } = await this.#commit(this.#any(), { byValue: [describe('add', { keyPackage })], externalTree: apart });
    const { stateId } = await this.#call('joinGroup', { transactionId, welcome, ratchetTree, encryptHandshake: this.#encrypt });
    this.#members.push({ name, stateId });
  }

  async #remove(): Promise<void> {
    if (this.#members.length < 3) return;
    const [by, removed] = [this.#any(), this.#any()];
    if (by === removed) return;
    const staying = this.#members.filter((member) => member !== by && member !== removed);
    const { commit } = await this.#commit(by, { byValue: [describe('remove', { removedId: bytes(removed.name) })] }, staying);
    await this.#refused('handleCommit', { stateId: removed.stateId, commit });
    this.#members.splice(this.#members.indexOf(removed), 1);
    if (this.#draw.below(2) === 0) await this.#call('free', { stateId: removed.stateId });
  }

  async #joinFromOutside(): Promise<void> {
    if (this.#members.length >= mostMembers) return;
    const { groupInfo } = await this.#call('groupInfo', { stateId: this.#any().stateId });
    const name = this.#name();
    const { stateId, commit } = await this.#call('externalJoin', { groupInfo, identity: bytes(name), encryptHandshake: this.#encrypt });
    for (const member of this.#members) await this.#call('handleCommit', { stateId: member.stateId, commit });
    this.#members.push({ name, stateId });
  }

  async #psk(): Promise<void> {
    const pskId = bytes(`psk ${this.#draw.below(5)}`);
    for (const { stateId } of this.#members) await this.#call('storePsk', { stateOrTransactionId: stateId, pskId, pskSecret: bytes('secret') });
    await this.#commit(this.#any(), { byValue: [describe('externalPSK', { pskId })] });
  }

  async #branch(): Promise<void> {
    const [by, other] = [this.#any(), this.#any()];
    if (by === other) return;
    const { keyPackage, transactionId } = await this.#call('createKeyPackage', { cipherSuite: this.#suite, identity: bytes(other.name) });
    const { stateId, welcome } = await this.#call('createBranch', { stateId: by.stateId, groupId: bytes(`branch ${this.#seed}/${++this.#names}`), keyPackages: [keyPackage] });
    const joined = await this.#call('handleBranch', { stateId: other.stateId, transactionId, welcome });
    for (const id of [stateId, joined.stateId]) await this.#call('free', { stateId: id });
  }

  async #reInit(): Promise<void> {
    const by = this.#any();
    const { proposal } = await this.#call('reInitProposal', { stateId: by.stateId, cipherSuite: this.#suite, groupId: bytes(`next ${this.#seed}/${++this.#names}`) });
    const { commit } = await this.#call('reInitCommit', { stateId: by.stateId, byReference: [proposal] });
    const { reinitId } = await this.#call('handlePendingReInitCommit', { stateId: by.stateId });
    const others = [];
    for (const { stateId } of this.#others(by)) others.push(await this.#call('handleReInitCommit', { stateId, commit, proposal: [proposal] }));
    const { welcome } = await this.#call('reInitWelcome', { reinitId, keyPackage: others.map(({ keyPackage }) => keyPackage) });
    for (const other of others) await this.#call('handleReInitWelcome', { reinitId: other.reinitId, welcome });
  }

  /** Messages that were changed on the way, and calls that make no sense. */
  async #garbage(): Promise<void> {
    const [sender, receiver] = [this.#any(), this.#any()];
    if (sender === receiver) return;
    const { ciphertext } = await this.#call('protect', { stateId: sender.stateId, plaintext: bytes('as it was') });
    const at = this.#draw.below(ciphertext.length);
    await this.#refused('unprotect', { stateId: receiver.stateId, ciphertext: ciphertext.with(at, ciphertext[at]! ^ 0x55) });
    await this.#refused('unprotect', { stateId: receiver.stateId, ciphertext: ciphertext.subarray(0, at) });
    await this.#call('unprotect', { stateId: receiver.stateId, ciphertext });
    const { commit } = await this.#call('commit', { stateId: sender.stateId, forcePath: true });
    const where = commit.length - 1 - this.#draw.below(64);
    await this.#refused('handleCommit', { stateId: receiver.stateId, commit: commit.with(where, commit[where]! ^ 1) });
    // What it should have been goes through all the same, and then nobody's own Commit is pending any more.
    await this.#call('handlePendingCommit', { stateId: sender.stateId });
    for (const { stateId } of this.#others(sender)) await this.#call('handleCommit', { stateId, commit });
    await this.#refused('handlePendingCommit', { stateId: receiver.stateId });
    await this.#refused('joinGroup', { transactionId: sender.stateId, welcome: commit });
    await this.#refused('stateAuth', { stateId: 0xffff_fff0 });
    await this.#refused('createGroup', { cipherSuite: 99, identity: bytes('nobody') });
    await this.#refused('groupContextExtensionsProposal', { stateId: sender.stateId, extensions: [{ extensionType: 1, extensionData: bytes('x') }, { extensionType: 1, extensionData: bytes('y') }] });
  }
}
