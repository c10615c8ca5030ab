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
    return { cases: group, example, title: titleOf(example, group) };
  });
  all.sort((a, b) => statuses.indexOf(a.example.status) - statuses.indexOf(b.example.status) || b.cases.length - a.cases.length || (a.example.id < b.example.id ? -1 : 1));
  const positions = new Map(all.flatMap((cause, at) => cause.cases.map((row) => [row.id, at] as const)));
  return { all, of: (row) => positions.get(row.id) };
}

function titleOf(row: CaseRow, group: readonly CaseRow[]): string {
  const { failure, verdict, vacuous, vacuousBy, expectation } = row;
  if (row.status === 'unexpected-pass' && expectation !== undefined) return `${expectation.pattern} passes`;
  const culprit = verdict?.culprit?.implementation;
  if (verdict?.finding === 'contested' && (culprit === undefined || verdict.requirement !== undefined)) {
    return [blameText(row), verdict.requirement ?? verdict.differs].filter((part) => part !== undefined).join(' of ');
  }
  if (culprit !== undefined && verdict?.requirement !== undefined) return `${culprit} breaks ${verdict.requirement}`;
  if (culprit !== undefined) return `${verdict?.finding === 'contested' ? 'contested: ' : ''}${gistOf(row, group)}`;
  const call = failure && [failure.cause, failure.rpc, failure.code].filter((part) => part !== undefined).join(' ');
  if (verdict?.finding === 'unknown' && failure?.implementation !== undefined) return `Not decided: ${call} at ${failure.implementation}`;
  if (failure !== undefined) return failure.implementation === undefined ? `${call![0]!.toUpperCase()}${call!.slice(1)}` : `${failure.implementation}: ${call}`;
  return vacuous === undefined ? row.status : `${vacuousBy === undefined ? '' : `${vacuousBy.join(' and ')}: `}did not happen: ${vacuous.replaceAll(/(^|; )not so: /g, '$1')}`.replace(/^d/, 'D');
}

const longestTitle = 120;

/** What a verdict says without what differs from case to case: steps, who plays which actor, and whose messages where those of several are alike. */
function gistOf(row: CaseRow, group: readonly CaseRow[]): string {
  const gist = general(row);
  const culprit = row.verdict?.culprit?.implementation;
  const others = new Set(Object.values(row.actors).filter((label) => label !== culprit));
  const isOfOne = group.every((each) => general(each) === gist);
  const text = isOfOne ? gist : [...others].reduce((said, label) => said.replaceAll(` of ${label}`, ' of others'), gist);
  return text.length > longestTitle ? `${text.slice(0, longestTitle)}...` : text;
}

const general = ({ verdict, actors }: CaseRow): string =>
  (verdict?.summary ?? '')
    .replace(/^(?:contested|undecided): /, '')
    .replace(/ \((?:step \d+|([^()]+))\)/g, (found, actor?: string) => (actor === undefined || Object.hasOwn(actors, actor) ? '' : found))
    .replace(/,? at step \d+/g, '')
    .replace(' does not do what is asked of it: it is not so that ', ': it is not so that ')
    .replace(/\.+$/, '');
