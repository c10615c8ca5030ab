import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StateTable, type Caller } from '../../src/service/states.ts';
import { ServiceError } from '../../src/service/status.ts';

type Entry = { readonly kind: 'state'; readonly value: number } | { readonly kind: 'join' } | { readonly kind: 'signer' };
const patient: Caller = { ensureWanted: () => undefined };
const gone: Caller = {
  ensureWanted() {
    throw new ServiceError('cancelled', 'gone');
  },
};

const table = (maxStates = 10, maxPending = 10): StateTable<Entry> =>
  new StateTable<Entry>({ state: 'group state', join: 'pending join', signer: 'external signer' }, [
    { kinds: ['state'], max: maxStates, what: 'group states', option: '--max-states' },
    { kinds: ['join', 'signer'], max: maxPending, what: 'pending joins', option: '--max-pending-joins' },
  ]);

const add = (states: StateTable<Entry>, entry: Entry): Promise<number> => states.transact(patient, [], (t) => t.fill(t.reserve(entry.kind), entry));
const free = (states: StateTable<Entry>, id: number): Promise<void> => states.transact(patient, [id], (t) => t.remove(id));
const value = (states: StateTable<Entry>, id: number): Promise<number> => states.transact(patient, [id], (t) => t.get(id, 'state').value);

test('ids begin at 1, are shared by all kinds and never used again', async () => {
  const states = table();

  expect(await add(states, { kind: 'state', value: 0 })).toBe(1);
  expect(await add(states, { kind: 'join' })).toBe(2);
  expect(await add(states, { kind: 'signer' })).toBe(3);
  await free(states, 2);

  expect(await add(states, { kind: 'join' })).toBe(4);
});

test.each([
  [0, 'no group state has id 0'],
  [7, 'no group state has id 7'],
  [2, 'no group state has id 2; it is that of a pending join'],
])('id %i that names no group state is unknown', async (id, message) => {
  const states = table();
  await add(states, { kind: 'state', value: 0 });
  await add(states, { kind: 'join' });

  await expect(value(states, id)).rejects.toThrow(new ServiceError('unknown_id', message));
});

test('entries are bounded per kind, and Free makes room', async () => {
  const states = table(2, 1);
  const first = await add(states, { kind: 'state', value: 0 });
  await add(states, { kind: 'state', value: 0 });
  await add(states, { kind: 'signer' });

  await expect(add(states, { kind: 'state', value: 0 })).rejects.toMatchObject({ code: 'limit', message: '--max-states allows 2 group states, and so many are alive; Free one' });
  await expect(add(states, { kind: 'join' })).rejects.toMatchObject({ code: 'limit', message: '--max-pending-joins allows 1 pending joins, and so many are alive; Free one' });
  await free(states, first);

  await expect(add(states, { kind: 'state', value: 0 })).resolves.toBe(4);
});

test('a reservation counts while its call runs and is given back when the call fails', async () => {
  const states = table(1);
  const failing = states.transact(patient, [], async (t) => {
    t.reserve('state');
    await sleep(20);
    throw new Error('no');
  });

  await expect(add(states, { kind: 'state', value: 0 })).rejects.toMatchObject({ code: 'limit' });
  await expect(failing).rejects.toThrow('no');

  await expect(add(states, { kind: 'state', value: 0 })).resolves.toBe(2);
});

test('a call that fails changes nothing', async () => {
  const states = table();
  const id = await add(states, { kind: 'state', value: 1 });

  const failing = states.transact(patient, [id], (t) => {
    t.replace(id, { kind: 'state', value: 2 });
    t.fill(t.reserve('state'), { kind: 'state', value: 3 });
    throw new Error('no');
  });

  await expect(failing).rejects.toThrow('no');
  expect(await value(states, id)).toBe(1);
  expect(states.size).toBe(1);
});

test('a call whose caller has gone changes nothing', async () => {
  const states = table();
  const id = await add(states, { kind: 'state', value: 1 });

  let waits = 0;
  const leaving: Caller = { ensureWanted: () => void (waits++ > 0 && gone.ensureWanted()) };
  await expect(states.transact(leaving, [id], (t) => t.replace(id, { kind: 'state', value: 2 }))).rejects.toMatchObject({ code: 'cancelled' });

  expect(await value(states, id)).toBe(1);
});

test('calls on one id run in the order they came, each seeing what the one before it did', async () => {
  const states = table();
  const id = await add(states, { kind: 'state', value: 0 });

  const seen = await Promise.all(
    [30, 1, 15].map((ms) =>
      states.transact(patient, [id], async (t) => {
        const before = t.get(id, 'state').value;
        await sleep(ms);
        t.replace(id, { kind: 'state', value: before + 1 });
        return before;
      }),
    ),
  );

  expect(seen).toEqual([0, 1, 2]);
});

test('calls on different ids run at the same time', async () => {
  const states = table();
  const [a, b] = [await add(states, { kind: 'state', value: 0 }), await add(states, { kind: 'state', value: 0 })];
  const first = Promise.withResolvers<void>();

  const waiting = states.transact(patient, [a], () => first.promise);
  await states.transact(patient, [b], () => first.resolve());

  await waiting;
});

test('a call on two ids waits for both, whatever order the ids come in', async () => {
  const states = table();
  const [a, b] = [await add(states, { kind: 'state', value: 0 }), await add(states, { kind: 'state', value: 0 })];
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await sleep(5);
    order.push(`${name} ends`);
  };

  await Promise.all([
    states.transact(patient, [a], work('a')),
    states.transact(patient, [b, a], work('b, a')),
    states.transact(patient, [a, b], work('a, b')),
    states.transact(patient, [b], work('b')),
  ]);

  expect(order).toEqual(['a begins', 'a ends', 'b, a begins', 'b, a ends', 'a, b begins', 'a, b ends', 'b begins', 'b ends']);
});

test('a call that came after Free finds nothing, and one that came before finishes first', async () => {
  const states = table();
  const id = await add(states, { kind: 'state', value: 5 });

  const before = states.transact(patient, [id], async (t) => {
    await sleep(10);
    return t.get(id, 'state').value;
  });
  const freeing = free(states, id);
  const after = value(states, id);

  await expect(before).resolves.toBe(5);
  await freeing;
  await expect(after).rejects.toMatchObject({ code: 'unknown_id' });
});

test('a call that works on an id it did not wait for is a bug', async () => {
  const states = table();
  const id = await add(states, { kind: 'state', value: 5 });

  await expect(states.transact(patient, [], (t) => t.get(id, 'state'))).rejects.toThrow('without having waited for it');
});

test('what no call has used for a while is given up when the table is used next, the oldest first', async () => {
  let now = 0;
  const gone: number[] = [];
  const states = new StateTable<Entry>(
    { state: 'group state', join: 'pending join', signer: 'external signer' },
    [{ kinds: ['state', 'join', 'signer'], max: 4, what: 'entries', option: '--max' }],
    [{ kinds: ['join', 'signer'], after: 1000, now: () => now, expired: (id) => gone.push(id) }],
  );
  const [join, signer, state] = [await add(states, { kind: 'join' }), await add(states, { kind: 'signer' }), await add(states, { kind: 'state', value: 7 })];
  now = 600;
  await states.transact(patient, [join], (t) => t.get(join, 'join'));

  now = 999;
  await add(states, { kind: 'join' });
  expect(gone).toEqual([]);

  // The signer was last used when it was made; the join and the state are younger or stay for ever.
  now = 1000;
  await expect(states.transact(patient, [signer], (t) => t.get(signer, 'signer'))).rejects.toThrow(new ServiceError('unknown_id', `no external signer has id ${signer}`));
  expect(gone).toEqual([signer]);
  await add(states, { kind: 'join' });

  now = 1_000_000;
  expect(await value(states, state)).toBe(7);
  expect(gone).toEqual([signer, join, 4, 5]);
  expect(states.size).toBe(1);
});

test('an entry that a call works on or waits for does not expire', async () => {
  let now = 0;
  const gone: number[] = [];
  const states = new StateTable<Entry>(
    { state: 'group state', join: 'pending join', signer: 'external signer' },
    [{ kinds: ['state', 'join', 'signer'], max: 4, what: 'entries', option: '--max' }],
    [{ kinds: ['join'], after: 1000, now: () => now, expired: (id) => gone.push(id) }],
  );
  const join = await add(states, { kind: 'join' });
  const { promise, resolve } = Promise.withResolvers<void>();
  const working = states.transact(patient, [join], () => promise);
  now = 5000;
  await add(states, { kind: 'join' });
  expect(gone).toEqual([]);

  resolve();
  await working;
  await add(states, { kind: 'join' });
  expect(gone).toEqual([join]);
});
