/** What the record of a run says about its cases, made from what the runner knows of them. */
import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { snakeCase } from '../report/inspect/inspection.ts';
import type { CallRecord, CaseRecord, ImplementationRecord, ScriptRecord } from '../report/record/record.ts';
import type { Implementation } from './implementation.ts';
import type { Call, CaseResult } from './outcome.ts';
import type { Case } from './cases/schedule.ts';
import type { Script } from './script.ts';

export interface CaseRecordOptions {
  readonly withCalls: boolean;
  /** Whether private keys, PSKs and exported secrets are written as they are. */
  readonly keepSecrets: boolean;
}

export function caseRecord(result: CaseResult, { withCalls, keepSecrets }: CaseRecordOptions): CaseRecord {
  const { case: ofCase, started, failure, verdict, sights, vacuousBy = [] } = result;
  return {
    type: 'case',
    ...caseCoordinates(ofCase),
    status: result.status,
    ...(failure === undefined ? {} : { failure }),
    ...(verdict === undefined ? {} : { verdict }),
    vacuous: result.vacuous,
    ...(vacuousBy.length === 0 ? {} : { vacuousBy }),
    ...(result.remark === undefined ? {} : { remark: result.remark }),
    unjudged: result.unjudged,
    notes: result.notes,
    judged: result.judged,
    started: started.toISOString(),
    milliseconds: result.milliseconds,
    ...(withCalls ? { sights, calls: result.transcript.map((call) => callRecord(ofCase, call, keepSecrets)) } : {}),
  };
}

const caseCoordinates = ({ id, script, suite, encryptHandshake, actors, self }: Case) => ({
  id,
  script: script.id,
  suite,
  wire: encryptHandshake ? ('private' as const) : ('public' as const),
  actors: Object.fromEntries([...actors].map(([actor, { label }]) => [actor, label])),
  ...(self === undefined ? {} : { self }),
});

/** A case of which nothing was run. */
export function notRun(ofCase: Case, message: string): CaseRecord {
  return {
    type: 'case',
    ...caseCoordinates(ofCase),
    status: 'could-not-run',
    failure: { step: 0, cause: 'unreachable', message },
    vacuous: [],
    unjudged: [],
    notes: [],
    judged: { steps: 0, of: 0 },
    started: new Date().toISOString(),
    milliseconds: 0,
  };
}

export const scriptRecord = ({ id, file, actors, sources }: Script): ScriptRecord => ({
  id,
  file,
  digest: createHash('sha256').update(sources.join('\n')).digest('hex'),
  actors,
  steps: sources.map((source) => JSON.parse(source) as { readonly [key: string]: unknown }),
});

export const implementationRecord = ({ label, name, reach, suites, features, ours, version }: Implementation): ImplementationRecord => ({
  label,
  name,
  reach,
  suites: [...suites].sort((a, b) => a - b),
  features: [...features],
  ours,
  ...(version === undefined ? {} : { version }),
});

function callRecord(ofCase: Case, { step, actor, rpc, request, response, error, milliseconds }: Call, keepSecrets: boolean): CallRecord {
  const shown = (message: object) => fields(message, keepSecrets);
  return {
    step,
    actor,
    implementation: ofCase.actors.get(actor)!.label,
    rpc,
    request: shown(request),
    ...(response === undefined ? {} : { response: shown(response) }),
    ...(error === undefined ? {} : { error: { code: status[error.code]!, message: error.message } }),
    milliseconds,
  };
}

/** Fields of the interface that hold what only a member may know. */
const secretFields: ReadonlySet<string> = new Set(['initPriv', 'encryptionPriv', 'signaturePriv', 'pskSecret', 'exportedSecret']);

/** A protobuf message as Go prints it: snake_case names, bytes in base64, zero values left out. */
function fields(message: object, keepSecrets: boolean): { readonly [field: string]: unknown } {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'object' && value !== null ? fields(value, keepSecrets) : value;
  };
  const set = Object.entries(message).filter(([, value]) => !isZero(value));
  return Object.fromEntries(set.map(([key, value]) => [snakeCase(key), secretFields.has(key) && !keepSecrets ? '[secret]' : plain(value)]));
}

const isZero = (value: unknown): boolean =>
  value === undefined || value === 0 || value === 0n || value === false || value === '' || ((value instanceof Uint8Array || Array.isArray(value)) && value.length === 0);
