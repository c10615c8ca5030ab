/** One implementation under test: the gRPC client of its MLSClient service. */
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { MLSClientService } from '../generated/mls_client.ts';
import { suitesFrom, withCodePoints } from './implementations/code-points.ts';
import type { Feature } from './implementations/features.ts';
import type { Limit } from './implementations/limits.ts';

export type Rpc = keyof typeof MLSClientService;
export type RequestOf<R extends Rpc> = Parameters<(typeof MLSClientService)[R]['requestSerialize']>[0];
export type ResponseOf<R extends Rpc> = ReturnType<(typeof MLSClientService)[R]['responseDeserialize']>;

/** The name of an rpc as the proto file spells it, such as `StorePSK`. */
export const rpcName = (rpc: Rpc): string => MLSClientService[rpc].path.slice(MLSClientService[rpc].path.lastIndexOf('/') + 1);

export interface Implementation extends Declared {
  /** What the user calls it: the NAME of `--client NAME=HOST:PORT`, or its key in a file of implementations. */
  readonly label: string;
  /** What it calls itself. */
  readonly name: string;
  /** HOST:PORT; stays the same when the process is started anew, and no two processes have the same. */
  readonly address: string;
  readonly suites: ReadonlySet<number>;
  /** Further processes of the same implementation, under the same label. */
  readonly replicas: readonly Implementation[];
  /** What can be known of a process that the runner started itself. */
  readonly process?: OwnProcess;
  /**
   * Starts a process of our own anew, after a crash or because it hangs; asked again meanwhile, it waits for the same start.
   * @throws Unreachable when it does not get ready again; the next call of `restart` may have better luck
   */
  restart?(): Promise<void>;
  /**
   * @param within a time shorter than the deadline of calls, in milliseconds
   * @throws CallError
   */
  call<R extends Rpc>(rpc: R, request: RequestOf<R>, within?: number): Promise<ResponseOf<R>>;
  /** Closes the connection, and stops a process of our own without waiting for its end. */
  close(): void;
}

/** What is said about an implementation before it is asked. */
export interface Declared {
  /** How it is reached, ports of our choosing left out: `grpc://127.0.0.1:50051`, `cmd: ./server {port}`. */
  readonly reach: string;
  readonly version?: string;
  /** How many cases may use one process at a time, when its file says so. */
  readonly jobs?: number;
  /** UNIMPLEMENTED from an rpc of one of these is a failure, not a lack. */
  readonly features: ReadonlySet<Feature>;
  readonly limits: readonly Limit[];
  /** Where it uses another number than everybody else for a cipher suite: from ours to its own. */
  readonly codePoints: ReadonlyMap<number, number>;
  /** Whether it runs the engine of this project, whose word alone then proves nothing. */
  readonly ours: boolean;
}

export interface OwnProcess {
  /** How often it was started; tells a case whether somebody else has started it anew meanwhile. */
  readonly starts: number;
  /** How it ended, such as `killed by SIGSEGV`; undefined while it lives. */
  readonly exited: string | undefined;
  alive(): boolean;
  /** How many bytes it has written so far, to give to `output` later. */
  readonly written: number;
  /** What it wrote to stdout and stderr after the first `from` bytes, as far as that is among the last 64 KiB. */
  output(from?: number): string;
}

/** A call that did not end with OK. `code` is a gRPC status, `details` the peer's own words. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: status;
  readonly details: string;

  constructor(code: status, details: string, cause?: unknown) {
    super(`${status[code]}: ${details}`, { cause });
    this.code = code;
    this.details = details;
  }
}

/** An implementation that did not answer at its address within the connect deadline. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface ClientAddress {
  readonly label: string;
  readonly address: string;
}

const channelOptions = {
  // A Welcome to many members is larger than gRPC's default of 4 MiB.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  // Implementations under test are near; a proxy of the environment would only keep them from being reached.
  'grpc.enable_http_proxy': 0,
  // One that is being started is there within a second or so; gRPC's own pauses grow from one second to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A new connection is to be one, also to an address where an earlier process has just died.
  'grpc.use_local_subchannel_pool': 1,
};

/** In milliseconds. */
export interface Deadlines {
  readonly connect: number;
  readonly call: number;
}

/**
 * Connects and asks for name and suites.
 * @throws Unreachable
 */
export async function connect({ label, address }: ClientAddress, deadlines: Deadlines, declared = undeclared(address)): Promise<Implementation> {
  const connection = await dial(address, deadlines).catch((error: unknown) => {
    throw new Unreachable(`${label} at ${address}: ${(error as Error).message}`, { cause: error });
  });
  return { ...implementationOf(connection, { label, address, declared }), close: connection.close };
}

/** Nothing is known but where it is. */
export const undeclared = (address: string): Declared => ({
  reach: `grpc://${address}`,
  features: new Set(),
  limits: [],
  codePoints: new Map(),
  ours: false,
});

/** A channel to a service that has said its name and suites. */
export interface Connection extends Pick<Implementation, 'call' | 'close' | 'name'> {
  /** With the service's own numbers. */
  readonly suites: readonly number[];
}

/**
 * @param signal gives up and closes
 * @throws Error that says why there is no connection, or CallError
 */
export async function dial(address: string, deadlines: Deadlines, signal?: AbortSignal): Promise<Connection> {
  const client = new Client(address, credentials.createInsecure(), channelOptions);
  const close = (): void => client.close();
  const call = <R extends Rpc>(rpc: R, request: RequestOf<R>, deadline = deadlines.call): Promise<ResponseOf<R>> =>
    unary(client, rpc, { request, deadline });

  signal?.addEventListener('abort', close, { once: true });
  try {
    const before = Date.now();
    await ready(client, { until: before + deadlines.connect, signal });
    const left = () => Math.max(1, deadlines.connect - (Date.now() - before));
    const { name } = await call('name', {}, left());
    const { ciphersuites } = await call('supportedCiphersuites', {}, left());
    return { name, suites: ciphersuites, call: (rpc, request, within = Infinity) => call(rpc, request, Math.min(within, deadlines.call)), close };
  } catch (error) {
    close();
    throw error instanceof CallError ? error : new Error(`no connection within ${deadlines.connect / 1000} s`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', close);
  }
}

/** The implementation at the other end of a connection, in our numbers for cipher suites. */
export function implementationOf(
  { name, suites, call }: Connection,
  { label, address, declared }: ClientAddress & { readonly declared: Declared },
): Omit<Implementation, 'close'> {
  return {
    ...declared,
    label,
    name,
    address,
    suites: new Set(suitesFrom(suites, declared.codePoints)),
    replicas: [],
    ours: declared.ours || name.startsWith('mls-interop'),
    call: (rpc, request, within) => call(rpc, withCodePoints(request, declared.codePoints), within),
  };
}

/** Of processes, the first of each label with the others as its replicas. */
export const grouped = (connected: readonly Implementation[]): Implementation[] =>
  [...Map.groupBy(connected, ({ label }) => label).values()].map(([first, ...replicas]) => ({
    ...first!,
    reach: [...new Set([first!, ...replicas].map(({ reach }) => reach))].join(', '),
    replicas,
    close: () => [first!, ...replicas].forEach((process) => process.close()),
  }));

const turnMilliseconds = 200;

/** In turns: nothing calls off a wait of the channel, not even its end, and the program would outlast what it has to say by the rest of it. */
async function ready(client: Client, { until, signal }: { readonly until: number; readonly signal: AbortSignal | undefined }): Promise<void> {
  for (;;) {
    const turn = Math.min(until, Date.now() + turnMilliseconds);
    const error = await new Promise<Error | undefined>((resolve) => client.waitForReady(turn, resolve));
    if (error === undefined) return;
    if (Date.now() >= until || signal?.aborted) throw error;
  }
}

/** @param deadline in milliseconds from now. @throws CallError */
function unary<R extends Rpc>(client: Client, rpc: R, { request, deadline }: { readonly request: RequestOf<R>; readonly deadline: number }): Promise<ResponseOf<R>> {
  const { path, requestSerialize, responseDeserialize } = MLSClientService[rpc];
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize as (request: RequestOf<R>) => Buffer,
      responseDeserialize as (bytes: Buffer) => ResponseOf<R>,
      request,
      { deadline: Date.now() + deadline },
      (error: ServiceError | null, response?: ResponseOf<R>) => {
        if (error === null) resolve(response!);
        else reject(new CallError(error.code, error.details, error));
      },
    );
  });
}
