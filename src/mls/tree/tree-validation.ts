/** What a joiner checks of the tree it is given (RFC 9420 §7.3, §7.9.2, §12.4.3.1). */
import type { CipherSuite } from '../crypto/provider.ts';
import { must } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { mapInFlight, pause, sliceIsOver } from '../slices.ts';
import type { RequiredCapabilities } from '../wire/extension.ts';
import type { GroupContext } from '../wire/group-info.ts';
import type { LeafNode } from '../wire/leaf-node.ts';
import { firstUnmet, supportsExtension, typeName, validateAmongMembers, validateLeafNode } from './leaf-node-validation.ts';
import { verifyParentHashes } from './parent-hash.ts';
import { leavesWithKey, members, parentsWithKey, type RatchetTree } from './ratchet-tree.ts';
import { goesRight, isLeaf, isListed, leafBelow, type ParentSlot, type Subtree } from './subtree.ts';
import { isUnder, type LeafIndex } from './tree-math.ts';

export interface TreeCheck {
  readonly groupContext: GroupContext;
  readonly required: RequiredCapabilities;
  readonly policy: Policy;
}

/**
 * Checks every node of a received tree. Its hash has been compared with the GroupContext before.
 * @throws MLSError `invalid` with the id of the rule that is broken first
 */
export async function validateTree(suite: CipherSuite, tree: RatchetTree, check: TreeCheck): Promise<void> {
  await validateParents(suite, tree, tree.root);
  await verifyParentHashes(suite, tree.root);
  await validateLeaves(suite, tree, check);
}

/** From the bottom up: a parent's list is looked up in those below it, whose order is known then. */
async function validateParents(suite: CipherSuite, tree: RatchetTree, node: Subtree): Promise<void> {
  if (isLeaf(node) || node.isEmpty) return;
  await validateParents(suite, tree, node.left);
  await validateParents(suite, tree, node.right);
  if (node.parentNode === undefined) return;
  await validateUnmergedLeaves(node, node.parentNode.unmergedLeaves);
  const { encryptionKey } = node.parentNode;
  must(suite.isHPKEPublicKey(encryptionKey), 'R-5.1.1-04', () => `encryption_key of node ${node.nodeIndex}`);
  const holders = parentsWithKey(tree, encryptionKey) + leavesWithKey(tree, encryptionKey);
  must(holders === 1, 'R-12.4.3.1-14', () => `the encryption_key of node ${node.nodeIndex} stands ${holders} times in the tree`);
}

async function validateUnmergedLeaves(node: ParentSlot, unmerged: readonly number[]): Promise<void> {
  for (const [i, leafIndex] of unmerged.entries()) {
    const where = () => `leaf ${leafIndex} in unmerged_leaves of node ${node.nodeIndex}`;
    must(i === 0 || leafIndex > unmerged[i - 1]!, 'R-7.1-02', where);
    must(isUnder(leafIndex as LeafIndex, node.nodeIndex), 'R-12.4.3.1-12', where);
    must(leafBelow(node, leafIndex as LeafIndex).leafNode !== undefined, 'R-12.4.3.1-11', where);
    let at: Subtree = goesRight(node, leafIndex as LeafIndex) ? node.right : node.left;
    while (!isLeaf(at)) {
      must(at.parentNode === undefined || isListed(at.parentNode.unmergedLeaves, leafIndex), 'R-12.4.3.1-13', where);
      at = goesRight(at, leafIndex as LeafIndex) ? at.right : at.left;
    }
    if (sliceIsOver()) await pause();
  }
}

const validateLeaves = (suite: CipherSuite, tree: RatchetTree, check: TreeCheck): Promise<void[]> =>
  mapInFlight([...members(tree)], async ([leafIndex, leafNode]) => {
    validateInGroup(leafNode, check);
    validateAmongMembers(tree, leafNode);
    await validateLeafNode(suite, {
      leafNode,
      place: { groupId: check.groupContext.groupId, leafIndex },
      policy: check.policy,
      groupContext: check.groupContext,
      credentialRule: 'R-5.3.1-03',
      lifetimeRule: check.policy.expiredMembers === 'refused' ? 'R-7.3-10' : undefined,
    });
  });

/** Holds a leaf against the group's extensions (R-7.3-03 to -05, R-13.4-05). */
export function validateInGroup(leafNode: LeafNode, { groupContext, required }: Pick<TreeCheck, 'groupContext' | 'required'>): void {
  const unmet = firstUnmet(leafNode.capabilities, required);
  if (unmet !== undefined) must(false, unmet.rule, unmet.detail);
  for (const { extensionType } of groupContext.extensions) {
    must(supportsExtension(leafNode.capabilities, extensionType), 'R-13.4-05', () => `extension ${typeName(extensionType)}`);
  }
}
