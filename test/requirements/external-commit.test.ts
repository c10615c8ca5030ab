/** What a policy says of external Commits, and who may make one: RFC 9420 §5.3.1, §8.1, §12.4.3.2. What they can have wrong is in src/hostile/violations. */
import { expect, test } from 'vitest';
import { utf8 } from '../../src/mls/bytes.ts';
import type { Proposal } from '../../src/mls/wire/proposal.ts';
import { outsider, type CommitForgery } from '../../src/hostile/forge/forge-commit.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { basic } from '../../src/hostile/people.ts';
import { judgeCommit, refuses } from './support.ts';
import { history, people, person } from '../support/people.ts';

const { groups: [a] } = await history(['alice', 'bob']);
const diana = await outsider(a!.state, basic(people, 'diana'));
const aliceAgain = await outsider(a!.state, basic(people, 'alice'));
const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });

test.each<[string, Parameters<typeof policyWith>[0], CommitForgery, CommitForgery]>([
  ['every external Commit', { allowExternalCommit: ({ leafNode }) => leafNode.credential.credentialType === 'basic' && leafNode.credential.identity[0] !== 0x64 }, { by: diana }, { by: aliceAgain, proposals: [remove(0)] }],
  ['resync', { allowResync: () => false }, { by: aliceAgain, proposals: [remove(0)] }, { by: diana }],
])('R-12.4.3.2-09: a policy that forbids %s is obeyed', async (_, changes, violating, twin) => {
  const { groups: [d, e] } = await history(['alice', 'bob'], { policy: policyWith(changes) });
  await judgeCommit({ from: d!, to: e!, requirement: 'R-12.4.3.2-09', violating, twin });
});

test('R-5.3.1-06: an external Commit with a credential that the application refuses is refused', async () => {
  const { groups: [d, e] } = await history(['alice', 'bob'], { policy: policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== utf8('m')[0] }) });
  await judgeCommit({ from: d!, to: e!, requirement: 'R-5.3.1-06', violating: { by: await outsider(d!.state, basic(people, 'mallory')) }, twin: { by: diana } });
});

test('R-8.1-02: a client of another suite does not join by external Commit', async () => {
  const groupInfo = await a!.groupInfo();
  await refuses(async () => (await person('diana', { cipherSuite: 3 })).joinByExternalCommit(groupInfo), { requirement: 'R-8.1-02' });
  expect((await (await person('diana')).joinByExternalCommit(groupInfo)).group.members.length).toBe(3);
});
