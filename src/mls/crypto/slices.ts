/**
 * A slice clock for synchronous public-key work: everything that runs through `inSlices` shares slices of 10 ms and
 * yields to the event loop between them, so that a thousand signature checks in portable code leave room for timers and
 * sockets. One queue for the whole process, in order of arrival.
 */

/** How long public-key work may hold the event loop, in milliseconds. One operation that takes longer runs whole. */
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
