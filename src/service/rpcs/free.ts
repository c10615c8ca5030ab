/** Free. */
import type { Handlers } from '../calls.ts';
import { wipeUnlessShared } from '../entries.ts';
import type { Context } from './context.ts';
import { suspendedIds } from './reinit.ts';

export const freeHandler = (context: Context): Pick<Handlers, 'free'> => ({
  free: ({ stateId: id }, call) =>
    context.states.transact(call, suspendedIds(context, id), (changes) => {
      const entry = changes.get(id, 'state', 'removed', 'join', 'reinit', 'signer');
      changes.remove(id);
      changes.afterwards(() => wipeUnlessShared(entry, context.states));
      return {};
    }),
});
