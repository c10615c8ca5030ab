/**
 * A group that lives under attack: before each valid message reaches its receiver, mutated ones do. The valid one must then be
 * accepted as if nothing had been, and all members must agree.
 */
import { byteKey, sameBytes, utf8 } from '../../../src/mls/bytes.ts';
import type { Random } from '../../../src/runner/random.ts';
import type { Request, Response, Rpc } from '../../../src/service/calls.ts';
import { describe } from '../../service/support/service.ts';
import { mutatedMessage } from '../mutate-messages.ts';
import { mutatedValue } from '../mutate-values.ts';
import type { Besieged } from './besieged.ts';
import type { Tally } from './tally.ts';

/** Mutated messages at one place before the valid one. */
const attacks = 12;
/** Rounds of a group before it makes room for another. */
const rounds = 6;

const identityOf = (name: string): Uint8Array => utf8(name);

export interface SiegeOptions {
  readonly service: Besieged;
  readonly tally: Tally;
  readonly random: Random;
  readonly cipherSuite: number;
  readonly encryptHandshake: boolean;
}

/** A field of a request that holds a message, and how to put another there. */
type Put<R extends Rpc> = (message: Uint8Array) => Partial<Request<R>>;
/** Whether an answer shows that the mutation did not matter. */
type Judge<R extends Rpc> = (response: Response<R>) => boolean | Promise<boolean>;

export class Siege {
  readonly #service: Besieged;
  readonly #tally: Tally;
  readonly #random: Random;
  readonly #suite: number;
  readonly #encrypt: boolean;
  /** Messages seen lately: parts of them go into mutated ones. */
  #seen: Uint8Array[] = [];
  /** All messages of this group: one that comes about again, by way of a Commit that holds it, is genuine. */
  readonly #genuine = new Set<string>();

  constructor({ service, tally, random, cipherSuite, encryptHandshake }: SiegeOptions) {
    this.#service = service;
    this.#tally = tally;
    this.#random = random;
    this.#suite = cipherSuite;
    this.#encrypt = encryptHandshake;
  }

  /** The life of one group, until `goOn` says that it is enough. */
  async run(goOn: () => boolean): Promise<void> {
    const members = await this.#found(['alice', 'bob', 'carol']);
    for (let round = 0; round < rounds && goOn(); round++) {
      await this.#talk(members);
      const dave = await this.#add(members, 'dave');
      const erin = await this.#joinFromOutside([...members, dave], 'erin');
      await this.#odd(members);
      await this.#remove(members, [dave, erin], ['dave', 'erin']);
    }
    if (goOn()) await this.#branch(members);
    if (goOn()) await this.#reinitialize(members);
    for (const stateId of members) await this.#service.valid('free', { stateId });
  }

  /**
   * Tries mutated versions of a message where it is to go. What is accepted must be harmless.
   * @returns an answer to one that was accepted
   */
  async #attack<R extends Rpc>(rpc: R, message: Uint8Array, { put, judge }: { readonly put: Put<R>; readonly judge?: Judge<R> }): Promise<Response<R> | undefined> {
    this.#seen = [...this.#seen.slice(-15), message];
    this.#genuine.add(byteKey(message));
    let accepted: Response<R> | undefined;
    await Promise.all(
      Array.from({ length: attacks }, async () => {
        const mutated = mutatedMessage(message, this.#random, this.#random.pick(this.#seen));
        if (this.#genuine.has(byteKey(mutated))) return;
        const response = await this.#service.mutated(rpc, put(mutated));
        if (response === undefined) return;
        accepted = response;
        if ((await judge?.(response)) === true) this.#tally.harmless++;
        else this.#tally.wrong(`${rpc} accepted a mutated message: ${Buffer.from(mutated).toString('base64')} in the place of ${Buffer.from(message).toString('base64')}`);
      }),
    );
    return accepted;
  }

  async #found(names: readonly string[]): Promise<number[]> {
    const [creator, ...others] = names;
    const { stateId } = await this.#service.valid('createGroup', { groupId: utf8(`group ${this.#random.below(2 ** 32)}`), cipherSuite: this.#suite, encryptHandshake: this.#encrypt, identity: identityOf(creator!) });
    const members = [stateId];
    for (const name of others) members.push(await this.#add(members, name));
    return members;
  }

  /** Application data from the first to all others. */
  async #talk([alice, ...others]: readonly number[]): Promise<void> {
    const plaintext = utf8(`hello ${this.#random.below(1000)}`);
    const { ciphertext } = await this.#service.valid('protect', { stateId: alice!, plaintext, authenticatedData: utf8('aad') });
    for (const stateId of others) {
      await this.#attack('unprotect', ciphertext, { put: (mutated) => ({ stateId, ciphertext: mutated }) });
      const opened = await this.#service.valid('unprotect', { stateId, ciphertext });
      if (!sameBytes(opened.plaintext, plaintext)) this.#tally.wrong('a message was opened as something else');
    }
  }

  /** The first adds somebody, with an Update of the last on the way. */
  async #add(members: readonly number[], name: string): Promise<number> {
    const [alice, ...others] = members as [number, ...number[]];
    const service = this.#service;
    const { transactionId, keyPackage } = await service.valid('createKeyPackage', { cipherSuite: this.#suite, identity: identityOf(name) });
    await this.#attack('addProposal', keyPackage, { put: (mutated) => ({ stateId: alice, keyPackage: mutated }) });
    await this.#attack('commit', keyPackage, { put: (mutated) => ({ stateId: alice, byValue: [describe('add', { keyPackage: mutated })] }) });
    const byReference: Uint8Array[] = [];
    if (others.length > 0) {
      const { proposal } = await service.valid('updateProposal', { stateId: others.at(-1)! });
      await this.#attack('commit', proposal, { put: (mutated) => ({ stateId: alice, byReference: [mutated] }) });
      byReference.push(proposal);
    }
    const externalTree = this.#random.below(2) === 0;
    const { commit, welcome, ratchetTree } = await service.valid('commit', { stateId: alice, byReference, byValue: [describe('add', { keyPackage })], externalTree });
    const authenticator = await this.#follow(members, commit, byReference);
    const encryptHandshake = this.#encrypt;
    if (externalTree) await this.#attack('joinGroup', ratchetTree, { put: (mutated) => ({ transactionId, welcome, ratchetTree: mutated, encryptHandshake }) });
    // What a Welcome holds for others is none of a joiner's business: it joins all the same, once.
    const early = await this.#attack('joinGroup', welcome, {
      put: (mutated) => ({ transactionId, welcome: mutated, ratchetTree, encryptHandshake }),
      judge: ({ epochAuthenticator }) => sameBytes(epochAuthenticator, authenticator),
    });
    const joined = early ?? (await service.valid('joinGroup', { transactionId, welcome, ratchetTree, encryptHandshake, identity: identityOf(name) }));
    if (!sameBytes(joined.epochAuthenticator, authenticator)) this.#tally.wrong('a joiner is in another epoch');
    return joined.stateId;
  }

  /** The first enters its Commit, the others take it in under attack. @returns the epoch's authenticator */
  async #follow([committer, ...others]: readonly number[], commit: Uint8Array, proposal: readonly Uint8Array[] = []): Promise<Uint8Array> {
    const { epochAuthenticator } = await this.#service.valid('handlePendingCommit', { stateId: committer! });
    for (const stateId of others) await this.#receive(stateId, { commit, proposal, epochAuthenticator });
    return epochAuthenticator;
  }

  async #receive(stateId: number, { commit, proposal, epochAuthenticator }: { readonly commit: Uint8Array; readonly proposal: readonly Uint8Array[]; readonly epochAuthenticator: Uint8Array }): Promise<void> {
    await this.#attack('handleCommit', commit, { put: (mutated) => ({ stateId, commit: mutated, proposal: [...proposal] }) });
    for (const one of proposal) await this.#attack('handleCommit', one, { put: (mutated) => ({ stateId, commit, proposal: [mutated] }) });
    const handled = await this.#service.valid('handleCommit', { stateId, commit, proposal: [...proposal] });
    if (!sameBytes(handled.epochAuthenticator, epochAuthenticator)) this.#tally.wrong('members disagree after a Commit');
  }

  async #joinFromOutside(members: readonly number[], name: string): Promise<number> {
    const service = this.#service;
    const identity = identityOf(name);
    const { groupInfo, ratchetTree } = await service.valid('groupInfo', { stateId: members.at(-1)!, externalTree: true });
    const encryptHandshake = this.#encrypt;
    await this.#attack('externalJoin', groupInfo, { put: (mutated) => ({ groupInfo: mutated, ratchetTree, identity }) });
    await this.#attack('externalJoin', ratchetTree, { put: (mutated) => ({ groupInfo, ratchetTree: mutated, identity }) });
    // Nobody vouches for the GroupInfo of a proposal from outside: it may be made for any.
    await this.#attack('newMemberAddProposal', groupInfo, { put: (mutated) => ({ groupInfo: mutated, identity }), judge: ({ transactionId }) => this.#freed(transactionId) });
    const joined = await service.valid('externalJoin', { groupInfo, ratchetTree, identity, encryptHandshake });
    for (const stateId of members) await this.#receive(stateId, { commit: joined.commit, proposal: [], epochAuthenticator: joined.epochAuthenticator });
    return joined.stateId;
  }

  async #freed(stateId: number): Promise<true> {
    await this.#service.valid('free', { stateId });
    return true;
  }

  async #remove(members: readonly number[], states: readonly number[], names: readonly string[]): Promise<void> {
    const byValue = names.map((name) => describe('remove', { removedId: identityOf(name) }));
    const { commit } = await this.#service.valid('commit', { stateId: members[0]!, byValue, forcePath: true });
    await this.#follow(members, commit);
    for (const stateId of states) await this.#service.valid('free', { stateId });
  }

  /** Requests whose other fields are odd. They may be accepted: what they leave behind is replaced or freed. */
  async #odd([alice, bob]: readonly number[]): Promise<void> {
    const one = <R extends Rpc>(rpc: R, request: Partial<Request<R>>, keep: Partial<Request<R>>) =>
      this.#service.mutated(rpc, { ...mutatedValue(request, { random: this.#random, other: undefined }), ...keep } as Partial<Request<R>>).catch((error: unknown) => {
        // Fields that protobuf cannot hold do not get as far as the service.
        if (!(error instanceof Error)) throw error;
      });
    const words = { removedId: identityOf('carol'), pskId: utf8('psk'), epochId: 1n, groupId: utf8('successor'), cipherSuite: this.#suite, extensions: [{ extensionType: 3, extensionData: new Uint8Array(3) }] };
    const stateId = alice!;
    const byValue = ['add', 'remove', 'externalPSK', 'resumptionPSK', 'groupContextExtensions', 'reinit'].map((word) => describe(word, words));
    await one('commit', { byValue, byReference: [...this.#seen], forcePath: true }, { stateId });
    await one('groupContextExtensionsProposal', { extensions: words.extensions }, { stateId: bob! });
    await one('removeProposal', { removedId: words.removedId }, { stateId: bob! });
    await one('externalPskProposal', { pskId: words.pskId }, { stateId: bob! });
    await one('resumptionPskProposal', { epochId: 1n }, { stateId: bob! });
    await one('export', { label: 'label', context: utf8('context'), keyLength: 32 }, { stateId });
    await one('stateAuth', { stateId: 0xffff_fff0 }, {});
    const created = await one('createKeyPackage', { cipherSuite: this.#suite, identity: utf8('odd') }, {});
    if (created) await this.#freed(created.transactionId);
    const group = await one('createGroup', { cipherSuite: this.#suite, identity: utf8('odd'), groupId: utf8('odd') }, {});
    if (group) await this.#freed(group.stateId);
  }

  async #branch(members: readonly number[]): Promise<void> {
    const [alice, bob] = members as [number, number];
    const service = this.#service;
    const joining = await service.valid('createKeyPackage', { cipherSuite: this.#suite, identity: identityOf('bob') });
    const { transactionId, keyPackage } = joining;
    const groupId = utf8(`branch ${this.#random.below(2 ** 32)}`);
    await this.#attack('createBranch', keyPackage, { put: (mutated) => ({ stateId: alice, groupId, keyPackages: [mutated] }) });
    const branch = await service.valid('createBranch', { stateId: alice, groupId, keyPackages: [keyPackage] });
    const early = await this.#attack('handleBranch', branch.welcome, {
      put: (mutated) => ({ stateId: bob, transactionId, welcome: mutated }),
      judge: ({ epochAuthenticator }) => sameBytes(epochAuthenticator, branch.epochAuthenticator),
    });
    const handled = early ?? (await service.valid('handleBranch', { stateId: bob, transactionId, welcome: branch.welcome }));
    if (byteKey(handled.epochAuthenticator) !== byteKey(branch.epochAuthenticator)) this.#tally.wrong('the members of a branch disagree');
    await this.#freed(handled.stateId);
    await this.#freed(branch.stateId);
  }

  async #reinitialize(members: readonly number[]): Promise<void> {
    const [alice, ...others] = members as [number, ...number[]];
    const service = this.#service;
    const { proposal } = await service.valid('reInitProposal', { stateId: alice, cipherSuite: this.#suite, groupId: utf8(`successor ${this.#random.below(2 ** 32)}`) });
    await this.#attack('reInitCommit', proposal, { put: (mutated) => ({ stateId: others[0]!, byReference: [mutated] }) });
    const { commit } = await service.valid('reInitCommit', { stateId: alice, byReference: [proposal] });
    const creator = await service.valid('handlePendingReInitCommit', { stateId: alice });
    const waiting: Response<'handleReInitCommit'>[] = [];
    for (const stateId of others) {
      await this.#attack('handleReInitCommit', commit, { put: (mutated) => ({ stateId, commit: mutated, proposal: [proposal] }) });
      waiting.push(await service.valid('handleReInitCommit', { stateId, commit, proposal: [proposal] }));
    }
    const keyPackages = waiting.map((one) => one.keyPackage);
    await this.#attack('reInitWelcome', keyPackages[0]!, { put: (mutated) => ({ reinitId: creator.reinitId, keyPackage: [mutated, ...keyPackages.slice(1)] }) });
    const { welcome, epochAuthenticator } = await service.valid('reInitWelcome', { reinitId: creator.reinitId, keyPackage: keyPackages });
    for (const { reinitId } of waiting) {
      const joined = await service.valid('handleReInitWelcome', { reinitId, welcome });
      if (!sameBytes(joined.epochAuthenticator, epochAuthenticator)) this.#tally.wrong('the members of a successor disagree');
    }
  }
}
