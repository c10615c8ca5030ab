/** The structs that can be inspected, by their names in the RFC, and the RFC's type of every field. */
import { Certificate, Credential } from '../../mls/wire/credential.ts';
import { ApplicationId, Extension, ExternalPub, ExternalSender, ExternalSenders, RequiredCapabilities } from '../../mls/wire/extension.ts';
import { AuthenticatedContent, ContentType, FramedContent, framedContentAuthData, MLSMessage, PrivateMessage, privateMessageContent } from '../../mls/wire/framing.ts';
import { PrivateContentAAD, PublicMessage, Sender, SenderData, SenderDataAAD, WireFormat } from '../../mls/wire/framing.ts';
import { EncryptedGroupSecrets, GroupContext, GroupInfo, GroupInfoTBS, GroupSecrets, PathSecret, Welcome } from '../../mls/wire/group-info.ts';
import { Capabilities, KeyPackage, KeyPackageTBS, LeafNode, LeafNodeSource, LeafNodeTBS, Lifetime } from '../../mls/wire/leaf-node.ts';
import { PreSharedKeyID, PSKLabel, ResumptionPSKUsage } from '../../mls/wire/pre-shared-key.ts';
import { compositeOf, opaque, struct, uint16, uint32, uint64, uint8, type Codec } from '../../mls/wire/presentation-language.ts';
import { Add, Commit, ExternalInit, GroupContextExtensions, HPKECiphertext, PreSharedKey, Proposal, ProposalOrRef } from '../../mls/wire/proposal.ts';
import { ReInit, Remove, Update, UpdatePath, UpdatePathNode } from '../../mls/wire/proposal.ts';
import { extensionTypes } from '../../mls/wire/registries.ts';
import { Node, ParentHashInput, ParentNode, RatchetTreeNodes, TreeHashInput } from '../../mls/wire/tree-node.ts';

type AnyCodec = Codec<any>;

/** Types that octets without a label are tried as, likeliest first. */
const recognised = {
  MLSMessage,
  KeyPackage,
  Welcome,
  GroupInfo,
  RatchetTree: RatchetTreeNodes,
  LeafNode,
  PublicMessage,
  PrivateMessage,
  AuthenticatedContent,
  FramedContent,
  Commit,
  Proposal,
  GroupContext,
  GroupSecrets,
  ExternalSender,
} as const;
/** Types that few octets fit by chance: taken only when asked for. */
const onlyAsked = {
  Add,
  ApplicationId,
  Capabilities,
  Certificate,
  Credential,
  EncryptedGroupSecrets,
  Extension,
  ExternalInit,
  ExternalPub,
  ExternalSenders,
  FramedContentAuthData: framedContentAuthData('proposal'),
  CommitAuthData: framedContentAuthData('commit'),
  GroupContextExtensions,
  GroupInfoTBS,
  HPKECiphertext,
  KeyPackageTBS,
  LeafNodeTBS,
  Lifetime,
  Node,
  ParentHashInput,
  ParentNode,
  PathSecret,
  PreSharedKey,
  PreSharedKeyID,
  PrivateApplicationContent: privateMessageContent('application'),
  PrivateCommitContent: privateMessageContent('commit'),
  PrivateContentAAD,
  PrivateProposalContent: privateMessageContent('proposal'),
  ProposalOrRef,
  PSKLabel,
  ReInit,
  Remove,
  RequiredCapabilities,
  Sender,
  SenderData,
  SenderDataAAD,
  TreeHashInput,
  Update,
  UpdatePath,
  UpdatePathNode,
} as const;

export type TypeName = keyof typeof recognised | keyof typeof onlyAsked;
/** Every type by its name. Where the RFC has one name for several layouts, each layout has one here. */
export const types: Readonly<Record<TypeName, AnyCodec>> = { ...recognised, ...onlyAsked };
export const typeNames = Object.keys(types) as readonly TypeName[];
export const recognisable = Object.keys(recognised) as readonly TypeName[];

/** What the extension_data of a known extension type is. */
export interface ExtensionBody {
  readonly name: string;
  readonly type: string;
  readonly codec: AnyCodec;
}
const body = (name: keyof typeof extensionTypes, type: string, codec: AnyCodec): [number, ExtensionBody] => [extensionTypes[name], { name, type, codec }];
export const extensionBodies: ReadonlyMap<number, ExtensionBody> = new Map([
  body('application_id', 'ApplicationId', ApplicationId),
  body('ratchet_tree', 'optional<Node><V>', RatchetTreeNodes),
  body('required_capabilities', 'RequiredCapabilities', RequiredCapabilities),
  body('external_pub', 'ExternalPub', ExternalPub),
  body('external_senders', 'ExternalSender<V>', ExternalSenders),
  body('last_resort', 'empty', struct()),
]);

/** The types of fields that the codecs know as plain integers, octets or enums, by the field's name here. */
const byField: Readonly<Record<string, string>> = {
  version: 'ProtocolVersion',
  versions: 'ProtocolVersion<V>',
  cipherSuite: 'CipherSuite',
  cipherSuites: 'CipherSuite<V>',
  extensionType: 'ExtensionType',
  extensionTypes: 'ExtensionType<V>',
  proposalType: 'ProposalType',
  customType: 'ProposalType',
  proposals: 'ProposalType<V>',
  proposalTypes: 'ProposalType<V>',
  credentialType: 'CredentialType',
  credentials: 'CredentialType<V>',
  credentialTypes: 'CredentialType<V>',
  senderType: 'SenderType',
  nodeType: 'NodeType',
  psktype: 'PSKType',
  type: 'ProposalOrRefType',
  encryptionKey: 'HPKEPublicKey',
  initKey: 'HPKEPublicKey',
  externalPub: 'HPKEPublicKey',
  signatureKey: 'SignaturePublicKey',
  confirmationTag: 'MAC',
  membershipTag: 'MAC',
  newMember: 'KeyPackageRef',
  reference: 'ProposalRef',
  auth: 'FramedContentAuthData',
  reuseGuard: 'opaque[4]',
  padding: 'opaque[length_of_padding]',
};
/** Structs that the wire format has for itself, by the fields they stand in. */
const undeclared: Readonly<Record<string, string>> = { leafNode: 'LeafNodeHashInput', parentNode: 'ParentNodeHashInput' };
/** In a capability list, unlike elsewhere, `extensions` are numbers. */
const numbers: Readonly<Record<string, string>> = { ...byField, extensions: 'ExtensionType<V>' };

const names = new Map<AnyCodec, string>([
  [uint8, 'uint8'],
  [uint16, 'uint16'],
  [uint32, 'uint32'],
  [uint64, 'uint64'],
  [opaque, 'opaque<V>'],
  [ContentType, 'ContentType'],
  [WireFormat, 'WireFormat'],
  [LeafNodeSource, 'LeafNodeSource'],
  [ResumptionPSKUsage, 'ResumptionPSKUsage'],
  ...Object.entries(types).map(([name, codec]): [AnyCodec, string] => [codec, name]),
  [RatchetTreeNodes, 'optional<Node><V>'],
  [ExternalSenders, 'ExternalSender<V>'],
  [types.CommitAuthData, 'FramedContentAuthData'],
  ...(['application', 'proposal', 'commit'] as const).map((contentType): [AnyCodec, string] => [privateMessageContent(contentType), 'PrivateMessageContent']),
]);
const known = new Map<AnyCodec, Map<string, string>>();

/** The RFC's type of the field `name` (in the engine's spelling) that `codec` reads. */
export function typeOf(codec: AnyCodec, name: string): string {
  let byName = known.get(codec);
  if (byName === undefined) known.set(codec, (byName = new Map()));
  let type = byName.get(name);
  if (type === undefined) byName.set(name, (type = findType(codec, name)));
  return type;
}

function findType(codec: AnyCodec, name: string): string {
  const composite = compositeOf(codec);
  if (composite?.item === uint16) return numbers[name] ?? 'uint16<V>';
  const item = composite && findType(composite.item, '');
  const declared = names.get(codec) ?? (composite && (composite.kind === 'vector' ? `${item}<V>` : `optional<${item}>`));
  // A name of its own is better than `opaque<V>`; a struct has its own.
  const isPlain = declared === undefined || declared === 'opaque<V>' || declared === 'uint16';
  return (isPlain ? byField[name] : undefined) ?? declared ?? undeclared[name] ?? 'struct';
}
