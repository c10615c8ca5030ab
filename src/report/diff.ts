/** What has changed from one run to another, case by case. */
import { headline, kindOf } from './summary/kinds.ts';
import { failsRun, type CaseRecord, type EndRecord, type RecordLine, type RunRecord, type Status } from './record/record.ts';
import { asRevised } from './record/replay.ts';

/** A case without its calls. */
export type Outcome = Omit<CaseRecord, 'calls' | 'sights'>;

export interface Change {
  readonly id: string;
  readonly base: Outcome;
  readonly head: Outcome;
}

export interface Difference {
  readonly runs: { readonly base: RunRecord; readonly head: RunRecord };
  /** Runs that were stopped: what they lack may just not have been run. */
  readonly interrupted: readonly ('base' | 'head')[];
  /** How many cases both have. */
  readonly common: number;
  /** Fails the run now and did not, or passed and is not supported any more. */
  readonly regressions: readonly Change[];
  /** Failed the run and does not any more, other than by being expected; or passes now. */
  readonly fixes: readonly Change[];
  /** Goes wrong as before but in another way, or passes as before but with a rule broken in it now or before. */
  readonly verdicts: readonly Change[];
  /** Was none and is an expected failure now, after a pass or a failure; nothing is mended by that. */
  readonly excused: readonly Change[];
  readonly added: readonly Outcome[];
  readonly gone: readonly Outcome[];
}

/** Keeps all cases, without calls: which verdicts stand is known at the end of a record only. */
export async function diffRecords(base: AsyncIterable<RecordLine>, head: AsyncIterable<RecordLine>): Promise<Difference> {
  const [baseRun, headRun] = [await read(base), await read(head)];
  const before = new Map(baseRun.outcomes.map((outcome) => [outcome.id, outcome]));
  const changes: Record<ChangeKind, Change[]> = { regressions: [], fixes: [], verdicts: [], excused: [] };
  const added: Outcome[] = [];
  let common = 0;
  for (const outcome of headRun.outcomes) {
    const { id } = outcome;
    const earlier = before.get(id);
    if (earlier === undefined) {
      added.push(outcome);
      continue;
    }
    before.delete(id);
    common++;
    const kind = changeKind(earlier, outcome);
    if (kind !== undefined) changes[kind].push({ id, base: earlier, head: outcome });
  }
  for (const list of Object.values(changes)) list.sort(byId);
  return {
    runs: { base: baseRun.run, head: headRun.run },
    interrupted: (['base', 'head'] as const).filter((which) => !(which === 'base' ? baseRun : headRun).complete),
    common,
    ...changes,
    added: added.sort(byId),
    gone: [...before.values()].sort(byId),
  };
}

type ChangeKind = 'regressions' | 'fixes' | 'verdicts' | 'excused';

function changeKind(base: Outcome, head: Outcome): ChangeKind | undefined {
  const [was, is] = [base.status, head.status];
  if (failsRun(is) && !failsRun(was)) return 'regressions';
  if (was === 'passed' && is === 'not-supported') return 'regressions';
  if (is === 'expected-failure' && (was === 'passed' || failsRun(was))) return 'excused';
  if (was !== is && (is === 'passed' || (failsRun(was) && !failsRun(is)))) return 'fixes';
  return kindOf(base) === kindOf(head) && was === is ? undefined : 'verdicts';
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

interface ReadRun {
  readonly run: RunRecord;
  readonly complete: boolean;
  readonly outcomes: readonly Outcome[];
}

async function read(lines: AsyncIterable<RecordLine>): Promise<ReadRun> {
  let run: RunRecord | undefined;
  let end: EndRecord | undefined;
  const outcomes: Outcome[] = [];
  for await (const line of lines) {
    if (line.type === 'run') run = line;
    else if (line.type === 'end') end = line;
    else if (line.type === 'case') outcomes.push(withoutCalls(line));
  }
  return { run: run!, complete: end !== undefined && end.interrupted !== true, outcomes: outcomes.map((outcome) => asRevised(outcome, end)) };
}

const withoutCalls = ({ calls: _, sights: __, ...outcome }: CaseRecord): Outcome => outcome;

/** Changes that are alike, by what they were and what they are. */
export interface ChangeGroup {
  readonly example: Change;
  readonly cases: number;
  readonly was: Status;
  readonly is: Status;
  /** What goes wrong now, or went wrong before when nothing does now. */
  readonly why: string;
}

/** The most frequent first. */
export function groupChanges(changes: readonly Change[]): ChangeGroup[] {
  const groups = Map.groupBy(changes, ({ base, head }) => JSON.stringify([base.status, head.status, kindOf(base), kindOf(head)]));
  return [...groups.values()]
    .map((alike) => {
      const [example] = alike;
      const { base, head } = example!;
      return { example: example!, cases: alike.length, was: base.status, is: head.status, why: why(base, head) };
    })
    .sort((a, b) => b.cases - a.cases || byId(a.example, b.example));
}

function why(base: Outcome, head: Outcome): string {
  const [was, is] = [headline(base), headline(head)];
  if (is === '') return was === '' ? '' : `was: ${was}`;
  return was === '' || was === is ? is : `${is} (was: ${was})`;
}
