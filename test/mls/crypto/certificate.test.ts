/** What certificates of x509 credentials say about the leaf's signature key; one self-signed certificate of each kind. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { certificatePublicKey, checkCertificate } from '../../../src/mls/crypto/certificate.ts';
import { hex, native } from './support.ts';

const certificate = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** The content as a SEQUENCE. */
function withLength(content: Uint8Array): Uint8Array {
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : length < 0x10000 ? [0x82, length >> 8, length] : [0x83, length >> 16, length >> 8, length];
  return Uint8Array.of(0x30, ...header, ...content);
}

const nested = Array.from({ length: 3000 }).reduce<Uint8Array>((der) => withLength(der), Uint8Array.of(5, 0));

const certificates = {
  Ed25519:
    'MIIBOjCB7aADAgECAhRHh4Hg6m/I4Z95W66TyhM0wq3ncjAFBgMrZXAwEjEQMA4GA1UEAwwHZWQyNTUxOTAgFw0yNjExMjExODAyNDZaGA8yMTI2MTAyODE4MDI0NlowEjEQMA4GA1UEAwwHZWQyNTUxOTAqMAUGAytlcAMhANXNeOwDh2XrpI1EVpf3dmhHpBOsE9GZHBiuWqvPRt/Oo1MwUTAdBgNVHQ4EFgQUgXu4LONWlhY6w3iQmJOhUOGzmXEwHwYDVR0jBBgwFoAUgXu4LONWlhY6w3iQmJOhUOGzmXEwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQCoilagTQ9wwi8glXdkYLUaCr5Ev9sPxJHdUvJaTMvv9+tzXYNQVtQJJSPS/z3psdlN6JMlmQn+nmWGYkUG1JUK',
  Ed448:
    'MIIBgjCCAQKgAwIBAgIUNBsII5oKLveo1O6KhtyiJceHjgAwBQYDK2VxMBAxDjAMBgNVBAMMBWVkNDQ4MCAXDTI2MTEyMTE4MDI0NloYDzIxMjYxMDI4MTgwMjQ2WjAQMQ4wDAYDVQQDDAVlZDQ0ODBDMAUGAytlcQM6ACT5lRlB0mf2m+pu8oXKW7HtT1GXLzyG4fIZWeTmkOejyI49Mbo0HTCKYsVR9mzKQJA1dhbnM7LFgKNTMFEwHQYDVR0OBBYEFDGJJNeHBGYfol2jktLajs7HxZFMMB8GA1UdIwQYMBaAFDGJJNeHBGYfol2jktLajs7HxZFMMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VxA3MAW/sI9y7exFYyCDovlpVDc8qCuX0lSHMuPM1RPDO5J+eEOqXblBUglPqBun8ipKEL5nKfc9ceWdQAG8sA8XYiUu+QBGt9pbKqiogGiA+YGEeyer5+yo1mKoRW46z3NQpDca6blgxFUEfrJ9D3fBaKxSkA',
  'ECDSA-P-256':
    'MIIBgTCCASegAwIBAgIUfAranQ6CUhrKnlM+O+OWlBlsXbUwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKcHJpbWUyNTZ2MTAgFw0yNjExMjExODAyNDZaGA8yMTI2MTAyODE4MDI0NlowFTETMBEGA1UEAwwKcHJpbWUyNTZ2MTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPxcVylzoI3EGc/Tzjtg8SzyuJhpeQx7mb1qs3dpdVrxKHAUgAXg/4kZoG1Ky/mjdaqRpGhtlE0KV6nWmmJQPuGjUzBRMB0GA1UdDgQWBBTehywbO/oRjYmtyU+A126iyqH9eDAfBgNVHSMEGDAWgBTehywbO/oRjYmtyU+A126iyqH9eDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDdJ+XzHja25WgUQo1abgMYDn/1XT+K7anGgv6rm8UmuQIgKbJnLv80wN9198U4/Qrm5wj8CjZse7j3uj+yX/cw9lc=',
  'ECDSA-P-384':
    'MIIBuzCCAUGgAwIBAgITDK6DoC2z8Sgoupid2+RQD8q0sjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlzZWNwMzg0cjEwIBcNMjYxMTIxMTgwMjQ2WhgPMjEyNjEwMjgxODAyNDZaMBQxEjAQBgNVBAMMCXNlY3AzODRyMTB2MBAGByqGSM49AgEGBSuBBAAiA2IABAX/iq1aWqRNVq3nM285ZsfY6JWzenGCQuKd1m9oTvnB+yYLy/Re9VlbaCMoD/yyW8lxyOY7C9qcwrN+koa6U8fRDSkbj8KKWNOtRtk5tiEcdLdSPuP5sVhs3N8zRFDXHaNTMFEwHQYDVR0OBBYEFKGl/tzqROi9naR4FgdTKzh17bNFMB8GA1UdIwQYMBaAFKGl/tzqROi9naR4FgdTKzh17bNFMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDaAAwZQIxAI9EfsX3lLQNcBVNh/0HOXZooZwGhQ7jp2aG3h53IgX1pZ2DVjoh16Khq1kVEYX7BgIwZ6J+eZ7fF72AqMIsa5Fs2PodmWmgZDXoeaVx3FByqKs6rEr8LTtvhSJO4uItd45h',
  'ECDSA-P-521':
    'MIICBzCCAWigAwIBAgIUUqiNoq2E+Tuss7m0N3w5rChL5IIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJc2VjcDUyMXIxMCAXDTI2MTEyMTE4MDI0NloYDzIxMjYxMDI4MTgwMjQ2WjAUMRIwEAYDVQQDDAlzZWNwNTIxcjEwgZswEAYHKoZIzj0CAQYFK4EEACMDgYYABADQ0C/knvh2/23F8trnWUrPRoCp+Z4ivsqECxw2WSxqz33y6y38dazrQrT1j87MgrF9uq99gVkVj0PVu5gyjNW0cAF4FWE3WcpRkzwBFAHSdpZMorUFv1LSfHPlq2t4lX7iTQseoznsUY9TDWCRDabX266DVEl9LdcKkBAuPyqs9iPzzqNTMFEwHQYDVR0OBBYEFEnbk6IoHdWIYT28q4uHK3vxa5ORMB8GA1UdIwQYMBaAFEnbk6IoHdWIYT28q4uHK3vxa5ORMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDgYwAMIGIAkIBJVpgAnvtuI4oXq08GvOLfjxuSE9cTqy29S4y8OEGoZPl7nlowbCnfPZBQC4mk6OvUtRcKfiZN9aEIyQfbzACuUcCQgGxdORAu9gkJ4Y56B4JTigbK0/qwBNRamhmheE//SFZCM9fw4h/8M+gFUhdlR8NwJaSI+bumK/LrBVSzMKThFBFTw==',
} as const;

const foreign = {
  'an RSA key':
    'MIIB+jCCAWOgAwIBAgIUJgvoY8qf6zIxVYRhqCDi/BwFTHowDQYJKoZIhvcNAQELBQAwDjEMMAoGA1UEAwwDcnNhMCAXDTI2MTEyMTE4MDI0NloYDzIxMjYxMDI4MTgwMjQ2WjAOMQwwCgYDVQQDDANyc2EwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAPA+TfBM2d6g5+CTQKUDQvPZYpSoaX+U6FXjEWajAhDhJECJdUtuwysDnWlUExwZaFsi+spYp90xZ2jLurzBQUMANJfxmR16l4i6gJAsM15gCMYKkLK8IaXVLSBPEu1JeZgTLoej3GuZMkZ3rx9OEx0evU1beneX+6IHPVkrK2brAgMBAAGjUzBRMB0GA1UdDgQWBBTlEuMylBo+ycGtv6y3ftu41+cDKTAfBgNVHSMEGDAWgBTlEuMylBo+ycGtv6y3ftu41+cDKTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBAOASCOIL08FvwRKnqtH9+ILtZl/1EplD2pjXaWfM4C7j32eB11zislqmpc+Hf4KWp17hcdFotyNkaNOzTpdp/Cvodo2rQIWvQYOnzW8N1WQD92+TObpk9NBRZKetI+Fm2t/cO7cHyODPbsAJQq9XYFbhHameId1CMjve7K9Ryc8n',
  'a key of another curve':
    'MIIBbzCCARSgAwIBAgIUGfKXJuiWayvK4jXsNpVweaCWizAwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCazEwIBcNMjYxMTIxMTgwMjQ2WhgPMjEyNjEwMjgxODAyNDZaMA0xCzAJBgNVBAMMAmsxMFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE/vR0rpx+FL/IT+iUehvvsIQHRLRtVLEKLglbHX8kGLbFgSH2jkEU5zQMIZFqQCK5HnFJDBIv+reertaqvwVMw6NTMFEwHQYDVR0OBBYEFNxoVq7itJICAqrgzZZMDuBtlH2VMB8GA1UdIwQYMBaAFNxoVq7itJICAqrgzZZMDuBtlH2VMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhALR8NkZN2/N0zgzj1NgQD76+TO+0tyO1v/K99a2xvQgFAiEA9B/17LkrQ+IJ44x2j8NKvaRH+6kTjwzJvgVfFp+Z+t8=',
  'explicit curve parameters':
    'MIICcjCCAhegAwIBAgIUUMbL1cirO+OXaYUBEZF3nG2r5v0wCgYIKoZIzj0EAwIwEzERMA8GA1UEAwwIZXhwbGljaXQwIBcNMjYxMTIxMTgwMjQ2WhgPMjEyNjEwMjgxODAyNDZaMBMxETAPBgNVBAMMCGV4cGxpY2l0MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABCaeqKgASWAWDpaKLvVwLfn+4O589Ymq9Oe5NPY/Jjw5UDjnib7Ieu0W02Sx8npJY1nBQEXNEauFTG6ciO1KLAqjUzBRMB0GA1UdDgQWBBTehR8Fn6VGSJt96iE+yizyIlif6zAfBgNVHSMEGDAWgBTehR8Fn6VGSJt96iE+yizyIlif6zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDZoVSDWeFVE4ZUqeeQ9TgPV7mSMtU4+1yZi1rjqgc3uQIhAMa1qKDw94V69/6wsjKd+OdAn8FOEy9O1o3d6VjXKWEb',
} as const;

describe.each(Object.entries(certificates))('a certificate for %s', (signature, base64) => {
  const der = certificate(base64);

  test('gives its key in the encoding of MLS', () => {
    const certified = certificatePublicKey(der);
    expect(certified.signature).toBe(signature);
    expect(hex(certified.publicKey)).toBe(new X509Certificate(der).publicKey.export({ format: 'raw-public' }).toString('hex'));
    const suite = native.cipherSuiteIds.map((id) => native.cipherSuite(id)).find((one) => one.signature === signature)!;
    expect(suite.isSignaturePublicKey(certified.publicKey)).toBe(true);
  });

  test.each([
    ['a byte after it', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    ['another certificate after it', (bytes: Uint8Array) => Uint8Array.of(...bytes, ...bytes)],
    ['its last byte missing', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['a length that is not minimal', (bytes: Uint8Array) => Uint8Array.of(0x30, 0x83, 0, bytes[2]!, bytes[3]!, ...bytes.subarray(4))],
    ['an indefinite length', (bytes: Uint8Array) => Uint8Array.of(0x30, 0x80, ...bytes.subarray(4), 0, 0)],
    ['its first part only', (bytes: Uint8Array) => bytes.subarray(4, 4 + 4 + bytes[6]! * 256 + bytes[7]!)],
    ['a fourth part inside', (bytes: Uint8Array) => withLength(Uint8Array.of(...bytes.subarray(4), 5, 0))],
    ['a part that ends late', (bytes: Uint8Array) => Object.assign(bytes.slice(), { 7: bytes[7]! + 1 })],
    ['an indefinite length inside', (bytes: Uint8Array) => Object.assign(bytes.slice(), { 5: 0x80 })],
    ['nesting without end instead', () => nested],
    ['no bytes at all', () => new Uint8Array(0)],
    ['text instead', () => new TextEncoder().encode('-----BEGIN CERTIFICATE-----')],
    ['an empty SEQUENCE instead', () => Uint8Array.of(0x30, 0)],
  ])('is refused with %s', (_, change) => {
    const refusal = expect.objectContaining({ name: 'MLSError', code: 'invalid', requirement: 'R-5.3-02' });
    expect(() => certificatePublicKey(change(der))).toThrow(refusal);
    expect(() => checkCertificate(change(der))).toThrow(refusal);
  });
});

test.each(Object.entries(foreign))('a certificate with %s may stand in a chain but not at its head', (_, base64) => {
  expect(() => checkCertificate(certificate(base64))).not.toThrow();
  expect(() => certificatePublicKey(certificate(base64))).toThrow(expect.objectContaining({ name: 'MLSError', code: 'invalid', requirement: 'R-5.1.2-01' }));
});
