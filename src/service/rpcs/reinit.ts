/** Replacing a group by a successor (RFC 9420 §11.2): ReInitProposal to HandleReInitWelcome. */
import { empty } from '../../mls/bytes.ts';
import { usage } from '../../mls/errors.ts';
import type { Group } from '../../mls/group/group.ts';
import type { Call, Handlers, Response } from '../calls.ts';
import { copiedPsks, enterEpoch, newMember, wipeJoinKeys, wipeOld, type Changes, type MemberState, type SuspendedGroup } from '../entries.ts';
import { given, requireKind } from '../messages.ts';
import { createCommit, pendingCommit, processCommit } from './commits.ts';
import type { Context } from './context.ts';
import { propose, reInitOf } from './proposals.ts';

type Replacing =
  | 'reInitProposal'
  | 'reInitCommit'
  | 'handlePendingReInitCommit'
  | 'handleReInitCommit'
  | 'reInitWelcome'
  | 'handleReInitWelcome';

export const reInitHandlers = (context: Context): Pick<Handlers, Replacing> => ({
  reInitProposal: (request, call) =>
    propose(context, call, {
      stateId: request.stateId,
      proposal: () => reInitOf(request),
    }),

  reInitCommit: (request, call) => context.states.transact(call, [request.stateId], (changes) => createCommit(changes, request, requireReInit)),

  handlePendingReInitCommit: (request, call) =>
    context.states.transact(call, [request.stateId], (changes) => {
      const { state, group } = pendingCommit(changes, request.stateId);
      return suspend(context, changes, { stateId: request.stateId, state, group });
    }),

  handleReInitCommit: (request, call) =>
    context.states.transact(call, [request.stateId], async (changes) => {
      const { state, group } = await processCommit(changes, request);
      return suspend(context, changes, { stateId: request.stateId, state, group });
    }),

  reInitWelcome: (request, call) =>
    transactSuspended(context, call, {
      reinitId: request.reinitId,
      work: async (changes) => {
        const suspended = withLatePsks(changes, changes.get(request.reinitId, 'reinit'));
        for (const [i, keyPackage] of request.keyPackage.entries()) requireKind(keyPackage, 'mls_key_package', `key_package[${i}]`);
        const place = successorPlace(changes, suspended);
        const client = await context.clients.client(suspended, { undo: changes.undo, signatureKey: suspended.bundle.signatureKey });
        const { handshakeAs } = suspended;
        const created = await client.createSuccessor(suspended.old, {
          keyPackages: request.keyPackage,
          forcePath: request.forcePath,
          ratchetTree: request.externalTree ? 'apart' : 'inside',
          handshakeAs,
        });
        const { group, welcome = empty, ratchetTree = empty } = created;
        changes.undo.defer(() => group.dispose());
        succeed(changes, { ...place, reinitId: request.reinitId, suspended, successor: newMember(suspended, { client, group, handshakeAs }) });
        return { stateId: place.stateId, welcome, ratchetTree, epochAuthenticator: group.epochAuthenticator };
      },
    }),

  handleReInitWelcome: (request, call) =>
    transactSuspended(context, call, {
      reinitId: request.reinitId,
      work: async (changes) => {
        const suspended = withLatePsks(changes, changes.get(request.reinitId, 'reinit'));
        requireKind(request.welcome, 'mls_welcome', 'welcome');
        const place = successorPlace(changes, suspended);
        const client = await context.clients.client(suspended, { undo: changes.undo, bundle: suspended.bundle });
        const { handshakeAs } = suspended;
        const group = await client.join(request.welcome, { ratchetTree: given(request.ratchetTree), successorOf: suspended.old, handshakeAs });
        changes.undo.defer(() => group.dispose());
        succeed(changes, { ...place, reinitId: request.reinitId, suspended, successor: newMember(suspended, { client, group, handshakeAs }) });
        return { stateId: place.stateId, epochAuthenticator: group.epochAuthenticator };
      },
    }),
});

function requireReInit({ reinit }: Group): asserts this is Group {
  usage(reinit !== undefined, 'this Commit covers no ReInit');
}

interface Suspending {
  readonly stateId: number;
  readonly state: MemberState;
  /** In the epoch that the Commit of the ReInit began. */
  readonly group: Group;
}

/** Ends the old group and makes this member's KeyPackage for the successor, with the same identity and PSKs. */
async function suspend({ clients }: Context, changes: Changes, { stateId, state, group }: Suspending): Promise<Response<'handleReInitCommit'>> {
  const { reinit } = group;
  usage(reinit !== undefined, 'this Commit covers no ReInit');
  const reinitId = changes.reserve('reinit');
  const person = { cipherSuite: reinit.cipherSuite, identity: state.identity, psks: copiedPsks(state.psks, changes.undo) };
  // To make a KeyPackage takes no PSKs.
  const bundle = await (await clients.client({ ...person, psks: new Map() }, { undo: changes.undo })).createKeyPackage();
  enterEpoch(changes, stateId, state, group);
  changes.replace(stateId, { ...newMember(state, { ...state, group }), reinitId });
  changes.fill(reinitId, { kind: 'reinit', ...person, old: group, stateId, handshakeAs: state.handshakeAs, bundle });
  return { reinitId, keyPackage: bundle.message, epochAuthenticator: group.epochAuthenticator };
}

/**
 * `transact` for what may be a suspended group: a successor takes the place of its old group, so both ids are worked on. A
 * caller that guesses the id may come before the entry, and learn only when its turn has come that there is a second id.
 */
export async function transactSuspended<T>({ states }: Context, call: Call, { reinitId, work }: { readonly reinitId: number; readonly work: (changes: Changes) => Promise<T> | T }): Promise<T> {
  const idsNow = (): number[] => {
    const entry = states.peek(reinitId);
    return entry?.kind === 'reinit' ? [reinitId, entry.stateId] : [reinitId];
  };
  for (;;) {
    const ids = idsNow();
    let hasAll = false;
    const answer = await states.transact(call, ids, (changes) => {
      hasAll = idsNow().every((id) => ids.includes(id));
      return hasAll ? work(changes) : undefined;
    });
    if (hasAll) return answer as T;
  }
}

/** StorePSK between the ReInit and its successor goes to the old group's state; the successor has those PSKs too. */
function withLatePsks(changes: Changes, suspended: SuspendedGroup): SuspendedGroup {
  if (!changes.has(suspended.stateId)) return suspended;
  const state = changes.get(suspended.stateId, 'state', 'removed');
  if (state.kind === 'removed') return suspended;
  changes.afterwards(() => {
    for (const [key, { psk }] of suspended.psks) if (state.psks.has(key)) psk.dispose();
    state.client.dispose();
  });
  return { ...suspended, psks: new Map([...suspended.psks, ...state.psks]) };
}

interface Place {
  readonly stateId: number;
  /** Whether the old group is still there. */
  readonly takesOver: boolean;
}

/** The successor gets the id of the old group, or one of its own when that has been freed. */
function successorPlace(changes: Changes, { stateId }: SuspendedGroup): Place {
  return changes.has(stateId) ? { stateId, takesOver: true } : { stateId: changes.reserve('state'), takesOver: false };
}

interface Succeeding extends Place {
  readonly reinitId: number;
  readonly suspended: SuspendedGroup;
  readonly successor: MemberState;
}

function succeed(changes: Changes, { stateId, takesOver, reinitId, suspended, successor }: Succeeding): void {
  if (takesOver) changes.replace(stateId, successor);
  else changes.fill(stateId, successor);
  changes.remove(reinitId);
  changes.afterwards(() => {
    wipeOld(suspended);
    wipeJoinKeys(suspended.bundle);
  });
}
