/** LeafNode (RFC 9420 §7.2) and KeyPackage (§10). */
import { Credential, HPKEPublicKey, SignaturePublicKey } from './credential.ts';
import { Extensions } from './extension.ts';
import { enumeration, opaque, select, struct, uint16, uint32, uint64, uint8, vector, type Infer } from './presentation-language.ts';

/** §7.2. Unknown numbers are kept and ignored (R-7.2-07). */
export const Capabilities = struct({
  versions: vector(uint16),
  cipherSuites: vector(uint16),
  extensions: vector(uint16),
  proposals: vector(uint16),
  credentials: vector(uint16),
});
export type Capabilities = Infer<typeof Capabilities>;

/** Seconds since the Unix epoch. */
export const Lifetime = struct({ notBefore: uint64, notAfter: uint64 });
export type Lifetime = Infer<typeof Lifetime>;

export const LeafNodeSource = enumeration(uint8, { key_package: 1, update: 2, commit: 3 }, 'R-7.2-01');
export type LeafNodeSource = Infer<typeof LeafNodeSource>;

const unsignedLeaf = [
  {
    encryptionKey: HPKEPublicKey,
    signatureKey: SignaturePublicKey,
    credential: Credential,
    capabilities: Capabilities,
    leafNodeSource: LeafNodeSource,
  },
  select('leafNodeSource', {
    key_package: { lifetime: Lifetime },
    update: {},
    commit: { parentHash: opaque },
  }),
  { extensions: Extensions },
] as const;

/** §7.2. `lifetime` exists only when `leafNodeSource` is `key_package`, `parentHash` only when it is `commit`. */
export const LeafNode = struct(...unsignedLeaf, { signature: opaque });
export type LeafNode = Infer<typeof LeafNode>;

/** §7.2. What `signature` covers: a leaf made inside a group is bound to its place there (R-7.2-12). */
export const LeafNodeTBS = struct(
  ...unsignedLeaf,
  select('leafNodeSource', {
    key_package: {},
    update: { groupId: opaque, leafIndex: uint32 },
    commit: { groupId: opaque, leafIndex: uint32 },
  }),
);
export type LeafNodeTBS = Infer<typeof LeafNodeTBS>;

const unsignedKeyPackage = {
  version: uint16,
  cipherSuite: uint16,
  initKey: HPKEPublicKey,
  leafNode: LeafNode,
  extensions: Extensions,
} as const;

/** §10. */
export const KeyPackage = struct(unsignedKeyPackage, { signature: opaque });
export type KeyPackage = Infer<typeof KeyPackage>;

export const KeyPackageTBS = struct(unsignedKeyPackage);
export type KeyPackageTBS = Infer<typeof KeyPackageTBS>;
