/** A hostile run by requirement and implementation: who takes what breaks which rule. */
import type { CaseRecord, RunRecord } from '../record/record.ts';

/**
 * How an implementation took one violation; from worst to best, which is what a cell shows first. `lenient`: it took what
 * RFC 9420 does not have it refuse; `cut off`: it ended the call without an answer and took nothing.
 */
export const reactions = ['crashed', 'hung', 'accepted', 'stuck', 'could not run', 'vacuous', 'not supported', 'cut off', 'lenient', 'rejected'] as const;
export type Reaction = (typeof reactions)[number];

export interface RequirementCell {
  readonly violations: number;
  readonly counts: ReadonlyMap<Reaction, number>;
}

/** By label, in the order of the run; undefined where nothing was played. */
type Cells = readonly (RequirementCell | undefined)[];

export interface RequirementRow {
  readonly requirement: string;
  readonly cells: Cells;
  /** Each violation of it by its script; together they are the cells of the requirement. */
  readonly scripts: readonly { readonly script: string; readonly cells: Cells }[];
}

/** As much of a case as says how a violation was taken. */
export type Played = Pick<CaseRecord, 'script' | 'actors' | 'status' | 'observed' | 'failure' | 'remark'>;

/** Whether the scripts of a run are violations. */
export const isHostile = ({ options }: Pick<RunRecord, 'options'>): boolean => options['hostile'] === true;

export class RequirementTally {
  readonly labels: readonly string[];
  /** By script and label. */
  readonly #counts = new Map<string, Map<string, Map<Reaction, number>>>();

  constructor({ implementations }: Pick<RunRecord, 'implementations'>) {
    this.labels = implementations.map(({ label }) => label);
  }

  add(result: Played): void {
    const [label] = Object.values(result.actors);
    const row = this.#counts.get(result.script) ?? new Map<string, Map<Reaction, number>>();
    const counts = row.get(label!) ?? new Map<Reaction, number>();
    const reaction = reactionOf(result);
    counts.set(reaction, (counts.get(reaction) ?? 0) + 1);
    this.#counts.set(result.script, row.set(label!, counts));
  }

  /** In the order of the RFC. */
  rows(): RequirementRow[] {
    const inOrder = [...this.#counts.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const byRequirement = Map.groupBy(inOrder, (script) => script.split('/')[0]!);
    return [...byRequirement].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).map(([requirement, scripts]) => ({
      requirement,
      cells: this.#cells(scripts),
      scripts: scripts.map((script) => ({ script, cells: this.#cells([script]) })),
    }));
  }

  #cells(scripts: readonly string[]): Cells {
    return this.labels.map((label) => cellOf(scripts.flatMap((script) => [...(this.#counts.get(script)!.get(label) ?? [])])));
  }

  /** Requirements of which an implementation takes no violation that was played, but what RFC 9420 leaves open, and all that it was asked about. */
  totals(): { readonly label: string; readonly upheld: number; readonly of: number }[] {
    const rows = this.rows();
    return this.labels.map((label, column) => {
      const asked = rows.map(({ cells }) => cells[column]).filter((cell) => cell !== undefined);
      return { label, upheld: asked.filter(isUpheld).length, of: asked.length };
    });
  }
}

/** Requirements that input can violate and that no violation of the run is of. */
export interface Undriven {
  readonly requirements: readonly string[];
  readonly why: string;
}

const undrivenStart = 'not driven: ';

/** As a line of the coverage of a run. */
export const undrivenText = ({ requirements, why }: Undriven): string => `${undrivenStart}${requirements.join(', ')}: ${why}`;

/** What such a line says; undefined for any other line. */
export function undrivenOf(line: string): Undriven | undefined {
  const [, ids, why] = /^(R-[\w.-]+(?:, R-[\w.-]+)*): (.+)$/s.exec(line.startsWith(undrivenStart) ? line.slice(undrivenStart.length) : '') ?? [];
  return ids === undefined || why === undefined ? undefined : { requirements: ids.split(', '), why };
}

/** Such as `3/3` or `1/3, 2 accepted`: violations rejected of those played, and what became of the others. */
export function cellText({ violations, counts }: RequirementCell): string {
  const others = reactions.filter((reaction) => reaction !== 'rejected' && counts.has(reaction)).map((reaction) => `${counts.get(reaction)} ${reaction}`);
  return [`${counts.get('rejected') ?? 0}/${violations}`, ...others].join(', ');
}

/** What a cell shows first. */
export const worstOf = ({ counts }: RequirementCell): Reaction => reactions.find((reaction) => counts.has(reaction))!;

const upholding: readonly Reaction[] = ['rejected', 'lenient', 'cut off'];

const isUpheld = ({ counts, violations }: RequirementCell): boolean => upholding.reduce((sum, reaction) => sum + (counts.get(reaction) ?? 0), 0) === violations;

function cellOf(parts: readonly (readonly [Reaction, number])[]): RequirementCell | undefined {
  if (parts.length === 0) return undefined;
  const counts = new Map<Reaction, number>();
  for (const [reaction, count] of parts) counts.set(reaction, (counts.get(reaction) ?? 0) + count);
  return { counts, violations: parts.reduce((sum, [, count]) => sum + count, 0) };
}

function reactionOf({ status, observed = status, failure, remark }: Played): Reaction {
  switch (observed) {
    case 'passed':
    case 'unexpected-pass':
      return remark ?? 'rejected';
    case 'vacuous':
      return 'vacuous';
    case 'not-supported':
      return 'not supported';
    case 'could-not-run':
      return 'could not run';
    default:
      return failedAs(failure?.cause);
  }
}

function failedAs(cause: NonNullable<CaseRecord['failure']>['cause'] | undefined): Reaction {
  if (cause === 'crash') return 'crashed';
  if (cause === 'timeout') return 'hung';
  return cause === 'accepted' ? 'accepted' : cause === 'unusable' ? 'stuck' : 'could not run';
}
