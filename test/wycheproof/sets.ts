/**
 * Reading and judging known-answer sets in the format of Wycheproof. The sets themselves are data that the project does not
 * carry; where they are absent their tests are skipped, which `dataJson` says aloud.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { nativeProvider } from '../../src/mls/crypto/native/provider.ts';
import { portableProvider } from '../../src/mls/crypto/portable/provider.ts';
import type { CryptoProvider } from '../../src/mls/crypto/provider.ts';
import { dataJson } from '../support/data.ts';

export interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

export interface KnownAnswers<T extends Case> {
  readonly name: string;
  /** Every case, with the fields of its group. */
  readonly cases: readonly T[];
  /** The set is not on this machine. */
  readonly absent: boolean;
}

interface File<Group, Fields> {
  readonly numberOfTests: number;
  readonly testGroups: readonly (Group & { readonly tests: readonly (Case & Fields)[] })[];
}

/** The set `<name>_test.json` of Wycheproof. */
export function wycheproof<Group, Fields>(name: string): KnownAnswers<Group & Fields & Case> {
  return knownAnswers(name, dataJson<File<Group, Fields>>('wycheproof', `${name}_test.json`));
}

/** A set that the project carries beside its tests. */
export function ownSet<Group, Fields>(name: string): KnownAnswers<Group & Fields & Case> {
  return knownAnswers(name, ownJson<File<Group, Fields>>(`${name}.json`));
}

/** The parsed JSON of a file of this folder. */
export const ownJson = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;

function knownAnswers<Group, Fields>(name: string, file: File<Group, Fields> | undefined): KnownAnswers<Group & Fields & Case> {
  if (file === undefined) return { name, cases: [], absent: true };
  const cases = file.testGroups.flatMap(({ tests, ...group }) => tests.map((one) => ({ ...(group as Group), ...one })));
  if (cases.length !== file.numberOfTests || cases.length === 0) throw new Error(`${name}: ${cases.length} cases, but the file says ${file.numberOfTests}`);
  return { name, cases, absent: false };
}

/** What a case must come to, and the heading under which it is counted. */
export interface Ruling {
  readonly outcome: string;
  readonly heading: string;
}

export interface Trial<T extends Case> {
  ruling(one: T): Ruling;
  /** What the case comes to with the provider. */
  outcome(one: T, provider: CryptoProvider): string | Promise<string>;
}

export type Tally = Readonly<Record<string, number>>;

export const native = nativeProvider();
export const portable = portableProvider();

/**
 * Tries every case with both providers and fails, after the last, when one of them came to anything but its ruling. Gives and
 * prints how many cases stood under each heading, for the test to compare with what it expects.
 */
export async function judge<T extends Case>({ name, cases }: KnownAnswers<T>, { ruling, outcome }: Trial<NoInfer<T>>): Promise<Tally> {
  const wrong: string[] = [];
  const tally: Record<string, number> = {};
  for (const one of cases) {
    const { outcome: expected, heading } = ruling(one);
    const [left, right] = await Promise.all([outcome(one, native), outcome(one, portable)]);
    if (left !== right || left !== expected) wrong.push(`${one.tcId} ${one.comment} [${one.flags.join()}]: native ${left}, portable ${right}, expected ${expected}`);
    tally[heading] = (tally[heading] ?? 0) + 1;
  }
  expect(wrong).toEqual([]);
  const counts = Object.entries(tally).map(([heading, count]) => `${count} ${heading}`);
  console.info(`${name}: ${cases.length} cases with both providers: ${counts.join(', ')}`);
  return tally;
}

/** A flag of cases that the sets leave open, what MLS makes of them, and why. */
export interface Decision {
  readonly flag: string;
  readonly outcome: string;
  readonly because: string;
}

/**
 * The first decision whose flag an acceptable case carries.
 * @throws Error when none does, so that a newer set cannot pass undecided
 */
export function decide({ tcId, flags }: Case, decisions: readonly Decision[]): Ruling {
  const decision = decisions.find(({ flag }) => flags.includes(flag));
  if (decision === undefined) throw new Error(`case ${tcId} is acceptable and none of its flags (${flags.join()}) has been decided on`);
  return { outcome: decision.outcome, heading: `acceptable and ${decision.outcome}: ${decision.flag} (${decision.because})` };
}

/** Counts a case that MLS cannot express; it is tried all the same, and must be refused. */
export const outside = (reason: string, outcome = 'refused'): Ruling => ({ outcome, heading: `outside MLS: ${reason}` });

/** The outcome of work that gives one, or `refused` when it throws the MLSError that is expected of a refusal. */
export async function orRefused(expected: object, work: () => string | Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    expect(error).toMatchObject({ name: 'MLSError', ...expected });
    return 'refused';
  }
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** A Uint8Array and not a Buffer, whose `slice` would not copy. */
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
