/** What does not decode, in messages of every kind: RFC 9420 §2.1, §5.3, §6, §7.2, §8.4, §11.1, §12.1, §12.4. */
import type { Extension } from '../../mls/wire/extension.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { application, commit, followedBy, groupInfo, invited, list, octets, proposal, welcome } from '../describe.ts';
import { forgeRawKeyPackage } from '../forge/forge-leaf.ts';
import { behind, bodyAt, contentTypeAt, grown, headerAt, inMessage, longHeader, put, senderAt, withHeader } from '../forge/place-octets.ts';
import { extensionsOf, externalPsk, noExtensions } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

/** The type of the extension. */
const ratchetTree = 2;

type Edit = (bytes: Uint8Array) => Uint8Array;
type Edited = Description & { readonly edit: Edit };

const code = 'malformed';
const nothing = { id: 'R-2.1-02', name: 'nothing', violating: {} } as const;

const ofCommit = (edited: Edited): Violation => octets(commit(nothing), edited);
const ofProposal = ({ edit, ...rest }: Edited): Violation => proposal({ ...rest, violating: { proposal: noExtensions, octets: edit }, twin: { proposal: noExtensions } });
const ofKeyPackage = (edited: Edited): Violation => octets(invited(nothing), edited);

/** Every kind of message, with the place of its first vector. */
const kinds: readonly (readonly [what: string, firstVector: number, edited: (edited: Edited) => Violation])[] = [
  ['a Commit', 4, ofCommit],
  ['a proposal', 4, ofProposal],
  ['an application message', 4, (edited) => octets(application(nothing), edited)],
  ['a Welcome', 6, (edited) => octets(welcome(nothing), edited)],
  ['a GroupInfo', 8, (edited) => octets(groupInfo(nothing), edited)],
  ['a KeyPackage', 8, ofKeyPackage],
];

const ofMessages: readonly Violation[] = kinds.flatMap(([what, at, edited]) => [
  edited({ id: 'R-2.1-02', name: `a byte after ${what}`, code, leftOpen: leftOpen.bytesBehind, edit: followedBy(0) }),
  edited({ id: 'R-2.1-04', name: `${what} that ends in its first four bytes`, code, edit: (bytes) => bytes.subarray(0, 3) }),
  edited({ id: 'R-2.1-04', name: `${what} without its last byte`, reported: 'R-2.1.2-07', code, edit: (bytes) => bytes.subarray(0, -1) }),
  edited({ id: 'R-2.1.2-04', name: `${what} with a length that takes more bytes than it needs`, code, edit: withHeader(at, longHeader) }),
  edited({ id: 'R-2.1.2-05', name: `${what} with a header of 0xc0`, code, edit: put(at, 0xc0) }),
  edited({ id: 'R-2.1.2-05', name: `${what} with a header of 0xff`, code, edit: put(at, 0xff) }),
  edited({ id: 'R-2.1.2-07', name: `${what} with a vector of 2^30 - 1 bytes`, code, edit: withHeader(at, () => [0xbf, 0xff, 0xff, 0xff]) }),
  // That of a KeyPackage is compared with the one inside (§10).
  ...[0, 2].map((version) =>
    edited({ id: 'R-6-04', name: `${what} in an MLSMessage of version ${version}`, code, ...(what !== 'a KeyPackage' && { leftOpen: leftOpen.version }), edit: put(1, version) }),
  ),
  ...[0, 6].map((wireFormat) => edited({ id: 'R-6-05', name: `${what} in an MLSMessage of wire_format ${wireFormat}`, code, edit: put(3, wireFormat) })),
]);

interface EncodedProposal extends Description {
  readonly setting?: MemberSetting;
  readonly proposal: From<MemberScene, Proposal>;
  /** @param at where the proposal begins */
  readonly edit: (at: number) => Edit;
}

/** A proposal that does not decode, signed as it is sent: in a message of its own, and by value. */
function undecodable({ proposal: honest, edit, name, ...rest }: EncodedProposal): MemberViolation[] {
  const one = async (scene: MemberScene) => ({ proposal: await made(honest, scene) });
  const inlined = async (scene: MemberScene) => ({ proposals: [await made(honest, scene)] });
  const inProposal: Edit = (bytes) => edit(bodyAt(0)(bytes))(bytes);
  // Behind the length of the list and the type of ProposalOrRef.
  const inCommit: Edit = (bytes) => edit(bodyAt(0, headerAt(bytes, bodyAt(0)(bytes)).size + 1)(bytes))(bytes);
  return [
    proposal({ ...rest, name: `${name}, in a message of its own`, code, violating: async (scene) => ({ ...(await one(scene)), contentBytes: inProposal }), twin: one }),
    commit({ ...rest, name: `${name}, by value`, code, violating: async (scene) => ({ ...(await inlined(scene)), contentBytes: inCommit }), twin: inlined }),
  ];
}

const resumption = ({ forger, people: { suite } }: MemberScene): Proposal => ({
  proposalType: 'psk',
  psk: { psktype: 'resumption', usage: 'application', pskGroupId: forger.groupId, pskEpoch: forger.epoch, pskNonce: suite.random(suite.nh) },
});
const setting: MemberSetting = { psks: { id: 'value' } };

const ofContents: readonly Violation[] = [
  ...[0, 5].flatMap((type) => [
    ofProposal({ id: 'R-6-06', name: `a proposal of sender_type ${type}`, code, edit: put(senderAt(), type) }),
    ofCommit({ id: 'R-6-06', name: `a Commit of sender_type ${type}`, code, edit: put(senderAt(), type) }),
  ]),
  ...[0, 4].flatMap((type) => [
    ofProposal({ id: 'R-6-07', name: `a proposal of content_type ${type}`, code, edit: put(contentTypeAt(), type) }),
    ofCommit({ id: 'R-6-07', name: `a Commit of content_type ${type}`, code, edit: put(contentTypeAt(), type) }),
    octets(application(nothing), { id: 'R-6-07', name: `an application message of content_type ${type}`, code, edit: put((bytes) => behind(bytes, inMessage) + 8, type) }),
  ]),
  application({
    id: 'R-2.1.2-04',
    name: 'application data with a length that takes more bytes than it needs, encrypted as it is',
    code,
    violating: { contentBytes: withHeader(bodyAt(0), longHeader) },
  }),
  application({
    id: 'R-2.1.2-07',
    name: 'application data that says it is longer than its ciphertext',
    code,
    violating: { contentBytes: withHeader(bodyAt(0), () => [0xbf, 0xff, 0xff, 0xff]) },
  }),
  commit({
    id: 'R-2.1.2-04',
    name: 'a Commit whose list of proposals has a length that takes more bytes than it needs, signed as it is',
    code,
    violating: { contentBytes: withHeader(bodyAt(0), longHeader) },
  }),
  commit({
    id: 'R-2.1-03',
    name: 'a Commit whose list of proposals ends inside a proposal',
    code,
    violating: { proposals: [noExtensions], contentBytes: grown(bodyAt(0), 1) },
    twin: { proposals: [noExtensions] },
  }),
  ...[2, 9, 0xff].map((octet) => ofCommit({ id: 'R-2.1.1-02', name: `presence octet ${octet} of an UpdatePath`, code, edit: put(bodyAt(inMessage, 1), octet) })),
  ...[0, 3].map((type) =>
    commit({
      id: 'R-12.4-01',
      name: `ProposalOrRef type ${type}`,
      code,
      violating: { proposals: [noExtensions], contentBytes: put(bodyAt(0, 1), type) },
      twin: { proposals: [noExtensions] },
    }),
  ),
  ...[0, 3].flatMap((type) => undecodable({ id: 'R-8.4-08', name: `psktype ${type}`, setting, proposal: (scene) => externalPsk(scene, 'id'), edit: (at) => put(at + 2, type) })),
  ...[0, 4].flatMap((usage) => undecodable({ id: 'R-8.4-08', name: `resumption usage ${usage}`, proposal: resumption, edit: (at) => put(at + 3, usage) })),
  // The body of what they are made from is one empty vector, as that of an unknown type might be.
  ...undecodable({ id: 'R-12.1-01', name: 'a proposal of unknown type 0xf0a1', proposal: noExtensions, edit: (at) => put(at, 0xf0, 0xa1) }),
  ...undecodable({ id: 'R-12.1-01', name: 'a proposal of type 0', proposal: noExtensions, edit: (at) => put(at, 0, 0) }),
  ...undecodable({ id: 'R-13.5-05', name: 'a proposal of GREASE type 0x2a2a', reported: 'R-12.1-01', proposal: noExtensions, edit: (at) => put(at, 0x2a, 0x2a) }),
  ...list({ id: 'R-11.1-01', name: 'a required_capabilities body cut short', violating: [withRequired(0, 0)], twin: [withRequired(0, 0, 0)] }),
  ...list({ id: 'R-11.1-01', name: 'a required_capabilities body with a byte after it', leftOpen: leftOpen.bytesBehind, violating: [withRequired(0, 0, 0, 0)], twin: [withRequired(0, 0, 0)] }),
];

function withRequired(...extensionData: number[]): Proposal {
  return extensionsOf({ extensionType: 3, extensionData: Uint8Array.from(extensionData) });
}

/** The keys before the Credential. */
const behindKeys = (bytes: Uint8Array): number => behind(bytes, behind(bytes, 0));

function rawKeyPackage({ edit, ...rest }: Edited): MemberViolation {
  const adding = (how: Edit) => async ({ people }: MemberScene) => {
    const newcomer = await people.keyPackageOf('newcomer', { capabilities: { ...people.capabilities, credentials: [1, 0xf001, 0x3a3a] } });
    return { to: 'AddProposal', keyPackage: await forgeRawKeyPackage(people.suite, newcomer, how) } as const;
  };
  return { ...rest, stage: 'member', violating: adding(edit), twin: adding((bytes) => bytes) };
}

const ofLeaves: readonly Violation[] = [
  ...[0, 4].map((source) => ofKeyPackage({ id: 'R-7.2-01', name: `a KeyPackage with leaf_node_source ${source}`, code, edit: (bytes) => put(sourceAt(bytes, behind(bytes, 8)), source)(bytes) })),
  ...[0, 4].map((source) =>
    ofCommit({
      id: 'R-7.2-01',
      name: `an UpdatePath with leaf_node_source ${source}`,
      code,
      edit: (bytes) => put(sourceAt(bytes, bodyAt(inMessage, 2)(bytes)), source)(bytes),
    }),
  ),
  rawKeyPackage({ id: 'R-5.3-05', name: 'a KeyPackage with a credential of unknown type 0xf001', code, edit: put(behindKeys, 0xf0, 0x01) }),
  rawKeyPackage({ id: 'R-13.5-06', name: 'a KeyPackage with a credential of GREASE type 0x3a3a', reported: 'R-5.3-05', code, edit: put(behindKeys, 0x3a, 0x3a) }),
];

/** Behind two keys, a basic Credential and the five lists of Capabilities. */
function sourceAt(bytes: Uint8Array, leafAt: number): number {
  let at = behind(bytes, behind(bytes, leafAt)) + 2;
  for (let vectors = 0; vectors < 6; vectors++) at = behind(bytes, at);
  return at;
}

const ofJoins: readonly Violation[] = [
  ...[2, 9, 0xff].map((octet) => welcome({ id: 'R-2.1.1-02', name: `presence octet ${octet} of a path secret`, code, violating: { secretBytes: (bytes) => put(behind(bytes, 0), octet)(bytes) } })),
  ...joined({ id: 'R-2.1.1-02', name: 'presence octet 2 of a tree node', code, edit: put((tree) => headerAt(tree, 0).size, 2) }),
  ...[0, 3, 0xff].flatMap((type) => joined({ id: 'R-2.1-05', name: `node type ${type}`, code, edit: put((tree) => headerAt(tree, 0).size + 1, type) })),
  ...joined({ id: 'R-2.1-02', name: 'a byte after a ratchet_tree', code, leftOpen: leftOpen.bytesBehind, edit: followedBy(0) }),
];

/** In the ratchet_tree extension of a Welcome and of a GroupInfo, which are signed as they are. */
function joined({ edit, name, ...rest }: Edited): Violation[] {
  const withTree = (extension: Extension): Extension => (extension.extensionType === ratchetTree ? { ...extension, extensionData: edit(extension.extensionData) } : extension);
  const violating = { groupInfo: <T extends { readonly extensions: readonly Extension[] }>(one: T): T => ({ ...one, extensions: one.extensions.map(withTree) }) };
  return [welcome({ ...rest, name: `${name}, in a Welcome`, violating }), groupInfo({ ...rest, name: `${name}, in a GroupInfo`, violating })];
}
export const ofEncodings: readonly Violation[] = [...ofMessages, ...ofContents, ...ofLeaves, ...ofJoins];
