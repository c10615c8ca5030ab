/** Our engine as a target, without a service around it; a refusal that leaves a trace is a fault. */
import { add, type Client, type Group } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { MLSError } from '../../src/mls/errors.ts';
import { SecretTree } from '../../src/mls/epoch/secret-tree.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import { Secret } from '../../src/mls/secret.ts';
import { leafCount } from '../../src/mls/tree/ratchet-tree.ts';
import { outsiderName } from '../../src/hostile/outsider-scene.ts';
import type { People } from '../../src/hostile/people.ts';
import type { Delivery, Taken, Target } from '../../src/hostile/target.ts';

export class EngineTarget implements Target {
  readonly #people: People;
  #identity: Uint8Array = new Uint8Array(0);
  #client: Client | undefined;
  #group: Group | undefined;

  constructor(people: People) {
    this.#people = people;
  }

  async createKeyPackage(identity: Uint8Array, cipherSuite = this.#people.suite.id as number): Promise<Uint8Array> {
    this.#identity = identity;
    this.#client = await this.#people.person({ credentialType: 'basic', identity }, { cipherSuite });
    return (await this.#client.createKeyPackage()).message;
  }

  async storePsk(id: Uint8Array, psk: Uint8Array): Promise<void> {
    this.#client!.storePsk(id, psk);
  }

  async commit(): Promise<Uint8Array> {
    const { group, commit } = await this.#group!.commit();
    this.#group = group;
    return commit;
  }

  async take(delivery: Delivery): Promise<Taken> {
    const before = this.#fingerprints(delivery);
    try {
      return await this.#take(delivery);
    } catch (error) {
      if (error instanceof MLSError && this.#fingerprints(delivery) !== before) throw new Error(`${error.message}: refused, and the group is not as it was`, { cause: error });
      throw error;
    }
  }

  isRefusal(error: unknown): boolean {
    return error instanceof MLSError;
  }

  async #take(delivery: Delivery): Promise<Taken> {
    switch (delivery.to) {
      case 'JoinGroup':
        this.#group = await this.#client!.join(delivery.welcome, { ratchetTree: delivery.ratchetTree, ...(delivery.handshakeAs && { handshakeAs: delivery.handshakeAs }) });
        return this.#group;
      case 'ExternalJoin': {
        const client = await this.#people.person({ credentialType: 'basic', identity: utf8(outsiderName) });
        return (await client.joinByExternalCommit(delivery.groupInfo, { ratchetTree: delivery.ratchetTree })).group;
      }
      case 'HandleCommit':
        this.#group = await received(await this.#with(delivery.proposals ?? []), delivery.commit);
        return this.#group;
      case 'Unprotect': {
        const message = await this.#group!.receive(delivery.message);
        if (message.kind !== 'application') throw new Error(`application data was expected, this is ${message.kind}`);
        return { plaintext: message.data };
      }
      case 'AddProposal': {
        const { group } = await this.#group!.propose(add(delivery.keyPackage));
        await group.commit();
        return {};
      }
      case 'Commit':
        await (await this.#with(delivery.proposals)).commit();
        return {};
      case 'HandleReInitCommit': {
        this.#group = await received(await this.#with(delivery.proposals ?? []), delivery.commit);
        return { epochAuthenticator: this.#group.epochAuthenticator, keyPackage: await this.createKeyPackage(this.#identity, this.#group.reinit!.cipherSuite) };
      }
      case 'HandleReInitWelcome':
        return this.#client!.join(delivery.welcome, { ratchetTree: delivery.ratchetTree, successorOf: this.#group });
      case 'HandleBranch':
        return this.#client!.join(delivery.welcome, { ratchetTree: delivery.ratchetTree, branchOf: this.#group });
    }
  }

  async #with(proposals: readonly Uint8Array[]): Promise<Group> {
    let group = this.#group!;
    for (const proposal of proposals) group = await received(group, proposal);
    return group;
  }

  /** Everything the group is made of; of a PrivateMessage whose content is refused after it was opened, the key is used up. */
  #fingerprints(delivery: Delivery): string {
    if (this.#group === undefined) return '';
    const { state } = this.#group;
    const isPrivate = delivery.to === 'HandleCommit' && [delivery.commit, ...(delivery.proposals ?? [])].some((message) => message[3] === privateMessage);
    const { suite } = state.settings;
    const unused = () => new SecretTree({ suite, encryptionSecret: new Secret(new Uint8Array(suite.nh)), leafCount: leafCount(state.tree) });
    return hex(encodeGroup(isPrivate ? { ...state, pastEpochs: [], secretTree: unused() } : state, 64));
  }
}

/** The last octet of its wire format. */
const privateMessage = 2;

async function received(group: Group, message: Uint8Array): Promise<Group> {
  const got = await group.receive(message);
  if (got.kind === 'application' || got.kind === 'removed') throw new Error(`a handshake message was expected, this is ${got.kind}`);
  return got.group;
}
