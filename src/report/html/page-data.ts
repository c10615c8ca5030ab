/** What the page of a run carries: one block about the run and all its cases, and one block per case whose details it keeps. */
import type { Exchange } from '../summary/exchanges.ts';
import type { CaseRecord, EndRecord, RunRecord, Sight } from '../record/record.ts';

export interface PageData {
  readonly run: RunRecord;
  readonly end: EndRecord;
  /** Begun and not finished. */
  readonly unfinished: readonly string[];
  readonly cases: readonly CaseRow[];
  readonly leftOut: LeftOut;
}

/** Passing cases without details, since there was no room for them. */
export interface LeftOut {
  readonly cases: number;
  /** What the page had for passing cases, in bytes of the page. */
  readonly budget: number;
}

/** A case without its calls: what tables, filters and counts need. The evidence and the message of a verdict are with the details. */
export interface CaseRow
  extends Pick<CaseRecord, 'id' | 'script' | 'suite' | 'wire' | 'actors' | 'self' | 'status' | 'observed' | 'remark' | 'failure' | 'verdict' | 'vacuousBy' | 'expectation' | 'retries' | 'judged' | 'milliseconds'> {
  /** What did not happen, of a case that failed for that alone. */
  readonly vacuous?: string;
  /** Between whom messages went, and whose message the case failed at at whom. */
  readonly exchanges: readonly Exchange[];
  readonly broke?: Exchange;
  /** Cases of equal numbers are troubles of one kind; absent when there was none. */
  readonly kind?: number;
  /** The number of the block with its details; absent when they were left out. */
  readonly block?: number;
}

/** What is known of one case. `bytes` has every byte string of it once, in base64; elsewhere they stand as `{ bytes: index }`. */
export interface CaseDetails {
  readonly record: Omit<CaseRecord, 'calls' | 'sights'>;
  readonly bytes: readonly string[];
  readonly calls: readonly PackedCall[];
  readonly sights: readonly (Omit<Sight, 'bytes'> & BytesReference)[];
}

export interface PackedCall {
  readonly step: number;
  readonly actor: string;
  readonly implementation: string;
  readonly rpc: string;
  readonly request: PackedFields;
  readonly response?: PackedFields;
  readonly error?: { readonly code: string; readonly message: string };
  readonly milliseconds: number;
}

export interface BytesReference {
  readonly bytes: number;
}
export type PackedFields = { readonly [field: string]: PackedValue };
export type PackedValue = string | number | boolean | null | BytesReference | readonly PackedValue[] | PackedFields;

export const isBytes = (value: PackedValue): value is BytesReference =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof (value as BytesReference).bytes === 'number';
