/** Where in a message the field stands that breaks a rule. */
import type { RequirementId } from '../../mls/requirements.ts';
import type { Commit } from '../../mls/wire/proposal.ts';
import type { PublicMessage } from '../../mls/wire/framing.ts';
import type { Verdict } from '../../report/record/record.ts';
import type { CaseFile } from './case-file.ts';
import type { Message, Objection } from './findings.ts';

/** The message of a verdict; with the octets of the offending field when the rule is about one that stands in the clear. */
export function messageWithField(file: CaseFile, message: Message, objection: Objection | undefined): NonNullable<Verdict['message']> {
  const bytes = Buffer.from(message.bytes).toString('base64');
  const field = objection && (decodingField(objection) ?? fieldOfRule(file, message, objection));
  return field === undefined ? { bytes } : { bytes, field };
}

type Field = NonNullable<NonNullable<Verdict['message']>['field']>;

/** Where decoding stopped. */
function decodingField({ message, field }: Objection): Field | undefined {
  if (field === undefined || !field.path.startsWith('MLSMessage')) return undefined;
  return { path: field.path, start: field.offset, end: Math.min(field.offset + 1, message.bytes.length) };
}

function fieldOfRule(file: CaseFile, message: Message, { requirement, differs }: Objection): Field | undefined {
  const decoded = file.decoded(message);
  if (decoded?.wireFormat === 'mls_key_package') {
    return requirement === 'R-5.1.1-03' ? found(message, 'MLSMessage.keyPackage.leafNode.signatureKey', decoded.keyPackage.leafNode.signatureKey) : undefined;
  }
  if (decoded?.wireFormat !== 'mls_public_message') return undefined;
  const { publicMessage } = decoded;
  const [path, value] = inPublicMessage(publicMessage, requirement, differs) ?? [];
  return path === undefined ? undefined : found(message, path, value);
}

type Place = readonly [path: string, value: Uint8Array | undefined];

function inPublicMessage({ content, auth, membershipTag }: PublicMessage, requirement: RequirementId | undefined, differs: string | undefined): Place | undefined {
  const inPath = content.contentType === 'commit' ? pathField(content.commit, requirement) : undefined;
  if (inPath !== undefined) return inPath;
  if (requirement === 'R-6.2-04') return ['MLSMessage.publicMessage.membershipTag', membershipTag];
  if (differs === 'signature') return ['MLSMessage.publicMessage.auth.signature', auth.signature];
  // Whatever went wrong in the key schedule shows in this tag only.
  const ofSchedule = ['confirmation tag', 'psk_secret', 'commit_secret', 'init_secret', 'confirmed transcript hash', 'tree hash', 'GroupContext', 'epoch', 'extensions of the group'];
  return differs !== undefined && ofSchedule.includes(differs) ? ['MLSMessage.publicMessage.auth.confirmationTag', auth.confirmationTag] : undefined;
}

function pathField({ path }: Commit, requirement: RequirementId | undefined): Place | undefined {
  if (path === undefined) return undefined;
  const { leafNode } = path;
  const where = 'MLSMessage.publicMessage.content.commit.path.leafNode';
  if (requirement === 'R-7.9.2-07' && leafNode.leafNodeSource === 'commit') return [`${where}.parentHash`, leafNode.parentHash];
  return requirement === 'R-12.4.2-07' ? [`${where}.encryptionKey`, leafNode.encryptionKey] : undefined;
}

function found({ bytes }: Message, path: string, value: Uint8Array | undefined): Field | undefined {
  if (value === undefined || value.length === 0) return undefined;
  const start = Buffer.from(bytes).lastIndexOf(value);
  return start < 0 ? undefined : { path, start, end: start + value.length };
}
