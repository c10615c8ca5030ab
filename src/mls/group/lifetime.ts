/** How long the leaves that a client makes are valid (RFC 9420 §7.2). */
import { usage } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { Lifetime } from '../wire/leaf-node.ts';

const secondsPerDay = 86_400n;
const forEver: Lifetime = { notBefore: 0n, notAfter: 2n ** 64n - 1n };

export interface LifetimeOptions {
  readonly policy: Policy;
  /** Seconds. */
  readonly keyPackageLifetime?: bigint;
}

/** For a KeyPackage, from an hour ago on. @throws MLSError `misuse` without a clock */
export function keyPackageLifetime({ policy, keyPackageLifetime: wanted = 84n * secondsPerDay }: LifetimeOptions): Lifetime {
  const now = policy.now();
  usage(now !== undefined, 'the policy has no clock, so a KeyPackage needs its lifetime given');
  const { maximumLifetime } = policy;
  const length = maximumLifetime === 'unlimited' || wanted < maximumLifetime ? wanted : maximumLifetime;
  const notBefore = now > 3600n ? now - 3600n : 0n;
  return { notBefore, notAfter: notBefore + length };
}

/** For the first leaf of a group: without a clock it lasts for ever, as every lifetime does for its client. */
export const creatorLifetime = (options: LifetimeOptions): Lifetime => (options.policy.now() === undefined ? forEver : keyPackageLifetime(options));
