/**
 * Each violation breaks its own rule alone: with the one check switched off that refuses it, our engine takes it. What is refused
 * even then is in the table below, with why; so a peer that refuses a violation has the rule in question, or one of the table.
 */
import { describe, expect, test, vi } from 'vitest';
import { catalogue } from '../../src/hostile/catalogue.ts';
import { peopleOf } from '../../src/hostile/people.ts';
import { play } from '../../src/hostile/play.ts';
import type { Violation } from '../../src/hostile/violation.ts';
import { MLSError } from '../../src/mls/errors.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { EngineTarget } from '../support/engine-target.ts';
import { provider } from '../support/people.ts';

const off = vi.hoisted(() => ({ requirement: undefined as string | undefined }));

vi.mock('../../src/mls/errors.ts', async (importOriginal) => {
  const original: typeof import('../../src/mls/errors.ts') = await importOriginal();
  const must: typeof original.must = (condition, requirement, detail) => {
    if (requirement !== off.requirement) original.must(condition, requirement, detail);
  };
  return { ...original, must };
});

/** What becomes of a violation whose check is off: `stops` means an error of the runtime, an id the rule that refuses it then. */
type Outcome = 'accepted' | 'stops' | 'thrown' | RequirementId;

interface Overlap {
  readonly then: Exclude<Outcome, 'accepted'>;
  /** Reads on from `it is refused all the same, as `. */
  readonly why: string;
  /** Ids, or after an ellipsis a part of the name. */
  readonly rows: readonly string[];
}

const table: readonly Overlap[] = [
  {
    then: 'stops',
    why: 'what the check makes sure of is used next: a leaf, a key, a plaintext, a node',
    rows: [
      'R-5.1.3-02',
      'R-5.3-02 … without certificates',
      'R-5.3-02 … has no certificate',
      'R-6-09',
      'R-6.3.1-09',
      'R-6.3.2-05',
      'R-6.3.2-06 … leaf 4,',
      'R-7.5-07',
      'R-7.6-01 … the lowest node',
      'R-7.6-04',
      'R-9.1-05',
      'R-10-09',
      'R-11.3-02',
      'R-12.1.3-01 … an external Commit',
      'R-12.2-06 … an Update and ',
      'R-12.4-05',
      'R-12.4.2-12',
      'R-12.4.3.1-04',
      'R-12.4.3.1-08',
    ],
  },
  {
    then: 'thrown',
    why: 'nothing was found to go on with, so that there is no check to pass over',
    rows: [
      'R-5.1.1-04 … kem_output',
      'R-5.1.1-04 … external_pub',
      'R-5.3-02 … at entry 0',
      'R-6-08 … of a future epoch',
      'R-6.1-06 … past the list',
      'R-6.1-07',
      'R-6.1-09',
      'R-6.1-11',
      'R-8.3-03',
      'R-11.1-01',
      'R-12.1-04',
      'R-12.1.8-01',
      'R-12.1.8.1-01',
      'R-12.2-20',
      'R-12.4.2-03',
      'R-12.4.3.1-01',
      'R-12.4.3.1-02',
      'R-12.4.3.1-05',
      'R-12.4.3.1-15',
      'R-12.4.3.2-01',
      'R-12.4.3.2-03',
    ],
  },
  { then: 'R-2.1-02', why: 'sender data are decoded', rows: ['R-6.3.2-02 … 13 bytes'] },
  { then: 'R-2.1-04', why: 'sender data are decoded', rows: ['R-6.3.2-02 … 11 bytes'] },
  { then: 'R-6-09', why: 'an Update from outside replaces nobody', rows: ['R-12.1.8-04 … an Update'] },
  { then: 'R-6.1-08', why: 'the signature covers the GroupContext of that epoch', rows: ['R-12.4.3.2-08'] },
  { then: 'R-6.1-12', why: 'what is no signature does not verify', rows: ['R-5.1.2-02 … around no signature'] },
  { then: 'R-6.3.1-09', why: 'nobody has a ratchet for a leaf past the tree', rows: ['R-6.3.2-06 … leaf 8,', 'R-6.3.2-06 … leaf 1048576,', 'R-6.3.2-06 … leaf 4294967295,'] },
  { then: 'R-6.3.1-10', why: 'what is no signature does not verify', rows: ['R-5.1.2-02 … with an empty signature inside'] },
  { then: 'R-7.3-05', why: 'every leaf that changes is held against the required capabilities', rows: ['R-7.5-02'] },
  { then: 'R-7.3-07', why: 'what one leaf uses and another lists is compared from both sides', rows: ['R-7.2-06', 'R-7.3-08'] },
  { then: 'R-7.3-08', why: 'what one leaf uses and another lists is compared from both sides', rows: ['R-7.3-07'] },
  { then: 'R-7.3-14', why: 'all leaves of the new tree are compared', rows: ['R-12.2-08 … one Add twice', 'R-12.4.2-08 … an external Commit'] },
  { then: 'R-7.5-11', why: 'a key that cannot be one was not derived', rows: ['R-5.1.1-04 … path key'] },
  { then: 'R-7.9.2-07', why: 'a leaf of another source has no parent_hash', rows: ['R-12.4.2-06 … of source', 'R-12.4.2-06 … has source'] },
  { then: 'R-7.9.2-07', why: 'which nodes such a Remove blanks is not said', rows: ['R-12.1.3-01 … past the tree, by value'] },
  { then: 'R-10.1-02', why: 'the version of every group is mls10', rows: ['R-10-08'] },
  { then: 'R-10.1-04', why: 'no signature verifies under a key of another scheme', rows: ['R-5.1.2-01'] },
  { then: 'R-11.2-06', why: 'the usages of PSKs are checked whatever the group', rows: ['R-12.4.3.1-22'] },
  { then: 'R-12.1.6-01', why: 'an ExternalInit is looked at by itself and in the list', rows: ['R-12.1.8-04 … an ExternalInit', 'R-12.2-15', 'R-12.4.3.2-07'] },
  { then: 'R-12.2-15', why: 'an ExternalInit is looked at by itself and in the list', rows: ['R-12.1.6-01'] },
  { then: 'R-12.1.7-01', why: 'who is added counts as a member', rows: ['R-12.3-02'] },
  { then: 'R-12.1.8-04', why: 'who is no member updates nothing', rows: ['R-12.2-26 … an Update'] },
  { then: 'R-12.2-08', why: 'the client of each Add is looked for in the tree as it has grown', rows: ['R-12.2-09'] },
  { then: 'R-12.2-13', why: 'an ExternalInit stands beside the ReInit', rows: ['R-12.2-26 … a ReInit'] },
  { then: 'R-12.4.2-08', why: 'a leaf and a parent with one key are found from both', rows: ['R-16.7-01 … leaf and lowest node'] },
  { then: 'R-16.7-01', why: 'a leaf and a parent with one key are found from both', rows: ['R-12.4.2-08 … leaf has the key of a parent', 'R-12.4.3.1-14 … a parent and a leaf'] },
  { then: 'R-12.4.3.1-08', why: 'no member signed what comes with an empty tree', rows: ['R-12.4.3.3-04 … without entries'] },
  { then: 'R-13.4-05', why: 'a leaf of the joiner in the tree has to list the type', rows: ['R-12.4.3-04', 'R-13.4-06', 'R-13.5-07'] },
];

const names = new Set(catalogue.map(fullName));

/**
 * Those that a check of the group refuses, in one suite. What does not decode (`malformed`) or passes a bound (`limit`) breaks no
 * rule about what it says, and by reference or given to the target the same thing meets the same check.
 */
const played = catalogue.filter(({ id, name, code, suites }) => {
  const first = name.replace(/, (by reference|to be added by the target)$/, ', by value');
  return code === undefined && (suites?.includes(1) ?? true) && (first === name || !names.has(fullName({ id, name: first })));
});

const entries = table.flatMap(({ then, rows }) => rows.map((row) => ({ then, row })));

test('every entry of the table is of some violation, and no violation of two', () => {
  expect(entries.filter(({ row }) => !played.some((violation) => isOf(row, violation)))).toEqual([]);
  expect(played.filter((violation) => entries.filter(({ row }) => isOf(row, violation)).length > 1).map(fullName)).toEqual([]);
});

describe('with its check off our engine takes, or refuses as the table says', () => {
  test.each(played.map((violation) => [fullName(violation), violation] as const))('%s', async (_, violation) => {
    const wanted = entries.find(({ row }) => isOf(row, violation))?.then ?? 'accepted';
    expect(await withoutCheck(violation)).toBe(wanted);
  });
});

async function withoutCheck(violation: Violation): Promise<Outcome | 'vacuous'> {
  const people = peopleOf(provider, 1);
  const targets: WatchedTarget[] = [];
  const requirement = violation.reported ?? violation.id;
  off.requirement = requirement;
  try {
    const { finding, refusal } = await play(violation, { people, newTarget: () => targets[targets.push(new WatchedTarget(people)) - 1]! });
    if (finding === 'accepted' || finding === 'vacuous') return finding;
    if (!(refusal instanceof MLSError) || refusal.requirement === undefined) throw refusal;
    return refusal.requirement === requirement ? 'thrown' : refusal.requirement;
  } catch (error) {
    const stops = error instanceof TypeError || error instanceof SuppressedError;
    if (stops && targets.at(-1)?.thrown === error && isOfEngine(error)) return 'stops';
    throw error;
  } finally {
    off.requirement = undefined;
  }
}

/** Keeps what the engine throws apart from what is thrown by those who forge, who build on its lower layers. */
class WatchedTarget extends EngineTarget {
  thrown: unknown;

  override async take(...[delivery]: Parameters<EngineTarget['take']>): ReturnType<EngineTarget['take']> {
    try {
      return await super.take(delivery);
    } catch (error) {
      this.thrown = error;
      throw error;
    }
  }
}

/** Whether it was thrown in the engine itself, and not in the tests around it. */
function isOfEngine({ stack = '' }: Error): boolean {
  const frame = stack.split('\n').find((line) => /\/(src|test)\//.test(line) && !line.includes('/node_modules/'));
  return frame?.includes('/src/mls/') === true;
}

function fullName({ id, name }: Pick<Violation, 'id' | 'name'>): string {
  return `${id}: ${name}`;
}

function isOf(row: string, { id, name }: Violation): boolean {
  const [of, part = ''] = row.split(' … ');
  return id === of && name.includes(part);
}
