/** Sampling: several subjects in turns, so that what else the machine does falls on all of them. */

export interface Subject {
  readonly name: string;
  /** Makes ready for one sample, outside of the time that is measured, and gives what to measure. */
  prepare(): Promise<() => unknown>;
  /** After the last sample: whether what it gave is right. */
  check?(): Promise<void>;
}

export interface Measured {
  readonly name: string;
  /** In milliseconds. */
  readonly median: number;
  readonly samples: number;
}

const fewestSamples = 3;
const mostSamples = 500;
/** Milliseconds that a subject runs before it is another's turn. */
const turn = 50;

/**
 * Samples each subject until `budget` milliseconds are used up and there are at least three samples. The first run only
 * warms up, unless it alone takes three times the budget: then it is the only sample.
 */
export async function measure(subjects: readonly Subject[], budget: number, progress: (name: string, samples: number) => void): Promise<Measured[]> {
  const runs = [];
  for (const subject of subjects) {
    progress(subject.name, 0);
    const warmUp = await sample(subject);
    const isSlow = warmUp > 3 * budget;
    runs.push({ subject, times: isSlow ? [warmUp] : [], total: 0, done: isSlow });
  }
  while (runs.some(({ done }) => !done)) {
    for (const run of runs) {
      if (run.done) continue;
      progress(run.subject.name, run.times.length);
      for (let used = 0; used < turn && !run.done; ) {
        const time = await sample(run.subject);
        run.times.push(time);
        run.total += time;
        used += time;
        run.done = run.times.length >= mostSamples || (run.total >= budget && run.times.length >= fewestSamples);
      }
    }
  }
  for (const { check } of subjects) await check?.();
  return runs.map(({ subject, times }) => ({ name: subject.name, median: median(times), samples: times.length }));
}

async function sample(subject: Subject): Promise<number> {
  const run = await subject.prepare();
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
