/** The record of a run of three implementations, with real messages, every status, and peers that mean harm. */
import type { CaseRecord, EndRecord, RecordLine, RunRecord, Status, Verdict, WireMode } from '../../../src/report/record/record.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import { Tally } from '../../../src/report/record/tally.ts';
import { Story } from './story.ts';

/** What a peer that means harm would say: ends the script element, makes an element with a handler, ends attributes. */
export const hostile = `</script><img src=x onerror="document.title='taken'"><!--\${alert(1)}' "`;

const labels = ['ours', 'mlspp', 'openmls'] as const;
const actors = ['alice', 'bob', 'charlie', 'dave', 'eve'] as const;

const scripts: RunRecord['scripts'] = [
  {
    id: 'commits/tree_changes',
    file: 'commits.json',
    digest: '00'.repeat(32),
    actors,
    steps: [
      { action: 'createGroup', actor: 'alice', members: ['bob', 'charlie', 'dave'] },
      { action: 'updateProposal', actor: 'bob' },
      { action: 'fullCommit', actor: 'alice', byReference: [1], members: ['bob', 'charlie', 'dave'] },
      { action: 'fullCommit', actor: 'charlie', byValue: [{ proposalType: 'remove', removed: 'bob' }], members: ['alice', 'dave'] },
      { action: 'fullCommit', actor: 'dave', byValue: [{ proposalType: 'add', keyPackage: 'eve' }], members: ['alice', 'charlie'], joiners: ['eve'] },
      { action: 'protect', actor: 'eve', plaintext: 'hello, all' },
    ],
  },
  ...['add', 'update', 'external_psk', 'group_context_extensions'].map((name) => ({ id: `commits/${name}`, file: 'commits.json', digest: '11'.repeat(32), actors: ['alice', 'bob'], steps: [{ action: 'createGroup', actor: 'alice', members: ['bob'] }, { action: 'fullCommit', actor: 'alice', members: ['bob'] }] })),
  { id: 'joining/external_join', file: 'joining.json', digest: '22'.repeat(32), actors: ['alice', 'bob'], steps: [{ action: 'createGroup', actor: 'alice' }] },
  { id: `odd/${hostile}`, file: 'odd.json', digest: '33'.repeat(32), actors: ['alice', 'bob'], steps: [{ action: hostile, actor: 'alice' }] },
];

export const run: RunRecord = {
  type: 'run',
  version: 1,
  tool: { name: 'mls-interop', version: '0.1.0', node: 'v26.10.0', platform: 'linux x64' },
  started: '2026-11-21T20:00:00.000Z',
  seed: '1',
  options: { strength: 2, suite: [1], wire: ['public', 'private'] },
  scripts,
  implementations: [
    { label: 'ours', name: 'mls-interop native', reach: 'grpc://127.0.0.1:50051', suites: [1, 2, 3], features: [], ours: true, version: '0.1.0' },
    { label: 'mlspp', name: 'mlspp', reach: 'grpc://127.0.0.1:50052', suites: [1, 2, 3, 4, 5, 6, 7], features: [], ours: false, version: '61e4d76' },
    { label: 'openmls', name: `OpenMLS ${hostile}`, reach: 'cmd: interop_client', suites: [1, 2, 3], features: ['external_join'], ours: false },
  ],
  cases: 0,
  coverage: ['every ordered pair of implementations in every pair of roles: 9 of 9', 'every ordered pair exchanged every message type: 54 of 54'],
};

type Made = Partial<CaseRecord> & Pick<CaseRecord, 'script' | 'status'> & { readonly played: readonly string[]; readonly wire?: WireMode };

export function makeCase({ played, wire = 'public', ...rest }: Made): CaseRecord {
  const names = scripts.find(({ id }) => id === rest.script)!.actors;
  const cast = Object.fromEntries(names.map((actor, i) => [actor, played[i % played.length]!]));
  const id = `${rest.script}/suite:1/wire:${wire}/${Object.entries(cast).map((pair) => pair.join('=')).join(',')}`;
  return { type: 'case', id, suite: 1, wire, actors: cast, vacuous: [], unjudged: [], notes: [], judged: { steps: 12, of: 14 }, started: '2026-11-21T20:00:01.000Z', milliseconds: 40, ...rest };
}

async function tellTreeChanges(played: readonly string[], { refuse }: { readonly refuse: boolean }): Promise<Story> {
  const story = new Story(Object.fromEntries(actors.map((actor, i) => [actor, played[i % played.length]!])));
  await story.create('alice');
  await story.commit('alice', { joiners: ['bob', 'charlie', 'dave'] });
  story.step(1);
  const update = await story.proposeUpdate('bob');
  story.step(2);
  await story.commit('alice', { byReference: [update] });
  story.step(3);
  await story.commit('charlie', { removes: ['bob'] });
  if (refuse) {
    story.refuse('INVALID_ARGUMENT', 'parent hash of node 3 is not that of its sibling');
    return story;
  }
  story.step(4);
  await story.commit('dave', { joiners: ['eve'] });
  story.step(5);
  await story.say('eve', 'hello, all');
  return story;
}

/** The case that the referee decided: the Commit of charlie, played by mlspp, is refused by dave. */
async function judgedCase(): Promise<CaseRecord> {
  const played = ['ours', 'openmls', 'mlspp', 'openmls', 'ours'];
  const { calls, sights } = await tellTreeChanges(played, { refuse: true });
  const commit = calls.findLast(({ rpc }) => rpc === 'Commit')!.response!['commit'] as string;
  const verdict: Verdict = {
    finding: 'culprit',
    culprit: { implementation: 'mlspp', actor: 'charlie' },
    step: 3,
    requirement: 'R-7.9.2-03',
    differs: 'parent hash',
    summary: 'charlie (mlspp) sent a Commit at step 3 whose leaf carries a parent hash that is not that of its parent',
    evidence: ['dave (openmls) and alice (ours) both refuse the Commit.', 'The parent hash recomputed from the Commit differs from the one in its leaf from the first octet on.'],
    message: { bytes: commit, field: { path: 'MLSMessage.public_message.content.commit.path.leaf_node', start: 60, end: 100 } },
    quarrel: { kind: 'commit', step: 3, sender: { implementation: 'mlspp', actor: 'charlie' }, accepted: [], refused: [{ implementation: 'openmls', actor: 'dave' }, { implementation: 'ours', actor: 'alice' }] },
  };
  const failure = { step: 3, cause: 'refused' as const, message: 'parent hash of node 3 is not that of its sibling', actor: 'dave', implementation: 'openmls', rpc: 'HandleCommit', code: 'INVALID_ARGUMENT' };
  return makeCase({ script: 'commits/tree_changes', status: 'failed', played, failure, verdict, calls, sights, notes: ['Free of state 9 at bob failed: NOT_FOUND'] });
}

function hostileCase(): CaseRecord {
  const bytes = Buffer.from(hostile).toString('base64');
  const call = { step: 0, actor: 'alice', implementation: 'openmls', rpc: 'CreateGroup', request: { group_id: bytes, identity: bytes, name: hostile }, error: { code: 'UNKNOWN', message: hostile }, milliseconds: 3 };
  const failure = { step: 0, cause: 'refused' as const, message: hostile, actor: 'alice', implementation: 'openmls', rpc: 'CreateGroup', code: 'UNKNOWN' };
  return makeCase({ script: `odd/${hostile}`, status: 'failed', played: ['openmls', 'ours'], failure, notes: [hostile], unjudged: [hostile], vacuous: [hostile], calls: [call], expectation: { pattern: hostile, reason: hostile, issue: `javascript:${hostile}` } });
}

const others: readonly (Partial<CaseRecord> & { readonly status: Status })[] = [
  { status: 'expected-failure', expectation: { pattern: 'commits/update/**', reason: 'mlspp#470: GREASE in KeyPackages', issue: 'https://github.com/cisco/mlspp/issues/470' }, failure: { step: 1, cause: 'refused', message: 'extension 0x0a0a is not in the capabilities', actor: 'bob', implementation: 'mlspp', rpc: 'JoinGroup', code: 'INVALID_ARGUMENT' } },
  { status: 'not-supported', failure: { step: 1, cause: 'unsupported', message: 'resumption PSKs', actor: 'bob', implementation: 'openmls', rpc: 'ResumptionPSKProposal', code: 'UNIMPLEMENTED' } },
  { status: 'vacuous', vacuous: ['the external PSK is in no Commit'] },
  { status: 'unexpected-pass', expectation: { pattern: 'commits/add/**', reason: 'has crashed until now' } },
  { status: 'could-not-run', failure: { step: 0, cause: 'script', message: 'step 3 refers to a key package that nobody made' } },
  { status: 'passed', retries: 1 },
];

/** The cases of a run: the story in every assignment of three, and simple ones in every status. */
export async function cases(): Promise<CaseRecord[]> {
  const passing = await Promise.all(
    [...labels].map(async (first, i) => {
      const played = [first, labels[(i + 1) % 3]!, labels[(i + 2) % 3]!];
      const { calls, sights } = await tellTreeChanges(played, { refuse: false });
      return makeCase({ script: 'commits/tree_changes', status: 'passed', played, calls, sights });
    }),
  );
  const simple = scripts.slice(1, 6).flatMap(({ id }, i) =>
    labels.flatMap((first, a) =>
      labels.map((second, b) => {
        const one = others[(i * 9 + a * 3 + b) % 11];
        return makeCase({ status: 'passed', wire: (a + b) % 2 === 0 ? 'public' : 'private', ...one, script: id, played: [first, second] });
      }),
    ),
  );
  return [await judgedCase(), ...passing, ...simple, hostileCase()];
}

export function endOf(results: readonly CaseRecord[], interrupted = false): EndRecord {
  const tally = new Tally();
  for (const result of results) tally.add(result);
  return tally.end(12_900, interrupted);
}

export async function fixture(): Promise<RecordLine[]> {
  const results = await cases();
  return [{ ...run, cases: results.length }, ...results.flatMap((result): RecordLine[] => [{ type: 'started', id: result.id, script: result.script }, result]), endOf(results)];
}

/** Tells a reporter the lines of a record. */
export function tell(reporter: Reporter, lines: readonly RecordLine[]): void {
  for (const line of lines) {
    if (line.type === 'run') reporter.runStarted?.(line);
    else if (line.type === 'started') reporter.caseStarted?.(line.id, line.script);
    else if (line.type === 'case') reporter.caseFinished?.(line);
    else reporter.runFinished?.(line);
  }
}
