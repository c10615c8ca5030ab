/** One line about a decoded object: who does what in which epoch. */
import type { Credential } from '../../mls/wire/credential.ts';
import type { FramedContent, MLSMessage, PrivateMessage, Sender } from '../../mls/wire/framing.ts';
import type { GroupContext, GroupInfo, Welcome } from '../../mls/wire/group-info.ts';
import type { KeyPackage, LeafNode } from '../../mls/wire/leaf-node.ts';
import type { Commit, Proposal } from '../../mls/wire/proposal.ts';
import { extensionTypes } from '../../mls/wire/registries.ts';
import { codePoint } from './code-points.ts';
import { printable } from './notes.ts';
import type { TypeName } from './types.ts';

/** Undefined for types about which there is little to say. */
export function summarise(type: TypeName, value: unknown): string | undefined {
  return (summaries[type] as ((value: unknown) => string) | undefined)?.(value);
}

const summaries: { readonly [T in TypeName]?: (value: never) => string } = {
  MLSMessage: (message: MLSMessage) => {
    switch (message.wireFormat) {
      case 'mls_public_message':
        return `PublicMessage: ${ofContent(message.publicMessage.content)}`;
      case 'mls_private_message':
        return ofPrivateMessage(message.privateMessage);
      case 'mls_welcome':
        return ofWelcome(message.welcome);
      case 'mls_group_info':
        return ofGroupInfo(message.groupInfo);
      case 'mls_key_package':
        return ofKeyPackage(message.keyPackage);
    }
  },
  PrivateMessage: (message: PrivateMessage) => ofPrivateMessage(message),
  PublicMessage: ({ content }: { readonly content: FramedContent }) => ofContent(content),
  AuthenticatedContent: ({ content }: { readonly content: FramedContent }) => ofContent(content),
  FramedContent: (content: FramedContent) => ofContent(content),
  Commit: (commit: Commit) => ofCommit(commit),
  Proposal: (proposal: Proposal) => ofProposal(proposal),
  Welcome: (welcome: Welcome) => ofWelcome(welcome),
  GroupInfo: (groupInfo: GroupInfo) => ofGroupInfo(groupInfo),
  KeyPackage: (keyPackage: KeyPackage) => ofKeyPackage(keyPackage),
  LeafNode: (leafNode: LeafNode) => `LeafNode of ${ofCredential(leafNode.credential)}, made for ${leafNode.leafNodeSource}`,
  GroupContext: (context: GroupContext) => `GroupContext of epoch ${context.epoch}, ${suite(context.cipherSuite)}`,
};

const suite = (number: number): string => codePoint('CipherSuite', number)!.replace(/^[a-z].*/, `cipher suite ${number}`);

const article = (word: string): string => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;

const ofPrivateMessage = ({ contentType, epoch, ciphertext }: PrivateMessage): string =>
  `PrivateMessage: ${article(contentType)} in epoch ${epoch}, ${ciphertext.length} octets encrypted`;

function ofContent(content: FramedContent): string {
  const from = `in epoch ${content.epoch} from ${ofSender(content.sender)}`;
  switch (content.contentType) {
    case 'application':
      return `application data of ${content.applicationData.length} octets ${from}`;
    case 'proposal':
      return `a proposal ${from}: ${ofProposal(content.proposal)}`;
    case 'commit':
      return `a commit ${from}: ${ofCommit(content.commit)}`;
  }
}

function ofSender(sender: Sender): string {
  switch (sender.senderType) {
    case 'member':
      return `leaf ${sender.leafIndex}`;
    case 'external':
      return `external sender ${sender.senderIndex}`;
    default:
      return 'a new member';
  }
}

function ofCommit({ proposals, path }: Commit): string {
  const byValue = proposals.flatMap((item) => (item.type === 'proposal' ? [ofProposal(item.proposal)] : []));
  const byReference = proposals.length - byValue.length;
  const listed = byValue.slice(0, 3);
  if (byValue.length > 3) listed.push(`${byValue.length - 3} more`);
  if (byReference > 0) listed.push(`${byReference} by reference`);
  const nodes = path?.nodes.length;
  return `${listed.length === 0 ? 'no proposals' : listed.join(', ')}; ${nodes === undefined ? 'no path' : `a path of ${nodes} node${nodes === 1 ? '' : 's'}`}`;
}

function ofProposal(proposal: Proposal): string {
  switch (proposal.proposalType) {
    case 'add':
      return `add of ${ofCredential(proposal.keyPackage.leafNode.credential)}`;
    case 'remove':
      return `remove of leaf ${proposal.removed}`;
    case 'psk':
      return `${proposal.psk.psktype} psk`;
    case 'reinit':
      return `reinit with ${suite(proposal.cipherSuite)}`;
    case 'custom':
      return `custom proposal ${proposal.customType}`;
    default:
      return proposal.proposalType;
  }
}

function ofCredential(credential: Credential): string {
  if (credential.credentialType === 'x509') return `an x509 chain of ${credential.certificates.length}`;
  return printable('identity', credential.identity) ?? `an identity of ${credential.identity.length} octets`;
}

const ofWelcome = ({ secrets, cipherSuite }: Welcome): string => `Welcome for ${secrets.length} new member${secrets.length === 1 ? '' : 's'}, ${suite(cipherSuite)}`;

function ofGroupInfo({ groupContext, extensions, signer }: GroupInfo): string {
  const has = (type: number, name: string) => (extensions.some(({ extensionType }) => extensionType === type) ? `, with ${name}` : '');
  const attached = has(extensionTypes.ratchet_tree, 'ratchet_tree') + has(extensionTypes.external_pub, 'external_pub');
  return `GroupInfo of epoch ${groupContext.epoch} by leaf ${signer}, ${suite(groupContext.cipherSuite)}${attached}`;
}

const ofKeyPackage = ({ leafNode, cipherSuite }: KeyPackage): string => `KeyPackage of ${ofCredential(leafNode.credential)}, ${suite(cipherSuite)}`;
