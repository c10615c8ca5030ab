/** The two ids of a suspended group. */
import { expect, test } from 'vitest';
import { entryTable, type Entry } from '../../src/service/entries.ts';
import { defaultLimits } from '../../src/service/options.ts';
import type { Context } from '../../src/service/rpcs/context.ts';
import { transactSuspended } from '../../src/service/rpcs/reinit.ts';

const call = { ensureWanted: () => undefined, notice: () => undefined };

test('a call that comes before the suspended group whose id it guesses waits for the old group too', async () => {
  const states = entryTable(defaultLimits);
  const context = { states } as unknown as Context;
  const [stateId, reinitId] = [1, 2];
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const order: string[] = [];

  const another = states.transact(call, [reinitId], () => first.promise);
  const guessing = transactSuspended(context, call, { reinitId, work: (changes) => order.push(`both ids: ${changes.has(stateId) && changes.has(reinitId)}`) });
  await states.transact(call, [], (changes) => {
    changes.fill(changes.reserve('state'), { kind: 'removed' });
    changes.fill(changes.reserve('reinit'), { kind: 'reinit', stateId } as Entry);
  });
  const atOldGroup = states.transact(call, [stateId], () => second.promise.then(() => order.push('old group')));
  first.resolve();
  await another;
  second.resolve();
  await Promise.all([guessing, atOldGroup]);

  expect(order).toEqual(['old group', 'both ids: true']);
});
