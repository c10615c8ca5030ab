/** What a member does within an epoch: GroupInfo, StateAuth, Export, Protect, Unprotect, StorePSK. */
import { empty } from '../../mls/bytes.ts';
import type { Handlers } from '../calls.ts';
import { memberState } from '../entries.ts';
import { requireKind } from '../messages.ts';
import { requires } from '../status.ts';
import type { Context } from './context.ts';

type WithinEpoch = 'groupInfo' | 'stateAuth' | 'export' | 'protect' | 'unprotect' | 'storePsk';

export const epochHandlers = ({ clients, states }: Context): Pick<Handlers, WithinEpoch> => ({
  groupInfo: (request, call) =>
    states.transact(call, [request.stateId], async (changes) => {
      const { group } = memberState(changes, request.stateId);
      const apart = request.externalTree;
      return {
        groupInfo: await group.groupInfo({ externalPub: true, ratchetTree: apart ? 'apart' : 'inside' }),
        ratchetTree: apart ? group.ratchetTree() : empty,
      };
    }),

  stateAuth: (request, call) =>
    states.transact(call, [request.stateId], (changes) => ({ stateAuthSecret: memberState(changes, request.stateId).group.epochAuthenticator })),

  export: (request, call) =>
    states.transact(call, [request.stateId], (changes) => {
      const { group, client } = memberState(changes, request.stateId);
      const { label, context, keyLength } = request;
      const longest = 255 * client.suite.nh;
      requires(keyLength <= longest, `key_length is ${keyLength}; cipher suite ${client.suite.id} exports at most ${longest} bytes`);
      return { exportedSecret: group.export({ label, context, length: keyLength }) };
    }),

  protect: (request, call) =>
    states.transact(call, [request.stateId], async (changes) => {
      const { group } = memberState(changes, request.stateId);
      if (group.state.pendingProposals.size > 0) call.notice('R-12.4-04', 'R-12.4-04: application data is sent while proposals are pending');
      return { ciphertext: await group.send(request.plaintext, { authenticatedData: request.authenticatedData }) };
    }),

  unprotect: (request, call) =>
    states.transact(call, [request.stateId], async (changes) => {
      const { group } = memberState(changes, request.stateId);
      requireKind(request.ciphertext, 'application', 'ciphertext');
      const received = await group.receive(request.ciphertext);
      if (received.kind !== 'application') throw new Error(`application data was received as ${received.kind}`);
      return { authenticatedData: received.authenticatedData, plaintext: received.data };
    }),

  storePsk: (request, call) =>
    states.transact(call, [request.stateOrTransactionId], (changes) => {
      const id = request.stateOrTransactionId;
      const entry = changes.get(id, 'state', 'removed', 'join');
      if (entry.kind === 'join') {
        changes.replace(id, clients.withPsk(changes, entry, request));
      } else {
        const state = memberState(changes, id);
        changes.replace(id, clients.withPsk(changes, state, request));
        changes.afterwards(() => state.client.storePsk(request.pskId, request.pskSecret));
      }
      return {};
    }),
});
