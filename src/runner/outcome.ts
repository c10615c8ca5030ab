/** How a case ended, and what was seen on the way. */
import { status } from '@grpc/grpc-js';
import { CallError } from './implementation.ts';
import type { Case } from './schedule.ts';

/**
 * - `passed`: every call succeeded and every check held
 * - `failed`: an implementation refused, crashed, hung or gave something wrong
 * - `not-supported`: an implementation says that it does not do what the script asks
 * - `vacuous`: nothing went wrong, but something that the script is about did not happen
 * - `could-not-run`: the script or the setting is at fault, no implementation
 */
export type Status = 'passed' | 'failed' | 'not-supported' | 'vacuous' | 'could-not-run';

/**
 * - `refused`: a call ended with a status other than OK
 * - `disagreement`: members of one epoch have different secrets
 * - `contradiction`: an answer that cannot be right given what came before
 * - `unreachable`: nobody answered even the case's first call
 * - `script`: the script asks for what makes no sense at that point
 */
export type Cause = 'refused' | 'crash' | 'timeout' | 'disagreement' | 'contradiction' | 'unsupported' | 'unreachable' | 'script';

const statusOf: { readonly [C in Cause]: Status } = {
  refused: 'failed',
  crash: 'failed',
  timeout: 'failed',
  disagreement: 'failed',
  contradiction: 'failed',
  unsupported: 'not-supported',
  unreachable: 'could-not-run',
  script: 'could-not-run',
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
}

export interface Failure {
  /** The number of the script's steps when it was in the cleaning up after them. */
  readonly step: number;
  readonly cause: Cause;
  readonly message: string;
  readonly actor?: string;
  readonly implementation?: string;
  readonly rpc?: string;
  /** Name of the gRPC status. */
  readonly code?: string;
}

export interface CaseResult {
  readonly case: Case;
  readonly status: Status;
  /** Absent when the case passed or was vacuous. */
  readonly failure?: Failure;
  /** What the script is about and did not happen. */
  readonly vacuous: readonly string[];
  /** What the runner wanted to see and could not, encrypted messages above all. */
  readonly unjudged: readonly string[];
  /** What went wrong without deciding the case, such as a state that could not be freed after a failure. */
  readonly notes: readonly string[];
  readonly transcript: readonly Call[];
  readonly milliseconds: number;
}

/** Statuses that make the run as a whole not a success. */
export const failsRun = (status: Status): boolean => status === 'failed' || status === 'vacuous' || status === 'could-not-run';

/** The end of a case before its last step. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly status: Status;
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
