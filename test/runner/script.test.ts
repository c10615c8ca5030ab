import { expect, test } from 'vitest';
import { loadScripts, parseScripts, ScriptError } from '../../src/runner/script.ts';
import type { Step } from '../../src/runner/steps.ts';

const parse = (...steps: object[]) => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } }));
const stepsOf = (...steps: object[]): readonly Step[] => parse(...steps).scripts[0]!.steps;
const complaintAbout = (...steps: object[]): string => {
  try {
    parse(...steps);
  } catch (error) {
    expect(error).toBeInstanceOf(ScriptError);
    return (error as Error).message;
  }
  throw new Error('the script was accepted');
};

const group = { action: 'createGroup', actor: 'alice' };

test('missing keys read as zero, false and empty', () => {
  expect(stepsOf(group, { action: 'fullCommit', actor: 'alice' })[1]).toEqual({
    action: 'fullCommit',
    actor: 'alice',
    byReference: [],
    byValue: [],
    members: [],
    joiners: [],
    force_path: false,
    external_tree: false,
  });
  expect(stepsOf({ action: 'createKeyPackage', actor: 'bob' }, group, { action: 'addProposal', actor: 'alice' })[2]).toMatchObject({ keyPackage: 0 });
});

test('null reads as missing', () => {
  expect(stepsOf({ ...group, members: null })[0]).toMatchObject({ members: [] });
});

test('keys match without regard to case, nested ones too', () => {
  const [, reinit, commit] = stepsOf(
    group,
    { Action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'alice', changeCiphersuite: true, EXTENSIONS: [{ Extension_Type: 3 }] },
    { action: 'commit', actor: 'alice', byvalue: [{ proposaltype: 'remove', Removed: 'bob' }] },
  );
  expect(reinit).toMatchObject({ changeCipherSuite: true, extensions: [{ extension_type: 3 }] });
  expect(commit).toMatchObject({ byValue: [{ proposalType: 'remove', removed: 'bob' }] });
});

test('a key that an action does not read is reported with its place and the key that was meant', () => {
  const { warnings } = parse(group, { action: 'branch', actor: 'alice', externalTree: true, forcePath: true }, { action: 'groupInfo', actor: 'alice', tree: true });
  expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'script one, step 1: externalTree: nothing reads this key here; external_tree is read',
    'script one, step 1: forcePath: nothing reads this key here; force_path is read',
    'script one, step 2: tree: nothing reads this key here',
  ]);
});

test('extension bodies are base64', () => {
  const [step] = stepsOf({ action: 'groupContextExtensionsProposal', actor: 'alice', extensions: [{ extension_type: 3, extension_data: 'AAEC' }] });
  expect(step).toMatchObject({ extensions: [{ extension_type: 3, extension_data: Buffer.from([0, 1, 2]) }] });
});

test.each([
  ['an unknown action', { action: 'juggle' }, 'demo.json: script one, step 1: unknown action "juggle"'],
  ['no action', { actor: 'alice' }, 'demo.json: script one, step 1: no action'],
  ['a list where one name belongs', { action: 'updateProposal', actor: ['alice'] }, 'demo.json: script one, step 1: updateProposal: actor: Invalid input: expected string, received array'],
  ['an actor left out', { action: 'updateProposal' }, 'demo.json: script one, step 1: updateProposal: actor: Invalid input: expected string, received undefined'],
  ['a reference to a later step', { action: 'unprotect', actor: 'alice', ciphertext: 7 }, 'demo.json: script one, step 1 (unprotect): ciphertext names step 7, which does not come before it'],
  ['a reference to a step that leaves something else', { action: 'joinGroup', actor: 'alice' }, 'demo.json: script one, step 1 (joinGroup): welcome names step 0 (createGroup), which leaves no welcome'],
  ['a wrong step inside expectFailure', { action: 'expectFailure', step: { action: 'juggle' } }, 'demo.json: script one, step 1, step: unknown action "juggle"'],
])('%s is said with file, script and step', (_, step, message) => {
  expect(complaintAbout(group, step)).toBe(message);
});

test('a missing index reads as 0, and step 0 must then leave what is asked for', () => {
  expect(complaintAbout(group, { action: 'handleCommit', actor: 'alice' })).toContain('commit names step 0 (createGroup), which leaves no commit');
});

test('files that are missing, not JSON or not scripts are said plainly', () => {
  expect(() => loadScripts(['/nowhere/x.json'])).toThrow('/nowhere/x.json: no such file or folder');
  expect(() => parseScripts('x.json', '{')).toThrow(/^x.json: not JSON: /);
  expect(() => parseScripts('x.json', '{"scenes": {}}')).toThrow(/^x.json: scripts: /);
});

test('the actors are all who act, in order of appearance', () => {
  const { scripts } = parse(
    { action: 'createGroup', actor: 'alice', members: ['bob'] },
    { action: 'addExternalSigner', actor: 'bob', signer: 'server' },
    { action: 'externalJoin', actor: 'alice', joiner: 'charlie' },
    { action: 'removeProposal', actor: 'alice', removed: 'zoe' },
    { action: 'expectFailure', step: { action: 'updateProposal', actor: 'diana' } },
  );
  expect(scripts[0]!.actors).toEqual(['alice', 'bob', 'server', 'charlie', 'diana']);
});
