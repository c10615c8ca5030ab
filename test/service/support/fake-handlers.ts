/** Handlers without an engine behind them, for tests of everything around the handlers. */
import { MLSClientService } from '../../../src/generated/mls_client.ts';
import type { Handlers, Rpc } from '../../../src/service/calls.ts';
import { defaultLimits, type ServiceLimits } from '../../../src/service/options.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../../src/service/server.ts';
import { serviceLog } from '../../../src/service/log.ts';

/** Every rpc answers with an empty response, except those given. */
export function fakeHandlers(some: Partial<Handlers>): Handlers {
  const empty = (Object.keys(MLSClientService) as Rpc[]).map((rpc) => [rpc, () => MLSClientService[rpc].responseDeserialize(Buffer.alloc(0))]);
  return { ...(Object.fromEntries(empty) as Handlers), ...some };
}

export interface Held {
  readonly handlers: Partial<Handlers>;
  /** When so many calls are being worked on as are expected. */
  readonly begun: Promise<void>;
  readonly release: () => void;
}

/** StateAuth is answered when `release` is called, and not before. */
export function held(expected = 1): Held {
  const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const stateAuth = async () => {
    if (++calls === expected) begun.resolve();
    await released.promise;
    return { stateAuthSecret: Uint8Array.of(1) };
  };
  return { handlers: { stateAuth }, begun: begun.promise, release: released.resolve };
}

export interface FakeServer extends RunningServer {
  /** The lines that the service logged. */
  readonly logged: Record<string, unknown>[];
}

export async function fakeServer(
  handlers: Partial<Handlers>,
  options: Partial<Omit<ServerOptions, 'limits'>> & { readonly limits?: Partial<ServiceLimits> } = {},
): Promise<FakeServer> {
  const logged: Record<string, unknown>[] = [];
  const log = serviceLog(options.log ?? true, { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) });
  const server = await startServer(
    fakeHandlers(handlers),
    { listen: '127.0.0.1:0', tls: undefined, reflection: false, log: true, ...options, limits: { ...defaultLimits, stopGraceSeconds: 5, ...options.limits } },
    log,
  );
  return { ...server, logged };
}
