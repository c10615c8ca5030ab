/** The last part of an output, however long it grows. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #kept = 0;
  #written = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  write(bytes: Buffer): void {
    const chunk = bytes.subarray(-this.#limit);
    this.#chunks.push(chunk);
    this.#written += bytes.length;
    this.#kept += chunk.length;
    // Copied once in a while rather than for every chunk.
    if (this.#kept > 2 * this.#limit) this.#chunks = [this.#bytes()];
    if (this.#chunks.length === 1) this.#kept = this.#chunks[0]!.length;
  }

  /** How many bytes there were in all. */
  get written(): number {
    return this.#written;
  }

  /** What came after the first `from` bytes, as far as it is kept; bytes that are no UTF-8 become U+FFFD. */
  text(from = 0): string {
    const kept = this.#bytes();
    const gone = this.#written - kept.length;
    return kept.subarray(Math.max(0, from - gone)).toString();
  }

  #bytes(): Buffer {
    return Buffer.concat(this.#chunks).subarray(-this.#limit);
  }
}

/** The last lines of a text, each indented, for a message. */
export function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.every((line) => line === '') ? '' : lines.map((line) => `\n  | ${line}`).join('');
}
