/**
 * The one error class of the engine. `code` says who is to blame, `requirement` which rule of RFC 9420 was broken.
 */
import { requirements, type RequirementId } from './requirements.ts';

/**
 * - `malformed`: bytes that do not decode
 * - `invalid`: bytes that decode and break a rule, so a peer is at fault
 * - `unsupported`: the caller asked for something that this engine does not do
 * - `misuse`: the caller asked at the wrong moment or with wrong arguments
 * - `limit`: a bound that the caller configured was reached
 */
export type ErrorCode = 'malformed' | 'invalid' | 'unsupported' | 'misuse' | 'limit';

export interface ErrorOptions {
  /** The rule of RFC 9420 that was broken. */
  readonly requirement?: RequirementId;
  /** The field that does not decode, such as `MLSMessage.publicMessage.content.epoch`. */
  readonly path?: string;
  /** Where in the input it stands, in bytes from the start. */
  readonly offset?: number;
  readonly cause?: unknown;
}

export class MLSError extends Error {
  override readonly name = 'MLSError';
  readonly code: ErrorCode;
  readonly requirement: RequirementId | undefined;
  readonly path: string | undefined;
  readonly offset: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(options.requirement === undefined ? message : `${options.requirement}: ${message}`, {
      cause: options.cause,
    });
    this.code = code;
    this.requirement = options.requirement;
    this.path = options.path;
    this.offset = options.offset;
  }
}

/**
 * Rejects what a peer sent unless `condition` holds.
 * @param detail what was found, without secrets; the rule's own text when absent
 * @throws MLSError `invalid` with the requirement id
 */
export function must(condition: boolean, requirement: RequirementId, detail?: string | (() => string)): asserts condition {
  if (!condition) throw violation(requirement, typeof detail === 'function' ? detail() : detail);
}

/** The error of a peer that broke `requirement`, for places where no condition is at hand. */
export function violation(requirement: RequirementId, detail?: string, cause?: unknown): MLSError {
  const rule = requirements[requirement][2];
  return new MLSError('invalid', detail === undefined ? rule : `${detail} (${rule})`, { requirement, cause });
}

/** @throws MLSError `misuse` unless `condition` holds: the caller, not a peer, is at fault. */
export function usage(condition: boolean, message: string, requirement?: RequirementId): asserts condition {
  if (!condition) throw new MLSError('misuse', message, requirement === undefined ? {} : { requirement });
}

/** @throws MLSError `limit` unless `condition` holds. */
export function within(condition: boolean, message: string, requirement?: RequirementId): asserts condition {
  if (!condition) throw new MLSError('limit', message, requirement === undefined ? {} : { requirement });
}
