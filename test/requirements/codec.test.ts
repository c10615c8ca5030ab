/** What does not decode: RFC 9420 §2.1, §6, §7.2, §8.4, §12.1, §12.4, §13.5, through the structs that the rules are about. */
import { describe, expect, test } from 'vitest';
import { concat, fromHex, utf8 } from '../../src/mls/bytes.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { extensionBody } from '../../src/mls/group/group-extensions.ts';
import { Credential } from '../../src/mls/wire/credential.ts';
import { Extension } from '../../src/mls/wire/extension.ts';
import { MLSMessage, Sender } from '../../src/mls/wire/framing.ts';
import { GroupSecrets } from '../../src/mls/wire/group-info.ts';
import { KeyPackage, LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode, vector, type Codec } from '../../src/mls/wire/presentation-language.ts';
import { PreSharedKeyID } from '../../src/mls/wire/pre-shared-key.ts';
import { Commit, Proposal, ProposalOrRef } from '../../src/mls/wire/proposal.ts';
import { Node, RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { failure, follows, refused, refuses } from './support.ts';
import { history, keyPackageOf } from '../support/people.ts';

const { groups } = await history(['alice', 'bob']);
const [a, b] = [groups[0]!, groups[1]!];
const { keyPackage } = await keyPackageOf('charlie');
const { leafNode } = keyPackage;
const commit = await forgeCommit(a.state);
const proposal = await forgeProposal(a.state, { proposalType: 'remove', removed: 1 });

/** Where two encodings first differ: the place of the discriminator that sets them apart. */
function differsAt(one: Uint8Array, other: Uint8Array): number {
  return one.findIndex((byte, i) => byte !== other[i]);
}
const withByte = (bytes: Uint8Array, at: number, byte: number): Uint8Array => bytes.with(at, byte);
const asUpdate = encode(LeafNode, { encryptionKey: leafNode.encryptionKey, signatureKey: leafNode.signatureKey, credential: leafNode.credential, capabilities: leafNode.capabilities, leafNodeSource: 'update', extensions: leafNode.extensions, signature: leafNode.signature });
const encodedLeaf = encode(LeafNode, leafNode);
const sourceAt = differsAt(encodedLeaf, asUpdate);
const external = encode(PreSharedKeyID, { psktype: 'external', pskId: utf8('id'), pskNonce: new Uint8Array(4) });
const resumption = encode(PreSharedKeyID, { psktype: 'resumption', usage: 'application', pskGroupId: utf8('id'), pskEpoch: 1n, pskNonce: new Uint8Array(4) });
const remove = encode(Proposal, { proposalType: 'remove', removed: 1 });
const byValue = encode(ProposalOrRef, { type: 'proposal', proposal: { proposalType: 'remove', removed: 1 } });
const parent = encode(Node, { nodeType: 'parent', parentNode: { encryptionKey: utf8('k'), parentHash: utf8('p'), unmergedLeaves: [] } });
const sender = encode(Sender, { senderType: 'member', leafIndex: 1 });
const secrets = encode(GroupSecrets, { joinerSecret: new Uint8Array(32), pathSecret: { pathSecret: new Uint8Array(32) }, psks: [] });
// group_id of 32 bytes, epoch, sender, authenticated_data: the content type of a member's PublicMessage stands behind them.
const contentTypeAt = 4 + 33 + 8 + 5 + 1;

const rows: [RequirementId, string, Codec<any>, Uint8Array, Uint8Array, RequirementId?][] = [
  ['R-2.1-02', 'one byte after a KeyPackage', KeyPackage, concat(encode(KeyPackage, keyPackage), Uint8Array.of(0)), encode(KeyPackage, keyPackage)],
  ['R-2.1-03', 'a list whose length cuts its last element in half', vector(Extension), Uint8Array.of(3, 0, 1, 2, 9), Uint8Array.of(5, 0, 1, 2, 9, 9)],
  ['R-2.1-04', 'a Sender that ends before its index does', Sender, sender.subarray(0, 4), sender],
  ...[0, 3, 0xff].map((byte): (typeof rows)[number] => ['R-2.1-05', `node type ${byte}`, Node, withByte(parent, 0, byte), parent]),
  ...[2, 9, 0xff].map((byte): (typeof rows)[number] => ['R-2.1.1-02', `presence octet ${byte} of a path secret`, GroupSecrets, withByte(secrets, 33, byte), secrets]),
  ...[2, 9].map((byte): (typeof rows)[number] => ['R-2.1.1-02', `presence octet ${byte} of a tree node`, RatchetTreeNodes, Uint8Array.of(1, byte), Uint8Array.of(1, 0)]),
  ...[2, 9].map((byte): (typeof rows)[number] => ['R-2.1.1-02', `presence octet ${byte} of an UpdatePath`, Commit, Uint8Array.of(0, byte), Uint8Array.of(0, 0)]),
  ['R-2.1.2-04', 'a group_id whose length takes two bytes and needs one', MLSMessage, concat(proposal.subarray(0, 4), fromHex('4020'), proposal.subarray(5)), proposal],
  ['R-2.1.2-05', 'a group_id with header 0xc0', MLSMessage, withByte(proposal, 4, 0xc0), proposal],
  ['R-2.1.2-07', 'a group_id of 2^30 - 1 bytes', MLSMessage, concat(proposal.subarray(0, 4), fromHex('bfffffff'), proposal.subarray(5)), proposal],
  ...[0, 2].map((byte): (typeof rows)[number] => ['R-6-04', `version ${byte}`, MLSMessage, withByte(proposal, 1, byte), proposal]),
  ...[0, 6].map((byte): (typeof rows)[number] => ['R-6-05', `wire_format ${byte}`, MLSMessage, withByte(proposal, 3, byte), proposal]),
  ...[0, 5].map((byte): (typeof rows)[number] => ['R-6-06', `sender_type ${byte}`, Sender, withByte(sender, 0, byte), sender]),
  ...[0, 4].map((byte): (typeof rows)[number] => ['R-6-07', `content_type ${byte}`, MLSMessage, withByte(proposal, contentTypeAt, byte), proposal]),
  ...[0, 4].map((byte): (typeof rows)[number] => ['R-7.2-01', `leaf_node_source ${byte}`, LeafNode, withByte(encodedLeaf, sourceAt, byte), encodedLeaf]),
  ...[0, 3].map((byte): (typeof rows)[number] => ['R-8.4-08', `psktype ${byte}`, PreSharedKeyID, withByte(external, 0, byte), external]),
  ...[0, 4].map((byte): (typeof rows)[number] => ['R-8.4-08', `resumption usage ${byte}`, PreSharedKeyID, withByte(resumption, 1, byte), resumption]),
  ['R-12.1-01', 'a Proposal of unknown type 0x0a0a', Proposal, concat(fromHex('0a0a'), remove.subarray(2)), remove],
  ['R-13.5-05', 'a Proposal of GREASE type 0x2a2a', Proposal, concat(fromHex('2a2a'), remove.subarray(2)), remove, 'R-12.1-01'],
  ...[0, 3].map((byte): (typeof rows)[number] => ['R-12.4-01', `ProposalOrRef type ${byte}`, ProposalOrRef, withByte(byValue, 0, byte), byValue]),
  ['R-5.3-05', 'a Credential of an unknown type', Credential, fromHex('f0010161'), fromHex('00010161')],
  ['R-13.5-06', 'a Credential of GREASE type 0x3a3a', Credential, fromHex('3a3a0161'), fromHex('00010161'), 'R-5.3-05'],
];

describe('does not decode', () => {
  test.each(rows)('%s: %s', async (id, _, codec, violating, twin, reported = id) => {
    const error = await refuses(() => decode(codec, violating, 'Input'), { requirement: reported, code: 'malformed' });
    expect(error.path).toMatch(/^Input/);
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(violating.length);
    expect(error.message).toContain(`at byte ${error.offset}`);
    expect(encode(codec, decode(codec, twin, 'Input'))).toEqual(twin);
  });

  test('R-2.1-04: any prefix of a Commit message, and the group is unchanged', async () => {
    for (const length of [0, 1, 3, 10, 60, 61, commit.message.length >> 1, commit.message.length - 1]) {
      const { code, requirement, path } = await failure(() => b.receive(commit.message.subarray(0, length)));
      // It may end inside a field, or inside a vector that says that it is longer.
      expect([code, path]).toEqual(['malformed', expect.stringMatching(/^MLSMessage/)]);
      expect(length < 4 ? ['R-2.1-04'] : ['R-2.1-03', 'R-2.1-04', 'R-2.1.2-07']).toContain(requirement);
    }
    await follows(b, commit);
  });

  test('R-2.1-02: a Commit message with a byte after it, and the group is unchanged', async () => {
    const error = await refused(b, concat(commit.message, Uint8Array.of(0)), { requirement: 'R-2.1-02', code: 'malformed' });
    expect([error.path, error.offset]).toEqual(['MLSMessage', commit.message.length]);
    await follows(b, commit);
  });

  test('R-6-07: the path says where it stands', async () => {
    const error = await refused(b, withByte(proposal, contentTypeAt, 9), { requirement: 'R-6-07', code: 'malformed' });
    expect([error.path, error.offset]).toEqual(['MLSMessage.publicMessage.content.contentType', contentTypeAt + 1]);
  });

  test.each([['cut short', Uint8Array.of(0, 0)], ['with trailing bytes', Uint8Array.of(0, 0, 0, 0)]])('R-11.1-01: a required_capabilities body %s', async (_, extensionData) => {
    await refuses(() => extensionBody([{ extensionType: 3, extensionData }], 'required_capabilities'), { requirement: 'R-11.1-01' });
    expect(extensionBody([{ extensionType: 3, extensionData: Uint8Array.of(0, 0, 0) }], 'required_capabilities')).toEqual({ extensionTypes: [], proposalTypes: [], credentialTypes: [] });
  });
});
