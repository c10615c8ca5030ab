/** A client of the service with promises, for tests. */
import { credentials, type ChannelCredentials, type ClientOptions, type ServiceError } from '@grpc/grpc-js';
import { MLSClientClient, MLSClientService } from '../../../src/generated/mls_client.ts';
import type { Request, Response, Rpc } from '../../../src/service/calls.ts';

export interface TestClient extends Disposable {
  readonly raw: MLSClientClient;
  call<R extends Rpc>(rpc: R, request?: Partial<Request<R>>, options?: { readonly deadline?: number; readonly signal?: AbortSignal }): Promise<Response<R>>;
  /** The status and message that a call fails with; fails itself when the call succeeds. */
  failure<R extends Rpc>(rpc: R, request?: Partial<Request<R>>): Promise<{ readonly code: number; readonly details: string }>;
  /** Sends bytes that need not be a request. */
  send(rpc: Rpc, bytes: Uint8Array): Promise<Buffer>;
}

// Longer than any test may take: how fast the machine is decides nothing. A program without a time limit ends by it.
const longestCall = 600_000;

const unlimited: ClientOptions = { 'grpc.max_receive_message_length': -1, 'grpc.use_local_subchannel_pool': 1 };

export function connect(address: string, security: ChannelCredentials = credentials.createInsecure(), options: ClientOptions = {}): TestClient {
  const raw = new MLSClientClient(address, security, { ...unlimited, ...options });
  const unary = (rpc: Rpc, bytes: Buffer, { deadline, signal }: { readonly deadline?: number; readonly signal?: AbortSignal } = {}): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const sent = raw.makeUnaryRequest(
        MLSClientService[rpc].path,
        (b: Buffer) => b,
        (b: Buffer) => b,
        bytes,
        { deadline: deadline ?? Date.now() + longestCall },
        (error: ServiceError | null, response?: Buffer) => (error === null ? resolve(response!) : reject(error)),
      );
      signal?.addEventListener('abort', () => sent.cancel());
    });
  const call: TestClient['call'] = async (rpc, request = {}, options) => {
    const method = MLSClientService[rpc];
    // an empty request, filled up with what the test gives
    const bytes = (method.requestSerialize as (value: unknown) => Buffer)({ ...method.requestDeserialize(Buffer.alloc(0)), ...request });
    return method.responseDeserialize(await unary(rpc, bytes, options)) as never;
  };
  return {
    raw,
    call,
    failure: (rpc, request) =>
      call(rpc, request).then(
        () => Promise.reject(new Error(`${rpc} succeeded`)),
        ({ code, details }: ServiceError) => ({ code, details }),
      ),
    send: (rpc, bytes) => unary(rpc, Buffer.from(bytes)),
    [Symbol.dispose]: () => raw.close(),
  };
}
