/** Long synchronous work in slices, so that it never blocks the event loop for long. */

const sliceMilliseconds = 10;
let sliceStart = 0;

/** To be awaited between small pieces of work: lets other tasks run when the current slice has used up its 10 ms. */
export async function pause(): Promise<void> {
  if (!sliceIsOver()) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
  sliceStart = performance.now();
}

/** Whether it is time to `await pause()`; cheaper than awaiting it each time. */
export const sliceIsOver = (): boolean => performance.now() - sliceStart > sliceMilliseconds;

// Enough public-key operations in flight to keep the thread pool busy, few enough to bound memory.
const inFlight = 64;

/** Runs `task` on every item, some at a time; before the first failure is thrown, everything started has ended. */
export async function mapInFlight<T, R>(items: readonly T[], task: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += inFlight) {
    const batch = items.slice(start, start + inFlight).map((item, i) => task(item, start + i));
    for (const outcome of await Promise.allSettled(batch)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
    if (sliceIsOver()) await pause();
  }
  return results;
}
