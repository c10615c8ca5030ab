/** Certificates for x509 credentials. Nobody checks their own signature here: that is the application's part (§5.3.1). */
import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, AttributeTypeAndValue, AttributeValue, Certificate, Name, RelativeDistinguishedName, SubjectPublicKeyInfo, TBSCertificate, Validity } from '@peculiar/asn1-x509';
import type { Credential } from '../../src/index.ts';

const ed25519 = new AlgorithmIdentifier({ algorithm: '1.3.101.112' });
const name = (text: string) => new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value: new AttributeValue({ utf8String: text }) })])]);

/** An x509 credential of one DER certificate that names an Ed25519 key. */
export function x509Credential(subject: string, publicKey: Uint8Array): Credential {
  const certificate = new Certificate({
    tbsCertificate: new TBSCertificate({
      signature: ed25519,
      issuer: name('nobody'),
      validity: new Validity({ notBefore: new Date(0), notAfter: new Date(4e12) }),
      subject: name(subject),
      subjectPublicKeyInfo: new SubjectPublicKeyInfo({ algorithm: ed25519, subjectPublicKey: publicKey.slice().buffer }),
    }),
    signatureAlgorithm: ed25519,
    signatureValue: new ArrayBuffer(64),
  });
  return { credentialType: 'x509', certificates: [{ certData: new Uint8Array(AsnConvert.serialize(certificate)) }] };
}
