/** A fast-check arbitrary and a codec for every struct of the wire format. */
import fc, { type Arbitrary } from 'fast-check';
import { Certificate, Credential } from '../../../src/mls/wire/credential.ts';
import { ApplicationId, Extension, ExternalPub, ExternalSender, ExternalSenders, RequiredCapabilities } from '../../../src/mls/wire/extension.ts';
import { AuthenticatedContent, FramedContent, MLSMessage, PrivateContentAAD, PrivateMessage, privateMessageContent, PublicMessage, Sender, SenderData, SenderDataAAD, type ContentType } from '../../../src/mls/wire/framing.ts';
import { EncryptedGroupSecrets, GroupContext, GroupInfo, GroupInfoTBS, GroupSecrets, PathSecret, Welcome } from '../../../src/mls/wire/group-info.ts';
import { Capabilities, KeyPackage, KeyPackageTBS, LeafNode, LeafNodeTBS, Lifetime } from '../../../src/mls/wire/leaf-node.ts';
import type { Codec } from '../../../src/mls/wire/presentation-language.ts';
import { PreSharedKeyID, PSKLabel } from '../../../src/mls/wire/pre-shared-key.ts';
import { Add, Commit, ExternalInit, GroupContextExtensions, HPKECiphertext, PreSharedKey, Proposal, ProposalOrRef, ReInit, Remove, Update, UpdatePath, UpdatePathNode } from '../../../src/mls/wire/proposal.ts';
import { mls10 } from '../../../src/mls/wire/registries.ts';
import { Node, ParentHashInput, ParentNode, RatchetTreeNodes, TreeHashInput } from '../../../src/mls/wire/tree-node.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff));
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Lengths around the borders of the three header sizes now and then. */
const opaque = fc.oneof({ weight: 12, arbitrary: fc.uint8Array({ maxLength: 12 }) }, { weight: 1, arbitrary: fc.constantFrom(63, 64, 100, 16_383, 16_384).map((length) => new Uint8Array(length).fill(7)) });
const list = <T>(item: Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const none = fc.constant(undefined);
const struct = <T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true }) as unknown as Arbitrary<T>;
const tagged = <T>(...cases: Arbitrary<object>[]) => fc.oneof(...cases) as unknown as Arbitrary<T>;
const is = <K extends string>(tag: K) => fc.constant(tag);

const certificate = struct<Certificate>({ certData: opaque });
const credential = tagged<Credential>(struct({ credentialType: is('basic'), identity: opaque }), struct({ credentialType: is('x509'), certificates: list(certificate) }));
const extension = struct<Extension>({ extensionType: uint16, extensionData: opaque });
const capabilities = struct<Capabilities>({ versions: list(uint16), cipherSuites: list(uint16), extensions: list(uint16), proposals: list(uint16), credentials: list(uint16) });
const lifetime = struct<Lifetime>({ notBefore: uint64, notAfter: uint64 });
const unsignedLeaf = { encryptionKey: opaque, signatureKey: opaque, credential, capabilities, extensions: list(extension) };
const leafNode = tagged<LeafNode>(
  struct({ ...unsignedLeaf, leafNodeSource: is('key_package'), lifetime, signature: opaque }),
  struct({ ...unsignedLeaf, leafNodeSource: is('update'), signature: opaque }),
  struct({ ...unsignedLeaf, leafNodeSource: is('commit'), parentHash: opaque, signature: opaque }),
);
const leafNodeTBS = tagged<LeafNodeTBS>(
  struct({ ...unsignedLeaf, leafNodeSource: is('key_package'), lifetime }),
  struct({ ...unsignedLeaf, leafNodeSource: is('update'), groupId: opaque, leafIndex: uint32 }),
  struct({ ...unsignedLeaf, leafNodeSource: is('commit'), parentHash: opaque, groupId: opaque, leafIndex: uint32 }),
);
const unsignedKeyPackage = { cipherSuite: uint16, initKey: opaque, leafNode, extensions: list(extension) };
const keyPackage = struct<KeyPackage>({ version: uint16, ...unsignedKeyPackage, signature: opaque });
const pskId = tagged<PreSharedKeyID>(
  struct({ psktype: is('external'), pskId: opaque, pskNonce: opaque }),
  struct({ psktype: is('resumption'), usage: fc.constantFrom('application', 'reinit', 'branch'), pskGroupId: opaque, pskEpoch: uint64, pskNonce: opaque }),
);
const reinit = { groupId: opaque, version: uint16, cipherSuite: uint16, extensions: list(extension) };
const proposal = tagged<Proposal>(
  struct({ proposalType: is('add'), keyPackage }),
  struct({ proposalType: is('update'), leafNode }),
  struct({ proposalType: is('remove'), removed: uint32 }),
  struct({ proposalType: is('psk'), psk: pskId }),
  struct({ proposalType: is('reinit'), ...reinit }),
  struct({ proposalType: is('external_init'), kemOutput: opaque }),
  struct({ proposalType: is('group_context_extensions'), extensions: list(extension) }),
);
const proposalOrRef = tagged<ProposalOrRef>(struct({ type: is('proposal'), proposal }), struct({ type: is('reference'), reference: opaque }));
const ciphertext = struct<HPKECiphertext>({ kemOutput: opaque, ciphertext: opaque });
const pathNode = struct<UpdatePathNode>({ encryptionKey: opaque, encryptedPathSecret: list(ciphertext) });
const path = struct<UpdatePath>({ leafNode, nodes: list(pathNode) });
const commit = struct<Commit>({ proposals: list(proposalOrRef), path: fc.oneof(none, path) });

const member = struct({ senderType: is('member'), leafIndex: uint32 });
const outside = fc.oneof<Arbitrary<object>[]>(struct({ senderType: is('external'), senderIndex: uint32 }), struct({ senderType: is('new_member_proposal') }), struct({ senderType: is('new_member_commit') }));
const sender = tagged<Sender>(member, outside);
const header = (by: Arbitrary<object>) => ({ groupId: opaque, epoch: uint64, sender: by, authenticatedData: opaque });
const bodies = (by: Arbitrary<object>) => ({
  application: struct({ ...header(by), contentType: is('application'), applicationData: opaque }),
  proposal: struct({ ...header(by), contentType: is('proposal'), proposal }),
  commit: struct({ ...header(by), contentType: is('commit'), commit }),
});
const framedContent = tagged<FramedContent>(...Object.values(bodies(sender)));
const auth = struct({ signature: opaque });
const commitAuth = struct({ signature: opaque, confirmationTag: opaque });
const contentAndAuth = (by: Arbitrary<object>): readonly { readonly content: Arbitrary<object>; readonly auth: Arbitrary<object> }[] => {
  const { application, proposal: proposing, commit: committing } = bodies(by);
  return [
    { content: application, auth },
    { content: proposing, auth },
    { content: committing, auth: commitAuth },
  ];
};
const publicMessage = tagged<PublicMessage>(
  ...contentAndAuth(member).map((fields) => struct({ ...fields, membershipTag: opaque })),
  ...contentAndAuth(outside).map((fields) => struct(fields)),
);
const authenticatedContent = tagged<AuthenticatedContent>(...contentAndAuth(sender).map((fields) => struct({ wireFormat: fc.constantFrom('mls_public_message', 'mls_private_message'), ...fields })));
const contentType = fc.constantFrom<ContentType[]>('application', 'proposal', 'commit');
const privateMessage = struct<PrivateMessage>({ groupId: opaque, epoch: uint64, contentType, authenticatedData: opaque, encryptedSenderData: opaque, ciphertext: opaque });
const padding = fc.integer({ min: 0, max: 40 }).map((length) => new Uint8Array(length));

const groupContext = struct<GroupContext>({ version: uint16, cipherSuite: uint16, groupId: opaque, epoch: uint64, treeHash: opaque, confirmedTranscriptHash: opaque, extensions: list(extension) });
const unsignedGroupInfo = { groupContext, extensions: list(extension), confirmationTag: opaque, signer: uint32 };
const groupInfo = struct<GroupInfo>({ ...unsignedGroupInfo, signature: opaque });
const pathSecret = struct<PathSecret>({ pathSecret: opaque });
const encryptedGroupSecrets = struct<EncryptedGroupSecrets>({ newMember: opaque, encryptedGroupSecrets: ciphertext });
const welcome = struct<Welcome>({ cipherSuite: uint16, secrets: list(encryptedGroupSecrets), encryptedGroupInfo: opaque });
const parentNode = struct<ParentNode>({ encryptionKey: opaque, parentHash: opaque, unmergedLeaves: list(uint32) });
const node = tagged<Node>(struct({ nodeType: is('leaf'), leafNode }), struct({ nodeType: is('parent'), parentNode }));
const externalSender = struct<ExternalSender>({ signatureKey: opaque, credential });

const version = fc.constant(mls10);
const message = tagged<MLSMessage>(
  struct({ version, wireFormat: is('mls_public_message'), publicMessage }),
  struct({ version, wireFormat: is('mls_private_message'), privateMessage }),
  struct({ version, wireFormat: is('mls_welcome'), welcome }),
  struct({ version, wireFormat: is('mls_group_info'), groupInfo }),
  struct({ version, wireFormat: is('mls_key_package'), keyPackage: struct({ version, ...unsignedKeyPackage, signature: opaque }) }),
);

export interface Sample {
  readonly name: string;
  readonly codec: Codec<any>;
  readonly values: Arbitrary<unknown>;
}

const sample = <T>(name: string, codec: Codec<T>, values: Arbitrary<T>): Sample => ({ name, codec, values });

/** Every struct of src/mls/wire. */
export const samples: readonly Sample[] = [
  sample('Certificate', Certificate, certificate),
  sample('Credential', Credential, credential),
  sample('Extension', Extension, extension),
  sample('ApplicationId', ApplicationId, struct<ApplicationId>({ applicationId: opaque })),
  sample('RequiredCapabilities', RequiredCapabilities, struct<RequiredCapabilities>({ extensionTypes: list(uint16), proposalTypes: list(uint16), credentialTypes: list(uint16) })),
  sample('ExternalPub', ExternalPub, struct<ExternalPub>({ externalPub: opaque })),
  sample('ExternalSender', ExternalSender, externalSender),
  sample('ExternalSenders', ExternalSenders, list(externalSender)),
  sample('Capabilities', Capabilities, capabilities),
  sample('Lifetime', Lifetime, lifetime),
  sample('LeafNode', LeafNode, leafNode),
  sample('LeafNodeTBS', LeafNodeTBS, leafNodeTBS),
  sample('KeyPackage', KeyPackage, keyPackage),
  sample('KeyPackageTBS', KeyPackageTBS, struct<KeyPackageTBS>({ version: uint16, ...unsignedKeyPackage })),
  sample('PreSharedKeyID', PreSharedKeyID, pskId),
  sample('PSKLabel', PSKLabel, struct<PSKLabel>({ id: pskId, index: uint16, count: uint16 })),
  sample('Add', Add, struct<Add>({ keyPackage })),
  sample('Update', Update, struct<Update>({ leafNode })),
  sample('Remove', Remove, struct<Remove>({ removed: uint32 })),
  sample('PreSharedKey', PreSharedKey, struct<PreSharedKey>({ psk: pskId })),
  sample('ReInit', ReInit, struct<ReInit>(reinit)),
  sample('ExternalInit', ExternalInit, struct<ExternalInit>({ kemOutput: opaque })),
  sample('GroupContextExtensions', GroupContextExtensions, struct<GroupContextExtensions>({ extensions: list(extension) })),
  sample('Proposal', Proposal, proposal),
  sample('ProposalOrRef', ProposalOrRef, proposalOrRef),
  sample('HPKECiphertext', HPKECiphertext, ciphertext),
  sample('UpdatePathNode', UpdatePathNode, pathNode),
  sample('UpdatePath', UpdatePath, path),
  sample('Commit', Commit, commit),
  sample('Sender', Sender, sender),
  sample('FramedContent', FramedContent, framedContent),
  sample('AuthenticatedContent', AuthenticatedContent, authenticatedContent),
  sample('PublicMessage', PublicMessage, publicMessage),
  sample('PrivateMessage', PrivateMessage, privateMessage),
  sample('PrivateContentAAD', PrivateContentAAD, struct<PrivateContentAAD>({ groupId: opaque, epoch: uint64, contentType, authenticatedData: opaque })),
  sample('SenderData', SenderData, struct<SenderData>({ leafIndex: uint32, generation: uint32, reuseGuard: fc.uint8Array({ minLength: 4, maxLength: 4 }) })),
  sample('SenderDataAAD', SenderDataAAD, struct<SenderDataAAD>({ groupId: opaque, epoch: uint64, contentType })),
  sample('application content', privateMessageContent('application') as Codec<object>, struct({ applicationData: opaque, auth, padding })),
  sample('proposal content', privateMessageContent('proposal') as Codec<object>, struct({ proposal, auth, padding })),
  sample('commit content', privateMessageContent('commit') as Codec<object>, struct({ commit, auth: commitAuth, padding })),
  sample('GroupContext', GroupContext, groupContext),
  sample('GroupInfo', GroupInfo, groupInfo),
  sample('GroupInfoTBS', GroupInfoTBS, struct<GroupInfoTBS>(unsignedGroupInfo)),
  sample('PathSecret', PathSecret, pathSecret),
  sample('GroupSecrets', GroupSecrets, struct<GroupSecrets>({ joinerSecret: opaque, pathSecret: fc.oneof(none, pathSecret), psks: list(pskId) })),
  sample('EncryptedGroupSecrets', EncryptedGroupSecrets, encryptedGroupSecrets),
  sample('Welcome', Welcome, welcome),
  sample('ParentNode', ParentNode, parentNode),
  sample('Node', Node, node),
  sample('RatchetTreeNodes', RatchetTreeNodes, list(fc.oneof(none, node))),
  sample('TreeHashInput', TreeHashInput, tagged<TreeHashInput>(struct({ nodeType: is('leaf'), leafNode: struct({ leafIndex: uint32, leafNode: fc.oneof(none, leafNode) }) }), struct({ nodeType: is('parent'), parentNode: struct({ parentNode: fc.oneof(none, parentNode), leftHash: opaque, rightHash: opaque }) }))),
  sample('ParentHashInput', ParentHashInput, struct<ParentHashInput>({ encryptionKey: opaque, parentHash: opaque, originalSiblingTreeHash: opaque })),
  sample('MLSMessage', MLSMessage, message),
];
