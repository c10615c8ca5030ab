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
  const { algorithm, subjectPublicKey } = parse(der).tbsCertificate.subjectPublicKeyInfo;
  const parameters = algorithm.parameters;
  // RFC 8410 §3: the algorithms of the Edwards curves have no parameters.
  const signature = algorithm.algorithm === ecPublicKey ? namedCurves[hex(parameters)] : edwards[algorithm.algorithm + hex(parameters)];
  if (signature === undefined) throw violation('R-5.1.2-01', `the certificate's key is of algorithm ${algorithm.algorithm} ${hex(parameters)}`);
  return { signature, publicKey: new Uint8Array(subjectPublicKey) };
}

/**
 * For the certificates of a chain behind the first, whose keys may be of any algorithm.
 * @throws MLSError `invalid` R-5.3-02 for anything but exactly one DER certificate
 */
export function checkCertificate(der: Uint8Array): void {
  parse(der);
}

function parse(der: Uint8Array): Certificate {
  if (!isShapedLikeCertificate(der)) throw violation('R-5.3-02', 'not one DER SEQUENCE of three parts');
  try {
    return AsnConvert.parse(der, Certificate);
  } catch (cause) {
    throw violation('R-5.3-02', 'not an X.509 certificate', cause);
  }
}

/** Whether `der` is one SEQUENCE of three elements in DER and nothing after it. The parser takes BER and ignores surplus. */
function isShapedLikeCertificate(der: Uint8Array): boolean {
  const whole = contentOfElement(der, 0);
  if (der[0] !== 0x30 || whole === undefined || whole.end !== der.length) return false;
  let at: number | undefined = whole.start;
  for (let part = 0; part < 3 && at !== undefined; part++) at = endOfElement(der, at);
  return at === whole.end;
}

/** Deeper than any certificate; what is nested deeper would only exhaust the parser's stack. */
const maximumDepth = 32;

/** Where the element at `offset` ends; undefined unless all elements in it are DER and end where those around them end. */
function endOfElement(der: Uint8Array, offset: number, depth = 0): number | undefined {
  const content = contentOfElement(der, offset);
  if (content === undefined || depth > maximumDepth) return undefined;
  const isConstructed = (der[offset]! & 0x20) !== 0;
  if (!isConstructed) return content.end;
  let at: number | undefined = content.start;
  while (at !== undefined && at < content.end) at = endOfElement(der, at, depth + 1);
  return at === content.end ? at : undefined;
}

/** The content of the element at `offset`; undefined unless its length is definite, minimal and within the input. */
function contentOfElement(der: Uint8Array, offset: number): { readonly start: number; readonly end: number } | undefined {
  const tag = der[offset];
  let length = der[offset + 1];
  if (tag === undefined || (tag & 0x1f) === 0x1f || length === undefined) return undefined;
  let start = offset + 2;
  if (length >= 0x80) {
    const behind = start + (length & 0x7f);
    if (behind === start || behind > start + 4 || behind > der.length || der[start] === 0) return undefined;
    for (length = 0; start < behind; start++) length = length * 256 + der[start]!;
    if (length < 0x80) return undefined;
  }
  const end = start + length;
  return end <= der.length ? { start, end } : undefined;
}

function hex(bytes: ArrayBuffer | null | undefined): string {
  return Array.from(new Uint8Array(bytes ?? new ArrayBuffer(0)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
