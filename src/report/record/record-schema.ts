/** The shapes of record.ts as schemas, for records that come from files. Fields that they do not know are let through. */
import { z } from 'zod';
import {
  statuses,
  type CallRecord,
  type CaseRecord,
  type CaseStartedRecord,
  type Cause,
  type EndRecord,
  type FailureRecord,
  type ImplementationRecord,
  type RecordLine,
  type RunRecord,
  type ScriptRecord,
  type Sight,
  type Status,
  type Verdict,
} from './record.ts';

/** Does not compile when a field of `T` has no schema, or one of another type. */
const shapeOf = <T>(shape: { readonly [K in keyof T]-?: z.ZodType<T[K]> }): z.ZodType<T> => z.object(shape as z.ZodRawShape) as unknown as z.ZodType<T>;

const text = z.string();
const texts = z.array(text);
const count = z.int().nonnegative();
const duration = z.number().nonnegative();
const fields = z.record(text, z.unknown());
const timestamp = text.refine((value) => !Number.isNaN(Date.parse(value)), 'is not a date and time');

export const statusSchema: z.ZodType<Status> = z.enum(statuses as readonly [Status, ...Status[]]);
const causes: readonly [Cause, ...Cause[]] = ['refused', 'crash', 'timeout', 'disagreement', 'contradiction', 'unsupported', 'unreachable', 'script', 'accepted', 'unusable'];

const tool = z.object({ name: text, version: text, node: text, platform: text });
const shard = z.object({ index: z.int().positive(), count: z.int().positive() }).refine(({ index, count: of }) => index <= of, 'the index is beyond the count');
const judged = z.object({ steps: count, of: count });

const script = shapeOf<ScriptRecord>({ id: text, file: text, digest: text, actors: texts, steps: z.array(fields) });

const implementation = shapeOf<ImplementationRecord>({
  label: text,
  name: text,
  reach: text,
  suites: z.array(count),
  features: texts,
  ours: z.boolean(),
  version: text.optional(),
});

const failure = shapeOf<FailureRecord>({
  step: count,
  cause: z.enum(causes),
  message: text,
  actor: text.optional(),
  implementation: text.optional(),
  rpc: text.optional(),
  code: text.optional(),
});

const party = z.object({ implementation: text, actor: text });
const messageKind = z.enum(['key_package', 'proposal', 'commit', 'welcome', 'group_info', 'application']);

const verdict = shapeOf<Verdict>({
  finding: z.enum(['culprit', 'contested', 'unknown']),
  culprit: party.optional(),
  step: count,
  requirement: text.optional(),
  differs: text.optional(),
  summary: text,
  evidence: texts,
  message: z.object({ bytes: text, field: z.object({ path: text, start: count, end: count }).optional() }).optional(),
  quarrel: z.object({ kind: messageKind, step: count, sender: party, accepted: z.array(party), refused: z.array(party) }).optional(),
  basis: z.enum(['proof', 'rules', 'votes']).optional(),
});

const expectation = z.object({ pattern: text, reason: text, issue: text.optional() });

const sight = shapeOf<Sight>({ step: count, call: count, seenBy: text, kind: z.enum(['content', 'group_info', 'tree']), bytes: text, epoch: count.optional() });

const call = shapeOf<CallRecord>({
  step: count,
  actor: text,
  implementation: text,
  rpc: text,
  request: fields,
  response: fields.optional(),
  error: z.object({ code: text, message: text }).optional(),
  milliseconds: duration,
});

const lines: { readonly [T in RecordLine['type']]: z.ZodType<Extract<RecordLine, { readonly type: T }>> } = {
  run: shapeOf<RunRecord>({
    type: z.literal('run'),
    version: z.literal(1),
    tool,
    started: timestamp,
    seed: text,
    options: fields,
    scripts: z.array(script),
    implementations: z.array(implementation),
    cases: count,
    shard: shard.optional(),
    replay: text.optional(),
    coverage: texts,
  }),
  started: shapeOf<CaseStartedRecord>({ type: z.literal('started'), id: text, script: text }),
  case: shapeOf<CaseRecord>({
    type: z.literal('case'),
    id: text,
    script: text,
    suite: count,
    wire: z.enum(['public', 'private']),
    actors: z.record(text, text),
    self: z.literal(true).optional(),
    status: statusSchema,
    observed: statusSchema.optional(),
    failure: failure.optional(),
    verdict: verdict.optional(),
    vacuous: texts,
    vacuousBy: texts.optional(),
    unjudged: texts,
    remark: z.enum(['lenient', 'cut off']).optional(),
    notes: texts,
    expectation: expectation.optional(),
    retries: count.optional(),
    earlier: z.array(z.object({ status: statusSchema, failure: failure.optional() })).optional(),
    judged,
    started: timestamp,
    milliseconds: duration,
    sights: z.array(sight).optional(),
    calls: z.array(call).optional(),
  }),
  end: shapeOf<EndRecord>({
    type: z.literal('end'),
    counts: z.record(statusSchema as z.ZodEnum<{ [S in Status]: S }>, count),
    flaky: count,
    judged,
    milliseconds: duration,
    success: z.boolean(),
    revised: z.record(text, verdict).optional(),
    restated: z.record(text, z.object({ status: statusSchema, observed: statusSchema.optional(), expectation: expectation.optional(), notes: texts })).optional(),
    interrupted: z.literal(true).optional(),
  }),
};

/**
 * What a line of a record says, with all that it says.
 * @throws Error that says what is wrong with it, without the place
 */
export function recordLine(json: unknown): RecordLine {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !('type' in json)) throw new Error('not a line of a record: no type');
  const { type } = json;
  if (typeof type !== 'string' || !Object.hasOwn(lines, type)) throw new Error(`not a line of a record: type ${JSON.stringify(type)}`);
  if (type === 'run' && 'version' in json && json.version !== 1) throw new Error(`version ${JSON.stringify(json.version)} of the format; this program knows version 1`);
  const { success, error } = lines[type as RecordLine['type']].safeParse(json);
  if (!success) throw new Error(`does not fit a ${type} line: ${describeIssue(error)}`);
  return json as RecordLine;
}

/** The first thing that a schema complains about, and where it stands. */
export function describeIssue(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
