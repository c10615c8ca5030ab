/** What the fields of the interop interface hold, as far as a reader of calls wants to see more than base64. */
import { messageFields } from '../record/messages.ts';

/**
 * - `message`: an MLSMessage, `tree`: a ratchet_tree, `external_sender`: an ExternalSender; these decode
 * - `text`: most often readable; shown as text when it is
 * - `octets`: shown in hex
 */
export type FieldKind = 'message' | 'tree' | 'external_sender' | 'text' | 'octets';

/** All fields of type bytes; a field that is not here is shown as the record has it. */
export const byteFields: ReadonlyMap<string, FieldKind> = new Map([
  ...kind('message', ...messageFields),
  ...kind('tree', 'ratchet_tree'),
  ...kind('external_sender', 'external_sender'),
  ...kind('text', 'identity', 'removed_id', 'plaintext', 'authenticated_data', 'proposal_type', 'group_id', 'context'),
  ...kind('octets', 'init_priv', 'encryption_priv', 'signature_priv', 'epoch_authenticator', 'psk_id', 'psk_secret', 'state_auth_secret', 'exported_secret', 'extension_data'),
]);

function kind(of: FieldKind, ...names: string[]): (readonly [string, FieldKind])[] {
  return names.map((name) => [name, of]);
}

export const decodes = (of: FieldKind | undefined): boolean => of === 'message' || of === 'tree' || of === 'external_sender';
