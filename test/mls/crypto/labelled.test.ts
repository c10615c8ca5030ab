/** The structs of the labelled operations byte for byte, at the boundaries of their length headers. */
import { describe, expect, test } from 'vitest';
import { deriveSecret, deriveTreeSecret, encryptWithLabel, expandWithLabel, mac, makeKeyPackageRef, makeProposalRef, refHash, signWithLabel, verifyWithLabel } from '../../../src/mls/crypto/labelled.ts';
import { hex, portable, providers } from './support.ts';

const suite = portable.cipherSuite(1);
const utf8 = new TextEncoder();

function header(length: number): number[] {
  if (length < 64) return [length];
  if (length < 16384) return [0x40 + (length >> 8), length & 0xff];
  return [0x80, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}
const vector = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(header(bytes.length)), bytes]);
const labelled = (label: string, content: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([vector(utf8.encode(`MLS 1.0 ${label}`)), vector(content)]));

const lengths = [0, 1, 63, 64, 16383, 16384, 70_000];
const labels = ['joiner', 'LeafNodeTBS', 'x', '', 'ö', 'l'.repeat(55), 'l'.repeat(56), 'l'.repeat(300)];
const secret = new Uint8Array(32).fill(7);

describe.each(lengths)('with a context or content of %i bytes', (length) => {
  const content = Uint8Array.from({ length }, (_, i) => i & 0xff);

  test.each(labels)('KDFLabel has the length, the label %s and the context', (label) => {
    const kdfLabel = Buffer.concat([Buffer.from([0, 16]), labelled(label, content)]);
    expect(hex(expandWithLabel(suite, secret, label, content, 16))).toBe(hex(suite.expand(secret, kdfLabel, 16)));
  });

  test('SignContent has the label and the content', async () => {
    const key = await suite.importSignatureKey(secret);
    expect(hex(await signWithLabel(suite, key, 'GroupInfoTBS', content))).toBe(hex(await suite.sign(key, labelled('GroupInfoTBS', content))));
  });

  test('EncryptContext has the label and the context, however often it is used', async () => {
    const key = await suite.importHPKEKey(secret);
    for (const label of ['Welcome', 'Welcome', 'UpdatePathNode']) {
      const { kemOutput, ciphertext } = await encryptWithLabel(suite, key.publicKey, label, content, secret);
      expect(await suite.hpkeOpen(key, kemOutput, labelled(label, content), new Uint8Array(0), ciphertext)).toEqual(secret);
    }
  });

  test('RefHashInput has the label as it is and the value', () => {
    const input = (label: string) => suite.digest(Buffer.concat([vector(utf8.encode(label)), vector(content)]));
    expect(refHash(suite, 'some label', content)).toEqual(input('some label'));
    expect(makeKeyPackageRef(suite, content)).toEqual(input('MLS 1.0 KeyPackage Reference'));
    expect(makeProposalRef(suite, content)).toEqual(input('MLS 1.0 Proposal Reference'));
  });

  test('a MAC covers the concatenation of its parts', () => {
    expect(mac(suite, secret, content.subarray(0, 1), content.subarray(1))).toEqual(suite.hmac(secret, content));
  });
});

test('DeriveSecret is ExpandWithLabel with no context and the length of the hash', () => {
  expect(deriveSecret(suite, secret, 'init')).toEqual(expandWithLabel(suite, secret, 'init', new Uint8Array(0), 32));
});

test.each([0, 1, 255, 256, 0x01020304, 0x80000000, 0xffffffff])('the generation %i stands in DeriveTreeSecret in four bytes', (generation) => {
  const context = new Uint8Array(4);
  new DataView(context.buffer).setUint32(0, generation);
  expect(deriveTreeSecret(suite, secret, 'key', generation, 16)).toEqual(expandWithLabel(suite, secret, 'key', context, 16));
});

test('what cannot be encoded is refused as misuse', () => {
  expect(() => expandWithLabel(suite, secret, 'exported', secret, 65536)).toThrow(expect.objectContaining({ code: 'misuse' }));
  expect(() => expandWithLabel(suite, secret, 'exported', secret, 255 * 32 + 1)).toThrow(expect.objectContaining({ code: 'misuse' }));
});

/** Ed25519, ECDSA, Ed448. */
describe.each(providers)('of %s, a signature in suite', (_, provider) => {
  test.each([1, 2, 4])('%i is refused by R-5.1.2-02 when it is encoded as none of its scheme, and does not verify when it is and is wrong', async (id) => {
    const some = provider.cipherSuite(id);
    const key = await some.generateSignatureKey();
    const signature = await signWithLabel(some, key, 'LeafNodeTBS', secret);
    const verify = (given: Uint8Array) => verifyWithLabel(some, key.publicKey, 'LeafNodeTBS', secret, given);
    expect(await verify(signature)).toBe(true);
    expect(await verify(signature.with(-1, signature.at(-1)! ^ 1))).toBe(false);
    const [half, bytesBehind] = [signature.length / 2, new Uint8Array([...signature, 0])];
    for (const other of [new Uint8Array(0), signature.subarray(0, half), signature.subarray(1), bytesBehind]) {
      await expect(verify(other)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-5.1.2-02' });
    }
  });
});
