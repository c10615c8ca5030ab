import { describe, expect, test } from 'vitest';
import type { Act, Described } from '../../../src/runner/evolve/decision.ts';
import { GroupModel } from '../../../src/runner/evolve/group-model.ts';

/** A group of a, b and c, and what has happened in it; acts have the ids 1 and on. */
function groupAfter(...acts: readonly Act[]): GroupModel {
  const group = new GroupModel({ least: 1, most: 4 });
  const all: readonly Act[] = [{ kind: 'create', actor: 'a', members: ['b', 'c'] }, ...acts];
  all.forEach((act, id) => expect(group.admit({ ...act, id }), JSON.stringify(act)).toBe(true));
  return group;
}

const propose = (actor: string, proposal: Described | { readonly type: 'update' }): Act => ({ kind: 'propose', actor, proposal });
const update = (actor: string) => propose(actor, { type: 'update' });
const remove = (actor: string, removed: string) => propose(actor, { type: 'remove', removed });
const add = (actor: string, keyPackage: number) => propose(actor, { type: 'add', keyPackage });
const keyPackage = (actor: string): Act => ({ kind: 'keyPackage', actor });
const psk: Act = { kind: 'psk' };
const usePsk = (actor: string, id: number) => propose(actor, { type: 'externalPSK', psk: id });
const resume = (back: number) => propose('a', { type: 'resumptionPSK', back });
const extensions = propose('a', { type: 'groupContextExtensions', extensions: [] });
const commit = (actor: string, byReference: readonly number[] = [], byValue: readonly Described[] = []): Act => ({ kind: 'commit', actor, byReference, byValue, forcePath: false, treeApart: false });
const join = (joiner: string, psks: readonly number[] = [], removePrior = false): Act => ({ kind: 'externalJoin', actor: 'a', joiner, removePrior, treeApart: false, psks });
const send = (actor: string): Act => ({ kind: 'send', actor });
const read = (actor: string, message: number): Act => ({ kind: 'read', actor, message });
const signer = (name: string): Act => ({ kind: 'addSigner', actor: 'a', signer: name });
const newMember = (joiner: string): Act => ({ kind: 'newMember', actor: 'a', joiner });

describe('what cannot be is not admitted and changes nothing', () => {
  test.each<[string, readonly Act[], Act]>([
    ['a second group', [], { kind: 'create', actor: 'x', members: [] }],
    ['a stranger proposes', [], update('x')],
    ['two Updates of one member', [update('b')], update('b')],
    ['an Update of one who is removed', [remove('a', 'b')], update('b')],
    ['a Remove of one who updates', [update('b')], remove('a', 'b')],
    ['Updates of all, which nobody could commit', [update('a'), update('b')], update('c')],
    ['a Remove of all but those who update', [update('a'), remove('a', 'b')], remove('a', 'c')],
    ['an Add without a KeyPackage', [], add('a', 7)],
    ['an Add of one who is added', [keyPackage('d'), add('a', 1)], add('b', 1)],
    ['an Add with a KeyPackage that another has replaced', [keyPackage('d'), keyPackage('d')], add('a', 1)],
    ['an Add to a full group', [keyPackage('d'), add('a', 1), keyPackage('e')], add('a', 3)],
    ['a KeyPackage of a member', [], keyPackage('b')],
    ['a KeyPackage of one who is being added', [keyPackage('d'), add('a', 1)], keyPackage('d')],
    ['an Add of one who lacks a PSK', [psk, usePsk('a', 1), keyPackage('d')], add('a', 3)],
    ['a PSK that a joiner lacks', [psk, keyPackage('d'), add('a', 2)], usePsk('a', 1)],
    ['a PSK that a former pending join had', [keyPackage('d'), psk, keyPackage('d'), add('a', 3)], usePsk('a', 2)],
    ['a PSK twice', [psk, usePsk('a', 1)], usePsk('b', 1)],
    ['a new member beside a PSK', [psk, usePsk('a', 1)], newMember('d')],
    ['an epoch before the group', [], resume(2)],
    ['an epoch that members have not seen', [], resume(1)],
    ['an epoch twice', [resume(0)], resume(0)],
    ['a resumption PSK beside an Add', [keyPackage('d'), add('a', 1)], resume(0)],
    ['two changes of the extensions', [extensions], signer('s')],
    ['a signer who is one', [signer('s'), commit('a', [1])], signer('s')],
    ['a signer who is a member', [], signer('b')],
    ['a proposal of a signer before the Commit', [signer('s')], { kind: 'signerProposes', signer: 's', member: 'a', proposal: { type: 'remove', removed: 'b' } }],
    ['a proposal of a signer who was replaced', [signer('s'), commit('a', [1]), extensions, commit('a', [3])], { kind: 'signerProposes', signer: 's', member: 'a', proposal: { type: 'remove', removed: 'b' } }],
    ['a signer who joins', [signer('s')], join('s')],
    ['a Commit of a stranger', [], commit('x')],
    ['a member that joins', [], join('b')],
    ['a stranger that leaves its former place', [], join('d', [], true)],
    ['somebody who lets itself in', [], { ...join('a', [], true) }],
    ['data while a proposal waits', [update('b')], send('a')],
    ['a sixth message of one sender', [send('a'), send('a'), send('a'), send('a'), send('a')], send('a')],
    ['a message that is read twice', [send('a'), read('b', 1)], read('b', 1)],
    ['a message that is read by its sender', [send('a')], read('a', 1)],
    ['a message from before one joined', [send('a'), join('d')], read('d', 1)],
    ['a message of three epochs ago', [send('a'), commit('a'), commit('a'), commit('a')], read('b', 1)],
    ['a message of one who has left', [send('c'), commit('a', [], [{ type: 'remove', removed: 'c' }])], read('b', 1)],
  ])('%s', (_, acts, impossible) => {
    const group = groupAfter(...acts);
    const before = structuredClone({ ...group });
    expect(group.admit({ ...impossible, id: 100 })).toBe(false);
    expect({ ...group }).toEqual(before);
  });
});

describe('what can be', () => {
  test('removes and adds in one Commit, by reference and by value', () => {
    const group = groupAfter(keyPackage('d'), add('b', 1), remove('b', 'c'), keyPackage('e'), commit('a', [2, 3], [{ type: 'add', keyPackage: 4 }]));
    expect(group.members).toEqual(['a', 'b', 'd', 'e']);
    expect(group.steps.at(-1)).toEqual({ action: 'fullCommit', actor: 'a', byReference: [2, 3], byValue: [{ proposalType: 'add', keyPackage: 4 }], members: ['b'], joiners: ['d', 'e'] });
  });

  test('leaves out of a Commit what its maker must not commit', () => {
    const group = groupAfter(update('a'), remove('b', 'c'), commit('a', [1, 2, 99]));
    expect(group.steps.at(-1)).toMatchObject({ byReference: [2], members: ['b'] });
    expect(group.admitted.at(-1)).toMatchObject({ byReference: [2] });
  });

  test('brings back who was there, with a state that knows nothing of the past', () => {
    const group = groupAfter(psk, commit('a', [], [{ type: 'remove', removed: 'c' }]), join('c'));
    expect(group.members).toEqual(['a', 'b', 'c']);
    expect(group.psks.get(1)).toEqual(new Set(['a', 'b']));
    expect(group.joinedAt.get('c')).toBe(3);
  });

  test('loses in an external Commit what was proposed', () => {
    const group = groupAfter(update('b'), join('d'));
    expect(group.proposed.size).toBe(0);
    expect(group.steps.at(-1)).toEqual({ action: 'externalJoin', actor: 'a', joiner: 'd', members: ['b', 'c'] });
  });

  test('opens messages of two epochs ago', () => {
    expect(groupAfter(send('a'), commit('a'), commit('a'), read('b', 1)).steps.at(-1)).toEqual({ action: 'unprotect', actor: 'b', ciphertext: 1 });
  });
});
