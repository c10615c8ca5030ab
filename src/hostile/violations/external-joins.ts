/** Who joins by an external Commit, and the GroupInfo that it goes by: RFC 9420 §12.4.3, §12.4.3.2. */
import { knownExtension } from '../../mls/group/group-extensions.ts';
import { leafAt } from '../../mls/tree/ratchet-tree.ts';
import { groupInfo } from '../describe.ts';
import { flipped } from '../forge/forge-message.ts';
import { groveOf, withLeaf, withParent } from '../forge/forge-tree.ts';
import type { PublicationForgery } from '../outsider-scene.ts';
import type { People } from '../people.ts';
import type { Violation } from '../violation.ts';

const externalPub = 4;

export const ofExternalJoins: readonly Violation[] = [
  groupInfo({ id: 'R-12.4.3.2-01', name: 'a GroupInfo without external_pub', violating: { externalPub: false } }),
  groupInfo({
    id: 'R-12.4.3.2-02',
    name: 'a GroupInfo with a tree in which one leaf was exchanged',
    reported: 'R-12.4.3.1-10',
    // Of which no parent hash tells.
    violating: async ({ people }) => {
      const { leafNode } = (await people.keyPackageOf('mallory')).keyPackage;
      return { ...unset(people), nodes: (nodes) => nodes.with(2, { nodeType: 'leaf', leafNode }) };
    },
    twin: ({ people }) => unset(people),
  }),
  groupInfo({
    id: 'R-12.4.3.2-02',
    name: 'a GroupInfo with a tampered parent key',
    reported: 'R-7.9.2-01',
    violating: async ({ people }) => {
      const { publicKey } = await people.suite.generateHPKEKey();
      return { tree: (honest) => withParent(honest, 3, (parent) => ({ ...parent, encryptionKey: publicKey })) };
    },
  }),
  groupInfo({
    id: 'R-12.4.3.2-02',
    name: 'a GroupInfo with a badly signed leaf',
    reported: 'R-7.3-02',
    violating: {
      tree(honest) {
        const leaf = leafAt(honest.tree, 3)!;
        return withLeaf(honest, 3, { ...leaf, signature: flipped(leaf.signature, -1) });
      },
    },
  }),
  groupInfo({ id: 'R-12.4.3.2-02', name: 'a GroupInfo with a bad signature', reported: 'R-12.4.3-06', violating: { signature: (signature) => flipped(signature, -1) } }),
  groupInfo({ id: 'R-12.4.3-06', name: 'a GroupInfo for an external join that names another signer', violating: { groupInfo: (one) => ({ ...one, signer: 1 }) } }),
  groupInfo({
    id: 'R-12.4.3-04',
    name: 'a GroupInfo for an external join with an unknown extension in its GroupContext',
    violating: ({ people }) => ({ ...listing(people, 0xf001), groupContext: (context) => ({ ...context, extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(0) }] }) }),
    twin: ({ people }) => listing(people, 0xf001),
  }),
  // X25519 and X448 come to a DH result of zero; of the NIST curves it is no point.
  groupInfo({
    id: 'R-5.1.1-04',
    name: 'a GroupInfo with an external_pub of zeros',
    violating: async ({ people: { suite } }) => {
      const { publicKey } = await suite.generateHPKEKey();
      const zeros = knownExtension('external_pub', { externalPub: new Uint8Array(publicKey.length) });
      return { groupInfo: (one) => ({ ...one, extensions: one.extensions.map((extension) => (extension.extensionType === externalPub ? zeros : extension)) }) };
    },
  }),
];

/** A group in which nobody has set a path. */
function unset(people: People): PublicationForgery {
  return { tree: () => people.grove(['alice', 'bob', 'charlie']) };
}

/** One whose members list an extension type. */
function listing(people: People, extensionType: number): PublicationForgery {
  const capabilities = { ...people.capabilities, extensions: [...people.capabilities.extensions, extensionType] };
  return { tree: async () => groveOf(people.suite, await Promise.all(['alice', 'bob', 'charlie'].map((name) => people.keyPackageOf(name, { capabilities })))) };
}
