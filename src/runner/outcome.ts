/** How a case ended, and what was seen on the way. */
import { status } from '@grpc/grpc-js';
import type { CaseRecord, Cause, FailureRecord, Sight, Status, Verdict } from '../report/record/record.ts';
import { CallError } from './implementation.ts';
import type { Case } from './cases/schedule.ts';

/** What is seen of a case before expectations are applied to it. */
export type Observed = Exclude<Status, 'expected-failure' | 'unexpected-pass'>;

const statusOf: { readonly [C in Cause]: Observed } = {
  refused: 'failed',
  crash: 'failed',
  timeout: 'failed',
  disagreement: 'failed',
  contradiction: 'failed',
  unsupported: 'not-supported',
  unreachable: 'could-not-run',
  script: 'could-not-run',
  accepted: 'failed',
  unusable: 'failed',
};

export interface Call {
  readonly step: number;
  readonly actor: string;
  /** As in the proto file, such as `StorePSK`. */
  readonly rpc: string;
  readonly request: object;
  /** Absent when the call failed. */
  readonly response?: object;
  readonly error?: { readonly code: number; readonly message: string };
  readonly milliseconds: number;
}

export interface CaseResult {
  readonly case: Case;
  readonly status: Observed;
  /** Absent when the case passed or was vacuous. */
  readonly failure?: FailureRecord;
  readonly verdict?: Verdict;
  /** What the script is about and did not happen. */
  readonly vacuous: readonly string[];
  /** The labels of those whose doing that is; absent when it is nobody's. */
  readonly vacuousBy?: readonly string[];
  readonly remark?: CaseRecord['remark'];
  /** What the runner wanted to see and could not, encrypted messages above all. */
  readonly unjudged: readonly string[];
  /** What went wrong without deciding the case, such as a state that could not be freed after a failure. */
  readonly notes: readonly string[];
  readonly transcript: readonly Call[];
  readonly sights: readonly Sight[];
  readonly judged: { readonly steps: number; readonly of: number };
  /** After a timeout: whether the process that gave no answer still answers Name. */
  readonly answersName?: boolean;
  readonly started: Date;
  readonly milliseconds: number;
}

/** The end of a case before its last step. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly status: Observed;
  readonly reason: Cause;
  readonly actor: string | undefined;
  readonly rpc: string | undefined;

  constructor(reason: Cause, message: string, { actor, rpc, cause }: { actor?: string; rpc?: string; cause?: CallError } = {}) {
    super(message, { cause });
    this.status = statusOf[reason];
    this.reason = reason;
    this.actor = actor;
    this.rpc = rpc;
  }
}

/** What a failing call says about its peer. */
export function causeOf(error: CallError): Cause {
  switch (error.code) {
    case status.UNIMPLEMENTED:
      return 'unsupported';
    case status.DEADLINE_EXCEEDED:
      return 'timeout';
    // CANCELLED: what a server whose handler died with the call open looks like.
    case status.UNAVAILABLE:
    case status.CANCELLED:
      return 'crash';
    default:
      return 'refused';
  }
}

/** Whether a call that ended so was refused: the peer did its work and said no. @param code a number, or a name as in a record */
export const isRefusal = (code: number | string): boolean => !notRefusals.has(typeof code === 'number' ? code : (status as unknown as Record<string, number>)[code]!);
const notRefusals = new Set<number>([status.CANCELLED, status.DEADLINE_EXCEEDED, status.UNIMPLEMENTED, status.UNAVAILABLE]);
