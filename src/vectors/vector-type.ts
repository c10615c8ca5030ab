/**
 * What a type of test vector is: the shape of a case, declared once for reading and writing, how a case is verified, and how
 * new cases are made. Fields keep the names of the file; its hexadecimal text is bytes here, and its null stays null.
 */
import { z } from 'zod';
import { hex } from '../mls/bytes.ts';
import type { CipherSuite, CryptoProvider } from '../mls/crypto/provider.ts';

/** Faults of published histories that may be let pass by name. */
export type Tolerance = 'unlisted-grease';

export interface VerifyContext {
  readonly provider: CryptoProvider;
  readonly accept: ReadonlySet<Tolerance>;
  /** Seconds since the Unix epoch, or undefined to judge no lifetime: published vectors have expired. */
  readonly now: bigint | undefined;
  /** Tells about something that was let pass. */
  readonly note: (text: string) => void;
}

export interface GenerateContext {
  /** Draws all randomness from the seed; makes equal signatures from equal inputs. */
  readonly provider: CryptoProvider;
  readonly suite: CipherSuite;
}

export interface VectorDefinition<S extends z.ZodObject> {
  readonly name: string;
  /** One case. */
  readonly schema: S;
  /** @throws VectorMismatch for the first value that differs; MLSError when the engine refuses something */
  readonly verify: (vector: z.output<S>, context: VerifyContext) => void | Promise<void>;
  /** Cases of one suite, or of none for types that know no suites, by the name of the file without `.json`. */
  readonly generate: Readonly<Record<string, (context: GenerateContext) => CasesOf<S> | Promise<CasesOf<S>>>>;
}
type CasesOf<S extends z.ZodObject> = readonly z.output<S>[];

/** A VectorDefinition without the type of its cases, for lists of them. */
export interface VectorType {
  readonly name: string;
  /** The fields that every case of this type has. */
  readonly fields: readonly string[];
  readonly usesSuites: boolean;
  /** @throws VectorMismatch when the case does not have the shape of its type */
  parse(json: unknown): ParsedCase;
  /** Names of the files that `generate` makes. */
  readonly files: readonly string[];
  /** Cases as they stand in a file. */
  generate(file: string, context: GenerateContext): Promise<unknown[]>;
}

export interface ParsedCase {
  readonly cipherSuite: number | undefined;
  verify(context: VerifyContext): Promise<void>;
}

export function vectorType<S extends z.ZodObject>({ name, schema, verify, generate }: VectorDefinition<S>): VectorType {
  return {
    name,
    fields: Object.keys(schema.shape),
    usesSuites: 'cipher_suite' in schema.shape,
    files: Object.keys(generate),
    parse(json) {
      const { success, data, error } = z.safeDecode(schema, json as z.input<S>);
      if (!success) {
        const { path, message } = error.issues[0]!;
        throw new VectorMismatch(pathOf(path), message);
      }
      const cipherSuite = 'cipher_suite' in data ? Number(data['cipher_suite']) : undefined;
      return { cipherSuite, verify: async (context) => verify(data, context) };
    },
    generate: async (file, context) => (await generate[file]!(context)).map((vector) => z.encode(schema, vector)),
  };
}

const pathOf = (parts: readonly PropertyKey[]): string => parts.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');

/** One after the other, so that what is drawn at random does not depend on what is ready first. */
export async function inOrder<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

// --- shapes -----------------------------------------------------------------------------------------------------------

/** Lower- or upper-case hexadecimal text. */
export const bytes = z.codec(z.string(), z.custom<Uint8Array>((value) => value instanceof Uint8Array), {
  decode(text, context) {
    const decoded = Buffer.from(text, 'hex');
    if (decoded.length * 2 !== text.length) context.issues.push({ code: 'custom', message: 'is not hexadecimal', input: text });
    return new Uint8Array(decoded);
  },
  encode: hex,
});
export const number = z.number().int().nonnegative();
/** A uint64 as JSON number; the published ones all fit a double. */
export const uint64 = z.codec(number, z.bigint(), { decode: BigInt, encode: Number });
export const text = z.string();
export const list = z.array;
export const object = z.object;
export const orNull = z.nullable;

// --- comparisons ------------------------------------------------------------------------------------------------------

/** A value of a vector that is not what the engine finds; `path` is that of the value in its file. */
export class VectorMismatch extends Error {
  override readonly name = 'VectorMismatch';
  readonly path: string;

  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
  }
}

/** @throws VectorMismatch unless the engine found the vector's bytes */
export function sameBytesAt(path: string, expected: Uint8Array, found: Uint8Array): void {
  if (Buffer.compare(expected, found) !== 0) throw new VectorMismatch(path, difference(expected, found));
}

/** @throws VectorMismatch unless the engine found the vector's value */
export function sameAt<T extends string | number | bigint | boolean | null>(path: string, expected: T, found: T): void {
  if (expected !== found) throw new VectorMismatch(path, `expected ${expected}, got ${found}`);
}

/** @throws VectorMismatch unless `condition` holds */
export function holdsAt(path: string, condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new VectorMismatch(path, otherwise);
}

/** Runs the part of a verification that concerns the value at `path`; what it throws is reported there. */
export async function at<T>(path: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const inner = error instanceof VectorMismatch ? error.path : '';
    throw new VectorMismatch(path + inner, (error as Error).message, error);
  }
}

const shownBytes = 64;

/** Short values whole; of long ones the place where they begin to differ. */
function difference(expected: Uint8Array, found: Uint8Array): string {
  if (expected.length <= shownBytes && found.length <= shownBytes) return `expected ${hex(expected) || 'nothing'}, got ${hex(found) || 'nothing'}`;
  let first = 0;
  while (first < expected.length && expected[first] === found[first]) first++;
  const part = (whole: Uint8Array) => hex(whole.subarray(first, first + 16)) || 'its end';
  return `from byte ${first} on, expected ${part(expected)} (${expected.length} bytes in all), got ${part(found)} (${found.length})`;
}
