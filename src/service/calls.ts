/**
 * From a gRPC call to a handler and back: decoding, the bound on calls, the time a call may take, the status of a failure,
 * the line in the log. Bytes go through gRPC undecoded, so that a request that does not decode is INVALID_ARGUMENT (gRPC's own
 * answer would be INTERNAL).
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { status, type handleUnaryCall, type MethodDefinition, type ServerUnaryCall, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { MLSClientService } from '../generated/mls_client.ts';
import type { ServiceLog } from './log.ts';
import type { ServiceLimits } from './options.ts';
import { wipeSecrets } from './secret-fields.ts';
import type { Caller } from './states.ts';
import { ServiceError, statusOf } from './status.ts';

type Methods = typeof MLSClientService;
export type Rpc = keyof Methods;
export type Request<R extends Rpc> = ReturnType<Methods[R]['requestDeserialize']>;
export type Response<R extends Rpc> = Parameters<Methods[R]['responseSerialize']>[0];

/** What a handler knows of its call beside the request. */
export interface Call extends Caller {
  /** Reports something tolerated; see ServiceLog. */
  notice(kind: string, message: string): void;
}
export type Handler<R extends Rpc> = (request: Request<R>, call: Call) => Promise<Response<R>> | Response<R>;
export type Handlers = { readonly [R in Rpc]: Handler<R> };

export interface CallOptions {
  readonly limits: ServiceLimits;
  readonly log: ServiceLog;
}

/** What grpc-js wants of a service, and how many calls it is working on. */
export interface Calls {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  readonly active: number;
  /**
   * Answers all that wait for an answer, with UNAVAILABLE and `why`; their changes are not made.
   * @returns how many these are
   */
  cutOff(why: string): number;
}

export function servedCalls(handlers: Handlers, options: CallOptions): Calls {
  const rpcs = Object.keys(MLSClientService) as Rpc[];
  const load: Load = { active: 0, cutOffs: new Set() };
  return {
    definition: Object.fromEntries(rpcs.map((rpc) => [rpc, undecoded(MLSClientService[rpc])])),
    implementation: Object.fromEntries(rpcs.map((rpc) => [rpc, unary(rpc, handlers[rpc] as UntypedHandler, { ...options, load })])),
    get active() {
      return load.active;
    },
    cutOff(why) {
      const waiting = [...load.cutOffs];
      for (const cutOff of waiting) cutOff(why);
      return waiting.length;
    },
  };
}

type UntypedHandler = (request: object, call: Call) => Promise<object> | object;
type UntypedMethod = MethodDefinition<object, object>;
interface Load {
  active: number;
  /** Of each call that waits for its answer. */
  readonly cutOffs: Set<(why: string) => void>;
}
interface Context extends CallOptions {
  readonly load: Load;
}

const asItIs = (bytes: Buffer): Buffer => bytes;
const undecoded = (method: Methods[Rpc]): MethodDefinition<Buffer, Buffer> => ({
  path: method.path,
  requestStream: false,
  responseStream: false,
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
});

// setTimeout takes no longer one.
const longestTimer = 2 ** 31 - 1;

/** Answers each call exactly once, and logs it once. */
function unary(rpc: Rpc, handler: UntypedHandler, { limits, log, load }: Context): handleUnaryCall<Buffer, Buffer> {
  const method = MLSClientService[rpc] as unknown as UntypedMethod;
  const name = method.path.slice(method.path.lastIndexOf('/') + 1);

  return (grpcCall, callback) => {
    const start = performance.now();
    let id: number | undefined;
    let answered = false;
    const answer = (outcome: { readonly response: Buffer } | { readonly error: unknown }): void => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      load.cutOffs.delete(cutOff);
      const failed = 'error' in outcome ? statusOf(outcome.error) : undefined;
      if (failed?.code === status.INTERNAL) log.bug(name, (outcome as { error: unknown }).error);
      log.call({
        rpc: name,
        id,
        status: status[failed?.code ?? status.OK],
        ms: Math.round((performance.now() - start) * 100) / 100,
        in: grpcCall.request.length,
        out: 'response' in outcome ? outcome.response.length : 0,
        error: failed?.details,
      });
      if ('response' in outcome) callback(null, outcome.response);
      else callback({ ...failed });
    };

    const wanted = watch(grpcCall, limits.maxCallSeconds);
    const timer = setTimeout(() => answer({ error: wanted.late() }), Math.min(limits.maxCallSeconds * 1000, longestTimer));
    grpcCall.on('cancelled', () => answer({ error: wanted.cancelled() }));
    const cutOff = (why: string): void => answer({ error: wanted.cutOff(why) });
    load.cutOffs.add(cutOff);

    const work = async (): Promise<Buffer> => {
      if (load.active >= limits.maxConcurrentCalls) {
        grpcCall.request.fill(0);
        throw new ServiceError('busy', `${load.active} calls are being worked on, as many as --max-concurrent-calls allows`);
      }
      load.active++;
      using wiped = new DisposableStack();
      try {
        const request = decodeRequest(method, grpcCall.request, limits);
        wiped.defer(() => wipeSecrets(request));
        id = idIn(request);
        const call: Call = { ensureWanted: wanted.ensure, notice: (kind, message) => log.notice(kind, `${name}: ${message}`) };
        const response = await handler(request, call);
        wiped.defer(() => wipeSecrets(response));
        return method.responseSerialize(response);
      } finally {
        load.active--;
      }
    };
    work().then(
      (response) => answer({ response }),
      (error: unknown) => answer({ error }),
    );
  };
}

// The key of a message is gone once it has opened it (R-9.2-01), so that an Unprotect cannot be made again.
const changed = 'its changes were not made, but a message that it opened cannot be opened again';

/** Follows whether anybody still waits for the answer of a call. */
function watch(call: ServerUnaryCall<Buffer, Buffer>, maxSeconds: number) {
  let gone: ServiceError | undefined;
  return {
    late: () => (gone ??= new ServiceError('late', `the call took longer than ${maxSeconds} s (--max-call-seconds); ${changed}`)),
    cancelled: () => (gone ??= new ServiceError('cancelled', `the caller went away; ${changed}`)),
    cutOff: (why: string) => (gone ??= new ServiceError('stopping', `${why}; ${changed}`)),
    ensure(): void {
      if (call.cancelled) gone ??= new ServiceError('cancelled', `the caller went away; ${changed}`);
      if (gone !== undefined) throw gone;
    },
  };
}

/** @throws ServiceError `request` for bytes that do not decode, `too_large` past `maxFields` or `maxNesting` */
function decodeRequest(method: UntypedMethod, bytes: Buffer, limits: ServiceLimits): object {
  // Not as a Buffer: `slice` of a Buffer is no copy, and the engine relies on the one of Uint8Array.
  const reader = new BoundedReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), limits);
  try {
    // The generated decoders take a reader as well as bytes; gRPC's type for them does not say so.
    return method.requestDeserialize(reader as unknown as Buffer);
  } catch (error) {
    // Nobody knows where in it a secret is.
    bytes.fill(0);
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('request', `the request does not decode: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Counts the numbers it reads: each field has one for its tag and most have another, their length or value. */
class BoundedReader extends BinaryReader {
  readonly #maxNesting: number;

  constructor(bytes: Uint8Array, { maxFields, maxNesting }: ServiceLimits) {
    super(bytes);
    this.#maxNesting = maxNesting;
    const read = this.uint32;
    let left = 2 * maxFields;
    this.uint32 = () => {
      if (left-- <= 0) throw new ServiceError('too_large', `the request has more than ${maxFields} fields (--max-fields)`);
      return read.call(this);
    };
  }

  /** Passes over a field that the interface does not have, and calls itself for those inside it, with one level less left. */
  override skip(wireType: WireType, fieldNo?: number, levels = this.#maxNesting): Uint8Array {
    if (wireType === WireType.StartGroup && levels <= 0) throw new ServiceError('too_large', `the request has groups more than ${this.#maxNesting} deep (--max-nesting)`);
    return super.skip(wireType, fieldNo, levels);
  }
}

const idFields = ['stateId', 'transactionId', 'reinitId', 'signerId', 'stateOrTransactionId'] as const;
function idIn(request: object): number | undefined {
  for (const field of idFields) {
    const value = (request as Record<string, unknown>)[field];
    if (typeof value === 'number') return value;
  }
  return undefined;
}
