/** Free. */
import type { Handlers } from '../calls.ts';
import { wipeUnlessShared } from '../entries.ts';
import type { Context } from './context.ts';
import { transactSuspended } from './reinit.ts';

export const freeHandler = (context: Context): Pick<Handlers, 'free'> => ({
  free: ({ stateId: id }, call) =>
    transactSuspended(context, call, {
      reinitId: id,
      work: (changes) => {
        const entry = changes.get(id, 'state', 'removed', 'join', 'reinit', 'signer');
        changes.remove(id);
        changes.afterwards(() => wipeUnlessShared(entry, context.states));
        return {};
      },
    }),
});
