/** Extension (RFC 9420 §7.2) and the bodies of the extensions that the RFC defines. */
import { within } from '../errors.ts';
import { Credential, HPKEPublicKey, SignaturePublicKey } from './credential.ts';
import { defaultMaxExtensions } from './cursor.ts';
import { opaque, struct, uint16, vector, type Infer } from './presentation-language.ts';

export const Extension = struct({ extensionType: uint16, extensionData: opaque });
export type Extension = Infer<typeof Extension>;

/** `Extension extensions<V>`, of which the reader takes as many as its options say. */
export const Extensions = vector(Extension, ({ options: { maxExtensions = defaultMaxExtensions } }, count) =>
  within(count <= maxExtensions, tooManyExtensions(maxExtensions)),
);

export const tooManyExtensions = (most: number): string => `a list of more than ${most} extensions`;

/** Body of application_id (§5.3.3). */
export const ApplicationId = struct({ applicationId: opaque });
export type ApplicationId = Infer<typeof ApplicationId>;

/** Body of required_capabilities (§11.1). */
export const RequiredCapabilities = struct({
  extensionTypes: vector(uint16),
  proposalTypes: vector(uint16),
  credentialTypes: vector(uint16),
});
export type RequiredCapabilities = Infer<typeof RequiredCapabilities>;

/** Body of external_pub (§12.4.3.2). */
export const ExternalPub = struct({ externalPub: HPKEPublicKey });
export type ExternalPub = Infer<typeof ExternalPub>;

/** §12.1.8.1. */
export const ExternalSender = struct({ signatureKey: SignaturePublicKey, credential: Credential });
export type ExternalSender = Infer<typeof ExternalSender>;

/** Body of external_senders; may be empty. */
export const ExternalSenders = vector(ExternalSender);
