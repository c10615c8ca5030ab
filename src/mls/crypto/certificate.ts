/** The end-entity certificate of an x509 credential (RFC 9420 §5.3): what its SubjectPublicKeyInfo says in the encoding of MLS. */
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { violation } from '../errors.ts';
import type { SignatureScheme } from './suites.ts';

export interface CertifiedKey {
  /** The scheme whose keys are of this kind. */
  readonly signature: SignatureScheme;
  /** The key in the encoding of §5.1.1. The caller compares it with `signature_key` (R-5.3-03). */
  readonly publicKey: Uint8Array;
}

const ecPublicKey = '1.2.840.10045.2.1';
const edwards: Readonly<Record<string, SignatureScheme>> = { '1.3.101.112': 'Ed25519', '1.3.101.113': 'Ed448' };
/** The named curves by their OIDs in DER. */
const namedCurves: Readonly<Record<string, SignatureScheme>> = {
  '06082a8648ce3d030107': 'ECDSA-P-256',
  '06052b81040022': 'ECDSA-P-384',
  '06052b81040023': 'ECDSA-P-521',
};

/**
 * The key that a certificate is for. Whether the key is well formed and whether the certificate is to be trusted is not
 * looked at here.
 * @throws MLSError `invalid` R-5.3-02 for anything but exactly one DER certificate
 * @throws MLSError `invalid` R-5.1.2-01 when its key is of no signature scheme of MLS
 */
export function certificatePublicKey(der: Uint8Array): CertifiedKey {
  if (!isOneSequence(der)) throw violation('R-5.3-02', 'not one DER SEQUENCE');
  const { algorithm, subjectPublicKey } = parse(der).tbsCertificate.subjectPublicKeyInfo;
  const parameters = algorithm.parameters;
  // RFC 8410 §3: the algorithms of the Edwards curves have no parameters.
  const signature = algorithm.algorithm === ecPublicKey ? namedCurves[hex(parameters)] : edwards[algorithm.algorithm + hex(parameters)];
  if (signature === undefined) throw violation('R-5.1.2-01', `the certificate's key is of algorithm ${algorithm.algorithm} ${hex(parameters)}`);
  return { signature, publicKey: new Uint8Array(subjectPublicKey) };
}

function parse(der: Uint8Array): Certificate {
  try {
    return AsnConvert.parse(der, Certificate);
  } catch (cause) {
    throw violation('R-5.3-02', 'not an X.509 certificate', cause);
  }
}

/** Whether `der` is a SEQUENCE of definite, minimal length and nothing after it; the parser would ignore the rest. */
function isOneSequence(der: Uint8Array): boolean {
  const first = der[1];
  if (der[0] !== 0x30 || first === undefined) return false;
  if (first < 0x80) return der.length === 2 + first;
  const size = first & 0x7f;
  if (size === 0 || size > 4 || der.length < 2 + size || der[2] === 0) return false;
  const length = der.subarray(2, 2 + size).reduce((value, byte) => value * 256 + byte, 0);
  return length >= 0x80 && der.length === 2 + size + length;
}

function hex(bytes: ArrayBuffer | null | undefined): string {
  return Array.from(new Uint8Array(bytes ?? new ArrayBuffer(0)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
