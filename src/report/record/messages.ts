/** Which MLS messages the calls of the interop interface hand over and which their answers hold, by rpc. */
import type { MessageKind } from './record.ts';

export interface Carried<T> {
  readonly kind: MessageKind;
  readonly message: T;
}

/** Fields as the proto file spells them; a dot goes into a message, and into each item of a list. */
type Table = { readonly [rpc: string]: readonly (readonly [field: string, kind: MessageKind])[] };

const proposalOut = [['proposal', 'proposal']] as const;
const commitOut = [['commit', 'commit'], ['welcome', 'welcome']] as const;
const reinitOut = [['key_package', 'key_package']] as const;

const answers: Table = {
  CreateKeyPackage: [['key_package', 'key_package']],
  ExternalJoin: [['commit', 'commit']],
  GroupInfo: [['group_info', 'group_info']],
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

const commitIn = [['by_value.key_package', 'key_package'], ['by_reference', 'proposal']] as const;
const handleCommitIn = [['proposal', 'proposal'], ['commit', 'commit']] as const;

/** What a refusal is most likely about stands last. */
const requests: Table = {
  JoinGroup: [['welcome', 'welcome']],
  ExternalJoin: [['group_info', 'group_info']],
  Unprotect: [['ciphertext', 'application']],
  AddProposal: [['key_package', 'key_package']],
  Commit: commitIn,
  HandleCommit: handleCommitIn,
  ReInitCommit: commitIn,
  HandleReInitCommit: handleCommitIn,
  ReInitWelcome: [['key_package', 'key_package']],
  HandleReInitWelcome: [['welcome', 'welcome']],
  CreateBranch: [['key_packages', 'key_package']],
  HandleBranch: [['welcome', 'welcome']],
  NewMemberAddProposal: [['group_info', 'group_info']],
  ExternalSignerProposal: [['description.key_package', 'key_package'], ['group_info', 'group_info']],
};

/** The names of all fields that hold a message. */
export const messageFields: readonly string[] = [
  ...new Set([answers, requests].flatMap((table) => Object.values(table).flatMap((rows) => rows.map(([field]) => field.slice(field.lastIndexOf('.') + 1))))),
];

/** The messages that the answer to a call holds. @param message what stands for a message: bytes, or base64 */
export const made = <T>(rpc: string, response: object | undefined, message: (value: unknown) => T | undefined): Carried<T>[] => pick(answers[rpc], response, message);

/** The messages that a call hands to its actor; what a refusal is most likely about stands last. */
export const given = <T>(rpc: string, request: object, message: (value: unknown) => T | undefined): Carried<T>[] => pick(requests[rpc], request, message);

/** A message of a call that is under way; an empty field is none. */
export const asBytes = (value: unknown): Uint8Array | undefined => (value instanceof Uint8Array && value.length > 0 ? value : undefined);

/** A message as a record has it; an empty field is none. */
export const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function pick<T>(rows: Table[string] | undefined, from: object | undefined, message: (value: unknown) => T | undefined): Carried<T>[] {
  if (rows === undefined || from === undefined) return [];
  return rows.flatMap(([field, kind]) =>
    valuesAt(from, field.split('.')).flatMap((value) => {
      const found = message(value);
      return found === undefined ? [] : [{ kind, message: found }];
    }),
  );
}

/** All values at a path; a list on the way stands for each of its items. */
function valuesAt(from: object, [field, ...rest]: readonly string[]): unknown[] {
  const fields = from as { readonly [field: string]: unknown };
  // A record has the names of the proto file, a call that is under way those of TypeScript.
  const value = fields[field!] ?? fields[camelCase(field!)];
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  if (rest.length === 0) return values;
  return values.flatMap((each) => (typeof each === 'object' && each !== null ? valuesAt(each, rest) : []));
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
