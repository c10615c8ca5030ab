/** A history that makes every rpc work once: joins of every kind, PSKs, messages, a branch, a reinitialization, an external signer. */
import type { Caller } from '../../service/support/service.ts';
import { bytes, describe as described } from '../../service/support/service.ts';

export interface History {
  /** All ids that are alive at its end. */
  readonly ids: readonly number[];
  /** Private keys that the service has told, and what it exported. */
  readonly told: readonly Uint8Array[];
}

export const psk = (): Uint8Array => bytes('a pre-shared key that nobody else knows');

export async function history({ call }: Caller, encryptHandshake: boolean): Promise<History> {
  const told: Uint8Array[] = [];
  const keyPackageOf = async (name: string) => {
    const made = await call('createKeyPackage', { cipherSuite: 1, identity: bytes(name) });
    told.push(made.initPriv, made.encryptionPriv, made.signaturePriv);
    return made;
  };
  await call('name');
  await call('supportedCiphersuites');
  const { stateId: alice } = await call('createGroup', { cipherSuite: 1, groupId: bytes('group'), identity: bytes('alice'), encryptHandshake });
  const join = await keyPackageOf('bob');
  for (const id of [alice, join.transactionId]) await call('storePsk', { stateOrTransactionId: id, pskId: bytes('id'), pskSecret: psk() });
  const { welcome } = await call('commit', { stateId: alice, forcePath: true, byValue: [described('add', { keyPackage: join.keyPackage }), described('externalPSK', { pskId: bytes('id') })] });
  await call('handlePendingCommit', { stateId: alice });
  const { stateId: bob } = await call('joinGroup', { transactionId: join.transactionId, welcome, encryptHandshake, identity: bytes('bob') });

  const proposals = [
    (await call('updateProposal', { stateId: alice })).proposal,
    (await call('externalPskProposal', { stateId: bob, pskId: bytes('id') })).proposal,
    (await call('resumptionPskProposal', { stateId: bob, epochId: 1n })).proposal,
  ];
  const { commit } = await call('commit', { stateId: bob, byReference: proposals });
  await call('commit', { stateId: alice });
  await call('handlePendingCommit', { stateId: bob });
  await call('handleCommit', { stateId: alice, commit, proposal: proposals });
  const { ciphertext } = await call('protect', { stateId: alice, plaintext: bytes('hello') });
  await call('unprotect', { stateId: bob, ciphertext });
  told.push((await call('export', { stateId: alice, label: 'label', context: bytes('context'), keyLength: 32 })).exportedSecret);

  const { groupInfo } = await call('groupInfo', { stateId: alice });
  const joined = await call('externalJoin', { groupInfo, identity: bytes('carol'), encryptHandshake, psks: [{ pskId: bytes('id'), pskSecret: psk() }] });
  for (const stateId of [alice, bob]) await call('handleCommit', { stateId, commit: joined.commit });
  const removing = (await call('removeProposal', { stateId: alice, removedId: bytes('carol') })).proposal;
  const removal = await call('commit', { stateId: alice, byReference: [removing] });
  await call('handlePendingCommit', { stateId: alice });
  await call('handleCommit', { stateId: bob, commit: removal.commit, proposal: [removing] });
  await call('handleCommit', { stateId: joined.stateId, commit: removal.commit, proposal: [removing] }).catch(() => undefined);

  const forBranch = await keyPackageOf('bob');
  const branch = await call('createBranch', { stateId: alice, groupId: bytes('branch'), keyPackages: [forBranch.keyPackage] });
  const branched = await call('handleBranch', { stateId: bob, transactionId: forBranch.transactionId, welcome: branch.welcome });

  const asking = await call('newMemberAddProposal', { groupInfo: (await call('groupInfo', { stateId: alice })).groupInfo, identity: bytes('dave') });
  told.push(asking.initPriv, asking.encryptionPriv, asking.signaturePriv);
  const { signerId } = await call('createExternalSigner', { cipherSuite: 1, identity: bytes('signer') });

  const reInit = (await call('reInitProposal', { stateId: alice, cipherSuite: 1, groupId: bytes('successor') })).proposal;
  const ending = await call('reInitCommit', { stateId: bob, byReference: [reInit] });
  const own = await call('handlePendingReInitCommit', { stateId: bob });
  const others = await call('handleReInitCommit', { stateId: alice, commit: ending.commit, proposal: [reInit] });
  const successor = await call('reInitWelcome', { reinitId: own.reinitId, keyPackage: [others.keyPackage] });
  const followed = await call('handleReInitWelcome', { reinitId: others.reinitId, welcome: successor.welcome });
  return { ids: [...new Set([alice, bob, joined.stateId, branch.stateId, branched.stateId, asking.transactionId, signerId, successor.stateId, followed.stateId])], told };
}
