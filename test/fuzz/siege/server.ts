/** The service that is besieged, in a process of its own, so that its memory is its own and its end is seen. */
import { nativeProvider } from '../../../src/index.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { defaultLimits, defaultOptions } from '../../../src/service/options.ts';
import { startService } from '../../../src/service/service.ts';

/** What the process tells its parent: first where it listens, then its memory each time it is asked. */
export type Told =
  | { readonly address: string }
  | { readonly bug: string }
  /** A call that took too long; how large a share of a core the process had meanwhile. */
  | { readonly late: string; readonly ms: number; readonly share: number }
  | { readonly heap: number; readonly rss: number; readonly entries: number };

/** Milliseconds in which every call must be answered. */
const longestCall = 1000;

/** Milliseconds. */
interface Clocks {
  readonly wall: number;
  readonly cpu: number;
}
const clocks = (): Clocks => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
};
/** Of the last half a minute, the youngest last. */
const ticks: Clocks[] = [clocks()];
setInterval(() => {
  ticks.push(clocks());
  if (ticks.length > 300) ticks.shift();
}, 100).unref();

/** How large a share of a core this process had in the last `ms`. */
function shareIn(ms: number): number {
  const now = clocks();
  const since = ticks.findLast(({ wall }) => wall <= now.wall - ms) ?? ticks[0]!;
  return (now.cpu - since.cpu) / (now.wall - since.wall);
}

const tell = (told: Told): void => void process.send!(told);
const crypto = nativeProvider();
const log = serviceLog(false);
const limits = { ...defaultLimits, maxStates: 2048, maxPendingJoins: 2048 };
const service = await startService(
  { ...defaultOptions, listen: '127.0.0.1:0', crypto, suites: crypto.cipherSuiteIds, reflection: false, limits },
  {
    ...log,
    notice() {},
    call: ({ rpc, ms }) => void (ms > longestCall && tell({ late: rpc, ms, share: shareIn(ms) })),
    bug: (rpc, error) => tell({ bug: `${rpc}: ${error instanceof Error ? error.stack : String(error)}` }),
  },
);

process.on('message', () => {
  // Twice: what the first frees may hold the last reference to more.
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  tell({ heap: heapUsed + external, rss, entries: service.entries() });
});
process.on('disconnect', () => process.exit());
tell({ address: service.address });
