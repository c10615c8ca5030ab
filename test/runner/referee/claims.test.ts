import { beforeAll, expect, test } from 'vitest';
import { byteKey } from '../../../src/mls/bytes.ts';
import type { Welcome } from '../../../src/mls/wire/group-info.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import { mls10 } from '../../../src/mls/wire/registries.ts';
import type { Implementation } from '../../../src/runner/implementation.ts';
import type { Breakage } from './broken-service.ts';
import { judged, player, scriptOf } from './cases.ts';

let peer: Implementation;
let native: Implementation;
beforeAll(async () => {
  [peer, native] = [await player('peer'), await player('native')];
});

const wires = ['public', 'private'] as const;
const group = { action: 'createGroup', actor: 'alice', members: ['bob', 'charlie'] };

/** Commits every proposal it has ever made, whatever it is asked for. */
function eager(): Breakage {
  const own: Uint8Array[] = [];
  return {
    handlers: ({ commit, removeProposal }) => ({
      removeProposal: async (request, call) => {
        const made = await removeProposal(request, call);
        own.push(made.proposal);
        return made;
      },
      commit: (request, call) => {
        const all = new Map([...request.byReference, ...own.splice(0)].map((proposal) => [byteKey(proposal), proposal]));
        return commit({ ...request, byReference: [...all.values()] }, call);
      },
    }),
  };
}

const notListed = scriptOf(group, { action: 'removeProposal', actor: 'alice', removed: 'charlie' }, { action: 'fullCommit', actor: 'alice', members: ['bob'], force_path: true });

test.each(wires)('who commits a proposal that nobody was handed is at fault, and not who refuses the Commit: %s', async (wire) => {
  for (const ours of [[], ['native'], ['eager', 'native']]) {
    const { result, judgement } = await judged({ script: notListed, cast: { alice: await player('eager', eager()), rest: native }, wire, ours });
    expect(result.failure).toMatchObject({ cause: 'refused', actor: 'bob' });
    expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'eager', actor: 'alice' }, step: 2 });
    expect(judgement.verdict!.summary).toContain('covers only proposals that were given by reference');
    expect(judgement.verdict!.evidence.join()).toContain('bob) was never handed the Proposal of eager (alice) (step 1), so that it has to refuse the Commit (R-12.2-20)');
  }
});

test('where the script hands a proposal to the committer alone, nobody is at fault', async () => {
  const remove = { action: 'removeProposal', actor: 'alice', removed: 'charlie' };
  const script = scriptOf(group, remove, { action: 'commit', actor: 'alice', byReference: [1] }, { action: 'handleCommit', actor: 'bob', commit: 2 });
  const { judgement } = await judged({ script, cast: { rest: peer } });
  expect(judgement.verdict).toMatchObject({ finding: 'unknown', step: 3, evidence: ['peer (alice) does what is asked of it', 'the script does not hand the Proposal over'] });
  expect(judgement.vacuous).toEqual([]);
});

const identity = (name: string) => Buffer.from(name);
const noExtensions: Breakage = {
  handlers: ({ reInitProposal, groupContextExtensionsProposal }) => ({
    reInitProposal: (request, call) => reInitProposal({ ...request, extensions: [] }, call),
    groupContextExtensionsProposal: (request, call) => groupContextExtensionsProposal({ ...request, extensions: [] }, call),
  }),
};
const wrongLeaf: Breakage = { handlers: ({ removeProposal }) => ({ removeProposal: (request, call) => removeProposal({ ...request, removedId: identity('charlie') }, call) }) };
const wrongJoiner: Breakage = {
  handlers: ({ addProposal, createKeyPackage }) => ({
    addProposal: async (request, call) => addProposal({ ...request, keyPackage: (await createKeyPackage({ cipherSuite: 1, identity: identity('eve') }, call)).keyPackage }, call),
  }),
};
const removesInstead: Breakage = { handlers: ({ updateProposal, removeProposal }) => ({ updateProposal: ({ stateId }, call) => removeProposal({ stateId, removedId: identity('charlie') }, call) }) };
/** Required capabilities, none of them. */
const extensions = [{ extension_type: 3, extension_data: 'AAAA' }];
const proposals: readonly [what: string, Breakage, steps: readonly object[]][] = [
  ['RemoveProposal', wrongLeaf, [{ action: 'removeProposal', actor: 'alice', removed: 'bob' }]],
  ['UpdateProposal', removesInstead, [{ action: 'updateProposal', actor: 'alice' }]],
  ['AddProposal', wrongJoiner, [{ action: 'createKeyPackage', actor: 'dave' }, { action: 'addProposal', actor: 'alice', keyPackage: 1 }]],
  ['GroupContextExtensionsProposal', noExtensions, [{ action: 'groupContextExtensionsProposal', actor: 'alice', extensions }]],
];

test.each(proposals.flatMap((row) => wires.map((wire) => [...row, wire] as const)))('a Proposal that is not what %s asks for makes a case vacuous', async (rpc, breakage, steps, wire) => {
  const { result, judgement } = await judged({ script: scriptOf(group, ...steps), cast: { alice: await player('broken', breakage), rest: peer }, wire });
  expect(result.status).toBe('passed');
  expect(judgement.vacuous).toEqual([{ actor: 'alice', step: steps.length, text: `the Proposal of broken (alice) at step ${steps.length} is what ${rpc} asks for` }]);
  expect((await judged({ script: scriptOf(group, ...steps), cast: { rest: peer }, wire })).judgement.vacuous).toEqual([]);
});

test('a ReInit without the extensions asked for makes a case vacuous', async () => {
  const step = { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'alice', members: ['bob', 'charlie'], changeGroupID: true, extensions };
  const vacuous = async (alice: Implementation) => (await judged({ script: scriptOf(group, step), cast: { alice, rest: peer } })).judgement.vacuous;
  expect((await vacuous(await player('broken', noExtensions))).map(({ text }) => text)).toEqual(['the Proposal of broken (alice) at step 1 is what ReInitProposal asks for']);
});

test('the removal of another by value than was asked for makes a case vacuous', async () => {
  const other: Breakage = {
    handlers: ({ commit }) => ({
      commit: (request, call) => commit({ ...request, byValue: request.byValue.map((asked) => (asked.removedId.length === 0 ? asked : { ...asked, removedId: identity('charlie') })) }, call),
    }),
  };
  const script = scriptOf(group, { action: 'commit', actor: 'alice', byValue: [{ proposalType: 'remove', removed: 'bob' }] });
  const { judgement } = await judged({ script, cast: { alice: await player('broken', other), rest: peer }, wire: 'private' });
  expect(judgement.vacuous.map(({ text }) => text)).toEqual(['the Commit of broken (alice) at step 1 has the remove asked for by value']);
});

const reinit = { action: 'reinit', proposer: 'alice', committer: 'alice', welcomer: 'alice', members: ['bob', 'charlie'], changeGroupID: true, forcePath: true };
const branch = { action: 'branch', actor: 'alice', members: ['bob', 'charlie'], force_path: true };
const pathless: Breakage = {
  handlers: ({ createBranch, reInitWelcome }) => ({
    createBranch: (request, call) => createBranch({ ...request, forcePath: false }, call),
    reInitWelcome: (request, call) => reInitWelcome({ ...request, forcePath: false }, call),
  }),
};

test.each([
  ['reinit', reinit, 'the group that broken (alice) begins at step 1 begins with a path'],
  ['branch', branch, 'the subgroup that broken (alice) makes at step 1 begins with a path'],
] as const)('a path that was forced and is not there makes a %s vacuous', async (_, step, text) => {
  const { judgement } = await judged({ script: scriptOf(group, step), cast: { alice: await player('broken', pathless), rest: peer } });
  expect(judgement.vacuous).toEqual([{ actor: 'alice', step: 1, text }]);
  expect((await judged({ script: scriptOf(group, step), cast: { rest: peer } })).judgement.vacuous).toEqual([]);
});

test.each([
  ['joined', 'HandleBranch', 'bob', false],
  ['made, if the parent is to be kept', 'CreateBranch', 'alice', true],
] as const)('a subgroup under the id of the state it came from fails where it is %s', async (_, rpc, actor, keepParent) => {
  const reusing: Breakage = {
    handlers: ({ createBranch, handleBranch }) => ({
      createBranch: async (request, call) => ({ ...(await createBranch(request, call)), stateId: request.stateId }),
      handleBranch: async (request, call) => ({ ...(await handleBranch(request, call)), stateId: request.stateId }),
    }),
  };
  const { result, judgement } = await judged({ script: scriptOf(group, { ...branch, keepParent }), cast: { rest: await player('reusing', reusing) } });
  expect(result.failure).toMatchObject({ step: 1, cause: 'contradiction', actor, rpc });
  expect(result.failure!.message).toMatch(/^the id of the parent group's state, \d+, instead of a new one$/);
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'reusing', actor }, step: 1 });
  expect(judgement.verdict!.summary).toContain(`${rpc} gives reusing (${actor}) a state with an id of its own`);
});

test('a Welcome for nobody is noted, and not called unjudged', async () => {
  const polite: Breakage = {
    handlers: ({ commit }) => ({
      commit: async (request, call) => {
        const made = await commit(request, call);
        if (made.welcome.length > 0) return made;
        const welcome: Welcome = { cipherSuite: 1, secrets: [], encryptedGroupInfo: new Uint8Array(40) };
        return { ...made, welcome: encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome }) };
      },
    }),
  };
  const { judgement } = await judged({ script: scriptOf(group, { action: 'fullCommit', actor: 'alice', members: ['bob', 'charlie'] }), cast: { alice: await player('polite', polite), rest: peer } });
  expect(judgement.notes).toEqual(['polite gives a Welcome that is for nobody with a Commit']);
  expect(judgement.unjudged.join()).not.toContain('Welcome');
});
