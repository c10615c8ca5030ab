import { expect, it } from 'vitest';
import { PendingProposals } from '../../../src/mls/group/pending-proposals.ts';

const proposal = (n: number) => ({ proposal: { proposalType: 'remove', removed: n }, sender: { senderType: 'member', leafIndex: 0 }, reference: Uint8Array.of(n) }) as const;
const numbers = (pending: PendingProposals) => [...pending].map(({ reference }) => reference[0]);

it('two values that go on from one do not see what the other adds', () => {
  const one = PendingProposals.none.with(proposal(1));
  const [left, right] = [one.with(proposal(2)), one.with(proposal(3))];
  expect([numbers(one), numbers(left), numbers(right)]).toEqual([[1], [1, 2], [1, 3]]);
  expect(one.get(Uint8Array.of(2))).toBeUndefined();
  expect(left.get(Uint8Array.of(2))).toEqual(proposal(2));
  expect(PendingProposals.none.size).toBe(0);
});

it('dropping one leaves the others in their order, and the value before as it was', () => {
  const all = PendingProposals.of([1, 2, 3].map(proposal));
  expect(numbers(all.without(Uint8Array.of(2)))).toEqual([1, 3]);
  expect(numbers(all)).toEqual([1, 2, 3]);
  expect(all.without(Uint8Array.of(9))).toBe(all);
});
