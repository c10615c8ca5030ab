/** States of a service that are the same in every process: the requests kept in the corpus name them and carry their messages. */
import { nativeProvider } from '../../../src/index.ts';
import { empty, utf8 } from '../../../src/mls/bytes.ts';
import type { KeyPackageBundle } from '../../../src/mls/group/key-package.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import type { Handlers, Request, Response, Rpc } from '../../../src/service/calls.ts';
import { Clients } from '../../../src/service/clients.ts';
import { copiedPsks, entryTable, newMember, type Entry } from '../../../src/service/entries.ts';
import { defaultLimits, type ServiceLimits } from '../../../src/service/options.ts';
import { handlersOf } from '../../../src/service/service.ts';
import type { StateTable } from '../../../src/service/states.ts';
import { seededRandom } from '../../../src/vectors/seeded-random.ts';
import { describe } from '../../service/support/service.ts';
import { worldTime } from '../world.ts';

export interface Service {
  readonly handlers: Handlers;
  readonly states: StateTable<Entry>;
  readonly limits: ServiceLimits;
  /** Errors that should not have been possible. */
  readonly bugs: unknown[];
}

export type MakeCall = <R extends Rpc>(service: Service, rpc: R, request: Partial<Request<R>>) => Promise<Response<R>>;

export interface ServiceWorld {
  /** The service with every state as it was in the beginning. */
  restored(): Promise<Service>;
  /** Does something while the clock stands at the world's time. */
  atItsTime<T>(work: () => Promise<T>): Promise<T>;
  /** Valid requests, at least one for each rpc. */
  readonly requests: readonly (readonly [Rpc, object])[];
  /** What there is to put into requests, by the names of their fields. */
  readonly things: object;
}

const silent = { call() {}, notice() {}, bug() {}, info() {} };
const limits: ServiceLimits = { ...defaultLimits, pendingJoinLifetime: 0, maxStates: 64, maxPendingJoins: 64 };

export async function makeServiceWorld(call: MakeCall): Promise<ServiceWorld> {
  const crypto = nativeProvider({ random: seededRandom('the fuzzed service') });
  const suites = [1];
  const clients = new Clients({ crypto, suites, grease: false, acceptUnlistedGrease: true, limits }, silent);
  const emptyService = (): Service => {
    const states = entryTable(limits);
    return { states, handlers: handlersOf({ name: 'fuzzed', suites, states, clients }), limits, bugs: [] };
  };
  const first = emptyService();
  const { requests, things, lastId } = await atItsTime(() => makeHistory(first, call));
  const stored: ((() => Promise<Entry>) | undefined)[] = [];
  for (let id = 1; id <= lastId; id++) {
    const entry = first.states.peek(id);
    stored.push(entry && (await storedEntry(entry, clients)));
  }

  let service = emptyService();
  let entries: readonly (Entry | undefined)[] = [];
  const restore = async (): Promise<void> => {
    service = emptyService();
    const { states } = service;
    entries = await Promise.all(stored.map((make) => make?.()));
    await states.transact({ ensureWanted() {} }, [], (changes) => {
      for (const entry of entries) {
        // An id that was given up stays so.
        const id = changes.reserve(entry?.kind ?? 'join');
        if (entry !== undefined) changes.fill(id, entry);
      }
    });
  };
  const isAsBefore = (): boolean => service.states.size === entries.filter((entry) => entry !== undefined).length && entries.every((entry, i) => service.states.peek(i + 1) === entry);
  await atItsTime(restore);
  return {
    async restored() {
      if (!isAsBefore()) await restore();
      return service;
    },
    atItsTime,
    requests,
    things,
  };
}

async function atItsTime<T>(work: () => Promise<T>): Promise<T> {
  const { now } = Date;
  Date.now = () => Number(worldTime) * 1000;
  try {
    return await work();
  } finally {
    Date.now = now;
  }
}

/** How to make an entry again. */
async function storedEntry(original: Entry, clients: Clients): Promise<() => Promise<Entry>> {
  const entry = 'psks' in original ? { ...original, psks: copiedPsks(original.psks) } : original;
  const make = await maker(entry, clients);
  return async () => {
    const made = await make();
    // Those of an entry are wiped with it.
    return 'psks' in made ? { ...made, psks: copiedPsks(made.psks) } : made;
  };
}

async function maker(entry: Entry, clients: Clients): Promise<() => Promise<Entry>> {
  switch (entry.kind) {
    case 'state': {
      const bytes = entry.group.encode({ reserve: 2 });
      return async () => {
        const client = await clients.client(entry);
        const group = await client.restore(bytes);
        // A restored group sends once it was stored again.
        group.encode({ reserve: 8 });
        return { ...newMember(entry, { client, group, handshakeAs: entry.handshakeAs }), reinitId: entry.reinitId, received: entry.received };
      };
    }
    case 'join': {
      const { bundle } = entry;
      const copy = await bundleCopier(bundle, entry.cipherSuite, clients);
      return async () => ({ ...entry, bundle: await copy() });
    }
    case 'reinit': {
      const { old, bundle } = entry;
      const bytes = old.encode({ reserve: 2 });
      const copy = await bundleCopier(bundle, entry.cipherSuite, clients);
      return async () => {
        const group = await (await clients.client(entry)).restore(bytes);
        group.encode({ reserve: 2 });
        return { ...entry, old: group, bundle: await copy() };
      };
    }
    case 'signer': {
      const raw = entry.signatureKey.serialize();
      return async () => ({ ...entry, signatureKey: await clients.cipherSuite(entry.cipherSuite).importSignatureKey(raw) });
    }
    case 'removed':
      return async () => entry;
  }
}

async function bundleCopier(bundle: KeyPackageBundle, cipherSuite: number, clients: Clients): Promise<() => Promise<KeyPackageBundle>> {
  const suite = clients.cipherSuite(cipherSuite);
  const [initKey, encryptionKey, signatureKey] = [bundle.initKey, bundle.encryptionKey, bundle.signatureKey].map((key) => key.serialize()) as [Uint8Array, Uint8Array, Uint8Array];
  return async () => ({
    ...bundle,
    initKey: await suite.importHPKEKey(initKey),
    encryptionKey: await suite.importHPKEKey(encryptionKey),
    signatureKey: await suite.importSignatureKey(signatureKey),
  });
}

interface Made extends Pick<ServiceWorld, 'requests' | 'things'> {
  /** The highest id that was given. */
  readonly lastId: number;
}

const suite = { cipherSuite: 1 };

/** A group of alice, bob and carol, an encrypted one of alice and bob, two that were reinitialized, a signer, and people who wait. */
async function makeHistory(service: Service, make: MakeCall): Promise<Made> {
  const ask: Ask = (rpc, request) => make(service, rpc, request);
  const signer = await ask('createExternalSigner', { ...suite, identity: utf8('signer') });
  const members = await groupOf(ask, ['alice', 'bob', 'carol'], false);
  const [alice, bob, carol] = members as [number, number, number];
  const [secret, other] = (await groupOf(ask, ['alice', 'bob'], true)) as [number, number];
  for (const stateOrTransactionId of members) await ask('storePsk', { stateOrTransactionId, pskId: utf8('psk'), pskSecret: utf8('value') });
  const signing = await ask('addExternalSigner', { stateId: alice, externalSender: signer.externalSender });
  await follow(ask, members, { byReference: [signing.proposal] });

  const dave = await ask('createKeyPackage', { ...suite, identity: utf8('dave') });
  const erin = await ask('createKeyPackage', { ...suite, identity: utf8('erin') });
  const bobAgain = await ask('createKeyPackage', { ...suite, identity: utf8('bob') });
  const { groupInfo } = await ask('groupInfo', { stateId: alice });
  const apart = await ask('groupInfo', { stateId: alice, externalTree: true });
  const { proposal } = await ask('updateProposal', { stateId: carol });
  const addition = await ask('addProposal', { stateId: alice, keyPackage: erin.keyPackage });
  const ending = await ask('reInitProposal', { stateId: carol, ...suite, groupId: utf8('successor') });
  const fromOutside = await ask('externalSignerProposal', { signerId: signer.signerId, groupInfo, description: describe('remove', { removedId: utf8('carol') }) });
  const hidden = await ask('updateProposal', { stateId: secret });
  const adding = await ask('commit', { stateId: alice, byValue: [describe('add', { keyPackage: dave.keyPackage })] });
  const addingApart = await ask('commit', { stateId: alice, byValue: [describe('add', { keyPackage: dave.keyPackage })], externalTree: true });
  const referring = await ask('commit', { stateId: alice, byReference: [proposal, addition.proposal] });
  const reInit = await ask('reInitCommit', { stateId: alice, byReference: [ending.proposal] });
  const removing = await ask('commit', { stateId: alice, byValue: [describe('remove', { removedId: utf8('bob') })] });
  const hiddenCommit = await ask('commit', { stateId: other, byReference: [hidden.proposal] });
  const { ciphertext } = await ask('protect', { stateId: alice, plaintext: utf8('hello'), authenticatedData: utf8('aad') });
  const branch = await ask('createBranch', { stateId: alice, groupId: utf8('branch'), keyPackages: [bobAgain.keyPackage] });
  const suspended = await reinitialized(ask);
  const succeeded = await reinitialized(ask);
  const successor = await ask('reInitWelcome', { reinitId: succeeded[0]!.reinitId, keyPackage: [succeeded[1]!.keyPackage] });

  const words = { removedId: utf8('carol'), pskId: utf8('psk'), epochId: 2n, groupId: utf8('successor'), cipherSuite: 1 };
  const byValue = [describe('add', { keyPackage: dave.keyPackage }), ...['remove', 'externalPSK', 'resumptionPSK', 'groupContextExtensions'].map((word) => describe(word, words))];
  const requests: ServiceWorld['requests'] = [
    ['name', {}],
    ['supportedCiphersuites', {}],
    ['createGroup', { groupId: utf8('new'), ...suite, identity: utf8('zoe') }],
    ['createKeyPackage', { ...suite, identity: utf8('zoe') }],
    ['joinGroup', { transactionId: dave.transactionId, welcome: adding.welcome, identity: utf8('dave') }],
    ['joinGroup', { transactionId: dave.transactionId, welcome: addingApart.welcome, ratchetTree: addingApart.ratchetTree, identity: utf8('dave') }],
    ['externalJoin', { groupInfo, identity: utf8('zoe'), psks: [{ pskId: utf8('psk'), pskSecret: utf8('value') }] }],
    ['externalJoin', { groupInfo: apart.groupInfo, ratchetTree: apart.ratchetTree, identity: utf8('carol'), removePrior: true, encryptHandshake: true }],
    ['groupInfo', { stateId: bob, externalTree: true }],
    ['stateAuth', { stateId: bob }],
    ['export', { stateId: bob, label: 'label', context: utf8('context'), keyLength: 32 }],
    ['protect', { stateId: bob, plaintext: utf8('hello'), authenticatedData: utf8('aad') }],
    ['unprotect', { stateId: bob, ciphertext }],
    ['storePsk', { stateOrTransactionId: bob, pskId: utf8('other'), pskSecret: utf8('secret') }],
    ['addProposal', { stateId: bob, keyPackage: dave.keyPackage }],
    ['addProposal', { stateId: bob, keyPackage: withoutKey(dave.keyPackage) }],
    ['updateProposal', { stateId: bob }],
    ['removeProposal', { stateId: bob, removedId: utf8('carol') }],
    ['externalPskProposal', { stateId: bob, pskId: utf8('psk') }],
    ['resumptionPskProposal', { stateId: bob, epochId: 2n }],
    ['groupContextExtensionsProposal', { stateId: bob, extensions: [{ extensionType: 3, extensionData: Uint8Array.of(0, 0, 0) }] }],
    ['commit', { stateId: bob, byReference: [proposal, addition.proposal], forcePath: true }],
    ['commit', { stateId: bob, byReference: [fromOutside.proposal] }],
    ['commit', { stateId: bob, byValue, externalTree: true }],
    ['commit', { stateId: other, byReference: [hidden.proposal], forcePath: true }],
    ['handleCommit', { stateId: bob, commit: adding.commit }],
    ['handleCommit', { stateId: bob, commit: removing.commit }],
    ['handleCommit', { stateId: bob, commit: referring.commit, proposal: [proposal, addition.proposal] }],
    ['handleCommit', { stateId: secret, commit: hiddenCommit.commit, proposal: [hidden.proposal] }],
    ['handlePendingCommit', { stateId: bob }],
    ['reInitProposal', { stateId: bob, ...suite, groupId: utf8('successor') }],
    ['reInitCommit', { stateId: bob, byReference: [ending.proposal] }],
    ['handlePendingReInitCommit', { stateId: bob }],
    ['handleReInitCommit', { stateId: bob, commit: reInit.commit, proposal: [ending.proposal] }],
    ['reInitWelcome', { reinitId: suspended[0]!.reinitId, keyPackage: [suspended[1]!.keyPackage] }],
    ['handleReInitWelcome', { reinitId: succeeded[1]!.reinitId, welcome: successor.welcome }],
    ['createBranch', { stateId: bob, groupId: utf8('other branch'), keyPackages: [] }],
    ['handleBranch', { stateId: bob, transactionId: bobAgain.transactionId, welcome: branch.welcome }],
    ['newMemberAddProposal', { groupInfo, identity: utf8('zoe') }],
    ['createExternalSigner', { ...suite, identity: utf8('zoe') }],
    ['addExternalSigner', { stateId: bob, externalSender: signer.externalSender }],
    ['externalSignerProposal', { signerId: signer.signerId, groupInfo, description: describe('add', { keyPackage: dave.keyPackage }) }],
    ['externalSignerProposal', { signerId: signer.signerId, groupInfo: apart.groupInfo, ratchetTree: apart.ratchetTree, description: describe('remove', words) }],
    ['free', { stateId: bob }],
  ];
  const last = await ask('createKeyPackage', { ...suite, identity: utf8('last') });
  const proposals = [proposal, addition.proposal, ending.proposal, fromOutside.proposal, hidden.proposal];
  const ids = Array.from({ length: last.transactionId + 1 }, (_, id) => id);
  return {
    requests,
    lastId: last.transactionId,
    things: {
      proposal: proposals,
      byReference: proposals,
      commit: [adding.commit, removing.commit, referring.commit, reInit.commit, hiddenCommit.commit],
      welcome: [adding.welcome, addingApart.welcome, branch.welcome, successor.welcome],
      keyPackage: [dave.keyPackage, erin.keyPackage, bobAgain.keyPackage],
      keyPackages: [dave.keyPackage, erin.keyPackage, bobAgain.keyPackage],
      groupInfo: [groupInfo, apart.groupInfo],
      ratchetTree: [apart.ratchetTree, addingApart.ratchetTree],
      byValue,
      stateId: ids,
      transactionId: ids,
      reinitId: ids,
      stateOrTransactionId: ids,
      identity: ['alice', 'bob', 'carol', 'dave'].map(utf8),
      proposalType: ['add', 'remove', 'externalPSK', 'resumptionPSK', 'groupContextExtensions', 'reinit'].map(utf8),
    },
  };
}

/** With no byte in the encryption key of its leaf. */
function withoutKey(keyPackage: Uint8Array): Uint8Array {
  const message = decode(MLSMessage, keyPackage, 'MLSMessage');
  if (message.wireFormat !== 'mls_key_package') throw new Error(`a KeyPackage was expected, this is ${message.wireFormat}`);
  const { leafNode } = message.keyPackage;
  return encode(MLSMessage, { ...message, keyPackage: { ...message.keyPackage, leafNode: { ...leafNode, encryptionKey: empty } } });
}

type Ask = <R extends Rpc>(rpc: R, request: Partial<Request<R>>) => Promise<Response<R>>;

/** The states of a group whose members joined one by one. */
async function groupOf(ask: Ask, [creator, ...others]: readonly string[], encryptHandshake: boolean): Promise<number[]> {
  const ids = [(await ask('createGroup', { groupId: utf8('fuzzed'), ...suite, encryptHandshake, identity: utf8(creator!) })).stateId];
  for (const name of others) {
    const { transactionId, keyPackage } = await ask('createKeyPackage', { ...suite, identity: utf8(name) });
    const welcome = await follow(ask, ids, { byValue: [describe('add', { keyPackage })] });
    ids.push((await ask('joinGroup', { transactionId, welcome, encryptHandshake, identity: utf8(name) })).stateId);
  }
  return ids;
}

/** The first commits and the others follow. */
async function follow(ask: Ask, [committer, ...others]: readonly number[], request: Partial<Request<'commit'>>): Promise<Uint8Array> {
  const { commit, welcome } = await ask('commit', { stateId: committer!, ...request });
  await ask('handlePendingCommit', { stateId: committer! });
  for (const stateId of others) await ask('handleCommit', { stateId, commit, proposal: request.byReference ?? [] });
  return welcome;
}

/** A group of two that was reinitialized and has no successor yet. */
async function reinitialized(ask: Ask): Promise<Response<'handleReInitCommit'>[]> {
  const [alice, bob] = (await groupOf(ask, ['alice', 'bob'], false)) as [number, number];
  const { proposal } = await ask('reInitProposal', { stateId: alice, ...suite, groupId: utf8('successor') });
  const { commit } = await ask('reInitCommit', { stateId: alice, byReference: [proposal] });
  return [await ask('handlePendingReInitCommit', { stateId: alice }), await ask('handleReInitCommit', { stateId: bob, commit, proposal: [proposal] })];
}
