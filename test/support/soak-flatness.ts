/**
 * Whether memory grows with time, or only with the traffic of the moment: what callers leave without Free lives on for a while, so that
 * memory follows the rate, and a machine that has other work meanwhile changes the rate.
 */

export interface MemorySample {
  readonly seconds: number;
  /** Calls so far. */
  readonly calls: number;
  readonly bytes: number;
}

/**
 * Fits bytes = a + b·seconds + c·rate by least squares, where the rate is that of the `window` seconds before each sample.
 * @param samples in order, at least four
 * @returns the mean, and what b comes to from the first sample to the last: bytes that no rate explains
 */
export function fitted(samples: readonly MemorySample[], window: number): { readonly mean: number; readonly rise: number } {
  const rates = samples.map((sample) => rateBefore(samples, sample, window));
  const times = samples.map(({ seconds }) => seconds);
  const sizes = samples.map(({ bytes }) => bytes);
  const [tt, rr, tr] = [covariance(times, times), covariance(rates, rates), covariance(times, rates)];
  const [ts, rs] = [covariance(times, sizes), covariance(rates, sizes)];
  const determinant = tt * rr - tr * tr;
  // At one rate all the time, or one that changes as time does, nothing can be laid to the rate.
  const slope = determinant > 1e-6 * tt * rr ? (ts * rr - rs * tr) / determinant : ts / tt;
  return { mean: meanOf(sizes), rise: slope * (times.at(-1)! - times[0]!) };
}

function rateBefore(samples: readonly MemorySample[], { seconds, calls }: MemorySample, window: number): number {
  const before = samples.findLast((sample) => sample.seconds <= seconds - window) ?? samples[0]!;
  if (before.seconds < seconds) return (calls - before.calls) / (seconds - before.seconds);
  const next = samples[1]!;
  return (next.calls - calls) / (next.seconds - seconds);
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

function covariance(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [meanOf(xs), meanOf(ys)];
  return meanOf(xs.map((value, i) => (value - x) * (ys[i]! - y)));
}
