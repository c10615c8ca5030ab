import { expect, test } from 'vitest';
import { exchangesOf } from '../../../src/runner/cases/exchanges.ts';
import { scriptOf } from '../../support/mock-cases.ts';

/** What is read in the last of these steps, in one line. */
const readIn = (...steps: object[]): string =>
  exchangesOf(scriptOf(...steps)).filter(({ step }) => step === steps.length - 1).map(({ type, from, to }) => `${type} ${from}-${to}`).join(', ');

const create = { action: 'createGroup', actor: 'a' };
const keyPackage = { action: 'createKeyPackage', actor: 'b' };

test.each([
  ['createGroup with members', [{ ...create, members: ['b', 'c'] }], 'key_package b-a, key_package c-a, welcome a-b, welcome a-c'],
  ['addProposal', [create, keyPackage, { action: 'addProposal', actor: 'a', keyPackage: 1 }], 'key_package b-a'],
  ['fullCommit of a reference', [create, { action: 'updateProposal', actor: 'b' }, { action: 'fullCommit', actor: 'a', byReference: [1], members: ['b', 'c'] }], 'proposal b-a, proposal b-c, commit a-b, commit a-c'],
  ['fullCommit by value', [create, keyPackage, { action: 'fullCommit', actor: 'a', byValue: [{ proposalType: 'add', keyPackage: 1 }, { proposalType: 'remove', removed: 'c' }], joiners: ['b'] }], 'key_package b-a, welcome a-b'],
  ['commit', [create, { action: 'updateProposal', actor: 'b' }, { action: 'commit', actor: 'a', byReference: [1] }], 'proposal b-a'],
  ['handleCommit', [create, { action: 'updateProposal', actor: 'b' }, { action: 'commit', actor: 'a', byReference: [1] }, { action: 'handleCommit', actor: 'c', commit: 2, byReference: [1] }], 'proposal b-c, commit a-c'],
  ['joinGroup', [create, { action: 'commit', actor: 'a' }, { action: 'joinGroup', actor: 'b', welcome: 1 }], 'welcome a-b'],
  ['externalJoin', [create, { action: 'externalJoin', actor: 'a', joiner: 'b', members: ['c'] }], 'group_info a-b, external_commit b-a, external_commit b-c'],
  ['handleCommit of an externalJoin', [create, { action: 'externalJoin', actor: 'a', joiner: 'b' }, { action: 'handleCommit', actor: 'c', commit: 1 }], 'external_commit b-c'],
  ['unprotect', [create, { action: 'protect', actor: 'a' }, { action: 'unprotect', actor: 'b', ciphertext: 1 }], 'application a-b'],
  ['newMemberAddProposal', [create, { action: 'newMemberAddProposal', actor: 'a', joiner: 'b' }], 'group_info a-b'],
  ['a new member\'s proposal, committed', [create, { action: 'newMemberAddProposal', actor: 'a', joiner: 'b' }, { action: 'fullCommit', actor: 'a', byReference: [1], joiners: ['b'] }], 'external_proposal b-a, welcome a-b'],
  ['externalSignerProposal', [create, keyPackage, { action: 'externalSignerProposal', actor: 's', member: 'a', description: { proposalType: 'add', keyPackage: 1 } }], 'group_info a-s, key_package b-s'],
  ['an external signer\'s proposal, committed', [create, { action: 'externalSignerProposal', actor: 's', member: 'a', description: { proposalType: 'remove', removed: 'b' } }, { action: 'fullCommit', actor: 'a', byReference: [1] }], 'external_proposal s-a'],
  ['reinit', [create, { action: 'reinit', proposer: 'a', committer: 'b', welcomer: 'c', members: [] }], 'proposal a-b, proposal a-c, commit b-a, commit b-c, key_package a-c, key_package b-c, welcome c-a, welcome c-b'],
  ['branch', [create, { action: 'branch', actor: 'a', members: ['b'] }], 'key_package b-a, welcome a-b'],
  ['what is refused', [create, { action: 'protect', actor: 'a' }, { action: 'expectFailure', step: { action: 'unprotect', actor: 'b', ciphertext: 1 } }], ''],
  ['what nobody sends', [create, { action: 'stateAuth', actor: 'a' }], ''],
])('%s', (_, steps, expected) => {
  expect(readIn(...steps)).toBe(expected);
});
