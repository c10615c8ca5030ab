/** One implementation under test: the gRPC client of its MLSClient service. */
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { MLSClientService } from '../generated/mls_client.ts';

export type Rpc = keyof typeof MLSClientService;
export type RequestOf<R extends Rpc> = Parameters<(typeof MLSClientService)[R]['requestSerialize']>[0];
export type ResponseOf<R extends Rpc> = ReturnType<(typeof MLSClientService)[R]['responseDeserialize']>;

/** The name of an rpc as the proto file spells it, such as `StorePSK`. */
export const rpcName = (rpc: Rpc): string => MLSClientService[rpc].path.slice(MLSClientService[rpc].path.lastIndexOf('/') + 1);

export interface Implementation {
  /** What the user calls it: the NAME of `--client NAME=HOST:PORT`. */
  readonly label: string;
  /** What it calls itself. */
  readonly name: string;
  readonly address: string;
  readonly suites: ReadonlySet<number>;
  /** Further processes of the same implementation, under the same label. */
  readonly replicas: readonly Implementation[];
  /** How many cases may use one process at a time, when it says so itself. */
  readonly jobs?: number;
  /** Starts the process anew after a crash, where the runner started it. */
  restart?(): Promise<void>;
  /** @throws CallError */
  call<R extends Rpc>(rpc: R, request: RequestOf<R>): Promise<ResponseOf<R>>;
  close(): void;
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
export async function connect({ label, address }: ClientAddress, deadlines: Deadlines): Promise<Implementation> {
  const client = new Client(address, credentials.createInsecure(), channelOptions);
  const call = <R extends Rpc>(rpc: R, request: RequestOf<R>, deadline = deadlines.call): Promise<ResponseOf<R>> =>
    unary(client, rpc, request, deadline);

  try {
    const before = Date.now();
    await ready(client, deadlines.connect);
    const left = () => Math.max(1, deadlines.connect - (Date.now() - before));
    const { name } = await call('name', {}, left());
    const { ciphersuites } = await call('supportedCiphersuites', {}, left());
    return { label, name, address, suites: new Set(ciphersuites), replicas: [], call, close: () => client.close() };
  } catch (error) {
    client.close();
    const reason = error instanceof CallError ? error.message : `no connection within ${deadlines.connect / 1000} s`;
    throw new Unreachable(`${label} at ${address}: ${reason}`, { cause: error });
  }
}

/**
 * Connects to all at once. Addresses with one label are processes of one implementation: a case uses one of them.
 * @throws Unreachable of the first that fails; connections to the others are closed
 */
export async function connectAll(addresses: readonly ClientAddress[], deadlines: Deadlines): Promise<Implementation[]> {
  const attempts = await Promise.allSettled(addresses.map((address) => connect(address, deadlines)));
  const connected = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  if (failed === undefined) return grouped(connected);
  for (const implementation of connected) implementation.close();
  throw failed.reason;
}

/** The first process of each label, with the others as its replicas. */
const grouped = (connected: readonly Implementation[]): Implementation[] =>
  [...Map.groupBy(connected, ({ label }) => label).values()].map(([first, ...replicas]) => ({
    ...first!,
    replicas,
    close: () => [first!, ...replicas].forEach((process) => process.close()),
  }));

function ready(client: Client, deadline: number): Promise<void> {
  return new Promise((resolve, reject) => client.waitForReady(Date.now() + deadline, (error) => (error ? reject(error) : resolve())));
}

function unary<R extends Rpc>(client: Client, rpc: R, request: RequestOf<R>, deadline: number): Promise<ResponseOf<R>> {
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
