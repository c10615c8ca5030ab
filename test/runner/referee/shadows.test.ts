import { beforeAll, expect, test } from 'vitest';
import { RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { FramedContent } from '../../../src/mls/wire/framing.ts';
import { GroupInfo } from '../../../src/mls/wire/group-info.ts';
import { decode } from '../../../src/mls/wire/presentation-language.ts';
import type { Implementation } from '../../../src/runner/implementation.ts';
import type { Breakage } from './broken-service.ts';
import { carried, carriedAll, judged, player, scriptOf } from './cases.ts';

let peer: Implementation;
beforeAll(async () => {
  peer = await player('peer');
});

const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };
const commit = (actor: string, member: string, more: object = {}) => ({ action: 'fullCommit', actor, members: [member], ...more });

test('a shadow ends with its member’s own path, and a Welcome to a fresh KeyPackage restores sight', async () => {
  const script = scriptOf(
    group,
    commit('alice', 'bob'),
    commit('bob', 'alice'),
    commit('alice', 'bob'),
    { action: 'createKeyPackage', actor: 'charlie' },
    { action: 'fullCommit', actor: 'alice', byValue: [{ proposalType: 'add', keyPackage: 4 }], members: ['bob'], joiners: ['charlie'] },
    { action: 'fullCommit', actor: 'bob', members: ['alice', 'charlie'] },
  );
  const { result, judgement } = await judged({ script, cast: { rest: peer }, wire: 'private' });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toBeUndefined();
  expect(judgement.unjudged).toEqual([
    'step 0: no shadow sees the epoch: only alice, who founded the group, is in it',
    "step 2: of this Commit only what needs no secrets was checked: the last shadow, bob's, ended with its own path at step 2",
    "steps 2-3, 5: no shadow sees the epoch: the last shadow, bob's, ended with its own path at step 2",
  ]);
  const seen = judgement.sights.filter(({ kind }) => kind === 'tree').map(({ step, seenBy, epoch }) => `${step} ${seenBy} ${epoch}`);
  expect(seen).toEqual(['0 bob 1', '1 bob 2', '5 charlie 5', '6 charlie 6']);
});

test('an own Commit without a path does not end a shadow', async () => {
  const script = scriptOf(group, { action: 'createKeyPackage', actor: 'charlie' }, { action: 'fullCommit', actor: 'bob', byValue: [{ proposalType: 'add', keyPackage: 1 }], members: ['alice'], joiners: ['charlie'] });
  for (const wire of ['public', 'private'] as const) {
    const { judgement } = await judged({ script, cast: { rest: peer }, wire });
    expect(judgement.unjudged).toEqual(['step 0: no shadow sees the epoch: only alice, who founded the group, is in it']);
    expect(judgement.judged.of - judgement.judged.steps).toBe(1);
  }
});

test.each(['public', 'private'] as const)('an own Update that is committed ends a shadow, in %s messages', async (wire) => {
  const script = scriptOf(group, { action: 'updateProposal', actor: 'bob' }, commit('alice', 'bob', { byReference: [1] }), commit('alice', 'bob'));
  const { judgement } = await judged({ script, cast: { rest: peer }, wire });
  expect(judgement.unjudged.join('\n')).toContain("the last shadow, bob's, ended with its own Update at step 2");
  expect(judgement.verdict).toBeUndefined();
});

test('what is encrypted is shown as its member sees it', async () => {
  const { result, judgement } = await judged({ script: carried('commits/update'), cast: { rest: peer }, wire: 'private' });
  const at = (kind: string) => judgement.sights.filter((sight) => sight.kind === kind).map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes, 'base64') }));
  expect(at('content').map(({ bytes }) => decode(FramedContent, bytes, 'content').contentType)).toContain('proposal');
  expect(decode(GroupInfo, at('group_info')[0]!.bytes, 'group_info').groupContext.epoch).toBe(1n);
  expect(decode(RatchetTreeNodes, at('tree')[0]!.bytes, 'tree')).toHaveLength(5);
  expect(result.transcript[at('content')[0]!.call]!.rpc).toBe('UpdateProposal');
});

test('an encrypted Commit and a Welcome are seen through for those who ask', async () => {
  const { result, judgement } = await judged({ script: carried('joining/welcome_with_psk'), cast: { rest: peer }, wire: 'private' });
  const made = result.transcript.filter(({ rpc }) => rpc === 'Commit').at(-1)!.response as { readonly commit: Uint8Array; readonly welcome: Uint8Array };
  expect(judgement.facts.commitFacts(made.commit)).toMatchObject({ seen: { path: false } });
  const call = result.transcript.findIndex(({ response }) => response === made);
  const inside = judgement.sights.find((sight) => sight.kind === 'group_info' && sight.call === call)!;
  expect(decode(GroupInfo, Buffer.from(inside.bytes, 'base64'), 'group_info').groupContext.epoch).toBe(2n);
  expect(judgement.facts.commitFacts(Uint8Array.of(0, 1, 0, 2))).toHaveProperty('hidden');
});

test('private keys with a length before them are taken', async () => {
  const prefixed: Breakage = {
    handlers: ({ createKeyPackage }) => ({
      createKeyPackage: async (request, call) => {
        const { initPriv, encryptionPriv, ...rest } = await createKeyPackage(request, call);
        const withLength = (key: Uint8Array) => Uint8Array.of(key.length, ...key);
        return { ...rest, initPriv: withLength(initPriv), encryptionPriv: withLength(encryptionPriv) };
      },
    }),
  };
  const { judgement } = await judged({ script: scriptOf(group, commit('alice', 'bob')), cast: { bob: await player('prefixed', prefixed), rest: peer } });
  expect(judgement.unjudged).toHaveLength(1);
});

test('private keys that are not those of the KeyPackage leave the member without a shadow, and say so', async () => {
  const withheld: Breakage = {
    handlers: ({ createKeyPackage }) => ({ createKeyPackage: async (request, call) => ({ ...(await createKeyPackage(request, call)), initPriv: new Uint8Array(0) }) }),
  };
  const { judgement } = await judged({ script: scriptOf(group, commit('alice', 'bob')), cast: { bob: await player('withheld', withheld), rest: peer } });
  expect(judgement.unjudged).toContain('step 0: bob cannot be shadowed: a private key of 0 bytes does not go with the KeyPackage');
  expect(judgement.verdict).toBeUndefined();
});

test.each(['joining', 'commits', 'messages', 'outsiders', 'successors'])('the referee finds nothing wrong where all are honest: %s', async (file) => {
  for (const script of carriedAll(file)) {
    const { result, judgement } = await judged({ script, cast: { rest: peer }, wire: 'private' });
    expect({ id: script.id, status: result.status, verdict: judgement.verdict, vacuous: judgement.vacuous }).toEqual({ id: script.id, status: 'passed', verdict: undefined, vacuous: [] });
    expect(judgement.judged.of).toBeGreaterThan(0);
  }
}, 60_000);
