/**
 * The report for people: one HTML file that works offline. It is written while the run goes on, so that memory holds a few hundred
 * bytes per case.
 */
import { writeFileSync } from 'node:fs';
import { kindOf } from '../summary/kinds.ts';
import { openPart } from '../part-file.ts';
import { statuses, type CaseRecord, type RunRecord } from '../record/record.ts';
import type { Reporter } from '../reporter.ts';
import { packDetails, packRow } from './pack.ts';
import type { CaseRow, PageData } from './page-data.ts';
import { caseBlock, dataBlock, pageEnd, pageStart, runBlock } from './page.ts';

export interface HtmlOptions {
  /**
   * Bytes of the page that the details of passing cases may take; those of cases that did not pass, or that have a verdict, are always kept. The first half
   * goes to whichever cases come first, the second is shared evenly by the scripts. Default: 32 MiB.
   */
  readonly passingBudget?: number;
}

const defaultBudget = 32 * 2 ** 20;

/**
 * Writes the report to `file`.
 * @throws Error of the file system, here when the folder cannot be written to
 */
export function htmlReporter(file: string, { passingBudget = defaultBudget }: HtmlOptions = {}): Reporter {
  const { fd, finish } = openPart(file);
  const cases: CaseRow[] = [];
  const unfinished = new Set<string>();
  const kinds = new Map<string, number>();
  let run: RunRecord;
  let room: Room;
  let blocks = 0;

  return {
    name: 'html',
    runStarted(started) {
      run = started;
      room = new Room(passingBudget, started.scripts.length);
      writeFileSync(fd, pageStart());
    },
    caseStarted(id) {
      unfinished.add(id);
    },
    caseFinished(result) {
      unfinished.delete(result.id);
      const block = dataBlock(caseBlock(blocks), packDetails(result));
      const isKept = isTrouble(result) || room.take(result, block.length);
      if (isKept) writeFileSync(fd, block);
      cases.push(packRow(result, { block: isKept ? blocks++ : undefined, kind: isTrouble(result) ? numberOf(kindOf(result), kinds) : undefined }));
    },
    runFinished(end) {
      const leftOut = { cases: cases.filter(({ block }) => block === undefined).length, budget: passingBudget };
      const page: PageData = { run, end, unfinished: [...unfinished], cases: inOrder(cases, run), leftOut };
      writeFileSync(fd, dataBlock(runBlock, page) + pageEnd());
      finish();
    },
  };
}

/** As a reader goes through them: the worst first, those of one status in the order of the scripts; cases end in any order. */
function inOrder(cases: readonly CaseRow[], { scripts }: RunRecord): CaseRow[] {
  const places = new Map(scripts.map(({ id }, i) => [id, i]));
  const place = ({ script }: CaseRow): number => places.get(script) ?? scripts.length;
  return cases.toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status) || place(a) - place(b) || (a.id < b.id ? -1 : 1));
}

/** A case may pass and yet have broken a rule that nobody enforced. */
const isTrouble = ({ status, verdict }: CaseRecord): boolean => status !== 'passed' || verdict !== undefined;

function numberOf(key: string, numbers: Map<string, number>): number {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}

/** What is left of the budget for passing cases. */
class Room {
  readonly #share: number;
  readonly #takenBy = new Map<string, number>();
  #common: number;

  constructor(budget: number, scripts: number) {
    this.#common = budget / 2;
    this.#share = budget / 2 / Math.max(1, scripts);
  }

  /** Whether a block of `size` bytes still fits; if so it has its place. */
  take({ script }: CaseRecord, size: number): boolean {
    const taken = this.#takenBy.get(script) ?? 0;
    if (size <= this.#common) this.#common -= size;
    else if (taken + size <= this.#share) this.#takenBy.set(script, taken + size);
    else return false;
    return true;
  }
}
