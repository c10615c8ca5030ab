/** How often a property is tried: a bounded number by default, PROPERTY_RUNS times as often for a longer search. */
const factor = Number(process.env['PROPERTY_RUNS'] ?? 1);

const minute = 60_000;

/** Milliseconds. Far longer than the runs take on any machine: it bounds how long a failure is shrunk. */
const longest = 10 * minute * factor;

/** Longer, so that a failure is told with what was shrunk by then. */
export const testTimeout = longest + minute;

/** What is cut short has failed: fewer runs than asked for show nothing. */
export const bounded = (usual: number) => ({ numRuns: Math.ceil(usual * factor), interruptAfterTimeLimit: longest, markInterruptAsFailure: true }) as const;
