/**
 * A slice clock for long synchronous work: everything that runs through `inSlices`, or pauses now and then, shares slices
 * of 10 ms and yields to the event loop between them, so that a thousand signature checks in portable code, or the hashes
 * of a large tree, leave room for timers and sockets. One queue for the whole process, in order of arrival.
 */

/** How long such work may hold the event loop, in milliseconds. One operation that takes longer runs whole. */
const sliceLength = 10;

const waiting: (() => void)[] = [];
let next = 0;
/** When the slice of this turn of the event loop is over; 0 when no such work ran in this turn. */
let sliceEnd = 0;

// Browsers lack setImmediate; the portable provider runs there too.
const afterThisTurn: (work: () => void) => void = typeof setImmediate === 'function' ? setImmediate : (work) => setTimeout(work, 0);

/** Runs `work` at once while the slice of this turn has time left, else in a later turn of the event loop. */
export function inSlices<T>(work: () => T): Promise<T> {
  if (sliceEnd === 0) openSlice();
  return new Promise((resolve, reject) => {
    if (waiting.length === 0 && performance.now() < sliceEnd) {
      resolve(work());
      return;
    }
    waiting.push(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}

function openSlice(): void {
  sliceEnd = performance.now() + sliceLength;
  afterThisTurn(nextTurn);
}

function nextTurn(): void {
  if (waiting.length === 0) {
    sliceEnd = 0;
    return;
  }
  openSlice();
  while (next < waiting.length && performance.now() < sliceEnd) waiting[next++]!();
  if (next === waiting.length) {
    waiting.length = 0;
    next = 0;
  }
}

/** Whether it is time to `await pause()`: cheaper than awaiting it each time. */
export function sliceIsOver(): boolean {
  if (sliceEnd === 0) openSlice();
  return performance.now() >= sliceEnd;
}

/** To be awaited between small pieces of work: goes on at once, or in a later turn when the slice is over. */
export const pause = (): Promise<void> => inSlices(() => undefined);

// Enough public-key operations in flight to keep the thread pool busy, few enough to bound memory.
const inFlight = 64;

/**
 * Runs `task` on every item, some at a time, begun in their order. After a failure no more are begun; once all that were have
 * ended, the failure of the first item that failed is thrown.
 */
export async function mapInFlight<T, R>(items: readonly T[], task: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const failures = new Map<number, unknown>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length && failures.size === 0) {
      const index = next++;
      try {
        results[index] = await task(items[index]!, index);
      } catch (error) {
        failures.set(index, error);
      }
      if (sliceIsOver()) await pause();
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, items.length) }, work));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return results;
}
