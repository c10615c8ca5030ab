/** Which MLS messages a call hands over and which its answer holds, by rpc. */
import { status } from '@grpc/grpc-js';
import { snakeCase } from '../../report/inspect/inspection.ts';
import type { MessageKind } from '../../report/record/record.ts';

export interface Carried<T> {
  readonly kind: MessageKind;
  readonly message: T;
}

type Fields = { readonly [field: string]: unknown };
type Table = { readonly [rpc: string]: readonly (readonly [field: string, kind: MessageKind])[] };

const proposalOut = [['proposal', 'proposal']] as const;
const commitOut = [['commit', 'commit'], ['welcome', 'welcome']] as const;
const reinitOut = [['keyPackage', 'key_package']] as const;

const answers: Table = {
  CreateKeyPackage: [['keyPackage', 'key_package']],
  ExternalJoin: [['commit', 'commit']],
  GroupInfo: [['groupInfo', 'group_info']],
  Protect: [['ciphertext', 'application']],
  AddProposal: proposalOut,
  UpdateProposal: proposalOut,
  RemoveProposal: proposalOut,
  ExternalPSKProposal: proposalOut,
  ResumptionPSKProposal: proposalOut,
  GroupContextExtensionsProposal: proposalOut,
  Commit: commitOut,
  ReInitProposal: proposalOut,
  ReInitCommit: commitOut,
  HandlePendingReInitCommit: reinitOut,
  HandleReInitCommit: reinitOut,
  ReInitWelcome: [['welcome', 'welcome']],
  CreateBranch: [['welcome', 'welcome']],
  NewMemberAddProposal: proposalOut,
  AddExternalSigner: proposalOut,
  ExternalSignerProposal: proposalOut,
};

const commitIn = [['byValue.keyPackage', 'key_package'], ['byReference', 'proposal']] as const;
const handleCommitIn = [['proposal', 'proposal'], ['commit', 'commit']] as const;

/** What a refusal is most likely about stands last. */
const requests: Table = {
  JoinGroup: [['welcome', 'welcome']],
  ExternalJoin: [['groupInfo', 'group_info']],
  Unprotect: [['ciphertext', 'application']],
  AddProposal: [['keyPackage', 'key_package']],
  Commit: commitIn,
  HandleCommit: handleCommitIn,
  ReInitCommit: commitIn,
  HandleReInitCommit: handleCommitIn,
  ReInitWelcome: [['keyPackage', 'key_package']],
  HandleReInitWelcome: [['welcome', 'welcome']],
  CreateBranch: [['keyPackages', 'key_package']],
  HandleBranch: [['welcome', 'welcome']],
  NewMemberAddProposal: [['groupInfo', 'group_info']],
  ExternalSignerProposal: [['description.keyPackage', 'key_package'], ['groupInfo', 'group_info']],
};

/** The messages that the answer to a call holds. @param message what stands for a message: bytes, or base64 */
export const made = <T>(rpc: string, response: object | undefined, message: (value: unknown) => T | undefined): Carried<T>[] => pick(answers[rpc], response, message);

/** The messages that a call hands to its actor; what a refusal is most likely about stands last. */
export const given = <T>(rpc: string, request: object, message: (value: unknown) => T | undefined): Carried<T>[] => pick(requests[rpc], request, message);

/** A message as bytes; an empty field is none. */
export const asBytes = (value: unknown): Uint8Array | undefined => (value instanceof Uint8Array && value.length > 0 ? value : undefined);

/** Whether a call that ended so was refused: the peer did its work and said no. */
export const isRefusal = (code: number | string): boolean => !notRefusals.has(typeof code === 'number' ? code : (status as unknown as Record<string, number>)[code]!);
const notRefusals = new Set<number>([status.CANCELLED, status.DEADLINE_EXCEEDED, status.UNIMPLEMENTED, status.UNAVAILABLE]);

function pick<T>(rows: Table[string] | undefined, from: object | undefined, message: (value: unknown) => T | undefined): Carried<T>[] {
  if (rows === undefined || from === undefined) return [];
  return rows.flatMap(([field, kind]) =>
    valuesAt(from as Fields, field.split('.')).flatMap((value) => {
      const found = message(value);
      return found === undefined ? [] : [{ kind, message: found }];
    }),
  );
}

/** All values at a path; a list on the way stands for each of its items. */
function valuesAt(from: Fields, [field, ...rest]: readonly string[]): unknown[] {
  const value = from[field!] ?? from[snakeCase(field!)];
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  if (rest.length === 0) return values;
  return values.flatMap((each) => (typeof each === 'object' && each !== null ? valuesAt(each as Fields, rest) : []));
}

/** As a record of a run spells it. */
