/**
 * A group as bytes, so that a client survives a restart. The format is this library's own, with a version in front; it
 * holds every secret of the group, and whoever stores it keeps it as safe as those.
 *
 * No key is ever used twice across a restart (RFC 9420 §6.3.1, R-6.3.1-05): see SecretTree.encode and SecretTree.restore.
 */
import { byteKey, concat, copyOf, empty, sameBytes } from '../bytes.ts';
import type { HPKEPrivateKey, PrivateKey, SignaturePrivateKey } from '../crypto/provider.ts';
import { wipe, type EpochSecrets } from '../epoch/key-schedule.ts';
import { SecretTree } from '../epoch/secret-tree.ts';
import { MLSError } from '../errors.ts';
import { allOrNone, Secret } from '../secret.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { leafAt, leafCount, treeFromNodesInSlices, type RatchetTree } from '../tree/ratchet-tree.ts';
import { encodeInSlices } from '../tree/tree-encoding.ts';
import { asLeafIndex, asNodeIndex, toNodeIndex, type NodeIndex } from '../tree/tree-math.ts';
import { Sender } from '../wire/framing.ts';
import { GroupContext } from '../wire/group-info.ts';
import { decode, encode, opaque, optional, struct, uint16, uint32, uint64, vector, type Codec, type Infer } from '../wire/presentation-language.ts';
import { Proposal, ReInit } from '../wire/proposal.ts';
import { decodeTreeInSlices } from '../wire/tree-node.ts';
import { encodeTree } from './group-info.ts';
import { GrowingMap } from './growing-map.ts';
import { PendingProposals } from './pending-proposals.ts';
import { decodeOptions, encodeContext, type GroupState, type PastEpoch, type PendingUpdate, type Settings } from './state.ts';

const formatVersion = 1;

/** A Secret written as it is. What is read is a view into the copy that `restoreGroup` decodes, which nobody else has. */
const secret: Codec<Secret> = {
  write: (w, value) => opaque.write(w, value.expose()),
  read: (r) => new Secret(r.opaque()),
};

const StoredSecrets = struct({
  senderDataSecret: secret,
  exporterSecret: secret,
  externalSecret: secret,
  confirmationKey: secret,
  membershipKey: secret,
  resumptionPsk: secret,
  epochAuthenticator: secret,
  initSecret: secret,
});

const StoredPastEpoch = struct({
  epoch: uint64,
  context: opaque,
  signatureKeyChanges: vector(struct({ leafIndex: uint32, signatureKey: optional(opaque) })),
  secretTree: opaque,
  senderDataSecret: secret,
  resumptionPsk: secret,
});

const StoredProposal = struct({ proposal: Proposal, sender: Sender, reference: opaque });
const StoredMessage = struct({ digest: opaque, reference: opaque });

const fields = {
  formatVersion: uint16,
  handshakeAsPrivate: uint16,
  groupContext: GroupContext,
  /** The contents of RatchetTreeNodes. */
  tree: opaque,
  ownLeafIndex: uint32,
  privateKeys: vector(struct({ nodeIndex: uint32, key: opaque })),
  signatureKey: opaque,
  secrets: StoredSecrets,
  secretTree: opaque,
  confirmationTag: opaque,
  interimTranscriptHash: opaque,
  pendingProposals: vector(StoredProposal),
  ownMessages: vector(StoredMessage),
  pendingUpdates: vector(struct({ reference: opaque, encryptionKey: opaque, signatureKey: opaque })),
  pastEpochs: vector(StoredPastEpoch),
  reinit: optional(ReInit),
};
const StoredGroup = struct(fields);
type StoredGroup = Infer<typeof StoredGroup>;

/** The contents of the lists that may have thousands of elements. */
interface Lists {
  readonly pendingProposals: Uint8Array;
  readonly ownMessages: Uint8Array;
}
/** The same octets, written with the contents of these lists. */
const WrittenGroup = struct({ ...fields, pendingProposals: opaque, ownMessages: opaque });

const contents = <T>(element: Codec<T>, values: readonly T[]): Uint8Array => decode(opaque, encode(vector(element), values), 'list');

/** How many elements are encoded before the slice clock is looked at. */
const atOnce = 256;

async function contentsInSlices<T, V>(element: Codec<T>, values: readonly V[], stored: (value: V) => T): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < values.length; i += atOnce) {
    parts.push(contents(element, values.slice(i, i + atOnce).map(stored)));
    if (sliceIsOver()) await pause();
  }
  return concat(...parts);
}

const storedMessage = ([digest, reference]: readonly [string, Uint8Array]): Infer<typeof StoredMessage> => ({ digest: keyBytes(digest), reference });

const listsOf = ({ pendingProposals, ownMessages }: GroupState): Lists => ({
  pendingProposals: contents(StoredProposal, [...pendingProposals]),
  ownMessages: contents(StoredMessage, Array.from(ownMessages, storedMessage)),
});

/**
 * Encodes a group, reserving the next `reserve` generations of both own ratchets for it: it may send that many more
 * messages of each kind before it has to be encoded again. The restored group starts after them.
 */
export async function encodeGroupInSlices(state: GroupState, reserve: number): Promise<Uint8Array> {
  await encodeInSlices(state.tree);
  const lists = {
    pendingProposals: await contentsInSlices(StoredProposal, [...state.pendingProposals], (pending) => pending),
    ownMessages: await contentsInSlices(StoredMessage, [...state.ownMessages], storedMessage),
  };
  await pause();
  return encodeGroup(state, reserve, lists);
}

/** As `encodeGroupInSlices`, at once. */
export function encodeGroup(state: GroupState, reserve: number, lists: Lists = listsOf(state)): Uint8Array {
  // Copies of keys and secrets, wiped once they are encoded, or cannot be.
  using copies = new DisposableStack();
  const wiped = (copy: Uint8Array): Uint8Array => copies.adopt(copy, wipe);
  const keyCopy = (key: PrivateKey): Uint8Array => wiped(key.serialize());
  const { bytes: secretTree, release } = state.secretTree.prepareEncoding(state.ownLeafIndex, reserve);
  wiped(secretTree);
  const bytes = encode(WrittenGroup, {
    formatVersion,
    handshakeAsPrivate: state.settings.handshakeAs === 'private' ? 1 : 0,
    groupContext: state.groupContext,
    tree: decode(opaque, encodeTree(state.tree), 'tree'),
    ownLeafIndex: state.ownLeafIndex,
    privateKeys: Array.from(state.privateKeys, ([nodeIndex, key]) => ({ nodeIndex, key: keyCopy(key) })),
    signatureKey: keyCopy(state.signatureKey),
    secrets: state.secrets,
    secretTree,
    confirmationTag: state.confirmationTag,
    interimTranscriptHash: state.interimTranscriptHash,
    ...lists,
    pendingUpdates: Array.from(state.pendingUpdates, ([reference, { encryptionKey, signatureKey }]) => ({
      reference: keyBytes(reference),
      encryptionKey: keyCopy(encryptionKey),
      signatureKey: keyCopy(signatureKey),
    })),
    // Nothing is sent in a past epoch any more.
    pastEpochs: state.pastEpochs.map((past) => storedPastEpoch(past, wiped(past.secretTree.encode(state.ownLeafIndex, 0)))),
    reinit: state.reinit,
  });
  release();
  return bytes;
}

const storedPastEpoch = (past: PastEpoch, secretTree: Uint8Array): Infer<typeof StoredPastEpoch> => ({
  epoch: past.epoch,
  context: past.contextBytes,
  signatureKeyChanges: Array.from(past.signatureKeyChanges, ([leafIndex, signatureKey]) => ({ leafIndex, signatureKey })),
  secretTree,
  senderDataSecret: past.senderDataSecret,
  resumptionPsk: past.resumptionPsk,
});

/** The bytes of a `byteKey`. */
function keyBytes(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/**
 * The group that `encodeGroup` stored. Before it sends anything it has to be encoded and stored again, since the same bytes
 * may be restored twice.
 * @throws MLSError `malformed` for other bytes, `unsupported` for another version of the format, `misuse` for another suite
 */
export async function restoreGroup(settings: Settings, bytes: Uint8Array): Promise<GroupState> {
  const { suite } = settings;
  // What was made of the secrets when something turns out wrong is wiped.
  using undo = new DisposableStack();
  const copy = undo.adopt(copyOf(bytes), wipe);
  const stored = decodeStored(settings, copy);
  const { groupContext, secrets } = stored;
  if (groupContext.cipherSuite !== suite.id) {
    throw new MLSError('misuse', `the stored group has cipher suite ${groupContext.cipherSuite}, this client ${suite.id}`);
  }
  const nodes = await decodeTreeInSlices(encode(opaque, stored.tree), { most: Infinity, maxElements: Infinity, maxExtensions: Infinity });
  const tree = await treeFromNodesInSlices(nodes, settings.policy.clientOf);
  const secretTreeOf = (encoded: Uint8Array) => undo.adopt(SecretTree.restore({ suite, bytes: encoded, limits: settings.limits }), (tree) => tree.dispose());
  const imported = await allOrNone(stored.privateKeys.map(({ key }) => suite.importHPKEKey(key)));
  for (const key of imported) undo.use(key);
  const keys = stored.privateKeys.map(({ nodeIndex }, i): [NodeIndex, HPKEPrivateKey] => [asNodeIndex(nodeIndex), imported[i]!]);
  const updates: [string, PendingUpdate][] = [];
  for (const update of stored.pendingUpdates) {
    const encryptionKey = undo.use(await suite.importHPKEKey(update.encryptionKey));
    updates.push([byteKey(update.reference), { encryptionKey, signatureKey: undo.use(await suite.importSignatureKey(update.signatureKey)) }]);
  }
  const signatureKey = undo.use(await suite.importSignatureKey(stored.signatureKey));
  checkOwnLeaf(tree, stored.ownLeafIndex, { signatureKey, privateKeys: keys });
  const state: GroupState = {
    settings: { ...settings, handshakeAs: stored.handshakeAsPrivate === 1 ? 'private' : 'public' },
    groupContext,
    contextBytes: encodeContext(groupContext),
    tree,
    ownLeafIndex: asLeafIndex(stored.ownLeafIndex),
    privateKeys: new Map(keys),
    signatureKey,
    secrets: { ...secrets, encryptionSecret: usedUp() } satisfies EpochSecrets,
    secretTree: secretTreeOf(stored.secretTree),
    confirmationTag: stored.confirmationTag,
    interimTranscriptHash: stored.interimTranscriptHash,
    pendingProposals: PendingProposals.of(stored.pendingProposals),
    ownMessages: GrowingMap.of(stored.ownMessages.map(({ digest, reference }) => [byteKey(digest), reference])),
    pendingUpdates: GrowingMap.of(updates),
    pastEpochs: stored.pastEpochs.map((past) => ({
      epoch: past.epoch,
      contextBytes: past.context,
      signatureKeyChanges: new Map(past.signatureKeyChanges.map(({ leafIndex, signatureKey }) => [leafIndex, signatureKey])),
      secretTree: secretTreeOf(past.secretTree),
      senderDataSecret: past.senderDataSecret,
      resumptionPsk: past.resumptionPsk,
    })),
    reinit: stored.reinit,
  };
  undo.move();
  // These were loaded or copied; the rest of the copy is in use, its Secrets included.
  wipe(...stored.privateKeys.map(({ key }) => key), stored.signatureKey, stored.secretTree, ...stored.pastEpochs.map(({ secretTree }) => secretTree));
  wipe(...stored.pendingUpdates.flatMap(({ encryptionKey, signatureKey }) => [encryptionKey, signatureKey]));
  return state;
}

/** A group without a leaf of its own, or with another's, could do nothing but throw. */
function checkOwnLeaf(tree: RatchetTree, leafIndex: number, keys: { readonly signatureKey: SignaturePrivateKey; readonly privateKeys: readonly (readonly [NodeIndex, HPKEPrivateKey])[] }): void {
  const leaf = leafIndex < leafCount(tree) ? leafAt(tree, leafIndex) : undefined;
  const [, leafKey] = keys.privateKeys.find(([nodeIndex]) => nodeIndex === toNodeIndex(asLeafIndex(leafIndex))) ?? [];
  const fits = leaf !== undefined && leafKey !== undefined && sameBytes(leafKey.publicKey, leaf.encryptionKey) && sameBytes(keys.signatureKey.publicKey, leaf.signatureKey);
  if (!fits) throw new MLSError('malformed', `StoredGroup: its keys are not those of a leaf ${leafIndex} of its tree`);
}

function decodeStored(settings: Settings, copy: Uint8Array): StoredGroup {
  const version = copy.length < 2 ? 0 : (copy[0]! << 8) | copy[1]!;
  if (version !== formatVersion) throw new MLSError('unsupported', `a stored group of format version ${version}, this library reads ${formatVersion}`);
  return decode(StoredGroup, copy, 'StoredGroup', decodeOptions(settings));
}

/** The encryption secret of a running epoch: its secret tree has taken it over. */
function usedUp(): Secret {
  const used = new Secret(empty);
  used.dispose();
  return used;
}
