/** Our engine as a target, without a service around it; a refusal that leaves a trace is a fault. */
import { add, type Client, type Group } from '../../src/index.ts';
import { hex, sameBytes, utf8 } from '../../src/mls/bytes.ts';
import { MLSError } from '../../src/mls/errors.ts';
import { openPrivateMessage } from '../../src/mls/epoch/private-message.ts';
import { SecretTree } from '../../src/mls/epoch/secret-tree.ts';
import { verifyFramedContent } from '../../src/mls/epoch/sign-content.ts';
import { encodeGroup } from '../../src/mls/group/encode-group.ts';
import { messageOptions, signatureKeyIn } from '../../src/mls/group/state.ts';
import { Secret } from '../../src/mls/secret.ts';
import { leafCount } from '../../src/mls/tree/ratchet-tree.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import { outsiderName } from '../../src/hostile/outsider-scene.ts';
import type { People } from '../../src/hostile/people.ts';
import type { Delivery, Taken, Target } from '../../src/hostile/target.ts';

export class EngineTarget implements Target {
  readonly #people: People;
  #identity: Uint8Array = new Uint8Array(0);
  #client: Client | undefined;
  #group: Group | undefined;
  /** What the group has been handed of a delivery, up to the message that it refused. */
  #handed: Uint8Array[] = [];

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
    this.#handed = [];
    const before = this.#group && snapshotOf(this.#group);
    try {
      return await this.#take(delivery);
    } catch (error) {
      if (error instanceof MLSError && before !== undefined) {
        const { rest, keys } = snapshotOf(this.#group!);
        if (rest !== before.rest) throw new Error(`${error.message}: refused, and the group is not as it was`, { cause: error });
        const expected = await withoutKeysOf(this.#group!, before.keys, this.#handed);
        if (hex(keys) !== hex(expected)) throw new Error(`${error.message}: refused, and other receive keys are gone than of messages that opened and verified`, { cause: error });
      }
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
        this.#group = await this.#received(await this.#with(delivery.proposals ?? []), delivery.commit);
        return this.#group;
      case 'Unprotect': {
        this.#handed.push(delivery.message);
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
        this.#group = await this.#received(await this.#with(delivery.proposals ?? []), delivery.commit);
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
    for (const proposal of proposals) group = await this.#received(group, proposal);
    return group;
  }

  async #received(group: Group, message: Uint8Array): Promise<Group> {
    this.#handed.push(message);
    const got = await group.receive(message);
    if (got.kind === 'application' || got.kind === 'removed') throw new Error(`a handshake message was expected, this is ${got.kind}`);
    return got.group;
  }
}

/** Everything that a group is made of. */
interface Snapshot {
  /** The secret tree of the epoch. */
  readonly keys: Uint8Array;
  readonly rest: string;
}

function snapshotOf({ state }: Group): Snapshot {
  const { suite } = state.settings;
  const unused = new SecretTree({ suite, encryptionSecret: new Secret(new Uint8Array(suite.nh)), leafCount: leafCount(state.tree) });
  return { keys: treeBytes(state.secretTree, state), rest: hex(encodeGroup({ ...state, secretTree: unused }, 0)) };
}

const treeBytes = (tree: SecretTree, { ownLeafIndex }: Pick<Group['state'], 'ownLeafIndex'>): Uint8Array => tree.prepareEncoding(ownLeafIndex, 0).bytes;

/** The tree of `keys` without the key of each of the messages that opens and that its sender has signed. */
async function withoutKeysOf({ state }: Group, keys: Uint8Array, messages: readonly Uint8Array[]): Promise<Uint8Array> {
  const { suite, limits } = state.settings;
  const expected = SecretTree.restore({ suite, bytes: keys, limits });
  for (const bytes of messages) {
    try {
      const message = decode(MLSMessage, bytes, 'MLSMessage', messageOptions(state.settings));
      if (message.wireFormat !== 'mls_private_message') continue;
      const { contentType, epoch, groupId } = message.privateMessage;
      // A message is opened with the keys of the group and the epoch that it names.
      if (epoch !== state.groupContext.epoch || !sameBytes(groupId, state.groupContext.groupId)) continue;
      const keyOf = (leafIndex: number): Uint8Array | undefined => signatureKeyIn(state, epoch, leafIndex);
      const opened = openPrivateMessage({
        suite,
        message: message.privateMessage,
        // A copy, so that nothing is used up but what is below.
        secretTree: SecretTree.restore({ suite, bytes: treeBytes(expected, state), limits }),
        senderDataSecret: state.secrets.senderDataSecret,
        isMember: (leafIndex) => leafIndex !== state.ownLeafIndex && keyOf(leafIndex) !== undefined,
        decodeOptions: messageOptions(state.settings),
      });
      await verifyFramedContent({ suite, publicKey: keyOf(opened.leafIndex)!, signed: opened.signed, groupContext: state.contextBytes });
      expected.receiveKey(opened.leafIndex, contentType === 'application' ? 'application' : 'handshake', opened.generation).consume();
    } catch (error) {
      if (!(error instanceof MLSError)) throw error;
    }
  }
  return treeBytes(expected, state);
}
