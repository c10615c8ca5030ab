/** Message framing (RFC 9420 §6): FramedContent, its two carriers, and MLSMessage around everything. */
import { GroupInfo, Welcome } from './group-info.ts';
import { KeyPackage } from './leaf-node.ts';
import { encode, enumeration, fixed, given, opaque, select, struct, uint16, uint32, uint64, uint8, when, type Codec, type Infer } from './presentation-language.ts';
import { Commit, Proposal } from './proposal.ts';
import { mls10 } from './registries.ts';

export const ContentType = enumeration(uint8, { application: 1, proposal: 2, commit: 3 }, 'R-6-07');
export type ContentType = Infer<typeof ContentType>;

export const WireFormat = enumeration(
  uint16,
  { mls_public_message: 1, mls_private_message: 2, mls_welcome: 3, mls_group_info: 4, mls_key_package: 5 },
  'R-6-05',
);
export type WireFormat = Infer<typeof WireFormat>;

export const Sender = struct(
  { senderType: enumeration(uint8, { member: 1, external: 2, new_member_proposal: 3, new_member_commit: 4 }, 'R-6-06') },
  select('senderType', {
    member: { leafIndex: uint32 },
    external: { senderIndex: uint32 },
    new_member_proposal: {},
    new_member_commit: {},
  }),
);
export type Sender = Infer<typeof Sender>;

const contents = select('contentType', {
  application: { applicationData: opaque },
  proposal: { proposal: Proposal },
  commit: { commit: Commit },
});

const contentStart = { groupId: opaque, epoch: uint64, sender: Sender, authenticatedData: opaque, contentType: ContentType } as const;

export const FramedContent = struct(contentStart, contents);
export type FramedContent = Infer<typeof FramedContent>;

/** The fields of FramedContent before its body, so that a large body is not encoded a second time. */
export const FramedContentStart = struct(contentStart);

const authData = (contentType: ContentType): Codec<FramedContentAuthData> => (contentType === 'commit' ? commitAuthData : otherAuthData);
/** §6.1. `confirmationTag` is there exactly when the content is a Commit (R-6.1-13). */
export interface FramedContentAuthData {
  readonly signature: Uint8Array;
  readonly confirmationTag?: Uint8Array | undefined;
}
const commitAuthData: Codec<FramedContentAuthData> = struct({ signature: opaque, confirmationTag: opaque });
const otherAuthData: Codec<FramedContentAuthData> = struct({ signature: opaque });
const auth = given((parent: { readonly content: FramedContent }) => authData(parent.content.contentType));

/** FramedContentAuthData on its own, for a known content type. */
export const framedContentAuthData = authData;

export const AuthenticatedContent = struct({ wireFormat: WireFormat, content: FramedContent, auth });
export type AuthenticatedContent = Infer<typeof AuthenticatedContent>;

/** §6.2. `membershipTag` is there exactly when the sender is a member (R-6.2-02). */
export const PublicMessage = struct(
  { content: FramedContent, auth },
  when((message: { readonly content: FramedContent }) => message.content.sender.senderType === 'member', { membershipTag: opaque }),
);
export type PublicMessage = Infer<typeof PublicMessage>;

/** §6.3. */
export const PrivateMessage = struct({
  groupId: opaque,
  epoch: uint64,
  contentType: ContentType,
  authenticatedData: opaque,
  encryptedSenderData: opaque,
  ciphertext: opaque,
});
export type PrivateMessage = Infer<typeof PrivateMessage>;

/** §6.3.1. */
export const PrivateContentAAD = struct({ groupId: opaque, epoch: uint64, contentType: ContentType, authenticatedData: opaque });
export type PrivateContentAAD = Infer<typeof PrivateContentAAD>;

/** §6.3.2; 12 bytes. */
export const SenderData = struct({ leafIndex: uint32, generation: uint32, reuseGuard: fixed(4) });
export type SenderData = Infer<typeof SenderData>;

/** §6.3.2. */
export const SenderDataAAD = struct({ groupId: opaque, epoch: uint64, contentType: ContentType });
export type SenderDataAAD = Infer<typeof SenderDataAAD>;

const zeroPadding: Codec<Uint8Array> = {
  write: (w, padding) => w.put(padding),
  read(r) {
    const padding = r.take(r.remaining);
    if (!padding.every((byte) => byte === 0)) r.fail('padding is not zero', 'R-6.3.1-03');
    return padding;
  },
};

/** The content of a PrivateMessage of `contentType` before encryption (§6.3.1): body, auth data, zero padding to the end. */
export const privateMessageContent = (contentType: ContentType) => privateMessageContents[contentType];
const privateMessageContents = {
  application: struct({ applicationData: opaque, auth: otherAuthData, padding: zeroPadding }),
  proposal: struct({ proposal: Proposal, auth: otherAuthData, padding: zeroPadding }),
  commit: struct({ commit: Commit, auth: commitAuthData, padding: zeroPadding }),
} as const;

const version: Codec<typeof mls10> = {
  write: (w) => w.uint16(mls10),
  read(r) {
    const value = r.uint16();
    return value === mls10 ? mls10 : r.fail(`version ${value}`, 'R-6-04');
  },
};

/** §6. The outermost struct of everything that travels. */
export const MLSMessage = struct(
  { version, wireFormat: WireFormat },
  select('wireFormat', {
    mls_public_message: { publicMessage: PublicMessage },
    mls_private_message: { privateMessage: PrivateMessage },
    mls_welcome: { welcome: Welcome },
    mls_group_info: { groupInfo: GroupInfo },
    mls_key_package: { keyPackage: KeyPackage },
  }),
);
export type MLSMessage = Infer<typeof MLSMessage>;

/** Version and wire format: the first four bytes of an MLSMessage, and of FramedContentTBS. */
export const messageHeader = (wireFormat: WireFormat): Uint8Array => headers[wireFormat];

const MessageHeader = struct({ version, wireFormat: WireFormat });
const header = (wireFormat: WireFormat): Uint8Array => encode(MessageHeader, { version: mls10, wireFormat });
const headers: Readonly<Record<WireFormat, Uint8Array>> = {
  mls_public_message: header('mls_public_message'),
  mls_private_message: header('mls_private_message'),
  mls_welcome: header('mls_welcome'),
  mls_group_info: header('mls_group_info'),
  mls_key_package: header('mls_key_package'),
};
