/** How often a property is tried: a bounded number by default, PROPERTY_RUNS times as often for a longer search. */
const factor = Number(process.env['PROPERTY_RUNS'] ?? 1);

/** Milliseconds for one test: ends before the test's own timeout, so that a failure is told with what was shrunk by then. */
const longest = 50_000;

export const testTimeout = 60_000 * factor;

export const bounded = (usual: number): { readonly numRuns: number; readonly interruptAfterTimeLimit: number } => ({
  numRuns: Math.ceil(usual * factor),
  interruptAfterTimeLimit: longest * factor,
});
