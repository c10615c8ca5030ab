/** The gRPC server: an address, the rpcs, health and reflection, and a stop that lets calls finish. */
import { setTimeout as sleep } from 'node:timers/promises';
import { logVerbosity, Server, setLogVerbosity } from '@grpc/grpc-js';
import { servedCalls, type Calls, type Handlers } from './calls.ts';
import { addHealth, addReflection } from './discovery.ts';
import { serviceLog, type ServiceLog } from './log.ts';
import type { ServiceOptions } from './options.ts';
import { SetupError } from './setup-error.ts';
import { serverCredentials } from './tls.ts';

export type ServerOptions = Pick<ServiceOptions, 'listen' | 'tls' | 'reflection' | 'limits' | 'log'>;

export interface RunningServer {
  /** HOST:PORT with the port that is really used. */
  readonly address: string;
  readonly port: number;
  /**
   * Takes no new connections and calls, lets those in flight finish and closes. Asked again, it does not wait for them.
   * @returns how many calls were cut off
   */
  stop(): Promise<number>;
  /** Logs an error that reached nobody. */
  reportBug(error: unknown): void;
}

/**
 * Serves `handlers`; gives the running server once it accepts connections.
 * @throws SetupError when the address cannot be used or the TLS files are unusable
 */
export async function startServer(handlers: Handlers, options: ServerOptions, log: ServiceLog = serviceLog(options.log)): Promise<RunningServer> {
  // gRPC would print lines of its own, in its own format, for what reaches us as errors.
  setLogVerbosity(logVerbosity.NONE);
  const { limits } = options;
  const server = new Server({
    'grpc.max_receive_message_length': limits.maxMessageBytes,
    'grpc.max_send_message_length': -1,
    // Per connection; a field of 32 bits. Calls beyond it wait at the caller.
    'grpc.max_concurrent_streams': Math.min(limits.maxConcurrentCalls, 0xffff_ffff),
  });
  const calls = servedCalls(handlers, { limits, log });
  server.addService(calls.definition, calls.implementation);
  const health = addHealth(server);
  if (options.reflection) addReflection(server);

  const host = hostOf(options.listen);
  const port = await bind(server, options);
  const address = `${host}:${port}`;
  log.info('listening', { address, tls: options.tls !== undefined });

  let stopping: Promise<number> | undefined;
  const hurry = Promise.withResolvers<void>();
  return {
    address,
    port,
    stop() {
      if (stopping !== undefined) hurry.resolve();
      else health.stopping();
      return (stopping ??= drain(server, calls, { graceSeconds: limits.stopGraceSeconds, hurry: hurry.promise }));
    },
    reportBug: (error) => log.bug('none', error),
  };
}

function hostOf(listen: string): string {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+):(\d{1,5})$/.exec(listen);
  if (match === null || Number(match[2]) > 65_535) throw new SetupError(`'${listen}' is no address to listen on; give HOST:PORT, or [IPV6]:PORT`);
  return match[1]!;
}

function bind(server: Server, options: ServerOptions): Promise<number> {
  const credentials = serverCredentials(options.tls);
  return new Promise((resolve, reject) => {
    server.bindAsync(options.listen, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(new SetupError(`cannot listen on ${options.listen}: ${error.message}`, { cause: error }));
    });
  });
}

// A caller that only watches the health keeps its connection open: closing waits for it no longer than this once all calls are done.
const idleSeconds = 0.5;
const pollMilliseconds = 50;
// For the answers of calls that are cut off to leave.
const lastWordsMilliseconds = 100;

interface Patience {
  readonly graceSeconds: number;
  /** Ends the waiting. */
  readonly hurry: Promise<void>;
}

async function drain(server: Server, calls: Calls, { graceSeconds, hurry }: Patience): Promise<number> {
  const closed = Promise.withResolvers<void>();
  let why = 'the service stops and the call took longer than --stop-grace-seconds allows';
  server.tryShutdown(() => closed.resolve());
  void hurry.then(() => {
    why = 'the service was told to stop at once';
    closed.resolve();
  });

  const deadline = performance.now() + graceSeconds * 1000;
  let idleSince: number | undefined;
  const watch = setInterval(() => {
    const now = performance.now();
    idleSince = calls.active > 0 ? undefined : (idleSince ?? now);
    if (now >= deadline || (idleSince !== undefined && now - idleSince >= idleSeconds * 1000)) closed.resolve();
  }, pollMilliseconds);
  await closed.promise;
  clearInterval(watch);

  const cutOff = calls.cutOff(why);
  if (cutOff > 0) await sleep(lastWordsMilliseconds);
  server.forceShutdown();
  return cutOff;
}
