/** Forging leaf nodes and KeyPackages: any edit, signed again. */
import { concat } from '../../mls/bytes.ts';
import { signWithLabel } from '../../mls/crypto/labelled.ts';
import type { CipherSuite, SignaturePrivateKey } from '../../mls/crypto/provider.ts';
import { bundleOf, type KeyPackageBundle } from '../../mls/group/key-package.ts';
import type { GroupState } from '../../mls/group/state.ts';
import { signLeafNode, type LeafPlace, type UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { leafAt } from '../../mls/tree/ratchet-tree.ts';
import { Extensions } from '../../mls/wire/extension.ts';
import { messageHeader } from '../../mls/wire/framing.ts';
import { KeyPackageTBS, LeafNodeTBS, type KeyPackage, type LeafNode } from '../../mls/wire/leaf-node.ts';
import { encode, opaque, struct, uint16 } from '../../mls/wire/presentation-language.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { same } from './forge-message.ts';

export interface KeyPackageForgery {
  /** Edits the leaf, which is then signed again. */
  readonly leaf?: (leaf: UnsignedLeafNode) => UnsignedLeafNode;
  /** Edits the signed leaf. */
  readonly signedLeaf?: (leaf: LeafNode) => LeafNode;
  /** Place under which a leaf of source update or commit is signed. */
  readonly place?: LeafPlace;
  /** Edits the KeyPackage, which is then signed again. */
  readonly keyPackage?: (keyPackage: KeyPackageTBS) => KeyPackageTBS;
  readonly signatureKey?: SignaturePrivateKey;
  readonly signature?: (signature: Uint8Array) => Uint8Array;
}

/** A KeyPackage like that of `bundle`, with the same private keys, changed and signed again. */
export async function forgeKeyPackage(suite: CipherSuite, bundle: KeyPackageBundle, forgery: KeyPackageForgery = {}): Promise<KeyPackageBundle> {
  const { leaf = same, signedLeaf = same, keyPackage = same, signatureKey = bundle.signatureKey, signature = same } = forgery;
  const { signature: _, ...unsignedLeaf } = bundle.keyPackage.leafNode;
  const leafNode = signedLeaf(await signLeafNode(suite, signatureKey, { leafNode: leaf(unsignedLeaf), ...(forgery.place && { place: forgery.place }) }));
  const { signature: __, ...rest } = bundle.keyPackage;
  const unsigned = keyPackage({ ...rest, leafNode });
  const signed: KeyPackage = { ...unsigned, signature: signature(await signWithLabel(suite, signatureKey, 'KeyPackageTBS', encode(KeyPackageTBS, unsigned))) };
  return bundleOf(suite, signed, { initKey: bundle.initKey, encryptionKey: bundle.encryptionKey, signatureKey });
}

/** A KeyPackage message whose leaf was edited in its encoding, and then signed as it is. */
export async function forgeRawKeyPackage(suite: CipherSuite, { keyPackage, signatureKey }: KeyPackageBundle, edit: (unsignedLeaf: Uint8Array) => Uint8Array): Promise<Uint8Array> {
  const { version, cipherSuite, initKey, leafNode, extensions } = keyPackage;
  const leaf = edit(encode(LeafNodeTBS, leafNode as LeafNodeTBS));
  const leafSignature = await signWithLabel(suite, signatureKey, 'LeafNodeTBS', leaf);
  const unsigned = concat(encode(beforeLeaf, { version, cipherSuite, initKey }), leaf, encode(opaque, leafSignature), encode(Extensions, extensions));
  return concat(messageHeader('mls_key_package'), unsigned, encode(opaque, await signWithLabel(suite, signatureKey, 'KeyPackageTBS', unsigned)));
}

const beforeLeaf = struct({ version: uint16, cipherSuite: uint16, initKey: opaque });

/** A leaf without its source and what belongs to it. */
export function unsourced({ encryptionKey, signatureKey, credential, capabilities, extensions }: UnsignedLeafNode) {
  return { encryptionKey, signatureKey, credential, capabilities, extensions } as const;
}

/** An Add of a forged KeyPackage. */
export const addOf = ({ keyPackage }: KeyPackageBundle): Proposal => ({ proposalType: 'add', keyPackage });

export interface UpdateForgery {
  readonly leaf?: (leaf: UnsignedLeafNode) => UnsignedLeafNode;
  readonly signatureKey?: SignaturePrivateKey;
  readonly place?: LeafPlace;
  readonly signedLeaf?: (leaf: LeafNode) => LeafNode;
}

/** An Update of the own leaf with a fresh key, changed and signed. */
export async function forgeUpdate(state: GroupState, forgery: UpdateForgery = {}): Promise<Proposal> {
  const { suite } = state.settings;
  const { leaf = same, signatureKey = state.signatureKey, signedLeaf = same } = forgery;
  const { encryptionKey: _, signatureKey: signer, credential, capabilities, extensions } = leafAt(state.tree, state.ownLeafIndex)!;
  const fresh = await suite.generateHPKEKey();
  const leafNode = await signLeafNode(suite, signatureKey, {
    leafNode: leaf({ encryptionKey: fresh.publicKey, signatureKey: signer, credential, capabilities, leafNodeSource: 'update', extensions }),
    place: forgery.place ?? { groupId: state.groupContext.groupId, leafIndex: state.ownLeafIndex },
  });
  return { proposalType: 'update', leafNode: signedLeaf(leafNode) };
}
