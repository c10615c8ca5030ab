/** Certificates for x509 credentials, for a key of any signature scheme; what signs them is nobody's (§5.3.1 leaves that to the application). */
import { concat, fromHex } from '../../mls/bytes.ts';
import type { CipherSuite } from '../../mls/crypto/provider.ts';
import type { SignatureScheme } from '../../mls/crypto/suites.ts';
import type { Credential } from '../../mls/wire/credential.ts';

/** tbsCertificate of a minimal v1 certificate up to the key: serial 1, signed with Ed25519, no names, valid 2020 to 2049. */
const beforeKey = fromHex('020101300506032b65703000301e170d3230303130313030303030305a170d3439303130313030303030305a3000');

/** The AlgorithmIdentifier of a SubjectPublicKeyInfo: RFC 8410 §3, RFC 5480 §2.1.1. */
const algorithms: Readonly<Record<SignatureScheme, string>> = {
  Ed25519: '300506032b6570',
  Ed448: '300506032b6571',
  'ECDSA-P-256': '301306072a8648ce3d020106082a8648ce3d030107',
  'ECDSA-P-384': '301006072a8648ce3d020106052b81040022',
  'ECDSA-P-521': '301006072a8648ce3d020106052b81040023',
};

/** One DER certificate for a public key of a suite, with a signature of zeros. */
export function certificateFor({ signature: scheme }: Pick<CipherSuite, 'signature'>, publicKey: Uint8Array): Uint8Array {
  const key = element(0x30, fromHex(algorithms[scheme]), element(0x03, Uint8Array.of(0), publicKey));
  return element(0x30, element(0x30, beforeKey, key), fromHex(algorithms.Ed25519), element(0x03, Uint8Array.of(0), new Uint8Array(64)));
}

/** One element in DER, up to 65,535 bytes. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(tag, ...header), content);
}

export const x509 = (...certificates: readonly Uint8Array[]): Credential => ({ credentialType: 'x509', certificates: certificates.map((certData) => ({ certData })) });
