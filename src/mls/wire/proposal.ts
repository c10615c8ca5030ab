/** Proposals and Commit (RFC 9420 §12.1, §12.4), with the UpdatePath a Commit carries (§7.6). */
import { HPKEPublicKey } from './credential.ts';
import { Extensions } from './extension.ts';
import { KeyPackage, LeafNode } from './leaf-node.ts';
import { enumeration, longVector, opaque, optional, select, struct, uint16, uint32, uint8, vector, type Codec, type Infer } from './presentation-language.ts';
import { PreSharedKeyID } from './pre-shared-key.ts';
import { proposalTypes } from './registries.ts';

const bodies = {
  add: { keyPackage: KeyPackage },
  update: { leafNode: LeafNode },
  remove: { removed: uint32 },
  psk: { psk: PreSharedKeyID },
  reinit: { groupId: opaque, version: uint16, cipherSuite: uint16, extensions: Extensions },
  external_init: { kemOutput: opaque },
  group_context_extensions: { extensions: Extensions },
} as const;

export const Add = struct(bodies.add);
export type Add = Infer<typeof Add>;
export const Update = struct(bodies.update);
export type Update = Infer<typeof Update>;
export const Remove = struct(bodies.remove);
export type Remove = Infer<typeof Remove>;
export const PreSharedKey = struct(bodies.psk);
export type PreSharedKey = Infer<typeof PreSharedKey>;
export const ReInit = struct(bodies.reinit);
export type ReInit = Infer<typeof ReInit>;
export const ExternalInit = struct(bodies.external_init);
export type ExternalInit = Infer<typeof ExternalInit>;
export const GroupContextExtensions = struct(bodies.group_context_extensions);
export type GroupContextExtensions = Infer<typeof GroupContextExtensions>;

const registered = struct({ proposalType: enumeration(uint16, proposalTypes, 'R-12.1-01') }, select('proposalType', bodies));
type RegisteredProposal = Infer<typeof registered>;

/** A proposal of a type that the application defined; its body is `opaque body<V>`. */
export interface CustomProposal {
  readonly proposalType: 'custom';
  readonly customType: number;
  readonly body: Uint8Array;
}

const custom = struct({ customType: uint16, body: opaque });

/** §12.1. A body has no length, so a type that neither the RFC nor the application defines does not decode (R-12.1-01). */
export type Proposal = RegisteredProposal | CustomProposal;
export const Proposal: Codec<Proposal> = {
  write(w, value) {
    if (value.proposalType !== 'custom') return registered.write(w, value);
    custom.write(w, value);
  },
  read(r) {
    const customType = r.options.customProposalTypes === undefined ? undefined : r.peekUint16();
    if (customType === undefined || !r.options.customProposalTypes!.has(customType)) return registered.read(r);
    return { proposalType: 'custom', ...custom.read(r) };
  },
};

/** KDF.Nh bytes: the hash of the AuthenticatedContent that carried the proposal (§5.2). */
export const ProposalRef = opaque;

export const ProposalOrRef = struct(
  { type: enumeration(uint8, { proposal: 1, reference: 2 }, 'R-12.4-01') },
  select('type', { proposal: { proposal: Proposal }, reference: { reference: ProposalRef } }),
);
export type ProposalOrRef = Infer<typeof ProposalOrRef>;

export const HPKECiphertext = struct({ kemOutput: opaque, ciphertext: opaque });
export type HPKECiphertext = Infer<typeof HPKECiphertext>;

export const UpdatePathNode = struct({ encryptionKey: HPKEPublicKey, encryptedPathSecret: vector(HPKECiphertext) });
export type UpdatePathNode = Infer<typeof UpdatePathNode>;

export const UpdatePath = struct({ leafNode: LeafNode, nodes: vector(UpdatePathNode) });
export type UpdatePath = Infer<typeof UpdatePath>;

export const CommitPath = optional(UpdatePath);

export const Commit = struct({ proposals: longVector(ProposalOrRef), path: CommitPath });
export type Commit = Infer<typeof Commit>;
