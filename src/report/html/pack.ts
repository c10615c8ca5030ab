/** A case of the record as the page carries it. */
import { exchangesOf, failedExchange } from '../summary/exchanges.ts';
import type { CallRecord, CaseRecord, FailureRecord, Verdict } from '../record/record.ts';
import { byteFields } from './fields.ts';
import type { BytesReference, CaseDetails, CaseRow, PackedCall, PackedFields, PackedValue } from './page-data.ts';

/** Longer messages of failures are cut in the list of cases; a peer's message may be megabytes. The case's own page has all of it. */
const longestMessage = 500;

export function packDetails({ calls = [], sights = [], ...record }: CaseRecord): CaseDetails {
  const pool = new BytesPool();
  return {
    record,
    calls: calls.map((call) => packCall(call, pool)),
    sights: sights.map((sight) => ({ ...sight, ...pool.reference(sight.bytes) })),
    bytes: pool.all,
  };
}

/** Every byte string once: a Commit stands in the answer of its maker and in the call of every receiver. */
class BytesPool {
  readonly all: string[] = [];
  readonly #known = new Map<string, number>();

  reference(base64: string): BytesReference {
    let index = this.#known.get(base64);
    if (index === undefined) {
      index = this.all.push(base64) - 1;
      this.#known.set(base64, index);
    }
    return { bytes: index };
  }
}

function packCall({ request, response, ...call }: CallRecord, pool: BytesPool): PackedCall {
  return { ...call, request: packFields(request, pool), ...(response === undefined ? {} : { response: packFields(response, pool) }) };
}

const packFields = (fields: { readonly [field: string]: unknown }, pool: BytesPool): PackedFields =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, packValue(field, value, pool)]));

function packValue(field: string, value: unknown, pool: BytesPool): PackedValue {
  if (typeof value === 'string') return byteFields.has(field) && isBase64(value) ? pool.reference(value) : value;
  if (Array.isArray(value)) return value.map((each) => packValue(field, each, pool));
  if (typeof value === 'object' && value !== null) return packFields(value as { readonly [field: string]: unknown }, pool);
  return value as PackedValue;
}

/** Not `[secret]`. */
const isBase64 = (value: string): boolean => /^[A-Za-z0-9+/]+={0,2}$/.test(value);

/** Where the details of a case are, and which kind of trouble it was. */
interface Places {
  readonly block: number | undefined;
  readonly kind: number | undefined;
}

export function packRow(result: CaseRecord, { block, kind }: Places): CaseRow {
  const { id, script, suite, wire, actors, self, status, observed, remark, failure, verdict, vacuous, vacuousBy, expectation, retries, judged, milliseconds } = result;
  const broke = failedExchange(result);
  return {
    ...{ id, script, suite, wire, actors, status, judged, milliseconds },
    ...(self === undefined ? {} : { self }),
    ...(observed === undefined ? {} : { observed }),
    ...(remark === undefined ? {} : { remark }),
    ...(failure === undefined ? {} : { failure: shortened(failure) }),
    ...(verdict === undefined ? {} : { verdict: summaryOf(verdict) }),
    ...(vacuous.length === 0 ? {} : { vacuous: cut(vacuous.join('; ')) }),
    ...(vacuousBy === undefined ? {} : { vacuousBy }),
    ...(expectation === undefined ? {} : { expectation }),
    ...(retries === undefined ? {} : { retries }),
    exchanges: exchangesOf(result),
    ...(broke === undefined ? {} : { broke }),
    ...(kind === undefined ? {} : { kind }),
    ...(block === undefined ? {} : { block }),
  };
}

const shortened = (failure: FailureRecord): FailureRecord => ({ ...failure, message: cut(failure.message) });

const summaryOf = ({ message: _, quarrel: __, ...verdict }: Verdict): Verdict => ({ ...verdict, summary: cut(verdict.summary), evidence: [] });

const cut = (text: string): string => (text.length > longestMessage ? `${text.slice(0, longestMessage)}...` : text);
