/**
 * Key material that lives longer than one function call. Its bytes stay private: printing, logging or serialising a
 * Secret shows its length only, and `dispose` wipes it (RFC 9420 §2, R-2-01; deletion §9.2).
 */
import { MLSError } from './errors.ts';

export class Secret implements Disposable {
  #bytes: Uint8Array | undefined;

  /** Takes ownership of `bytes`: the caller keeps no copy and does not write to them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The bytes themselves, not a copy; valid until `dispose`.
   * @throws MLSError `misuse` after `dispose`
   */
  expose(): Uint8Array {
    if (this.#bytes === undefined) throw new MLSError('misuse', 'this secret was deleted');
    return this.#bytes;
  }

  get disposed(): boolean {
    return this.#bytes === undefined;
  }

  /** Overwrites the bytes with zeros and forgets them. */
  dispose(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return this.#bytes === undefined ? '[Secret, deleted]' : `[Secret, ${this.#bytes.length} bytes]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * All that are being made, once each is made or has failed. After a failure the others are disposed of, and the first one's error
 * is thrown: what is made beside something that fails must not stay behind.
 */
export async function allOrNone<T extends Disposable>(making: readonly Promise<T>[]): Promise<T[]> {
  using undo = new DisposableStack();
  const settled = await Promise.allSettled(making);
  const made = settled.flatMap((one) => (one.status === 'fulfilled' ? [undo.use(one.value)] : []));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  undo.move();
  return made;
}
