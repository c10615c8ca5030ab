/** Branching a subgroup (RFC 9420 §11.3): CreateBranch, HandleBranch. The group that is branched stays as it is. */
import { empty } from '../../mls/bytes.ts';
import type { Handlers } from '../calls.ts';
import { copiedPsks, memberState, newMember, wipeJoinKeys } from '../entries.ts';
import { extensionsOf, given, requireKind } from '../messages.ts';
import type { Context } from './context.ts';

export const branchHandlers = ({ clients, states }: Context): Pick<Handlers, 'createBranch' | 'handleBranch'> => ({
  createBranch: (request, call) =>
    states.transact(call, [request.stateId], async (changes) => {
      const parent = memberState(changes, request.stateId);
      for (const [i, keyPackage] of request.keyPackages.entries()) requireKind(keyPackage, 'mls_key_package', `key_packages[${i}]`);
      const stateId = changes.reserve('state');
      const client = await clients.client(parent, { undo: changes.undo });
      const psks = copiedPsks(parent.psks, changes.undo);
      const { handshakeAs } = parent;
      const created = await client.createBranch(parent.group, {
        groupId: request.groupId.slice(),
        extensions: extensionsOf(request.extensions),
        keyPackages: request.keyPackages,
        forcePath: request.forcePath,
        ratchetTree: request.externalTree ? 'apart' : 'inside',
        handshakeAs,
      });
      const { group, welcome = empty, ratchetTree = empty } = created;
      changes.undo.defer(() => group.dispose());
      changes.fill(stateId, newMember({ ...parent, psks }, { client, group, handshakeAs }));
      return { stateId, welcome, ratchetTree, epochAuthenticator: group.epochAuthenticator };
    }),

  handleBranch: (request, call) =>
    states.transact(call, [request.stateId, request.transactionId], async (changes) => {
      const parent = memberState(changes, request.stateId);
      const { bundle, ...person } = changes.get(request.transactionId, 'join');
      requireKind(request.welcome, 'mls_welcome', 'welcome');
      const stateId = changes.reserve('state');
      // The PSKs of both: the runner stores them at the state when there is one.
      const ofParent = new Map([...parent.psks].filter(([key]) => !person.psks.has(key)));
      const joiner = { ...person, psks: new Map([...copiedPsks(ofParent, changes.undo), ...person.psks]) };
      const client = await clients.client(joiner, { undo: changes.undo, bundle });
      const { handshakeAs } = parent;
      const group = await client.join(request.welcome, { ratchetTree: given(request.ratchetTree), branchOf: parent.group, handshakeAs });
      changes.undo.defer(() => group.dispose());
      changes.remove(request.transactionId);
      changes.fill(stateId, newMember(joiner, { client, group, handshakeAs }));
      changes.afterwards(() => wipeJoinKeys(bundle));
      return { stateId, epochAuthenticator: group.epochAuthenticator };
    }),
});
