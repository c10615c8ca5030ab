import { expect, test } from 'vitest';
import { packDetails } from '../../../src/report/html/pack.ts';
import { passages } from '../../../src/report/html/passages.ts';
import { makeCase } from './fixture.ts';
import { Story } from './story.ts';

test('a message passes from the call that answered it to those that were given it', async () => {
  const story = new Story({ alice: 'ours', bob: 'mlspp', charlie: 'ours' });
  await story.create('alice');
  await story.commit('alice', { joiners: ['bob', 'charlie'] });
  await story.commit('bob', { byReference: [await story.proposeUpdate('charlie')] });
  const { calls } = packDetails(makeCase({ script: 'commits/tree_changes', status: 'passed', played: ['ours'], calls: story.calls }));
  const told = passages(calls).map(({ from, to, field }) => `${field}: ${calls[from]!.actor} to ${calls[to]!.actor}`);
  expect(told).toEqual([
    'key_package: bob to alice',
    'key_package: charlie to alice',
    'welcome: alice to bob',
    'welcome: alice to charlie',
    'by_reference: charlie to bob',
    'proposal: charlie to alice',
    'commit: bob to alice',
    // An own proposal comes back to its maker.
    'proposal: charlie to charlie',
    'commit: bob to charlie',
  ]);
});

test('secrets and texts are not taken for bytes', () => {
  const call = { step: 0, actor: 'alice', implementation: 'ours', rpc: 'CreateKeyPackage', request: { identity: 'YWxpY2U=', cipher_suite: 1 }, response: { init_priv: '[secret]', key_package: 'AAE=', name: 'YWxpY2U=' }, milliseconds: 1 };
  const { bytes, calls } = packDetails(makeCase({ script: 'commits/add', status: 'passed', played: ['ours'], calls: [call, call] }));
  expect(bytes).toEqual(['YWxpY2U=', 'AAE=']);
  expect(calls[0]).toMatchObject({ request: { identity: { bytes: 0 }, cipher_suite: 1 }, response: { init_priv: '[secret]', key_package: { bytes: 1 }, name: 'YWxpY2U=' } });
});
