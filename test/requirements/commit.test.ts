/** The Commit as a message and the epoch it begins: RFC 9420 §8, §11, §12.4.1, §12.4.2. What it can have wrong is in src/hostile/violations. */
import { expect, test } from 'vitest';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { interimTranscriptHash } from '../../src/mls/epoch/transcript-hash.ts';
import { confirmationTag } from '../../src/mls/epoch/key-schedule.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { flipped } from '../../src/hostile/forge/forge-message.ts';
import { follows, groupOf, judgeCommit, refused } from './support.ts';
import { delivered } from '../../src/hostile/people.ts';
import { history, person, suite } from '../support/people.ts';

const { groups } = await history(['alice', 'bob', 'charlie']);
const [a, b, c] = [groups[0]!, groups[1]!, groups[2]!];

test('R-12.4.1-07: the engine signs a Commit that changes the signature key with the old one, and from then on the new key is in force', async () => {
  const key = await suite.generateSignatureKey();
  const changed = await a.commit({ leaf: { signatureKey: key } });
  const [nextB, nextC] = [await delivered(b, changed.commit), await delivered(c, changed.commit)];
  expect(changed.group.state.signatureKey).toBe(key);
  await judgeCommit({ from: changed.group, to: nextB, requirement: 'R-6.1-12', violating: { signatureKey: a.state.signatureKey } });
  expect((await nextC.receive(await changed.group.send(utf8('hello')))).kind).toBe('application');
});

test('R-11-07: at epoch 0 the confirmation_tag covers the empty confirmed hash and the interim hash is not empty', async () => {
  const { state } = await (await person('alice')).createGroup();
  expect(state.groupContext.confirmedTranscriptHash.length).toBe(0);
  const tag = confirmationTag(suite, state.secrets.confirmationKey, new Uint8Array(0));
  expect(hex(state.confirmationTag)).toBe(hex(tag));
  expect(hex(state.interimTranscriptHash)).toBe(hex(interimTranscriptHash(suite, new Uint8Array(0), tag)));
  expect(hex(state.interimTranscriptHash)).toBe(hex(suite.digest(Uint8Array.of(32), tag)));
});

test('R-12.4.2-10: a Commit refused in every epoch leaves no trace in who follows the honest history', async () => {
  let group = b;
  let from = a;
  for (let i = 0; i < 3; i++) {
    await refused(group, (await forgeCommit(from.state, { confirmationTag: (tag) => flipped(tag) })).message, { requirement: 'R-12.4.2-09' });
    const forged = await forgeCommit(from.state);
    group = await follows(group, forged);
    from = groupOf(forged.state);
  }
});
