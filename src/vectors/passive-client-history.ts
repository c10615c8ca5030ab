/** Histories of groups for new passive-client vectors: one member only listens, the others change the group by turns. */
import { byteKey, utf8 } from '../mls/bytes.ts';
import type { CryptoProvider } from '../mls/crypto/provider.ts';
import type { Client } from '../mls/group/client.ts';
import type { CommitOptions, Committed, Group } from '../mls/group/group.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { add, externalPsk, remove, update, type ProposalInput } from '../mls/group/proposals.ts';
import type { PassiveClientCase } from './passive-client.ts';
import { sampleClient, sampleKeyPackage } from './sample-group.ts';

export interface HistoryOptions {
  readonly provider: CryptoProvider;
  readonly suite: number;
  readonly handshakeAs: 'public' | 'private';
  /** Whether the tree comes inside the Welcome. */
  readonly ratchetTree: 'inside' | 'apart';
  /** Whether the Commit that adds the passive client injects an external PSK. */
  readonly withPsk: boolean;
}

interface Member {
  readonly client: Client;
  group: Group;
}

const pskId = utf8('a pre-shared key');

/** A group that the passive client has just been added to. */
export class History {
  readonly #options: HistoryOptions;
  readonly #passive: KeyPackageBundle;
  readonly #psk: Uint8Array;
  #start: Pick<PassiveClientCase, 'welcome' | 'ratchet_tree' | 'initial_epoch_authenticator'> | undefined;
  readonly #epochs: PassiveClientCase['epochs'] = [];
  #members: Member[] = [];
  #proposals: Uint8Array[] = [];
  /** Clients that were proposed and have not joined, by signature key. */
  readonly #waiting = new Map<string, Client>();

  /** @param others how many members there are beside the passive client */
  static async begin(options: HistoryOptions, others: number): Promise<History> {
    const { provider, suite } = options;
    const passive = await sampleKeyPackage(await sampleClient(provider, options));
    const history = new History(options, passive, provider.cipherSuite(suite).random(32));
    const creator = await history.#newClient();
    history.#members.push({ client: creator, group: await creator.createGroup() });
    for (let i = 1; i < others; i++) await history.commit(0, { proposals: [await history.newcomer()] });
    history.#epochs.length = 0;

    const proposals = [add(passive.keyPackage), ...(options.withPsk ? [history.psk()] : [])];
    const { welcome, ratchetTree, group } = await history.commit(others - 1, { proposals, ratchetTree: options.ratchetTree });
    history.#epochs.length = 0;
    history.#start = { welcome: welcome!, ratchet_tree: ratchetTree ?? null, initial_epoch_authenticator: group.epochAuthenticator };
    return history;
  }

  private constructor(options: HistoryOptions, passive: KeyPackageBundle, psk: Uint8Array) {
    this.#options = options;
    this.#passive = passive;
    this.#psk = psk;
  }

  /** How many members there are beside the passive client. */
  get others(): number {
    return this.#members.length;
  }

  /** An Add of somebody new, who follows the group from then on. */
  async newcomer(): Promise<ProposalInput> {
    const client = await this.#newClient();
    this.#waiting.set(byteKey(client.signatureKey.publicKey), client);
    return add((await sampleKeyPackage(client)).keyPackage);
  }

  psk(): ProposalInput {
    return externalPsk(pskId);
  }

  /** A Remove of one of the others. */
  removal(of: number): ProposalInput {
    return remove(this.#members[of]!.group.ownLeafIndex);
  }

  async propose(by: number, proposal: ProposalInput): Promise<void> {
    const proposer = this.#members[by]!;
    const { group, message } = await proposer.group.propose(proposal);
    proposer.group = group;
    this.#proposals.push(message);
    for (const member of this.#members) {
      if (member !== proposer) member.group = (await follow(member.group, message))!;
    }
  }

  /** A Commit by one of the others, of all that was proposed and of what `options` adds. */
  async commit(by: number, options: CommitOptions): Promise<Committed> {
    const committer = this.#members[by]!;
    const committed = await committer.group.commit(options);
    const staying: Member[] = [];
    for (const member of this.#members) {
      const group = member === committer ? committed.group : await follow(member.group, committed.commit);
      if (group !== undefined) staying.push({ client: member.client, group });
    }
    this.#members = [...staying, ...(await this.#joined(committed))];
    this.#epochs.push({ proposals: this.#proposals, commit: committed.commit, epoch_authenticator: committed.group.epochAuthenticator });
    this.#proposals = [];
    return committed;
  }

  toVector(): PassiveClientCase {
    const { initKey, encryptionKey, signatureKey, message } = this.#passive;
    return {
      cipher_suite: this.#options.suite,
      external_psks: [{ psk_id: pskId, psk: this.#psk }],
      key_package: message,
      signature_priv: signatureKey.serialize(),
      encryption_priv: encryptionKey.serialize(),
      init_priv: initKey.serialize(),
      ...this.#start!,
      epochs: this.#epochs,
    };
  }

  async #newClient(): Promise<Client> {
    const client = await sampleClient(this.#options.provider, this.#options);
    client.storePsk(pskId, this.#psk);
    return client;
  }

  /** The newcomers that a Commit added, in the order of their leaves. */
  async #joined({ group, welcome, ratchetTree }: Committed): Promise<Member[]> {
    const joined: Member[] = [];
    for (const { leafNode } of welcome === undefined ? [] : group.members) {
      const key = byteKey(leafNode.signatureKey);
      const client = this.#waiting.get(key);
      if (client === undefined) continue;
      this.#waiting.delete(key);
      joined.push({ client, group: await client.join(welcome!, { ratchetTree }) });
    }
    return joined;
  }
}

/** The group after a message, or undefined for a member that the message removes. */
async function follow(group: Group, message: Uint8Array): Promise<Group | undefined> {
  const received = await group.receive(message);
  return received.kind === 'removed' ? undefined : received.group;
}

/** A number below `bound`, drawn from the provider's randomness; its slight bias does no harm here. */
export function draw({ provider, suite }: Pick<HistoryOptions, 'provider' | 'suite'>, bound: number): number {
  const [a, b] = provider.cipherSuite(suite).random(2);
  return (a! * 256 + b!) % bound;
}

/** An epoch in which things happen at random: up to three proposals, then a Commit. */
export async function randomEpoch(history: History, options: HistoryOptions): Promise<void> {
  for (let i = draw(options, 4); i > 0; i--) await history.propose(draw(options, history.others), await randomProposal(history, options));
  const byValue = draw(options, 2) === 0 ? [await history.newcomer()] : [];
  await history.commit(draw(options, history.others), { proposals: byValue, forcePath: draw(options, 2) === 0 });
}

const fewestOthers = 2;
const mostOthers = 6;

async function randomProposal(history: History, options: HistoryOptions): Promise<ProposalInput> {
  const kind = draw(options, 5);
  if (kind === 0 && history.others < mostOthers) return history.newcomer();
  if (kind === 1 && history.others > fewestOthers) return history.removal(draw(options, history.others));
  if (kind === 2) return history.psk();
  return update();
}
