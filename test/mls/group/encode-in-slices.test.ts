/** A group that is encoded in slices goes on meanwhile, and no key is used twice. */
import { expect, it } from 'vitest';
import { resumptionPsk } from '../../../src/index.ts';
import { utf8 } from '../../../src/mls/bytes.ts';
import { history, person } from '../../support/people.ts';

it('gives what encoding at once gives, and counts what was sent meanwhile', async () => {
  const { groups: [a, b] } = await history(['alice', 'bob']);
  const encoding = b!.encodeInSlices({ reserve: 5 });
  const meanwhile = await b!.send(utf8('meanwhile'));
  const stored = await encoding;
  expect(stored).toHaveLength(b!.encode({ reserve: 5 }).length);

  const restored = await (await person('bob')).restore(stored);
  await restored.encodeInSlices();
  const after = await restored.send(utf8('after'));
  for (const message of [meanwhile, await b!.send(utf8('within the reserve')), after]) expect((await a!.receive(message)).kind).toBe('application');
  expect(restored.epochAuthenticator).toEqual(b!.epochAuthenticator);
});

it('gives all of many pending proposals back, in their order', async () => {
  const { groups: [alice] } = await history(['alice', 'bob']);
  let proposing = alice!;
  for (let i = 0; i < 600; i++) proposing = (await proposing.propose(resumptionPsk(proposing.epoch))).group;
  const stored = await proposing.encodeInSlices();
  expect(stored).toHaveLength(proposing.encode().length);

  const { state } = await (await person('alice')).restore(stored);
  expect([...state.pendingProposals]).toEqual([...proposing.state.pendingProposals]);
  expect([...state.ownMessages]).toEqual([...proposing.state.ownMessages]);
});
