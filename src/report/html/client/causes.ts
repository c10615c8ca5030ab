/** Groups the cases with one and the same trouble. */
import { blameText } from '../../summary/kinds.ts';
import { statuses } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';

export interface Cause {
  readonly cases: readonly CaseRow[];
  readonly example: CaseRow;
  /** In a few words, without the particulars of one case. */
  readonly title: string;
}

export interface Causes {
  /** Worst status first, then the most cases. */
  readonly all: readonly Cause[];
  /** The position of a case's cause in `all`; undefined for those without trouble. */
  of(row: CaseRow): number | undefined;
}

export function causesOf(cases: readonly CaseRow[]): Causes {
  const groups = Map.groupBy(cases.filter(({ kind }) => kind !== undefined), ({ status, kind }) => `${status} ${kind}`);
  const all = [...groups.values()].map((group) => {
    const example = group.reduce((first, row) => (row.id < first.id ? row : first));
    return { cases: group, example, title: titleOf(example) };
  });
  all.sort((a, b) => statuses.indexOf(a.example.status) - statuses.indexOf(b.example.status) || b.cases.length - a.cases.length || (a.example.id < b.example.id ? -1 : 1));
  const positions = new Map(all.flatMap((cause, at) => cause.cases.map((row) => [row.id, at] as const)));
  return { all, of: (row) => positions.get(row.id) };
}

function titleOf(row: CaseRow): string {
  const { failure, verdict, vacuous, expectation } = row;
  if (row.status === 'unexpected-pass' && expectation !== undefined) return `${expectation.pattern} passes`;
  const culprit = verdict?.culprit?.implementation;
  if (verdict?.finding === 'contested') return [blameText(row), verdict.requirement ?? verdict.differs].filter((part) => part !== undefined).join(' of ');
  if (culprit !== undefined && verdict?.requirement !== undefined) return `${culprit} breaks ${verdict.requirement}`;
  const call = failure && [failure.cause, failure.rpc, failure.code].filter((part) => part !== undefined).join(' ');
  if (culprit !== undefined && culprit !== failure?.implementation) return `${culprit} is at fault${verdict?.differs === undefined ? '' : `: ${verdict.differs}`}`;
  if (verdict?.finding === 'unknown' && failure?.implementation !== undefined) return `Not decided: ${call} at ${failure.implementation}`;
  if (failure !== undefined) return failure.implementation === undefined ? `${call![0]!.toUpperCase()}${call!.slice(1)}` : `${failure.implementation}: ${call}`;
  return vacuous === undefined ? row.status : `Did not happen: ${vacuous}`;
}
