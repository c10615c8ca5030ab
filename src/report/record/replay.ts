/** Feeds reporters from a record as the run fed them, so that every report can be made later. */
import type { CaseRecord, EndRecord, RecordLine } from './record.ts';
import type { Reporters } from '../reporter.ts';
import { Tally } from './tally.ts';

/** What the end of a record changes about its cases. */
export type Revisions = Pick<EndRecord, 'revised' | 'restated'>;

/** What the end of a record changes: what comes last in it is wanted first. */
export async function revisionsOf(lines: AsyncIterable<RecordLine>): Promise<Revisions> {
  for await (const line of lines) if (line.type === 'end') return line;
  return {};
}

/**
 * Tells all events that the lines hold; those of single steps they do not. A record without an `end` gets one that says
 * `interrupted` and counts what is there.
 * @param revisions take the place of what the lines of cases say
 * @returns the end
 */
export async function replayRecord(lines: AsyncIterable<RecordLine>, reporters: Reporters, revisions: Revisions = {}): Promise<EndRecord> {
  const tally = new Tally();
  let started = 0;
  let lastMoment = 0;
  let end: EndRecord | undefined;
  for await (const line of lines) {
    switch (line.type) {
      case 'run':
        started = lastMoment = Date.parse(line.started);
        reporters.tell('runStarted', line);
        break;
      case 'started':
        reporters.tell('caseStarted', line.id, line.script);
        break;
      case 'case':
        tally.add(line);
        lastMoment = Math.max(lastMoment, endOf(line));
        reporters.tell('caseFinished', asRevised(line, revisions));
        break;
      case 'end':
        end = line;
    }
  }
  end ??= tally.end(lastMoment - started, true);
  reporters.tell('runFinished', end);
  return end;
}

/** A case with the verdict that it has in the light of all others, and as what is expected has it then. */
export function asRevised<C extends Omit<CaseRecord, 'calls' | 'sights'>>(result: C, { revised = {}, restated = {} }: Revisions = {}): C {
  const verdict = Object.hasOwn(revised, result.id) ? { verdict: revised[result.id]! } : {};
  if (!Object.hasOwn(restated, result.id)) return { ...result, ...verdict };
  const { observed: _, expectation: __, ...rest } = result;
  return { ...rest, ...restated[result.id]!, ...verdict } as C;
}

const endOf = ({ started, milliseconds }: CaseRecord): number => Date.parse(started) + milliseconds;
