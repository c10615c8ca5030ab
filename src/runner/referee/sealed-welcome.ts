/**
 * What can be told of the Welcome into a reinitialized group without a shadow (RFC 9420 §11.2): whom it is for, and by the mere size
 * of what is sealed the length of the psk_nonce that it names (§8.4).
 *
 * No shadow can join there. Members make the KeyPackages for the successor when they take in the Commit of the ReInit, and
 * HandleReInitCommit answers with the KeyPackage, an id and the epoch authenticator: no private key, other than CreateKeyPackage and
 * NewMemberAddProposal. Nor do keys that are known help: each KeyPackage has an init_key and an encryption_key of its own. So the
 * successor group stays dark until a Welcome brings somebody in whose keys are told; of its GroupInfos what is public is seen.
 */
import { byteKey } from '../../mls/bytes.ts';
import { makeKeyPackageRef } from '../../mls/crypto/labelled.ts';
import { MLSMessage } from '../../mls/wire/framing.ts';
import type { Welcome } from '../../mls/wire/group-info.ts';
import { KeyPackage } from '../../mls/wire/leaf-node.ts';
import { encode } from '../../mls/wire/presentation-language.ts';
import type { CaseFile, Heard } from './case-file.ts';
import type { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';

/** Why no shadow sees a successor group. */
export const noKeysTold = 'a reinitialized group cannot be shadowed before somebody new joins it: HandleReInitCommit returns no private keys of the KeyPackages for it';

export interface SealedWelcome {
  readonly message: Message;
  /** Those that its maker was given, as messages. */
  readonly keyPackages: readonly Uint8Array[];
  /** The epoch of the group before. */
  readonly old: EpochSight | undefined;
}

/** Objects to what is wrong with a Welcome for all to see. */
export function judgeSealedWelcome(file: CaseFile, { message, keyPackages, old }: SealedWelcome): void {
  const decoded = file.decoded(message);
  if (decoded?.wireFormat !== 'mls_welcome') return;
  judgeEntries(file, decoded.welcome, { message, keyPackages });
  judgeNonceLength(file, decoded.welcome, { message, old });
}

/** Whoever gave a KeyPackage must find its entry, and the suite of its own. */
function judgeEntries(file: CaseFile, welcome: Welcome, { message, keyPackages }: Omit<SealedWelcome, 'old'>): void {
  const entries = new Set(welcome.secrets.map(({ newMember }) => byteKey(newMember)));
  for (const bytes of keyPackages) {
    const given = file.message(bytes);
    const decoded = given && file.decoded(given);
    if (given === undefined || decoded?.wireFormat !== 'mls_key_package') continue;
    const { keyPackage } = decoded;
    const { suite } = file.settings(keyPackage.cipherSuite);
    if (!entries.has(byteKey(makeKeyPackageRef(suite, encode(KeyPackage, keyPackage))))) {
      const says = `the Welcome has no entry for the KeyPackage of ${file.who(given.sender)}`;
      file.objections.push({ message, requirement: 'R-12.4.3.1-02', differs: 'new_member', says, by: undefined, plain: true });
      return;
    }
    if (welcome.cipherSuite !== keyPackage.cipherSuite) {
      const says = `the Welcome is of cipher suite ${welcome.cipherSuite}, the KeyPackage of ${file.who(given.sender)} of ${keyPackage.cipherSuite}`;
      file.objections.push({ message, requirement: 'R-12.4.3.1-03', differs: 'cipher_suite', says, by: undefined, plain: true });
      return;
    }
  }
}

const tagLength = 16;
const nonceLengths = [32, 48, 64];

/**
 * Objects to a Welcome whose psk_nonce has not KDF.Nh bytes of the new suite. GroupSecrets holds the joiner secret, perhaps a
 * path secret, and one PreSharedKeyID with the old group's id: of known lengths all but the nonce.
 */
function judgeNonceLength(file: CaseFile, welcome: Welcome, { message, old }: Omit<SealedWelcome, 'keyPackages'>): void {
  const groupId = groupIdOf(file, old);
  if (groupId === undefined) return;
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

/** The first Commit of the new group has a path where one was forced: each GroupSecrets is longer by the path secret then. */
export function claimOfSealedPath(file: CaseFile, { call, excused }: Heard, { message, old }: Omit<SealedWelcome, 'keyPackages'>): void {
  const decoded = file.decoded(message);
  const groupId = groupIdOf(file, old);
  if (excused || groupId === undefined || decoded?.wireFormat !== 'mls_welcome') return;
  const { welcome } = decoded;
  const { nh } = file.settings(welcome.cipherSuite).suite;
  // With a psk_nonce of another length than KDF.Nh it cannot be told.
  const pathless = secretsLength({ nh, groupId: groupId.length, nonce: nh, path: false }) + tagLength;
  const isPathless = welcome.secrets.some(({ encryptedGroupSecrets }) => encryptedGroupSecrets.ciphertext.length === pathless);
  if (isPathless) file.shortfalls.push({ actor: call.actor, step: call.step, text: `the group that ${file.who(call.actor)} begins at step ${call.step} begins with a path` });
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
