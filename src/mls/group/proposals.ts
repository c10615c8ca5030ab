/** What a member can propose, as small values; the engine fills in what the epoch dictates (RFC 9420 §12.1). */
import { copyOf } from '../bytes.ts';
import type { SignaturePrivateKey } from '../crypto/provider.ts';
import { must, usage } from '../errors.ts';
import { pause, sliceIsOver } from '../slices.ts';
import type { Credential } from '../wire/credential.ts';
import type { Extension } from '../wire/extension.ts';
import { MLSMessage } from '../wire/framing.ts';
import type { Capabilities, KeyPackage } from '../wire/leaf-node.ts';
import { decode } from '../wire/presentation-language.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { Proposal, ReInit } from '../wire/proposal.ts';
import { mls10 } from '../wire/registries.ts';
import { resumptionPskOf } from './psk.ts';
import type { GroupState } from './state.ts';

/** New contents for the own leaf; what is left out stays as it is. */
export interface LeafChange {
  readonly credential?: Credential | undefined;
  /** Must go with the credential. */
  readonly signatureKey?: SignaturePrivateKey | undefined;
  readonly capabilities?: Capabilities | undefined;
  readonly extensions?: readonly Extension[] | undefined;
}

export type ProposalInput =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'update'; readonly leaf: LeafChange }
  | { readonly kind: 'psk'; readonly psk: Omitted<PreSharedKeyID, 'pskNonce'> }
  | { readonly kind: 'resumption'; readonly epoch: bigint };
type Omitted<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const plain = (proposal: Proposal): ProposalInput => ({ kind: 'proposal', proposal });

/**
 * Adds a client.
 * @param keyPackage a KeyPackage, or the encoded MLSMessage that holds one
 */
export const add = (keyPackage: KeyPackage | Uint8Array): ProposalInput =>
  plain({ proposalType: 'add', keyPackage: keyPackage instanceof Uint8Array ? decodeKeyPackage(keyPackage) : keyPackage });

/** Gives the own leaf a new encryption key and, if wanted, other contents; takes effect when another member commits it. */
export const update = (leaf: LeafChange = {}): ProposalInput => ({ kind: 'update', leaf });

/** Removes the member at a leaf index. */
export const remove = (leafIndex: number): ProposalInput => plain({ proposalType: 'remove', removed: leafIndex });

/** Mixes an external PSK into the key schedule; every member needs its value (§8.4). */
export const externalPsk = (pskId: Uint8Array): ProposalInput => ({ kind: 'psk', psk: { psktype: 'external', pskId } });

/** Mixes in the resumption PSK of an earlier epoch of this group, or of another one. */
export const resumptionPsk = (epoch: bigint, groupId?: Uint8Array): ProposalInput =>
  groupId === undefined
    ? { kind: 'resumption', epoch }
    : { kind: 'psk', psk: { psktype: 'resumption', usage: 'application', pskGroupId: groupId, pskEpoch: epoch } };

/** Ends the group in favour of a successor with other parameters (§11.2). */
export const reInit = (successor: Pick<ReInit, 'groupId' | 'cipherSuite'> & Partial<Pick<ReInit, 'extensions' | 'version'>>): ProposalInput =>
  plain({ proposalType: 'reinit', version: mls10, extensions: [], ...successor });

/** Replaces the whole list of the group's extensions (R-12.1.7-02). */
export const groupContextExtensions = (extensions: readonly Extension[]): ProposalInput => plain({ proposalType: 'group_context_extensions', extensions });

/** A proposal of a type of the application's own. */
export const custom = (customType: number, body: Uint8Array): ProposalInput => plain({ proposalType: 'custom', customType, body });

/** The KeyPackage in an encoded MLSMessage. @throws MLSError `malformed`, or `misuse` for a message of another kind */
export function decodeKeyPackage(message: Uint8Array): KeyPackage {
  // How many extensions it may have is for the group to say that it is added to.
  const decoded = decode(MLSMessage, copyOf(message), 'MLSMessage', { maxExtensions: Infinity });
  usage(decoded.wireFormat === 'mls_key_package', `expected a KeyPackage, got ${decoded.wireFormat}`);
  must(decoded.keyPackage.version === decoded.version, 'R-10-08', () => `the KeyPackage has version ${decoded.keyPackage.version}`);
  return decoded.keyPackage;
}

/** The KeyPackages in thousands of messages, in slices. @throws MLSError as `decodeKeyPackage` */
export async function decodeKeyPackages(messages: readonly Uint8Array[]): Promise<KeyPackage[]> {
  const keyPackages: KeyPackage[] = [];
  for (const message of messages) {
    keyPackages.push(decodeKeyPackage(message));
    if (sliceIsOver()) await pause();
  }
  return keyPackages;
}

/** The PreSharedKeyID for an input, with a fresh nonce (R-8.4-02, R-12.1.4-02). */
export function pskIdFor(state: GroupState, input: Extract<ProposalInput, { kind: 'psk' | 'resumption' }>): PreSharedKeyID {
  const { suite } = state.settings;
  const pskNonce = suite.random(suite.nh);
  if (input.kind === 'psk') return { ...input.psk, pskNonce };
  usage(resumptionPskOf(state, input.epoch) !== undefined, `the resumption PSK of epoch ${input.epoch} is not kept`);
  return { psktype: 'resumption', usage: 'application', pskGroupId: state.groupContext.groupId, pskEpoch: input.epoch, pskNonce };
}
