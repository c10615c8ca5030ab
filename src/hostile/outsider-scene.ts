/** The target is about to join a group from outside, by a GroupInfo that a forger publishes. */
import type { GroupContext } from '../mls/wire/group-info.ts';
import { forgeEpoch, forgeGroupInfo, groupInfoMessage, type GroupInfoForgery } from './forge/forge-welcome.ts';
import type { Grove } from './forge/forge-tree.ts';
import type { People } from './people.ts';
import type { Delivery } from './target.ts';

/** What is wrong with a GroupInfo, and with the group that it speaks of. */
export interface PublicationForgery extends GroupInfoForgery {
  readonly groupContext?: (context: GroupContext) => GroupContext;
  readonly tree?: (honest: Grove) => Grove | Promise<Grove>;
  /** Who it says has signed it. Default: leaf 0. */
  readonly signer?: number;
}

export interface OutsiderScene {
  readonly people: People;
  /** Alice, Bob, Charlie and Diana, each of whom has set a path; their keys. */
  readonly grove: Grove;
  /** A GroupInfo with external_pub, by default an honest one. */
  publication(forgery?: PublicationForgery): Promise<Delivery>;
}

export const outsiderName = 'outsider';

export async function outsiderScene(people: People): Promise<OutsiderScene> {
  const { suite } = people;
  const grove = await people.fullGrove(['alice', 'bob', 'charlie', 'diana']);
  return {
    people,
    grove,
    async publication({ groupContext, tree: edit = (honest: Grove) => honest, signer = 0, ...forgery } = {}) {
      const edited = await edit(grove);
      const epoch = forgeEpoch(suite, { ...edited, ...(groupContext && { groupContext }) });
      const from = { epoch, tree: edited.tree, signer: { leafIndex: signer, key: edited.signatureKeys.get(signer) ?? edited.signatureKeys.get(0)! } };
      const groupInfo = await forgeGroupInfo(suite, from, { externalPub: true, ...forgery });
      return { to: 'ExternalJoin', groupInfo: groupInfoMessage(groupInfo) };
    },
  };
}

