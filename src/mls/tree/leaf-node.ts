/** Making, signing and verifying leaf nodes (RFC 9420 §7.2). */
import type { CipherSuite, SignaturePrivateKey } from '../crypto/provider.ts';
import { signWithLabel, verifyWithLabel } from '../crypto/labelled.ts';
import { must } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import { LeafNode, LeafNodeTBS } from '../wire/leaf-node.ts';
import { encode } from '../wire/presentation-language.ts';
import type { LeafIndex } from './tree-math.ts';

/** Where a leaf made inside a group stands (R-7.2-12). */
export interface LeafPlace {
  readonly groupId: Uint8Array;
  readonly leafIndex: LeafIndex;
}

type Unsigned<T> = T extends unknown ? Omit<T, 'signature'> : never;
export type UnsignedLeafNode = Unsigned<LeafNode>;

/** What the signature of a leaf covers. */
const leafNodeTBS = (leafNode: UnsignedLeafNode, place: LeafPlace | undefined): Uint8Array =>
  encode(LeafNodeTBS, { ...leafNode, ...place } as LeafNodeTBS);

export interface LeafToSign {
  readonly leafNode: UnsignedLeafNode;
  /** Required for the sources update and commit, absent for key_package. */
  readonly place?: LeafPlace;
}

export async function signLeafNode(suite: CipherSuite, key: SignaturePrivateKey, { leafNode, place }: LeafToSign): Promise<LeafNode> {
  const signature = await signWithLabel(suite, key, 'LeafNodeTBS', leafNodeTBS(leafNode, place));
  return { ...leafNode, signature } as LeafNode;
}

export interface LeafSignatureCheck {
  readonly place: LeafPlace | undefined;
  /** What a wrong signature breaks. Default: R-7.3-02. */
  readonly rule?: RequirementId | undefined;
}

/** @throws MLSError `invalid` with `rule` when the signature is not that of the leaf's own key at that place (R-7.2-13) */
export async function verifyLeafSignature(suite: CipherSuite, leafNode: LeafNode, { place, rule = 'R-7.3-02' }: LeafSignatureCheck): Promise<void> {
  const valid = await verifyWithLabel(suite, leafNode.signatureKey, 'LeafNodeTBS', leafNodeTBS(leafNode, place), leafNode.signature);
  must(valid, rule, () => `signature of the leaf node ${place === undefined ? 'of a KeyPackage' : `at index ${place.leafIndex}`}`);
}
