import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadExpectations } from '../../../src/report/expectations/expectation-file.ts';
import { updateExpectations, type FileUpdate, type UpdateOptions } from '../../../src/report/expectations/expectation-update.ts';
import { applyExpectations } from '../../../src/report/expectations/expectations.ts';
import type { CaseRecord } from '../../../src/report/record/record.ts';
import { fixtureCase, fixtureCases, fixtureLines, streamed } from '../fixture.ts';

const today = new Date('2026-05-17T12:00:00Z');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-update-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, `${name}.yaml`), text);
const read = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8');

/** Updates the files from a run of these cases, to which the expectations that are there have been applied. */
async function update(cases: readonly CaseRecord[], options: Partial<UpdateOptions> = {}): Promise<Omit<FileUpdate, 'text'>[]> {
  const set = loadExpectations(folder);
  const run = cases.map((each) => applyExpectations(set, each, today));
  const updates = await updateExpectations(streamed(fixtureLines(run)), { folder, today, ...options });
  for (const { file, text } of updates) writeFileSync(file, text);
  return updates.map(({ file, added, removed, narrowed }) => ({ file: file.slice(folder.length + 1), added, removed, narrowed }));
}

const failing = (changes: Partial<CaseRecord>): Partial<CaseRecord> => ({
  status: 'failed',
  failure: { step: 2, cause: 'refused', message: 'no ratchet tree', actor: 'bob', implementation: 'openmls', rpc: 'JoinGroup', code: 'ABORTED' },
  ...changes,
});

/** One script on two suites, in both wire modes, with every pair; `how` says what becomes of each. */
function runOf(how: (each: CaseRecord) => Partial<CaseRecord> = () => ({}), script = 'commit/add'): CaseRecord[] {
  const labels = ['native', 'mlspp', 'openmls'];
  return [1, 2].flatMap((suite) =>
    (['public', 'private'] as const).flatMap((wire) =>
      labels.flatMap((alice) => labels.map((bob) => fixtureCase({ script, suite, wire, alice, bob }))).map((each) => ({ ...each, ...how(each) })),
    ),
  );
}
const openmlsJoins = ({ actors }: CaseRecord): Partial<CaseRecord> => (actors['bob'] === 'openmls' ? failing({}) : {});

test('cases that fail alike get one entry with wildcards, in the file of the implementation at fault', async () => {
  expect(await update(runOf(openmlsJoins))).toEqual([{ file: 'openmls.yaml', added: ['commit/add/*/*/*,bob=openmls'], removed: [], narrowed: [] }]);
  expect(read('openmls')).toBe('- pattern: commit/add/*/*/*,bob=openmls\n  reason: "openmls: refused: JoinGroup ABORTED: no ratchet tree"\n  status: failed\n');
});

test('after an update the same run is as expected, and a further update changes nothing', async () => {
  const runs = [fixtureCases().map(({ observed, expectation: _, ...each }): CaseRecord => ({ ...each, status: observed ?? each.status })), runOf(openmlsJoins)];
  for (const run of runs) {
    await update(run);
    const set = loadExpectations(folder);
    const after = run.map((each) => applyExpectations(set, each, today));
    expect(after.filter(({ status }) => ['failed', 'vacuous', 'unexpected-pass'].includes(status))).toEqual([]);
    expect(await update(run)).toEqual([]);
  }
});

test('failures of different kinds get entries of their own', async () => {
  const run = runOf((each) => ({ ...openmlsJoins(each), ...(each.actors['bob'] === 'openmls' && each.suite === 2 ? failing({ failure: { step: 0, cause: 'crash', message: 'panic', actor: 'bob', implementation: 'openmls' } }) : {}) }));
  expect(await update(run)).toMatchObject([{ added: ['commit/add/suite:1/*/*,bob=openmls', 'commit/add/suite:2/*/*,bob=openmls'] }]);
  expect(read('openmls')).toContain('reason: "openmls: crash: panic"');
});

test('what is written does not depend on the order in which cases ended', async () => {
  const run = runOf(({ suite, actors }) => (Object.values(actors).includes('openmls') ? failing({ failure: { step: suite, cause: 'refused', message: `no ${actors['alice']}`, actor: 'bob', implementation: 'openmls' } }) : {}));
  await update(run);
  const written = read('openmls');
  rmSync(join(folder, 'openmls.yaml'));
  await update(run.reverse());
  expect(read('openmls')).toBe(written);
});

test('ways of failing that only many patterns could tell apart share an entry, whose reason is that of most', async () => {
  const messages = ['a', 'b', 'b', 'c', 'b'];
  const run = runOf((each) => {
    const i = [...each.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
    return Object.values(each.actors).includes('openmls') ? failing({ failure: { step: 0, cause: 'refused', message: `way ${messages[i % 5]}`, actor: 'bob', implementation: 'openmls' } }) : {};
  });
  expect(await update(run)).toMatchObject([{ file: 'openmls.yaml', added: ['commit/add'] }]);
  expect(read('openmls')).toContain('reason: "openmls: refused: way b (and 2 other ways)"');
});

test('what another implementation is to blame for is not excused along the way', async () => {
  const run = runOf(({ wire, actors }) => {
    if (actors['bob'] !== 'openmls') return {};
    return failing(wire === 'public' ? { verdict: { finding: 'culprit', culprit: { implementation: actors['alice']!, actor: 'alice' }, step: 0, summary: `${actors['alice']} is wrong`, evidence: [] } } : {});
  });
  const updates = await update(run.filter(({ actors }) => actors['alice'] !== 'openmls'));
  expect(updates.map(({ file, added }) => [file, added])).toEqual([
    ['mlspp.yaml', ['commit/add/*/wire:public/alice=mlspp,bob=openmls']],
    ['native.yaml', ['commit/add/*/wire:public/alice=native,bob=openmls']],
    ['openmls.yaml', ['commit/add/*/wire:private/*,bob=openmls']],
  ]);
});

test("the verdict's culprit comes before the implementation at which a case failed", async () => {
  const verdict = { finding: 'culprit', culprit: { implementation: 'mlspp', actor: 'alice' }, step: 2, summary: 'mlspp leaves out the tree', evidence: [] } as const;
  const run = runOf(({ actors }) => (actors['alice'] === 'mlspp' && actors['bob'] === 'openmls' ? failing({ verdict }) : {}));
  expect(await update(run)).toEqual([{ file: 'mlspp.yaml', added: ['commit/add/*/*/alice=mlspp,bob=openmls'], removed: [], narrowed: [] }]);
  expect(read('mlspp')).toContain('reason: mlspp leaves out the tree\n');
});

test('a contested verdict names nobody, and what is nobody’s goes to _all', async () => {
  const verdict = { finding: 'contested', culprit: { implementation: 'mlspp', actor: 'alice' }, step: 2, summary: 'x', evidence: [] } as const;
  expect(await update([{ ...runOf()[0]!, ...failing({ verdict }) }])).toMatchObject([{ file: '_all.yaml' }]);
  rmSync(join(folder, '_all.yaml'));
  expect(await update([fixtureCase({ script: 'commit/psk', alice: 'native', bob: 'mlspp', status: 'vacuous', vacuous: ['no PSK'] })])).toMatchObject([{ file: '_all.yaml' }]);
  expect(read('_all')).toBe('- pattern: commit/psk/suite:1/wire:private/alice=native,bob=mlspp\n  reason: no PSK\n  status: vacuous\n');
});

test('a verdict that the end of the record revises says whose file it is', async () => {
  const [first] = runOf();
  const verdict = { finding: 'culprit', culprit: { implementation: 'native', actor: 'alice' }, step: 2, summary: 'x', evidence: [] } as const;
  const result: CaseRecord = { ...first!, ...failing({ verdict }) };
  const lines = fixtureLines([result]).map((line) => (line.type === 'end' ? { ...line, revised: { [result.id]: { ...verdict, culprit: { implementation: 'mlspp', actor: 'bob' } } } } : line));
  expect(await updateExpectations(streamed(lines), { folder, today })).toMatchObject([{ file: join(folder, 'mlspp.yaml') }]);
});

test('what could not run or is not supported is never expected', async () => {
  expect(await update(fixtureCases().filter(({ status }) => status === 'could-not-run' || status === 'not-supported'))).toEqual([]);
});

const commented = `# What OpenMLS does not do.
# Kept by hand and by expect update.

# It wants the tree in the Welcome.
- pattern: commit/add/suite:1/** # only here
  reason: no trees
  issue: https://example.org/1

# The second.
- pattern: commit/psk
  reason: no PSKs
- pattern: commit/gone
  reason: was renamed
# The end.
`;

test('entries whose cases all pass go, with their comment; comments and order of the others stay', async () => {
  write('openmls', commented);
  const psk = runOf((each) => (Object.values(each.actors).includes('openmls') ? failing({}) : {}), 'commit/psk');
  expect(await update([...runOf(), ...psk])).toEqual([{ file: 'openmls.yaml', added: [], removed: ['commit/add/suite:1/**'], narrowed: [] }]);
  expect(read('openmls')).toBe(`# What OpenMLS does not do.
# Kept by hand and by expect update.

# The second.
- pattern: commit/psk
  reason: no PSKs
- pattern: commit/gone
  reason: was renamed

# The end.
`);
});

test('entries that match no case stay, unless they are to be pruned', async () => {
  write('openmls', '- pattern: commit/gone\n  reason: x\n');
  expect(await update(runOf())).toEqual([]);
  expect(await update(runOf(), { prune: true })).toEqual([{ file: 'openmls.yaml', added: [], removed: ['commit/gone'], narrowed: [] }]);
  expect(read('openmls')).toBe('[]\n');
  expect(loadExpectations(folder)[0]!.entries).toEqual([]);
});

test('an entry of which some cases pass is made narrower, and keeps all that it says', async () => {
  write('openmls', '# why\n- pattern: commit/**\n  reason: no trees # really\n  issue: https://example.org/1\n');
  const run = runOf(({ suite, wire, actors }) => (Object.values(actors).includes('openmls') && (suite === 2 || wire === 'public') ? failing({}) : {}));
  expect(await update(run)).toEqual([{ file: 'openmls.yaml', added: [], removed: [], narrowed: ['commit/**'] }]);
  expect(read('openmls')).toBe(`# why
- pattern: commit/add/*/wire:public
  reason: no trees # really
  issue: https://example.org/1
- pattern: commit/add/suite:2
  reason: no trees # really
  issue: https://example.org/1
`);
});

test.each(['flaky', 'may-pass'])('an entry that is %s stays whatever passes', async (word) => {
  write('openmls', `- pattern: commit/add\n  reason: x\n  ${word}: true\n`);
  expect(await update(runOf())).toEqual([]);
  expect(await update(runOf(openmlsJoins))).toEqual([]);
});

test('an entry that no longer fits how its cases fail stays beside a new one', async () => {
  write('openmls', '- pattern: commit/add/*/*/*,bob=openmls\n  reason: x\n  match: no such key\n');
  expect(await update(runOf(openmlsJoins))).toMatchObject([{ added: ['commit/add/*/*/*,bob=openmls'], removed: [] }]);
});

test('an expired entry is replaced when its cases still fail, and removed when they do not', async () => {
  const expired = '- pattern: commit/add/*/*/*,bob=openmls\n  reason: old\n  expires: 2026-05-16\n';
  write('openmls', expired);
  expect(await update(runOf(openmlsJoins), { reason: 'new' })).toMatchObject([{ added: ['commit/add/*/*/*,bob=openmls'], removed: ['commit/add/*/*/*,bob=openmls'] }]);
  expect(read('openmls')).toBe('- pattern: commit/add/*/*/*,bob=openmls\n  reason: new\n  status: failed\n');
  write('openmls', expired);
  expect(await update(runOf())).toMatchObject([{ added: [], removed: ['commit/add/*/*/*,bob=openmls'] }]);
});

test('with one implementation only its file is written, and what others excuse is excused', async () => {
  const run = runOf((each) => ({ ...openmlsJoins(each), ...(each.actors['alice'] === 'mlspp' && each.actors['bob'] === 'mlspp' ? failing({ failure: { step: 1, cause: 'crash', message: 'x', actor: 'bob', implementation: 'mlspp' } }) : {}) }));
  write('_all', '- pattern: commit/add/suite:1\n  reason: everybody\n  may-pass: true\n');
  expect(await update(run, { implementation: 'mlspp' })).toEqual([{ file: 'mlspp.yaml', added: ['commit/add/suite:2/*/alice=mlspp,bob=mlspp'], removed: [], narrowed: [] }]);
});

test('a reason may be given for all new entries', async () => {
  await update(runOf(openmlsJoins), { reason: 'no trees: see #4' });
  expect(read('openmls')).toContain("reason: \"no trees: see #4\"\n");
});

test('a file with settings of its own and a list in it keeps its form', async () => {
  const text = '# settings\nmay-pass: false\nexpectations:\n# all of them\n- pattern: commit/gone\n  reason: x\n';
  write('openmls', text);
  await update(runOf(openmlsJoins));
  expect(read('openmls')).toBe(`${text}- pattern: commit/add/*/*/*,bob=openmls\n  reason: "openmls: refused: JoinGroup ABORTED: no ratchet tree"\n  status: failed\n`);
});

test('a file that nobody needs is not made', async () => {
  expect(await update(runOf())).toEqual([]);
  expect(loadExpectations(folder)).toEqual([]);
});
