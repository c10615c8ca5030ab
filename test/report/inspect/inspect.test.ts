/** `inspect` of everything that the vectors have, and of arbitrary structs: the fields are all of the input and what it decodes to. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { concat, fromHex, hex, utf8 } from '../../../src/mls/bytes.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode, encode, type Codec } from '../../../src/mls/wire/presentation-language.ts';
import { Commit, Proposal } from '../../../src/mls/wire/proposal.ts';
import { RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { inspect } from '../../../src/report/inspect/inspect.ts';
import { fieldAt, fieldsOver, type Field } from '../../../src/report/inspect/inspection.ts';
import { trace } from '../../../src/report/inspect/trace.ts';
import { types } from '../../../src/report/inspect/types.ts';
import { samples } from '../../mls/wire/arbitraries.ts';
import { expectAgrees, expectTiles, messagesOf, ownJson, vectorFiles } from './support.ts';

describe.each(['own', 'official'] as const)('the %s vectors', (source) => {
  describe.each(vectorFiles)('%s', (file) => {
    const messages = messagesOf(file, source);
    it.runIf(messages !== undefined)('have leaves that are the whole input, with the values that decode() gives', () => {
      expect(messages!.length).toBeGreaterThan(0);
      for (const { name, as, bytes } of messages!) {
        const { tree, wellFormed, faults } = inspect(bytes, { as });
        expect({ name, wellFormed, faults }).toEqual({ name, wellFormed: true, faults: [] });
        expectTiles(tree, bytes.length);
        expectAgrees(tree, decode(types[as] as Codec<unknown>, bytes, as));
      }
    });

    it.runIf(messages !== undefined)('are recognised by their content where they are no bare part of a proposal', () => {
      for (const { name, as, bytes } of messages!) {
        if (!['MLSMessage', 'RatchetTree', 'AuthenticatedContent', 'GroupSecrets'].includes(as)) continue;
        const { type, alsoFits } = inspect(bytes);
        expect([name, type === as || alsoFits.includes(as)]).toEqual([name, true]);
        if (as === 'MLSMessage') expect([name, type]).toEqual([name, 'MLSMessage']);
      }
    });
  });
});

test('every wire format and content type is among the own vectors', () => {
  const labels = new Set<string | undefined>();
  for (const { bytes } of messagesOf('messages', 'own')!.filter(({ as }) => as === 'MLSMessage')) {
    const { tree } = inspect(bytes);
    labels.add(fieldAt(tree, 'MLSMessage.wire_format')!.label).add(fieldAt(tree, 'MLSMessage.public_message.content.content_type')?.label);
  }
  expect([...labels].filter((label) => label !== undefined).sort()).toEqual([
    'application', 'commit', 'mls_group_info', 'mls_key_package', 'mls_private_message', 'mls_public_message', 'mls_welcome', 'proposal',
  ]);
});

describe.each(samples)('any $name', ({ name, codec, values }) => {
  test('has leaves that are the whole input, with the values that decode() gives', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(codec, value);
        const { tree, value: decoded } = trace(codec, bytes, { name });
        expectTiles(tree, bytes.length);
        expect(decoded).toEqual(decode(codec, bytes, name));
        // Contents of an extension may be malformed here; those of the vectors are not.
        if (!hasFault(tree)) expectAgrees(tree, decoded);
      }),
      { numRuns: 25 },
    );
  });

  test('of which an octet is changed or the end is cut still has leaves that are the whole input', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(), (value, at, octet, cut) => {
        const bytes = encode(codec, value);
        if (bytes.length === 0) return;
        bytes[at % bytes.length] = octet;
        for (const input of [bytes, bytes.subarray(0, cut % bytes.length)]) expectTiles(trace(codec, input, { name }).tree, input.length);
      }),
      { numRuns: 40 },
    );
  });
});

const hasFault = (field: Field): boolean => field.fault !== undefined || (field.children?.some(hasFault) ?? false);

describe('recognition', () => {
  const [vector] = ownJson('messages').slice(1);
  const bare = (field: string) => fromHex(vector[field]).subarray(4);

  it.each([
    ['mls_key_package', 'KeyPackage'],
    ['mls_welcome', 'Welcome'],
    ['mls_group_info', 'GroupInfo'],
    ['private_message', 'PrivateMessage'],
    ['public_message_proposal', 'PublicMessage'],
  ])('a bare struct out of %s is a %s', (field, type) => {
    const bytes = bare(field);
    expect(inspect(bytes)).toMatchObject({ type, chosen: 'fits', wellFormed: true });
  });

  it('names the other types that the same octets are', () => {
    const remove = encode(Proposal, { proposalType: 'remove', removed: 5 });
    expect(inspect(remove)).toMatchObject({ type: 'Proposal', chosen: 'fits', alsoFits: [] });
    const empty = encode(Commit, { proposals: [], path: undefined });
    expect(inspect(empty)).toMatchObject({ type: 'Commit', chosen: 'fits', alsoFits: [] });
    expect(inspect(fromHex('0000')).alsoFits).toEqual([]);
    expect(inspect(fromHex('00 00 00'.replaceAll(' ', '')))).toMatchObject({ type: 'GroupSecrets', chosen: 'fits' });
  });

  it('says of what the caller names that it was asked', () => {
    expect(inspect(fromHex('00000005'), { as: 'Remove' })).toMatchObject({ type: 'Remove', chosen: 'asked', alsoFits: [], wellFormed: true });
  });

  it.each(['mls_welcome', 'mls_group_info', 'mls_key_package', 'public_message_application', 'public_message_proposal', 'public_message_commit', 'private_message'])(
    'a %s that is cut short, or has a byte after it, is still shown as the MLSMessage that it was',
    (field) => {
      const whole = fromHex(vector[field]);
      for (const bytes of [whole.subarray(0, whole.length - 1), whole.subarray(0, whole.length >> 1), concat(whole, Uint8Array.of(0))]) {
        expect(inspect(bytes)).toMatchObject({ type: 'MLSMessage', chosen: 'nearest', wellFormed: false });
      }
    },
  );

  it.each(['mls_welcome', 'mls_key_package', 'public_message_commit'])('a %s of a wire format that there is not is still shown as the MLSMessage that it was', (field) => {
    const bytes = fromHex(vector[field]);
    bytes[3] = 9;
    expect(inspect(bytes)).toMatchObject({ type: 'MLSMessage', chosen: 'nearest', faults: [{ path: 'MLSMessage.wire_format' }] });
  });

  it('a bare KeyPackage or LeafNode that is cut short is shown as such', () => {
    const keyPackage = bare('mls_key_package');
    expect(inspect(keyPackage.subarray(0, -1)).type).toBe('KeyPackage');
    const { publicMessage: _, ...message } = { publicMessage: undefined, ...(decode(MLSMessage, fromHex(vector.mls_key_package), 'm') as MLSMessage & { wireFormat: 'mls_key_package' }) };
    const leafNode = encode(types.LeafNode, message.keyPackage.leafNode);
    expect(inspect(leafNode.subarray(0, -1)).type).toBe('LeafNode');
  });
});

describe('values', () => {
  const groupInfo = (extensions: readonly { extensionType: number; extensionData: Uint8Array }[]) =>
    encode(types.GroupInfo, {
      groupContext: { version: 1, cipherSuite: 0x0a0a, groupId: utf8('grüppe'), epoch: 2n ** 53n + 1n, treeHash: new Uint8Array(32), confirmedTranscriptHash: new Uint8Array(0), extensions: [] },
      extensions,
      confirmationTag: new Uint8Array(32),
      signer: 3,
      signature: new Uint8Array(64),
    });
  const at = (bytes: Uint8Array, path: string, as: 'GroupInfo' | 'LeafNode' | 'RatchetTree' | 'Proposal' = 'GroupInfo') => fieldAt(inspect(bytes, { as }).tree, path);

  it('have the names of their numbers, the text of their octets, and 64 bits without loss', () => {
    const bytes = groupInfo([{ extensionType: 0xf123, extensionData: utf8('hi') }]);
    expect(at(bytes, 'GroupInfo.group_context.version')).toMatchObject({ type: 'ProtocolVersion', value: 1, label: 'mls10' });
    expect(at(bytes, 'GroupInfo.group_context.cipher_suite')).toMatchObject({ type: 'CipherSuite', value: 0x0a0a, label: 'GREASE', start: 2, end: 4 });
    expect(at(bytes, 'GroupInfo.group_context.group_id')).toMatchObject({ type: 'opaque<V>', value: hex(utf8('grüppe')), label: '"grüppe"', header: 1, start: 4, end: 12 });
    expect(at(bytes, 'GroupInfo.group_context.epoch')).toMatchObject({ type: 'uint64', value: '9007199254740993' });
    expect(at(bytes, 'GroupInfo.group_context.confirmed_transcript_hash')).toMatchObject({ value: '', label: 'empty' });
    expect(at(bytes, 'GroupInfo.signer')).toMatchObject({ value: 3, note: 'node 6 of the tree' });
    expect(at(bytes, 'GroupInfo.extensions')).toMatchObject({ type: 'Extension<V>', label: '1 element' });
    expect(at(bytes, 'GroupInfo.extensions[0].extension_type')).toMatchObject({ label: 'private use' });
    expect(at(bytes, 'GroupInfo.extensions[0].extension_data')).toMatchObject({ value: '6869', label: '"hi"' });
  });

  it('are found by the paths of errors of the engine too', () => {
    expect(at(groupInfo([]), 'GroupInfo.groupContext.confirmedTranscriptHash')?.name).toBe('confirmed_transcript_hash');
    expect(at(groupInfo([]), 'GroupInfo.groupContext.nothing')).toBeUndefined();
    expect(at(groupInfo([]), 'Welcome.secrets')).toBeUndefined();
  });

  it('are found by the octet they stand on', () => {
    const { tree } = inspect(groupInfo([]), { as: 'GroupInfo' });
    expect(fieldsOver(tree, 5).map(({ name }) => name)).toEqual(['GroupInfo', 'group_context', 'group_id']);
    expect(fieldsOver(tree, 10_000)).toEqual([tree]);
  });

  it('of known extensions are decoded inside their octets', () => {
    const member = { nodeType: 'leaf', leafNode: leaf } as const;
    const parent = { nodeType: 'parent', parentNode: { encryptionKey: utf8('k'), parentHash: utf8('p'), unmergedLeaves: [2] } } as const;
    const tree = encode(RatchetTreeNodes, [member, parent, undefined, undefined, member]);
    const sender = encode(types.ExternalSenders, [{ signatureKey: utf8('key'), credential: { credentialType: 'basic', identity: utf8('delivery') } }]);
    const bytes = groupInfo([
      { extensionType: 2, extensionData: tree },
      { extensionType: 4, extensionData: encode(types.ExternalPub, { externalPub: utf8('pub') }) },
      { extensionType: 5, extensionData: sender },
      { extensionType: 3, extensionData: encode(types.RequiredCapabilities, { extensionTypes: [0x1a1a], proposalTypes: [], credentialTypes: [1] }) },
      { extensionType: 1, extensionData: encode(types.ApplicationId, { applicationId: utf8('app') }) },
      { extensionType: 10, extensionData: new Uint8Array(0) },
    ]);
    const { tree: fields, wellFormed } = inspect(bytes);
    expect(wellFormed).toBe(true);
    expectTiles(fields, bytes.length);
    const nodes = 'GroupInfo.extensions[0].extension_data.ratchet_tree';
    expect(at(bytes, nodes)).toMatchObject({ type: 'optional<Node><V>', label: '5 elements', note: '2 members, room for 4' });
    expect([0, 1, 2, 3, 4].map((i) => at(bytes, `${nodes}[${i}]`)!.note)).toEqual(['leaf 0', 'parent at level 1, over leaves 0 to 1', 'leaf 1', 'parent at level 2, over leaves 0 to 3, the root', 'leaf 2']);
    expect(at(bytes, `${nodes}[2]`)).toMatchObject({ label: 'blank', children: undefined });
    expect(at(bytes, `${nodes}[1].parent_node.unmerged_leaves[0]`)).toMatchObject({ type: 'uint32', value: 2 });
    expect(at(bytes, 'GroupInfo.extensions[1].extension_data.external_pub')).toMatchObject({ type: 'HPKEPublicKey', value: hex(utf8('pub')) });
    expect(at(bytes, 'GroupInfo.extensions[2].extension_data.external_senders[0].credential.identity')).toMatchObject({ label: '"delivery"' });
    expect(at(bytes, 'GroupInfo.extensions[3].extension_data.extension_types[0]')).toMatchObject({ type: 'ExtensionType', label: 'GREASE' });
    expect(at(bytes, 'GroupInfo.extensions[4].extension_data.application_id')).toMatchObject({ label: '"app"' });
    expect(at(bytes, 'GroupInfo.extensions[5].extension_data')).toMatchObject({ value: '', label: 'empty', note: 'empty' });
  });

  it('of an extension that does not decode are a fault of their own, and the fields after it are there', () => {
    const bytes = groupInfo([{ extensionType: 3, extensionData: fromHex('0000') }, { extensionType: 10, extensionData: fromHex('01') }]);
    const { wellFormed, faults, tree } = inspect(bytes);
    const data = fieldAt(tree, 'GroupInfo.extensions[0].extension_data')!;
    expect(wellFormed).toBe(false);
    expect(faults).toMatchObject([
      { path: 'GroupInfo.extensions[0].extension_data.credential_types', start: data.end, offset: data.end, requirement: 'R-2.1-04' },
      { path: 'GroupInfo.extensions[1].extension_data', requirement: 'R-2.1-02' },
    ]);
    expect(fieldAt(tree, 'GroupInfo.signature')).toMatchObject({ end: bytes.length });
    expectTiles(tree, bytes.length);
  });

  it('of a tree that cannot be are noted where they stand', () => {
    const member = { nodeType: 'leaf', leafNode: leaf } as const;
    const bytes = encode(RatchetTreeNodes, [member, member, undefined]);
    expect(at(bytes, 'RatchetTree[1]', 'RatchetTree')!.note).toBe('parent at level 1, over leaves 0 to 1, the root; but holds a leaf node (R-12.4.3.3-02)');
    expect(at(bytes, 'RatchetTree[2]', 'RatchetTree')!.note).toBe('leaf 1; the last node must not be blank (R-12.4.3.3-04)');
    expect(at(encode(RatchetTreeNodes, []), 'RatchetTree', 'RatchetTree')!.note).toBe('a tree without nodes (R-12.4.3.3-04)');
  });

  it.each([
    [0n, 86_400n * 84n, '1970-01-01T00:00:00Z', '1970-03-26T00:00:00Z', '84 days'],
    [1_700_000_000n, 1_700_003_600n, '2023-11-14T22:13:20Z', '2023-11-14T23:13:20Z', '60 minutes'],
    [0n, 2n ** 64n - 1n, '1970-01-01T00:00:00Z', 'never', 'practically for ever'],
    [2n ** 60n, 5n, 'beyond any calendar', '1970-01-01T00:00:05Z', 'ends before it begins'],
    [8_640_000_000_000n, 8_640_000_000_001n, '+275760-09-13T00:00:00Z', 'beyond any calendar', '1 seconds'],
  ])('of the lifetime %s to %s are dates', (notBefore, notAfter, from, to, note) => {
    const bytes = encode(types.LeafNode, { ...leaf, lifetime: { notBefore, notAfter } });
    expect(at(bytes, 'LeafNode.lifetime', 'LeafNode')!.note).toBe(note);
    expect([at(bytes, 'LeafNode.lifetime.not_before', 'LeafNode')!.label, at(bytes, 'LeafNode.lifetime.not_after', 'LeafNode')!.label]).toEqual([from, to]);
  });

  it.each([
    ['300201ff', 'DER SEQUENCE of 2 octets'],
    [`308180${'00'.repeat(128)}`, 'DER SEQUENCE of 128 octets'],
    ['3003ffff', 'no DER SEQUENCE of this length'],
    ['02020000', 'no DER SEQUENCE of this length'],
    ['30', 'no DER SEQUENCE of this length'],
    ['', 'no DER SEQUENCE of this length'],
  ])('of the certificate %s are its DER length', (der, note) => {
    const bytes = encode(types.LeafNode, { ...leaf, credential: { credentialType: 'x509', certificates: [{ certData: fromHex(der) }] } });
    expect(at(bytes, 'LeafNode.credential.certificates[0].cert_data', 'LeafNode')).toMatchObject({ value: der, note });
  });

  it('of text that would change the terminal are shown as octets only', () => {
    for (const text of ['a\u001b[31m', 'line\nline', '\u202eabc', '\u0000']) {
      const bytes = encode(types.LeafNode, { ...leaf, credential: { credentialType: 'basic', identity: utf8(text) } });
      expect(at(bytes, 'LeafNode.credential.identity', 'LeafNode')!.label).toBeUndefined();
      expect(inspect(bytes, { as: 'LeafNode' }).summary).toBe(`LeafNode of an identity of ${utf8(text).length} octets, made for key_package`);
    }
  });

  it('of a custom proposal are its type and its body', () => {
    const proposal = { proposalType: 'custom', customType: 0xf001, body: utf8('vote') } as const;
    const bytes = encode(Proposal, proposal);
    expect(inspect(bytes, { as: 'Proposal' })).toMatchObject({ wellFormed: false, faults: [{ path: 'Proposal.proposal_type', requirement: 'R-12.1-01' }] });
    const { tree, wellFormed, summary } = inspect(bytes, { as: 'Proposal', customProposalTypes: new Set([0xf001]) });
    expect([wellFormed, summary]).toEqual([true, 'custom proposal 61441']);
    expectTiles(tree, bytes.length);
    expectAgrees(tree, proposal);
    expect(fieldAt(tree, 'Proposal.custom_type')).toMatchObject({ type: 'ProposalType', label: 'private use' });
    expect(fieldAt(tree, 'Proposal.body')).toMatchObject({ label: '"vote"' });
  });
});

const leaf = {
  encryptionKey: utf8('key'),
  signatureKey: utf8('key'),
  credential: { credentialType: 'basic', identity: utf8('alice') },
  capabilities: { versions: [1], cipherSuites: [1], extensions: [], proposals: [], credentials: [1] },
  leafNodeSource: 'key_package',
  lifetime: { notBefore: 0n, notAfter: 1n },
  extensions: [],
  signature: utf8('signature'),
} as const;
