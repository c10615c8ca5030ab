/** Credential (RFC 9420 §5.3) and the keys it vouches for (§5.1). */
import { enumeration, opaque, select, struct, uint16, vector, type Infer } from './presentation-language.ts';
import { credentialTypes } from './registries.ts';

/** RFC 9180 SerializePublicKey output (R-5.1.1-01). */
export const HPKEPublicKey = opaque;
/** EdDSA: the raw key. ECDSA: an uncompressed point (R-5.1.1-02, R-5.1.1-03). */
export const SignaturePublicKey = opaque;

/** One DER certificate. */
export const Certificate = struct({ certData: opaque });
export type Certificate = Infer<typeof Certificate>;

/** §5.3. A type that is not implemented cannot be skipped, so the object that carries it does not decode (R-5.3-05). */
export const Credential = struct(
  { credentialType: enumeration(uint16, credentialTypes, 'R-5.3-05') },
  select('credentialType', {
    basic: { identity: opaque },
    x509: { certificates: vector(Certificate) },
  }),
);
export type Credential = Infer<typeof Credential>;
