/** GroupContext (RFC 9420 §8.1), GroupInfo and Welcome (§12.4.3). */
import { Extensions } from './extension.ts';
import { opaque, optional, struct, uint16, uint32, uint64, vector, type Infer } from './presentation-language.ts';
import { PreSharedKeyID } from './pre-shared-key.ts';
import { HPKECiphertext } from './proposal.ts';

export const GroupContext = struct({
  version: uint16,
  cipherSuite: uint16,
  groupId: opaque,
  epoch: uint64,
  treeHash: opaque,
  confirmedTranscriptHash: opaque,
  extensions: Extensions,
});
export type GroupContext = Infer<typeof GroupContext>;

const unsignedGroupInfo = {
  groupContext: GroupContext,
  extensions: Extensions,
  confirmationTag: opaque,
  signer: uint32,
} as const;

export const GroupInfo = struct(unsignedGroupInfo, { signature: opaque });
export type GroupInfo = Infer<typeof GroupInfo>;

export const GroupInfoTBS = struct(unsignedGroupInfo);
export type GroupInfoTBS = Infer<typeof GroupInfoTBS>;

export const PathSecret = struct({ pathSecret: opaque });
export type PathSecret = Infer<typeof PathSecret>;

export const GroupSecrets = struct({ joinerSecret: opaque, pathSecret: optional(PathSecret), psks: vector(PreSharedKeyID) });
export type GroupSecrets = Infer<typeof GroupSecrets>;

export const EncryptedGroupSecrets = struct({ newMember: opaque, encryptedGroupSecrets: HPKECiphertext });
export type EncryptedGroupSecrets = Infer<typeof EncryptedGroupSecrets>;

export const Welcome = struct({ cipherSuite: uint16, secrets: vector(EncryptedGroupSecrets), encryptedGroupInfo: opaque });
export type Welcome = Infer<typeof Welcome>;
