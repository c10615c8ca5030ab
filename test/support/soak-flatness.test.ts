/** What the soak calls flat. */
import { describe, expect, test } from 'vitest';
import { fitted, type MemorySample } from './soak-flatness.ts';

const minutes = 60;
const window = 120;

/** An hour at a rate that may change, with memory that follows the rate of the last two minutes and grows by `leak` bytes a second. */
function hour(rateAt: (minute: number) => number, leak = 0): MemorySample[] {
  let calls = 0;
  return Array.from({ length: 60 }, (_, minute) => {
    calls += rateAt(minute) * minutes;
    const recent = (rateAt(minute) + rateAt(Math.max(0, minute - 1))) / 2;
    return { seconds: (minute + 1) * minutes, calls, bytes: 30e6 + 35_000 * recent + leak * minute * minutes };
  });
}

const changing = (minute: number): number => 100 + 4 * minute + 80 * (minute % 3);
const megabyte = 1e6;

describe('the rise of memory', () => {
  test.each([
    ['at one rate', () => 200],
    ['at a rate that rises in steps', changing],
    ['at a rate that falls', (minute: number) => changing(59 - minute)],
  ])('is about nothing without a leak, %s', (_, rateAt) => {
    expect(Math.abs(fitted(hour(rateAt), window).rise)).toBeLessThan(0.5 * megabyte);
  });

  test.each([
    ['at one rate', () => 200],
    ['at a rate that rises in steps', changing],
    ['at a rate that falls, so that memory does not grow in all', (minute: number) => changing(59 - minute)],
  ])('is what leaks, %s', (_, rateAt) => {
    const leaked = 59 * minutes * 3_000;
    expect(fitted(hour(rateAt, 3_000), window).rise).toBeGreaterThan(0.9 * leaked);
  });

  test('is not hidden by a rate that rises evenly with time: nothing tells the two apart', () => {
    const even = hour((minute) => 100 + 4 * minute);
    expect(fitted(even, window).rise).toBeGreaterThan(5 * megabyte);
  });
});
