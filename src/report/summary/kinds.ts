/** Kinds of trouble: cases in which something went wrong, those in which it went wrong in the same way taken together. */
import { failsRun, statuses, type CaseRecord, type RunRecord, type Status } from '../record/record.ts';

export interface Kind {
  readonly status: Status;
  /** Whose fault it is, as far as that is known, or who is accused; see `blameText`. */
  readonly blame: string | undefined;
  /** One of them, without calls. */
  readonly example: CaseRecord;
  readonly cases: number;
  /** Their scripts, in the order in which they came. */
  readonly scripts: readonly string[];
}

/** Statuses that fail a run, the worst first. */
export const unhappyStatuses: readonly Status[] = statuses.filter(failsRun);

export class Kinds {
  readonly #kinds = new Map<string, { example: CaseRecord; cases: number; readonly scripts: Set<string> }>();

  /** Of every kind one case is kept, without its calls. Those that passed count when a rule was broken in them all the same. */
  add({ calls: _, sights: __, ...result }: CaseRecord): void {
    if (result.status === 'passed' && result.verdict === undefined) return;
    const key = `${result.status}\n${kindOf(result)}`;
    const kind = this.#kinds.get(key) ?? { example: result, cases: 0, scripts: new Set() };
    kind.cases++;
    kind.scripts.add(result.script);
    // Cases end in any order; what is shown shall not depend on it.
    if (result.id < kind.example.id) kind.example = result;
    this.#kinds.set(key, kind);
  }

  /** Those of some statuses, in their order, the most frequent of each first. */
  of(...wanted: readonly Status[]): Kind[] {
    const kinds = [...this.#kinds.values()].map(({ example, cases, scripts }) => ({
      status: example.status,
      blame: blameText(example),
      example,
      cases,
      scripts: [...scripts].sort(),
    }));
    return wanted.flatMap((status) =>
      kinds.filter((kind) => kind.status === status).sort((a, b) => b.cases - a.cases || (a.example.id < b.example.id ? -1 : 1)),
    );
  }
}

/** What cases have in common that fail in the same way, wherever they do. Their status is no part of it. */
export function kindOf(result: CaseRecord): string {
  const { failure, verdict, vacuous, expectation, status } = result;
  if (status === 'unexpected-pass') return JSON.stringify([expectation?.pattern, expectation?.reason]);
  // Whoever notices a broken rule, and at which call, it is one and the same fault.
  if (verdict?.finding === 'culprit' && verdict.requirement !== undefined) return JSON.stringify([blamed(result), expectation?.reason, verdict.requirement, verdict.differs]);
  const what = failure === undefined ? vacuous.join('\n') : failure.message;
  const at = [failure?.cause, failure?.rpc, failure?.code, verdict?.finding, verdict?.requirement, verdict?.differs];
  return JSON.stringify([blameText(result), blamed(result) === undefined ? failure?.implementation : undefined, expectation?.reason, ...at, alike(what, result)]);
}

/** As much of a case as says whose fault it is. */
type Judged = { readonly [K in 'verdict' | 'failure' | 'vacuousBy']?: CaseRecord[K] | undefined };

/** The label of the one implementation at fault, if it is one. */
export function blamed(result: Judged): string | undefined {
  const [first, second] = atFault(result);
  return second === undefined ? first : undefined;
}

/**
 * The labels of those at fault: the culprit of a verdict; the one at which the case failed when there is no verdict; those who did
 * not do what a case is about. Where the referee could not decide it is nobody: the one that noticed may well be right.
 */
export function atFault({ verdict, failure, vacuousBy = [] }: Judged): readonly string[] {
  if (verdict === undefined && failure === undefined) return vacuousBy;
  const label = verdict === undefined ? failure?.implementation : verdict.finding === 'culprit' ? verdict.culprit?.implementation : undefined;
  return label === undefined ? [] : [label];
}

/** Whether what went wrong is an implementation's own doing, or of nobody in particular. */
export function isOwnDoing(result: Judged, label: string): boolean {
  const labels = atFault(result);
  return labels.length === 0 || labels.includes(label);
}

/** The same in words: of a contested verdict, whom our engine accuses. */
export function blameText(result: Judged): string | undefined {
  const { verdict } = result;
  if (verdict?.finding !== 'contested') return atFault(result).length === 0 ? undefined : atFault(result).join(' and ');
  return verdict.culprit === undefined ? 'contested' : `contested: ${verdict.culprit.implementation} accused`;
}

/** A message without what differs from case to case: numbers, ids and keys, and who plays which actor. */
function alike(message: string, { actors }: CaseRecord): string {
  const general = message
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'UUID')
    .replace(/R-[\d.]+-\d+|\b(?:0x)?[0-9a-f]{12,}\b|[A-Za-z0-9+/]{32,}={0,2}|\d+/gi, (found) => (found.startsWith('R-') ? found : 'N'));
  return general.replace(/[\w+-]+/g, (word) => (Object.hasOwn(actors, word) ? actors[word]! : word));
}

/** What went wrong, in one line. */
export function headline(result: CaseRecord): string {
  const { failure, verdict, vacuous, expectation, status } = result;
  if (status === 'unexpected-pass') return `passes, but ${expectation?.pattern ?? 'an expectation'} says that it fails: ${expectation?.reason ?? ''}`;
  if (verdict !== undefined) return verdict.summary;
  if (failure === undefined) return vacuous.join('; ');
  const call = [failure.rpc, failure.code].filter((part) => part !== undefined).join(' ');
  return [failure.implementation, failure.cause, call, failure.message].filter((part) => part !== undefined && part !== '').join(': ');
}

/** What a script does at a step, such as `fullCommit`. */
export function actionAt({ scripts }: Pick<RunRecord, 'scripts'>, script: string, step: number): string {
  const steps = scripts.find(({ id }) => id === script)?.steps ?? [];
  const action = Object.entries(steps[step] ?? {}).find(([key]) => key.toLowerCase() === 'action')?.[1];
  return action === undefined ? 'freeing the states' : String(action);
}

/**
 * The command that runs one case again, as a shell takes it.
 * @param more `replay` of the run
 */
export function replayCommand(id: string, more = ''): string {
  const quoted = `'${id.replaceAll("'", "'\\''")}'`;
  // There is no script to replay: the case is chosen again from those that the tool brings.
  if (more.startsWith(hostileReplay)) return `mls-interop ${more.includes('--own') ? 'interop' : 'run'} --run ${quoted} ${more.replace(' --own', '')}`;
  return `mls-interop replay ${quoted}${more === '' ? '' : ` ${more}`}`;
}

/** What `replay` of a hostile run begins with. */
const hostileReplay = '--hostile';
