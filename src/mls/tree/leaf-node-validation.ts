/** Leaf node validation (RFC 9420 §7.3): by itself, against a group's extensions, and against the other members. */
import { sameBytes } from '../bytes.ts';
import { certificatePublicKey, checkCertificate } from '../crypto/certificate.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must } from '../errors.ts';
import type { CredentialCheck, Policy } from '../policy.ts';
import type { RequirementId } from '../requirements.ts';
import type { Credential } from '../wire/credential.ts';
import type { Extension, RequiredCapabilities } from '../wire/extension.ts';
import type { GroupContext } from '../wire/group-info.ts';
import type { Capabilities, LeafNode, Lifetime } from '../wire/leaf-node.ts';
import { credentialTypes, isDefaultExtensionType, isDefaultProposalType, mls10 } from '../wire/registries.ts';
import { verifyLeafSignature, type LeafPlace } from './leaf-node.ts';
import { supportOf } from './subtree.ts';
import { lists } from './type-list.ts';
import { leavesWithKey, leavesWithSignatureKey, parentsWithKey, type RatchetTree } from './ratchet-tree.ts';

export interface LeafCheck {
  readonly leafNode: LeafNode;
  /** Undefined for a leaf that stands in a KeyPackage. */
  readonly place: LeafPlace | undefined;
  readonly policy: Policy;
  readonly groupContext: GroupContext | undefined;
  /** The rule that makes this the moment to ask about the credential; undefined when it was asked before. */
  readonly credentialRule: RequirementId | undefined;
  /** The rule by which the lifetime is held against the present time; undefined when it is not. */
  readonly lifetimeRule: 'R-7.3-09' | 'R-7.3-10' | undefined;
  /** The rule that wants the signature verified here; R-7.3-02 unless the leaf's place has one of its own. */
  readonly signatureRule?: 'R-10.1-04' | 'R-12.4.2-05' | 'R-12.4.2-06';
}

/**
 * Checks a leaf node by itself: keys, capabilities, extensions, lifetime, signature, credential.
 * @throws MLSError `invalid`: R-5.1.1-03, R-5.1.2-01, R-10-05, R-7.2-05, R-7.2-06, R-7.2-10, R-7.3-02, R-7.3-06, R-7.3-10,
 *   R-13.4-04, R-5.3-02, R-5.3-03, or one of the rules of `check`
 */
export async function validateLeafNode(suite: CipherSuite, check: LeafCheck): Promise<void> {
  const { leafNode, policy } = check;
  validateLeafKeys(suite, check);
  validateLeafContents(leafNode);
  if (leafNode.leafNodeSource === 'key_package') validateLifetime(leafNode.lifetime, policy, check.lifetimeRule);
  const place = leafNode.leafNodeSource === 'key_package' ? undefined : check.place;
  await verifyLeafSignature(suite, leafNode, { place, rule: check.signatureRule });
  if (check.credentialRule !== undefined) {
    const { credential, signatureKey } = leafNode;
    await validateCredential(suite, { credential, signatureKey, leafNode, groupContext: check.groupContext }, { policy, rule: check.credentialRule });
  }
}

function validateLeafKeys(suite: CipherSuite, { leafNode, place }: LeafCheck): void {
  must(suite.isHPKEPublicKey(leafNode.encryptionKey), place === undefined ? 'R-10-05' : 'R-5.1.1-04', 'encryption_key of a leaf node');
  validateSignatureKey(suite, leafNode.signatureKey);
}

/** To be asked before a signature is verified, so that a key in the wrong encoding is named as the reason. @throws MLSError `invalid` R-5.1.1-03 or R-5.1.2-01 */
export function validateSignatureKey(suite: CipherSuite, signatureKey: Uint8Array): void {
  const rule = suite.signature.startsWith('ECDSA') ? 'R-5.1.1-03' : 'R-5.1.2-01';
  must(suite.isSignaturePublicKey(signatureKey), rule, () => `a signature_key of ${signatureKey.length} bytes, not ${suite.signaturePublicKeyLength}, or off the curve`);
}

function validateLeafContents({ capabilities, credential, extensions }: LeafNode): void {
  noRepeatedExtension(extensions, 'leaf node');
  for (const { extensionType } of extensions) {
    must(supportsExtension(capabilities, extensionType), 'R-7.2-05', () => `extension ${typeName(extensionType)}`);
  }
  must(lists(capabilities.credentials, credentialTypes[credential.credentialType]), 'R-7.2-06', credential.credentialType);
  must(capabilities.versions.includes(mls10), 'R-7.3-06', 'the capabilities lack mls10');
}

/** @throws MLSError `invalid` R-7.2-10 for a lifetime that is too long, `rule` when it has not begun or is over */
function validateLifetime({ notBefore, notAfter }: Lifetime, policy: Policy, rule: LeafCheck['lifetimeRule']): void {
  const { maximumLifetime, clockSkew } = policy;
  must(notAfter >= notBefore, 'R-7.2-10', 'not_after is before not_before');
  must(maximumLifetime === 'unlimited' || notAfter - notBefore <= maximumLifetime, 'R-7.2-10', () => `${notAfter - notBefore} s, at most ${maximumLifetime} s`);
  if (rule === undefined) return;
  const now = policy.now();
  if (now === undefined) return;
  must(now + clockSkew >= notBefore, rule, () => `begins at ${notBefore}, it is ${now}`);
  must(now - clockSkew <= notAfter, rule, () => `ended at ${notAfter}, it is ${now}`);
}

/** @throws MLSError `invalid` R-5.3-02, R-5.3-03, or `rule` when the authentication service refuses */
export async function validateCredential(suite: CipherSuite, check: CredentialCheck, by: { readonly policy: Policy; readonly rule: RequirementId }): Promise<void> {
  validateCertificate(suite, check.credential, check.signatureKey);
  must(await by.policy.validateCredential(check), by.rule, 'the credential is refused');
}

function validateCertificate(suite: CipherSuite, credential: Credential, signatureKey: Uint8Array): void {
  if (credential.credentialType !== 'x509') return;
  const [endEntity, ...chain] = credential.certificates;
  must(endEntity !== undefined, 'R-5.3-02', 'the chain is empty');
  const certified = certificatePublicKey(endEntity.certData);
  must(certified.signature === suite.signature, 'R-5.1.2-01', () => `the certificate is for ${certified.signature}`);
  must(sameBytes(certified.publicKey, signatureKey), 'R-5.3-03');
  for (const { certData } of chain) checkCertificate(certData);
}

/** @throws MLSError `invalid` R-13.4-04 when two extensions have one type */
export function noRepeatedExtension(extensions: readonly Extension[], where: string): void {
  const types = new Set(extensions.map((extension) => extension.extensionType));
  must(types.size === extensions.length, 'R-13.4-04', `extensions of the ${where}`);
}

/** §7.3 and §11.1: the first requirement of the group that a leaf does not meet, with its rule. */
export function firstUnmet(capabilities: Capabilities, required: RequiredCapabilities): { readonly rule: RequirementId; readonly detail: string } | undefined {
  const extension = required.extensionTypes.find((type) => !supportsExtension(capabilities, type));
  if (extension !== undefined) return { rule: 'R-7.3-03', detail: `extension ${typeName(extension)}` };
  const proposal = required.proposalTypes.find((type) => !supportsProposal(capabilities, type));
  if (proposal !== undefined) return { rule: 'R-7.3-04', detail: `proposal ${typeName(proposal)}` };
  const credential = required.credentialTypes.find((type) => !lists(capabilities.credentials, type));
  return credential === undefined ? undefined : { rule: 'R-7.3-05', detail: `credential ${typeName(credential)}` };
}

/** Default types count as supported (R-11.1-02). */
export const supportsExtension = (capabilities: Pick<Capabilities, 'extensions'>, type: number): boolean =>
  isDefaultExtensionType(type) || lists(capabilities.extensions, type);
export const supportsProposal = (capabilities: Pick<Capabilities, 'proposals'>, type: number): boolean =>
  isDefaultProposalType(type) || lists(capabilities.proposals, type);

export const typeName = (type: number): string => `0x${type.toString(16).padStart(4, '0')}`;

/**
 * Holds a new or changed leaf against the other members of the tree it now stands in (R-7.3-07, R-7.3-08, R-7.3-13,
 * R-7.3-14, R-16.7-01).
 */
export function validateAmongMembers(tree: RatchetTree, leafNode: LeafNode): void {
  const support = supportOf(tree.root)!;
  must(lists(support.credentials, credentialTypes[leafNode.credential.credentialType]), 'R-7.3-07', leafNode.credential.credentialType);
  for (const type of support.credentialsInUse) must(lists(leafNode.capabilities.credentials, type), 'R-7.3-08', () => `credential ${typeName(type)}`);
  must(leavesWithKey(tree, leafNode.encryptionKey) === 1, 'R-7.3-14');
  must(parentsWithKey(tree, leafNode.encryptionKey) === 0, 'R-16.7-01', 'the encryption_key of a leaf is that of a parent');
  must(leavesWithSignatureKey(tree, leafNode.signatureKey) === 1, 'R-7.3-13');
}
