/** Encrypted messages and the sender ratchets: RFC 9420 §6.3, §9.1, §15.3, and what is wrong with a Commit when it travels in one. */
import { concat, empty, utf8 } from '../../mls/bytes.ts';
import type { RatchetType } from '../../mls/epoch/secret-tree.ts';
import { leafKeyOf } from '../../mls/group/state.ts';
import type { FramedContent } from '../../mls/wire/framing.ts';
import { application, commit, forgeProposed, proposal, type CommitDelivery } from '../describe.ts';
import { flipped, forgeApplication, type PrivateForgery, type SignatureForgery } from '../forge/forge-message.ts';
import { anotherKeyAt } from '../forge/forge-path.ts';
import { noExtensions, remove } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

/** What application data, a Commit and a proposal can have wrong alike. */
interface Hidden extends SignatureForgery {
  readonly private?: PrivateForgery;
  readonly content?: (content: FramedContent) => FramedContent;
}

interface Encrypted extends Description {
  readonly setting?: MemberSetting;
  readonly violating: From<MemberScene, Hidden>;
}

interface EncryptedCommit extends Description {
  readonly setting?: MemberSetting;
  readonly violating: From<MemberScene, CommitDelivery>;
  readonly twin?: From<MemberScene, CommitDelivery>;
}

const ofApplication = ({ name, ...rest }: Encrypted): MemberViolation => application({ ...rest, name: `an application message ${name}` });

function ofCommit({ name, setting, violating, twin = {}, ...rest }: EncryptedCommit): MemberViolation {
  const hidden = (from: From<MemberScene, CommitDelivery>) => async (scene: MemberScene): Promise<CommitDelivery> => ({ ...(await made(from, scene)), as: 'private' });
  return commit({ ...rest, name: `an encrypted Commit ${name}`, setting: { ...setting, handshakeAs: 'private' }, violating: hidden(violating), twin: hidden(twin) });
}

function ofProposal({ name, setting, violating, ...rest }: Encrypted): MemberViolation {
  const hidden = async (scene: MemberScene) => ({ proposal: noExtensions, as: 'private', ...(await made(violating, scene)) }) as const;
  return proposal({ ...rest, name: `an encrypted proposal ${name}`, setting: { ...setting, handshakeAs: 'private' }, violating: hidden, twin: { proposal: noExtensions, as: 'private' } });
}

const ofAll = (all: Encrypted): MemberViolation[] => [ofApplication(all), ofProposal(all), ofCommit(all)];

/** Six members in eight leaves; the fifth is gone. */
const blankLeaf = 4;
const withBlankLeaf: MemberSetting = { members: 6, removed: [blankLeaf] };
const nobody = [blankLeaf, 8, 2 ** 20, 0xffff_ffff] as const;

export const ofPrivateMessages: readonly Violation[] = [
  ...ofAll({ id: 'R-6.3.1-03', name: 'whose padding ends in 0x01', code: 'malformed', violating: { private: { padding: Uint8Array.of(0, 0, 0, 1) } } }),
  ...ofAll({ id: 'R-6.3.1-03', name: 'whose padding begins with 0x80', code: 'malformed', violating: { private: { padding: Uint8Array.of(0x80, 0, 0, 0) } } }),
  ofApplication({ id: 'R-6.3.1-03', name: 'whose padding is one byte', code: 'malformed', violating: { private: { padding: Uint8Array.of(7) } } }),
  ...ofAll({ id: 'R-6.3.1-09', name: 'whose authenticated_data was altered', violating: { private: { message: (message) => ({ ...message, authenticatedData: utf8('other') }) } } }),
  ...ofAll({
    id: 'R-6.3.1-09',
    name: 'whose ciphertext was altered behind the sample',
    violating: { private: { message: (message) => ({ ...message, ciphertext: flipped(message.ciphertext, -1) }) } },
  }),
  ...ofAll({
    id: 'R-6.3.2-05',
    name: 'whose ciphertext was altered in the sample',
    violating: { private: { message: (message) => ({ ...message, ciphertext: flipped(message.ciphertext) }) } },
  }),
  ofApplication({ id: 'R-6.3.2-05', name: 'whose content_type was altered', violating: { private: { message: (message) => ({ ...message, contentType: 'proposal' }) } } }),
  ofApplication({ id: 'R-6.3.2-05', name: 'whose epoch was altered to the one before', violating: { private: { message: (message) => ({ ...message, epoch: message.epoch - 1n }) } } }),
  ...ofAll({ id: 'R-6.3.1-10', name: 'with a bad signature inside', violating: { signature: (signature) => flipped(signature, -1) } }),
  ...ofAll({ id: 'R-6.3.1-10', name: "signed with another member's key", violating: ({ others }) => ({ signatureKey: others[0]!.state.signatureKey }) }),
  ...ofAll({ id: 'R-5.1.2-02', name: 'with an empty signature inside', violating: { signature: () => empty } }),
  ...ofAll({ id: 'R-6.1-04', name: "signed over the previous epoch's GroupContext", violating: ({ before }) => ({ signedContext: before.state.contextBytes }) }),
  ...ofAll({ id: 'R-6.1-03', name: 'that was signed for a PublicMessage', violating: { signedFor: 'mls_public_message' } }),
  ...[11, 13].flatMap((length) =>
    ofAll({
      id: 'R-6.3.2-02',
      name: `whose sender data has ${length} bytes`,
      ...(length > 12 && { leftOpen: leftOpen.bytesBehind }),
      violating: { private: { senderDataBytes: (bytes) => concat(bytes, Uint8Array.of(0)).subarray(0, length) } },
    }),
  ),
  ...nobody.flatMap((leafIndex) => [ofApplication(sentFrom(leafIndex, 'application')), ofProposal(sentFrom(leafIndex, 'handshake')), ofCommit(sentFrom(leafIndex, 'handshake'))]),
  ...ofAll({ id: 'R-6-08', name: 'of a foreign group', leftOpen: leftOpen.foreignGroup, violating: { content: (content) => ({ ...content, groupId: utf8('another group') }) } }),
  ofApplication({ id: 'R-6-08', name: 'of a future epoch', violating: { content: (content) => ({ ...content, epoch: content.epoch + 1n }) } }),
  ...ofAll({
    id: 'R-15.3-04',
    name: 'with generation 0xffffffff',
    code: 'limit',
    leftOpen: leftOpen.ratchetLimit,
    violating: { private: { senderData: (data) => ({ ...data, generation: 0xffff_ffff }) } },
  }),
  {
    id: 'R-9.1-05',
    name: 'an application message that was opened before',
    stage: 'member',
    setting: { opened: true },
    violating: async ({ opened }) => ({ to: 'Unprotect', message: opened! }),
    twin: async ({ forger }) => ({ to: 'Unprotect', message: await forgeApplication(forger.state, 'another'), plaintext: utf8('another') }),
  },
  ofCommit({ id: 'R-12.2-05', name: 'that removes its committer', violating: { proposals: [remove(0)] } }),
  ofCommit({
    id: 'R-12.2-20',
    name: 'with an unknown ProposalRef',
    violating: ({ people }) => ({ proposals: [{ proposal: noExtensions, reference: people.suite.random(people.suite.nh), sender: 0 }] }),
  }),
  ofCommit({ id: 'R-12.4-10', name: 'that has no proposals and no path', violating: { path: 'none' } }),
  ofCommit({
    id: 'R-12.4.2-04',
    name: 'without a path that names GroupContextExtensions by reference',
    leftOpen: leftOpen.pathForExtensions,
    violating: async (scene) => ({ ...(await namingProposed(scene)), path: 'none' }),
    twin: namingProposed,
  }),
  ofCommit({ id: 'R-7.9.2-07', name: 'whose path leaf has a wrong parent_hash', violating: { path: { parentHash: (hash) => flipped(hash) } } }),
  ofCommit({ id: 'R-7.5-11', name: 'whose path secret does not match its public key', violating: async ({ people }) => ({ path: await anotherKeyAt(people.suite, 0) }) }),
  ofCommit({
    id: 'R-12.4.2-06',
    name: 'whose path leaf is badly signed',
    violating: { path: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }) } },
  }),
  ofCommit({
    id: 'R-12.4.2-08',
    name: "whose path reuses another leaf's key",
    setting: { members: 4 },
    // By Charlie, the lowest node of whose path is not above the target, which has no secret that its key would have to fit.
    violating: ({ forger, others: [charlie] }) => ({ state: charlie!.state, path: { publicKeys: (keys) => keys.with(0, leafKeyOf(forger.state).publicKey) } }),
    twin: ({ others: [charlie] }) => ({ state: charlie!.state }),
  }),
  ofCommit({ id: 'R-12.4.2-09', name: 'with an altered confirmation_tag', violating: { confirmationTag: (tag) => flipped(tag) } }),
];

/**
 * Encrypted with the keys of the blank leaf, so that the content opens; past the tree there are none. The rule overlaps with the
 * signature's: where no member stands there is no key to verify it with.
 */
function sentFrom(leafIndex: number, type: RatchetType): Encrypted {
  return {
    id: 'R-6.3.2-06',
    name: `whose sender is leaf ${leafIndex}, where no member stands`,
    setting: withBlankLeaf,
    violating: ({ forger }) => ({
      content: (content) => ({ ...content, sender: { senderType: 'member', leafIndex } }),
      ...(leafIndex === blankLeaf && { private: { key: { ...forger.state.secretTree.receiveKey(leafIndex, type, 0), generation: 0 } } }),
    }),
  };
}

async function namingProposed({ forger }: MemberScene): Promise<CommitDelivery> {
  return { sent: [await forgeProposed(forger.state, { proposal: noExtensions, as: 'private' })] };
}
