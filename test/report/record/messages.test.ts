import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { byteFields } from '../../../src/report/html/fields.ts';
import { asBytes, asText, given, made, messageFields } from '../../../src/report/record/messages.ts';
import { allRpcs } from '../../../src/runner/doctor/probes.ts';
import { rpcName } from '../../../src/runner/implementation.ts';

const proto = readFileSync(new URL('../../../proto/mls_client.proto', import.meta.url), 'utf8').replace(/\/\/.*$/gm, '');

interface ProtoField {
  readonly repeated: boolean;
  readonly type: string;
  readonly name: string;
}

const messages = new Map<string, readonly ProtoField[]>(
  [...proto.matchAll(/^message (\w+) \{([^}]*)\}/gm)].map(([, name, body]) => [name!, [...body!.matchAll(/(repeated )?(\w+) (\w+) = \d+;/g)].map(([, repeated, type, field]) => ({ repeated: repeated !== undefined, type: type!, name: field! }))]),
);
const rpcs = [...proto.matchAll(/rpc (\w+)\((\w+)\) returns \((\w+)\)/g)].map(([, rpc, request, response]) => ({ rpc: rpc!, request: request!, response: response! }));

/** A message in which every field of type bytes has its own path in it. */
function filled(message: string, path = ''): object {
  return Object.fromEntries(
    messages.get(message)!.flatMap(({ repeated, type, name }) => {
      if (type !== 'bytes' && !messages.has(type)) return [];
      const value = type === 'bytes' ? `${path}${name}` : filled(type, `${path}${name}.`);
      return [[name, repeated ? [value] : value]];
    }),
  );
}

const textsIn = (value: unknown): string[] => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []);
/** A field of such a name holds a message wherever it is. */
const holdMessages = (message: string): string[] => textsIn(filled(message)).filter((path) => messageFields.includes(path.slice(path.lastIndexOf('.') + 1)));

test('the interface has been read', () => {
  expect(rpcs.map(({ rpc }) => rpc)).toEqual(allRpcs.map(rpcName));
  expect(textsIn(filled('CommitRequest'))).toContain('by_value.key_package');
});

test.each(rpcs)('of $rpc all messages that it carries are known', ({ rpc, request, response }) => {
  expect(given(rpc, filled(request), asText).map(({ message }) => message).toSorted()).toEqual(holdMessages(request).toSorted());
  expect(made(rpc, filled(response), asText).map(({ message }) => message).toSorted()).toEqual(holdMessages(response).toSorted());
});

test('every field of type bytes is of a kind that a reader can be shown', () => {
  const names = new Set([...messages.values()].flatMap((fields) => fields.filter(({ type }) => type === 'bytes').map(({ name }) => name)));
  expect([...names].filter((name) => !byteFields.has(name))).toEqual([]);
  expect([...byteFields.keys()].filter((name) => !names.has(name))).toEqual([]);
});

test('messages of a call that is under way have the names of TypeScript, and stand in the order of the table', () => {
  const [keyPackage, proposal] = [Uint8Array.of(1), Uint8Array.of(2)];
  expect(given('Commit', { byReference: [proposal, new Uint8Array()], byValue: [{ keyPackage }] }, asBytes)).toEqual([{ kind: 'key_package', message: keyPackage }, { kind: 'proposal', message: proposal }]);
  expect(made('Commit', undefined, asBytes)).toEqual([]);
  expect(given('Free', { state_id: 1 }, asBytes)).toEqual([]);
});
