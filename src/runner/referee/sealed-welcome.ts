/** What the mere size of a sealed Welcome tells: the length of the psk_nonce that a reinitialization names (RFC 9420 §8.4, §11.2). */
import { MLSMessage } from '../../mls/wire/framing.ts';
import type { CaseFile } from './case-file.ts';
import type { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';

const tagLength = 16;
const nonceLengths = [32, 48, 64];

/**
 * Objects to a Welcome whose psk_nonce has not KDF.Nh bytes of the new suite. GroupSecrets holds the joiner secret, perhaps a
 * path secret, and one PreSharedKeyID with the old group's id: of known lengths all but the nonce.
 */
export function judgeNonceLength(file: CaseFile, message: Message, old: EpochSight | undefined): void {
  const decoded = file.decoded(message);
  const groupId = groupIdOf(file, old);
  if (decoded?.wireFormat !== 'mls_welcome' || groupId === undefined) return;
  const { welcome } = decoded;
  const { nh } = file.settings(welcome.cipherSuite).suite;
  for (const { encryptedGroupSecrets } of welcome.secrets) {
    const length = encryptedGroupSecrets.ciphertext.length - tagLength;
    const fits = (nonce: number): boolean => [false, true].some((path) => secretsLength({ nh, groupId: groupId.length, nonce, path }) === length);
    if (fits(nh)) continue;
    const found = nonceLengths.find((nonce) => fits(nonce));
    if (found === undefined) continue;
    const says = `by its size, the psk_nonce in the Welcome has ${found} bytes where KDF.Nh of cipher suite ${welcome.cipherSuite} is ${nh} (R-8.4-02)`;
    file.objections.push({ message, requirement: 'R-12.1.4-01', differs: 'psk_nonce', says, by: undefined, plain: true });
    return;
  }
}

function groupIdOf(file: CaseFile, old: EpochSight | undefined): Uint8Array | undefined {
  if (old?.view !== undefined) return old.view.groupContext.groupId;
  const commit: MLSMessage | undefined = old?.begunBy && file.decoded(old.begunBy);
  if (commit?.wireFormat === 'mls_public_message') return commit.publicMessage.content.groupId;
  return commit?.wireFormat === 'mls_private_message' ? commit.privateMessage.groupId : undefined;
}

function secretsLength({ nh, groupId, nonce, path }: { readonly nh: number; readonly groupId: number; readonly nonce: number; readonly path: boolean }): number {
  // psktype, usage, psk_group_id<V>, psk_epoch, psk_nonce<V>
  const psk = 2 + vector(groupId) + 8 + vector(nonce);
  return vector(nh) + 1 + (path ? vector(nh) : 0) + vector(psk);
}

/** Bytes of a vector with its length before it. */
const vector = (length: number): number => (length < 64 ? 1 : length < 2 ** 14 ? 2 : 4) + length;
