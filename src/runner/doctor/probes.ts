/**
 * Asks every rpc of an implementation something that it has to refuse, to see whether there is an answer at all. The ids are
 * of nobody, so no state of anybody who uses the same server is touched. Three rpcs need no id and succeed: of what they make
 * the group is freed, a KeyPackage and an external signer stay.
 */
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { MLSClientService, ProposalDescription } from '../../generated/mls_client.ts';
import { CallError, type Implementation, type RequestOf, type Rpc } from '../implementation.ts';

/**
 * - `yes`: it answered, be it with a refusal
 * - `no`: UNIMPLEMENTED
 * - `broken`: it crashed, hung or dropped the call
 * - `not asked`: the server no longer answers since an earlier probe
 */
export type Answer = 'yes' | 'no' | 'broken' | 'not asked';

export interface Probe {
  readonly rpc: Rpc;
  readonly answer: Answer;
  /** Name of the gRPC status. */
  readonly code?: string;
  readonly message?: string;
  /** What its process wrote meanwhile, when the probe broke something. */
  readonly output?: string;
}

export const allRpcs = Object.keys(MLSClientService) as readonly Rpc[];

/** Probes all rpcs in the order of the proto file. After one that breaks the server it is started anew, when it is ours to start. */
export async function probeAll(implementation: Implementation): Promise<Probe[]> {
  const probes: Probe[] = [];
  let isLost = false;
  for (const rpc of allRpcs) {
    if (isLost) {
      probes.push({ rpc, answer: 'not asked' });
      continue;
    }
    const probe = await probeOne(implementation, rpc);
    probes.push(probe);
    if (probe.answer === 'broken') isLost = !(await recovered(implementation, lastAnswered(probes)));
  }
  return probes;
}

const lastAnswered = (probes: readonly Probe[]): Rpc => probes.findLast(({ answer }) => answer === 'yes')?.rpc ?? 'name';

/** Whether the implementation works as before: an rpc that did answer has to answer again, since a lock may be held for ever. */
async function recovered(implementation: Implementation, witness: Rpc): Promise<boolean> {
  if (implementation.restart === undefined) return (await probeOne(implementation, witness)).answer === 'yes';
  return implementation.restart().then(
    () => true,
    () => false,
  );
}

async function probeOne(implementation: Implementation, rpc: Rpc): Promise<Probe> {
  const from = implementation.process?.written ?? 0;
  try {
    const response = await implementation.call(rpc, harmlessRequest(rpc, implementation));
    if (rpc === 'createGroup') await implementation.call('free', { stateId: (response as { stateId: number }).stateId }).catch(() => undefined);
    return { rpc, answer: 'yes', code: 'OK' };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const answer = answerOf(error);
    const probe = { rpc, answer, code: status[error.code], message: error.details };
    const output = answer === 'broken' ? (implementation.process?.output(from) ?? '').trim() : '';
    return output === '' ? probe : { ...probe, output };
  }
}

function answerOf({ code, details }: CallError): Answer {
  switch (code) {
    case status.UNIMPLEMENTED:
      return 'no';
    case status.UNAVAILABLE:
    case status.CANCELLED:
    case status.DEADLINE_EXCEEDED:
      return 'broken';
    // What gRPC itself makes of a stream that a dying handler resets.
    case status.INTERNAL:
      return /RST_STREAM/.test(details) ? 'broken' : 'yes';
    default:
      return 'yes';
  }
}

/** Fits into a signed number of 32 bits, and no server counts that far. */
const unknownId = 0x7fff_fff7;
const idFields = ['stateId', 'transactionId', 'reinitId', 'signerId', 'stateOrTransactionId'];

/** A request with nothing in it but an id of nobody, a suite that is listed, and what would be a wrong question if it were missing. */
export function harmlessRequest<R extends Rpc>(rpc: R, { suites }: Pick<Implementation, 'suites'>): RequestOf<R> {
  const empty = MLSClientService[rpc].requestDeserialize(Buffer.alloc(0));
  const [suite = 1] = suites;
  const fields: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(idFields.map((field) => [field, unknownId])),
    cipherSuite: suite,
    groupId: Buffer.from(randomUUID()),
    identity: Buffer.from('doctor'),
    keyLength: 32,
    description: ProposalDescription.fromPartial({ proposalType: Buffer.from('add') }),
  };
  return Object.fromEntries(Object.entries(empty).map(([field, value]) => [field, fields[field] ?? value])) as RequestOf<R>;
}

