/** Creating the successor of a group (RFC 9420 §11.2) or a subgroup (§11.3): a new group and its first Commit. */
import { empty } from '../bytes.ts';
import { usage } from '../errors.ts';
import type { Extension } from '../wire/extension.ts';
import type { KeyPackage } from '../wire/leaf-node.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { Proposal } from '../wire/proposal.ts';
import { createCommit, type CreatedCommit } from './create-commit.ts';
import { createGroupState } from './create-group.ts';
import { Group } from './group.ts';
import type { TreePlace } from './group-info.ts';
import type { KeyPackageBundle } from './key-package.ts';
import type { SentProposal } from './proposal-validation.ts';
import type { Settings } from './state.ts';
import { validateSuccession, type Succession } from './succession.ts';

export interface NewFromOld {
  readonly settings: Settings;
  readonly succession: Succession;
  readonly groupId: Uint8Array;
  readonly extensions: readonly Extension[];
  /** The creator's own leaf. */
  readonly bundle: KeyPackageBundle;
  /** Of the other members. */
  readonly keyPackages: readonly KeyPackage[];
  readonly forcePath: boolean;
  readonly ratchetTree: TreePlace;
}

/**
 * @throws MLSError `misuse` for a group that was not reinitialized; `invalid` for a bad KeyPackage, and when the new group would
 *   break a rule that its joiners check
 */
export async function createFromGroup(from: NewFromOld): Promise<CreatedCommit> {
  const { settings, succession, groupId, extensions, bundle } = from;
  const { suite } = settings;
  const { usage: pskUsage, from: old } = succession;
  usage(pskUsage === 'branch' || old.reinit !== undefined, 'the group was not reinitialized: no Commit of a ReInit was applied', 'R-12.4.3.1-22');
  const state = await createGroupState({ settings, groupId, extensions, bundle });
  // The first Commit ends epoch 0; if it comes to nothing, nothing is left of the group.
  let next: Group | undefined;
  using first = new DisposableStack();
  first.defer(() => new Group(state).dispose(next));

  // The Commit adds all others and names the old group's resumption PSK (R-12.4.1-17, R-11.3-02), with a fresh nonce.
  const psk: PreSharedKeyID = {
    psktype: 'resumption',
    usage: pskUsage,
    pskGroupId: old.groupContext.groupId,
    pskEpoch: old.groupContext.epoch,
    pskNonce: suite.random(suite.nh),
  };
  const proposals: Proposal[] = [...from.keyPackages.map((keyPackage): Proposal => ({ proposalType: 'add', keyPackage })), { proposalType: 'psk', psk }];
  const created = await createCommit(state, {
    proposals: proposals.map((proposal): SentProposal => ({ proposal, sender: { senderType: 'member', leafIndex: 0 }, reference: undefined, validated: false, byUs: true })),
    forcePath: from.forcePath,
    leaf: undefined,
    authenticatedData: empty,
    ratchetTree: from.ratchetTree,
    resumes: { usages: ['application', pskUsage], from: old },
  });
  const { groupContext, tree } = created.state;
  try {
    validateSuccession(succession, { groupContext, tree, psks: [psk], policy: settings.policy });
  } catch (error) {
    new Group(created.state).dispose();
    throw error;
  }
  next = new Group(created.state);
  return created;
}
