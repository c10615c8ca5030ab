/**
 * Where a public-key operation of node:crypto runs. One alone runs at once: that saves the way to the thread pool and
 * back, some 20 us. Several that were asked for together run in the pool, which uses the other cores.
 */
import { inSlices } from '../../slices.ts';

export interface Operation<T> {
  /** A millisecond or more: goes to the pool even when alone, to leave the event loop free. */
  readonly slow: boolean;
  now(): T;
  /** The same in the thread pool. */
  later(done: (error: Error | null, result?: T) => void): void;
}

/**
 * How many operations the pool holds at most. Enough to keep its threads busy while this one prepares the next; few enough
 * that file access and name lookups, which share the pool, wait for milliseconds only.
 */
const poolDepth = 16;

interface Job {
  readonly slow: boolean;
  readonly now: () => void;
  readonly start: () => void;
}

const waiting: Job[] = [];
let next = 0;
let running = 0;
let gathering = false;

export function publicKeyOperation<T>(operation: Operation<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    waiting.push({
      slow: operation.slow,
      now: () => inSlices(() => operation.now()).then(resolve, reject),
      start() {
        try {
          operation.later((error, result) => {
            running--;
            fillPool();
            if (error === null) resolve(result as T);
            else reject(error);
          });
        } catch (error) {
          running--;
          reject(error);
        }
      },
    });
    if (!gathering) {
      gathering = true;
      queueMicrotask(dispatch);
    }
  });
}

/** Runs when the caller has asked for all that it wants to have in flight. */
function dispatch(): void {
  gathering = false;
  const alone = running === 0 && waiting.length - next === 1 ? waiting[next]! : undefined;
  if (alone === undefined || alone.slow) return fillPool();
  takeNext();
  alone.now();
}

function fillPool(): void {
  while (running < poolDepth && next < waiting.length) {
    running++;
    takeNext().start();
  }
}

function takeNext(): Job {
  const job = waiting[next++]!;
  if (next === waiting.length) {
    waiting.length = 0;
    next = 0;
  }
  return job;
}
