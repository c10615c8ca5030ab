/** Who joins by an external Commit, and the GroupInfo that it goes by: RFC 9420 §12.4.3, §12.4.3.2. */
import { knownExtension } from '../../mls/group/group-extensions.ts';
import { leafAt, treeToNodes } from '../../mls/tree/ratchet-tree.ts';
import { groupInfo } from '../describe.ts';
import { flipped } from '../forge/forge-message.ts';
import { withLeaf, withParent } from '../forge/forge-tree.ts';
import type { Violation } from '../violation.ts';

const externalPub = 4;

export const ofExternalJoins: readonly Violation[] = [
  groupInfo({ id: 'R-12.4.3.2-01', name: 'a GroupInfo without external_pub', violating: { externalPub: false } }),
  groupInfo({
    id: 'R-12.4.3.2-02',
    name: 'a GroupInfo with a tree in which one leaf was exchanged',
    reported: 'R-12.4.3.1-10',
    violating: async ({ people, grove }) => {
      const { keyPackage } = await people.keyPackageOf('mallory');
      return { nodes: () => treeToNodes(withLeaf(grove, 1, keyPackage.leafNode).tree) };
    },
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
        return withLeaf(honest, 3, { ...leaf, signature: flipped(leaf.signature) });
      },
    },
  }),
  groupInfo({ id: 'R-12.4.3.2-02', name: 'a GroupInfo with a bad signature', reported: 'R-12.4.3-06', violating: { signature: (signature) => flipped(signature) } }),
  groupInfo({ id: 'R-12.4.3-06', name: 'a GroupInfo for an external join that names another signer', violating: { groupInfo: (one) => ({ ...one, signer: 1 }) } }),
  groupInfo({
    id: 'R-12.4.3-04',
    name: 'a GroupInfo for an external join with an unknown extension in its GroupContext',
    violating: { groupContext: (context) => ({ ...context, extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(0) }] }) },
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
