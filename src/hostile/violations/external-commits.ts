/** External Commits, as members get them: RFC 9420 §6.1, §8.3, §12.2, §12.4.2, §12.4.3.2. */
import { utf8 } from '../../mls/bytes.ts';
import type { SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { externalKey, sendExternalInit } from '../../mls/epoch/key-schedule.ts';
import { leafKeyOf } from '../../mls/group/state.ts';
import { asLeafIndex } from '../../mls/tree/tree-math.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { commit, followedBy, forgeProposed, octets, type CommitDelivery } from '../describe.ts';
import { outsider } from '../forge/forge-commit.ts';
import { addOf, forgeUpdate, unsourced } from '../forge/forge-leaf.ts';
import { flipped } from '../forge/forge-message.ts';
import { externalPsk, noExtensions, remove } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { basic } from '../people.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

interface Joining extends Description {
  readonly setting?: MemberSetting;
  readonly violating: From<MemberScene, CommitDelivery>;
  readonly twin?: From<MemberScene, CommitDelivery>;
}

/** By somebody new, or by Alice, who comes back for her own leaf 0. */
function joins(name: 'newcomer' | 'alice', { violating, twin = {}, ...rest }: Joining): MemberViolation {
  const by = (from: From<MemberScene, CommitDelivery>) => async (scene: MemberScene): Promise<CommitDelivery> => ({
    by: await outsider(scene.forger.state, basic(scene.people, name)),
    ...(await made(from, scene)),
  });
  return commit({ ...rest, violating: by(violating), twin: by(twin) });
}

const newcomer = (joining: Joining): MemberViolation => joins('newcomer', joining);
const resync = (joining: Joining): MemberViolation => joins('alice', { twin: removing(0), ...joining });
const removing = (...leaves: readonly number[]): CommitDelivery => ({ proposals: leaves.map(remove) });

export const ofExternalCommits: readonly Violation[] = [
  newcomer({ id: 'R-12.2-21', name: 'no ExternalInit', violating: { externalInit: 'none' } }),
  newcomer({ id: 'R-12.2-21', name: 'two ExternalInits', violating: async (scene) => ({ proposals: [await externalInit(scene)] }) }),
  resync({ id: 'R-12.2-22', name: 'two Removes', violating: removing(0, 2) }),
  newcomer({ id: 'R-12.2-26', name: 'an external Commit with an Add', violating: async ({ people }) => ({ proposals: [addOf(await people.keyPackageOf('another'))] }) }),
  newcomer({ id: 'R-12.2-26', name: 'an external Commit with GroupContextExtensions', violating: { proposals: [noExtensions] } }),
  newcomer({ id: 'R-12.2-26', name: 'an external Commit with an Update', violating: async ({ forger }) => ({ proposals: [await forgeUpdate(forger.state)] }) }),
  newcomer({
    id: 'R-12.2-26',
    name: 'an external Commit with a ReInit',
    violating: ({ people }) => ({ proposals: [{ proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: people.suite.id, extensions: [] }] }),
  }),
  newcomer({ id: 'R-12.4.3.2-03', name: 'an external Commit without a path', violating: { path: 'none' } }),
  // The Remove that it could make itself.
  resync({
    id: 'R-12.4.3.2-04',
    name: 'an external Commit that names a proposal of a member by reference',
    leftOpen: leftOpen.referenced,
    violating: async (scene) => ({ sent: [await byCharlie(scene)] }),
    twin: async (scene) => ({ unnamed: [await byCharlie(scene)], ...removing(0) }),
  }),
  newcomer({
    id: 'R-6.1-08',
    name: "an external Commit signed by another key than the path leaf's",
    violating: async ({ people }) => ({ signatureKey: await people.suite.generateSignatureKey() }),
  }),
  newcomer({ id: 'R-6.1-08', name: 'an external Commit with one signature bit flipped', violating: { signature: (signature) => flipped(signature, 10) } }),
  newcomer({ id: 'R-12.4.3.2-05', name: "an external Commit signed by a member's key", reported: 'R-6.1-08', violating: ({ forger }) => ({ signatureKey: forger.state.signatureKey }) }),
  newcomer({
    id: 'R-12.4.2-05',
    name: 'an external Commit whose leaf is signed for another leaf index',
    violating: { path: { place: (place) => ({ ...place, leafIndex: asLeafIndex(0) }) } },
  }),
  newcomer({
    id: 'R-12.4.2-05',
    name: 'an external Commit whose leaf is signed for a place at the end, where a blank leaf is further left',
    setting: { members: 4, removed: [2] },
    violating: { path: { place: (place) => ({ ...place, leafIndex: asLeafIndex(4) }) } },
  }),
  newcomer({
    id: 'R-12.4.2-06',
    name: 'an external Commit whose leaf is badly signed',
    // It may as well be signed for another place.
    reported: 'R-12.4.2-05',
    violating: { path: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }) } },
  }),
  joins('newcomer', {
    id: 'R-12.2-24',
    name: "an external Commit that removes somebody else's leaf",
    leftOpen: leftOpen.acceptable,
    violating: removing(0),
    twin: async (scene) => ({ by: await outsider(scene.forger.state, basic(scene.people, 'alice')), ...removing(0) }),
  }),
  resync({ id: 'R-12.2-23', name: "a resync with the removed leaf's encryption_key", violating: ({ forger }) => ({ ...removing(0), path: { leafKey: leafKeyOf(forger.state) } }) }),
  resync({ id: 'R-12.1.3-01', name: 'an external Commit that removes a blank leaf', violating: removing(3) }),
  resync({ id: 'R-12.1.3-01', name: 'an external Commit that removes a leaf past the tree', violating: removing(0x7fff_ffff) }),
  newcomer({
    id: 'R-8.3-02',
    name: "a kem_output made for another epoch's external_pub",
    violating: async ({ people: { suite } }) => {
      const { kemOutput } = await sendExternalInit(suite, (await suite.generateHPKEKey()).publicKey);
      return { externalInit: () => kemOutput };
    },
  }),
  newcomer({ id: 'R-8.3-02', name: 'an external Commit with an altered confirmation_tag', violating: { confirmationTag: (tag) => flipped(tag) } }),
  newcomer({ id: 'R-8.3-03', name: 'an external Commit with a kem_output of wrong length', violating: { externalInit: (kemOutput) => kemOutput.subarray(1) } }),
  newcomer({ id: 'R-8.3-03', name: 'an external Commit with a kem_output of zeros', violating: { externalInit: (kemOutput) => new Uint8Array(kemOutput.length) } }),
  newcomer({
    id: 'R-7.3-13',
    name: "an external Commit with another member's signature key",
    violating: async (scene) => ({ by: await withKey(scene, scene.others[0]!.state.signatureKey) }),
  }),
  newcomer({
    id: 'R-12.4.2-08',
    name: "an external Commit with another member's encryption_key",
    violating: ({ others }) => ({ path: { leafKey: leafKeyOf(others[0]!.state) } }),
  }),
  newcomer({
    id: 'R-12.4.2-03',
    name: 'an external Commit with a PSK that a member lacks',
    setting: { forgersPsks: { 'only the forger': 'value' }, psks: { everybody: 'value' } },
    violating: (scene) => withPsk(scene, 'only the forger'),
    twin: (scene) => withPsk(scene, 'everybody'),
  }),
  newcomer({
    id: 'R-7.2-05',
    name: 'an external Commit whose leaf has an extension that it does not list',
    violating: { path: { leaf: (leaf) => ({ ...leaf, extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(0) }] }) } },
  }),
  newcomer({
    id: 'R-12.4.2-06',
    name: 'an external Commit whose leaf has source key_package',
    violating: { path: { leaf: (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 40n } }) } },
  }),
  newcomer({ id: 'R-12.4.3.2-08', name: 'an external Commit made from the GroupInfo of the epoch before', violating: ({ before }) => ({ state: before.state }) }),
  octets(newcomer({ id: 'R-6.2-02', name: 'nothing', violating: {} }), {
    id: 'R-6.2-02',
    name: 'an external Commit with a membership_tag',
    leftOpen: leftOpen.bytesBehind,
    reported: 'R-2.1-02',
    code: 'malformed',
    edit: followedBy(32, ...new Uint8Array(32)),
  }),
];

async function externalInit({ forger: { state } }: MemberScene): Promise<Proposal> {
  const { suite } = state.settings;
  const { kemOutput } = await sendExternalInit(suite, (await externalKey(suite, state.secrets.externalSecret)).publicKey);
  return { proposalType: 'external_init', kemOutput };
}

/** Charlie proposes to remove the forger. */
const byCharlie = ({ others }: MemberScene) => forgeProposed(others[0]!.state, { proposal: remove(0) });

const withKey = ({ forger, people }: MemberScene, key: SignaturePrivateKey) => outsider(forger.state, basic(people, 'newcomer'), key);

const withPsk = (scene: MemberScene, id: string): CommitDelivery => ({ proposals: [externalPsk(scene, id)] });
