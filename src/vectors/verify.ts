/** Verifies the cases of a vector file, one after the other, and says how it went. */
import { MLSError } from '../mls/errors.ts';
import { VectorMismatch, type ParsedCase, type VectorType, type VerifyContext } from './vector-type.ts';

export interface FileReport {
  readonly type: string;
  readonly passed: number;
  readonly failed: number;
  /** Cases of suites that the provider lacks. */
  readonly skipped: number;
  readonly failures: readonly VectorFailure[];
  /** What was let pass, and how often. */
  readonly notes: ReadonlyMap<string, number>;
}

export interface VectorFailure {
  /** Where in the file the value stands that differs, such as `[3].epochs[1].epoch_authenticator`. */
  readonly path: string;
  readonly message: string;
}

export interface VerifyOptions extends Omit<VerifyContext, 'note'> {
  /** Called after each case. */
  readonly progress?: (done: number, of: number) => void;
}

/** @param cases the parsed file, of which `type` is the type */
export async function verifyCases(type: VectorType, cases: readonly unknown[], { progress, ...options }: VerifyOptions): Promise<FileReport> {
  const failures: VectorFailure[] = [];
  const notes = new Map<string, number>();
  const note = (text: string) => void notes.set(text, (notes.get(text) ?? 0) + 1);
  let skipped = 0;
  for (const [i, json] of cases.entries()) {
    try {
      const vector = type.parse(json);
      if (isSupported(vector, options)) await vector.verify({ ...options, note });
      else skipped++;
    } catch (error) {
      failures.push({ path: `[${i}]${error instanceof VectorMismatch ? error.path : ''}`, message: describe(error) });
    }
    progress?.(i + 1, cases.length);
  }
  return { type: type.name, passed: cases.length - failures.length - skipped, failed: failures.length, skipped, failures, notes };
}

const isSupported = ({ cipherSuite }: ParsedCase, { provider }: Pick<VerifyContext, 'provider'>): boolean =>
  cipherSuite === undefined || provider.cipherSuiteIds.includes(cipherSuite);

/** What is neither a mismatch nor a refusal of the engine is a fault of this program, and says so. */
function describe(error: unknown): string {
  let origin = error;
  while (origin instanceof VectorMismatch && origin.cause !== undefined) origin = origin.cause;
  if (origin instanceof VectorMismatch || origin instanceof MLSError) return origin.message;
  return `internal error: ${(origin as Error).stack}`;
}
