import { beforeAll, expect, test } from 'vitest';
import type { PreSharedKeyInput } from '../../../src/mls/epoch/psk-secret.ts';
import type { Group } from '../../../src/mls/group/group.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import type { Proposal } from '../../../src/mls/wire/proposal.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode } from '../../../src/mls/wire/presentation-language.ts';
import { explain } from '../../../src/runner/referee/hypotheses.ts';
import { isFramed, open } from '../../../src/runner/referee/shadow.ts';
import { forgeCommit, type CommitForgery } from '../../../src/hostile/forge/forge-commit.ts';
import { flipped } from '../../../src/hostile/forge/forge-message.ts';
import { history, suite } from '../../support/people.ts';

let alice: Group;
let bob: Group;
const ids = ['one', 'two', 'three'].map((name) => Buffer.from(name));
beforeAll(async () => {
  const { clients, groups } = await history(['alice', 'bob', 'charlie']);
  for (const client of clients) for (const id of ids) client.storePsk(id, Buffer.from(`secret of ${id.toString()}`));
  [alice, bob] = [groups[0]!, groups[1]!];
});

const psks = (count: number): Proposal[] => ids.slice(0, count).map((pskId) => ({ proposalType: 'psk', psk: { psktype: 'external', pskId, pskNonce: suite.random(suite.nh) } }));
type Psks = readonly PreSharedKeyInput[];

/** What the referee makes of a Commit that was computed with a mistake, from its confirmation tag and from the authenticator it leads to. */
async function explained(forgery: CommitForgery, before: (state: GroupState) => GroupState = (state) => state) {
  const { message, epoch } = await forgeCommit(before(alice.state), forgery);
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (!isFramed(decoded)) throw new Error('a Commit was expected');
  const opened = open(bob.state, decoded, message);
  const fromTag = await explain(bob.state, opened, { confirmationTag: opened.confirmationTag! });
  const fromSecret = await explain(bob.state, opened, { epochAuthenticator: epoch.secrets.epochAuthenticator.expose() });
  expect(fromSecret?.mistake).toBe(fromTag?.mistake);
  return fromTag && { differs: fromTag.differs, requirement: fromTag.requirement, mistake: fromTag.mistake };
}

const ofPsks = (mistake: string) => ({ differs: 'psk_secret', requirement: 'R-8.4-03', mistake });

test.each<readonly [string, number, (psks: Psks) => Psks]>([
  ['the PSK is left out of psk_secret', 1, () => []],
  ['all PSKs are left out of psk_secret', 2, () => []],
  ['PSK 1 of 1 enters psk_secret twice', 1, ([only]) => [only!, only!]],
  ['PSK 2 of 3 enters psk_secret twice', 3, ([a, b, c]) => [b!, a!, b!, c!]],
  ['PSK 2 of 3 is left out of psk_secret', 3, ([a, , c]) => [a!, c!]],
  ['the PSKs enter psk_secret in reverse order', 3, (all) => all.toReversed()],
  ['the PSKs enter psk_secret in another order than that of the Commit', 3, ([a, b, c]) => [b!, a!, c!]],
])('%s', async (mistake, count, edit) => {
  expect(await explained({ proposals: psks(count), psks: edit, path: 'none' })).toEqual(ofPsks(mistake));
});

test.each<readonly [string, { readonly differs: string; readonly requirement: string }, (state: GroupState) => GroupState]>([
  [
    'the transcript continues from the confirmed hash of the epoch before, not from the interim one',
    { differs: 'confirmed transcript hash', requirement: 'R-8.2-02' },
    (state) => ({ ...state, interimTranscriptHash: state.groupContext.confirmedTranscriptHash }),
  ],
  ['the transcript begins anew with this Commit', { differs: 'confirmed transcript hash', requirement: 'R-8.2-01' }, (state) => ({ ...state, interimTranscriptHash: new Uint8Array(0) })],
])('%s', async (mistake, rest, before) => {
  expect(await explained({}, before)).toEqual({ ...rest, mistake });
});

test('what no single known mistake leads to stays unexplained', async () => {
  expect(await explained({}, (state) => ({ ...state, interimTranscriptHash: flipped(state.interimTranscriptHash) }))).toBeUndefined();
});
