/** UpdatePaths and the leaf on top of them: RFC 9420 §7.4 to §7.6, §7.9.2, §12.4.2, §16.7. */
import { concat } from '../../mls/bytes.ts';
import type { Group } from '../../index.ts';
import type { HPKEPrivateKey } from '../../mls/crypto/provider.ts';
import { knownExtension } from '../../mls/group/group-extensions.ts';
import { encodeContext, leafKeyOf } from '../../mls/group/state.ts';
import { nodeAt } from '../../mls/tree/ratchet-tree.ts';
import { encryptionKey } from '../../mls/tree/subtree.ts';
import { asNodeIndex, type LeafIndex } from '../../mls/tree/tree-math.ts';
import type { HPKECiphertext, UpdatePathNode } from '../../mls/wire/proposal.ts';
import { commit, type CommitDelivery } from '../describe.ts';
import { addOf, unsourced } from '../forge/forge-leaf.ts';
import { flipped } from '../forge/forge-message.ts';
import { anotherKeyAt, type PathForgery } from '../forge/forge-path.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene } from '../member-scene.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

/** A credential type that the others may know, and need not. */
const x509 = 2;

interface Path extends Description {
  readonly violating: From<MemberScene, PathForgery>;
  /** Default: the forger at leaf 0, whose whole path is above the target too. */
  readonly by?: (scene: MemberScene) => Group;
}

/** In a tree of eight leaves, of which seven have members: a path has three nodes. */
function path({ violating, by = ({ forger }) => forger, ...rest }: Path): MemberViolation {
  const along = (from: From<MemberScene, PathForgery>) => async (scene: MemberScene): Promise<CommitDelivery> => ({ state: by(scene).state, path: await made(from, scene) });
  return commit({ ...rest, setting: { members: 7 }, violating: along(violating), twin: along({}) });
}

/** At leaf 4: of the first two nodes of her path the target gets no secret that their keys would have to fit (R-7.5-11). */
const eve = ({ others }: MemberScene): Group => others[2]!;

export const ofUpdatePaths: readonly Violation[] = [
  path({ id: 'R-7.5-07', name: 'an UpdatePath with one node too few', violating: { nodes: (nodes) => nodes.slice(0, -1) } }),
  path({ id: 'R-7.5-07', name: 'an UpdatePath with one node too many', violating: { nodes: (nodes) => [...nodes, nodes[0]!] } }),
  path({ id: 'R-7.5-07', name: 'an UpdatePath with no nodes', violating: { nodes: () => [] } }),
  commit({
    id: 'R-7.5-07',
    name: 'an UpdatePath without the node whose copath holds only leaves that the same Commit adds',
    // Four members fill the left half of the tree that the Add makes.
    setting: { members: 4 },
    violating: async (scene) => ({ ...(await addingOne(scene)), path: { nodes: (nodes) => nodes.slice(0, 2) } }),
    twin: addingOne,
  }),
  path({ id: 'R-7.5-11', name: 'a path secret that does not match its public key', violating: ({ people }) => anotherKeyAt(people.suite, 0) }),
  path({ id: 'R-7.5-11', name: 'a path secret that matches at its own node and not above', violating: ({ people }) => anotherKeyAt(people.suite, 2) }),
  path({
    id: 'R-7.6-01',
    name: 'a node with one ciphertext too many',
    leftOpen: leftOpen.ciphertexts,
    violating: { nodes: (nodes) => nodes.map((node) => ({ ...node, encryptedPathSecret: [...node.encryptedPathSecret, node.encryptedPathSecret[0]!] })) },
  }),
  path({ id: 'R-7.6-01', name: 'a node with no ciphertext', leftOpen: leftOpen.ciphertexts, violating: { nodes: (nodes) => nodes.with(1, { ...nodes[1]!, encryptedPathSecret: [] }) } }),
  path({ id: 'R-7.6-01', name: 'the lowest node with no ciphertext', violating: { nodes: (nodes) => nodes.with(0, { ...nodes[0]!, encryptedPathSecret: [] }) } }),
  commit({
    id: 'R-7.5-05',
    name: 'a ciphertext for a leaf that the same Commit adds',
    leftOpen: leftOpen.ciphertexts,
    reported: 'R-7.6-01',
    setting: { members: 7 },
    violating: async (scene) => ({ ...(await addingOne(scene)), path: { recipients: (_, __, whole) => whole } }),
    twin: addingOne,
  }),
  // The order cannot be seen but by what follows from it: the parent hashes that the leaf has signed.
  path({ id: 'R-7.6-03', name: 'two nodes of the path swapped', reported: 'R-7.9.2-07', by: eve, violating: { placed: firstTwoSwapped, nodes: firstTwoSwapped } }),
  path({ id: 'R-7.6-04', name: 'path secrets encrypted under the old GroupContext', violating: ({ forger }) => ({ context: () => encodeContext(forger.groupContext) }) }),
  path({
    id: 'R-7.6-04',
    name: 'path secrets encrypted under a GroupContext with another transcript hash',
    violating: ({ forger, people }) => ({ context: () => encodeContext({ ...forger.groupContext, epoch: forger.epoch + 1n, confirmedTranscriptHash: new Uint8Array(people.suite.nh) }) }),
  }),
  path({ id: 'R-5.1.3-02', name: 'a path secret encrypted under the label "Welcome"', reported: 'R-7.6-04', violating: { label: 'Welcome' } }),
  path({ id: 'R-7.9.2-07', name: 'a well signed path leaf with a wrong parent_hash', violating: { parentHash: (hash) => flipped(hash) } }),
  path({ id: 'R-7.9.2-07', name: 'a well signed path leaf with an empty parent_hash', violating: { parentHash: () => new Uint8Array(0) } }),
  path({ id: 'R-12.4.2-08', name: "an UpdatePath that reuses another leaf's key", by: eve, violating: (scene) => ({ publicKeys: (keys) => keys.with(1, keyAt(scene, 4)) }) }),
  path({ id: 'R-12.4.2-08', name: 'an UpdatePath that reuses the key of a parent outside the path', by: eve, violating: (scene) => ({ publicKeys: (keys) => keys.with(0, keyAt(scene, 5)) }) }),
  path({
    id: 'R-12.4.2-08',
    name: 'a path whose leaf has the key of a parent',
    violating: async (scene) => ({ leafKey: withPublicKey(await scene.people.suite.generateHPKEKey(), keyAt(scene, 9)) }),
  }),
  path({ id: 'R-16.7-01', name: 'an UpdatePath in which two nodes have one key', by: eve, violating: { publicKeys: (keys) => keys.with(1, keys[0]!) } }),
  path({
    id: 'R-16.7-01',
    name: 'a path whose leaf and lowest node have one key',
    by: eve,
    violating: async ({ people }) => {
      const leafKey = await people.suite.generateHPKEKey();
      return { leafKey, publicKeys: (keys) => keys.with(0, leafKey.publicKey) };
    },
  }),
  path({ id: 'R-12.4.2-07', name: "a path that keeps the committer's leaf key", violating: ({ forger }) => ({ leafKey: leafKeyOf(forger.state) }) }),
  path({
    id: 'R-12.4.2-06',
    name: 'a path leaf of source key_package',
    violating: { leaf: (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 62n } }) },
  }),
  path({ id: 'R-12.4.2-06', name: 'a path leaf of source update', violating: { leaf: (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'update' }) } }),
  path({ id: 'R-12.4.2-06', name: 'a path leaf that is badly signed', violating: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }) } }),
  path({ id: 'R-7.2-13', name: 'a path leaf signed for another slot', reported: 'R-12.4.2-06', violating: { place: (place) => ({ ...place, leafIndex: (place.leafIndex + 1) as LeafIndex }) } }),
  path({ id: 'R-7.2-13', name: 'a path leaf signed for another group', reported: 'R-12.4.2-06', violating: { place: (place) => ({ ...place, groupId: flipped(place.groupId) }) } }),
  path({
    id: 'R-12.4.2-06',
    name: 'a path leaf edited after it was signed',
    violating: { signedLeaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, extensions: [] } }) },
  }),
  path({
    id: 'R-5.1.2-04',
    name: "a path leaf with the signature of the forger's KeyPackage",
    reported: 'R-12.4.2-06',
    violating: async ({ people, forger }) => {
      const { keyPackage } = await people.keyPackageOf('alice', { signatureKey: forger.state.signatureKey });
      return { signedLeaf: (leaf) => ({ ...leaf, signature: keyPackage.signature }) };
    },
  }),
  commit({
    id: 'R-7.5-02',
    name: 'a path leaf that lacks what required_capabilities require',
    setting: { groupExtensions: [knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [x509] })] },
    violating: { path: { leaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, credentials: leaf.capabilities.credentials.filter((type) => type !== x509) } }) } },
  }),
  path({ id: 'R-5.1.1-04', name: 'a path key of wrong length', violating: { publicKeys: (keys) => keys.with(0, concat(keys[0]!, Uint8Array.of(0))) } }),
  path({ id: 'R-5.1.1-04', name: 'an empty path key', violating: { publicKeys: (keys) => keys.with(2, new Uint8Array(0)) } }),
  path({
    id: 'R-5.1.1-04',
    name: 'a path leaf key of wrong length',
    leftOpen: leftOpen.unusedKey,
    violating: async ({ people }) => {
      const leafKey = await people.suite.generateHPKEKey();
      return { leafKey: withPublicKey(leafKey, leafKey.publicKey.subarray(1)) };
    },
  }),
  // X25519 and X448 come to a DH result of zero; of the NIST curves it is no point.
  path({
    id: 'R-5.1.1-04',
    name: 'a kem_output of zeros',
    violating: { nodes: (nodes) => nodes.map(eachCiphertext((one) => ({ ...one, kemOutput: new Uint8Array(one.kemOutput.length) }))) },
  }),
  path({ id: 'R-5.1.1-04', name: 'a kem_output of wrong length', violating: { nodes: (nodes) => nodes.map(eachCiphertext((one) => ({ ...one, kemOutput: one.kemOutput.subarray(1) }))) } }),
];

function firstTwoSwapped<T>([first, second, ...rest]: readonly T[]): readonly T[] {
  return [second!, first!, ...rest];
}

async function addingOne({ people }: MemberScene): Promise<CommitDelivery> {
  return { proposals: [addOf(await people.keyPackageOf('newcomer'))] };
}

const keyAt = ({ forger }: MemberScene, nodeIndex: number): Uint8Array => encryptionKey(nodeAt(forger.state.tree, asNodeIndex(nodeIndex)))!;

const withPublicKey = (key: HPKEPrivateKey, publicKey: Uint8Array): HPKEPrivateKey => ({ ...key, publicKey }) as HPKEPrivateKey;

const eachCiphertext = (edit: (honest: HPKECiphertext) => HPKECiphertext) => (node: UpdatePathNode): UpdatePathNode => ({ ...node, encryptedPathSecret: node.encryptedPathSecret.map(edit) });
