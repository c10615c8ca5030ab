/** Who sent a PrivateMessage and with which generation of its ratchet, as any member of the epoch can read. */
import type { Group } from '../../src/index.ts';
import { senderDataKeyAndNonce } from '../../src/mls/epoch/private-message.ts';
import { MLSMessage, SenderData, SenderDataAAD } from '../../src/mls/wire/framing.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';

export function openSenderDataOf({ state }: Group, message: Uint8Array): SenderData {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_private_message') throw new Error(decoded.wireFormat);
  const { suite } = state.settings;
  const { privateMessage } = decoded;
  const { key, nonce } = senderDataKeyAndNonce(suite, state.secrets.senderDataSecret, privateMessage.ciphertext);
  return decode(SenderData, suite.open(key, nonce, encode(SenderDataAAD, privateMessage), privateMessage.encryptedSenderData)!, 'SenderData');
}
