/** What the encodings are: RFC 9420 §2.1, §5.1.1, §5.3, §7, §12.4.3.3, §17, through bytes written by hand. */
import { describe, expect, test } from 'vitest';
import { cipherSuites } from '../../src/index.ts';
import { concat, fromHex, hex, utf8 } from '../../src/mls/bytes.ts';
import { Credential } from '../../src/mls/wire/credential.ts';
import { Extension, RequiredCapabilities } from '../../src/mls/wire/extension.ts';
import { MLSMessage, PrivateMessage, SenderData } from '../../src/mls/wire/framing.ts';
import { GroupContext, GroupInfo } from '../../src/mls/wire/group-info.ts';
import { Capabilities, Lifetime } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode, opaque, optional, struct, uint16, uint32, uint64, uint8, vector, type Codec } from '../../src/mls/wire/presentation-language.ts';
import { PreSharedKeyID } from '../../src/mls/wire/pre-shared-key.ts';
import { Proposal } from '../../src/mls/wire/proposal.ts';
import { credentialTypes, extensionTypes, greaseValues, isDefaultExtensionType, isDefaultProposalType, proposalTypes } from '../../src/mls/wire/registries.ts';
import { ParentNode, RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';
import { x509Credential } from '../support/x509.ts';
import { u16, u32, u64, vec } from './by-hand.ts';
import { failure } from './support.ts';

/** The value encodes to the bytes and the bytes decode to the value. */
function stands<T>(codec: Codec<T>, value: T, bytes: Uint8Array): void {
  expect(hex(encode(codec, value))).toBe(hex(bytes));
  expect(decode(codec, bytes, 'value')).toEqual(value);
}

describe('the presentation language', () => {
  test('R-2.1-01: integers are big-endian, and a struct is its fields one after the other', () => {
    const Mixed = struct({ a: uint8, b: uint32, c: uint16, d: uint64, e: opaque });
    stands(Mixed, { a: 1, b: 0x02030405, c: 0x0607, d: 0x08090a0b0c0d0e0fn, e: utf8('z') }, fromHex('0102030405060708090a0b0c0d0e0f017a'));
  });

  test('R-2.1.1-01: an absent value is one octet 0, a present one an octet 1 and the value', () => {
    stands(optional(uint16), undefined, fromHex('00'));
    stands(optional(uint16), 0x0203, fromHex('010203'));
  });

  test('R-2.1.2-01: the length counts bytes, not elements', () => {
    stands(vector(uint32), [1, 2], fromHex('080000000100000002'));
    stands(vector(opaque), [utf8('ab'), utf8('')], fromHex('0402616200'));
  });

  test.each([
    [0, '00'],
    [1, '01'],
    [63, '3f'],
    [64, '4040'],
    [16_383, '7fff'],
    [16_384, '80004000'],
    [1_000_000, '800f4240'],
  ])('R-2.1.2-02, R-2.1.2-03: %i bytes have the header %s', (length, header) => {
    const bytes = encode(opaque, new Uint8Array(length).fill(7));
    expect(hex(bytes.subarray(0, bytes.length - length))).toBe(header);
    expect(decode(opaque, concat(fromHex(header), new Uint8Array(length).fill(7)), 'vector').length).toBe(length);
  });

  test('R-2.1.2-06: the largest length decodes, and what is longer is refused by the encoder', async () => {
    const largest = new Uint8Array(4 + 2 ** 30 - 1);
    largest.set(fromHex('bfffffff'));
    expect(decode(opaque, largest, 'vector').length).toBe(2 ** 30 - 1);
    expect((await failure(() => encode(opaque, new Uint8Array(2 ** 30)))).code).toBe('limit');
  });

  test('R-2.1.2-08: a vector beyond what the caller accepts is no parse failure but a limit, which is named', async () => {
    const error = await failure(() => decode(vector(opaque), fromHex('03000000'), 'list', { maxElements: 2 }));
    expect(error.code).toBe('limit');
    expect(error.message).toMatch(/^list.*2 elements/);
  });

  test('R-2.1-06, R-7.2-07: unknown numbers in capabilities decode and come back as they were', () => {
    const unknown = [0, 0x0a0a, 0x7777, 0xf0f0, 0xffff];
    const list = vec(...unknown.map(u16));
    stands(Capabilities, { versions: unknown, cipherSuites: unknown, extensions: unknown, proposals: unknown, credentials: unknown }, concat(list, list, list, list, list));
    stands(Extension, { extensionType: 0x7777, extensionData: utf8('x') }, concat(u16(0x7777), vec(utf8('x'))));
    stands(RequiredCapabilities, { extensionTypes: unknown, proposalTypes: unknown, credentialTypes: unknown }, concat(list, list, list));
  });
});

describe('structs', () => {
  test('R-5.3-01, R-17.5-01: a basic credential is type 1 and an identity, an x509 one type 2 and a list of certificates', () => {
    expect(credentialTypes).toEqual({ basic: 1, x509: 2 });
    stands(Credential, { credentialType: 'basic', identity: utf8('alice') }, concat(u16(1), vec(utf8('alice'))));
    const certificates = [{ certData: utf8('end entity') }, { certData: utf8('issuer') }];
    stands(Credential, { credentialType: 'x509', certificates }, concat(u16(2), vec(vec(utf8('end entity')), vec(utf8('issuer')))));
    expect(x509Credential('alice', new Uint8Array(32)).credentialType).toBe('x509');
  });

  test('R-6.3-01: a PrivateMessage has no sender outside encrypted_sender_data', () => {
    const message = { groupId: utf8('g'), epoch: 7n, contentType: 'commit', authenticatedData: utf8('aad'), encryptedSenderData: utf8('sender'), ciphertext: utf8('content') } as const;
    stands(PrivateMessage, message, concat(vec(utf8('g')), u64(7n), Uint8Array.of(3), vec(utf8('aad')), vec(utf8('sender')), vec(utf8('content'))));
    stands(SenderData, { leafIndex: 1, generation: 2, reuseGuard: fromHex('01020304') }, concat(u32(1), u32(2), fromHex('01020304')));
  });

  test('R-7.1-01: a ParentNode is its key, its parent hash and the indices of its unmerged leaves', () => {
    stands(ParentNode, { encryptionKey: utf8('key'), parentHash: utf8('hash'), unmergedLeaves: [1, 5] }, concat(vec(utf8('key')), vec(utf8('hash')), vec(u32(1), u32(5))));
  });

  test('R-7.2-09: a lifetime is two numbers of seconds in eight bytes, not_before first', () => {
    stands(Lifetime, { notBefore: 1n, notAfter: 2n ** 64n - 1n }, concat(u64(1n), u64(2n ** 64n - 1n)));
  });

  test('R-8.1-01: a GroupContext has its fields in the order of the RFC', () => {
    const context = { version: 1, cipherSuite: 3, groupId: utf8('g'), epoch: 9n, treeHash: utf8('t'), confirmedTranscriptHash: utf8('c'), extensions: [{ extensionType: 3, extensionData: utf8('e') }] };
    stands(GroupContext, context, concat(u16(1), u16(3), vec(utf8('g')), u64(9n), vec(utf8('t')), vec(utf8('c')), vec(u16(3), vec(utf8('e')))));
  });

  test('R-12.4.3-01: a GroupInfo is context, extensions, tag, signer and signature', () => {
    const groupContext = { version: 1, cipherSuite: 1, groupId: utf8('g'), epoch: 0n, treeHash: utf8('t'), confirmedTranscriptHash: utf8(''), extensions: [] };
    const info = { groupContext, extensions: [], confirmationTag: utf8('tag'), signer: 4, signature: utf8('sig') };
    stands(GroupInfo, info, concat(encode(GroupContext, groupContext), vec(), vec(utf8('tag')), u32(4), vec(utf8('sig'))));
  });

  test('R-12.4.3.3-01: a ratchet tree is a vector of optional nodes, leaves of type 1 and parents of type 2', () => {
    const parentNode = { encryptionKey: utf8('k'), parentHash: utf8(''), unmergedLeaves: [] };
    stands(RatchetTreeNodes, [undefined, { nodeType: 'parent', parentNode }], vec(Uint8Array.of(0), Uint8Array.of(1, 2), encode(ParentNode, parentNode)));
    expect(decode(RatchetTreeNodes, vec(Uint8Array.of(0)), 'tree')).toEqual([undefined]);
  });
});

describe('registries', () => {
  test('R-17.2-01: the wire formats are 1 to 5', async () => {
    const names = ['mls_public_message', 'mls_private_message', 'mls_welcome', 'mls_group_info', 'mls_key_package'];
    for (const [i, name] of names.entries()) {
      // Empty bodies do not decode, and the error names what was read: the number stands for that struct.
      const error = await failure(() => decode(MLSMessage, concat(u16(1), u16(i + 1)), 'MLSMessage'));
      expect(error.path).toMatch(new RegExp(`^MLSMessage\\.${name.slice(4).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}`));
    }
  });

  test('R-17.3-01: extension types 1 to 5, which are the default ones', () => {
    expect(extensionTypes).toMatchObject({ application_id: 1, ratchet_tree: 2, required_capabilities: 3, external_pub: 4, external_senders: 5 });
    expect([0, 1, 2, 3, 4, 5, 6, 0xffff].map(isDefaultExtensionType)).toEqual([false, true, true, true, true, true, false, false]);
  });

  test('R-17.4-01: proposal types 1 to 7, which are the default ones', () => {
    expect(proposalTypes).toEqual({ add: 1, update: 2, remove: 3, psk: 4, reinit: 5, external_init: 6, group_context_extensions: 7 });
    expect([0, 1, 7, 8].map(isDefaultProposalType)).toEqual([false, true, true, false]);
    stands(Proposal, { proposalType: 'remove', removed: 5 }, concat(u16(3), u32(5)));
    const psk = { psktype: 'external', pskId: utf8('id'), pskNonce: utf8('nonce') } as const;
    stands(PreSharedKeyID, psk, concat(Uint8Array.of(1), vec(utf8('id')), vec(utf8('nonce'))));
    stands(Proposal, { proposalType: 'psk', psk }, concat(u16(4), encode(PreSharedKeyID, psk)));
  });

  test.each([
    ['R-17.1-02', 1, 0x20, 1, 1, 'SHA-256', 'Ed25519'],
    ['R-17.1-03', 2, 0x10, 1, 1, 'SHA-256', 'ECDSA-P-256'],
    ['R-17.1-04', 3, 0x20, 1, 3, 'SHA-256', 'Ed25519'],
    ['R-17.1-05', 4, 0x21, 3, 2, 'SHA-512', 'Ed448'],
    ['R-17.1-06', 5, 0x12, 3, 2, 'SHA-512', 'ECDSA-P-521'],
    ['R-17.1-07', 6, 0x21, 3, 3, 'SHA-512', 'Ed448'],
    ['R-17.1-08', 7, 0x11, 2, 2, 'SHA-384', 'ECDSA-P-384'],
  ])('%s: suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry', (_, id, kemId, kdfId, aeadId, hash, signature) => {
    expect(cipherSuites.find((suite) => suite.id === id)).toMatchObject({ kemId, kdfId, aeadId, hash, signature });
  });

  test('R-13.5-09: the 15 GREASE numbers are 0x0a0a to 0xeaea, and 0xfafa is none', () => {
    expect(greaseValues.map((value) => value.toString(16).padStart(4, '0'))).toEqual(['0a0a', '1a1a', '2a2a', '3a3a', '4a4a', '5a5a', '6a6a', '7a7a', '8a8a', '9a9a', 'aaaa', 'baba', 'caca', 'dada', 'eaea']);
  });
});
