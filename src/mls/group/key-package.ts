/** KeyPackages (RFC 9420 §10): making them, and checking those of others (§10.1). */
import { sameBytes } from '../bytes.ts';
import { makeKeyPackageRef, signWithLabel, verifyWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../crypto/provider.ts';
import { must } from '../errors.ts';
import { allOrNone } from '../secret.ts';
import { signLeafNode } from '../tree/leaf-node.ts';
import { noRepeatedExtension, supportsExtension, typeName, validateLeafNode } from '../tree/leaf-node-validation.ts';
import type { Credential } from '../wire/credential.ts';
import type { Extension } from '../wire/extension.ts';
import { MLSMessage } from '../wire/framing.ts';
import type { GroupContext } from '../wire/group-info.ts';
import { KeyPackage, KeyPackageTBS, type Capabilities, type Lifetime } from '../wire/leaf-node.ts';
import { encode } from '../wire/presentation-language.ts';
import { extensionTypes, greaseValues, mls10 } from '../wire/registries.ts';
import type { Settings } from './state.ts';

/** A KeyPackage with the private keys that a join with it needs. */
export interface KeyPackageBundle {
  readonly keyPackage: KeyPackage;
  /** The KeyPackage as an encoded MLSMessage, for publication. */
  readonly message: Uint8Array;
  /** KeyPackageRef; Nh bytes (R-5.2-02). */
  readonly reference: Uint8Array;
  readonly initKey: HPKEPrivateKey;
  readonly encryptionKey: HPKEPrivateKey;
  readonly signatureKey: SignaturePrivateKey;
}

export interface KeyPackageContents {
  readonly credential: Credential;
  readonly signatureKey: SignaturePrivateKey;
  readonly capabilities: Capabilities;
  readonly lifetime: Lifetime;
  readonly leafExtensions: readonly Extension[];
  readonly extensions: readonly Extension[];
}

export async function makeKeyPackage(suite: CipherSuite, from: KeyPackageContents): Promise<KeyPackageBundle> {
  using undo = new DisposableStack();
  const [initKey, encryptionKey] = (await allOrNone([suite.generateHPKEKey(), suite.generateHPKEKey()])) as [HPKEPrivateKey, HPKEPrivateKey];
  undo.use(initKey);
  undo.use(encryptionKey);
  const leafNode = await signLeafNode(suite, from.signatureKey, {
    leafNode: {
      encryptionKey: encryptionKey.publicKey,
      signatureKey: from.signatureKey.publicKey,
      credential: from.credential,
      capabilities: from.capabilities,
      leafNodeSource: 'key_package',
      lifetime: from.lifetime,
      extensions: from.leafExtensions,
    },
  });
  const unsigned: KeyPackageTBS = { version: mls10, cipherSuite: suite.id, initKey: initKey.publicKey, leafNode, extensions: from.extensions };
  const signature = await signWithLabel(suite, from.signatureKey, 'KeyPackageTBS', encode(KeyPackageTBS, unsigned));
  undo.move();
  return bundleOf(suite, { ...unsigned, signature }, { initKey, encryptionKey, signatureKey: from.signatureKey });
}

/** A KeyPackage that exists already, together with its private keys. */
export function bundleOf(suite: CipherSuite, keyPackage: KeyPackage, keys: Pick<KeyPackageBundle, 'initKey' | 'encryptionKey' | 'signatureKey'>): KeyPackageBundle {
  const bytes = encode(KeyPackage, keyPackage);
  const message = encode(MLSMessage, { version: mls10, wireFormat: 'mls_key_package', keyPackage });
  // Not the whole of `keys`: it may be another bundle.
  const { initKey, encryptionKey, signatureKey } = keys;
  return { keyPackage, message, reference: makeKeyPackageRef(suite, bytes), initKey, encryptionKey, signatureKey };
}

/** Whether a KeyPackage may serve several joins (R-16.8-02). */
export const isLastResort = (keyPackage: KeyPackage): boolean => keyPackage.extensions.some(({ extensionType }) => extensionType === extensionTypes.last_resort);

export interface KeyPackageCheck {
  readonly keyPackage: KeyPackage;
  readonly settings: Settings;
  readonly groupContext: GroupContext | undefined;
  /** Whether this client is about to add it, and not another member. */
  readonly byUs: boolean;
}

/**
 * Validates a KeyPackage for an Add (§10.1).
 * @throws MLSError `invalid`: R-10.1-02, R-10.1-03, R-10-03, R-10.1-05, R-10-09, R-13.4-04, R-10-10, R-10-06, or a leaf rule
 */
export async function validateKeyPackage(check: KeyPackageCheck): Promise<void> {
  const { keyPackage, settings } = check;
  const { suite, policy } = settings;
  const { leafNode } = keyPackage;
  must(keyPackage.version === mls10, 'R-10.1-02', () => `version ${keyPackage.version}`);
  must(keyPackage.cipherSuite === suite.id, keyPackage.cipherSuite === 0 ? 'R-17.1-12' : 'R-10.1-03', () => `cipher suite ${keyPackage.cipherSuite}`);
  must(suite.isHPKEPublicKey(keyPackage.initKey), 'R-10-03');
  // Nobody could make a Welcome for it, so no Commit can cover it: pending, it would only be in the way.
  must(!suite.isLowOrder(keyPackage.initKey), 'R-10-03', 'init_key is of small order');
  // A group with such a leaf can still remove it, so others' Adds of it are taken; our own are not made.
  must(!check.byUs || !suite.isLowOrder(leafNode.encryptionKey), 'R-10-05', 'encryption_key is of small order');
  must(!sameBytes(keyPackage.initKey, leafNode.encryptionKey), 'R-10.1-05');
  must(leafNode.leafNodeSource === 'key_package', 'R-10-09', () => `the leaf has source ${leafNode.leafNodeSource}`);
  if (!leafNode.capabilities.cipherSuites.includes(suite.id)) {
    settings.onAccepted({ requirement: 'R-7.3-06', detail: `the capabilities of a KeyPackage's leaf lack its cipher suite ${suite.id}` });
  }
  noRepeatedExtension(keyPackage.extensions, 'KeyPackage');
  for (const { extensionType } of keyPackage.extensions) {
    if (supportsExtension(leafNode.capabilities, extensionType)) continue;
    must(settings.acceptUnlistedGrease && greaseValues.includes(extensionType), 'R-10-10', () => `extension ${typeName(extensionType)} of the KeyPackage`);
    settings.onAccepted({ requirement: 'R-10-10', detail: `extension ${typeName(extensionType)} of a KeyPackage is not in the capabilities of its leaf` });
  }
  await validateLeafNode(suite, {
    leafNode,
    place: undefined,
    policy,
    groupContext: check.groupContext,
    credentialRule: check.byUs ? 'R-5.3.1-02' : 'R-5.3.1-04',
    lifetimeRule: check.byUs ? 'R-7.3-09' : 'R-7.3-10',
    signatureRule: 'R-10.1-04',
  });
  const { signature, ...unsigned } = keyPackage;
  const valid = await verifyWithLabel(suite, leafNode.signatureKey, 'KeyPackageTBS', encode(KeyPackageTBS, unsigned), signature);
  must(valid, 'R-10-06');
}
