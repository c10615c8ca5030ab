/** The cursors behind the codecs: a Reader over received bytes and a Writer into one growing buffer (RFC 9420 §2.1). */
import { MLSError, within } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';

export interface DecodeOptions {
  /** Numbers of the application's own proposal types; their body is read as `opaque body<V>` (§12.1, §13.2). */
  readonly customProposalTypes?: ReadonlySet<number>;
  /** Most elements of vectors in all that is decoded; of numbers 16 count as one. Default 524,288. */
  readonly maxElements?: number;
  /** Most extensions in one list. Default 256. */
  readonly maxExtensions?: number;
  /** When given, long vectors are passed over, and here is put what reads each of them, in slices. */
  readonly later?: (() => Promise<void>)[];
}

/**
 * An element of two bytes makes an object of more than 100, so that bounding bytes alone would not bound memory. Each member
 * takes 4 or 5 of these in a ratchet tree (two nodes, a leaf extension, some 20 numbers), 4 in an Add by value, and
 * one in a Welcome, a Commit by reference or an UpdatePath: there is room for 100,000 members.
 */
export const defaultMaxElements = 2 ** 19;

/** Each type stands at most once in a list, and of the 65,536 types 11 are registered and 15 are GREASE. */
export const defaultMaxExtensions = 256;

/** What an element takes from the budget of its reader: a number is stored in place, anything else is an object. */
export const elementCost = { number: 1, object: 16 } as const;

/** A cursor over received bytes that knows the name of the field being read, for error messages. */
export class Reader {
  readonly options: DecodeOptions;
  readonly #bytes: Uint8Array;
  readonly #path: (string | number)[];
  #depth = 1;
  #offset = 0;
  #end: number;
  #vectors = 0;
  /** Shared with the readers of vectors that are read later. */
  #budget: { left: number };

  constructor(bytes: Uint8Array, name: string, options: DecodeOptions = {}) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#path = [name];
    this.options = options;
    this.#budget = { left: (options.maxElements ?? defaultMaxElements) * elementCost.object };
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes left in the innermost vector being read, or in the input. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /** Goes into the field `name`; `back` leaves it. The codec and the value are for readers that keep a trace of what they read. */
  step(name: string | number, _codec: unknown): void {
    this.#path[this.#depth++] = name;
  }

  back(_value: unknown): void {
    this.#depth--;
  }

  /** `opaque x<V>`, as a view. */
  opaque(): Uint8Array {
    return this.take(this.#vectorLength());
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  uint16(): number {
    const at = this.#advance(2);
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  /** The next uint16 without consuming it. */
  peekUint16(): number {
    const value = this.uint16();
    this.#offset -= 2;
    return value;
  }

  uint32(): number {
    const at = this.#advance(4);
    const bytes = this.#bytes;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
  }

  /** A vector length header in 1, 2 or 4 bytes; only the shortest form is valid (§2.1.2). */
  varint(): number {
    const first = this.uint8();
    if (first < 0x40) return first;
    if (first < 0x80) {
      const value = ((first & 0x3f) << 8) | this.uint8();
      if (value < 0x40) this.fail(`vector length ${value} is not in the shortest form`, 'R-2.1.2-04');
      return value;
    }
    if (first >= 0xc0) this.fail('vector length starts with the bits 11', 'R-2.1.2-05');
    const value = ((first & 0x3f) << 24) | (this.uint8() << 16) | this.uint16();
    if (value < 0x4000) this.fail(`vector length ${value} is not in the shortest form`, 'R-2.1.2-04');
    return value;
  }

  /** Reads a vector's header and limits reading to its contents; gives what `leaveVector` wants back. */
  enterVector(): number {
    const length = this.#vectorLength();
    const outer = this.#end;
    this.#end = this.#offset + length;
    this.#vectors++;
    return outer;
  }

  /** Passes over a vector; gives a reader that is at its beginning and ends with it. */
  passVector(): Reader {
    const reader = new Reader(this.#bytes, '', this.options);
    reader.#path.splice(0, 1, ...this.#path.slice(0, this.#depth));
    reader.#depth = this.#depth;
    reader.#budget = this.#budget;
    reader.#vectors = this.#vectors + 1;
    const length = this.#vectorLength();
    reader.#offset = this.#offset;
    reader.#end = this.#offset += length;
    return reader;
  }

  /** To be called before each element of a vector. @throws MLSError `limit` when there are too many */
  spend(cost: number): void {
    this.#budget.left -= cost;
    if (this.#budget.left < 0) within(false, `${this.#path[0]} has more than ${this.options.maxElements ?? defaultMaxElements} elements in its vectors`);
  }

  /** Whether the vector being read has bytes left. */
  inside(): boolean {
    return this.#offset < this.#end;
  }

  leaveVector(outer: number): void {
    this.#end = outer;
    this.#vectors--;
  }

  /** @throws MLSError `malformed`, always */
  fail(reason: string, requirement: RequirementId): never {
    const path = this.#path
      .slice(0, this.#depth)
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('')
      .slice(1);
    throw new MLSError('malformed', `${path} at byte ${this.#offset}: ${reason}`, { requirement, path, offset: this.#offset });
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#end - start) {
      this.fail(`needs ${length} bytes, ${this.remaining} are left`, this.#vectors > 0 ? 'R-2.1-03' : 'R-2.1-04');
    }
    this.#offset = start + length;
    return start;
  }

  /** A vector's length, checked against what is left before anything is made of it. */
  #vectorLength(): number {
    const length = this.varint();
    if (length > this.remaining) {
      this.fail(`vector of ${length} bytes, ${this.remaining} are left`, this.#vectors > 0 ? 'R-2.1-03' : 'R-2.1.2-07');
    }
    return length;
  }
}

const longestVector = 0x3fffffff;

/** Appends to one buffer that doubles when it is full. */
export class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get capacity(): number {
    return this.#bytes.length;
  }

  put(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  uint8(value: number): void {
    checkUint(value, 8);
    // First grow, which may replace the buffer, then write.
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  uint16(value: number): void {
    checkUint(value, 16);
    const at = this.#grow(2);
    this.#bytes[at] = value >> 8;
    this.#bytes[at + 1] = value;
  }

  uint32(value: number): void {
    checkUint(value, 32);
    this.#putUint32(value);
  }

  uint64(value: bigint): void {
    if (typeof value !== 'bigint' || value < 0n || value > 0xffffffffffffffffn) throw new MLSError('misuse', `${value} is no uint64`);
    this.#putUint32(Number(value >> 32n));
    this.#putUint32(Number(value & 0xffffffffn));
  }

  /** A vector length header, in the shortest form (R-2.1.2-03). */
  varint(length: number): void {
    if (length < 0x40) this.uint8(length);
    else if (length < 0x4000) this.uint16(length | 0x4000);
    else this.#putUint32((checkVectorLength(length) | 0x80000000) >>> 0);
  }

  /** Begins a vector of yet unknown length: room for the shortest header is left. Gives what `closeVector` wants. */
  openVector(): number {
    return this.#grow(1) + 1;
  }

  /** Ends the vector whose contents begin at `start`: writes its header and, if that is longer than one byte, makes room. Gives its length. */
  closeVector(start: number): number {
    const length = checkVectorLength(this.#length - start);
    const header = length < 0x40 ? 1 : length < 0x4000 ? 2 : 4;
    if (header > 1) {
      this.#grow(header - 1);
      this.#bytes.copyWithin(start + header - 1, start, start + length);
    }
    const end = this.#length;
    this.#length = start - 1;
    this.varint(length);
    this.#length = end;
    return length;
  }

  /** What was written, in a buffer of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Wipes what was written: it may have been a secret. */
  clear(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  #putUint32(value: number): void {
    const at = this.#grow(4);
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  /** Makes room for `count` more bytes and gives where they go. */
  #grow(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes.fill(0);
      this.#bytes = larger;
    }
    return at;
  }
}

function checkUint(value: number, bits: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) throw new MLSError('misuse', `${value} is no uint${bits}`);
}

function checkVectorLength(length: number): number {
  if (length > longestVector) {
    throw new MLSError('limit', `a vector of ${length} bytes is longer than 2^30 - 1`, { requirement: 'R-2.1.2-06' });
  }
  return length;
}
