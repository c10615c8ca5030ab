/**
 * The key schedule (RFC 9420 §8): from init_secret, commit_secret and psk_secret to the secrets of an epoch.
 *
 * Values that live for one Commit go in and out as bytes; whoever was given one wipes it as soon as the next is derived
 * (R-9.2-03). Values that live as long as their epoch are Secrets. A GroupContext goes in encoded, so that it is encoded
 * once, and it is always the final one of the new epoch (R-8-07).
 */
import { empty, utf8 } from '../bytes.ts';
import { deriveSecret, expandWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey } from '../crypto/provider.ts';
import { MLSError, violation } from '../errors.ts';
import { Secret } from '../secret.ts';

/** What an epoch keeps (§8, table 4). Each may be disposed of on its own. */
export interface EpochSecrets {
  readonly senderDataSecret: Secret;
  /** Moves into the epoch's SecretTree, which wipes this copy. */
  readonly encryptionSecret: Secret;
  readonly exporterSecret: Secret;
  readonly externalSecret: Secret;
  readonly confirmationKey: Secret;
  readonly membershipKey: Secret;
  readonly resumptionPsk: Secret;
  readonly epochAuthenticator: Secret;
  /** init_secret of this epoch, for the Commit that ends it. */
  readonly initSecret: Secret;
}

/** Overwrites transient secrets with zeros; undefined ones are passed over. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

export interface JoinerSecretInputs {
  /** Of the epoch before, or the one an external Commit brings (§8.3). */
  readonly initSecret: Uint8Array;
  /** KDF.Nh zero bytes when the Commit has no path. */
  readonly commitSecret: Uint8Array;
  /** The encoded GroupContext of the new epoch. */
  readonly groupContext: Uint8Array;
}

/** joiner_secret (R-8-03); KDF.Nh bytes. */
export function joinerSecret(suite: CipherSuite, { initSecret, commitSecret, groupContext }: JoinerSecretInputs): Uint8Array {
  const extracted = suite.extract(initSecret, commitSecret);
  try {
    return expandWithLabel(suite, extracted, 'joiner', groupContext, suite.nh);
  } finally {
    wipe(extracted);
  }
}

/** The unnamed value below joiner_secret, from which the Welcome's and the epoch's secrets come (R-8-04). */
export const memberSecret = (suite: CipherSuite, joiner: Uint8Array, pskSecret: Uint8Array): Uint8Array => suite.extract(joiner, pskSecret);

/** welcome_secret (R-8-05). */
export const welcomeSecret = (suite: CipherSuite, member: Uint8Array): Uint8Array => deriveSecret(suite, member, 'welcome');

/** epoch_secret (R-8-06). */
export const epochSecret = (suite: CipherSuite, member: Uint8Array, groupContext: Uint8Array): Uint8Array =>
  expandWithLabel(suite, member, 'epoch', groupContext, suite.nh);

/** All secrets that hang below epoch_secret (R-8-08, R-8-09). The caller wipes `epoch`. */
export function deriveEpochSecrets(suite: CipherSuite, epoch: Uint8Array): EpochSecrets {
  const derived = (label: string) => new Secret(deriveSecret(suite, epoch, label));
  return {
    senderDataSecret: derived('sender data'),
    encryptionSecret: derived('encryption'),
    exporterSecret: derived('exporter'),
    externalSecret: derived('external'),
    confirmationKey: derived('confirm'),
    membershipKey: derived('membership'),
    resumptionPsk: derived('resumption'),
    epochAuthenticator: derived('authentication'),
    initSecret: derived('init'),
  };
}

/** The key and nonce of a Welcome's encrypted GroupInfo (§12.4.3.1); AEAD.Nk and AEAD.Nn bytes. */
export const welcomeKeyAndNonce = (suite: CipherSuite, welcome: Uint8Array): { readonly key: Uint8Array; readonly nonce: Uint8Array } => ({
  key: expandWithLabel(suite, welcome, 'key', empty, suite.nk),
  nonce: expandWithLabel(suite, welcome, 'nonce', empty, suite.nn),
});

export interface ExporterInputs {
  /** Unique to its purpose (R-8.5-02). */
  readonly label: string;
  readonly context: Uint8Array;
  /** In bytes, at most 255 * KDF.Nh. */
  readonly length: number;
}

/** MLS-Exporter (§8.5, R-8.5-01). */
export function mlsExporter(suite: CipherSuite, exporterSecret: Secret, { label, context, length }: ExporterInputs): Uint8Array {
  const secret = deriveSecret(suite, exporterSecret.expose(), label);
  try {
    return expandWithLabel(suite, secret, 'exported', suite.digest(context), length);
  } finally {
    wipe(secret);
  }
}

/** confirmation_tag of the Commit that began the epoch (R-6.1-14); KDF.Nh bytes. */
export const confirmationTag = (suite: CipherSuite, confirmationKey: Secret, confirmedTranscriptHash: Uint8Array): Uint8Array =>
  suite.hmac(confirmationKey.expose(), confirmedTranscriptHash);

/** The key pair that external Commits to the next epoch use (R-8-10). */
export const externalKey = (suite: CipherSuite, externalSecret: Secret): Promise<HPKEPrivateKey> => suite.deriveHPKEKey(externalSecret.expose());

const externalInitLabel = utf8('MLS 1.0 external init secret');

/** The joiner's side of external initialization: a kem_output for ExternalInit and the init_secret it stands for (R-8.3-01). */
export async function sendExternalInit(suite: CipherSuite, externalPub: Uint8Array): Promise<{ readonly kemOutput: Uint8Array; readonly initSecret: Uint8Array }> {
  const { kemOutput, exported } = await suite.hpkeSendExport(externalPub, empty, externalInitLabel, suite.nh);
  return { kemOutput, initSecret: exported };
}

/**
 * The members' side of external initialization: the init_secret that a kem_output stands for (R-8.3-02).
 * @param key of `externalKey`, of the epoch before the Commit
 * @throws MLSError `invalid` R-8.3-03 when the KEM cannot decapsulate `kemOutput`
 */
export async function receiveExternalInit(suite: CipherSuite, key: HPKEPrivateKey, kemOutput: Uint8Array): Promise<Uint8Array> {
  try {
    return await suite.hpkeReceiveExport(key, kemOutput, empty, externalInitLabel, suite.nh);
  } catch (cause) {
    if (cause instanceof MLSError && cause.code === 'invalid') throw violation('R-8.3-03', cause.message, cause);
    throw cause;
  }
}
