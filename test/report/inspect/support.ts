/** What the tests of `inspect` share: every message of the vectors, and how a tree of fields must agree with what was decoded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fromHex, hex } from '../../../src/mls/bytes.ts';
import { decode } from '../../../src/mls/wire/presentation-language.ts';
import { leavesOf, snakeCase, type Field } from '../../../src/report/inspect/inspection.ts';
import { extensionBodies, type TypeName } from '../../../src/report/inspect/types.ts';
import { dataJson, projectRoot } from '../../support/data.ts';

interface Message {
  /** File, case and field. */
  readonly name: string;
  readonly as: TypeName;
  readonly bytes: Uint8Array;
}

type Json = any;

/** The fields of the vector files that hold messages or structs, and as what. */
const fields: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  messages: {
    mls_welcome: 'MLSMessage',
    mls_group_info: 'MLSMessage',
    mls_key_package: 'MLSMessage',
    public_message_application: 'MLSMessage',
    public_message_proposal: 'MLSMessage',
    public_message_commit: 'MLSMessage',
    private_message: 'MLSMessage',
    ratchet_tree: 'RatchetTree',
    group_secrets: 'GroupSecrets',
    add_proposal: 'Add',
    update_proposal: 'Update',
    remove_proposal: 'Remove',
    pre_shared_key_proposal: 'PreSharedKey',
    re_init_proposal: 'ReInit',
    external_init_proposal: 'ExternalInit',
    group_context_extensions_proposal: 'GroupContextExtensions',
    commit: 'Commit',
  },
  welcome: { key_package: 'MLSMessage', welcome: 'MLSMessage' },
  'message-protection': { proposal: 'Proposal', proposal_priv: 'MLSMessage', proposal_pub: 'MLSMessage', commit: 'Commit', commit_priv: 'MLSMessage', commit_pub: 'MLSMessage', application_priv: 'MLSMessage' },
  'tree-operations': { proposal: 'Proposal', tree_before: 'RatchetTree', tree_after: 'RatchetTree' },
  'transcript-hashes': { authenticated_content: 'AuthenticatedContent' },
  'passive-client-welcome': { welcome: 'MLSMessage', key_package: 'MLSMessage', ratchet_tree: 'RatchetTree' },
  'passive-client-handling-commit': { welcome: 'MLSMessage', key_package: 'MLSMessage', ratchet_tree: 'RatchetTree' },
};

/** One of the project's own vector files. */
export const ownJson = (file: string): Json[] => JSON.parse(readFileSync(join(projectRoot, 'test/vectors/data', `${file}.json`), 'utf8'));

export const vectorFiles = Object.keys(fields);

/** Every message in a file of vectors; undefined when the official file is not on this machine. */
export function messagesOf(file: string, source: 'official' | 'own'): Message[] | undefined {
  const cases: Json[] | undefined = source === 'own' ? ownJson(file) : dataJson('vectors', `${file}.json`);
  return cases?.flatMap((vector, i) => {
    const direct = Object.entries(fields[file]!).flatMap(([field, as]) => (vector[field] == null ? [] : [{ name: `${file}[${i}].${field}`, as, bytes: fromHex(vector[field]) }]));
    const commits: string[] = (vector.epochs ?? []).flatMap((epoch: Json) => [...epoch.proposals, epoch.commit]);
    return [...direct, ...commits.map((text, at): Message => ({ name: `${file}[${i}] handshake ${at}`, as: 'MLSMessage', bytes: fromHex(text) }))];
  });
}

/** The leaves follow each other from the first octet to the last, each child within its parent. */
export function expectTiles(tree: Field, length: number): void {
  let at = 0;
  for (const leaf of leavesOf(tree)) {
    if (leaf.start !== at || leaf.end < leaf.start) throw new Error(`${leaf.name} begins at ${leaf.start}, the leaf before it ends at ${at}`);
    at = leaf.end;
  }
  expect(at).toBe(length);
  expectNested(tree);
}

function expectNested(field: Field): void {
  const { children } = field;
  if (children === undefined) return;
  if (children.length === 0 || children[0]!.start !== field.start || children.at(-1)!.end !== field.end) throw new Error(`the children of ${field.name} are not all of it`);
  children.forEach(expectNested);
}

/** The fields have the names and values of what the codec gives, in its order, and nothing besides. */
export function expectAgrees(field: Field, value: unknown): void {
  const found = (field.children ?? []).filter(({ framing }) => framing === undefined);
  const differs = (expected: unknown): never => {
    throw new Error(`${field.name} (${field.type}) shows ${JSON.stringify({ value: field.value, label: field.label })}, decoded is ${String(expected)}`);
  };
  if (field.type === 'struct') differs('a struct without its RFC name');
  if (value instanceof Uint8Array) return expectOctets(field, value);
  if (typeof value === 'number' && field.value !== value) differs(value);
  if (typeof value === 'bigint' && field.value !== String(value)) differs(value);
  if (typeof value === 'string' && (field.label !== value || typeof field.value !== 'number')) differs(value);
  if (value === undefined && field.label !== 'absent' && field.label !== 'blank') differs(value);
  const expected = Array.isArray(value) ? value.map((element, i) => [`[${i}]`, element] as const) : typeof value === 'object' ? membersOf(value!) : [];
  if (found.map(({ name }) => name).join() !== expected.map(([name]) => name).join()) differs(expected.map(([name]) => name));
  expected.forEach(([, member], i) => {
    const child = found[i]!;
    if (child.name === 'extension_data') expectExtension(child, value as { extensionType: number; extensionData: Uint8Array });
    else expectAgrees(child, member);
  });
}

/** What the codec says of a custom proposal is not in its octets. */
const membersOf = (value: object): (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([name, member]) => (name === 'proposalType' && member === 'custom' ? [] : [[snakeCase(name), member] as const]));

function expectOctets(field: Field, value: Uint8Array): void {
  if (field.value !== hex(value) || field.end - field.start !== field.header! + value.length) throw new Error(`${field.name} shows ${field.value} (header ${field.header}), decoded is ${hex(value)}`);
}

function expectExtension(field: Field, { extensionType, extensionData }: { readonly extensionType: number; readonly extensionData: Uint8Array }): void {
  const body = extensionBodies.get(extensionType);
  if (body === undefined || field.children === undefined) return expectOctets(field, extensionData);
  const [header, ...rest] = field.children;
  expect([header!.name, header!.value]).toEqual(['length', extensionData.length]);
  const value = decode(body.codec, extensionData, body.name);
  if (Array.isArray(value)) expectAgrees(rest[0]!, value);
  else expectAgrees({ ...field, children: rest }, value);
}
