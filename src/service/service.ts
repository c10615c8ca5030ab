/** The service: the engine behind the 34 rpcs of mls_client.MLSClient. */
import { Clients } from './clients.ts';
import type { Handlers } from './calls.ts';
import { entryTable } from './entries.ts';
import { serviceLog, type ServiceLog } from './log.ts';
import type { ServiceOptions } from './options.ts';
import { branchHandlers } from './rpcs/branching.ts';
import { commitHandlers } from './rpcs/commits.ts';
import type { Context } from './rpcs/context.ts';
import { epochHandlers } from './rpcs/epoch.ts';
import { freeHandler } from './rpcs/free.ts';
import { joiningHandlers } from './rpcs/joining.ts';
import { outsiderHandlers } from './rpcs/outsiders.ts';
import { proposalHandlers } from './rpcs/proposals.ts';
import { reInitHandlers } from './rpcs/reinit.ts';
import { startServer, type RunningServer } from './server.ts';

// Seconds.
const longestSweepInterval = 60;

export interface RunningService extends RunningServer {
  /** Live ids: group states, pending joins, suspended groups and external signers. */
  entries(): number;
}

/**
 * Starts the service; gives it once it accepts connections.
 * @throws SetupError when the address cannot be used or the TLS files are unusable
 */
export async function startService(options: ServiceOptions, log: ServiceLog = serviceLog(options.log)): Promise<RunningService> {
  const { handlers, entries, sweep } = engineHandlers(options, log);
  const server = await startServer(handlers, options, log);
  const { stateLifetime, pendingJoinLifetime } = options.limits;
  const lifetimes = [stateLifetime, pendingJoinLifetime].filter((seconds) => seconds > 0);
  // Every call sweeps, too: this is for a service that nobody calls any more.
  const sweeping = lifetimes.length === 0 ? undefined : setInterval(sweep, Math.min(...lifetimes, longestSweepInterval) * 1000).unref();
  return {
    ...server,
    entries,
    stop() {
      clearInterval(sweeping);
      return server.stop();
    },
  };
}

/** The engine behind the rpcs, in the order of the proto file, without a server around it. */
export function engineHandlers(options: ServiceOptions, log: ServiceLog): { readonly handlers: Handlers; readonly entries: () => number; readonly sweep: () => void } {
  const { name, suites, limits } = options;
  const states = entryTable(limits, { onExpired: (message) => log.notice('expired', message) });
  const context: Context = { name, suites, states, clients: new Clients(options, log) };
  const handlers = handlersOf(context);
  return { handlers, entries: () => states.size, sweep: () => states.sweep() };
}

/** All rpcs, on what `context` holds. */
export const handlersOf = (context: Context): Handlers => ({
  ...joiningHandlers(context),
  ...epochHandlers(context),
  ...proposalHandlers(context),
  ...commitHandlers(context),
  ...reInitHandlers(context),
  ...branchHandlers(context),
  ...outsiderHandlers(context),
  ...freeHandler(context),
});
