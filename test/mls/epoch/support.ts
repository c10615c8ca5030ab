/** What the tests of the epoch layer share: a suite, secrets from bytes, and how an expected error is written down. */
import { expect } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { MLSError, type ErrorCode } from '../../../src/mls/errors.ts';
import type { RequirementId } from '../../../src/mls/requirements.ts';
import { Secret } from '../../../src/mls/secret.ts';

export const suite = nativeProvider().cipherSuite(1);

export const secretOf = (byte: number): Secret => new Secret(new Uint8Array(suite.nh).fill(byte));

/** The MLSError that `action` throws, or that its promise rejects with. */
export async function failure(action: () => unknown): Promise<MLSError> {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(MLSError);
    return error as MLSError;
  }
  throw new Error('nothing was thrown');
}

export async function expectFailure(action: () => unknown, code: ErrorCode, requirement?: RequirementId): Promise<void> {
  const { code: found, requirement: rule, message } = await failure(action);
  expect({ code: found, requirement: rule, message }).toEqual({ code, requirement, message });
}
