/**
 * The TLS presentation language (RFC 8446 §3) with the two MLS additions (RFC 9420 §2.1): declare a struct once and get
 * its encoder, its decoder and its TypeScript type.
 *
 * Decoding is strict. What it gives are views into the input, which the caller must not change afterwards.
 */
import { MLSError } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { elementCost, Reader, Writer, type DecodeOptions } from './cursor.ts';

/** How one type is written. `parent` is the struct being coded, as far as it is known. */
export interface Encoder<T> {
  write(w: Writer, value: T, parent?: unknown): void;
}
/** How one type is written and read. */
export interface Codec<T> extends Encoder<T> {
  read(r: Reader, parent?: unknown): T;
}
export type Infer<C> = C extends Codec<infer T> ? T : never;

// One buffer serves all encodings that fit in it; a codec that encodes inside an encoding gets a buffer of its own.
const retainedBytes = 1 << 20;
let idle: Writer | undefined;

/**
 * The encoding of `value`, in a buffer of its own.
 * @throws MLSError `misuse` for a value that its type cannot hold (a number too large, a wrong fixed length)
 */
export function encode<T>(codec: Encoder<T>, value: T): Uint8Array {
  const w = idle ?? new Writer();
  idle = undefined;
  try {
    codec.write(w, value);
    return w.finish();
  } finally {
    w.clear();
    if (w.capacity <= retainedBytes) idle = w;
  }
}

/**
 * Decodes exactly one value; bytes left over make the input malformed (R-2.1-02).
 * @param name what is decoded, for the error message
 * @throws MLSError `malformed` with the requirement id, the path of the field and its offset in bytes; `limit` for too many elements
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, name: string, options?: DecodeOptions): T {
  return readWhole(codec, new Reader(bytes, name, options));
}

/** The same value as views into a buffer that holds nothing else: what is kept of a message must not keep all of it. */
export const detached = <T>(codec: Codec<T>, value: T, options?: DecodeOptions): T =>
  decode(codec, encode(codec, value), 'copy', { ...options, maxElements: Infinity, maxExtensions: Infinity });

/** As `decode`, from a reader of the caller's making that has read nothing yet. */
export function readWhole<T>(codec: Codec<T>, r: Reader): T {
  const value = codec.read(r);
  if (r.remaining > 0) r.fail(`${r.remaining} bytes after the end`, 'R-2.1-02');
  return value;
}

/** What a list or an optional value is made of, for readers that tell what they read. */
export interface Composite {
  readonly kind: 'vector' | 'optional';
  readonly item: Codec<unknown>;
}
// Beside the codecs, not in them: reading is fastest while all codecs look alike.
const composites = new WeakMap<object, Composite>();
export const compositeOf = (codec: object): Composite | undefined => composites.get(codec);

function composite<T>(kind: Composite['kind'], item: Codec<any>, codec: Codec<T>): Codec<T> {
  composites.set(codec, { kind, item });
  return codec;
}

export const uint8: Codec<number> = { write: (w, value) => w.uint8(value), read: (r) => r.uint8() };
export const uint16: Codec<number> = { write: (w, value) => w.uint16(value), read: (r) => r.uint16() };
export const uint32: Codec<number> = { write: (w, value) => w.uint32(value), read: (r) => r.uint32() };
export const uint64: Codec<bigint> = { write: (w, value) => w.uint64(value), read: (r) => r.uint64() };

/** `opaque x[length]`. */
export const fixed = (length: number): Codec<Uint8Array> => ({
  write(w, value) {
    if (value.length !== length) throw new MLSError('misuse', `opaque[${length}] given ${value.length} bytes`);
    w.put(value);
  },
  read: (r) => r.take(length),
});

/** `opaque x<V>`. */
export const opaque: Codec<Uint8Array> = {
  write(w, value) {
    w.varint(value.length);
    w.put(value);
  },
  read: (r) => r.opaque(),
};

/**
 * `T x<V>`; the length counts bytes, not elements (R-2.1.2-01).
 * @param bound called with the number of elements that there would be with the next one; throws when those are too many
 */
export const vector = <T>(item: Codec<T>, bound: (r: Reader, count: number) => void = () => {}): Codec<readonly T[]> => composite('vector', item, {
  write(w, values) {
    const start = w.openVector();
    for (const value of values) item.write(w, value);
    w.closeVector(start);
  },
  read(r) {
    const outer = r.enterVector();
    const values: T[] = [];
    const cost = costOf(item);
    while (r.inside()) {
      r.spend(cost);
      bound(r, values.length + 1);
      readElement(r, item, values);
    }
    r.leaveVector(outer);
    // A copy has no room to spare: a list that grew keeps room for 16 more, and a large tree holds thousands of short ones.
    return values.length < 16 ? values.slice() : values;
  },
});

/** As `vector`, for vectors that may have thousands of large elements: see `decodeInSlices`. */
export function longVector<T>(item: Codec<T>): Codec<readonly T[]> {
  const whole = vector(item);
  return composite('vector', item, {
    write: whole.write,
    read(r) {
      const { later } = r.options;
      if (later === undefined) return whole.read(r);
      const values: T[] = [];
      const rest = r.passVector();
      later.push(() => readElementsInSlices(rest, item, { values, most: Infinity, name: '' }));
      return values;
    },
  });
}

const costOf = (item: Codec<any>): number => (item === uint8 || item === uint16 || item === uint32 ? elementCost.number : elementCost.object);

function readElement<T>(r: Reader, item: Codec<T>, values: T[]): void {
  r.step(values.length, item);
  const value = item.read(r);
  values.push(value);
  r.back(value);
}

interface SlicedElements<T> {
  /** Where they go. */
  readonly values: T[];
  readonly name: string;
  readonly most: number;
}

async function readElementsInSlices<T>(r: Reader, item: Codec<T>, { values, name, most }: SlicedElements<T>): Promise<void> {
  const cost = costOf(item);
  while (r.inside()) {
    if (values.length === most) throw new MLSError('limit', `${name} has more than ${most} elements`);
    r.spend(cost);
    readElement(r, item, values);
    if (sliceIsOver()) await pause();
  }
}

/**
 * Decodes as `decode` does, the long vectors last and in slices that let other work run in between.
 * @throws MLSError `malformed` and `limit` as `decode`
 */
export async function decodeInSlices<T>(codec: Codec<T>, bytes: Uint8Array, { name, ...options }: DecodeOptions & { readonly name: string }): Promise<T> {
  const later: (() => Promise<void>)[] = [];
  const value = decode(codec, bytes, name, { ...options, later });
  await readLater(later);
  return value;
}

/** Reads what `decode` with such a list in its options has passed over: until then the vectors of what it gave are empty. */
export async function readLater(later: readonly (() => Promise<void>)[]): Promise<void> {
  for (const read of later) await read();
}

export interface SlicedVector extends Pick<DecodeOptions, 'maxElements' | 'maxExtensions'> {
  readonly name: string;
  /** Elements of the vector that are accepted. */
  readonly most: number;
}

/**
 * Decodes a vector that stands alone, as `decode` does, but in slices that let other work run in between.
 * @throws MLSError `malformed` and `limit` as `decode`, `limit` past `most` elements
 */
export async function decodeVectorInSlices<T>(item: Codec<T>, bytes: Uint8Array, { name, most, ...options }: SlicedVector): Promise<readonly T[]> {
  const r = new Reader(bytes, name, options);
  const outer = r.enterVector();
  const values: T[] = [];
  await readElementsInSlices(r, item, { values, name, most });
  r.leaveVector(outer);
  if (r.remaining > 0) r.fail(`${r.remaining} bytes after the end`, 'R-2.1-02');
  return values;
}

/** Encodes a vector, its header included, in slices: what thousands of elements are to follow or to lead is put around it. */
export async function encodeVectorInSlices<T>(item: Encoder<T>, values: readonly T[]): Promise<Uint8Array> {
  // Not the buffer that `encode` uses: others encode in between.
  const w = new Writer();
  const start = w.openVector();
  for (const value of values) {
    item.write(w, value);
    if (sliceIsOver()) await pause();
  }
  w.closeVector(start);
  return w.finish();
}

/** `optional<T> x` (RFC 9420 §2.1.1). */
export const optional = <T>(item: Codec<T>): Codec<T | undefined> => composite('optional', item, {
  write(w, value) {
    w.uint8(value === undefined ? 0 : 1);
    if (value !== undefined) item.write(w, value);
  },
  read(r) {
    const present = r.uint8();
    if (present > 1) r.fail(`presence octet ${present}`, 'R-2.1.1-02');
    return present === 1 ? item.read(r) : undefined;
  },
});

/** An `enum` that rejects unknown values with the id `requirement`; its values keep the RFC's own names. */
export function enumeration<const E extends Record<string, number>>(
  base: Codec<number>,
  values: E,
  requirement: RequirementId = 'R-2.1-05',
): Codec<keyof E & string> {
  const labels = new Map(Object.entries(values).map(([label, n]) => [n, label]));
  return {
    write(w, label) {
      const n = values[label];
      if (n === undefined) throw new MLSError('misuse', `'${label}' is none of ${Object.keys(values).join(', ')}`);
      base.write(w, n);
    },
    read(r) {
      const n = base.read(r);
      return labels.get(n) ?? r.fail(`unknown value ${n}`, requirement);
    },
  };
}

/** A type whose codec depends on the struct it stands in, as far as that has been read. */
export const given = <P, T>(choose: (parent: P) => Codec<T>): Codec<T> => ({
  write: (w, value, parent) => choose(parent as P).write(w, value, parent),
  read: (r, parent) => choose(parent as P).read(r, parent),
});

type AnyCodec = Codec<any>;
type Fields = Readonly<Record<string, AnyCodec>>;
type Values<F> = { readonly [K in keyof F]: Infer<F[K]> };

/** A `select`: fields whose presence depends on fields before them. `T` is what they add to the struct's type. */
export interface Select<T> {
  readonly choose: (parent: any) => string;
  readonly cases: Readonly<Record<string, FieldList>>;
  readonly adds?: T;
}
type Part = Fields | Select<any>;
type Value<P> = P extends Select<infer T> ? T : Values<P>;
type Merge<P> = P extends readonly [infer Head, ...infer Tail] ? Value<Head> & Merge<Tail> : unknown;
type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

interface FieldList {
  readonly names: readonly string[];
  readonly codecs: readonly AnyCodec[];
}
const fieldList = (fields: Fields): FieldList => ({ names: Object.keys(fields), codecs: Object.values(fields) });
const isSelect = (part: Part): part is Select<unknown> => typeof part['choose'] === 'function';

/** `struct { … }`: fields are coded in the order they are written here. */
export function struct<const P extends readonly Part[]>(...parts: P): Codec<Flat<Merge<P>>> {
  const compiled = parts.map((part) => (isSelect(part) ? part : fieldList(part as Fields)));
  return {
    write(w, value) {
      for (const part of compiled) writeFields(w, value, 'choose' in part ? part.cases[part.choose(value)]! : part);
    },
    read(r) {
      const value: Record<string, unknown> = {};
      for (const part of compiled) readFields(r, value, 'choose' in part ? part.cases[part.choose(value)]! : part);
      return value as Flat<Merge<P>>;
    },
  };
}

function writeFields(w: Writer, value: any, { names, codecs }: FieldList): void {
  for (let i = 0; i < names.length; i++) codecs[i]!.write(w, value[names[i]!], value);
}

function readFields(r: Reader, value: Record<string, unknown>, { names, codecs }: FieldList): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const codec = codecs[i]!;
    r.step(name, codec);
    r.back((value[name] = codec.read(r, value)));
  }
}

const compileCases = (cases: Readonly<Record<string, Fields>>) =>
  Object.fromEntries(Object.entries(cases).map(([label, fields]) => [label, fieldList(fields)]));

/** `select (X.tag) { case … }`: the struct's type becomes a union discriminated by `tag`. */
export const select = <K extends string, C extends Readonly<Record<string, Fields>>>(
  tag: K,
  cases: C,
): Select<{ [L in keyof C]: { readonly [_ in K]: L } & Values<C[L]> }[keyof C]> => ({
  choose: (parent) => parent[tag],
  cases: compileCases(cases),
});

/** A `select` on something other than a sibling field: `fields` are there when `test` holds. */
export const when = <P, F extends Fields>(test: (parent: P) => boolean, fields: F): Select<{ readonly [K in keyof F]?: Infer<F[K]> | undefined }> => ({
  choose: (parent) => (test(parent) ? 'present' : 'absent'),
  cases: compileCases({ present: fields, absent: {} }),
});
