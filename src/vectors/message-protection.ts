/** message-protection.json: a Proposal, a Commit and application data as PublicMessage and PrivateMessage (RFC 9420 §6). */
import type { z } from 'zod';
import type { CipherSuite, SignaturePrivateKey } from '../mls/crypto/provider.ts';
import { openPrivateMessage, protectPrivateMessage } from '../mls/epoch/private-message.ts';
import { checkMembershipTag, openPublicMessage, protectPublicMessage } from '../mls/epoch/public-message.ts';
import { SecretTree } from '../mls/epoch/secret-tree.ts';
import { signFramedContent, verifyFramedContent, type ContentWireFormat, type SignedContent } from '../mls/epoch/sign-content.ts';
import { MLSError } from '../mls/errors.ts';
import { Secret } from '../mls/secret.ts';
import { MLSMessage, type FramedContent } from '../mls/wire/framing.ts';
import { GroupContext } from '../mls/wire/group-info.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { Commit, Proposal } from '../mls/wire/proposal.ts';
import { mls10 } from '../mls/wire/registries.ts';
import { importSignatureKey } from './private-key.ts';
import { at, bytes, holdsAt, number, object, sameAt, sameBytesAt, uint64, vectorType } from './vector-type.ts';

const schema = object({
  cipher_suite: number,
  group_id: bytes,
  epoch: uint64,
  tree_hash: bytes,
  confirmed_transcript_hash: bytes,
  signature_priv: bytes,
  signature_pub: bytes,
  encryption_secret: bytes,
  sender_data_secret: bytes,
  membership_key: bytes,
  proposal: bytes,
  proposal_pub: bytes,
  proposal_priv: bytes,
  commit: bytes,
  commit_pub: bytes,
  commit_priv: bytes,
  application: bytes,
  application_priv: bytes,
});
type Case = z.output<typeof schema>;
type ContentName = 'proposal' | 'commit' | 'application';

export const messageProtection = vectorType({
  name: 'message-protection',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const key = await at('.signature_priv', () => importSignatureKey(suite, vector.signature_priv));
    sameBytesAt('.signature_pub', vector.signature_pub, key.publicKey);
    const member = new Member(suite, vector, key);
    for (const name of ['proposal', 'commit'] as const) {
      await at(`.${name}_pub`, () => member.verifyPublic(name, vector[`${name}_pub`]));
      await at(`.${name}`, async () => member.verifyPublic(name, await member.protectPublic(name)));
    }
    await at('.application', () => member.refusesPublicApplicationData());
    for (const name of ['proposal', 'commit', 'application'] as const) {
      await at(`.${name}_priv`, () => member.verifyPrivate(name, vector[`${name}_priv`]));
      await at(`.${name}`, async () => member.verifyPrivate(name, await member.protectPrivate(name)));
    }
  },
  generate: { 'message-protection': async ({ suite }) => [await generate(suite)] },
});

const senderLeaf = 1;
const leafCount = 2;
const confirmationTagOf = (suite: CipherSuite, name: ContentName) => (name === 'commit' ? suite.random(suite.nh) : undefined);

type Epoch = Pick<Case, 'group_id' | 'epoch' | 'tree_hash' | 'confirmed_transcript_hash' | 'encryption_secret' | 'sender_data_secret' | 'membership_key' | ContentName>;

/** Leaf 1 of a group of two, as far as messages need it. Every message has a secret tree of its own, so that none takes another's generation. */
class Member {
  readonly #suite: CipherSuite;
  readonly #vector: Epoch;
  readonly #key: SignaturePrivateKey;
  readonly #groupContext: Uint8Array;

  constructor(suite: CipherSuite, vector: Epoch, key: SignaturePrivateKey) {
    this.#suite = suite;
    this.#vector = vector;
    this.#key = key;
    this.#groupContext = encode(GroupContext, {
      version: mls10,
      cipherSuite: suite.id,
      groupId: vector.group_id,
      epoch: vector.epoch,
      treeHash: vector.tree_hash,
      confirmedTranscriptHash: vector.confirmed_transcript_hash,
      extensions: [],
    });
  }

  async protectPublic(name: ContentName): Promise<Uint8Array> {
    const signed = await this.#sign(name, 'mls_public_message');
    const confirmationTag = confirmationTagOf(this.#suite, name);
    return protectPublicMessage({ suite: this.#suite, signed, confirmationTag, membershipKey: new Secret(this.#vector.membership_key), groupContext: this.#groupContext });
  }

  async protectPrivate(name: ContentName): Promise<Uint8Array> {
    const signed = await this.#sign(name, 'mls_private_message');
    return protectPrivateMessage({ ...this.#keys(), signed, confirmationTag: confirmationTagOf(this.#suite, name), paddingLength: 16 });
  }

  async verifyPublic(name: ContentName, encoded: Uint8Array): Promise<void> {
    const message = decode(MLSMessage, encoded, 'MLSMessage');
    holdsAt('', message.wireFormat === 'mls_public_message', `expected a PublicMessage, got ${message.wireFormat}`);
    const { membershipTag } = message.publicMessage;
    const opened = openPublicMessage(message.publicMessage, encoded);
    const membershipKey = new Secret(this.#vector.membership_key);
    checkMembershipTag({ suite: this.#suite, ...opened, membershipKey, groupContext: this.#groupContext, membershipTag });
    await this.#verify(name, opened.signed);
  }

  async verifyPrivate(name: ContentName, encoded: Uint8Array): Promise<void> {
    const message = decode(MLSMessage, encoded, 'MLSMessage');
    holdsAt('', message.wireFormat === 'mls_private_message', `expected a PrivateMessage, got ${message.wireFormat}`);
    const opened = openPrivateMessage({ ...this.#keys(), message: message.privateMessage, isMember: (leafIndex) => leafIndex < leafCount });
    await this.#verify(name, opened.signed);
    opened.consume();
  }

  async refusesPublicApplicationData(): Promise<void> {
    const refused = await this.protectPublic('application').then(
      () => false,
      (error) => error instanceof MLSError && error.requirement === 'R-6-01',
    );
    holdsAt('', refused, 'went into a PublicMessage');
  }

  #keys() {
    const { encryption_secret, sender_data_secret } = this.#vector;
    const secretTree = new SecretTree({ suite: this.#suite, encryptionSecret: new Secret(encryption_secret.slice()), leafCount });
    return { suite: this.#suite, secretTree, senderDataSecret: new Secret(sender_data_secret) };
  }

  #sign(name: ContentName, wireFormat: ContentWireFormat): Promise<SignedContent> {
    const { group_id: groupId, epoch } = this.#vector;
    const header = { groupId, epoch, sender: { senderType: 'member', leafIndex: senderLeaf }, authenticatedData: new Uint8Array(0) } as const;
    const content: FramedContent = { ...header, ...contentOf(name, this.#vector[name]) };
    return signFramedContent({ suite: this.#suite, key: this.#key, wireFormat, content, groupContext: this.#groupContext });
  }

  async #verify(name: ContentName, signed: SignedContent): Promise<void> {
    await verifyFramedContent({ suite: this.#suite, publicKey: this.#key.publicKey, signed, groupContext: this.#groupContext });
    const { content } = signed;
    sameAt('', name, content.contentType);
    sameAt('', senderLeaf, content.sender.senderType === 'member' ? content.sender.leafIndex : -1);
    sameBytesAt('', this.#vector[name], bodyOf(content));
  }
}

function contentOf(name: ContentName, body: Uint8Array) {
  if (name === 'application') return { contentType: 'application', applicationData: body } as const;
  if (name === 'proposal') return { contentType: 'proposal', proposal: decode(Proposal, body, 'Proposal') } as const;
  return { contentType: 'commit', commit: decode(Commit, body, 'Commit') } as const;
}

function bodyOf(content: FramedContent): Uint8Array {
  if (content.contentType === 'application') return content.applicationData;
  return content.contentType === 'proposal' ? encode(Proposal, content.proposal) : encode(Commit, content.commit);
}

async function generate(suite: CipherSuite): Promise<Case> {
  const { id, nh, random } = suite;
  const key = await suite.generateSignatureKey();
  const epoch = {
    cipher_suite: id,
    group_id: random(16),
    epoch: 0x0123456789abn,
    tree_hash: random(nh),
    confirmed_transcript_hash: random(nh),
    signature_priv: key.serialize(),
    signature_pub: key.publicKey,
    encryption_secret: random(nh),
    sender_data_secret: random(nh),
    membership_key: random(nh),
    proposal: encode(Proposal, { proposalType: 'remove', removed: 2 }),
    commit: encode(Commit, { proposals: [{ type: 'reference', reference: random(nh) }, { type: 'proposal', proposal: { proposalType: 'remove', removed: 0 } }], path: undefined }),
    application: random(100),
  };
  const member = new Member(suite, epoch, key);
  return {
    ...epoch,
    proposal_pub: await member.protectPublic('proposal'),
    proposal_priv: await member.protectPrivate('proposal'),
    commit_pub: await member.protectPublic('commit'),
    commit_priv: await member.protectPrivate('commit'),
    application_priv: await member.protectPrivate('application'),
  };
}
