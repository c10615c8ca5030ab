/** Names of numbers. */
import { expect, test } from 'vitest';
import { cipherSuites } from '../../../src/mls/crypto/suites.ts';
import { greaseValues } from '../../../src/mls/wire/registries.ts';
import { codePoint } from '../../../src/report/inspect/code-points.ts';

test('every suite that the engine has goes by its name there', () => {
  expect(cipherSuites.map(({ id }) => codePoint('CipherSuite', id))).toEqual(cipherSuites.map(({ name }) => name));
});

test.each<[string, number, string | undefined]>([
  ['ProtocolVersion', 1, 'mls10'],
  ['ProtocolVersion', 2, 'unknown'],
  ['CipherSuite', 0, 'reserved'],
  ['CipherSuite', 8, 'unknown'],
  ['CipherSuite', 0xf000, 'private use'],
  ['ExtensionType', 2, 'ratchet_tree'],
  ['ExtensionType', 10, 'last_resort'],
  ['ExtensionType', 0xefff, 'unknown'],
  ['ProposalType', 7, 'group_context_extensions'],
  ['CredentialType', 2, 'x509'],
  ['CredentialType', 0xffff, 'private use'],
  ['CredentialType', 0xfafa, 'private use'],
  ['uint16', 1, undefined],
])('%s %s is %s', (type, number, name) => {
  expect(codePoint(type, number)).toBe(name);
});

test('all GREASE numbers are marked, in every registry but that of versions', () => {
  for (const type of ['CipherSuite', 'ExtensionType', 'ProposalType', 'CredentialType']) expect(new Set(greaseValues.map((number) => codePoint(type, number)))).toEqual(new Set(['GREASE']));
  expect(codePoint('ProtocolVersion', greaseValues[0]!)).toBe('unknown');
});
