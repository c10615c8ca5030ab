/** messages.json: every struct decodes whole and encodes to the same bytes. Keys, tags and signatures in it mean nothing. */
import type { RandomBytes } from '../mls/crypto/provider.ts';
import type { Extension } from '../mls/wire/extension.ts';
import { MLSMessage, type FramedContent } from '../mls/wire/framing.ts';
import { GroupSecrets, type GroupContext } from '../mls/wire/group-info.ts';
import type { KeyPackage, LeafNode } from '../mls/wire/leaf-node.ts';
import type { PreSharedKeyID } from '../mls/wire/pre-shared-key.ts';
import { decode, encode, type Codec } from '../mls/wire/presentation-language.ts';
import { Add, Commit, ExternalInit, GroupContextExtensions, PreSharedKey, ReInit, Remove, Update, type UpdatePath } from '../mls/wire/proposal.ts';
import { greaseValues, mls10 } from '../mls/wire/registries.ts';
import { RatchetTreeNodes } from '../mls/wire/tree-node.ts';
import { at, bytes, object, sameAt, sameBytesAt, vectorType } from './vector-type.ts';

/** What each field holds: a struct by its codec, or an MLSMessage by its wire format and content type. */
const codecs: Readonly<Record<string, Codec<unknown>>> = {
  ratchet_tree: RatchetTreeNodes,
  group_secrets: GroupSecrets,
  add_proposal: Add,
  update_proposal: Update,
  remove_proposal: Remove,
  pre_shared_key_proposal: PreSharedKey,
  re_init_proposal: ReInit,
  external_init_proposal: ExternalInit,
  group_context_extensions_proposal: GroupContextExtensions,
  commit: Commit,
};
const messageFields = {
  mls_welcome: 'mls_welcome',
  mls_group_info: 'mls_group_info',
  mls_key_package: 'mls_key_package',
  public_message_application: 'application',
  public_message_proposal: 'proposal',
  public_message_commit: 'commit',
  private_message: 'mls_private_message',
} as const;
const names = [...Object.keys(messageFields), ...Object.keys(codecs)];
const schema = object(Object.fromEntries(names.map((name) => [name, bytes])));

export const messages = vectorType({
  name: 'messages',
  schema,
  async verify(vector) {
    for (const name of names) await at(`.${name}`, () => verifyField(name, vector[name]!));
  },
  generate: { messages: ({ suite }) => [0, 1, 2].map((size) => sampleMessages(suite.random, size)) },
});

function verifyField(name: string, encoded: Uint8Array): void {
  const codec = codecs[name] ?? MLSMessage;
  const value = decode(codec, encoded, name);
  sameBytesAt('', encoded, encode(codec, value));
  if (codec === MLSMessage) sameAt('', messageFields[name as keyof typeof messageFields], kindOf(value as MLSMessage));
}

const kindOf = (message: MLSMessage): string => (message.wireFormat === 'mls_public_message' ? message.publicMessage.content.contentType : message.wireFormat);

/** One of every struct, made of random bytes; lists have `size` elements. */
function sampleMessages(random: RandomBytes, size: number): Record<string, Uint8Array> {
  const sample = new Sample(random, size);
  const message = (body: object) => encode(MLSMessage, { version: mls10, ...body } as MLSMessage);
  const publicMessage = (content: FramedContent) => {
    const auth = { signature: random(64), ...(content.contentType === 'commit' && { confirmationTag: random(32) }) };
    return message({ wireFormat: 'mls_public_message', publicMessage: { content, auth, membershipTag: random(32) } });
  };
  const values: Record<string, unknown> = {
    ratchet_tree: sample.ratchetTree(),
    group_secrets: {
      joinerSecret: random(32),
      pathSecret: size === 0 ? undefined : { pathSecret: random(32) },
      psks: sample.list((i) => sample.psk(i)),
    } satisfies GroupSecrets,
    add_proposal: { keyPackage: sample.keyPackage() },
    update_proposal: { leafNode: sample.leafNode({ leafNodeSource: 'update' }) },
    remove_proposal: { removed: sample.uint32() },
    pre_shared_key_proposal: { psk: sample.psk(size) },
    re_init_proposal: { groupId: random(16), version: mls10, cipherSuite: 2, extensions: sample.extensions() } satisfies ReInit,
    external_init_proposal: { kemOutput: random(65) },
    group_context_extensions_proposal: { extensions: sample.extensions() },
    commit: sample.commit(),
  };
  return {
    mls_welcome: message({ wireFormat: 'mls_welcome', welcome: sample.welcome() }),
    mls_group_info: message({ wireFormat: 'mls_group_info', groupInfo: sample.groupInfo() }),
    mls_key_package: message({ wireFormat: 'mls_key_package', keyPackage: sample.keyPackage() }),
    public_message_application: publicMessage({ ...sample.header(), contentType: 'application', applicationData: random(200) }),
    public_message_proposal: publicMessage({ ...sample.header(), contentType: 'proposal', proposal: { proposalType: 'remove', removed: sample.uint32() } }),
    public_message_commit: publicMessage({ ...sample.header(), contentType: 'commit', commit: sample.commit() }),
    private_message: message({ wireFormat: 'mls_private_message', privateMessage: sample.privateMessage() }),
    ...Object.fromEntries(Object.entries(codecs).map(([name, codec]) => [name, encode(codec, values[name])])),
  };
}

class Sample {
  readonly #random: RandomBytes;
  readonly #size: number;

  constructor(random: RandomBytes, size: number) {
    this.#random = random;
    this.#size = size;
  }

  list<T>(item: (i: number) => T): T[] {
    return Array.from({ length: this.#size }, (_, i) => item(i));
  }

  uint32(): number {
    return new DataView(this.#random(4).slice().buffer).getUint32(0);
  }

  uint64(): bigint {
    return new DataView(this.#random(8).slice().buffer).getBigUint64(0);
  }

  /** Of types that nobody knows, to be kept as they are. */
  extensions(): Extension[] {
    return this.list((i) => ({ extensionType: greaseValues[i]!, extensionData: this.#random(20 * i) }));
  }

  leafNode(source: { leafNodeSource: 'update' } | { leafNodeSource: 'commit' } | { leafNodeSource: 'key_package' }): LeafNode {
    const bySource = {
      update: { leafNodeSource: 'update' },
      commit: { leafNodeSource: 'commit', parentHash: this.#random(32) },
      key_package: { leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: this.uint64() } },
    } as const;
    return {
      encryptionKey: this.#random(32),
      signatureKey: this.#random(32),
      credential:
        this.#size < 2
          ? { credentialType: 'basic', identity: this.#random(12) }
          : { credentialType: 'x509', certificates: this.list(() => ({ certData: this.#random(90) })) },
      capabilities: {
        versions: [mls10, ...this.list(() => 0xffff)],
        cipherSuites: [1, 2, 3],
        extensions: this.list((i) => greaseValues[i]!),
        proposals: this.list((i) => greaseValues[i]!),
        credentials: [1, 2],
      },
      ...bySource[source.leafNodeSource],
      extensions: this.extensions(),
      signature: this.#random(64),
    };
  }

  keyPackage(): KeyPackage {
    const leafNode = this.leafNode({ leafNodeSource: 'key_package' });
    return { version: mls10, cipherSuite: 1, initKey: this.#random(32), leafNode, extensions: this.extensions(), signature: this.#random(64) };
  }

  psk(i: number): PreSharedKeyID {
    const pskNonce = this.#random(32);
    if (i % 2 === 0) return { psktype: 'external', pskId: this.#random(9), pskNonce };
    return { psktype: 'resumption', usage: 'branch', pskGroupId: this.#random(16), pskEpoch: this.uint64(), pskNonce };
  }

  header() {
    return { groupId: this.#random(16), epoch: this.uint64(), sender: { senderType: 'member', leafIndex: this.uint32() }, authenticatedData: this.#random(this.#size) } as const;
  }

  commit(): Commit {
    const references = this.list(() => ({ type: 'reference', reference: this.#random(32) }) as const);
    const add = { type: 'proposal', proposal: { proposalType: 'add', keyPackage: this.keyPackage() } } as const;
    return { proposals: [...references, add], path: this.#size === 0 ? undefined : this.updatePath() };
  }

  updatePath(): UpdatePath {
    const ciphertext = () => ({ kemOutput: this.#random(32), ciphertext: this.#random(48) });
    return {
      leafNode: this.leafNode({ leafNodeSource: 'commit' }),
      nodes: this.list(() => ({ encryptionKey: this.#random(32), encryptedPathSecret: this.list(ciphertext) })),
    };
  }

  groupContext(): GroupContext {
    return {
      version: mls10,
      cipherSuite: 1,
      groupId: this.#random(16),
      epoch: this.uint64(),
      treeHash: this.#random(32),
      confirmedTranscriptHash: this.#random(32),
      extensions: this.extensions(),
    };
  }

  groupInfo() {
    return { groupContext: this.groupContext(), extensions: this.extensions(), confirmationTag: this.#random(32), signer: this.uint32(), signature: this.#random(64) };
  }

  welcome() {
    const secrets = this.list(() => ({ newMember: this.#random(32), encryptedGroupSecrets: { kemOutput: this.#random(32), ciphertext: this.#random(100) } }));
    return { cipherSuite: 1, secrets, encryptedGroupInfo: this.#random(300) };
  }

  privateMessage() {
    const { groupId, epoch, authenticatedData } = this.header();
    return { groupId, epoch, contentType: 'commit', authenticatedData, encryptedSenderData: this.#random(28), ciphertext: this.#random(300) } as const;
  }

  ratchetTree(): RatchetTreeNodes {
    const leaf = { nodeType: 'leaf', leafNode: this.leafNode({ leafNodeSource: 'key_package' }) } as const;
    const parent = { nodeType: 'parent', parentNode: { encryptionKey: this.#random(32), parentHash: this.#random(32), unmergedLeaves: this.list((i) => i) } } as const;
    return [leaf, ...this.list(() => [parent, leaf, undefined, leaf]).flat()];
  }
}
