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

export interface RequirementRow {
  readonly requirement: string;
  /** By label, in the order of the run. */
  readonly cells: readonly (RequirementCell | undefined)[];
}

/** Whether the scripts of a run are violations. */
export const isHostile = ({ options }: Pick<RunRecord, 'options'>): boolean => options['hostile'] === true;

export class RequirementTally {
  readonly labels: readonly string[];
  readonly #cells = new Map<string, Map<string, Map<Reaction, number>>>();

  constructor({ implementations }: Pick<RunRecord, 'implementations'>) {
    this.labels = implementations.map(({ label }) => label);
  }

  add(result: CaseRecord): void {
    const [label] = Object.values(result.actors);
    const [requirement] = result.script.split('/');
    const row = this.#cells.get(requirement!) ?? new Map<string, Map<Reaction, number>>();
    const cell = row.get(label!) ?? new Map<Reaction, number>();
    const reaction = reactionOf(result);
    cell.set(reaction, (cell.get(reaction) ?? 0) + 1);
    this.#cells.set(requirement!, row.set(label!, cell));
  }

  /** In the order of the RFC. */
  rows(): RequirementRow[] {
    const inOrder = [...this.#cells.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return inOrder.map((requirement) => {
      const row = this.#cells.get(requirement)!;
      return { requirement, cells: this.labels.map((label) => cellOf(row.get(label))) };
    });
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

/** Such as `3/3` or `1/3, 2 accepted`: violations rejected of those played, and what became of the others. */
export function cellText({ violations, counts }: RequirementCell): string {
  const others = reactions.filter((reaction) => reaction !== 'rejected' && counts.has(reaction)).map((reaction) => `${counts.get(reaction)} ${reaction}`);
  return [`${counts.get('rejected') ?? 0}/${violations}`, ...others].join(', ');
}

/** What a cell shows first. */
export const worstOf = ({ counts }: RequirementCell): Reaction => reactions.find((reaction) => counts.has(reaction))!;

const upholding: readonly Reaction[] = ['rejected', 'lenient', 'cut off'];

const isUpheld = ({ counts, violations }: RequirementCell): boolean => upholding.reduce((sum, reaction) => sum + (counts.get(reaction) ?? 0), 0) === violations;

const cellOf = (counts: ReadonlyMap<Reaction, number> | undefined): RequirementCell | undefined =>
  counts === undefined ? undefined : { counts, violations: [...counts.values()].reduce((sum, count) => sum + count, 0) };

function reactionOf({ status, observed = status, failure, remark }: CaseRecord): Reaction {
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
