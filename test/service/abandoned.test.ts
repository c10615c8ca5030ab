/** Calls whose caller goes away after the engine has done its work and before the service has taken it over. */
import { beforeEach, expect, test } from 'vitest';
import { MLSClientService } from '../../src/generated/mls_client.ts';
import { byteKey } from '../../src/mls/bytes.ts';
import type { Call, Handlers, Request, Response, Rpc } from '../../src/service/calls.ts';
import { serviceLog } from '../../src/service/log.ts';
import { engineHandlers } from '../../src/service/service.ts';
import { ServiceError } from '../../src/service/status.ts';
import { authenticators, bytes, commitAll, describe as described, groupOf, testOptions, text, type Caller } from './support/service.ts';

let handlers: Handlers;
let entries: () => number;
let caller: Caller;
beforeEach(() => {
  ({ handlers, entries } = engineHandlers(testOptions(), serviceLog(false, { write: () => undefined })));
  caller = { call: (rpc, request) => made(rpc, request, { ensureWanted: () => undefined, notice: () => undefined }) };
});

function made<R extends Rpc>(rpc: R, request: Partial<Request<R>> | undefined, call: Call): Promise<Response<R>> {
  const handler = handlers[rpc] as (request: unknown, call: Call) => Promise<Response<R>>;
  return handler({ ...MLSClientService[rpc].requestDeserialize(Buffer.alloc(0)), ...request }, call);
}

/** The call is wanted when its turn comes, and no more when it is done. */
async function abandoned<R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<void> {
  let asked = 0;
  const gone = new ServiceError('cancelled', 'gone');
  const call: Call = {
    notice: () => undefined,
    ensureWanted() {
      if (asked++ > 0) throw gone;
    },
  };
  await expect(made(rpc, request, call)).rejects.toBe(gone);
}

const allEqual = async (ids: readonly number[]): Promise<void> => expect(new Set((await authenticators(caller, ids)).map(byteKey)).size).toBe(1);

test.each([{ encrypt: false }, { encrypt: true }])('a whole history in which every call is abandoned once and then made again (encrypt $encrypt)', async ({ encrypt }) => {
  const twice = async <R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<Response<R>> => {
    const before = entries();
    await abandoned(rpc, request);
    expect(entries()).toBe(before);
    return caller.call(rpc, request);
  };
  const alice = (await twice('createGroup', { cipherSuite: 1, groupId: bytes('group'), identity: bytes('alice'), encryptHandshake: encrypt })).stateId;
  const join = await twice('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  for (const id of [alice, join.transactionId]) await twice('storePsk', { stateOrTransactionId: id, pskId: bytes('id'), pskSecret: bytes('psk') });
  const { welcome } = await twice('commit', { stateId: alice, byValue: [described('add', { keyPackage: join.keyPackage }), described('externalPSK', { pskId: bytes('id') })] });
  await twice('handlePendingCommit', { stateId: alice });
  const bob = (await twice('joinGroup', { transactionId: join.transactionId, welcome, encryptHandshake: encrypt })).stateId;
  await allEqual([alice, bob]);

  const proposals = [(await twice('updateProposal', { stateId: alice })).proposal, (await twice('externalPskProposal', { stateId: bob, pskId: bytes('id') })).proposal];
  const { commit } = await twice('commit', { stateId: bob, byReference: proposals });
  await twice('handlePendingCommit', { stateId: bob });
  await twice('handleCommit', { stateId: alice, commit, proposal: proposals });
  await allEqual([alice, bob]);

  const { groupInfo } = await twice('groupInfo', { stateId: alice });
  const joined = await twice('externalJoin', { groupInfo, identity: bytes('carol'), encryptHandshake: encrypt });
  for (const stateId of [alice, bob]) await twice('handleCommit', { stateId, commit: joined.commit });
  const ids = [alice, bob, joined.stateId];
  await allEqual(ids);

  const forBranch = await twice('createKeyPackage', { cipherSuite: 1, identity: bytes('bob') });
  const branch = await twice('createBranch', { stateId: alice, groupId: bytes('branch'), keyPackages: [forBranch.keyPackage] });
  const branched = await twice('handleBranch', { stateId: bob, transactionId: forBranch.transactionId, welcome: branch.welcome });
  await allEqual([branch.stateId, branched.stateId]);

  const { proposal } = await twice('reInitProposal', { stateId: alice, cipherSuite: 2, groupId: bytes('next') });
  const reInit = await twice('reInitCommit', { stateId: alice, byReference: [proposal] });
  const first = await twice('handlePendingReInitCommit', { stateId: alice });
  const others = [];
  for (const stateId of [bob, joined.stateId]) others.push(await twice('handleReInitCommit', { stateId, commit: reInit.commit, proposal: [proposal] }));
  const successor = await twice('reInitWelcome', { reinitId: first.reinitId, keyPackage: others.map(({ keyPackage }) => keyPackage) });
  for (const { reinitId } of others) await twice('handleReInitWelcome', { reinitId, welcome: successor.welcome });
  await allEqual(ids);
  await commitAll(caller, ids, { forcePath: true });

  for (const stateId of [...ids, branch.stateId, branched.stateId]) await twice('free', { stateId });
  expect(entries()).toBe(0);
});

test('a message that was opened in an abandoned call cannot be opened again: its key is gone', async () => {
  const [alice, bob] = (await groupOf(caller, ['alice', 'bob'])) as [number, number];
  const { ciphertext } = await caller.call('protect', { stateId: alice, plaintext: bytes('once') });

  await abandoned('unprotect', { stateId: bob, ciphertext });

  await expect(caller.call('unprotect', { stateId: bob, ciphertext })).rejects.toMatchObject({ code: 'invalid', requirement: 'R-9.1-05' });
  const next = await caller.call('protect', { stateId: alice, plaintext: bytes('next') });
  expect(text((await caller.call('unprotect', { stateId: bob, ciphertext: next.ciphertext })).plaintext)).toBe('next');
});

test('proposals that were taken in by a call that failed later are known to the next one', async () => {
  const ids = await groupOf(caller, ['alice', 'bob', 'carol'], { encrypt: true });
  const [alice, bob, carol] = ids as [number, number, number];
  const { proposal } = await caller.call('updateProposal', { stateId: carol });
  const { commit } = await caller.call('commit', { stateId: alice, byReference: [proposal] });

  await expect(caller.call('handleCommit', { stateId: bob, commit, proposal: [proposal, commit] })).rejects.toMatchObject({ code: 'request' });
  await expect(caller.call('handleCommit', { stateId: bob, commit: commit.with(commit.length - 1, commit.at(-1)! ^ 1), proposal: [proposal] })).rejects.toMatchObject({ code: 'invalid' });

  await caller.call('handlePendingCommit', { stateId: alice });
  for (const stateId of [bob, carol]) await caller.call('handleCommit', { stateId, commit, proposal: [proposal] });
  await allEqual(ids);
});
