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
      changes.afterwards(() => wipeUnlessShared(entry, (stateId) => changes.has(stateId)));
      return {};
    }),
});

/** A suspended group is also in the entry of its successor to be, which wipes it when it goes last. */
function wipeUnlessShared(entry: Entry, isLive: (stateId: number) => boolean): void {
  if (entry.kind === 'state' && entry.group.reinit !== undefined) return;
  wipeEntry(entry);
  if (entry.kind === 'reinit' && !isLive(entry.stateId)) entry.old.dispose();
}
