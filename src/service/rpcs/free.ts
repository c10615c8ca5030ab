/** Free. */
import type { Handlers } from '../calls.ts';
import { wipeEntry, type Entry } from '../entries.ts';
import type { Context } from './context.ts';
import { suspendedIds } from './reinit.ts';

export const freeHandler = (context: Context): Pick<Handlers, 'free'> => ({
  free: ({ stateId: id }, call) =>
    context.states.transact(call, suspendedIds(context, id), (changes) => {
      const entry = changes.get(id, 'state', 'removed', 'join', 'reinit', 'signer');
      changes.remove(id);
      changes.afterwards(() => wipeUnlessShared(entry, context));
      return {};
    }),
});

/** A suspended group is also in the entry of its successor to be: whichever of the two goes last wipes it. */
function wipeUnlessShared(entry: Entry, { states }: Context): void {
  const isShared = entry.kind === 'state' && entry.reinitId !== undefined && states.peek(entry.reinitId)?.kind === 'reinit';
  if (!isShared) wipeEntry(entry);
  if (entry.kind === 'reinit' && states.peek(entry.stateId) === undefined) entry.old.dispose();
}
