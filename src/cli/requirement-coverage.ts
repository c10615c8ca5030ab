/** The requirements of RFC 9420 with what shows that the engine keeps them. */
import { requirementEvidence, type RequirementEvidence } from '../generated/requirement-evidence.ts';
import { reportedElsewhere } from '../hostile/reported-elsewhere.ts';
import { requirements, type RequirementId } from '../mls/requirements.ts';
import { shownByType, unshowable, type Unshowable } from './unshowable-requirements.ts';

/** `shown` by a test, a vector or a type; `unshowable` for the reason that is given; `missing` otherwise. */
export type CoverageStatus = 'shown' | 'unshowable' | 'missing';

export interface RequirementCoverage extends RequirementEvidence {
  readonly id: RequirementId;
  readonly level: string;
  readonly role: string;
  readonly text: string;
  /** Types of the engine's API that leave no other way. */
  readonly types: readonly string[];
  readonly status: CoverageStatus;
  /** Violated by a case of src/hostile, or, where no rpc brings the violation about, by a test of test/requirements. */
  readonly hostile: boolean;
  readonly unshowable: Unshowable | undefined;
}

/** All requirements in the order of the RFC. @param evidence default: what is committed */
export function coverageOf(evidence: Readonly<Record<string, RequirementEvidence>> = requirementEvidence): RequirementCoverage[] {
  return (Object.keys(requirements) as RequirementId[]).map((id) => {
    const [level, role, text] = requirements[id];
    const found = evidence[id];
    if (found === undefined) throw new Error(`no evidence entry for ${id}: run test/support/generate-requirement-evidence.ts`);
    const types = shownByType[id] === undefined ? [] : [shownByType[id]];
    const hostile = found.negative && found.reportedAs.length > 0;
    const isShown = found.tests.length + found.vectors.length + types.length > 0;
    const status = isShown ? 'shown' : unshowable[id] === undefined ? 'missing' : 'unshowable';
    return { id, level, role, text, ...found, types, hostile, status, unshowable: status === 'unshowable' ? unshowable[id] : undefined };
  });
}

/** Where the engine reports violations of the row by other ids, the sentence that says so. */
export function reportedText({ id, reportedAs }: Pick<RequirementCoverage, 'id' | 'reportedAs'>): string | undefined {
  if (reportedAs.every((one) => one === id)) return undefined;
  const why = reportedElsewhere[id];
  return `reported as ${reportedAs.join(', ')}${why === undefined ? '' : `: ${why}`}`;
}

export interface CoverageTotals {
  readonly rows: number;
  readonly shown: number;
  readonly unshowable: number;
  readonly missing: number;
  readonly negative: number;
  readonly hostile: number;
}

export function totalsOf(rows: readonly RequirementCoverage[]): CoverageTotals {
  const count = (holds: (row: RequirementCoverage) => boolean): number => rows.filter(holds).length;
  return {
    rows: rows.length,
    shown: count(({ status }) => status === 'shown'),
    unshowable: count(({ status }) => status === 'unshowable'),
    missing: count(({ status }) => status === 'missing'),
    negative: count(({ negative }) => negative),
    hostile: count(({ hostile }) => hostile),
  };
}

export interface SectionTotals extends CoverageTotals {
  readonly section: string;
}

/** By section of the RFC, in its order. */
export function bySection(rows: readonly RequirementCoverage[]): SectionTotals[] {
  return Array.from(
    Map.groupBy(rows, ({ section }) => section),
    ([section, those]) => ({ section, ...totalsOf(those) }),
  );
}

/** The totals in words. */
export function totalsText({ rows, shown, unshowable: others, missing, negative, hostile }: CoverageTotals): string[] {
  return [
    `${shown} of ${rows} rows with evidence, ${others} that a test of the engine cannot show, ${missing} without.`,
    `${hostile} of ${negative} rows that input can violate with a test that violates them.`,
  ];
}
