/** Ends the process when an input takes so long that nothing else would notice: a loop without an end blocks the fuzzer itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { nameOf } from './corpus.ts';

/** Seconds. */
const patience = 20;
const largestInput = 1 << 20;

/** What the two threads share: a count of inputs, the length of the present one, and its bytes. */
interface Shared {
  readonly numbers: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
  /** Where an input goes that does not end. */
  readonly folder: string;
}

export interface Watchdog extends AsyncDisposable {
  /** To be told of each input before it runs. */
  watch(input: Uint8Array): void;
}

export function watchdog(folder: string): Watchdog {
  const shared: Shared = { numbers: new SharedArrayBuffer(8), bytes: new SharedArrayBuffer(largestInput), folder };
  const numbers = new Int32Array(shared.numbers);
  const bytes = new Uint8Array(shared.bytes);
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  worker.unref();
  return {
    watch(input) {
      bytes.set(input.subarray(0, largestInput));
      Atomics.store(numbers, 1, Math.min(input.length, largestInput));
      Atomics.add(numbers, 0, 1);
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

function keepWatch({ numbers: shared, bytes, folder }: Shared): void {
  const numbers = new Int32Array(shared);
  let last = -1;
  setInterval(() => {
    const now = Atomics.load(numbers, 0);
    if (now !== last) {
      last = now;
      return;
    }
    const input = new Uint8Array(bytes).slice(0, Atomics.load(numbers, 1));
    mkdirSync(folder, { recursive: true });
    const file = join(folder, nameOf(input));
    writeFileSync(file, input);
    console.error(`an input took more than ${patience} s: ${file}`);
    process.kill(process.pid, 'SIGKILL');
  }, patience * 1000);
}

if (!isMainThread) keepWatch(workerData as Shared);
