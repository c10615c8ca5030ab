/** Certificates for the tests of TLS, made when they are needed: nothing to expire in the repository. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

export interface Identity {
  readonly name: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

const commonName = '2.5.4.3';
const ecdsaWithSHA256 = '1.2.840.10045.4.3.2';
const hour = 3_600_000;

/** An authority that certifies itself. */
export const authority = (name: string): Identity => certificate(name, undefined, { authority: true });

interface CertificateOptions {
  /** Whether it has been over for an hour. */
  readonly expired?: boolean;
  /** Names that it is for; default: localhost and 127.0.0.1. */
  readonly hosts?: readonly string[];
}

/** A certificate signed by `issuer`. */
export const certifiedBy = (issuer: Identity, name: string, options: CertificateOptions = {}): Identity => certificate(name, issuer, options);

function certificate(name: string, issuer: Identity | undefined, options: CertificateOptions & { readonly authority?: boolean }): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const end = Date.now() + (options.expired === true ? -hour : hour);
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array([1, ...randomBytes(8)]).buffer,
    signature: algorithm,
    issuer: distinguished(issuer?.name ?? name),
    subject: distinguished(name),
    validity: new Validity({ notBefore: new Date(end - 2 * hour), notAfter: new Date(end) }),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    extensions: new Extensions(options.authority === true ? [isAuthority()] : [alternativeNames(options.hosts)]),
  });
  const key: KeyObject = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), key);
  const whole = new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: new Uint8Array(signature).buffer });
  return {
    name,
    certificate: `-----BEGIN CERTIFICATE-----\n${Buffer.from(AsnConvert.serialize(whole)).toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

const distinguished = (name: string): Name =>
  new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: name }) })])]);

const isAuthority = (): Extension =>
  new Extension({ extnID: id_ce_basicConstraints, critical: true, extnValue: new OctetString(AsnConvert.serialize(new BasicConstraints({ cA: true }))) });

const alternativeNames = (hosts: readonly string[] | undefined): Extension => {
  const names = hosts?.map((dNSName) => new GeneralName({ dNSName })) ?? [new GeneralName({ dNSName: 'localhost' }), new GeneralName({ iPAddress: '127.0.0.1' })];
  return new Extension({ extnID: id_ce_subjectAltName, extnValue: new OctetString(AsnConvert.serialize(new SubjectAlternativeName(names))) });
};
