/** Groups that come out of another: reinitialization (RFC 9420 §11.2) and branching (§11.3). */
import { sameBytes } from '../bytes.ts';
import { must } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { leavesOfClient, members, type RatchetTree } from '../tree/ratchet-tree.ts';
import { Extension } from '../wire/extension.ts';
import type { GroupContext } from '../wire/group-info.ts';
import { encode, vector } from '../wire/presentation-language.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { GroupState } from './state.ts';

/** How a new group comes out of `from`, and so which resumption PSK links the two. */
export interface Succession {
  readonly usage: 'reinit' | 'branch';
  readonly from: GroupState;
}

export interface NewGroupView {
  readonly groupContext: GroupContext;
  readonly tree: RatchetTree;
  readonly psks: readonly PreSharedKeyID[];
  readonly policy: Policy;
}

/** @throws MLSError `invalid`: R-12.4.2-12, R-11.2-01 to -03, R-12.4.3.1-22, R-12.4.3.1-23, or R-11.3-02 to -06 */
export function validateSuccession({ usage, from }: Succession, joined: NewGroupView): void {
  const link = joined.psks.find((id) => id.psktype === 'resumption' && id.usage === usage);
  must(link !== undefined, usage === 'reinit' ? 'R-12.4.2-12' : 'R-11.3-02', `the Welcome names no resumption PSK of usage ${usage}`);
  if (link.psktype !== 'resumption') return;
  if (usage === 'reinit') validateReInit(from, joined, link);
  else validateBranch(from, joined, link);
}

type ResumptionLink = Extract<PreSharedKeyID, { psktype: 'resumption' }>;

function validateReInit({ reinit, groupContext: old, tree: oldTree }: GroupState, { groupContext, tree, policy }: NewGroupView, link: ResumptionLink): void {
  must(reinit !== undefined, 'R-12.4.3.1-22', 'the last Commit of the named group held no ReInit');
  must(sameBytes(link.pskGroupId, old.groupId) && link.pskEpoch === old.epoch, 'R-11.2-03', () => `the PSK is of epoch ${link.pskEpoch}`);
  must(groupContext.version === reinit.version, 'R-11.2-01', 'version');
  must(groupContext.cipherSuite === reinit.cipherSuite, 'R-11.2-01', 'cipher_suite');
  must(sameBytes(groupContext.groupId, reinit.groupId), 'R-11.2-01', 'group_id');
  must(sameBytes(encode(vector(Extension), groupContext.extensions), encode(vector(Extension), reinit.extensions)), 'R-11.2-01', 'extensions');
  must(groupContext.epoch === 1n, 'R-11.2-02', () => `epoch ${groupContext.epoch}`);
  const clients = new Set([...members(tree)].map(([, leafNode]) => policy.clientOf(leafNode)));
  for (const [leafIndex, leafNode] of members(oldTree)) {
    must(clients.has(policy.clientOf(leafNode)), 'R-12.4.3.1-23', () => `the member at leaf ${leafIndex} of the old group is missing`);
  }
}

function validateBranch({ groupContext: old, tree: oldTree }: GroupState, { groupContext, tree }: NewGroupView, link: ResumptionLink): void {
  must(sameBytes(link.pskGroupId, old.groupId), 'R-11.3-02', 'the PSK is of another group');
  must(groupContext.version === old.version && groupContext.cipherSuite === old.cipherSuite, 'R-11.3-04');
  must(groupContext.epoch === 1n, 'R-11.3-05', () => `epoch ${groupContext.epoch}`);
  for (const [leafIndex, leafNode] of members(tree)) {
    must(leavesOfClient(oldTree, leafNode) > 0, 'R-11.3-06', () => `the member at leaf ${leafIndex}`);
  }
}
