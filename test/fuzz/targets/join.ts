/**
 * The ways into a group: `join` with a Welcome, and `joinByExternalCommit` with a GroupInfo. An input is a way to make one (its
 * first byte), flags (the second), and what goes into it: bytes as they are, or a GroupInfo, GroupSecrets or tree that is
 * hashed, signed and encrypted as an honest member would.
 */
import { add, type Client, type Group } from '../../../src/index.ts';
import { concat, empty, sameBytes, utf8 } from '../../../src/mls/bytes.ts';
import { encryptWithLabel } from '../../../src/mls/crypto/labelled.ts';
import { welcomeKeyAndNonce } from '../../../src/mls/epoch/key-schedule.ts';
import { MLSError } from '../../../src/mls/errors.ts';
import { extensionBody, knownExtension } from '../../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../../src/mls/group/key-package.ts';
import { runSchedule } from '../../../src/mls/group/next-epoch.ts';
import { encodeContext } from '../../../src/mls/group/state.ts';
import { signLeafNode } from '../../../src/mls/tree/leaf-node.ts';
import { treeFromNodes, type RatchetTree } from '../../../src/mls/tree/ratchet-tree.ts';
import { treeHash } from '../../../src/mls/tree/tree-hash.ts';
import { asLeafIndex } from '../../../src/mls/tree/tree-math.ts';
import type { Extension } from '../../../src/mls/wire/extension.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { GroupInfo, GroupInfoTBS, GroupSecrets } from '../../../src/mls/wire/group-info.ts';
import { decode, encode, type Codec } from '../../../src/mls/wire/presentation-language.ts';
import { mls10 } from '../../../src/mls/wire/registries.ts';
import { RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { forgeGroupInfo, forgeWelcome, groupInfoMessage, type ForgedEpoch, type WelcomeInput } from '../../../src/hostile/forge/forge-welcome.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { mutatedValue } from '../mutate-values.ts';
import { holds, mustBeRefusal, skipped, type Outcome, type Target } from '../target.ts';
import { makeWorld, suite, worldClient, type World } from '../world.ts';

/** Of the second byte. */
const flag = { hashedAgain: 1, signedAgain: 2, withPathSecret: 4, withPsk: 8, resync: 16 } as const;
const has = (flags: number, one: number): boolean => (flags & one) !== 0;

/** What somebody is asked to join by. */
interface Invitation {
  readonly welcome?: Uint8Array;
  readonly groupInfo?: Uint8Array;
  readonly ratchetTree?: Uint8Array | undefined;
}

interface Scene extends World {
  /** Of alice with erin added: what an honest Welcome tells. */
  readonly honest: GroupInfoTBS;
}

interface Recipe {
  readonly codec: Codec<any> | undefined;
  invite(scene: Scene, content: { readonly value: any; readonly flags: number }): Promise<Invitation>;
}

const joinerSecret = new Uint8Array(suite.nh).fill(5);

/** The tree that travels in these extensions, its leaves signed again by their owners where asked for. */
async function treeIn(scene: Scene, extensions: readonly Extension[], flags: number): Promise<{ readonly tree: RatchetTree; readonly nodes: RatchetTreeNodes } | undefined> {
  const nodes = extensionBody(extensions, 'ratchet_tree');
  if (nodes === undefined) return undefined;
  const signed = has(flags, flag.signedAgain) ? await leavesSignedAgain(scene, nodes) : nodes;
  return { nodes: signed, tree: treeFromNodes(signed, openPolicy.clientOf) };
}

function leavesSignedAgain({ clients, keyPackage, honest }: Scene, nodes: RatchetTreeNodes): Promise<RatchetTreeNodes> {
  const keys = [...clients.map(({ signatureKey }) => signatureKey), keyPackage.signatureKey];
  const { groupId } = honest.groupContext;
  return Promise.all(
    nodes.map(async (node, i) => {
      const key = keys[i / 2];
      if (node?.nodeType !== 'leaf' || key === undefined) return node;
      const { signature: _, ...leafNode } = { ...node.leafNode, signatureKey: key.publicKey };
      const isBound = leafNode.leafNodeSource !== 'key_package';
      return { nodeType: 'leaf', leafNode: await signLeafNode(suite, key, { leafNode, ...(isBound && { place: { groupId, leafIndex: asLeafIndex(i / 2) } }) }) } as const;
    }),
  );
}

/** A GroupInfo whose hash, tag and signature follow from what it says, and the epoch it tells of. */
async function consistent(scene: Scene, told: GroupInfoTBS, flags: number): Promise<{ readonly told: GroupInfoTBS; readonly epoch: ForgedEpoch; readonly tree: RatchetTree }> {
  const found = await treeIn(scene, told.extensions, flags);
  const tree = found?.tree ?? scene.groups[0]!.state.tree;
  const groupContext = has(flags, flag.hashedAgain) ? { ...told.groupContext, treeHash: treeHash(suite, tree.root) } : told.groupContext;
  const epoch = { groupContext, ...runSchedule(suite, { joinerSecret }, { groupContext, contextBytes: encodeContext(groupContext), pskSecret: new Uint8Array(suite.nh) }) };
  const extensions = found === undefined ? told.extensions : told.extensions.map((one) => (one.extensionType === 2 ? knownExtension('ratchet_tree', found.nodes) : one));
  return { told: { ...told, groupContext, extensions, confirmationTag: epoch.confirmationTag }, epoch, tree };
}

const signerOf = ({ clients }: Scene, told: GroupInfoTBS) => ({ leafIndex: told.signer, key: (clients[told.signer] ?? clients[0]!).signatureKey });

async function welcomeTo(scene: Scene, told: GroupInfoTBS, flags: number): Promise<WelcomeInput & { readonly told: GroupInfoTBS }> {
  const made = await consistent(scene, told, flags);
  return { ...made, signer: signerOf(scene, told), added: [{ keyPackage: scene.keyPackage.keyPackage, leafIndex: asLeafIndex(4) }] };
}

const secretsEdit = (flags: number) => (secrets: GroupSecrets): GroupSecrets => ({
  ...secrets,
  ...(has(flags, flag.withPathSecret) && { pathSecret: { pathSecret: new Uint8Array(suite.nh).fill(6) } }),
  ...(has(flags, flag.withPsk) && { psks: [{ psktype: 'external', pskId: utf8('psk'), pskNonce: new Uint8Array(suite.nh) }] }),
});

const recipes: readonly Recipe[] = [
  { codec: undefined, invite: async (_scene, { value }) => ({ welcome: value as Uint8Array }) },
  { codec: undefined, invite: async (_scene, { value }) => ({ groupInfo: value as Uint8Array }) },
  // A Welcome that tells this.
  {
    codec: GroupInfoTBS,
    async invite(scene, { value, flags }) {
      const { told, ...from } = await welcomeTo(scene, value as GroupInfoTBS, flags);
      return { welcome: await forgeWelcome(suite, from, { groupInfo: () => told, secrets: secretsEdit(flags) }) };
    },
  },
  // A GroupInfo that tells this, for an external Commit.
  {
    codec: GroupInfoTBS,
    async invite(scene, { value, flags }) {
      const { told, epoch, tree } = await consistent(scene, value as GroupInfoTBS, flags);
      return { groupInfo: groupInfoMessage(await forgeGroupInfo(suite, { epoch, tree, signer: signerOf(scene, told) }, { groupInfo: () => told })) };
    },
  },
  // A Welcome with these secrets.
  {
    codec: GroupSecrets,
    async invite(scene, { value, flags }) {
      const { told, ...from } = await welcomeTo(scene, scene.honest, flags);
      return { welcome: await forgeWelcome(suite, from, { groupInfo: () => told, secrets: () => value as GroupSecrets }) };
    },
  },
  // A Welcome with this tree beside it.
  {
    codec: RatchetTreeNodes,
    async invite(scene, { value, flags }) {
      const told = { ...scene.honest, extensions: [knownExtension('ratchet_tree', value as RatchetTreeNodes)] };
      const { told: full, ...from } = await welcomeTo(scene, told, flags);
      const ratchetTree = full.extensions[0]!.extensionData;
      return { welcome: await forgeWelcome(suite, from, { groupInfo: () => ({ ...full, extensions: [] }) }), ratchetTree };
    },
  },
  // A Welcome with any bytes for its GroupInfo, encrypted, or for its GroupSecrets.
  {
    codec: undefined,
    async invite(scene, { value, flags }) {
      const { told, ...from } = await welcomeTo(scene, scene.honest, 0);
      if (has(flags, 1)) return { welcome: await forgeWelcome(suite, from, { groupInfo: () => told, secretBytes: () => value as Uint8Array }) };
      const { key, nonce } = welcomeKeyAndNonce(suite, from.epoch.welcomeSecret);
      const encryptedGroupInfo = suite.seal(key, nonce, empty, value as Uint8Array);
      const { keyPackage, reference } = scene.keyPackage;
      const secrets = encode(GroupSecrets, { joinerSecret, pathSecret: undefined, psks: [] });
      const encryptedGroupSecrets = await encryptWithLabel(suite, keyPackage.initKey, 'Welcome', encryptedGroupInfo, secrets);
      return { welcome: encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome: { cipherSuite: suite.id, secrets: [{ newMember: reference, encryptedGroupSecrets }], encryptedGroupInfo } }) };
    },
  },
];

const recipeOf = (input: Uint8Array): Recipe => recipes[input[0]! % recipes.length]!;

function contentOf(input: Uint8Array): { readonly value: unknown; readonly flags: number } | undefined {
  if (input.length < 2) return undefined;
  const { codec } = recipeOf(input);
  const body = input.slice(2);
  if (codec === undefined) return { value: body, flags: input[1]! };
  try {
    return { value: decode(codec, body, 'content'), flags: input[1]! };
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'limit']);
    return undefined;
  }
}

/** How the body of an input is read for its parts; of the last recipe those that make no sense are bytes. */
const structures: readonly Codec<any>[] = [MLSMessage, MLSMessage, GroupInfoTBS, GroupInfoTBS, GroupSecrets, RatchetTreeNodes, GroupInfo];

function structureOf(input: Uint8Array): { readonly codec: Codec<any>; readonly value: unknown } | undefined {
  if (input.length < 2) return undefined;
  const codec = structures[input[0]! % structures.length]!;
  try {
    return { codec, value: decode(codec, input.slice(2), 'content') };
  } catch {
    return undefined;
  }
}

/** Erin, with her KeyPackage: the same each time. */
async function joiner({ keyPackage: bundle }: Scene): Promise<Client> {
  const { initKey, encryptionKey, signatureKey } = bundle;
  const client = await worldClient('erin', { signatureKey });
  client.addKeyPackage(bundle.keyPackage, { initKey: await suite.importHPKEKey(initKey.serialize()), encryptionKey: await suite.importHPKEKey(encryptionKey.serialize()), signatureKey });
  return client;
}

const enter = async (client: Client, { welcome, groupInfo, ratchetTree }: Invitation, flags: number): Promise<Group> =>
  welcome === undefined ? (await client.joinByExternalCommit(groupInfo!, { resync: has(flags, flag.resync), ratchetTree })).group : client.join(welcome, { ratchetTree });

/** What was joined can be stored and used. */
async function mustBeSound(group: Group): Promise<void> {
  const again = await (await worldClient('erin')).restore(group.encode({ reserve: 2 }));
  holds(sameBytes(again.epochAuthenticator, group.epochAuthenticator), 'a restored group is in another epoch');
  await group.commit({ forcePath: true });
}

async function run(scene: Scene, input: Uint8Array, honestWelcome: Uint8Array): Promise<Outcome> {
  const content = contentOf(input);
  if (content === undefined) return skipped;
  const invitation = await recipeOf(input).invite(scene, content).catch((error: unknown) => {
    // An honest member's tools make nothing of this.
    if (error instanceof MLSError || error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  });
  if (invitation === undefined) return skipped;
  const kind = recipes.indexOf(recipeOf(input));
  const client = await joiner(scene);
  try {
    const group = await enter(client, invitation, content.flags);
    await mustBeSound(group);
    return { verdict: 'accepted', feature: `${kind}` };
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'invalid', 'misuse', 'limit']);
    // Nothing was used up: the same KeyPackage joins by an honest Welcome.
    const group = await client.join(honestWelcome).catch((cause: unknown) => holds(false, `after a refusal (${error.message}) the KeyPackage does not join: ${String(cause)}`));
    holds(group?.members.length === 5, 'the group joined after a refusal has not all its members');
    return { verdict: 'refused', feature: `${kind} ${error.code} ${error.requirement ?? error.message}` };
  }
}

/** What a GroupInfo says, without its signature. */
const unsigned = (message: Uint8Array): GroupInfoTBS => {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_group_info') throw new Error(`a GroupInfo was expected, this is ${decoded.wireFormat}`);
  const { signature: _, ...told } = decoded.groupInfo;
  return told;
};

/** A group of the same people without any path: its leaves can be changed without breaking a parent hash. */
async function youngGroup(clients: readonly Client[], keyPackage: KeyPackageBundle): Promise<Uint8Array> {
  const others: Uint8Array[] = [];
  const again = await worldClient('alice', { signatureKey: clients[0]!.signatureKey });
  for (const client of clients.slice(1)) others.push((await client.createKeyPackage()).message);
  const created = await again.createGroup({ groupId: utf8('fuzzed') });
  const { group } = await created.commit({ proposals: [...others, keyPackage.message].map((message) => add(message)) });
  return group.groupInfo({ externalPub: true });
}

async function seedsOf(scene: Scene, welcome: Uint8Array, young: Uint8Array): Promise<Uint8Array[]> {
  const input = (recipe: number, flags: number, bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(recipe, flags), bytes);
  const groupInfo = await scene.groups[0]!.groupInfo();
  const told = encode(GroupInfoTBS, scene.honest);
  const other = encode(GroupInfoTBS, unsigned(young));
  const secrets = encode(GroupSecrets, { joinerSecret, pathSecret: undefined, psks: [] });
  const nodes = extensionBody(scene.honest.extensions, 'ratchet_tree')!;
  return [
    input(0, 0, welcome),
    input(1, 0, groupInfo),
    input(1, flag.resync, groupInfo),
    input(1, 0, young),
    ...[told, other].flatMap((one) => [0, 1, 3, 7, 11].map((flags) => input(2, flags, one))),
    ...[told, other].flatMap((one) => [0, 1, 3, 19].map((flags) => input(3, flags, one))),
    input(4, 0, secrets),
    input(5, 1, encode(RatchetTreeNodes, nodes)),
    input(5, 3, encode(RatchetTreeNodes, extensionBody(unsigned(young).extensions, 'ratchet_tree')!)),
    input(6, 0, Uint8Array.of(0)),
    input(6, 1, secrets),
  ];
}

export async function joinTarget(): Promise<Target> {
  const world = await makeWorld();
  const { group, welcome } = await world.groups[0]!.commit({ proposals: [add(world.keyPackage.message)] });
  const scene: Scene = { ...world, honest: unsigned(await group.groupInfo()) };
  return {
    name: 'join',
    covers: /\/src\/mls\/(epoch|group|tree|crypto\/labelled)/,
    seeds: await seedsOf(scene, welcome!, await youngGroup(world.clients, world.keyPackage)),
    restructured(input, { random, other }) {
      const structure = structureOf(input);
      if (structure === undefined) return undefined;
      const flags = random.below(4) === 0 ? random.below(32) : input[1]!;
      return concat(Uint8Array.of(input[0]!, flags), encode(structure.codec, mutatedValue(structure.value, { random, other: structureOf(other)?.value })));
    },
    run: (input) => run(scene, input, welcome!),
  };
}
