import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExpectationError, loadExpectations, parseExpectations } from '../../../src/report/expectations/expectation-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-expectations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const parse = (text: string) => parseExpectations('e/openmls.yaml', text).expectations;

test('a list of entries, with the lines at which they stand', () => {
  const { name, entries } = parse('# what openmls does not do\n\n- pattern: a/b\n  reason: x\n\n# and\n- reason: y\n  pattern: c/**\n  expires: 2026-01-31\n');
  expect(name).toBe('openmls');
  expect(entries.map(({ pattern, line, expires, tolerant }) => ({ pattern, line, expires, tolerant }))).toEqual([
    { pattern: 'a/b', line: 3, expires: undefined, tolerant: false },
    { pattern: 'c/**', line: 7, expires: '2026-01-31', tolerant: false },
  ]);
});

test('a mapping says something of all its entries', () => {
  expect(parse('flaky: true\nexpectations:\n  - pattern: a\n    reason: x\n').entries).toMatchObject([{ line: 3, tolerant: true }]);
});

test.each([
  ['nothing', ''],
  ['comments only', '# nothing yet\n'],
  ['an empty list', '[]\n'],
  ['a mapping without entries', 'expectations: []\n'],
])('a file of %s has no entries', (_, text) => {
  expect(parse(text).entries).toEqual([]);
});

test.each([
  ['no YAML', '- pattern: [a\n  reason: b\n', 'e/openmls.yaml:2: not YAML: '],
  ['a key twice', '- pattern: a\n  reason: b\n  reason: c\n', 'e/openmls.yaml:3: not YAML: Map keys must be unique'],
  ['an alias of nothing', '- pattern: a\n  reason: *b\n', 'e/openmls.yaml:2: not YAML: nothing before it has the anchor &b'],
  ['no reason', '- pattern: a\n  reason: x\n\n- pattern: b\n', 'e/openmls.yaml:4: 1.reason: is missing'],
  ['an unknown key', '- pattern: a\n  reason: b\n  owner: c\n', 'e/openmls.yaml:3: 0.owner: no such key; there are pattern, reason, issue, status, match, expires, flaky, may-pass'],
  ['a misspelt key', '- reason: b\n  patern: a\n', 'e/openmls.yaml:2: 0.patern: no such key; there are pattern, '],
  ['a misspelt key in a mapping', 'expectations:\n- patern: a\n  reason: b\n', 'e/openmls.yaml:2: expectations.0.patern: no such key; there are pattern, '],
  ['nothing in place of an entry', '-\n', 'e/openmls.yaml:1: 0: '],
  ['an empty reason', '- pattern: a\n  reason: ""\n', 'e/openmls.yaml:2: 0.reason: '],
  ['a status that cannot be expected', '- pattern: a\n  reason: b\n  status: could-not-run\n', 'e/openmls.yaml:3: 0.status: '],
  ['a day that does not exist', '- pattern: a\n  reason: b\n  expires: 2026-02-30\n', 'e/openmls.yaml:3: 0.expires: '],
  ['an issue that is no link', '- pattern: a\n  reason: b\n  issue: see below\n', 'e/openmls.yaml:3: 0.issue: '],
  ['an issue that is a script', '- pattern: a\n  reason: b\n  issue: "javascript:alert(1)"\n', 'e/openmls.yaml:3: 0.issue: '],
  ['a pattern that is none', '- reason: b\n  pattern: a//b\n', 'e/openmls.yaml:2: pattern: pattern "a//b"'],
  ['a regular expression that is none', '- pattern: a\n  reason: b\n  match: "(x"\n', 'e/openmls.yaml:3: match: Invalid regular expression'],
  ['a word in place of a list', 'nothing\n', 'e/openmls.yaml:1: '],
  ['a mapping of something else', 'may-pass: true\nentries: []\n', 'e/openmls.yaml:2: entries: no such key; there are flaky, may-pass, expectations'],
  ['a mapping without its list', 'may-pass: true\n', 'e/openmls.yaml:1: expectations: is missing'],
  ['an entry in a mapping that is wrong', 'expectations:\n\n- pattern: 1\n  reason: b\n', 'e/openmls.yaml:3: expectations.0.pattern: '],
])('%s is an error with file and line', (_, text, message) => {
  expect(() => parse(text)).toThrow(ExpectationError);
  expect(() => parse(text)).toThrow(message);
});

test('a folder is read by name, and only its YAML files', () => {
  for (const name of ['openmls', '_all', 'mlspp']) writeFileSync(join(folder, `${name}.yaml`), `- pattern: ${name}\n  reason: x\n`);
  writeFileSync(join(folder, 'README.md'), 'not YAML: [');
  expect(loadExpectations(folder).map(({ name }) => name)).toEqual(['_all', 'mlspp', 'openmls']);
});

test('there need not be a folder; but a file is none, and .yml would not be read', () => {
  expect(loadExpectations(join(folder, 'none'))).toEqual([]);
  writeFileSync(join(folder, 'openmls.yml'), '');
  expect(() => loadExpectations(folder)).toThrow(new ExpectationError(`${folder}/openmls.yml: the names of expectations end in .yaml`));
  expect(() => loadExpectations(join(folder, 'openmls.yml'))).toThrow('openmls.yml: not a folder');
});

test('a file that cannot be read is an error that names it', () => {
  mkdirSync(join(folder, 'openmls.yaml'));
  expect(() => loadExpectations(folder)).toThrow(new ExpectationError(`${folder}/openmls.yaml: is a folder`));
});
