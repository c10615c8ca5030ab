/** Joining a group by a Welcome (RFC 9420 §12.4.3.1). */
import { empty, hex, sameBytes } from '../bytes.ts';
import { decryptWithLabel } from '../crypto/labelled.ts';
import { memberSecret, welcomeKeyAndNonce, welcomeSecret, wipe } from '../epoch/key-schedule.ts';
import { pskSecretInSlices, type PreSharedKeyInput } from '../epoch/psk-secret.ts';
import { must, violation, within } from '../errors.ts';
import { members, type RatchetTree } from '../tree/ratchet-tree.ts';
import { toNodeIndex, type LeafIndex, type NodeIndex } from '../tree/tree-math.ts';
import { keysFromPathSecret, type PrivateKeys } from '../tree/treekem.ts';
import type { CipherSuite, HPKEPrivateKey } from '../crypto/provider.ts';
import { GroupInfo, GroupSecrets, type Welcome } from '../wire/group-info.ts';
import { LeafNode } from '../wire/leaf-node.ts';
import { decode, encode } from '../wire/presentation-language.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import { validateGroupInfo } from './group-info.ts';
import { isLastResort, type KeyPackageBundle } from './key-package.ts';
import { newState, runSchedule } from './next-epoch.ts';
import { validatePskId, type PskUsages } from './proposal-validation.ts';
import { findPsks } from './psk.ts';
import { encodeContext, messageOptions, type GroupState, type Settings } from './state.ts';
import { validateSuccession, type Succession } from './succession.ts';

export interface JoinInput {
  readonly settings: Settings;
  readonly welcome: Welcome;
  /** The KeyPackages that this client may have been added with. */
  readonly bundles: readonly KeyPackageBundle[];
  /** The tree as the body of a ratchet_tree extension, when it is not in the Welcome. */
  readonly ratchetTree: Uint8Array | undefined;
  /** The group that the new one succeeds or branches from. */
  readonly succession: Succession | undefined;
  /** Whether this client is a member of a group with that id (R-12.4.3-05). */
  readonly isMemberOf: (groupId: Uint8Array) => boolean;
}

export interface Joined {
  readonly state: GroupState;
  /** The KeyPackage that was used. */
  readonly bundle: KeyPackageBundle;
}

/** @throws MLSError `invalid` with the id of the rule that is broken; the KeyPackage stays usable then */
export async function joinByWelcome(input: JoinInput): Promise<Joined> {
  const { settings, succession } = input;
  const { suite } = settings;
  // What only the join needs is wiped at its end; what it makes, unless it comes about.
  using used = new DisposableStack();
  using undo = new DisposableStack();
  const { bundle, secrets } = await openGroupSecrets(input, used);
  const pskSecret = used.adopt(await pskSecretInSlices(suite, findWelcomePsks(input, secrets.psks)), wipe);

  // Open the GroupInfo and check it, its tree and its signature.
  const groupInfo = openGroupInfo(input, secrets, pskSecret);
  const { groupContext } = groupInfo;
  must(groupContext.cipherSuite === bundle.keyPackage.cipherSuite, 'R-12.4.3.1-09', () => `cipher suite ${groupContext.cipherSuite}`);
  must(!input.isMemberOf(groupContext.groupId), 'R-12.4.3-05', () => `group ${hex(groupContext.groupId)}`);
  const tree = await validateGroupInfo(groupInfo, settings, input.ratchetTree);
  if (succession !== undefined) validateSuccession(succession, { groupContext, tree, psks: secrets.psks, policy: settings.policy });

  // Find the own leaf and the keys above it.
  const ownLeafIndex = findLeaf(tree, bundle.keyPackage.leafNode);
  // The group wipes its leaf key when it moves on; that of a KeyPackage for several joins stays with the client (R-16.8-02).
  const leafKey = isLastResort(bundle.keyPackage) ? await copyOfKey(suite, bundle.encryptionKey, used) : bundle.encryptionKey;
  const privateKeys = new Map<NodeIndex, HPKEPrivateKey>([[toNodeIndex(ownLeafIndex), leafKey]]);
  undo.defer(() => disposeAllBut(bundle, privateKeys));
  if (secrets.pathSecret !== undefined) {
    const from = { pathSecret: secrets.pathSecret.pathSecret, leafIndex: ownLeafIndex, committer: groupInfo.signer as LeafIndex };
    for (const [nodeIndex, key] of await keysFromPathSecret(suite, tree, from)) privateKeys.set(nodeIndex, key);
  }

  // The key schedule from joiner_secret on, and the confirmation tag (R-12.4.3.1-20, R-12.4.3.1-21).
  const contextBytes = encodeContext(groupContext);
  const epoch = runSchedule(suite, { joinerSecret: secrets.joinerSecret }, { groupContext, contextBytes, pskSecret });
  used.adopt(epoch.welcomeSecret, wipe);
  for (const secret of Object.values(epoch.secrets)) undo.use(secret);
  must(suite.equal(epoch.confirmationTag, groupInfo.confirmationTag), 'R-12.4.3.1-21');
  const state = newState(settings, { groupContext, contextBytes, ...epoch }, { tree, ownLeafIndex, privateKeys, signatureKey: bundle.signatureKey });
  undo.move();
  return { state, bundle };
}

/** Wipes what a join has made that does not come about; the KeyPackage stays usable. */
export function discardJoined({ state, bundle }: Joined): void {
  disposeAllBut(bundle, state.privateKeys);
  state.secretTree.dispose();
  for (const secret of Object.values(state.secrets)) secret.dispose();
}

const copyOfKey = (suite: CipherSuite, key: HPKEPrivateKey, used: DisposableStack): Promise<HPKEPrivateKey> => suite.importHPKEKey(used.adopt(key.serialize(), wipe));

function disposeAllBut({ encryptionKey }: KeyPackageBundle, privateKeys: PrivateKeys): void {
  for (const key of privateKeys.values()) if (key !== encryptionKey) key.dispose();
}

/** @param used wipes the secrets, which are views into one plaintext */
async function openGroupSecrets({ settings, welcome, bundles }: JoinInput, used: DisposableStack): Promise<{ readonly bundle: KeyPackageBundle; readonly secrets: GroupSecrets }> {
  for (const entry of welcome.secrets) {
    const bundle = bundles.find(({ reference }) => sameBytes(reference, entry.newMember));
    if (bundle === undefined) continue;
    must(bundle.keyPackage.cipherSuite === welcome.cipherSuite, welcome.cipherSuite === 0 ? 'R-17.1-12' : 'R-12.4.3.1-03', () => `cipher suite ${welcome.cipherSuite}`);
    const { kemOutput, ciphertext } = entry.encryptedGroupSecrets;
    const plaintext = await decryptWithLabel(settings.suite, bundle.initKey, 'Welcome', welcome.encryptedGroupInfo, kemOutput, ciphertext);
    must(plaintext !== undefined, 'R-12.4.3.1-04', 'the group secrets do not open');
    return { bundle, secrets: decode(GroupSecrets, used.adopt(plaintext, wipe), 'GroupSecrets', messageOptions(settings)) };
  }
  throw violation('R-12.4.3.1-02', `none of ${welcome.secrets.length} entries is for a KeyPackage of this client`);
}

function findWelcomePsks({ settings, succession }: JoinInput, ids: readonly PreSharedKeyID[]): PreSharedKeyInput[] {
  within(ids.length <= settings.limits.psks, `${ids.length} PSKs in one Welcome, at most ${settings.limits.psks} are accepted`);
  const usages: PskUsages = succession === undefined ? ['application'] : ['application', succession.usage];
  const special = ids.filter((id) => id.psktype === 'resumption' && id.usage !== 'application');
  must(special.length <= 1, 'R-12.4.3.1-06', () => `${special.length} PSKs of usage reinit or branch`);
  for (const id of ids) {
    if (id.psktype === 'resumption' && id.usage === 'reinit') must(succession?.usage === 'reinit', 'R-12.4.3.1-22', 'this client knows of no such reinitialization');
    validatePskId({ settings }, id, usages);
  }
  return findPsks(ids, { store: settings.psks, groups: succession === undefined ? [] : [succession.from] }, 'R-12.4.3.1-05');
}

function openGroupInfo({ settings, welcome }: JoinInput, secrets: GroupSecrets, pskSecret: Uint8Array): GroupInfo {
  const { suite } = settings;
  const member = memberSecret(suite, secrets.joinerSecret, pskSecret);
  const forWelcome = welcomeSecret(suite, member);
  const { key, nonce } = welcomeKeyAndNonce(suite, forWelcome);
  wipe(member, forWelcome);
  using used = new DisposableStack();
  used.defer(() => wipe(key, nonce));
  const plaintext = suite.open(key, nonce, empty, welcome.encryptedGroupInfo);
  must(plaintext !== undefined, 'R-12.4.3.1-04', 'the GroupInfo does not open');
  return decode(GroupInfo, plaintext, 'GroupInfo', messageOptions(settings));
}

/** The leaf that is the KeyPackage's, byte for byte (R-12.4.3.1-15). */
function findLeaf(tree: RatchetTree, leafNode: LeafNode): LeafIndex {
  const own = encode(LeafNode, leafNode);
  for (const [leafIndex, other] of members(tree)) {
    if (sameBytes(other.encryptionKey, leafNode.encryptionKey) && sameBytes(encode(LeafNode, other), own)) return leafIndex;
  }
  throw violation('R-12.4.3.1-15');
}
