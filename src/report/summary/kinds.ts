/** Kinds of trouble: cases in which something went wrong, those in which it went wrong in the same way taken together. */
import { failsRun, statuses, type CaseRecord, type RunRecord, type Status } from '../record/record.ts';

export interface Kind {
  readonly status: Status;
  /** The label of the implementation at fault as far as that is known. */
  readonly implementation: string | undefined;
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
      implementation: blamed(example),
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
  return JSON.stringify([blamed(result), expectation?.reason, ...at, alike(what, result)]);
}

/** The label of the implementation at fault: the verdict's culprit, or else the one at which the case failed. */
export function blamed({ verdict, failure }: Pick<CaseRecord, 'verdict' | 'failure'>): string | undefined {
  return (verdict?.finding === 'culprit' ? verdict.culprit?.implementation : undefined) ?? failure?.implementation;
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

/** The command that runs one case again, as a shell takes it. */
export const replayCommand = (id: string): string => `mls-interop replay '${id.replaceAll("'", "'\\''")}'`;
