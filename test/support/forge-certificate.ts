/** Certificates for x509 credentials whose key is any Ed25519 key; what signs them is nobody's: the tests' policy decides. */
import { fromHex } from '../../src/mls/bytes.ts';
import type { Credential } from '../../src/mls/wire/credential.ts';

/** tbsCertificate of a minimal v1 certificate (serial 1, no names, valid 2020 to 2049) up to the Ed25519 key. */
const beforeKey = fromHex('020101300506032b65703000301e170d3230303130313030303030305a170d3439303130313030303030305a3000302a300506032b6570032100');

/** One DER certificate for an Ed25519 public key, with a signature of zeros. */
export function certificateFor(publicKey: Uint8Array): Uint8Array {
  const tbs = sequence(Uint8Array.of(...beforeKey, ...publicKey));
  const algorithm = fromHex('300506032b6570');
  const signature = Uint8Array.of(0x03, 65, 0, ...new Uint8Array(64));
  return sequence(Uint8Array.of(...tbs, ...algorithm, ...signature));
}

function sequence(content: Uint8Array): Uint8Array {
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Uint8Array.of(0x30, ...length, ...content);
}

export const x509 = (...certificates: readonly Uint8Array[]): Credential => ({ credentialType: 'x509', certificates: certificates.map((certData) => ({ certData })) });
