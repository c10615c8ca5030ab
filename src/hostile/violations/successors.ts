/** Groups that come out of another: reinitialization and branching, RFC 9420 §11.2, §11.3, §12.4.2, §12.4.3.1. */
import { empty, utf8 } from '../../mls/bytes.ts';
import type { PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import type { GroupContext } from '../../mls/wire/group-info.ts';
import { branchWelcome, reInitWelcome } from '../describe.ts';
import { flipped } from '../forge/forge-message.ts';
import { leftOpen } from '../left-open.ts';
import { neighbours } from '../people.ts';
import type { SuccessionForgery, SuccessorScene } from '../successor-scene.ts';
import type { Violation } from '../violation.ts';

export const ofSuccessors: readonly Violation[] = [
  reInitWelcome({ id: 'R-11.2-01', name: 'a successor with other extensions than the ReInit', violating: context({ extensions: [] }) }),
  reInitWelcome({ id: 'R-11.2-01', name: 'a successor with another group id than the ReInit', violating: context({ groupId: utf8('elsewhere') }) }),
  reInitWelcome({ id: 'R-11.2-02', name: 'a successor at epoch 0', violating: context({ epoch: 0n }) }),
  reInitWelcome({ id: 'R-11.2-02', name: 'a successor at epoch 2', violating: context({ epoch: 2n }) }),
  reInitWelcome({ id: 'R-11.2-03', name: 'a successor that names the epoch before the Commit of the ReInit', violating: ofEpochBefore }),
  reInitWelcome({ id: 'R-12.4.2-12', name: 'a successor that names no PSK', violating: { psks: () => [] } }),
  reInitWelcome({ id: 'R-12.4.2-12', name: 'a successor with a PSK of usage application instead', violating: link({ usage: 'application' }) }),
  reInitWelcome({ id: 'R-12.4.3.1-06', name: 'a successor with two reinit PSKs', violating: besides('reinit'), twin: besides('application') }),
  reInitWelcome({ id: 'R-12.4.3.1-23', name: 'a successor that leaves an old member out', violating: { members: ['alice'] } }),
  reInitWelcome({ id: 'R-12.4.3.1-05', name: 'a successor that names a group nobody here knows', violating: link({ pskGroupId: utf8('unknown') }) }),
  branchWelcome({ id: 'R-12.4.3.1-22', name: 'a successor of a group that goes on', violating: link({ usage: 'reinit' }) }),
  branchWelcome({ id: 'R-11.3-02', name: 'a branch that names no PSK', leftOpen: leftOpen.branchWithoutPsk, violating: { psks: () => [] } }),
  branchWelcome({ id: 'R-11.3-03', leftOpen: leftOpen.pskNonce, name: 'a branch whose psk_nonce is empty', violating: link({ pskNonce: empty }) }),
  branchWelcome({ id: 'R-11.3-03', leftOpen: leftOpen.pskNonce, name: 'a branch whose psk_nonce has 16 bytes', violating: link({ pskNonce: new Uint8Array(16) }) }),
  branchWelcome({
    id: 'R-11.3-03',
    leftOpen: leftOpen.pskNonce,
    name: 'a branch whose psk_nonce has a byte too many',
    violating: ({ people: { suite } }) => link({ pskNonce: suite.random(suite.nh + 1) }),
  }),
  branchWelcome({ id: 'R-11.3-04', name: 'a branch in another suite', violating: ({ people }) => ({ cipherSuite: neighbours(people).suite.id }) }),
  branchWelcome({ id: 'R-11.3-05', name: 'a branch at epoch 0', violating: context({ epoch: 0n }) }),
  branchWelcome({ id: 'R-11.3-05', name: 'a branch at epoch 2', violating: context({ epoch: 2n }) }),
  branchWelcome({ id: 'R-11.3-06', name: 'a branch with a stranger among old members', violating: { members: ['alice', 'mallory'] } }),
  branchWelcome({ id: 'R-11.3-06', name: 'a branch with a stranger and nobody else', violating: { members: ['mallory'] }, twin: { members: ['alice'] } }),
];

function context(changes: Partial<GroupContext>): SuccessionForgery {
  return { groupContext: (honest) => ({ ...honest, ...changes }) };
}

/** Another name for the same PSK, by which it goes into the key schedule. */
function link(changes: object): SuccessionForgery {
  return { psks: (honest) => [{ ...honest, id: { ...honest.id, ...changes } as PreSharedKeyInput['id'] }] };
}

/** The link, and the same PSK once more. */
function besides(usage: 'reinit' | 'application'): SuccessionForgery {
  return { psks: (honest) => [honest, { ...honest, id: { ...honest.id, usage, pskNonce: flipped(honest.id.pskNonce) } as PreSharedKeyInput['id'] }] };
}

function ofEpochBefore({ before }: SuccessorScene): SuccessionForgery {
  return { psks: ({ id }) => [{ id: { ...id, pskEpoch: before.epoch } as PreSharedKeyInput['id'], psk: before.state.secrets.resumptionPsk.expose() }] };
}
