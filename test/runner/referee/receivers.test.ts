import { beforeAll, expect, test } from 'vitest';
import { bundleOf } from '../../../src/mls/group/key-package.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode } from '../../../src/mls/wire/presentation-language.ts';
import type { Verdict } from '../../../src/report/record/record.ts';
import type { Implementation } from '../../../src/runner/implementation.ts';
import { weigh, type Vote } from '../../../src/runner/referee/votes.ts';
import { ServiceError } from '../../../src/service/status.ts';
import { forgeKeyPackage, type KeyPackageForgery } from '../../../src/hostile/forge/forge-leaf.ts';
import { flipped } from '../../../src/hostile/forge/forge-message.ts';
import type { Breakage } from './broken-service.ts';
import { carried, judged, player, scriptOf } from './cases.ts';
import { person } from '../../support/people.ts';

const refusing: Breakage = {
  handlers: () => ({
    handleCommit: () => {
      throw new ServiceError('request', 'the confirmation tag is wrong');
    },
  }),
};
const otherAuthenticator: Breakage = {
  handlers: ({ handleCommit }) => ({
    handleCommit: async (request, call) => {
      const answer = await handleCommit(request, call);
      return { ...answer, epochAuthenticator: flipped(answer.epochAuthenticator) };
    },
  }),
};
const wrongParentHash: Breakage = { commit: () => ({ path: { parentHash: (hash) => flipped(hash) } }) };

let peer: Implementation;
let other: Implementation;
let native: Implementation;
beforeAll(async () => {
  [peer, other, native] = [await player('peer'), await player('other'), await player('native')];
});

const script = carried('commits/empty_by_everyone');
/** Charlie takes the Commit before Bob is handed it. */
const accepted = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob', 'charlie'] }, { action: 'fullCommit', actor: 'alice', members: ['charlie', 'bob'] });

test.each(['public', 'private'] as const)('who refuses a good Commit is at fault, in %s messages', async (wire) => {
  const { judgement } = await judged({ script, cast: { bob: await player('broken', refusing), rest: peer }, wire });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken', actor: 'bob' }, step: 1 });
  expect(judgement.verdict!.requirement).toBeUndefined();
  expect(judgement.verdict!.evidence).toContain('broken answers HandleCommit with: the confirmation tag is wrong');
});

test('who has another epoch authenticator than the shadows is at fault', async () => {
  const { result, judgement } = await judged({ script, cast: { bob: await player('broken', otherAuthenticator), rest: peer } });
  expect(result.failure).toMatchObject({ cause: 'disagreement' });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, differs: 'epoch authenticator', requirement: 'R-8.7-01' });
});

test('an answer of no bytes is wrong whatever the epoch is', async () => {
  const mute: Breakage = { handlers: () => ({ export: () => ({ exportedSecret: new Uint8Array(0) }), stateAuth: () => ({ stateAuthSecret: new Uint8Array(0) }) }) };
  for (const [last, requirement] of [[{ action: 'export', actor: 'bob', label: 'x', context: '', length: 32 }, 'R-8.5-01'], [{ action: 'stateAuth', actor: 'bob' }, 'R-8.7-01']] as const) {
    const { judgement } = await judged({ script: scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }, last), cast: { bob: await player('mute', mute), rest: native }, ours: ['native'] });
    expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'mute' }, requirement });
  }
});

test('who goes away in the middle of a call is at fault whatever it was handed', async () => {
  const hanging: Breakage = { handlers: () => ({ handleCommit: () => Promise.reject(new ServiceError('late', 'took too long')) }) };
  const { judgement } = await judged({ script, cast: { bob: await player('slow', hanging), rest: peer } });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'slow' } });
  expect(judgement.verdict!.evidence.join()).toContain('which a shadow accepts');
});

test('between our engine and one other the word of the shadow alone is contested', async () => {
  const refused = await judged({ script, cast: { bob: await player('broken', refusing), rest: native }, ours: ['native'] });
  expect(refused.judgement.verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'broken' } });
  const sent = await judged({ script, cast: { alice: await player('broken', wrongParentHash), rest: native }, ours: ['native'] });
  expect(sent.judgement.verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'broken' }, requirement: 'R-7.9.2-07' });
  const disagreed = await judged({ script, cast: { bob: await player('broken', otherAuthenticator), rest: native }, ours: ['native'] });
  expect(disagreed.judgement.verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'broken' } });
});

test('another implementation in the same case settles it', async () => {
  const { judgement } = await judged({ script: accepted, cast: { charlie: other, bob: await player('broken', refusing), rest: native }, ours: ['native'] });
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' } });
  expect(judgement.verdict!.evidence).toContain('other (charlie), another implementation, accepts it');
});

test('an implementation of ours that refuses what another made is at fault if a third accepts it; its maker bears out nothing', async () => {
  const bob = await player('native', refusing);
  const byMaker = await judged({ script: accepted, cast: { bob, rest: peer }, ours: ['native'] });
  expect(byMaker.judgement.verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'native', actor: 'bob' } });
  const byThird = await judged({ script: accepted, cast: { bob, charlie: other, rest: peer }, ours: ['native'] });
  expect(byThird.judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'native', actor: 'bob' } });
});

test('what others refuse elsewhere in the run settles it too', async () => {
  const { judgement } = await judged({ script, cast: { alice: await player('broken', wrongParentHash), rest: native }, ours: ['native'] });
  const where = { script: script.id, suite: 1, wire: 'public' } as const;
  const vote: Vote = { ...where, id: 'another case', kind: 'commit', step: 1, sender: 'broken', voter: 'peer', accepted: false, rpc: 'HandleCommit', at: 1 };
  const weighed = weigh(judgement.verdict!, { ...where, id: 'this case', votes: [vote], ours: new Set(['native']) });
  expect(weighed).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' } });
  expect(weighed.summary).toMatch(/^the Commit that broken/);
});

test('a broken rule that nobody enforces makes a case that passes suspicious', async () => {
  const lenient: Breakage = { handlers: () => ({ unprotect: () => ({ authenticatedData: new Uint8Array(0), plaintext: Buffer.from('hello') }) }) };
  const padding: Breakage = { send: () => ({ padding: Uint8Array.of(7) }) };
  const talk = scriptOf({ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'protect', actor: 'alice', plaintext: 'hello' }, { action: 'unprotect', actor: 'bob', ciphertext: 1 });
  const { result, judgement } = await judged({ script: talk, cast: { alice: await player('broken', padding), bob: await player('lenient', lenient), rest: peer } });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, requirement: 'R-6.3.1-03', step: 1 });
  expect(judgement.verdict!.evidence).toContain('against it: lenient (bob) accepts it');
});

test('a refusal that the script asks for is nobody’s fault', async () => {
  const { result, judgement } = await judged({ script: carried('commits/lost_race'), cast: { bob: other, rest: peer } });
  expect(result.status).toBe('passed');
  expect(judgement.verdict).toBeUndefined();
});

const forgedKeyPackages = (forgery: KeyPackageForgery): Breakage => ({
  handlers: ({ createKeyPackage }) => ({
    createKeyPackage: async (request, call) => {
      const made = await createKeyPackage(request, call);
      const { suite } = await person('somebody');
      const message = decode(MLSMessage, made.keyPackage, 'MLSMessage');
      if (message.wireFormat !== 'mls_key_package') return made;
      const [initKey, encryptionKey] = await Promise.all([suite.importHPKEKey(made.initPriv), suite.importHPKEKey(made.encryptionPriv)]);
      const bundle = bundleOf(suite, message.keyPackage, { initKey, encryptionKey, signatureKey: await suite.importSignatureKey(made.signaturePriv) });
      return { ...made, keyPackage: (await forgeKeyPackage(suite, bundle, forgery)).message };
    },
  }),
});

/** An extension of a KeyPackage that its leaf does not list. */
const unlisted = (extensionType: number) => forgedKeyPackages({ keyPackage: (honest) => ({ ...honest, extensions: [{ extensionType, extensionData: new Uint8Array(0) }] }) });
/** As mlspp does it. */
const unlistedGrease = unlisted(0x0a0a);

/** Takes any KeyPackage, and proposes one of its own making. */
const takesAny: Breakage = {
  handlers: ({ addProposal, createKeyPackage }) => ({
    addProposal: async (request, call) => addProposal({ ...request, keyPackage: (await createKeyPackage({ cipherSuite: 1, identity: Buffer.from('dave') }, call)).keyPackage }, call),
  }),
};

test('what a shadow alone holds against a sender is contested where another implementation accepts it, unless it can be shown', async () => {
  const join = scriptOf({ action: 'createGroup', actor: 'alice' }, { action: 'createKeyPackage', actor: 'bob' }, { action: 'addProposal', actor: 'alice', keyPackage: 1 });
  const between = async (forgery: Breakage, ours: readonly string[] = []) => {
    const { result, judgement } = await judged({ script: join, cast: { bob: await player('broken', forgery), rest: await player('lenient', takesAny) }, ours });
    expect(result.status).toBe('passed');
    return judgement.verdict;
  };
  const rule = await between(unlisted(0xf123));
  expect(rule).toMatchObject({ finding: 'contested', culprit: { implementation: 'broken' }, requirement: 'R-10-10', basis: 'rules' });
  expect(rule!.summary).toMatch(/^contested: /);
  expect(rule!.evidence).toContain('against it: lenient (alice) accepts it');
  expect(await between(unlisted(0xf123), ['lenient'])).toMatchObject({ finding: 'culprit', basis: 'rules' });
  expect(await between(forgedKeyPackages({ signature: (honest) => flipped(honest) }))).toMatchObject({ finding: 'culprit', requirement: 'R-10-06', basis: 'proof' });
});

test('a rule that binds the maker alone is held against it only where somebody minds', async () => {
  const join = scriptOf({ action: 'createGroup', actor: 'alice' }, { action: 'createKeyPackage', actor: 'bob' }, { action: 'addProposal', actor: 'alice', keyPackage: 1 });
  const bob = await player('greasing', unlistedGrease);
  const tolerant = await judged({ script: join, cast: { bob, rest: peer } });
  expect(tolerant.judgement.verdict).toBeUndefined();
  expect(tolerant.judgement.notes).toEqual(['greasing breaks R-10-10 in a KeyPackage, which no rule tells a receiver to refuse']);
  expect(tolerant.result.notes).toEqual([]);
  const strict: Breakage = {
    handlers: () => ({
      addProposal: () => {
        throw new ServiceError('request', 'extensions are not acceptable');
      },
    }),
  };
  const minded = await judged({ script: join, cast: { alice: await player('strict', strict), bob, rest: peer } });
  const { verdict } = minded.judgement;
  expect(verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'greasing' }, requirement: 'R-10-10', step: 1 });
  expect(verdict!.evidence).toContain('whether strict takes any other KeyPackage by AddProposal is not seen in this case');
  const where = { script: join.id, suite: 1, wire: 'public' } as const;
  const vote = (sender: string, accepted: boolean, id = 'another case'): Vote => ({ ...where, id, kind: 'key_package', step: 1, sender, voter: 'strict', accepted, rpc: 'AddProposal', at: 2, says: 'extensions are not acceptable' });
  const elsewhere = (...votes: Vote[]) => weigh(verdict!, { ...where, id: 'this case', votes: [vote('greasing', false, 'this case'), ...votes], ours: new Set() });
  expect(elsewhere(vote('peer', true))).toMatchObject({ finding: 'culprit', culprit: { implementation: 'greasing' } });
  expect(elsewhere(vote('peer', true)).summary).toMatch(/^the KeyPackage/);
  const refusesAll = elsewhere(vote('peer', false));
  expect(refusesAll).toMatchObject({ finding: 'culprit', culprit: { implementation: 'strict' }, step: 2, summary: 'strict (alice) fails at AddProposal at step 2: extensions are not acceptable.' });
  expect(refusesAll.requirement).toBeUndefined();
  // Unless anybody can read what is wrong: then it is handed together with such a KeyPackage that others' are refused.
  const plain: Verdict = { ...verdict!, finding: 'culprit', basis: 'proof' };
  const weighedPlain = weigh(plain, { ...where, id: 'this case', votes: [vote('greasing', false, 'this case'), vote('peer', false)], ours: new Set() });
  expect(weighedPlain).toMatchObject({ finding: 'culprit', culprit: { implementation: 'greasing' }, requirement: 'R-10-10' });
  const seen = scriptOf(
    ...join.steps.slice(0, 2),
    { action: 'createKeyPackage', actor: 'carol' },
    { action: 'addProposal', actor: 'alice', keyPackage: 2 },
    { action: 'addProposal', actor: 'alice', keyPackage: 1 },
  );
  let asked = 0;
  const strictThen: Breakage = {
    handlers: ({ addProposal }) => ({
      addProposal: (request, call) => {
        if (++asked > 1) throw new ServiceError('request', 'extensions are not acceptable');
        return addProposal(request, call);
      },
    }),
  };
  const settled = await judged({ script: seen, cast: { alice: await player('strict', strictThen), bob, rest: peer } });
  expect(settled.judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'greasing' }, requirement: 'R-10-10' });
  const fine = await judged({ script: join, cast: { alice: await player('strict', strict), rest: peer } });
  expect(fine.judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'strict' } });
});

test('who refuses such a KeyPackage as it takes elsewhere, or makes itself, fails at that rpc', async () => {
  const join = scriptOf(
    { action: 'createGroup', actor: 'alice' },
    { action: 'createKeyPackage', actor: 'bob' },
    { action: 'addProposal', actor: 'alice', keyPackage: 1 },
    { action: 'createKeyPackage', actor: 'bob' },
    { action: 'commit', actor: 'alice', byValue: [{ proposalType: 'add', keyPackage: 3 }] },
  );
  const unable: Breakage = {
    handlers: () => ({
      commit: () => {
        throw new ServiceError('request', 'map::at');
      },
    }),
  };
  const greasing = await player('greasing', unlistedGrease);
  const alice = await player('unable', unable);
  const self = await player('self', { handlers: (honest) => ({ ...unlistedGrease.handlers!(honest), ...unable.handlers!(honest) }) });
  for (const [cast, because] of [
    [{ alice, bob: greasing, rest: peer }, 'such a KeyPackage of greasing (step 1) it takes by AddProposal at step 2'],
    [{ alice, bob: other, rest: peer }, 'such a KeyPackage of other (step 1) it takes by AddProposal at step 2'],
    [{ rest: self }, 'the KeyPackage is one that self has made itself'],
  ] as const) {
    const { judgement } = await judged({ script: join, cast });
    const label = 'alice' in cast ? 'unable' : 'self';
    expect(judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: label, actor: 'alice' }, step: 4, summary: `${label} (alice) fails at Commit at step 4: map::at.` });
    expect(judgement.verdict!.requirement).toBeUndefined();
    expect(judgement.verdict!.evidence).toContain(because);
  }
});

test('where no shadow sees, who refuses alone is at fault, if somebody of another engine accepts', async () => {
  const blind = scriptOf(
    { action: 'createGroup', actor: 'alice', members: ['bob', 'charlie'] },
    { action: 'fullCommit', actor: 'bob', members: ['alice', 'charlie'] },
    { action: 'fullCommit', actor: 'charlie', members: ['alice', 'bob'] },
    { action: 'fullCommit', actor: 'alice', members: ['charlie', 'bob'] },
  );
  let handled = 0;
  const late: Breakage = {
    handlers: ({ handleCommit }) => ({
      handleCommit: (request, call) => {
        if (++handled % 2 === 0) throw new ServiceError('request', 'no');
        return handleCommit(request, call);
      },
    }),
  };
  const bob = await player('broken', late);
  const byOther = await judged({ script: blind, cast: { bob, charlie: other, rest: peer }, wire: 'private' });
  expect(byOther.judgement.verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken' }, step: 3 });
  const byOurs = await judged({ script: blind, cast: { bob, charlie: native, rest: peer }, wire: 'private', ours: ['native'] });
  expect(byOurs.judgement.verdict).toMatchObject({ finding: 'contested', culprit: { implementation: 'broken' }, step: 3 });
  const unasked = await judged({ script: { ...blind, steps: blind.steps.with(3, { ...blind.steps[3]!, members: ['bob'] } as never) }, cast: { bob, charlie: other, rest: peer }, wire: 'private' });
  expect(unasked.judgement.verdict).toMatchObject({ finding: 'unknown', step: 3 });
});
