/**
 * Everything the service remembers between calls, under ids that it hands out: group states, pending joins, suspended
 * groups and external signers share one namespace, since StorePSK does not say which it means.
 *
 * Entries are values. A call works on them in a Transaction, whose changes take effect together at its end or, when the call
 * fails or nobody waits for it any more, not at all. Calls on one id run one after another, in the order they came; calls on
 * different ids run at the same time.
 */
import { within } from '../mls/errors.ts';
import { wipeSecrets } from './secret-fields.ts';
import { ServiceError } from './status.ts';

/** How many entries of some kinds there may be, together, and the option that sets it. */
export interface Bound<K extends string> {
  readonly kinds: readonly K[];
  readonly max: number;
  /** For the message: what is bounded, and by which option. */
  readonly what: string;
  readonly option: string;
}

/** Entries of some kinds are given up when no call has used them for a while. */
export interface Expiry<E extends Kinded> {
  readonly kinds: readonly E['kind'][];
  /** Milliseconds of `now`. */
  readonly after: number;
  readonly now: () => number;
  /** Called for each, once its id is gone. */
  readonly expired: (id: number, entry: E) => void;
}

/** What a transaction wants to know of the call it works for. */
export interface Caller {
  /** @throws ServiceError `cancelled` or `late` when nobody waits for the answer any more */
  ensureWanted(): void;
}

type Kinded = { readonly kind: string };
type OfKind<E extends Kinded, K extends E['kind']> = Extract<E, { readonly kind: K }>;

const highestId = 0xffff_ffff;

export class StateTable<E extends Kinded> {
  readonly #entries = new Map<number, E>();
  readonly #names: Readonly<Record<E['kind'], string>>;
  readonly #bounds: readonly Bound<E['kind']>[];
  /** Live and reserved entries per bound. */
  readonly #counts: Map<Bound<E['kind']>, number>;
  /** Per id: settles when the last call that was queued for it is done. */
  readonly #tails = new Map<number, Promise<void>>();
  /** Per expiry: when each of its entries was last used; the one that was not used for the longest time comes first. */
  readonly #lastUse: ReadonlyMap<Expiry<E>, Map<number, number>>;
  #lastId = 0;

  /**
   * @param names what each kind is called in messages
   * @param bounds one for each kind
   * @param expiries at most one for each kind; entries of other kinds stay until they are removed
   */
  constructor(names: Readonly<Record<E['kind'], string>>, bounds: readonly Bound<E['kind']>[], expiries: readonly Expiry<E>[] = []) {
    this.#names = names;
    this.#lastUse = new Map(expiries.map((expiry) => [expiry, new Map()]));
    this.#bounds = bounds;
    this.#counts = new Map(bounds.map((bound) => [bound, 0]));
  }

  /** How many ids are alive. */
  get size(): number {
    return this.#entries.size;
  }

  /** What `id` names right now, outside of any transaction. */
  peek(id: number): E | undefined {
    return this.#entries.get(id);
  }

  /**
   * Runs `work` when every earlier call on any of `ids` is done, and then makes its changes.
   * Ids take their places in all queues at once, so calls cannot wait for each other in a circle.
   */
  async transact<T>(caller: Caller, ids: readonly number[], work: (transaction: Transaction<E>) => Promise<T> | T): Promise<T> {
    this.sweep();
    const earlier = ids.map((id) => this.#tails.get(id));
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    for (const id of ids) this.#tails.set(id, done);
    const transaction = new Transaction(this.#access(new Set(ids)));
    try {
      await Promise.all(earlier);
      caller.ensureWanted();
      const answer = await work(transaction);
      transaction.undo.defer(() => wipeSecrets(answer));
      caller.ensureWanted();
      transaction.apply();
      return answer;
    } finally {
      try {
        transaction.close();
      } finally {
        for (const id of ids) if (this.#tails.get(id) === done) this.#tails.delete(id);
        finish();
      }
    }
  }

  #access(ids: ReadonlySet<number>): Access<E> {
    return {
      entry: (id) => {
        if (!ids.has(id)) throw new Error(`a call works on id ${id} without having waited for it`);
        const entry = this.#entries.get(id);
        if (entry !== undefined) this.#used(id, entry);
        return entry;
      },
      name: (kind) => this.#names[kind],
      put: (id, entry) => {
        this.#entries.set(id, entry);
        this.#used(id, entry);
      },
      remove: (id) => void this.#remove(id),
      reserve: (kind) => this.#reserve(kind),
      release: (kind) => this.#release(kind),
    };
  }

  #remove(id: number): E | undefined {
    const entry = this.#entries.get(id);
    for (const uses of this.#lastUse.values()) uses.delete(id);
    if (this.#entries.delete(id)) this.#release(entry!.kind);
    return entry;
  }

  #used(id: number, { kind }: E): void {
    for (const [expiry, uses] of this.#lastUse) {
      uses.delete(id);
      if (expiry.kinds.includes(kind)) uses.set(id, expiry.now());
    }
  }

  /** Gives up what has expired, but for what a call is working on or waiting for. */
  sweep(): void {
    for (const [{ after, now, expired }, uses] of this.#lastUse) {
      const since = now() - after;
      for (const [id, lastUse] of uses) {
        if (lastUse > since) break;
        if (!this.#tails.has(id)) expired(id, this.#remove(id)!);
      }
    }
  }

  #reserve(kind: E['kind']): number {
    const bound = this.#boundOf(kind);
    const count = this.#counts.get(bound)!;
    within(count < bound.max, `${bound.option} allows ${bound.max} ${bound.what}, and so many are alive; Free one`);
    within(this.#lastId < highestId, 'all ids are used up; restart the service');
    this.#counts.set(bound, count + 1);
    return ++this.#lastId;
  }

  #release(kind: E['kind']): void {
    const bound = this.#boundOf(kind);
    this.#counts.set(bound, this.#counts.get(bound)! - 1);
  }

  #boundOf(kind: E['kind']): Bound<E['kind']> {
    const bound = this.#bounds.find(({ kinds }) => kinds.includes(kind));
    if (bound === undefined) throw new Error(`no bound for entries of kind ${kind}`);
    return bound;
  }
}

interface Access<E extends Kinded> {
  entry(id: number): E | undefined;
  name(kind: E['kind']): string;
  put(id: number, entry: E): void;
  remove(id: number): void;
  reserve(kind: E['kind']): number;
  release(kind: E['kind']): void;
}

/** One call's view of the table. */
export class Transaction<E extends Kinded> {
  readonly #table: Access<E>;
  readonly #changes = new Map<number, E | undefined>();
  readonly #reserved = new Map<number, E['kind']>();
  readonly #afterwards: (() => void)[] = [];
  /** Wipes the secrets that the call makes, unless its changes are made. */
  readonly undo = new DisposableStack();

  constructor(table: Access<E>) {
    this.#table = table;
  }

  /**
   * The entry that `id` names.
   * @throws ServiceError `unknown_id` when there is none, or none of these kinds
   */
  get<K extends E['kind']>(id: number, ...kinds: readonly K[]): OfKind<E, K> {
    const entry = this.#table.entry(id);
    const wanted = [...new Set(kinds.map((kind) => this.#table.name(kind)))].join(' or ');
    if (entry === undefined) throw new ServiceError('unknown_id', `no ${wanted} has id ${id}`);
    if (!isOneOf(entry, kinds)) throw new ServiceError('unknown_id', `no ${wanted} has id ${id}; it is that of a ${this.#table.name(entry.kind)}`);
    return entry as OfKind<E, K>;
  }

  /** Whether `id` names anything. */
  has(id: number): boolean {
    return this.#table.entry(id) !== undefined;
  }

  /** Puts `next` in the place of the entry that `id` names. */
  replace(id: number, next: E): void {
    this.#changes.set(id, next);
  }

  /** Lets go of `id` and what it names. */
  remove(id: number): void {
    this.#changes.set(id, undefined);
  }

  /**
   * An id for a new entry of `kind`, to be given to `fill`. Reserve before expensive work and before anything that cannot
   * be repeated, such as using up a KeyPackage.
   * @throws MLSError `limit` when there are as many as the service may have
   */
  reserve(kind: E['kind']): number {
    const id = this.#table.reserve(kind);
    this.#reserved.set(id, kind);
    return id;
  }

  /** The entry for a reserved id; gives back the id. */
  fill(id: number, entry: E): number {
    this.#changes.set(id, entry);
    return id;
  }

  /**
   * Puts `next` in place at once, whatever becomes of the call: for what cannot be undone, such as a receive key that a
   * message has used up.
   */
  keep(id: number, next: E): void {
    this.#table.put(id, next);
  }

  /** Has `work` done once the changes are made, and not when the call fails. */
  afterwards(work: () => void): void {
    this.#afterwards.push(work);
  }

  /** Makes the changes. */
  apply(): void {
    this.undo.move();
    for (const [id, entry] of this.#changes) {
      if (entry === undefined) this.#table.remove(id);
      else this.#table.put(id, entry);
      this.#reserved.delete(id);
    }
    for (const work of this.#afterwards) work();
  }

  /** Gives back what was reserved and not filled, and wipes what was made for nobody. */
  close(): void {
    for (const kind of this.#reserved.values()) this.#table.release(kind);
    this.undo.dispose();
  }
}

const isOneOf = (entry: Kinded, kinds: readonly string[]): boolean => kinds.includes(entry.kind);
