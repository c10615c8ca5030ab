import { expect, test } from 'vitest';
import type { EndRecord, RecordLine } from '../../../src/report/record/record.ts';
import { Reporters, type Reporter } from '../../../src/report/reporter.ts';
import { replayRecord } from '../../../src/report/record/replay.ts';
import { fixtureCases, fixtureEnd, fixtureLines, streamed } from '../fixture.ts';

async function replayed(lines: readonly RecordLine[]): Promise<{ events: string[]; end: EndRecord; last: EndRecord | undefined }> {
  const events: string[] = [];
  let last: EndRecord | undefined;
  const reporter: Reporter = {
    name: 'log',
    runStarted: ({ seed }) => void events.push(`run ${seed}`),
    caseStarted: (id, script) => void events.push(`started ${id} of ${script}`),
    caseFinished: ({ id, status }) => void events.push(`${status} ${id}`),
    runFinished(end) {
      events.push('end');
      last = end;
    },
  };
  const end = await replayRecord(streamed(lines), new Reporters([reporter], (_, error) => expect.unreachable(String(error))));
  return { events, end, last };
}

test('reporters hear from a record what they heard from the run', async () => {
  const { events, end, last } = await replayed(fixtureLines());
  const cases = fixtureCases();
  expect(events[0]).toBe('run 42');
  expect(events.slice(1, 3)).toEqual([`started ${cases[0]!.id} of commit/add`, `passed ${cases[0]!.id}`]);
  expect(events.at(-1)).toBe('end');
  expect(events).toHaveLength(2 + 2 * cases.length);
  expect(last).toEqual(fixtureEnd());
  expect(end).toBe(last);
});

test('a record without an end gets one that counts what is there and says that it was interrupted', async () => {
  const { end } = await replayed(fixtureLines().slice(0, 6));
  expect(end).toMatchObject({ flaky: 1, judged: { steps: 6, of: 6 }, success: false, interrupted: true });
  expect(end.counts.passed).toBe(2);
  expect(end.milliseconds).toBe(Date.parse('2026-01-02T03:04:06.000Z') + 12.5 - Date.parse('2026-01-02T03:04:05.678Z'));
});

test('a record of which only the run is left has an end, too', async () => {
  const { end, events } = await replayed(fixtureLines().slice(0, 1));
  expect(events).toEqual(['run 42', 'end']);
  expect(end).toMatchObject({ milliseconds: 0, success: false, interrupted: true });
});

test('a reporter that throws does not stop the others', async () => {
  const errors: string[] = [];
  let finished = 0;
  const bad: Reporter = {
    name: 'bad',
    caseStarted() {
      throw new Error('broken');
    },
    caseFinished: () => void expect.unreachable(),
  };
  const good: Reporter = { name: 'good', caseFinished: () => void finished++ };
  await replayRecord(streamed(fixtureLines()), new Reporters([bad, good], ({ name }, error) => errors.push(`${name}: ${(error as Error).message}`)));
  expect(errors).toEqual(['bad: broken']);
  expect(finished).toBe(fixtureCases().length);
});
