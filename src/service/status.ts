/** From errors to gRPC statuses: the one table. */
import { status } from '@grpc/grpc-js';
import { MLSError, type ErrorCode } from '../mls/errors.ts';

/**
 * What can go wrong outside the engine.
 * - `request`: the request itself does not decode or lacks what it needs
 * - `unknown_id`: no live entry of the wanted kind has that id
 * - `too_large`: more fields than the service takes
 * - `busy`: too many calls at once
 * - `cancelled`: the caller went away before its call was done
 * - `late`: the call took longer than the service allows
 * - `stopping`: the service stops and does not wait for the call any longer
 */
export type ServiceErrorCode = 'request' | 'unknown_id' | 'too_large' | 'busy' | 'cancelled' | 'late' | 'stopping';

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** @throws ServiceError `request` unless `condition` holds. */
export function requires(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ServiceError('request', message);
}

const statuses: Readonly<Record<ErrorCode | ServiceErrorCode, status>> = {
  malformed: status.INVALID_ARGUMENT,
  invalid: status.INVALID_ARGUMENT,
  unsupported: status.UNIMPLEMENTED,
  misuse: status.FAILED_PRECONDITION,
  limit: status.RESOURCE_EXHAUSTED,
  request: status.INVALID_ARGUMENT,
  unknown_id: status.NOT_FOUND,
  too_large: status.RESOURCE_EXHAUSTED,
  busy: status.RESOURCE_EXHAUSTED,
  cancelled: status.CANCELLED,
  late: status.DEADLINE_EXCEEDED,
  stopping: status.UNAVAILABLE,
};

export interface Status {
  readonly code: status;
  /** For the caller; begins with the requirement id when a rule of RFC 9420 was broken. */
  readonly details: string;
}

// A status message travels in an HTTP/2 header, percent-encoded; peers allow 8 KiB of headers.
const longestDetails = 1_000;

/** The status a caller gets for `error`. Anything but an MLSError or a ServiceError is a bug of ours: INTERNAL, without its text. */
export function statusOf(error: unknown): Status {
  if (!(error instanceof MLSError || error instanceof ServiceError)) {
    return { code: status.INTERNAL, details: 'a bug in this service; its log has the stack' };
  }
  // A lone surrogate cannot be percent-encoded.
  return { code: statuses[error.code], details: error.message.slice(0, longestDetails).toWellFormed() };
}
