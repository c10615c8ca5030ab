import { beforeAll, expect, test } from 'vitest';
import { causesOf, type Causes } from '../../../../src/report/html/client/causes.ts';
import { filtered, filtersOf } from '../../../../src/report/html/client/filters.ts';
import { packRow } from '../../../../src/report/html/pack.ts';
import type { CaseRow } from '../../../../src/report/html/page-data.ts';
import { makeCase } from '../fixture.ts';

const verdict = { finding: 'culprit', culprit: { implementation: 'mlspp', actor: 'bob' }, step: 1, requirement: 'R-10-10', summary: 'bob lists no GREASE', evidence: [] } as const;
const failure = { step: 1, cause: 'refused', message: 'Extension 0x0A0A', actor: 'alice', implementation: 'ours', rpc: 'AddProposal', code: 'INVALID_ARGUMENT' } as const;
let rows: CaseRow[];
let causes: Causes;

beforeAll(() => {
  rows = [
    packRow(makeCase({ script: 'commits/add', status: 'passed', played: ['ours'] }), { block: undefined, kind: undefined }),
    packRow(makeCase({ script: 'commits/add', status: 'failed', played: ['ours', 'mlspp'], wire: 'private', failure, verdict }), { block: 0, kind: 0 }),
    packRow(makeCase({ script: 'joining/external_join', status: 'vacuous', played: ['mlspp'], vacuous: ['no PSK'], vacuousBy: ['mlspp'] }), { block: 1, kind: 1 }),
    packRow(makeCase({ script: 'commits/update', status: 'failed', played: ['ours', 'openmls'], failure }), { block: 2, kind: 0 }),
  ];
  causes = causesOf(rows);
});

test.each([
  ['', [0, 1, 2, 3]],
  ['status=failed', [1, 3]],
  ['status=failed,vacuous', [1, 2, 3]],
  ['status=nonsense', [0, 1, 2, 3]],
  ['script=commits', [0, 1, 3]],
  ['script=commits/add', [0, 1]],
  ['script=commit', []],
  ['suite=1', [0, 1, 2, 3]],
  ['suite=2', []],
  ['wire=private', [1]],
  ['implementation=mlspp', [1, 2]],
  ['culprit=mlspp', [1, 2]],
  ['culprit=ours', []],
  ['requirement=R-10-10', [1]],
  ['text=0x0a0a+UPDATE', [3]],
  ['text=grease', [1]],
  ['text=no+psk', [2]],
  ['cause=0', [1, 3]],
  ['cause=1', [2]],
  ['pair=ours%3Emlspp', [1]],
  ['status=failed&implementation=openmls&wire=public', [3]],
])('%j gives rows %j', (query, expected) => {
  const withPair = rows.map((row, i) => (i === 1 ? { ...row, exchanges: [{ sender: 'ours', receiver: 'mlspp' }] } : row));
  const found = filtered(withPair, filtersOf(new URLSearchParams(query)), causes);
  expect(found.map((row) => withPair.indexOf(row))).toEqual(expected);
});

test('causes are ordered by status, then by how many cases they have', () => {
  expect(causes.all.map(({ title, cases }) => [title, cases.length])).toEqual([
    ['mlspp breaks R-10-10', 2],
    ['mlspp: did not happen: no PSK', 1],
  ]);
  expect(causes.of(rows[0]!)).toBeUndefined();
});

/** A failed case of two with this verdict. */
function titleOf(changes: object, others: readonly object[] = []): string {
  const base = { finding: 'culprit', culprit: { implementation: 'mlspp', actor: 'bob' }, step: 3, evidence: [] } as const;
  const row = (change: object, played: readonly string[]): CaseRow =>
    packRow(makeCase({ script: 'commits/add', status: 'failed', played, failure, verdict: { ...base, summary: '', ...change } }), { block: undefined, kind: 0 });
  return causesOf([row(changes, ['ours', 'mlspp']), ...others.map((change) => row(change, ['openmls', 'mlspp']))]).all[0]!.title;
}

test.each([
  ['mlspp (bob) does not do what is asked of it at step 3: it is not so that the Commit of mlspp (bob) has a path.', 'mlspp: it is not so that the Commit of mlspp has a path'],
  ['mlspp (bob) fails at CreateBranch at step 3: map::at.', 'mlspp fails at CreateBranch: map::at'],
  ['mlspp (bob) fails at Commit at step 3: no (real) reason.', 'mlspp fails at Commit: no (real) reason'],
  ['mlspp (bob) opens what it cannot have a key for, at step 3.', 'mlspp opens what it cannot have a key for'],
])('a verdict without a requirement gives its cause a title: %s', (summary, title) => {
  expect(titleOf({ summary })).toBe(title);
  expect(titleOf({ finding: 'contested', summary: `contested: ${summary}` })).toBe(`contested: ${title}`);
});

test('messages of several that fare alike are those of others', () => {
  const summary = (sender: string): object => ({ summary: `mlspp (bob) does not take the Welcome of ${sender} (alice) (step 2) at step 3, although it breaks no rule.` });
  expect(titleOf(summary('ours'))).toBe('mlspp does not take the Welcome of ours, although it breaks no rule');
  expect(titleOf(summary('ours'), [summary('openmls')])).toBe('mlspp does not take the Welcome of others, although it breaks no rule');
});
