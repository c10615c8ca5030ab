/** Feeds reporters from a record as the run fed them, so that every report can be made later. */
import type { CaseRecord, EndRecord, RecordLine } from './record.ts';
import type { Reporters } from '../reporter.ts';
import { Tally } from './tally.ts';

/** The verdicts that the end of a record revises: what comes last in it is wanted first. */
export async function revisedVerdicts(lines: AsyncIterable<RecordLine>): Promise<Revised> {
  for await (const line of lines) if (line.type === 'end') return line.revised ?? {};
  return {};
}

/**
 * Tells all events that the lines hold; those of single steps they do not. A record without an `end` gets one that says
 * `interrupted` and counts what is there.
 * @param revised verdicts that take the place of those in the lines
 * @returns the end
 */
export async function replayRecord(lines: AsyncIterable<RecordLine>, reporters: Reporters, revised: Revised = {}): Promise<EndRecord> {
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
        reporters.tell('caseFinished', withRevised(line, revised));
        break;
      case 'end':
        end = line;
    }
  }
  end ??= tally.end(lastMoment - started, true);
  reporters.tell('runFinished', end);
  return end;
}

type Revised = NonNullable<EndRecord['revised']>;

/** A case with the verdict that it has in the light of all others. */
export const withRevised = (result: CaseRecord, revised: Revised = {}): CaseRecord =>
  Object.hasOwn(revised, result.id) ? { ...result, verdict: revised[result.id]! } : result;

const endOf = ({ started, milliseconds }: CaseRecord): number => Date.parse(started) + milliseconds;
