/** What the rpcs carry as plain bytes, looked at before the engine gets it: a message of the wrong kind must not use up a key. */
import type { Extension as ProtoExtension } from '../generated/mls_client.ts';
import { Reader } from '../mls/wire/cursor.ts';
import { ExternalSender, type Extension } from '../mls/wire/extension.ts';
import { ContentType, MLSMessage, Sender, WireFormat } from '../mls/wire/framing.ts';
import type { GroupInfo } from '../mls/wire/group-info.ts';
import { decode, opaque, uint16, uint64 } from '../mls/wire/presentation-language.ts';
import { requires } from './status.ts';

type Content = 'application' | 'proposal' | 'commit';
type Kind = Content | Exclude<WireFormat, 'mls_public_message' | 'mls_private_message'>;

/**
 * Looks at the head of a message only: the engine decodes the rest.
 * @param field the request's field, for the message
 * @throws MLSError `malformed` for bytes that are no MLSMessage, ServiceError `request` for one of another kind
 */
export function requireKind(bytes: Uint8Array, kind: Kind, field: string): void {
  const found = kindOf(bytes, field);
  requires(found === kind, `${field} holds ${nouns[found]}, not ${nouns[kind]}`);
}

function kindOf(bytes: Uint8Array, field: string): Kind {
  const head = new Reader(bytes, field);
  uint16.read(head);
  const wireFormat = WireFormat.read(head);
  if (wireFormat !== 'mls_public_message' && wireFormat !== 'mls_private_message') return wireFormat;
  opaque.read(head);
  uint64.read(head);
  if (wireFormat === 'mls_public_message') {
    Sender.read(head);
    opaque.read(head);
  }
  return ContentType.read(head);
}

const nouns: Readonly<Record<Kind, string>> = {
  application: 'application data',
  proposal: 'a Proposal',
  commit: 'a Commit',
  mls_welcome: 'a Welcome',
  mls_group_info: 'a GroupInfo',
  mls_key_package: 'a KeyPackage',
};

/** The GroupInfo in an MLSMessage; nothing of it is verified. */
export function groupInfoOf(bytes: Uint8Array, field: string): GroupInfo {
  requireKind(bytes, 'mls_group_info', field);
  const message = decode(MLSMessage, bytes.slice(), field);
  requires(message.wireFormat === 'mls_group_info', field);
  return message.groupInfo;
}

/** @throws ServiceError `request` for a type that does not fit in 16 bits */
export const extensionsOf = (extensions: readonly ProtoExtension[]): readonly Extension[] =>
  extensions.map(({ extensionType, extensionData }) => {
    requires(extensionType <= 0xffff, `extension_type ${extensionType} does not fit in 16 bits`);
    return { extensionType, extensionData: extensionData.slice() };
  });

export const externalSenderOf = (bytes: Uint8Array): ExternalSender => decode(ExternalSender, bytes.slice(), 'external_sender');

/** proto3 cannot tell empty from absent: an empty field is none. */
export const given = (bytes: Uint8Array): Uint8Array | undefined => (bytes.length === 0 ? undefined : bytes);
