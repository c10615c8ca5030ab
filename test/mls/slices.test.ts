/** Much public-key work leaves the event loop free, and its failures reach the one who asked. */
import { describe, expect, test } from 'vitest';
import { inSlices } from '../../src/mls/slices.ts';
import { publicKeyOperation } from '../../src/mls/crypto/native/pool.ts';
import { providers } from './crypto/support.ts';

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Processor time of this thread in milliseconds: what else the machine does is not in it. */
function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The longest time that `work` held the event loop, in milliseconds of processor time. */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = processorTime();
  const timer = setInterval(() => {
    longest = Math.max(longest, processorTime() - last);
    last = processorTime();
  });
  await work();
  clearInterval(timer);
  return Math.max(longest, processorTime() - last);
}

test('work asked for all at once is done in slices, in order', async () => {
  const done: number[] = [];
  const all = () =>
    Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        inSlices(() => {
          spin(1);
          done.push(i);
        }),
      ),
    );
  expect(await longestPause(all)).toBeLessThan(100);
  expect(done).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

test('work asked for one after the other yields too', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++);
  for (let i = 0; i < 20; i++) await inSlices(() => spin(3));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('a failure rejects its own promise and nothing else', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, i) =>
      inSlices(() => {
        spin(1);
        if (i % 2 === 1) throw new Error(`no ${i}`);
        return i;
      }),
    ),
  );
  for (const [i, result] of results.entries()) {
    expect(result).toEqual(i % 2 === 1 ? { status: 'rejected', reason: new Error(`no ${i}`) } : { status: 'fulfilled', value: i });
  }
});

describe('a public-key operation of node:crypto', () => {
  const operation = (slow: boolean) => ({ slow, now: () => 'here', later: (done: (error: Error | null, result?: string) => void) => void setImmediate(done, null, 'in the pool') });
  const failing = { slow: true, now: () => 'here', later: (done: (error: Error | null, result?: string) => void) => void setImmediate(done, new Error('failed')) };
  const throwing = {
    slow: true,
    now: () => 'here',
    later() {
      throw new Error('threw');
    },
  };

  test('runs here when it is alone and fast', async () => {
    expect(await publicKeyOperation(operation(false))).toBe('here');
  });

  test('runs in the pool when it is slow, or when others were asked for with it', async () => {
    expect(await publicKeyOperation(operation(true))).toBe('in the pool');
    expect(await Promise.all(Array.from({ length: 100 }, () => publicKeyOperation(operation(false))))).toEqual(Array.from({ length: 100 }, () => 'in the pool'));
    expect(await publicKeyOperation(operation(false))).toBe('here');
  });

  test('that fails or throws leaves the pool usable', async () => {
    for (let i = 0; i < 40; i++) {
      await expect(publicKeyOperation(failing)).rejects.toThrow('failed');
      await expect(publicKeyOperation(throwing)).rejects.toThrow('threw');
    }
    expect(await publicKeyOperation(operation(false))).toBe('here');
  });
});

describe.each(providers)('%s', (_, provider) => {
  test.each([1, 2])('verifies 300 signatures of suite %i, right and wrong ones, and leaves the event loop free', { timeout: 60_000 }, async (id) => {
    const suite = provider.cipherSuite(id);
    const key = await suite.generateSignatureKey();
    const message = Uint8Array.of(1);
    const signature = await suite.sign(key, message);
    const verify = async () => {
      const verdicts = await Promise.all(Array.from({ length: 300 }, (_, i) => suite.verify(key.publicKey, Uint8Array.of(i & 1), signature)));
      expect(verdicts).toEqual(Array.from({ length: 300 }, (_, i) => i % 2 === 1));
    };
    expect(await longestPause(verify)).toBeLessThan(200);
  });
});
