/** Framing, and messages in clear: RFC 9420 §6, §6.1, §6.2. */
import { utf8 } from '../../mls/bytes.ts';
import type { FramedContent } from '../../mls/wire/framing.ts';
import { application, commit, proposal } from '../describe.ts';
import { flipped, type SignatureForgery } from '../forge/forge-message.ts';
import { noExtensions } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

/** What a Commit and a proposal can have wrong alike. */
interface PublicForgery extends SignatureForgery {
  readonly content?: (content: FramedContent) => FramedContent;
  readonly membershipTag?: (tag: Uint8Array) => Uint8Array;
}

interface Public extends Description {
  readonly setting?: MemberSetting;
  readonly violating: From<MemberScene, PublicForgery>;
}

const ofProposal = ({ violating, ...rest }: Public): MemberViolation =>
  proposal({ ...rest, name: `a proposal ${rest.name}`, violating: async (scene) => ({ proposal: noExtensions, ...(await made(violating, scene)) }), twin: { proposal: noExtensions } });
const ofCommit = ({ violating, ...rest }: Public): MemberViolation => commit({ ...rest, name: `a Commit ${rest.name}`, violating });
const ofBoth = (both: Public): MemberViolation[] => [ofProposal(both), ofCommit(both)];

/** Six members in eight leaves; the fifth is gone. */
const blankLeaf = 4;
const withBlankLeaf: MemberSetting = { members: 6, removed: [blankLeaf] };
const nobody = [blankLeaf, 8, 0xffff_ffff] as const;

export const ofPublicMessages: readonly Violation[] = [
  application({ id: 'R-6-01', name: 'application data in a PublicMessage', violating: { as: 'public' } }),
  ...ofBoth({ id: 'R-6-08', name: 'of a foreign group', leftOpen: leftOpen.foreignGroup, violating: { content: (content) => ({ ...content, groupId: utf8('another group') }) } }),
  ofProposal({ id: 'R-12.1-03', name: 'of an epoch far ahead', violating: { content: (content) => ({ ...content, epoch: content.epoch + 5n }) } }),
  ofCommit({ id: 'R-12.4.2-01', name: 'of an epoch far ahead', violating: { content: (content) => ({ ...content, epoch: content.epoch + 5n }) } }),
  ...nobody.flatMap((leafIndex) =>
    ofBoth({
      id: 'R-6-09',
      name: `from leaf ${leafIndex}, where no member stands`,
      setting: withBlankLeaf,
      violating: { content: (content) => ({ ...content, sender: { senderType: 'member', leafIndex } }) },
    }),
  ),
  ...ofBoth({ id: 'R-6.1-12', name: 'with one signature bit flipped', violating: { signature: (signature) => flipped(signature, 10) } }),
  ...ofBoth({
    id: 'R-6.2-05',
    name: 'with a right membership_tag around a signature of zeros',
    reported: 'R-6.1-12',
    violating: { signature: (signature) => new Uint8Array(signature.length) },
  }),
  ...ofBoth({ id: 'R-5.1.2-02', name: 'with a right membership_tag around no signature', violating: { signature: () => new Uint8Array(0) } }),
  ...ofBoth({ id: 'R-6.1-05', name: "signed with another member's key", reported: 'R-6.1-12', violating: ({ others }) => ({ signatureKey: others[0]!.state.signatureKey }) }),
  // The membership_tag, which covers the GroupContext as well, is right.
  ...ofBoth({ id: 'R-6.1-04', name: "signed over the previous epoch's GroupContext", violating: ({ before }) => ({ signedContext: before.state.contextBytes }) }),
  ...ofBoth({ id: 'R-6.1-03', name: 'that was signed for a PrivateMessage', violating: { signedFor: 'mls_private_message' } }),
  ...ofBoth({ id: 'R-6.2-04', name: 'whose membership_tag is altered', violating: { membershipTag: (tag) => flipped(tag) } }),
  ...ofBoth({ id: 'R-6.2-04', name: 'whose membership_tag is empty', violating: { membershipTag: () => new Uint8Array(0) } }),
  ...ofBoth({ id: 'R-6.2-04', name: 'whose membership_tag is all zero', violating: { membershipTag: (tag) => new Uint8Array(tag.length) } }),
  ...ofBoth({ id: 'R-6.2-04', name: 'whose membership_tag is cut short', violating: { membershipTag: (tag) => tag.subarray(0, -1) } }),
  commit({
    id: 'R-6.2-03',
    name: 'a Commit whose confirmation_tag was swapped after the membership_tag was made',
    reported: 'R-6.2-04',
    // The one that is sent is right.
    violating: { taggedConfirmation: (tag) => flipped(tag) },
  }),
];
