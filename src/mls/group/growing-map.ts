/**
 * A map as a value, for what an epoch collects: each value with one entry more shares a table with the one before and adds at
 * its end, so that making n of them costs n and not n squared.
 */

interface Numbered<V> {
  /** Entries before it. */
  readonly number: number;
  readonly value: V;
}

export class GrowingMap<V> implements Iterable<readonly [string, V]> {
  static readonly none = new GrowingMap<never>(new Map(), 0);

  readonly size: number;
  /** In the order of arrival; what is numbered `size` or higher belongs to later values. */
  readonly #table: Map<string, Numbered<V>>;

  private constructor(table: Map<string, Numbered<V>>, size: number) {
    this.#table = table;
    this.size = size;
  }

  /** Of several entries with one key the last. */
  static of<V>(entries: Iterable<readonly [string, V]>): GrowingMap<V> {
    const table = new Map<string, Numbered<V>>();
    for (const [key, value] of entries) table.set(key, { number: table.get(key)?.number ?? table.size, value });
    return new GrowingMap(table, table.size);
  }

  get(key: string): V | undefined {
    const found = this.#table.get(key);
    return found !== undefined && found.number < this.size ? found.value : undefined;
  }

  /** With one entry more, or another in the place of that with the same key. */
  with(key: string, value: V): GrowingMap<V> {
    // Another value has gone on from here already, or this is the one that all begin with: continue in a copy.
    if (this.#table.size !== this.size || this.size === 0 || this.#table.has(key)) return GrowingMap.of([...this, [key, value]]);
    this.#table.set(key, { number: this.size, value });
    return new GrowingMap(this.#table, this.size + 1);
  }

  without(key: string): GrowingMap<V> {
    return this.get(key) === undefined ? this : GrowingMap.of([...this].filter(([other]) => other !== key));
  }

  /** In the order of arrival. */
  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const [key, { number, value }] of this.#table) if (number < this.size) yield [key, value];
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }
}
