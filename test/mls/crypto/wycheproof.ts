/** Reading and judging Wycheproof sets, which the project does not carry. */
import { expect } from 'vitest';
import type { CipherSuite } from '../../../src/mls/crypto/provider.ts';
import { dataJson } from '../../support/data.ts';
import { native, portable } from './support.ts';

export interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}
interface File<Group, Fields> {
  readonly testGroups: readonly (Group & { readonly tests: readonly (Case & Fields)[] })[];
}

/** Every case of a set with its group, or nothing when the set is not on this machine. */
export function cases<Group, Fields>(name: string): (Group & Fields & Case)[] {
  const file = dataJson<File<Group, Fields>>('wycheproof', `${name}_test.json`);
  return (file?.testGroups ?? []).flatMap(({ tests, ...group }) => tests.map((one) => ({ ...(group as Group), ...one })));
}

type Verdict = string | boolean;

/** Compares the two verdicts on each case with each other and with what is expected, all cases before failing. */
export async function judge<T extends Case>(all: readonly T[], verdict: (one: T, suite: 'native' | 'portable') => Verdict | Promise<Verdict>, expected: (one: T) => Verdict): Promise<void> {
  const wrong: string[] = [];
  for (const one of all) {
    const [left, right] = await Promise.all([verdict(one, 'native'), verdict(one, 'portable')]);
    if (left !== right || left !== expected(one)) wrong.push(`${one.tcId} ${one.comment} [${one.flags.join()}]: native ${left}, portable ${right}, expected ${expected(one)}`);
  }
  expect(wrong).toEqual([]);
}

export const suiteOf = (provider: 'native' | 'portable', id: number): CipherSuite => (provider === 'native' ? native : portable).cipherSuite(id);
export const isValid = ({ result }: Case): boolean => result === 'valid';
