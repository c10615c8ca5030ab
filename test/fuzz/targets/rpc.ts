/**
 * The handlers of the service, called as gRPC calls them but without a socket. An input is one call or several: a byte that names
 * the rpc, two for the length of its request, and the request in protobuf. Each input meets the same states under the same ids:
 * what an input changes is put back.
 */
import { status } from '@grpc/grpc-js';
import { MLSClientService } from '../../../src/generated/mls_client.ts';
import { concat, empty } from '../../../src/mls/bytes.ts';
import type { Random } from '../../../src/runner/random.ts';
import { servedCalls, type Request, type Response, type Rpc } from '../../../src/service/calls.ts';
import { mutatedMessage } from '../mutate-messages.ts';
import { mutatedValue } from '../mutate-values.ts';
import { Finding, holds, skipped, type Outcome, type Target } from '../target.ts';
import { makeServiceWorld, type Service, type ServiceWorld } from './service-world.ts';

const rpcs = Object.keys(MLSClientService) as Rpc[];

/** Answers that say that the service is at fault. */
const faults: readonly number[] = [status.INTERNAL, status.UNKNOWN, status.DEADLINE_EXCEEDED, status.UNAVAILABLE, status.ABORTED];

interface Answer {
  readonly code: status;
  readonly details: string;
  readonly response?: Buffer;
}

/** One call, as the server makes it. */
function answered({ handlers, limits, bugs }: Service, rpc: Rpc, request: Uint8Array): Promise<Answer> {
  const log = { call() {}, notice() {}, info() {}, bug: (_rpc: string, error: unknown) => void bugs.push(error) };
  const { implementation } = servedCalls(handlers, { limits, log });
  const call = { request: Buffer.from(request), cancelled: false, on() {} };
  return new Promise((resolve) => {
    (implementation[rpc] as unknown as (call: object, callback: (error: Answer | null, response?: Buffer) => void) => void)(call, (error, response) => {
      resolve(error ?? { code: status.OK, details: '', response: response! });
    });
  });
}

interface Asked {
  readonly rpc: Rpc;
  readonly request: Uint8Array;
}

const mostCalls = 6;

/** A length that is too long takes what is left. */
function callsIn(input: Uint8Array): Asked[] {
  const calls: Asked[] = [];
  for (let at = 0; at + 3 <= input.length && calls.length < mostCalls; ) {
    const end = Math.min(input.length, at + 3 + ((input[at + 1]! << 8) | input[at + 2]!));
    calls.push({ rpc: rpcs[input[at]! % rpcs.length]!, request: input.slice(at + 3, end) });
    at = end;
  }
  return calls;
}

const inputOf = (calls: readonly Asked[]): Uint8Array =>
  concat(...calls.flatMap(({ rpc, request }) => [Uint8Array.of(rpcs.indexOf(rpc), request.length >> 8, request.length & 0xff), request]));

async function run(world: ServiceWorld, input: Uint8Array): Promise<Outcome> {
  const calls = callsIn(input);
  if (calls.length === 0) return skipped;
  const service = await world.restored();
  let last: { readonly code: status; readonly feature: string } | undefined;
  for (const { rpc, request } of calls) {
    const { code, details } = await answered(service, rpc, request);
    if (service.bugs.length > 0) throw service.bugs.pop();
    if (faults.includes(code)) throw new Finding(`${rpc} answers ${status[code]}: ${details}`);
    holds(code === status.OK || details.length > 0, `${rpc} answers ${status[code]} without saying why`);
    last = { code, feature: /^R-[\d.]+-\d+/.exec(details)?.[0] ?? `${rpc} ${status[code]}` };
  }
  return { verdict: last!.code === status.OK ? 'accepted' : 'refused', feature: last!.feature };
}

type Method = { requestSerialize(value: object): Buffer; requestDeserialize(bytes: Uint8Array): object };
const methodOf = (rpc: Rpc): Method => MLSClientService[rpc] as unknown as Method;

/** One of the calls changed; now and then calls of another input before it. */
function restructured(input: Uint8Array, { random, other }: { readonly random: Random; readonly other: Uint8Array }, things: object): Uint8Array | undefined {
  const calls = callsIn(input);
  if (calls.length === 0) return undefined;
  const at = random.below(calls.length);
  const { rpc, request } = calls[at]!;
  const method = methodOf(rpc);
  const mutated = mutatedValue(method.requestDeserialize(request), { random, other: things, mutate: (bytes) => mutatedMessage(bytes, random) });
  const changed = calls.with(at, { rpc, request: method.requestSerialize(mutated) });
  return inputOf(random.below(4) === 0 ? [...callsIn(other), ...changed] : changed);
}

export async function rpcTarget(): Promise<Target> {
  const world = await makeServiceWorld(call);
  const seed = ([rpc, request]: readonly [Rpc, object]): Uint8Array => {
    const method = methodOf(rpc);
    return inputOf([{ rpc, request: method.requestSerialize({ ...method.requestDeserialize(empty), ...request }) }]);
  };
  return {
    name: 'rpc',
    covers: /\/src\/(service|mls\/(group|epoch|tree))\//,
    seeds: world.requests.flatMap((request, i) => {
      // A Commit of one's own is entered by the request after the next.
      const entering = request[0] === 'commit' ? [seed(['handlePendingCommit', { stateId: (request[1] as Request<'commit'>).stateId }])] : request[0] === 'reInitCommit' ? [seed(world.requests[i + 1]!)] : [];
      return [seed(request), ...entering.map((next) => concat(seed(request), next))];
    }),
    restructured: (input, by) => restructured(input, by, world.things),
    run: (input) => world.atItsTime(() => run(world, input)),
  };
}

/** A call of the history that makes the world; it must succeed. */
async function call<R extends Rpc>(service: Service, rpc: R, request: Partial<Request<R>>): Promise<Response<R>> {
  const method = methodOf(rpc);
  const { response, details } = await answered(service, rpc, method.requestSerialize({ ...method.requestDeserialize(empty), ...request }));
  if (response === undefined) throw new Error(`${rpc}: ${details}`);
  return MLSClientService[rpc].responseDeserialize(response) as Response<R>;
}
