/** The GroupInfo of the mock service: real in shape, so that the runner can read it, with the ideal group hidden inside. */
import { ExternalSender, ExternalSenders } from '../../src/mls/wire/extension.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import type { LeafNode } from '../../src/mls/wire/leaf-node.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import { extensionTypes } from '../../src/mls/wire/registries.ts';
import { RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';

export interface GroupShape {
  readonly id: string;
  readonly suite: number;
  readonly epoch: number;
  readonly members: readonly string[];
  /** Type and body in base64. */
  readonly extensions: readonly (readonly [number, string])[];
}

const none = new Uint8Array();

export function encodeGroupInfo(group: GroupShape, { withTree }: { readonly withTree: boolean }): Uint8Array {
  const leaves = group.members.flatMap((member, i) => [...(i === 0 ? [] : [undefined]), { nodeType: 'leaf' as const, leafNode: leaf(member) }]);
  const tree = { extensionType: extensionTypes.ratchet_tree, extensionData: encode(RatchetTreeNodes, leaves) };
  return encode(MLSMessage, {
    version: 1,
    wireFormat: 'mls_group_info',
    groupInfo: {
      groupContext: {
        version: 1,
        cipherSuite: group.suite,
        groupId: Buffer.from(group.id),
        epoch: BigInt(group.epoch),
        treeHash: none,
        confirmedTranscriptHash: Buffer.from(JSON.stringify(group)),
        extensions: group.extensions.map(([extensionType, body]) => ({ extensionType, extensionData: Buffer.from(body, 'base64') })),
      },
      extensions: [{ extensionType: extensionTypes.external_pub, extensionData: none }, ...(withTree ? [tree] : [])],
      confirmationTag: none,
      signer: 0,
      signature: none,
    },
  });
}

/** The ideal group again. */
export function groupInGroupInfo<G extends GroupShape>(message: Uint8Array): G {
  const decoded = decode(MLSMessage, message, 'GroupInfo');
  if (decoded.wireFormat !== 'mls_group_info') throw new Error('not a GroupInfo');
  return JSON.parse(Buffer.from(decoded.groupInfo.groupContext.confirmedTranscriptHash).toString()) as G;
}

export const externalSender = (identity: Uint8Array): Uint8Array =>
  encode(ExternalSender, { signatureKey: none, credential: { credentialType: 'basic', identity } });

/** `extensions` with one more sender in external_senders. */
export function withSender(extensions: GroupShape['extensions'], sender: Uint8Array): GroupShape['extensions'] {
  const type = extensionTypes.external_senders;
  const present = extensions.find(([each]) => each === type);
  const senders = present === undefined ? [] : decode(ExternalSenders, Buffer.from(present[1], 'base64'), 'external_senders');
  const body = encode(ExternalSenders, [...senders, decode(ExternalSender, sender, 'ExternalSender')]);
  return [...extensions.filter(([each]) => each !== type), [type, Buffer.from(body).toString('base64')]];
}

const leaf = (member: string): LeafNode => ({
  encryptionKey: none,
  signatureKey: none,
  credential: { credentialType: 'basic', identity: Buffer.from(member) },
  capabilities: { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] },
  leafNodeSource: 'update',
  extensions: [],
  signature: none,
});
