/**
 * `receive` of a member of a small group. An input is a way to make a message (its first byte), flags for it (the second), and
 * what goes into it: bytes as they are, or a content that is signed, tagged and encrypted as an honest sender would.
 */
import { Group } from '../../../src/index.ts';
import { concat, empty, sameBytes } from '../../../src/mls/bytes.ts';
import type { KeyAndNonce } from '../../../src/mls/epoch/hash-ratchet.ts';
import { encodeGroup } from '../../../src/mls/group/encode-group.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import { MLSError } from '../../../src/mls/errors.ts';
import { FramedContent, MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode, encode, vector, type Codec } from '../../../src/mls/wire/presentation-language.ts';
import { Proposal, UpdatePath } from '../../../src/mls/wire/proposal.ts';
import { forgeCommit, outsider } from '../../../src/hostile/forge/forge-commit.ts';
import { flipped, forgeCarrier, forgeFromOutside, forgeMessage, forgeProposal, forgeSigned } from '../../../src/hostile/forge/forge-message.ts';
import { ownLeaf } from '../../../src/mls/group/state.ts';
import { mutatedValue } from '../mutate-values.ts';
import { holds, mustBeRefusal, skipped, type Outcome, type Target } from '../target.ts';
import { honestMessages, makeWorld, suite, worldClient, type World } from '../world.ts';
import { signedAgain } from './signed-again.ts';

const Proposals = vector(Proposal);

/** Of the second byte. */
const flag = { encrypted: 1, signedAgain: 2, withoutPath: 4, fromOutside: 8, byCarol: 16, badlySigned: 32 } as const;
const flagsEnd = 64;

interface Recipe {
  readonly codec: Codec<any> | undefined;
  /** @returns the message, and the state of a forged Commit's maker, with whom its receivers agree */
  make(scene: Scene, content: { readonly value: any; readonly flags: number }): Promise<{ readonly message: Uint8Array; readonly maker?: GroupState }>;
}

interface Scene extends World {
  /** One key of alice for each kind of content, used for all messages: who receives them is restored when one has opened. */
  readonly keys: Readonly<Record<'application' | 'handshake', KeyAndNonce & { readonly generation: number }>>;
}

const has = (flags: number, one: number): boolean => (flags & one) !== 0;

const sender = ({ groups }: Scene, flags: number): GroupState => groups[has(flags, flag.byCarol) ? 2 : 0]!.state;

/** How a message travels. The kept keys are alice's; others take their next one. */
function carrier({ keys }: Scene, flags: number, kind: 'application' | 'handshake' = 'handshake') {
  const signature = has(flags, flag.badlySigned) ? { signature: (honest: Uint8Array) => flipped(honest) } : {};
  if (!has(flags, flag.encrypted)) return { as: 'public', ...signature } as const;
  return { as: 'private', private: { key: has(flags, flag.byCarol) ? undefined : keys[kind] }, ...signature } as const;
}

const resigned = async (proposals: readonly Proposal[], state: GroupState, flags: number): Promise<readonly Proposal[]> =>
  has(flags, flag.signedAgain) ? Promise.all(proposals.map((proposal) => signedAgain(proposal, state))) : proposals;

const recipes: readonly Recipe[] = [
  { codec: undefined, make: async (_scene, { value }) => ({ message: value as Uint8Array }) },
  // A proposal of a member.
  {
    codec: Proposal,
    async make(scene, { value, flags }) {
      const from = sender(scene, flags);
      const [proposal] = await resigned([value as Proposal], from, flags);
      return { message: await forgeProposal(from, proposal!, carrier(scene, flags)) };
    },
  },
  // A Commit with these proposals, of a member or of somebody from outside.
  {
    codec: Proposals,
    async make(scene, { value, flags }) {
      const from = sender(scene, flags);
      const proposals = await resigned(value as Proposal[], from, flags);
      const by = has(flags, flag.fromOutside) ? await outsider(from, { ...ownLeaf(from), credential: { credentialType: 'basic', identity: Uint8Array.of(1) } }) : undefined;
      const forged = await forgeCommit(from, { proposals, ...(has(flags, flag.withoutPath) && { path: 'none' }), ...(by && { by }), ...(by ? {} : carrier(scene, flags)) });
      return { message: forged.message, maker: forged.state };
    },
  },
  // A Commit with what is in this path, its leaf signed again.
  {
    codec: UpdatePath,
    async make(scene, { value, flags }) {
      const from = sender(scene, flags);
      const { leafNode, nodes } = value as UpdatePath;
      const { credential, capabilities, extensions } = leafNode;
      const path = { leaf: (honest: object) => ({ ...honest, credential, capabilities, extensions }) as never, ...(has(flags, flag.withoutPath) && { nodes: () => nodes }) };
      return { message: (await forgeCommit(from, { path, ...carrier(scene, flags) })).message };
    },
  },
  // Any content, signed and tagged.
  {
    codec: FramedContent,
    async make(scene, { value, flags }) {
      const from = sender(scene, flags);
      const content = value as FramedContent;
      const confirmationTag = content.contentType === 'commit' ? from.confirmationTag : undefined;
      const kind = content.contentType === 'application' ? 'application' : 'handshake';
      return { message: await forgeMessage(from, content, { ...carrier(scene, flags, kind), confirmationTag }) };
    },
  },
  // A proposal of the group's external sender, or of a new member.
  {
    codec: Proposal,
    async make(scene, { value, flags }) {
      const from = scene.groups[0]!.state;
      const [proposal] = await resigned([value as Proposal], from, flags);
      const as = has(flags, flag.fromOutside) ? ({ senderType: 'new_member_proposal' } as const) : ({ senderType: 'external', senderIndex: 0 } as const);
      const signatureKey = has(flags, flag.fromOutside) ? (has(flags, flag.signedAgain) ? from.signatureKey : scene.keyPackage.signatureKey) : scene.externalKey;
      return { message: await forgeFromOutside(from, as, proposal!, { signatureKey }) };
    },
  },
  // Any bytes, encrypted.
  {
    codec: undefined,
    async make(scene, { value, flags }) {
      const from = scene.groups[0]!.state;
      const contentType = (['application', 'proposal', 'commit'] as const)[flags % 3]!;
      const { groupId, epoch } = from.groupContext;
      const content = { groupId, epoch, sender: { senderType: 'member', leafIndex: from.ownLeafIndex }, authenticatedData: empty } as const;
      const applicationData = { ...content, contentType: 'application', applicationData: empty } as const;
      const signed = { ...(await forgeSigned(from, applicationData, { as: 'private' })), content: { ...applicationData, contentType } as never };
      // The plaintext begins where the start of the content ends; a signature and its length follow it.
      const contentBytes = concat(encode(FramedContent, applicationData).subarray(0, -1), value as Uint8Array);
      const confirmationTag = contentType === 'commit' ? from.confirmationTag : undefined;
      const key = scene.keys[contentType === 'application' ? 'application' : 'handshake'];
      return { message: forgeCarrier(from, { ...signed, contentBytes }, { as: 'private', confirmationTag, private: { key } }) };
    },
  },
];

interface Content {
  readonly recipe: Recipe;
  readonly flags: number;
  readonly value: unknown;
}

function contentOf(input: Uint8Array): Content | undefined {
  if (input.length < 2) return undefined;
  const recipe = recipes[input[0]! % recipes.length]!;
  const flags = input[1]!;
  const body = input.slice(2);
  if (recipe.codec === undefined) return { recipe, flags, value: body };
  try {
    return { recipe, flags, value: decode(recipe.codec, body, 'content') };
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'limit']);
    return undefined;
  }
}

const codecFor = (input: Uint8Array): Codec<any> => recipes[input[0]! % recipes.length]!.codec ?? MLSMessage;

function structureOf(input: Uint8Array): unknown {
  const content = contentOf(input);
  if (content === undefined || content.recipe.codec !== undefined) return content?.value;
  try {
    return decode(MLSMessage, content.value as Uint8Array, 'MLSMessage');
  } catch {
    return undefined;
  }
}

/** The member that receives, restored whenever a message has used up one of its keys. */
class Receiver {
  readonly #stored: Uint8Array;
  readonly #pristine: Group;
  #group: Group;
  #print: Uint8Array;

  private constructor(stored: Uint8Array, pristine: Group, group: Group) {
    this.#stored = stored;
    this.#pristine = pristine;
    this.#group = group;
    this.#print = encodeGroup(group.state, 2);
  }

  static async of(group: Group): Promise<Receiver> {
    const stored = group.encode({ reserve: 2 });
    return new Receiver(stored, await restored(stored), await restored(stored));
  }

  get group(): Group {
    return this.#group;
  }

  /** @param mayHaveOpened whether a receive key may be gone; everything else must be as it was */
  async mustBeUnchanged(mayHaveOpened: boolean): Promise<void> {
    const now = encodeGroup(this.#group.state, 2);
    if (sameBytes(now, this.#print)) return;
    holds(mayHaveOpened, 'the group changed');
    const butForKeys = encodeGroup({ ...this.#group.state, secretTree: this.#pristine.state.secretTree }, 2);
    holds(sameBytes(butForKeys, encodeGroup(this.#pristine.state, 2)), 'more than a receive key changed');
    this.#group = await restored(this.#stored);
    this.#print = encodeGroup(this.#group.state, 2);
  }
}

const restored = async (stored: Uint8Array): Promise<Group> => (await worldClient('bob')).restore(stored);

export async function receiveTarget(): Promise<Target> {
  const world = await makeWorld();
  const alice = world.groups[0]!.state;
  const keys = {
    application: alice.secretTree.takeSendKey(alice.ownLeafIndex, 'application'),
    handshake: alice.secretTree.takeSendKey(alice.ownLeafIndex, 'handshake'),
  };
  const scene: Scene = { ...world, keys };
  const receiver = await Receiver.of(world.groups[1]!);
  return {
    name: 'receive',
    covers: /\/src\/mls\/(epoch|group|tree|crypto\/labelled)/,
    seeds: await seedsOf(scene),
    restructured(input, { random, other }) {
      const value = structureOf(input);
      if (value === undefined) return undefined;
      const flags = random.below(4) === 0 ? random.below(flagsEnd) : input[1]!;
      return concat(Uint8Array.of(input[0]!, flags), encode(codecFor(input), mutatedValue(value, { random, other: structureOf(other) })));
    },
    run: (input) => run(scene, receiver, input),
  };
}

async function run(scene: Scene, receiver: Receiver, input: Uint8Array): Promise<Outcome> {
  const content = contentOf(input);
  if (content === undefined) return skipped;
  const made = await content.recipe.make(scene, content).catch((error: unknown) => {
    // An honest sender's tools make no message of this.
    if (error instanceof MLSError || error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  });
  if (made === undefined) return skipped;
  const { message, maker } = made;
  const kind = recipes.indexOf(content.recipe);
  try {
    const received = await receiver.group.receive(message);
    if (received.kind === 'commit') await mustGoOn(received.group, maker);
    await receiver.mustBeUnchanged(isPrivate(message));
    return { verdict: 'accepted', feature: `${kind} ${received.kind}` };
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'invalid', 'misuse', 'limit']);
    // What does not decode or verify, though it was encrypted well, costs no key. A message whose signature is in no encoding of its
    // scheme (R-5.1.2-02) costs none either, but that id alone may also be of a signature inside a proposal that was signed well; the
    // keys after such a message are compared where src/hostile plays it.
    const isGenuine = error.code !== 'malformed' && !['R-6.1-03', 'R-6.1-04', 'R-6.3.1-10'].includes(error.requirement ?? '');
    await receiver.mustBeUnchanged(isGenuine && isPrivate(message));
    return { verdict: 'refused', feature: `${kind} ${error.code} ${error.requirement ?? error.message}` };
  }
}

const isPrivate = (message: Uint8Array): boolean => message[3] === 2;

/** Both come to the same epoch, can be stored there, and can leave it. */
async function mustGoOn(group: Group, maker: GroupState | undefined): Promise<void> {
  const again = await restored(group.encode({ reserve: 2 }));
  holds(sameBytes(again.epochAuthenticator, group.epochAuthenticator), 'a restored group is in another epoch');
  if (maker === undefined) return;
  holds(sameBytes(group.epochAuthenticator, maker.secrets.epochAuthenticator.expose()), 'sender and receiver of an accepted Commit disagree');
  if (group.reinit !== undefined) return;
  const { commit, group: next } = await group.commit({ references: [], forcePath: true });
  const followed = await new Group(maker).receive(commit);
  holds(followed.kind === 'commit' && sameBytes(followed.group.epochAuthenticator, next.epochAuthenticator), 'they disagree one epoch later');
}

async function seedsOf(scene: Scene): Promise<Uint8Array[]> {
  const messages = Object.values(await honestMessages(scene));
  const { keyPackage, groups } = scene;
  const alice = groups[0]!;
  const leafNode = ownLeaf(alice.state);
  const { groupId, epoch, extensions } = alice.groupContext;
  const proposals: Proposal[] = [
    { proposalType: 'add', keyPackage: keyPackage.keyPackage },
    { proposalType: 'update', leafNode: { ...leafNode, encryptionKey: keyPackage.initKey.publicKey, leafNodeSource: 'update' } as never },
    { proposalType: 'remove', removed: 3 },
    { proposalType: 'psk', psk: { psktype: 'external', pskId: new TextEncoder().encode('psk'), pskNonce: new Uint8Array(suite.nh) } },
    { proposalType: 'psk', psk: { psktype: 'resumption', usage: 'application', pskGroupId: groupId, pskEpoch: epoch, pskNonce: new Uint8Array(suite.nh) } },
    { proposalType: 'reinit', groupId, version: 1, cipherSuite: 1, extensions: [] },
    { proposalType: 'external_init', kemOutput: new Uint8Array(32) },
    { proposalType: 'group_context_extensions', extensions },
    { proposalType: 'group_context_extensions', extensions: [{ extensionType: 3, extensionData: Uint8Array.of(0, 0, 0) }] },
  ];
  // A key without a byte is no key: such leaves once got past the checks of their length.
  const keyless: Proposal[] = [
    { proposalType: 'add', keyPackage: { ...keyPackage.keyPackage, leafNode: { ...keyPackage.keyPackage.leafNode, encryptionKey: empty } } },
    { proposalType: 'update', leafNode: { ...leafNode, encryptionKey: empty, leafNodeSource: 'update' } as never },
  ];
  const path = decode(MLSMessage, messages[0]!, 'MLSMessage');
  const updatePath = path.wireFormat === 'mls_public_message' && path.publicMessage.content.contentType === 'commit' ? path.publicMessage.content.commit.path! : undefined;
  const input = (recipe: number, flags: number, bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(recipe, flags), bytes);
  const contents = messages.flatMap((message) => {
    const one = decode(MLSMessage, message, 'MLSMessage');
    return one.wireFormat === 'mls_public_message' ? [encode(FramedContent, one.publicMessage.content)] : [];
  });
  return [
    ...messages.map((message) => input(0, 0, message)),
    ...proposals.flatMap((proposal) => [2, 3, 33].map((flags) => input(1, flags, encode(Proposal, proposal)))),
    ...proposals.flatMap((proposal) => [2, 3, 8].map((flags) => input(2, flags, encode(Proposals, [proposal])))),
    ...keyless.map((proposal) => input(1, 2, encode(Proposal, proposal))),
    input(2, 4, encode(Proposals, [proposals[0]!, proposals[3]!])),
    ...[0, 1, 32, 33].map((flags) => input(2, flags, encode(Proposals, []))),
    ...(updatePath === undefined ? [] : [input(3, 0, encode(UpdatePath, updatePath)), input(3, 4, encode(UpdatePath, updatePath))]),
    ...contents.map((content) => input(4, 0, content)),
    ...proposals.map((proposal) => input(5, 0, encode(Proposal, proposal))),
    input(5, flag.fromOutside, encode(Proposal, proposals[0]!)),
    ...[0, 1, 2].map((flags) => input(6, flags, Uint8Array.of(0, 0))),
  ];
}
