/** The tree that a joiner is given: RFC 9420 §7.1, §7.3, §7.9, §12.4.3.1, §12.4.3.3. Tree hash and GroupInfo fit it but where a row says otherwise. */
import { empty } from '../../mls/bytes.ts';
import type { UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { verifyParentHashes } from '../../mls/tree/parent-hash.ts';
import { leafAt, nodeAt } from '../../mls/tree/ratchet-tree.ts';
import type { ParentSlot } from '../../mls/tree/subtree.ts';
import { treeHash } from '../../mls/tree/tree-hash.ts';
import { asNodeIndex } from '../../mls/tree/tree-math.ts';
import type { LeafNode } from '../../mls/wire/leaf-node.ts';
import { encode } from '../../mls/wire/presentation-language.ts';
import { ParentHashInput, type ParentNode, type RatchetTreeNodes } from '../../mls/wire/tree-node.ts';
import { welcome } from '../describe.ts';
import { unsourced } from '../forge/forge-leaf.ts';
import { flipped, same } from '../forge/forge-message.ts';
import type { PathForgery } from '../forge/forge-path.ts';
import { fell, pathBy, plant, withLeaf, withParent, withSignedLeaf, type Grove } from '../forge/forge-tree.ts';
import type { InvitationForgery, JoinerScene } from '../joiner-scene.ts';
import { leftOpen } from '../left-open.ts';
import type { People } from '../people.ts';
import type { Description, JoinerViolation, Violation } from '../violation.ts';

export const ofRatchetTrees: readonly Violation[] = [
  // Unmerged leaves, with parent hashes that hold, so that no other rule notices.
  tree({ id: 'R-12.4.3.1-11', name: 'a parent that lists a blank leaf', from: withGap, violating: sound((honest) => withParent(honest, 7, listing(5, 6))) }),
  tree({ id: 'R-12.4.3.1-12', name: 'a parent that lists a leaf outside its subtree', from: withTwoBlank, violating: sound((honest) => withParent(honest, 3, listing(3, 6))) }),
  tree({ id: 'R-12.4.3.1-12', name: 'a root that lists a leaf outside the tree', from: withRightUnset, violating: sound((honest) => withParent(honest, 7, listing(7, 8))) }),
  tree({ id: 'R-12.4.3.1-13', name: 'a leaf that the upper parent lists and the lower one does not', from: withTwoParents, violating: sound((_, scene) => listedAbove(scene)) }),
  tree({ id: 'R-7.1-02', leftOpen: leftOpen.unmergedOrder, name: 'unmerged leaves out of order', from: withGapFilled, violating: sound((honest) => withParent(honest, 7, listing(6, 5))) }),
  tree({ id: 'R-7.1-02', leftOpen: leftOpen.unmergedOrder, name: 'unmerged leaves twice', from: withGapFilled, violating: sound((honest) => withParent(honest, 7, listing(5, 5, 6))) }),

  // Parent hashes.
  tree({
    id: 'R-7.9.2-02',
    name: 'a node between a parent and the one below it that was not there when the parent was set',
    from: withSecondBlank,
    violating: (honest) => withParent(honest, 3, listing()),
  }),
  tree({ id: 'R-7.9.2-03', name: 'parents that link to each other and to no leaf', from: withThree, violating: withoutLink }),
  tree({ id: 'R-7.9.2-04', name: 'a parent whose key an attacker replaced', from: withThree, violating: withOtherKey }),
  tree({ id: 'R-7.9.2-01', name: 'a parent whose parent_hash was changed', from: withThree, violating: withOtherParentHash }),
  tree({ id: 'R-7.9-05', name: 'a parent_hash over the sibling as it is and not as it was', reported: 'R-7.9.2-01', from: withGapFilled, violating: overPresentSibling }),

  // Keys and leaves.
  welcome({ id: 'R-12.4.3.1-14', name: 'two parents with one key', violating: setBy({ publicKeys: (keys) => keys.map(() => keys[0]!) }), twin: setBy({}) }),
  welcome({
    id: 'R-12.4.3.1-14',
    name: 'a parent and a leaf with one key, though the parent has unmerged leaves',
    violating: setBy((grove) => ({ publicKeys: (keys) => keys.with(1, leafAt(grove.tree, 2)!.encryptionKey) })),
    twin: setBy({}),
  }),
  tree({
    id: 'R-12.4.3.1-15',
    name: "a tree without the exact leaf of the target's KeyPackage",
    from: withThree,
    violating: async (honest, { people }) => withLeaf(honest, 3, (await people.keyPackageOf('joiner')).keyPackage.leafNode),
  }),
  tree({
    id: 'R-7.3-01',
    name: 'a badly signed leaf far from the joiner',
    reported: 'R-7.3-02',
    from: unset,
    violating: (honest) => withLeaf(honest, 1, edited(honest, 1, (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }))),
  }),
  tree({
    id: 'R-7.2-14',
    name: 'a leaf of the tree edited after signing',
    reported: 'R-7.3-02',
    from: unset,
    violating: (honest) => withLeaf(honest, 1, edited(honest, 1, (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, proposals: [0xf001] } }))),
  }),

  // The array form.
  welcome({
    id: 'R-12.4.3.1-10',
    name: 'a tree with one leaf exchanged, under the GroupContext of the honest one',
    violating: async (scene) => ({ ...ofUnset(scene), nodes: await withMallory(scene) }),
    twin: ofUnset,
  }),
  welcome({
    id: 'R-12.4.3.3-08',
    name: 'a tree from elsewhere that does not fit the GroupInfo',
    violating: async (scene) => ({ ...apart(scene), ratchetTree: await withMallory(scene) }),
    twin: apart,
  }),
  welcome({ id: 'R-12.4.3.3-04', name: 'a ratchet_tree with a blank last entry', violating: { nodes: (nodes) => [...nodes, undefined] } }),
  welcome({ id: 'R-12.4.3.3-04', name: 'a ratchet_tree without entries', violating: { nodes: () => [] } }),
  // Where the tree is blank, so that whoever passes over them has the tree of the GroupContext.
  welcome({
    id: 'R-12.4.3.3-02',
    name: 'a ratchet_tree with a parent where a leaf stands',
    violating: async (scene) => ({ ...withBlanks(scene), nodes: await withParentAtLeaf(scene) }),
    twin: withBlanks,
  }),
  welcome({
    id: 'R-12.4.3.3-02',
    name: 'a ratchet_tree with a leaf where a parent stands',
    violating: async (scene) => ({ ...withBlanks(scene), nodes: await withMallory(scene, 5) }),
    twin: withBlanks,
  }),
];

type Edit = (honest: Grove, scene: JoinerScene) => Grove | Promise<Grove>;

/** A tree to which the target is added, and which is changed then. */
function tree({ from, violating, ...description }: Description & { readonly from: (people: People) => Promise<Grove>; readonly violating: Edit }): JoinerViolation {
  const changed = (edit: Edit) => (scene: JoinerScene): InvitationForgery => ({ tree: async (_, add) => edit(add(await from(scene.people)), scene) });
  return welcome({ ...description, violating: changed(violating), twin: changed(same) });
}

/** The edit, once it is sure that it leaves all parent hashes valid. */
function sound(edit: Edit): Edit {
  return async (honest, scene) => {
    const grove = await edit(honest, scene);
    await verifyParentHashes(grove.suite, grove.tree.root);
    return grove;
  };
}

/** Three members, of whom the first sets its path; the target comes then. */
function setBy(forgery: PathForgery | ((grove: Grove) => PathForgery)): (scene: JoinerScene) => Promise<InvitationForgery> {
  return async ({ people }) => {
    const grove = await unset(people);
    return { tree: async (_, add) => add(await pathBy(grove, 0, typeof forgery === 'function' ? forgery(grove) : forgery)) };
  };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `member ${i}`);
}

/** Three leaves under blank parents. */
function unset(people: People): Promise<Grove> {
  return people.grove(names(3));
}

/** The target becomes leaf 3. */
async function withThree(people: People): Promise<Grove> {
  return pathBy(await unset(people), 0);
}

/** The target becomes leaf 1, which was blank when leaf 0 set the root. */
async function withSecondBlank(people: People): Promise<Grove> {
  return pathBy(fell(await people.grove(names(4)), 1), 0);
}

/** The target becomes leaf 3. It is unmerged at node 3 and at the root, as leaf 6 is at the root. */
async function withTwoBlank(people: People): Promise<Grove> {
  const set = await pathBy(fell(await people.grove(names(8)), 3, 6), 0);
  return withParent(withLeaf(set, 6, (await people.keyPackageOf('again')).keyPackage.leafNode), 7, listing(6));
}

/** The target becomes leaf 7. The chain to the root comes from leaf 0, and all parents on the right are blank. */
async function withRightUnset(people: People): Promise<Grove> {
  return pathBy(await people.grove(names(7)), 0);
}

/** The target becomes leaf 5, and leaf 6 stays blank. The chain to the root comes from the left. */
async function withGap(people: People): Promise<Grove> {
  return pathBy(fell(await people.fullGrove(names(8)), 5, 6), 0);
}

/** The target becomes leaf 6, unmerged at the root as leaf 5 is. */
async function withGapFilled(people: People): Promise<Grove> {
  return plant(await withGap(people), await people.keyPackageOf('again')).grove;
}

/** The target becomes leaf 5, unmerged at node 11, which leaf 6 has set, and at the root. */
async function withTwoParents(people: People): Promise<Grove> {
  return pathBy(await pathBy(fell(await people.grove(names(8)), 5), 6), 0);
}

/** Node 11 was set while the target was there, and the root when it was not. */
async function listedAbove({ people, keyPackage: { leafNode } }: JoinerScene): Promise<Grove> {
  const grown = await pathBy(withLeaf(await people.grove(names(8)), 5, leafNode), 6);
  const set = await pathBy(withLeaf(grown, 5, undefined), 0);
  return withParent(withParent(withLeaf(set, 5, leafNode), 7, listing(5)), 11, listing());
}

function listing(...unmergedLeaves: number[]): (parent: ParentNode) => ParentNode {
  return (parent) => ({ ...parent, unmergedLeaves });
}

/** Leaf 0 as if it had set no path. */
function withoutLink(honest: Grove, { keyPackage }: JoinerScene): Promise<Grove> {
  const { leafNode: target } = keyPackage;
  if (target.leafNodeSource !== 'key_package') throw new Error('a leaf of a KeyPackage was expected');
  const { lifetime } = target;
  return withSignedLeaf(honest, 0, (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'key_package', lifetime }));
}

async function withOtherKey(honest: Grove): Promise<Grove> {
  const { publicKey } = await honest.suite.generateHPKEKey();
  return withParent(honest, 1, (parent) => ({ ...parent, encryptionKey: publicKey }));
}

/** Node 1 does not fit the root, and leaf 0 fits node 1 as it is. */
function withOtherParentHash(honest: Grove): Promise<Grove> {
  const changed = withParent(honest, 1, (parent) => ({ ...parent, parentHash: flipped(parent.parentHash) }));
  const parentHash = overSibling(changed, 1);
  return withSignedLeaf(changed, 0, (leaf) => ({ ...leaf, parentHash }) as UnsignedLeafNode);
}

/** Node 3 below the root stores the hash that a root would have whose original sibling is the present one. */
function overPresentSibling(honest: Grove): Grove {
  const parentHash = overSibling(honest, 7);
  return withParent(honest, 3, (parent) => ({ ...parent, parentHash }));
}

/** The parent hash for the left child of a parent, over its right child as it is. */
function overSibling({ suite, tree }: Grove, nodeIndex: number): Uint8Array {
  const { parentNode, right } = nodeAt(tree, asNodeIndex(nodeIndex)) as ParentSlot;
  const { encryptionKey, parentHash } = parentNode!;
  return suite.digest(encode(ParentHashInput, { encryptionKey, parentHash, originalSiblingTreeHash: treeHash(suite, right) }));
}

function edited(grove: Grove, leaf: number, edit: (leafNode: LeafNode) => LeafNode): LeafNode {
  return edit(leafAt(grove.tree, leaf)!);
}

/** No parent hash tells of a leaf that was exchanged there. */
function ofUnset({ people }: JoinerScene): InvitationForgery {
  return { tree: async (_, add) => add(await unset(people)) };
}

async function withMallory({ people }: JoinerScene, nodeIndex = 2): Promise<(nodes: RatchetTreeNodes) => RatchetTreeNodes> {
  const { leafNode } = (await people.keyPackageOf('mallory')).keyPackage;
  return (nodes) => nodes.with(nodeIndex, { nodeType: 'leaf', leafNode });
}

/** The tree beside the Welcome. */
function apart(scene: JoinerScene): InvitationForgery {
  return { ...ofUnset(scene), nodes: 'none', ratchetTree: same };
}

/** The target becomes leaf 1; leaf 2 is blank, and node 5 above it. */
function withBlanks({ people }: JoinerScene): InvitationForgery {
  return { tree: async (_, add) => pathBy(add(fell(await people.grove(names(4)), 1, 2)), 0, { added: [1] }) };
}

async function withParentAtLeaf({ people }: JoinerScene): Promise<(nodes: RatchetTreeNodes) => RatchetTreeNodes> {
  const { publicKey } = await people.suite.generateHPKEKey();
  return (nodes) => nodes.with(4, { nodeType: 'parent', parentNode: { encryptionKey: publicKey, parentHash: empty, unmergedLeaves: [] } });
}
