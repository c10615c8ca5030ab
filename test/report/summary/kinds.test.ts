import { expect, test } from 'vitest';
import { atFault, blamed, blameText, isOwnDoing } from '../../../src/report/summary/kinds.ts';
import type { CaseRecord, Verdict } from '../../../src/report/record/record.ts';

const failure = { step: 1, cause: 'refused', message: 'no', actor: 'bob', implementation: 'mlspp' } as const;
const verdict = (finding: Verdict['finding'], implementation?: string): Verdict => ({ finding, step: 1, summary: '', evidence: [], ...(implementation && { culprit: { implementation, actor: 'alice' } }) });

test.each<[string, Partial<CaseRecord>, readonly string[], string | undefined, string | undefined]>([
  ['nothing is known', {}, [], undefined, undefined],
  ['there is no verdict', { failure }, ['mlspp'], 'mlspp', 'mlspp'],
  ['the verdict names another', { failure, verdict: verdict('culprit', 'native') }, ['native'], 'native', 'native'],
  ['the verdict is contested', { failure, verdict: verdict('contested', 'native') }, [], undefined, 'contested: native accused'],
  ['the referee could not decide', { failure, verdict: verdict('unknown') }, [], undefined, undefined],
  ['one left something undone', { vacuousBy: ['openmls'] }, ['openmls'], 'openmls', 'openmls'],
  ['two left something undone', { vacuousBy: ['openmls', 'mlspp'] }, ['openmls', 'mlspp'], undefined, 'openmls and mlspp'],
  ['something was undone and another failed', { failure, vacuousBy: ['openmls'] }, ['mlspp'], 'mlspp', 'mlspp'],
])('who is at fault when %s', (_, result, all, one, text) => {
  expect([atFault(result), blamed(result), blameText(result)]).toEqual([all, one, text]);
  for (const label of ['native', 'mlspp', 'openmls']) expect(isOwnDoing(result, label)).toBe(all.length === 0 || all.includes(label));
});
