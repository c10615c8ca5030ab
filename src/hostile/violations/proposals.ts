/** Single proposals of a member: RFC 9420 §5.3.1, §7.2, §7.3, §8.4, §11, §12.1, §13.4. */
import type { Extension } from '../../index.ts';
import { empty, utf8 } from '../../mls/bytes.ts';
import { leafKeyOf } from '../../mls/group/state.ts';
import type { UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { asLeafIndex } from '../../mls/tree/tree-math.ts';
import type { PreSharedKeyID } from '../../mls/wire/pre-shared-key.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { commit, forgeProposed, list, proposal } from '../describe.ts';
import { forgeUpdate, unsourced, type UpdateForgery } from '../forge/forge-leaf.ts';
import { flipped } from '../forge/forge-message.ts';
import { extensionsOf, remove } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { strangers } from '../people.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

const four: MemberSetting = { members: 4 };
const held: MemberSetting = { psks: { id: 'value' } };
/** An empty required_capabilities. */
const capabilities: Extension = { extensionType: 3, extensionData: new Uint8Array(3) };

export const ofProposals: readonly Violation[] = [
  ...list({ id: 'R-12.1.3-01', name: 'a Remove of a blank leaf', setting: { members: 5, removed: [3] }, violating: [remove(3)], twin: [remove(4)] }),
  ...list({ id: 'R-12.1.3-01', name: 'a Remove past the tree', setting: four, violating: [remove(0xffffffff)], twin: [remove(3)] }),
  ...list({ id: 'R-12.1.4-01', name: 'a PSK nonce of 16 bytes', setting: held, violating: external(() => new Uint8Array(16)), twin: external() }),
  ...list({ id: 'R-12.1.4-01', name: 'an empty PSK nonce', setting: held, violating: external(() => empty), twin: external() }),
  ...list({ id: 'R-12.1.4-01', name: 'a PSK nonce with a byte too many', setting: held, violating: external((length) => new Uint8Array(length + 1)), twin: external() }),
  ...list({ id: 'R-11.2-06', name: 'a resumption PSK of usage reinit', violating: resumption('reinit'), twin: resumption('application') }),
  ...list({ id: 'R-11.3-08', name: 'a resumption PSK of usage branch', violating: resumption('branch'), twin: resumption('application') }),
  ...list({ id: 'R-12.1.5-01', name: 'a ReInit to version 0', violating: reinit({ version: 0 }), twin: reinit({}) }),
  ...list({
    id: 'R-13.4-04',
    name: 'a ReInit with two extensions of one type',
    leftOpen: leftOpen.twiceOneType,
    violating: reinit({ extensions: [capabilities, capabilities] }),
    twin: reinit({ extensions: [capabilities] }),
  }),
  ...list({
    id: 'R-13.4-04',
    name: 'GroupContextExtensions with two of one type',
    leftOpen: leftOpen.twiceOneType,
    violating: ({ forger }) => [extensionsOf(...forger.extensions, ...forger.extensions)],
    twin: ({ forger }) => [extensionsOf(...forger.extensions)],
  }),
  ...list({
    id: 'R-12.1.8.1-01',
    name: 'an external_senders that does not parse',
    violating: [extensionsOf({ extensionType: 5, extensionData: Uint8Array.of(1) })],
    twin: [extensionsOf({ extensionType: 5, extensionData: Uint8Array.of(0) })],
  }),
  proposal({
    id: 'R-12.1.6-01',
    name: 'an ExternalInit by a member',
    setting: four,
    violating: ({ people: { suite } }) => ({ proposal: { proposalType: 'external_init', kemOutput: suite.random(suite.npk) } }),
    twin: { proposal: remove(3) },
  }),

  update({ id: 'R-7.3-12', name: 'an Update that keeps the old encryption_key', violating: ({ forger }) => leaf((honest) => ({ ...honest, encryptionKey: leafKeyOf(forger.state).publicKey })) }),
  update({
    id: 'R-7.3-11',
    name: 'an Update with a leaf of source key_package',
    violating: leaf((honest) => ({ ...unsourced(honest), leafNodeSource: 'key_package', lifetime: { notBefore: 0n, notAfter: 2n ** 40n } })),
  }),
  update({ id: 'R-7.3-11', name: 'an Update with a leaf of source commit', violating: leaf((honest) => ({ ...unsourced(honest), leafNodeSource: 'commit', parentHash: empty })) }),
  update({
    id: 'R-7.3-06',
    name: "an Update whose capabilities drop the group's suite",
    leftOpen: leftOpen.parameters,
    violating: ({ people }) => leaf((honest) => ({ ...honest, capabilities: { ...honest.capabilities, cipherSuites: [strangers(people).suite.id] } })),
  }),
  update({ id: 'R-7.3-02', name: 'an Update with a flipped signature bit', violating: { signedLeaf: (signed) => ({ ...signed, signature: flipped(signed.signature, -1) }) } }),
  update({ id: 'R-7.2-13', name: 'an Update signed for another group', reported: 'R-7.3-02', violating: { place: { groupId: utf8('another'), leafIndex: asLeafIndex(0) } } }),
  update({ id: 'R-7.2-13', name: 'an Update signed for another slot', reported: 'R-7.3-02', violating: ({ forger }) => ({ place: { groupId: forger.groupId, leafIndex: asLeafIndex(2) } }) }),

  // The message around them.
  proposal({
    id: 'R-12.1-02',
    name: 'a proposal with a bad signature under a right membership_tag',
    reported: 'R-6.1-12',
    setting: four,
    violating: { proposal: remove(3), signature: (signature) => flipped(signature, -1) },
    twin: { proposal: remove(3) },
  }),
  proposal({
    id: 'R-12.1-03',
    name: 'a proposal of the epoch before',
    setting: four,
    violating: { proposal: remove(3), content: (content) => ({ ...content, epoch: content.epoch - 1n }) },
    twin: { proposal: remove(3) },
  }),
  proposal({
    id: 'R-12.1-03',
    name: 'a proposal of the next epoch',
    setting: four,
    violating: { proposal: remove(3), content: (content) => ({ ...content, epoch: content.epoch + 1n }) },
    twin: { proposal: remove(3) },
  }),
  commit({
    id: 'R-12.1-04',
    name: 'a ProposalRef from the epoch before',
    reported: 'R-12.2-20',
    setting: { members: 4, uncovered: remove(3) },
    violating: ({ uncovered }) => ({ proposals: [uncovered!] }),
    twin: async ({ forger }) => ({ sent: [await forgeProposed(forger.state, { proposal: remove(3) })] }),
  }),
];

/** An Update of the forger, committed by honest Charlie. */
function update({ violating, ...description }: Description & { readonly violating: From<MemberScene, UpdateForgery> }): MemberViolation {
  const updating = (from: From<MemberScene, UpdateForgery>) => async (scene: MemberScene) => ({ proposal: await forgeUpdate(scene.forger.state, await made(from, scene)) });
  return proposal({ ...description, violating: updating(violating), twin: updating({}) });
}

function leaf(edit: (honest: UnsignedLeafNode) => UnsignedLeafNode): UpdateForgery {
  return { leaf: edit };
}

/** @param nonce of the suite's length by default */
function external(nonce?: (length: number) => Uint8Array): (scene: MemberScene) => Proposal[] {
  return ({ people: { suite } }) => [{ proposalType: 'psk', psk: { psktype: 'external', pskId: utf8('id'), pskNonce: (nonce ?? suite.random)(suite.nh) } }];
}

/** The resumption PSK of the present epoch. */
function resumption(usage: 'reinit' | 'branch' | 'application'): (scene: MemberScene) => Proposal[] {
  return ({ people: { suite }, forger }) => {
    const psk: PreSharedKeyID = { psktype: 'resumption', usage, pskGroupId: forger.groupId, pskEpoch: forger.epoch, pskNonce: suite.random(suite.nh) };
    return [{ proposalType: 'psk', psk }];
  };
}

function reinit({ version = 1, extensions = [] }: { readonly version?: number; readonly extensions?: readonly Extension[] }): (scene: MemberScene) => Proposal[] {
  return ({ people }) => [{ proposalType: 'reinit', groupId: utf8('next'), version, cipherSuite: people.suite.id, extensions }];
}
